// Lists as values: written out, put together, and what stands in them.

import type { Expr } from '../../syntax/elixir/nodes.js';
import { keyOfPair, knownEntries, textOf, unknownValue, type Value, type WrittenValue } from './scope.js';

/**
 * Keyword lists as one, of which one is written out at least in part. Where a key comes twice, the later one counts. What is not seen of
 * them stands in it as an element that is no pair.
 */
export function listsTogether(left: Value | undefined, right: Value | undefined): WrittenValue | null {
  const [before, after] = [left, right].map((value) => (value === undefined ? null : knownEntries(value)));
  const written = [left, right].find((value) => value?.kind === 'written' && knownEntries(value) !== null);
  if (written?.kind !== 'written') return null;
  const own = after?.entries ?? [];
  const keys = new Set(own.map(({ pair }) => keyOfPair(pair)));
  const entries = [...(before?.entries ?? []).filter(({ pair }) => !keys.has(keyOfPair(pair))), ...own];
  const { span } = written.expr;
  const isWhole = before?.more === false && after?.more === false;
  const unseen: readonly Expr[] = isWhole ? [] : [{ kind: 'variable', name: '…', span }];
  const expr: Expr = { kind: 'list', span, items: [...entries.map(({ pair }) => pair), ...unseen] };
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
