// The lines of a plan without what psql, mail and the grids of other tools put around them.

import { isOpen } from './text-line.js';

export interface TextLine {
  /** Of its first character that is no space. */
  readonly column: number;
  /** Without spaces around it; never empty. */
  readonly text: string;
  /** 0-based, of the whole text. */
  readonly number: number;
  /** Of the last of the lines that it was broken into; else `number`. */
  readonly end: number;
  /** No empty line stands between it and the one before. */
  readonly follows: boolean;
  /** How many rows the table has that ends with it, as psql says below; `null` where nobody counts. */
  readonly count: number | null;
}

/** @param tabWidth how far apart the tab stops are; those of a terminal by default */
export function plainLines(text: string, tabWidth: number = TAB_WIDTHS[0]): readonly TextLine[] {
  const lines: TextLine[] = [];
  let follows = true;
  for (const { line, number, end } of bareLines(text, tabWidth)) {
    const content = line.trim();
    const last = lines.at(-1);
    const count = COUNT.exec(content)?.[1];
    if (count !== undefined && last !== undefined)
      lines[lines.length - 1] = { ...last, count: Number(count) };
    if (content === '') follows = false;
    if (content === '' || DECORATION.test(content)) continue;
    const column = line.length - line.trimStart().length;
    lines.push({ column, text: content, number, end, follows, count: null });
    follows = true;
  }
  return lines;
}

/** Those that editors and terminals have. */
export const TAB_WIDTHS = [8, 4, 2] as const;

interface BareLine extends Pick<TextLine, 'number' | 'end'> {
  readonly line: string;
}

function bareLines(text: string, tabWidth: number): readonly BareLine[] {
  const whole = withoutCells(withoutMarkup(text.replace(/\r\n?/g, '\n').replace(/\u00a0/g, ' ')));
  const bare = withoutBorders(expanded(withoutQuotes(withoutReplyMarks(whole.split('\n')))));
  const value = valueOfLines(bare);
  // Whoever marks where a value goes on has not broken its lines.
  if (value !== null)
    return value.map((line, at) => ({ line: withoutTabs(line, tabWidth), number: at, end: at }));
  return unbroken(bare.map((line) => withoutTabs(line, tabWidth)));
}

const RULE = /^[-─━═=+|┌┬┐├┼┤└┴┘│╔╗╟╢╚╝╠╣╤╧]{3,}$/;

/** psql's title, its rule, and the count of rows in any language. */
const COUNT = /^\((\d+) [^\s()]+\)$/;
const DECORATION = new RegExp(`^(?:QUERY PLAN|${RULE.source.slice(1, -1)}|${COUNT.source.slice(1, -1)})$`);

/** HTML, as of `psql -H`, without its tags; each line stays a line. */
function withoutMarkup(text: string): string {
  if (!/<\/(?:td|pre)>|-&gt;/i.test(text) || /<explain\b/.test(text)) return text;
  return text
    .split('\n')
    .map((line) => {
      const bare = line.replace(/^\s*(?=<)/, '').replace(/<\/?[a-z][^<>]*>/gi, '');
      if (bare === '' && line !== '') return NOTHING;
      return bare.replace(/&(nbsp|lt|gt|quot|amp|#39);/g, (_, name: string) => ENTITIES[name] ?? ' ');
    })
    .join('\n');
}

/** In the place of a line that is no part of the table; an empty one would end a plan. */
const NOTHING = '---';

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', amp: '&', '#39': "'" };

/** CSV with one column, below its title or one cell of JSON: cells are in quotes where they must be, and may have several lines. */
function withoutCells(text: string): string {
  const title =
    /^\s*("?)QUERY PLAN\1[ ,;]*\n(?!\s*[-─+|])/.exec(text) ?? /^\s*(?="\s*[[{]\s*\{?\s*"")/.exec(text);
  if (title === null) return text;
  const cells = text.slice(title[0].length);
  const bare = cells.replace(/^"((?:[^"]|"")*)"[,;]?$/gm, (_, cell: string) => cell.replaceAll('""', '"'));
  return title[0].replace(/[^\n]/g, '') + bare;
}

/** psql's expanded display (`\x`), in which each line is a record of its own. */
function expanded(lines: readonly string[]): readonly string[] {
  const start = lines.map((line) => /^(?:[|│] ?)?QUERY PLAN +[|│] ?/.exec(line)?.[0]).find((one) => one);
  if (start === undefined) return lines;
  return lines.map((line) => {
    if (/^[+┌├╔╟]?[-─═*]+\[ [^\]]+ \][-─═+┐┤╗╢]*$/.test(line.trim())) return NOTHING;
    const label = line.slice(0, start.length);
    const isCell = /^[|│]? *(?:QUERY PLAN)? +[|│] ?$/.test(label) || label.trimEnd() === start.trimEnd();
    return isCell ? line.slice(start.length) : line;
  });
}

/** Spaces as far as the next stop. */
function withoutTabs(line: string, width: number): string {
  if (!line.includes('\t')) return line;
  let bare = '';
  for (const part of line.split(/(\t)/)) {
    bare += part === '\t' ? ' '.repeat(width - (bare.length % width)) : part;
  }
  return bare;
}

function withoutBorders(lines: readonly string[]): readonly string[] {
  return lines.map((line) => {
    const isRow = /^\s*[|│║].*[|│║]\s*$/.test(line);
    const inside = line.replace(isRow ? /^(\s*)[|│║]/ : /^(\s*)[|│║](?=\s|$)/, '$1 ');
    return /[|│║]\s*$/.test(inside) ? inside.trimEnd().slice(0, -1).trimEnd() : inside;
  });
}

/** A `+` or `↵` at the end of a line says that the value goes on in the next; `null` where it is not used so. */
function valueOfLines(lines: readonly string[]): readonly string[] | null {
  const goesOn = /[+↵]\s*$/;
  if (lines.filter((line) => goesOn.test(line)).length < 3) return null;
  return lines.map((line) => (goesOn.test(line) ? line.trimEnd().slice(0, -1).trimEnd() : line));
}

/** Lines in quotes, as grids copy them: all, or those with a quote in them. */
function withoutQuotes(lines: readonly string[]): readonly string[] {
  const unquoted = (line: string) =>
    line
      .trim()
      .replace(/^["']|["'][,;]?$/g, '')
      .replaceAll('""', '"');
  if (["'", '"'].some((quote) => every(lines, new RegExp(`^\\s*${quote}.*${quote}[,;]?\\s*$`)))) {
    return lines.map(unquoted);
  }
  if (lines.some((line) => /"(?:Plan|Node Type)"\s*:/.test(line))) return lines;
  return lines.map((line) => (/^"(?:[^"]|"")*"[,;]?$/.test(line.trim()) ? unquoted(line) : line));
}

/** `> ` before each line, of mail and Markdown. */
function withoutReplyMarks(lines: readonly string[]): readonly string[] {
  return every(lines, /^\s*>/) ? lines.map((line) => line.replace(/^\s*(?:> ?)+/, '')) : lines;
}

/** Put together again where a terminal, or `fold`, has broken lines at its width, in the middle of words. */
function unbroken(lines: readonly string[]): readonly BareLine[] {
  const width = lines.reduce(
    (widest, line) => (DECORATION.test(line.trim()) ? widest : Math.max(widest, line.length)),
    0,
  );
  const goesOn = (at: number) => lines[at]?.length === width && !BEGINS.test(lines[at + 1] ?? '(');
  const breaks = lines.filter((_, at) => goesOn(at));
  const isBroken = breaks.length >= 3 || breaks.some((line) => isOpen(line) !== null);
  const whole: BareLine[] = [];
  for (const [at, line] of lines.entries()) {
    const before = isBroken && at > 0 && goesOn(at - 1) ? whole.pop() : undefined;
    whole.push({ line: (before?.line ?? '') + line, number: before?.number ?? at, end: at });
  }
  return whole;
}

/** A node, a line `key: value` that is indented or about the whole statement, or the end of a table. */
const BEGINS =
  /^(?:\s*->|\s*- |\s+[A-Z][\w/ -]*:|(?:Planning|Execution|JIT|Trigger|Settings|Serialization|Query Identifier|Total runtime|Time)\b[^:]*:|\s*\(\d+ |\s*$)/;

/** Of those that are not empty; false when all are. */
function every(lines: readonly string[], pattern: RegExp): boolean {
  const filled = lines.filter((line) => line.trim() !== '');
  return filled.length > 0 && filled.every((line) => pattern.test(line));
}
