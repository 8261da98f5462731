// A rough tokenizer that never loses its footing: only what decides where blocks, brackets and quotes begin and end.
// It serves `repair`, on damaged files alone; the real tokens are tree-sitter's.

export interface RoughToken {
  /**
   * `open`: `do`, `fn`, a bracket; `close`: `end`, a bracket; `section`: `else` and its like; `code`: anything else,
   * a string or a word in one piece, other characters one by one.
   */
  readonly kind: 'open' | 'close' | 'section' | 'code';
  /** For `open` and `close` the delimiter; `"` for anything in quotes. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** True for the first token of a line. */
  readonly first: boolean;
  /** Column of the first token of its line. */
  readonly indent: number;
}

/** A quote that is taken as unclosed: where its text was cut off, and what has to be put there. */
export interface UnclosedQuote {
  readonly start: number;
  readonly end: number;
  readonly insert: string;
}

export interface RoughTokens {
  readonly tokens: readonly RoughToken[];
  readonly unclosed: readonly UnclosedQuote[];
}

const keywords: ReadonlyMap<string, RoughToken['kind']> = new Map([
  ['do', 'open'],
  ['fn', 'open'],
  ['end', 'close'],
  ['else', 'section'],
  ['rescue', 'section'],
  ['catch', 'section'],
  ['after', 'section'],
]);

const closers: ReadonlyMap<string, string> = new Map([
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
  ['<', '>'],
]);

const word = /[\p{L}_][\p{L}\p{N}_]*[?!]?/uy;
const number = /\d\w*(?:\.\d\w*)?/y;
const sigil = /~(?:[a-z]|[A-Z][A-Z0-9]*)(?="""|'''|["'([{</|])/y;
/** A line that is code rather than text. */
const codeInHeredoc =
  /\n[ \t]*(?:end$|@\w+ |def(?:p|module|macro)? |(?:create|alter|drop)\w*[ (]+\w+\(|(?:add|modify|remove|field|belongs_to|has_\w+|many_to_many|embeds_\w+)[ (]+:|execute[ (]+["~]|timestamps\()/gm;

export function roughTokens(text: string): RoughTokens {
  const tokens: RoughToken[] = [];
  const unclosed: UnclosedQuote[] = [];
  let at = 0;
  let lineStart = 0;
  let indent = 0;
  let first = true;

  const add = (kind: RoughToken['kind'], token: string, start: number, end: number, stray = false): void => {
    if (first) indent = indentOf(text, start, stray || kind === 'open') - lineStart;
    tokens.push({ kind, text: token, start, end, first, indent });
    first = false;
    at = end;
  };

  const addQuoted = (quote: string, start: number, inside: number, interpolated: boolean): void => {
    const found =
      quote.length === 3
        ? heredoc(text, quote, inside, interpolated)
        : quoted(text, quote, start, inside, interpolated);
    if (found.insert !== null) unclosed.push({ start, end: found.end, insert: found.insert });
    add('code', '"', start, found.end, found.insert !== null);
    const newline = text.lastIndexOf('\n', found.end - 1);
    if (newline >= start) lineStart = newline + 1;
  };

  while (at < text.length) {
    const char = text.charAt(at);
    if (char === '\n') {
      at += 1;
      lineStart = at;
      first = true;
    } else if (char === ' ' || char === '\t' || char === '\r') {
      at += 1;
    } else if (char === '#') {
      at = lineEnd(text, at);
    } else if (char === '"' || char === "'") {
      const quote = text.startsWith(char.repeat(3), at) ? char.repeat(3) : char;
      addQuoted(quote, at, at + quote.length, true);
    } else if (char === '~' && matchAt(sigil, text, at) !== null) {
      const name = matchAt(sigil, text, at) ?? '~';
      const opening = at + name.length;
      const triple = text.slice(opening, opening + 3);
      const quote = triple === '"""' || triple === "'''" ? triple : text.charAt(opening);
      addQuoted(quote, at, opening + quote.length, name.charAt(1) >= 'a');
    } else if (char === '?' && /^\?(?:\\.|[^\s\\])/s.test(text.slice(at, at + 3))) {
      add('code', char, at, at + (text.charAt(at + 1) === '\\' ? 3 : 2));
    } else if ('([{'.includes(char)) {
      add('open', char, at, at + 1);
    } else if (')]}'.includes(char)) {
      add('close', char, at, at + 1);
    } else {
      const name = matchAt(word, text, at);
      if (name === null) add('code', char, at, at + (matchAt(number, text, at)?.length ?? 1));
      else add(kindOfWord(text, name, at), name, at, at + name.length);
    }
  }
  return { tokens, unclosed };
}

/** A bracket or quote with spaces after it was typed in front of a line; that line's indentation is what counts. */
function indentOf(text: string, start: number, mayBeStray: boolean): number {
  const spaces = mayBeStray ? /[([{"'] +(?=\S)/y : null;
  const stray = spaces === null ? null : matchAt(spaces, text, start);
  return stray === null ? start : start + stray.length - 1;
}

/** `do` is no opening in `do:`, `:do`, `x.do` and `@do`. */
function kindOfWord(text: string, name: string, start: number): RoughToken['kind'] {
  const kind = keywords.get(name);
  if (kind === undefined) return 'code';
  const before = text.charAt(start - 1);
  if (before === '.' || before === '@' || before === '&') return 'code';
  if (before === ':' && text.charAt(start - 2) !== ':') return 'code';
  return text.charAt(start + name.length) === ':' && text.charAt(start + name.length + 1) !== ':'
    ? 'code'
    : kind;
}

interface QuoteEnd {
  readonly end: number;
  /** What closes it, when it is taken as unclosed. */
  readonly insert: string | null;
}

/**
 * The end of a quoted text. One that runs over several lines is taken as unclosed, ending with its first line, when its
 * first or last quote looks like the other one: text right before it, or right after its end.
 */
function quoted(
  text: string,
  opening: string,
  start: number,
  inside: number,
  interpolated: boolean,
): QuoteEnd {
  const closing = closers.get(opening) ?? opening;
  const firstLine = lineEnd(text, inside);
  const close = closingQuote(text, closing, inside, interpolated);
  if (close !== null && close.end <= firstLine) return { end: close.end, insert: null };
  const isString = opening === '"' || opening === "'";
  const turned =
    close === null ||
    (isString && (/[\w)\]}]/.test(text.charAt(start - 1)) || /[\w"%#]/.test(text.charAt(close.end))));
  return turned
    ? { end: endOfUnclosed(text, inside, firstLine), insert: closing }
    : { end: close.end, insert: null };
}

/** The end of a heredoc. One that holds the beginning of another, or that nothing closes, ends before a line of code. */
function heredoc(text: string, quote: string, inside: number, interpolated: boolean): QuoteEnd {
  const close = closingQuote(text, quote, inside, interpolated);
  if (close !== null && !close.holdsOpening) return { end: close.end, insert: null };
  codeInHeredoc.lastIndex = inside;
  const code = codeInHeredoc.exec(text);
  return { end: trimmedEnd(text, inside, code?.index ?? text.length), insert: `\n${quote}` };
}

/** Texts in interpolations in texts: nobody nests them deeper. */
const deepestTexts = 20;

interface ClosingQuote {
  /** The offset after the quote. */
  readonly end: number;
  /** For heredocs: another one seems to start before this end. */
  readonly holdsOpening: boolean;
}

/** `null` when nothing closes the text. The end of a heredoc is the first thing on its line. */
function closingQuote(
  text: string,
  closing: string,
  from: number,
  interpolated: boolean,
  depth = 0,
): ClosingQuote | null {
  const isHeredoc = closing.length === 3;
  let holdsOpening = false;
  for (let at = from; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === closing.charAt(0) && (!isHeredoc || text.startsWith(closing, at))) {
      const end = at + closing.length;
      if (!isHeredoc || isFirstOnLine(text, at)) return { end, holdsOpening };
      holdsOpening ||= text.slice(end, lineEnd(text, end)).trim() === '';
    } else if (char === '\\') {
      at += 1;
    } else if (interpolated && char === '#' && text.charAt(at + 1) === '{') {
      const after = interpolationEnd(text, at + 2, depth);
      if (after === null) return null;
      at = after - 1;
    }
  }
  return null;
}

/** The offset after the `}` of an interpolation whose code starts at `from`; texts in it may hold braces. */
function interpolationEnd(text: string, from: number, depth: number): number | null {
  if (depth > deepestTexts) return null;
  let braces = 1;
  for (let at = from; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '{') braces += 1;
    else if (char === '}') {
      braces -= 1;
      if (braces === 0) return at + 1;
    } else if (char === '"') {
      const quote = text.startsWith('"""', at) ? '"""' : '"';
      const close = closingQuote(text, quote, at + quote.length, true, depth + 1);
      if (close === null) return null;
      at = close.end - 1;
    }
  }
  return null;
}

function isFirstOnLine(text: string, at: number): boolean {
  let start = at;
  while (start > 0 && (text.charAt(start - 1) === ' ' || text.charAt(start - 1) === '\t')) start -= 1;
  return start === 0 || text.charAt(start - 1) === '\n';
}

function lineEnd(text: string, from: number): number {
  const newline = text.indexOf('\n', from);
  return newline < 0 ? text.length : newline;
}

/** Where an unclosed text on one line ends: the `do` of its line is hardly a part of it. */
function endOfUnclosed(text: string, from: number, to: number): number {
  const block = / do[ \t\r]*$/.exec(text.slice(from, to));
  return block === null ? trimmedEnd(text, from, to) : from + block.index;
}

function trimmedEnd(text: string, from: number, to: number): number {
  let end = to;
  while (end > from && /\s/.test(text.charAt(end - 1))) end -= 1;
  return end;
}

function matchAt(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}
