// Texts that Elixir code puts together: `"SELECT … " <> conditions`, `Enum.join(["SELECT …", "FROM …"], " ")`, and variables
// with a text that are interpolated in another one.

import { type Call, type Expr, pipeline, type Text } from '../../syntax/elixir/nodes.js';
import { everythingIn } from '../../syntax/elixir/walk.js';
import { type EmbeddedText, embeddedText, fillHoles, type Piece } from '../../text/embedded.js';
import type { Span } from '../../text/span.js';

/** What a variable of the function stands for; `null` when it is no text, or not always the same. */
export type Bound = (name: string) => Expr | null;

/** Whether the expression may be a text. */
export function isComposed(expr: Expr): boolean {
  return expr.kind === 'text' || partsOf(expr) !== null;
}

/**
 * The text with variables filled in as far as their texts are known. What is not known is a hole, as an interpolation is.
 * What a variable says maps to the place where it is used. `null` when it is no text, or does not begin with one.
 */
export function composed(expr: Expr, bound: Bound): EmbeddedText | null {
  if (expr.kind === 'text') return withVariables(expr, bound, 0);
  const parts = partsOf(expr);
  const first = parts?.[0];
  if (parts == null || first === undefined || textAt(first.expr, bound, 0) === null) return null;
  let text = '';
  const pieces: Piece[] = [];
  const holes: Span[] = [];
  parts.forEach(({ expr: part, before }, index) => {
    if (before !== '') {
      pieces.push({ inner: text.length, length: before.length, outer: part.span.start, outerLength: 0 });
      text += before;
    }
    const known = textAt(part, bound, index);
    const content = known ?? hole(part, index);
    pieces.push(...content.pieces.map((piece) => ({ ...piece, inner: piece.inner + text.length })));
    holes.push(
      ...content.holes.map(({ start, end }) => ({ start: start + text.length, end: end + text.length })),
    );
    text += content.text;
  });
  return embeddedText(text, pieces, holes);
}

/** Names of the variables that a text begins with or goes on from: `sql <> "…"`, `"#{sql} LIMIT 1"`. */
export function continuedIn(expr: Expr): string | null {
  const first = expr.kind === 'text' ? null : partsOf(expr)?.[0]?.expr;
  if (first?.kind === 'variable') return first.name;
  const text = expr.kind === 'text' ? expr : first?.kind === 'text' ? first : null;
  const [interpolated] = text?.interpolations ?? [];
  if (interpolated?.kind !== 'variable') return null;
  return /^\s*__interpolated/.test(text?.content.text ?? '') ? interpolated.name : null;
}

const known = new WeakMap<Call, ReadonlyMap<string, Expr | null>>();

/** The texts that variables of a function are bound to. One that is bound twice is none. */
export function textsBoundIn(definition: Call | null): Bound {
  if (definition === null) return () => null;
  let texts = known.get(definition);
  if (texts === undefined) {
    texts = boundIn(definition);
    known.set(definition, texts);
  }
  const found = texts;
  return (name) => found.get(name) ?? null;
}

function boundIn(definition: Call): ReadonlyMap<string, Expr | null> {
  const texts = new Map<string, Expr | null>();
  for (const expr of everythingIn(definition)) {
    if (expr.kind !== 'binary' || expr.operator !== '=' || expr.left.kind !== 'variable') continue;
    const { name } = expr.left;
    texts.set(name, texts.has(name) || !isComposed(expr.right) ? null : expr.right);
  }
  return texts;
}

interface Part {
  readonly expr: Expr;
  /** What is put in front of it. */
  readonly before: string;
}

/** `null` for what is not put together. */
function partsOf(expr: Expr): readonly Part[] | null {
  if (expr.kind === 'binary' && expr.operator === '<>') {
    return [...(partsOf(expr.left) ?? [plain(expr.left)]), ...(partsOf(expr.right) ?? [plain(expr.right)])];
  }
  const [list, join, ...more] = pipeline(expr);
  if (more.length > 0 || list === undefined) return null;
  const call = join ?? list;
  if (call.kind !== 'call' || call.name !== 'join' || call.receiver?.kind !== 'alias') return null;
  const [joined, separator] = join === undefined ? call.args : [list, ...call.args];
  if (joined?.kind !== 'list' || call.receiver.name !== 'Enum') return null;
  const between = separator === undefined ? '' : separator.kind === 'text' ? separator.value : null;
  if (between === null) return null;
  return joined.items.map((item, index) => ({ expr: item, before: index === 0 ? '' : between }));
}

function plain(expr: Expr): Part {
  return { expr, before: '' };
}

/** @param index makes names of holes of several texts different */
function textAt(expr: Expr, bound: Bound, index: number): EmbeddedText | null {
  if (expr.kind === 'text') return renumbered(withVariables(expr, bound, index), index);
  if (expr.kind !== 'variable') return null;
  const value = bound(expr.name);
  const content = value === null ? null : composed(value, nothing);
  return content === null ? null : inPlaceOf(expr, renumbered(content, index + 1).text);
}

const nothing: Bound = () => null;

function withVariables(text: Text, bound: Bound, index: number): EmbeddedText {
  const values = text.interpolations.map((interpolated) =>
    interpolated.kind === 'variable' ? bound(interpolated.name) : null,
  );
  if (values.every((value) => value === null || value === text)) return text.content;
  return fillHoles(text.content, (hole) => {
    const value = values[hole] ?? null;
    const content = value === null || value === text ? null : composed(value, nothing);
    return content === null ? null : renumbered(content, index * 10 + hole + 1).text;
  });
}

/** The same holes by other names, so that those of several texts are told apart. */
function renumbered(content: EmbeddedText, by: number): EmbeddedText {
  if (by === 0 || content.holes.length === 0) return content;
  const names = new Map(
    content.holes.map(({ start, end }) => {
      const name = content.text.slice(start, end);
      return [name, name.replace(/\d+/, (digits) => String(Number(digits) + by * 100))];
    }),
  );
  return fillHoles(content, (hole) => {
    const { start, end } = content.holes[hole] ?? { start: 0, end: 0 };
    return names.get(content.text.slice(start, end)) ?? null;
  });
}

function hole(expr: Expr, index: number): EmbeddedText {
  const name = ` __interpolated${(index + 1) * 1000}__ `;
  const content = inPlaceOf(expr, name);
  return embeddedText(name, content.pieces, [{ start: 1, end: name.length - 1 }]);
}

function inPlaceOf({ span }: Expr, text: string): EmbeddedText {
  const outerLength = span.end - span.start;
  return embeddedText(text, [{ inner: 0, length: text.length, outer: span.start, outerLength }]);
}
