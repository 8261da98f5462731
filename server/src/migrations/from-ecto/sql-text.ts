// SQL that we write, with a map back to the Elixir that it stands for. It is put together as a tree: words, texts of the source,
// and places, which say what their words stand for. The map answers with the narrowest place, and with the exact characters
// inside a text of the source.

import { type EmbeddedText, embeddedText, type Piece } from '../../text/embedded.js';
import { cover, type Span } from '../../text/span.js';
import type { Hole } from '../holes.js';

export type Sql = string | EmbeddedText | Place | Unsure | Refused | readonly Sql[];

/** What it writes stands for that span of the source. */
export interface Place {
  readonly kind: 'place';
  readonly span: Span;
  readonly sql: Sql;
}

/** Something is missing or different here, and we do not know what. */
export interface Unsure {
  readonly kind: 'unsure';
  /** For people, as a clause. */
  readonly reason: string;
}

/** Ecto raises instead of sending this. */
export interface Refused {
  readonly kind: 'refused';
  /** For people, as a clause. */
  readonly reason: string;
}

export function place(span: Span, ...sql: readonly Sql[]): Place {
  return { kind: 'place', span, sql };
}

export function unsure(reason: string): Unsure {
  return { kind: 'unsure', reason };
}

export function refused(reason: string): Refused {
  return { kind: 'refused', reason };
}

/** The parts with a separator between them. */
export function joined(parts: readonly Sql[], separator: string): readonly Sql[] {
  return parts.flatMap((part, index) => (index === 0 ? [part] : [separator, part]));
}

/** A text that is not in the source as it stands, made from what is at the span. */
export function textFrom(span: Span, text: string, holes: readonly Span[] = []): EmbeddedText {
  return embeddedText(text, [wholePiece(text, span)], holes);
}

function wholePiece(text: string, { start, end }: Span): Piece {
  return { inner: 0, length: text.length, outer: start, outerLength: end - start };
}

/**
 * The same text, or a part of it, after a function has changed it. Names that stand for what is not known are looked for in the
 * result.
 */
export function rewritten(
  { text, holes }: EmbeddedText,
  at: Span,
  change: (text: string) => string,
): EmbeddedText {
  const result = change(text);
  const names = new Set(holes.map(({ start, end }) => text.slice(start, end)));
  const found = [...names].flatMap((name) => occurrences(result, name));
  return textFrom(
    at,
    result,
    found.sort((a, b) => a.start - b.start),
  );
}

function occurrences(text: string, name: string): readonly Span[] {
  const spans: Span[] = [];
  if (name === '') return spans;
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + name.length)) {
    spans.push({ start: at, end: at + name.length });
  }
  return spans;
}

/** One text after the other, each with its own way back. */
export function concatenated(texts: readonly EmbeddedText[]): EmbeddedText {
  const pieces: Piece[] = [];
  const holes: Span[] = [];
  let text = '';
  for (const part of texts) {
    const by = text.length;
    pieces.push(...part.pieces.map((piece) => ({ ...piece, inner: piece.inner + by })));
    holes.push(...part.holes.map(({ start, end }) => ({ start: start + by, end: end + by })));
    text += part.text;
  }
  return embeddedText(text, pieces.length === 0 ? [{ inner: 0, length: 0, outer: 0 }] : pieces, holes);
}

export interface WrittenSql {
  readonly text: string;
  /** What is not known of it, in order; an empty span where nothing is written for it. */
  readonly holes: readonly Hole[];
  /** Why Ecto would raise instead of sending it; `null` when it would not. */
  readonly refused: string | null;
  /** The span of the source that a span of the text stands for. */
  toSource(span: Span): Span;
}

export function written(sql: Sql): WrittenSql {
  const writer: Writer = { text: '', holes: [], refused: null };
  const root: Region = { inner: { start: 0, end: 0 }, source: null, parts: [] };
  write(sql, writer, root.parts);
  const { text, holes, refused } = writer;
  const whole: Region = { ...root, inner: { start: 0, end: text.length } };
  return { text, holes, refused, toSource: (span) => sourceOf(whole, span) ?? { start: 0, end: 0 } };
}

interface Writer {
  text: string;
  readonly holes: Hole[];
  refused: string | null;
}

type Part = Region | Run;

/** A place: the words of `inner` stand for `source`. */
interface Region {
  readonly inner: Span;
  readonly source: Span | null;
  readonly parts: Part[];
}

/** A piece of a text of the source. */
interface Run {
  readonly inner: Span;
  readonly outer: number;
  /** `null` for characters that are the same in both. */
  readonly outerLength: number | null;
}

function write(sql: Sql, writer: Writer, parts: Part[]): void {
  if (typeof sql === 'string') writer.text += sql;
  else if (isList(sql)) for (const part of sql) write(part, writer, parts);
  else if (!('kind' in sql)) writeText(sql, writer, parts);
  else if (sql.kind === 'refused') writer.refused ??= sql.reason;
  else if (sql.kind === 'unsure') {
    const at = writer.text.length;
    writer.holes.push({ span: { start: at, end: at }, reason: sql.reason });
  } else {
    const inside: Part[] = [];
    const start = writer.text.length;
    write(sql.sql, writer, inside);
    const end = writer.text.trimEnd().length;
    parts.push({ inner: { start, end: Math.max(start, end) }, source: sql.span, parts: inside });
  }
}

function isList(sql: Sql): sql is readonly Sql[] {
  return Array.isArray(sql);
}

function writeText({ text, pieces, holes }: EmbeddedText, writer: Writer, parts: Part[]): void {
  const at = writer.text.length;
  for (const { inner, length, outer, outerLength } of pieces) {
    const start = at + inner;
    parts.push({ inner: { start, end: start + length }, outer, outerLength: outerLength ?? null });
  }
  for (const { start, end } of holes) {
    writer.holes.push({
      span: { start: at + start, end: at + end },
      reason: 'a part of the text is computed',
    });
  }
  writer.text += text;
}

/** What a span inside a part, or across its edge, stands for; `null` where it touches nothing with a place. */
function sourceOf(part: Part, span: Span): Span | null {
  if ('outer' in part) return sourceOfRun(part, span);
  const { inner, source, parts } = part;
  if (source !== null && span.start <= inner.start && inner.end <= span.end) return source;
  let found: Span | null = null;
  for (const inside of parts) {
    if (!meets(inside.inner, span)) continue;
    const own = sourceOf(inside, span);
    if (own !== null) found = found === null ? own : cover(found, own);
  }
  return found ?? source;
}

/** Empty spans meet what they stand in or before. */
function meets(inner: Span, span: Span): boolean {
  if (span.start === span.end) return inner.start <= span.start && span.start < inner.end;
  return inner.start < span.end && span.start < inner.end;
}

function sourceOfRun({ inner, outer, outerLength }: Run, span: Span): Span {
  if (outerLength !== null) return { start: outer, end: outer + outerLength };
  const start = Math.max(span.start, inner.start);
  const end = Math.max(start, Math.min(span.end, inner.end));
  return { start: outer + start - inner.start, end: outer + end - inner.start };
}
