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
const plainWord = /[A-Za-z_]\w*[?!]?(?![^\0-\x7f])/y;
const number = /\d\w*(?:\.\d\w*)?/y;
const character = /\?(?:\\.|[^\s\\])/sy;
const sigil = /~(?:[a-z]|[A-Z][A-Z0-9]*)(?="""|'''|["'([{</|])/y;
const spaces = /[ \t\r]+/y;
const straySpaces = /[([{"'] +(?=\S)/y;
const quotes = /"""|'''|./y;
/** A line that is code rather than text. */
const codeInHeredoc =
  /\n[ \t]*(?:end$|@\w+ |def(?:p|module|macro)? |(?:create|alter|drop)\w*[ (]+\w+\(|(?:add|modify|remove|field|belongs_to|has_\w+|many_to_many|embeds_\w+)[ (]+:|execute[ (]+["~]|timestamps\()/gm;

export function roughTokens(text: string): RoughTokens {
  return new Tokenizer(text).run();
}

class Tokenizer {
  private readonly tokens: RoughToken[] = [];
  private readonly unclosed: UnclosedQuote[] = [];
  private at = 0;
  private lineStart = 0;
  private indent = 0;
  private first = true;

  constructor(private readonly text: string) {}

  run(): RoughTokens {
    while (this.at < this.text.length) this.step(this.text.charAt(this.at));
    return { tokens: this.tokens, unclosed: this.unclosed };
  }

  private step(char: string): void {
    switch (char) {
      case '\n':
        this.at += 1;
        this.lineStart = this.at;
        this.first = true;
        break;
      case ' ':
      case '\t':
      case '\r':
        this.at += this.lengthOf(spaces);
        break;
      case '#':
        this.at = lineEnd(this.text, this.at);
        break;
      case '"':
      case "'":
        this.addQuoted(this.at, true);
        break;
      case '~':
        this.addSigil();
        break;
      case '?':
        this.add('code', char, Math.max(1, this.lengthOf(character)));
        break;
      case '(':
      case '[':
      case '{':
        this.add('open', char, 1);
        break;
      case ')':
      case ']':
      case '}':
        this.add('close', char, 1);
        break;
      default:
        this.addWord(char);
    }
  }

  private addWord(char: string): void {
    const length = this.lengthOf(plainWord) || this.lengthOf(word);
    if (length === 0) {
      this.add('code', char, Math.max(1, this.lengthOf(number)));
    } else {
      const name = this.text.slice(this.at, this.at + length);
      this.add(kindOfWord(this.text, name, this.at), name, length);
    }
  }

  private addSigil(): void {
    const length = this.lengthOf(sigil);
    if (length === 0) this.add('code', '~', 1);
    else this.addQuoted(this.at + length, this.text.charAt(this.at + 1) >= 'a');
  }

  /** Adds a text, which may start before its opening quote. */
  private addQuoted(opening: number, interpolated: boolean): void {
    const { text, at: start } = this;
    quotes.lastIndex = opening;
    const quote = quotes.exec(text)?.[0] ?? '"';
    const inside = opening + quote.length;
    const { end, insert } =
      quote.length === 3
        ? heredoc(text, quote, inside, interpolated)
        : quoted(text, quote, start, inside, interpolated);
    if (insert !== null) this.unclosed.push({ start, end, insert });
    this.add('code', '"', end - start, insert !== null);
    const newline = text.lastIndexOf('\n', end - 1);
    if (newline >= start) this.lineStart = newline + 1;
  }

  private add(kind: RoughToken['kind'], token: string, length: number, stray = false): void {
    const start = this.at;
    if (this.first) this.indent = indentOf(this.text, start, stray || kind === 'open') - this.lineStart;
    this.at = start + length;
    this.tokens.push({ kind, text: token, start, end: this.at, first: this.first, indent: this.indent });
    this.first = false;
  }

  /** How much of the text from here a sticky pattern matches; 0 when it does not. */
  private lengthOf(pattern: RegExp): number {
    pattern.lastIndex = this.at;
    return pattern.test(this.text) ? pattern.lastIndex - this.at : 0;
  }
}

/** A bracket or quote with spaces after it was typed in front of a line; that line's indentation is what counts. */
function indentOf(text: string, start: number, mayBeStray: boolean): number {
  if (!mayBeStray) return start;
  straySpaces.lastIndex = start;
  return straySpaces.test(text) ? straySpaces.lastIndex - 1 : start;
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
