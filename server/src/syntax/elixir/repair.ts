// Guesses what half-typed Elixir lacks, from its indentation: `end`s, brackets, quotes, the right side of an operator; and
// blanks out closers too many. The guesses are put into a copy of the text, which then parses as if all were well; places are
// mapped back afterwards, where whatever was put in has no width. Only used where the text as it stands does not parse.

import type { Problem } from '../problem.js';
import { type RoughToken, roughTokens } from './tokens.js';

export interface Repair {
  /** The text with all that was missing put in. */
  readonly text: string;
  /** What is missing, each thing once, at what waits for it. */
  readonly problems: readonly Problem[];
  /** Whether a quote is missing: where its text ends is the boldest of guesses. */
  readonly quotes: boolean;
  /** Whether a closer is taken out: a text with one too many here and one too few further down may still be valid. */
  readonly removes: boolean;
  /** The place in the original text of an offset in {@link text}. */
  toOriginal(offset: number): number;
}

/** What to put in at a place, or, for `blank`, how many characters from there to make spaces. */
interface Edit {
  readonly at: number;
  readonly text: string;
  readonly blank: number;
}

/** An open block or bracket. */
interface Frame {
  readonly opener: RoughToken | null;
  /** Column of the statement that opens it; a line that starts here or further left is outside. */
  readonly indent: number;
  /** Column of the statement that is being read in it; -1 before the first one. */
  statement: number;
  /** True between `fn` and its `->`. */
  inHead: boolean;
  /** True after `key:` in the statement or bracket; only more of them may follow. */
  inPairs: boolean;
}

/** Texts that need more repairs than this are in no style that indentation could explain. */
const mostEdits = 60;

const closers: ReadonlyMap<string, string> = new Map([
  ['do', 'end'],
  ['fn', 'end'],
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
]);

/** `null` when there is nothing to put in, or too much. */
export function repair(text: string): Repair | null {
  const { tokens, unclosed } = roughTokens(text);
  const quotes: Edit[] = unclosed.map((quote) => ({ at: quote.end, text: quote.insert, blank: 0 }));
  const found = new BalanceReader(text).read(tokens);
  const edits = [...quotes, ...found.edits].sort((a, b) => a.at - b.at);
  if (edits.length === 0 || edits.length > mostEdits) return null;
  const quoteProblems = unclosed.map(
    (quote): Problem => ({
      kind: 'problem',
      span: { start: quote.start, end: quote.end },
      message: `missing \`${quote.insert.trim()}\``,
    }),
  );
  return {
    text: withEdits(text, edits),
    problems: [...quoteProblems, ...found.problems].sort((a, b) => a.span.start - b.span.start),
    quotes: unclosed.length > 0,
    removes: edits.some(({ blank }) => blank > 0),
    toOriginal: mapping(edits),
  };
}

/** Reads tokens in order and notes what would make them balance. */
class BalanceReader {
  private readonly frames: Frame[] = [
    { opener: null, indent: -1, statement: -1, inHead: false, inPairs: false },
  ];
  private readonly edits: Edit[] = [];
  private readonly problems: Problem[] = [];
  private previous: RoughToken | null = null;
  private beforePrevious: RoughToken | null = null;
  /** Where the last closer was put in. */
  private closedAt = -1;

  constructor(private readonly text: string) {}

  read(tokens: readonly RoughToken[]): { edits: Edit[]; problems: Problem[] } {
    tokens.forEach((token, index) => {
      if (token.first || token.kind === 'close') this.finishStatement(token);
      if (token.first) this.startLine(token);
      this.take(token, tokens, index);
      this.beforePrevious = this.previous;
      this.previous = token;
    });
    this.finishStatement(null);
    while (this.frames.length > 1) this.closeTop();
    return { edits: this.edits, problems: this.problems };
  }

  private get top(): Frame {
    return this.frames.at(-1) as Frame;
  }

  /** Gives an operator its right side when `next` cannot be that. */
  private finishStatement(next: RoughToken | null): void {
    const last = this.previous;
    if (last === null) return;
    const insert = rightSideOf(this.text, last) ?? this.restOfPair(last);
    if (insert === null) return;
    if (next !== null && !this.ends(next, last)) return;
    this.insert(last.end, insert);
    const written = operatorBefore(this.text, last.end);
    this.report({ ...last, start: last.end - written.length }, `something is missing after \`${written}\``);
  }

  /** Whether the statement that ends with an operator cannot go on with the next token. */
  private ends(next: RoughToken, operator: RoughToken): boolean {
    if (next.kind === 'close' || next.kind === 'section') return true;
    if (operator.text === ':' && rightSideOf(this.text, operator) === 'x') return true;
    if (!next.first) return false;
    const { opener, indent, statement, inHead } = this.top;
    return isBlock(opener) && !inHead
      ? next.indent <= statement && !isContinuation(this.text, next)
      : opener !== null && next.indent <= indent;
  }

  /** `key` after `other: 1,` can only become `key:`. */
  private restOfPair(last: RoughToken): string | null {
    const before = this.beforePrevious;
    return this.top.inPairs && before?.text === ',' && /^[\p{L}_]/u.test(last.text) ? ': x' : null;
  }

  private startLine(token: RoughToken): void {
    if (token.kind === 'close' || token.kind === 'section') return;
    while (this.frames.length > 1 && token.indent <= this.top.indent) this.closeTop();
    const top = this.top;
    const previous = this.previous;
    const afterArrow = previous !== null && endsArrow(this.text, previous);
    if (top.statement >= 0 && token.indent > top.statement && !afterArrow) return;
    top.statement = token.indent;
    if (isBlock(top.opener)) top.inPairs = false;
  }

  private take(token: RoughToken, tokens: readonly RoughToken[], index: number): void {
    if (token.text === 'do' && this.previous?.text === ',' && tokens[index + 1]?.first !== false) {
      // `do:` without its colon yet.
      this.insert(token.end, ': x');
      this.report(token, 'something is missing after `do`');
    } else if (token.kind === 'open') {
      if (token.text === 'do') this.closeBracketsBefore(token, tokens, index);
      const statement = this.top.statement;
      const indent = statement < 0 ? token.indent : Math.min(statement, token.indent);
      this.frames.push({ opener: token, indent, statement: -1, inHead: token.text === 'fn', inPairs: false });
    } else if (token.kind === 'close') {
      this.close(token, tokens, index);
    } else if (token.kind === 'section' && token.first) {
      const at = this.frames.findLastIndex((frame) => frame.opener?.text === 'do' && opensAt(frame, token));
      if (at > 0) this.closeDownTo(at + 1);
      this.top.statement = -1;
    } else if (endsArrow(this.text, token)) {
      this.top.inHead = false;
      this.top.inPairs = false;
    } else if (
      token.text === ':' &&
      /[\w?!]\s/.test(this.text.charAt(token.start - 1) + this.text.charAt(token.end))
    ) {
      this.top.inPairs = true;
    }
  }

  private close(token: RoughToken, tokens: readonly RoughToken[], index: number): void {
    const matches = (frame: Frame): boolean =>
      frame.opener !== null && closers.get(frame.opener.text) === token.text;
    const exact = token.first
      ? this.frames.findLastIndex((frame) => matches(frame) && opensAt(frame, token))
      : -1;
    const nearest = this.frames.findLastIndex(matches);
    if (exact > 0) {
      this.closeDownTo(exact + 1);
      this.frames.pop();
    } else if (nearest === this.frames.length - 1 && !this.isStray(token, tokens, index)) {
      this.frames.pop();
    } else if (nearest > 0 && this.mayCross(nearest, token)) {
      this.closeDownTo(nearest + 1);
      this.frames.pop();
    } else {
      this.edits.push({ at: token.start, text: '', blank: token.text.length });
      this.report(token, token.text === 'end' ? '`end` without `do`' : `unexpected \`${token.text}\``);
    }
  }

  /** Brackets that the line of a `do` leaves open, when no bracket closes after its `end`. */
  private closeBracketsBefore(token: RoughToken, tokens: readonly RoughToken[], index: number): void {
    const line = this.text.lastIndexOf('\n', token.start);
    const outer = this.frames.findLastIndex(({ opener }) => isBlock(opener));
    if (this.frames.slice(outer + 1).some(({ opener }) => opener !== null && opener.start < line)) return;
    const end = lineNotRightOf(tokens, index, token.indent);
    const endsAlone = tokens[end]?.text === 'end' && tokens[end + 1]?.first !== false;
    if (endsAlone) this.closeDownTo(outer + 1);
  }

  /** An `end` that stands further right than what it would close, while the right one follows. */
  private isStray(token: RoughToken, tokens: readonly RoughToken[], index: number): boolean {
    const { opener, indent } = this.top;
    const alone = token.first && tokens[index + 1]?.first !== false;
    if (!alone || token.indent <= indent || opener === null) return false;
    const next = tokens[lineNotRightOf(tokens, index, indent)];
    return next !== undefined && next.text === closers.get(opener.text) && opensAt(this.top, next);
  }

  /** A closer inside a line closes what its own line opened; one at the start of a line all that is not further left. */
  private mayCross(frame: number, token: RoughToken): boolean {
    if (token.first) return (this.frames[frame]?.indent ?? -1) >= token.indent;
    const line = this.text.lastIndexOf('\n', token.start);
    return this.frames.slice(frame + 1).every((crossed) => (crossed.opener?.start ?? -1) > line);
  }

  private closeDownTo(count: number): void {
    while (this.frames.length > count) this.closeTop();
  }

  private closeTop(): void {
    const opener = this.frames.pop()?.opener;
    const closer = closers.get(opener?.text ?? '');
    if (!opener || closer === undefined || this.previous === null) return;
    const at = this.previous.end;
    this.insert(at, closer === 'end' ? '\nend' : closer);
    // What is missing at one place is told once, for the innermost block.
    if (this.closedAt !== at) this.report(opener, `missing \`${closer}\` for this \`${opener.text}\``);
    this.closedAt = at;
  }

  private insert(at: number, text: string): void {
    this.edits.push({ at, text, blank: 0 });
  }

  private report(token: RoughToken, message: string): void {
    this.problems.push({ kind: 'problem', span: { start: token.start, end: token.end }, message });
  }
}

/** True outside of brackets: where lines are statements. */
function isBlock(opener: RoughToken | null): boolean {
  return opener === null || closers.get(opener.text) === 'end';
}

/** The first token of the next line after a token that starts no further right than `indent`; -1 when there is none. */
function lineNotRightOf(tokens: readonly RoughToken[], after: number, indent: number): number {
  for (let index = after + 1; index < tokens.length; index += 1) {
    const token = tokens[index];
    if (token?.first && token.indent <= indent) return index;
  }
  return -1;
}

function opensAt(frame: Frame, token: RoughToken): boolean {
  return frame.opener !== null && (frame.indent === token.indent || frame.opener.indent === token.indent);
}

/** What to put after a token that cannot end an expression; `null` when it can. */
function rightSideOf(text: string, token: RoughToken): string | null {
  if (token.kind !== 'code') return null;
  const before = text.charAt(token.start - 1);
  if (/^(?:and|or|not|in|when)$/.test(token.text)) return /[:.@&]/.test(before) ? null : ' x';
  switch (token.text) {
    case ':':
      return before === ':' || /[\w"'?!]/.test(before) ? ' x' : 'x';
    case '.':
      return before === '.' ? null : 'x';
    case '%':
      return before === ':' ? null : 'x{}';
    case '@':
    case '&':
    case '^':
    case '!':
      return before === ':' ? null : 'x';
    case '>':
      return before === '-' || before === '>' || before === ':' ? null : ' x';
    case ',':
      return ' x: x';
    case '=':
    case '|':
    case '+':
    case '-':
    case '*':
    case '/':
    case '<':
    case '\\':
      return before === ':' || before === '.' ? null : ' x';
    default:
      return null;
  }
}

/** An operator, word or `key:` as a whole, by its end. */
function operatorBefore(text: string, end: number): string {
  const before = text.slice(Math.max(0, end - 40), end);
  return /(?:[\p{L}\p{N}_]+[?!]?:?|[^\s\p{L}\p{N}_()[\]{}"']+)$/u.exec(before)?.[0] ?? before.slice(-1);
}

function endsArrow(text: string, token: RoughToken): boolean {
  return token.text === '>' && text.charAt(token.start - 1) === '-';
}

/** A line that starts with `key:` or an operator, or ends with `->`, may go on with the line before it wherever it starts. */
function isContinuation(text: string, token: RoughToken): boolean {
  const newline = text.indexOf('\n', token.start);
  const line = text.slice(token.start, newline < 0 ? text.length : newline);
  return /^(?:[\p{L}_][\p{L}\p{N}_]*[?!]?:\s|[|<>=+*/.]|&&|(?:and|or|in|when)\b)|->\s*$/u.test(line);
}

function withEdits(text: string, edits: readonly Edit[]): string {
  let result = '';
  let from = 0;
  for (const { at, text: inserted, blank } of edits) {
    result += text.slice(from, at) + inserted + ' '.repeat(blank);
    from = at + blank;
  }
  return result + text.slice(from);
}

function mapping(edits: readonly Edit[]): (offset: number) => number {
  let shift = 0;
  const ranges = edits.map(({ at, text }) => {
    const range = { at, from: at + shift, length: text.length, shift };
    shift += text.length;
    return range;
  });
  return (offset) => {
    for (let index = ranges.length - 1; index >= 0; index -= 1) {
      const range = ranges[index];
      if (range !== undefined && offset >= range.from) {
        return Math.max(range.at, offset - range.shift - range.length);
      }
    }
    return offset;
  };
}
