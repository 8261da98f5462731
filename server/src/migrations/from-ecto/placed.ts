// Code of another file as if all of it stood at one place: the call in the migration by which it runs.

import type { Expr, Text } from '../../syntax/elixir/nodes.js';
import { isSpan, type Span } from '../../text/span.js';
import { textFrom } from './sql-text.js';

const known = new WeakMap<object, Map<string, object>>();

/** The same with every span of it replaced. */
export function placed<T extends object>(code: T, at: Span): T {
  const key = `${at.start}:${at.end}`;
  let copies = known.get(code);
  if (copies === undefined) {
    copies = new Map();
    known.set(code, copies);
  }
  let copy = copies.get(key);
  if (copy === undefined) {
    copy = copyOf(code, at) as object;
    copies.set(key, copy);
  }
  return copy as T;
}

function copyOf(value: unknown, at: Span): unknown {
  if (Array.isArray(value)) return value.map((item) => copyOf(item, at));
  if (typeof value !== 'object' || value === null) return value;
  if (isSpan(value)) return at;
  if (isText(value)) return placedText(value, at);
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, copyOf(part, at)]));
}

/** Its content is computed when it is first asked for, so it cannot be copied part by part. */
function placedText(text: Text, at: Span): Text {
  const { kind, value, sigil, modifiers, charlist, content } = text;
  return {
    kind,
    span: at,
    value,
    sigil,
    modifiers,
    charlist,
    content: pieceByHole(content.text, content.holes, at),
    interpolations: text.interpolations.map((part) => copyOf(part, at) as Expr),
  };
}

function pieceByHole(text: string, holes: readonly Span[], at: Span): Text['content'] {
  const { pieces: _whole, ...rest } = textFrom(at, text, holes);
  const outerLength = at.end - at.start;
  const edges = [...new Set([0, ...holes.flatMap(({ start, end }) => [start, end]), text.length])].sort(
    (a, b) => a - b,
  );
  const pieces = edges.slice(0, -1).map((inner, index) => ({
    inner,
    length: (edges[index + 1] ?? text.length) - inner,
    outer: at.start,
    outerLength,
  }));
  return pieces.length === 0 ? textFrom(at, text, holes) : { ...rest, pieces };
}

function isText(value: object): value is Text {
  return 'kind' in value && value.kind === 'text' && 'interpolations' in value;
}
