// A text inside another text: SQL in an Elixir string. Escapes and the indentation that a heredoc drops
// make the inner text shorter than the outer one, so offsets are mapped piece by piece.

import type { Span } from './span.js';

/** A run of inner text that stands unchanged in the outer text. */
export interface Piece {
  readonly inner: number;
  readonly outer: number;
  readonly length: number;
}

export interface EmbeddedText {
  /** The value of the string. An interpolation is replaced by `hole` characters, see {@link holes}. */
  readonly text: string;
  /** Where `text` stands in the outer text: for every inner span the outer span that shows it. */
  toOuter(inner: Span): Span;
  /** Spans of `text` whose value is not known (interpolations); empty for a plain string. */
  readonly holes: readonly Span[];
}

/**
 * @param text the inner text
 * @param pieces ordered by `inner`; characters between two pieces (escapes) belong to the piece before them
 * @param holes spans of the inner text that stand for interpolations
 */
export function embeddedText(
  text: string,
  pieces: readonly Piece[],
  holes: readonly Span[] = [],
): EmbeddedText {
  const outerStart = (offset: number): number => {
    const piece = pieceAt(pieces, offset);
    if (piece === undefined) return 0;
    return piece.outer + Math.min(offset - piece.inner, piece.length);
  };
  return {
    text,
    holes,
    toOuter({ start, end }) {
      const from = outerStart(start);
      if (end <= start) return { start: from, end: from };
      // The end is the place after the last character, which may lie in an earlier piece than `end` itself.
      return { start: from, end: outerStart(end - 1) + 1 };
    },
  };
}

/** An inner text that is the whole outer text, or a plain run of it that starts at `outer`. */
export function plainEmbedded(text: string, outer = 0): EmbeddedText {
  return embeddedText(text, [{ inner: 0, outer, length: text.length }]);
}

function pieceAt(pieces: readonly Piece[], offset: number): Piece | undefined {
  let low = 0;
  let high = pieces.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((pieces[middle]?.inner ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return pieces[low];
}
