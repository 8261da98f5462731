// A text inside another text: SQL in an Elixir string. Escapes, interpolations and the indentation that a heredoc
// drops make the inner text differ from the outer one, so offsets are mapped piece by piece.

import type { Span } from './span.js';

/** A run of inner text and where it comes from. */
export interface Piece {
  readonly inner: number;
  readonly length: number;
  readonly outer: number;
  /**
   * Length in the outer text of a run that does not stand there unchanged: an escape, an interpolation.
   * Such a run is mapped as a whole. Absent for text that is the same in both.
   */
  readonly outerLength?: number;
}

export interface EmbeddedText {
  /** The value of the string. An interpolation is replaced by a name, see {@link holes}. */
  readonly text: string;
  /** Where `text` stands in the outer text: for every inner span the outer span that shows it. */
  toOuter(inner: Span): Span;
  /** The inner offset of a place in the outer text; `null` outside the string. */
  toInner(outer: number): number | null;
  /** Spans of `text` whose value is not known (interpolations); empty for a plain string. */
  readonly holes: readonly Span[];
  /** At least one, in order; together they hold all of `text`. Outer text between two pieces is dropped text. */
  readonly pieces: readonly Piece[];
}

/**
 * @param pieces see {@link EmbeddedText.pieces}
 * @param holes spans of the inner text that stand for interpolations
 */
export function embeddedText(
  text: string,
  pieces: readonly Piece[],
  holes: readonly Span[] = [],
): EmbeddedText {
  return {
    text,
    holes,
    pieces,
    toOuter({ start, end }) {
      if (end > start) return { start: outerStart(pieces, start), end: outerEnd(pieces, end) };
      const at = start < text.length ? outerStart(pieces, start) : outerEnd(pieces, start);
      return { start: at, end: at };
    },
    toInner: (outer) => innerOffset(pieces, outer),
  };
}

/** An inner text that is the whole outer text, or a plain run of it that starts at `outer`. */
export function plainEmbedded(text: string, outer = 0): EmbeddedText {
  return embeddedText(text, [{ inner: 0, outer, length: text.length }]);
}

/**
 * The same text with other words in its holes.
 *
 * @param fill gives the text of the hole with that index; `null` leaves it a hole
 */
export function fillHoles(embedded: EmbeddedText, fill: (hole: number) => string | null): EmbeddedText {
  const pieces: Piece[] = [];
  const holes: Span[] = [];
  let text = '';
  for (const piece of embedded.pieces) {
    const index = embedded.holes.findIndex((hole) => hole.start === piece.inner && piece.length > 0);
    const filled = index < 0 ? null : fill(index);
    const part = filled ?? embedded.text.slice(piece.inner, piece.inner + piece.length);
    if (index >= 0 && filled === null) holes.push({ start: text.length, end: text.length + part.length });
    pieces.push({ ...piece, inner: text.length, length: part.length });
    text += part;
  }
  return embeddedText(text, pieces, holes);
}

/** Where the character at the inner offset starts. */
function outerStart(pieces: readonly Piece[], offset: number): number {
  const piece = lastPiece(pieces, (candidate) => candidate.inner <= offset);
  if (piece === undefined) return 0;
  if (piece.outerLength !== undefined) return piece.outer;
  return piece.outer + Math.min(offset - piece.inner, piece.length);
}

/** Where the character before the inner offset ends. */
function outerEnd(pieces: readonly Piece[], offset: number): number {
  const piece = lastPiece(pieces, (candidate) => candidate.inner < offset) ?? pieces[0];
  if (piece === undefined) return 0;
  return piece.outer + (piece.outerLength ?? Math.min(offset - piece.inner, piece.length));
}

function innerOffset(pieces: readonly Piece[], outer: number): number | null {
  const first = pieces[0];
  const piece = lastPiece(pieces, (candidate) => candidate.outer <= outer);
  if (first === undefined || piece === undefined) return null;
  const past = outer - piece.outer;
  const last = pieces.at(-1) === piece;
  if (last && past > (piece.outerLength ?? piece.length)) return null;
  if (piece.outerLength === undefined) return piece.inner + Math.min(past, piece.length);
  return past < piece.outerLength ? piece.inner : piece.inner + piece.length;
}

/** The last piece for which `holds`, where the pieces that hold come first. */
function lastPiece(pieces: readonly Piece[], holds: (piece: Piece) => boolean): Piece | undefined {
  let low = 0;
  let high = pieces.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const piece = pieces[middle];
    if (piece !== undefined && holds(piece)) low = middle + 1;
    else high = middle;
  }
  return pieces[low - 1];
}
