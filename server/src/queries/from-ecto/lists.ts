// Lists as values: written out, put together, and what stands in them.

import type { Expr } from '../../syntax/elixir/nodes.js';
import { entriesOf, keyOfPair, textOf, unknownValue, type Value, type WrittenValue } from './scope.js';

/** Keyword lists that are written out, as one. Where a key comes twice, the later one counts. */
export function listsTogether(left: Value | undefined, right: Value | undefined): WrittenValue | null {
  const [before, after] = [left, right].map((value) => (value === undefined ? null : entriesOf(value)));
  if (before == null || after == null || left?.kind !== 'written') return null;
  const keys = new Set(after.map(({ pair }) => keyOfPair(pair)));
  const entries = [...before.filter(({ pair }) => !keys.has(keyOfPair(pair))), ...after];
  const { span } = left.expr;
  const expr: Expr = { kind: 'list', span, items: entries.map(({ pair }) => pair) };
  return { kind: 'written', expr, parts: entries.map(({ value }) => value) };
}

const MOST_ELEMENTS = 12;

/** The elements of a short list that is written out; a pair is a tuple. */
export function elementsOf(list: Value): readonly Value[] | null {
  if (list.kind !== 'written' || list.expr.kind !== 'list' || list.expr.items.length > MOST_ELEMENTS)
    return null;
  const { parts = [], expr } = list;
  return expr.items.map((item, index) => {
    const worth = parts[index] ?? unknownValue;
    if (item.kind !== 'pair') return worth;
    const value: Value =
      worth.kind === 'unknown' && worth.text === undefined ? { ...worth, text: textOf(item.value) } : worth;
    return { kind: 'tuple', items: [{ kind: 'written', expr: item.key }, value] };
  });
}

/** An element of a list that we do not see. */
export function elementOf(list: Value | undefined): Value {
  return list?.kind === 'unknown' ? list : unknownValue;
}

/** Rows to insert, of which one is written out. */
export function listOfOne(element: Value): Value | null {
  if (element.kind !== 'written' || element.expr.kind !== 'map') return null;
  const { expr } = element;
  return { kind: 'written', expr: { kind: 'list', span: expr.span, items: [expr] }, parts: [element] };
}
