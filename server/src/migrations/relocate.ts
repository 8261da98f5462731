// Operations that were read from a text within another one, at their places in the other.

import type { Operation, Touch } from '../catalog/operation.js';
import { isSpan, type Span } from '../text/span.js';

/** The same with every span of it moved. Spans inside an expression count from the expression's own text, and stay. */
export function relocated<T extends Operation | Touch>(value: T, move: (span: Span) => Span): T {
  return relocatedValue(value, move) as T;
}

function relocatedValue(value: unknown, move: (span: Span) => Span): unknown {
  if (Array.isArray(value)) return value.map((item) => relocatedValue(item, move));
  if (typeof value !== 'object' || value === null) return value;
  if (isSpan(value)) return move(value);
  const entries = Object.entries(value);
  return Object.fromEntries(
    entries.map(([key, part]) => [key, key === 'mentions' ? part : relocatedValue(part, move)]),
  );
}
