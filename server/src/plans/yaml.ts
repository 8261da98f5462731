// EXPLAIN (FORMAT YAML) as the value that FORMAT JSON gives of the same plan. Not YAML at large: what PostgreSQL writes, in
// which each key has a line and texts are quoted as in JSON. Pure.
// Source: ExplainProperty and ExplainOpenGroup in src/backend/commands/explain.c.

import type { TextLine } from './text-lines.js';

const ENTRY = /^(- )?(?:([A-Za-z_][^":]*):)? ?(.*)$/;

/** Where a list of plans in YAML begins. */
export function isYamlStart({ text }: TextLine): boolean {
  return /^- (?:Plan|Query Text):/.test(text);
}

/** The value that begins at a line, and how many lines it takes; `null` where it is not as PostgreSQL writes it. */
export function yamlAt(
  lines: readonly TextLine[],
  at: number,
): { readonly value: unknown; readonly end: number } | null {
  try {
    const reading = new Reading(lines, at);
    return { value: reading.block(lines[at]?.column ?? 0), end: reading.at };
  } catch (error) {
    // A text that is nested far deeper than any plan is none either.
    if (error instanceof SyntaxError || error instanceof RangeError) return null;
    throw error;
  }
}

class Reading {
  constructor(
    private readonly lines: readonly TextLine[],
    public at: number,
  ) {}

  /** A list or a map whose entries begin in that column. */
  block(column: number): unknown {
    return this.lines[this.at]?.text.startsWith('- ') ? this.list(column) : this.map(column);
  }

  private list(column: number): unknown[] {
    const items: unknown[] = [];
    for (;;) {
      const line = this.lines[this.at];
      if (line?.column !== column || !line.text.startsWith('- ')) return items;
      const [, , key, rest = ''] = ENTRY.exec(line.text) ?? [];
      if (key === undefined) {
        this.at++;
        items.push(scalar(rest));
      } else {
        items.push(this.map(column + 2));
      }
    }
  }

  /** Its first entry may stand behind the dash of a list. */
  private map(column: number): Readonly<Record<string, unknown>> {
    const entries: Record<string, unknown> = {};
    for (let isFirst = true; ; isFirst = false) {
      const line = this.lines[this.at];
      if (line === undefined) return entries;
      const isItem = line.text.startsWith('- ');
      if (line.column + (isItem && isFirst ? 2 : 0) !== column || (isItem && !isFirst)) return entries;
      const [, , key, rest = ''] = ENTRY.exec(line.text) ?? [];
      if (key === undefined) return entries;
      this.at++;
      const next = this.lines[this.at];
      if (rest !== '') entries[key] = scalar(rest);
      // One that holds nothing is left out: text does not tell whether it is a list.
      else if (next !== undefined && next.column > column) entries[key] = this.block(next.column);
    }
  }
}

/** `"text"`, `12.5`, `true`, and lists of texts. */
function scalar(text: string): unknown {
  return JSON.parse(text);
}
