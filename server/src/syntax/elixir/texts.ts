// Strings, charlists, heredocs and sigils: from what is written between the quotes to the value that Elixir makes of it,
// with a map back. Follows `elixir_interpolation.erl` and `elixir_tokenizer.erl` of Elixir.

import { type EmbeddedText, embeddedText, type Piece, plainEmbedded } from '../../text/embedded.js';
import type { Span } from '../../text/span.js';

export interface Quoted {
  /** Between the quotes. */
  readonly inside: Span;
  readonly closing: string;
  /** How many spaces each line of a heredoc loses; `null` for other texts. */
  readonly indent: number | null;
  /** `all` in strings; `closing` where only the closing quote can be escaped, as in `~S` and `~r`. */
  readonly escapes: 'all' | 'closing';
  /** Where `#{…}` stand. */
  readonly interpolations: readonly Span[];
}

const escaped: ReadonlyMap<string, string> = new Map([
  ['0', '\0'],
  ['a', '\x07'],
  ['b', '\b'],
  ['d', '\x7f'],
  ['e', '\x1b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['s', ' '],
  ['t', '\t'],
  ['v', '\v'],
]);

const codePoint = /x([0-9a-fA-F]{1,2})|x\{([0-9a-fA-F]+)\}|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]+)\}/y;

/** The value of a text of `source`. */
export function embeddedValue(source: string, quoted: Quoted): EmbeddedText {
  const { start, end } = quoted.inside;
  const raw = source.slice(start, end);
  if (quoted.indent === null && quoted.interpolations.length === 0 && !raw.includes('\\')) {
    return plainEmbedded(raw, start);
  }
  return new ValueBuilder(source, quoted).build();
}

/** How many spaces a heredoc's lines lose: those before its closing quotes, or the fewest of any line when there are none. */
export function heredocIndent(source: string, inside: Span, closed: boolean): number {
  const lines = source.slice(inside.start, inside.end).split('\n').slice(1);
  if (closed) return lines.at(-1)?.length ?? 0;
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/));
  return indents.length === 0 ? 0 : Math.min(...indents);
}

class ValueBuilder {
  private readonly parts: string[] = [];
  private readonly pieces: Piece[] = [];
  private readonly holes: Span[] = [];
  private readonly names = new Map<string, string>();
  private length = 0;

  constructor(
    private readonly source: string,
    private readonly quoted: Quoted,
  ) {}

  build(): EmbeddedText {
    const { inside, indent, interpolations } = this.quoted;
    let at = inside.start;
    if (indent !== null) {
      const firstLine = this.source.indexOf('\n', at);
      at = firstLine < 0 || firstLine >= inside.end ? inside.end : this.afterIndent(firstLine + 1);
    }
    for (const interpolation of interpolations) {
      this.addRun(at, interpolation.start);
      this.addHole(interpolation);
      at = interpolation.end;
    }
    this.addRun(at, inside.end);
    if (this.pieces.length === 0) this.pieces.push({ inner: 0, outer: at, length: 0 });
    return embeddedText(this.parts.join(''), this.pieces, this.holes);
  }

  private add(text: string, outer: number, outerLength?: number): void {
    if (text === '') return;
    const piece = { inner: this.length, length: text.length, outer };
    this.pieces.push(outerLength === undefined ? piece : { ...piece, outerLength });
    this.parts.push(text);
    this.length += text.length;
  }

  private addHole({ start, end }: Span): void {
    const code = this.source.slice(start + 2, end - 1).trim();
    const name = this.names.get(code) ?? `__interpolated${this.names.size}__`;
    this.names.set(code, name);
    this.holes.push({ start: this.length, end: this.length + name.length });
    this.add(name, start, end - start);
  }

  /** Text without interpolations. */
  private addRun(from: number, to: number): void {
    const { source } = this;
    let plain = from;
    let at = from;
    while (at < to) {
      const char = source.charAt(at);
      const escapeEnd = char === '\\' ? this.escapeEnd(at, to) : null;
      if (escapeEnd !== null) {
        this.add(source.slice(plain, at), plain);
        this.add(this.unescape(at, escapeEnd), at, escapeEnd - at);
        plain = source.charAt(escapeEnd - 1) === '\n' ? this.afterIndent(escapeEnd) : escapeEnd;
        at = plain;
      } else if (char === '\n' && this.quoted.indent !== null) {
        const next = this.afterIndent(at + 1);
        if (next > at + 1) {
          this.add(source.slice(plain, at + 1), plain);
          plain = next;
        }
        at = next;
      } else {
        at += 1;
      }
    }
    if (plain < to) this.add(source.slice(plain, to), plain);
  }

  /** The end of the escape that starts with the backslash at `at`; `null` when it is no escape here. */
  private escapeEnd(at: number, to: number): number | null {
    const { closing, escapes } = this.quoted;
    if (this.source.startsWith(closing, at + 1)) return at + 1 + closing.length;
    if (escapes === 'closing' || at + 1 >= to) return null;
    if (this.source.startsWith('\r\n', at + 1)) return at + 3;
    codePoint.lastIndex = at + 1;
    const point = codePoint.exec(this.source);
    if (point !== null) return at + 1 + point[0].length;
    const code = this.source.codePointAt(at + 1) ?? 0;
    return at + (code > 0xffff ? 3 : 2);
  }

  private unescape(start: number, end: number): string {
    const body = this.source.slice(start + 1, end);
    if (body.endsWith('\n')) return '';
    if (body === this.quoted.closing) return body;
    codePoint.lastIndex = start + 1;
    const point = codePoint.exec(this.source);
    if (point === null) return escaped.get(body) ?? body;
    const code = Number.parseInt(point[1] ?? point[2] ?? point[3] ?? point[4] ?? '', 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
  }

  /** Where the text of a heredoc's line starts, for a line that starts at `at`. */
  private afterIndent(at: number): number {
    const { indent, inside } = this.quoted;
    if (indent === null) return at;
    let start = at;
    while (start < at + indent && start < inside.end && /[ \t]/.test(this.source.charAt(start))) start += 1;
    return start;
  }
}

/** The code point of `?a`, `?\n`, as digits. */
export function charCode(written: string): string {
  const inside = { start: 1, end: written.length };
  const quoted: Quoted = { inside, closing: '\0', indent: null, escapes: 'all', interpolations: [] };
  return String(embeddedValue(written, quoted).text.codePointAt(0) ?? 0);
}
