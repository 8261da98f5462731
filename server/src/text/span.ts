// Places in a text. Everything inside Plumbline counts UTF-16 code units, as JavaScript strings and LSP do.

/** A half-open range `[start, end)` of UTF-16 code units of one text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** True for a span and for nothing that has other fields, too. */
export function isSpan(value: unknown): value is Span {
  return (
    typeof value === 'object' &&
    value !== null &&
    'start' in value &&
    'end' in value &&
    Object.keys(value).length === 2
  );
}

export function spanOf(start: number, end: number): Span {
  return { start, end };
}

export function sameSpan(a: Span, b: Span): boolean {
  return a.start === b.start && a.end === b.end;
}

/** The same span in a text that stands `by` code units further to the right. */
export function shift(span: Span, by: number): Span {
  return by === 0 ? span : { start: span.start + by, end: span.end + by };
}

/** The smallest span that holds both. */
export function cover(a: Span, b: Span): Span {
  return { start: Math.min(a.start, b.start), end: Math.max(a.end, b.end) };
}

/** True when `offset` is inside the span or at its end, which is where a cursor stands after typing. */
export function touches(span: Span, offset: number): boolean {
  return span.start <= offset && offset <= span.end;
}

/** True when the spans share a code unit, or when one is empty and lies inside or at the edge of the other. */
export function overlaps(a: Span, b: Span): boolean {
  if (a.start === a.end || b.start === b.end) return a.start <= b.end && b.start <= a.end;
  return a.start < b.end && b.start < a.end;
}

export function contains(outer: Span, inner: Span): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

export function textAt(text: string, span: Span): string {
  return text.slice(span.start, span.end);
}
