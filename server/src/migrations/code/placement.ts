// Where what is found in a text belongs in the statement of the migration.

import type { Piece } from '../../syntax/sql/plpgsql-tree.js';
import type { Span } from '../../text/span.js';

export interface Placement {
  readonly span: (span: Span) => Span;
  /** Where findings point instead of at the operation's own words; `null` when those stand there. */
  readonly keyword: Span | null;
}

/** Everything at the place of the whole text. */
export function whole(placement: Placement, text: string): Placement {
  return fixed(placement, { start: 0, end: text.length });
}

/** Everything at one place. */
export function fixed(placement: Placement, at: Span): Placement {
  const span = placement.span(at);
  return { span: () => span, keyword: placement.keyword ?? firstOf(span) };
}

export function spanOfPiece({ text, at }: Piece): Span {
  return { start: at, end: at + text.length };
}

/** As much of a place as is underlined. */
export function firstOf({ start, end }: Span): Span {
  return { start, end: Math.min(end, start + 7) };
}
