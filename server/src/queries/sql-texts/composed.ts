// Texts that Elixir code puts together: `"SELECT … " <> conditions`, `Enum.join(["SELECT …", "FROM …"], " ")`, and what is known
// of what is interpolated: variables with a text, module attributes, numbers.

import { type Call, type Expr, pipeline, type Text } from '../../syntax/elixir/nodes.js';
import { everythingIn } from '../../syntax/elixir/walk.js';
import { type EmbeddedText, embeddedText, fillHoles, type Piece } from '../../text/embedded.js';
import type { Span } from '../../text/span.js';

/** What a variable of the function, or an attribute of the module, stands for; `null` when that is not always the same. */
export type Bound = (named: Expr & { kind: 'variable' | 'attribute' }) => Expr | null;

/** Whether the expression may be a text. */
export function isComposed(expr: Expr): boolean {
  return expr.kind === 'text' || partsOf(expr) !== null;
}

/**
 * The text with what is interpolated filled in as far as it is known. What is not known is a hole.
 * What a variable says maps to the place where it is used. `null` when it is no text, or does not begin with one.
 */
export function composed(expr: Expr, bound: Bound): EmbeddedText | null {
  if (expr.kind === 'text') return withValues(expr, bound, 0);
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

/**
 * What variables of a function are bound to that may be a text, and what attributes of a module hold. What is set twice is `null`.
 * @param definition the call of `def`
 * @param module the call of `defmodule`
 */
export function valuesIn(definition: Call | null, module: Call | null): Bound {
  return (named) => {
    const of = named.kind === 'variable' ? definition : module;
    if (of === null) return null;
    let values = known.get(of);
    if (values === undefined) {
      values = of === definition ? variablesOf(of) : attributesOf(of);
      known.set(of, values);
    }
    return values.get(named.name) ?? null;
  };
}

function variablesOf(definition: Call): ReadonlyMap<string, Expr | null> {
  const texts = new Map<string, Expr | null>();
  for (const expr of everythingIn(definition)) {
    if (expr.kind !== 'binary' || expr.operator !== '=' || expr.left.kind !== 'variable') continue;
    const { name } = expr.left;
    texts.set(name, texts.has(name) || !isComposed(expr.right) ? null : expr.right);
  }
  return texts;
}

function attributesOf(module: Call): ReadonlyMap<string, Expr | null> {
  const values = new Map<string, Expr | null>();
  for (const expr of module.body?.items ?? []) {
    if (expr.kind !== 'attribute' || expr.value === null) continue;
    values.set(expr.name, values.has(expr.name) ? null : expr.value);
  }
  return values;
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
  if (expr.kind === 'text') return renumbered(withValues(expr, bound, index), index);
  const value = valueText(expr, bound, index + 1);
  return value === null ? null : inPlaceOf(expr, value);
}

function withValues(text: Text, bound: Bound, index: number): EmbeddedText {
  if (text.interpolations.length === 0) return text.content;
  return fillHoles(text.content, (hole) => {
    const expr = text.interpolations[hole];
    return expr === undefined ? null : valueText(expr, bound, index * 10 + hole + 1, text);
  });
}

/**
 * What an expression says where it is interpolated; `null` where that is not known.
 * @param index makes names of holes in it different from others
 * @param inside the text that it is interpolated in, which is not looked into again
 */
function valueText(expr: Expr, bound: Bound, index: number, inside: Expr | null = null): string | null {
  switch (expr.kind) {
    case 'variable':
    case 'attribute': {
      const value = bound(expr);
      return value === null || value === inside ? null : valueText(value, attributesAmong(bound), index);
    }
    case 'number':
      return /^\d+$/.test(expr.value) ? expr.value : null;
    case 'atom':
      return expr.value === 'nil' ? '' : expr.value;
    case 'text':
      // The words of `~w` are a list.
      if (expr.sigil !== null && !/^(?:[sS]|SQL)$/.test(expr.sigil)) return null;
      break;
    case 'call': {
      const joined = joinedList(expr, bound, index);
      if (joined !== null) return joined;
    }
  }
  const content = composed(expr, attributesAmong(bound));
  return content === null ? null : renumbered(content, index).text;
}

/** Variables in the value of a variable may have changed since. */
function attributesAmong(bound: Bound): Bound {
  return (named) => (named.kind === 'attribute' ? bound(named) : null);
}

/** `Enum.join(@columns, ", ")`; `null` where not all of the list is known. */
function joinedList({ name, receiver, args }: Call, bound: Bound, index: number): string | null {
  const [list, separator] = args;
  if (name !== 'join' || receiver?.kind !== 'alias' || receiver.name !== 'Enum') return null;
  const between = separator === undefined ? '' : valueText(separator, bound, index);
  const value = list?.kind === 'attribute' ? bound(list) : list;
  if (between === null || value == null) return null;
  if (value.kind === 'text' && value.sigil === 'w' && value.value !== null) {
    return value.value.trim().split(/\s+/).join(between);
  }
  if (value.kind !== 'list') return null;
  const items = value.items.map((item) => valueText(item, bound, index));
  return items.includes(null) ? null : items.join(between);
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
