// What a query selects, as it is written. Source: Ecto.Query.Builder.Select

import type { Expr, MapLiteral } from '../../syntax/elixir/nodes.js';
import type { StaticValue } from '../../syntax/elixir/static.js';
import { isPinned, keyOfPair, moduleName } from '../from-ecto/scope.js';
import { type Context, fieldIn, knownValue, nameIn, positionOf } from './context.js';
import { expression } from './expressions.js';
import type { Node, SelectPair, SelectSpec, Take, TakenField } from './nodes.js';
import { atRuntime, unsupported } from './unsupported.js';

export function selectOf(context: Context, expr: Expr): SelectSpec {
  if (isPinned(expr)) {
    const fields = fieldsIn(knownValue(context, expr.operand));
    return fields === null ? atRuntime('what is selected', expr.operand) : takenOfFirst(fields);
  }
  const fields = expr.kind === 'list' || expr.kind === 'text' ? fieldsIn(knownValue(context, expr)) : null;
  if (fields !== null) return takenOfFirst(fields);
  const take = new Map<number, Take>();
  const selecting: Selecting = { context, take };
  return { expr: selected(selecting, expr), take };
}

interface Selecting {
  readonly context: Context;
  readonly take: Map<number, Take>;
}

function takenOfFirst(fields: readonly TakenField[]): SelectSpec {
  return { expr: { kind: 'source', index: 0, span: null }, take: new Map([[0, { kind: 'any', fields }]]) };
}

/** `[:id, comments: [:body]]`; `null` for a list of anything else. */
function fieldsIn(value: StaticValue | null): readonly TakenField[] | null {
  if (value?.kind !== 'list') return null;
  const fields = value.items.map(fieldOf);
  const known = fields.filter((field) => field !== null);
  return known.length === fields.length ? known : null;
}

function fieldOf(value: StaticValue): TakenField | null {
  if (value.kind === 'atom') return /^(?:true|false|nil)$/.test(value.name) ? null : value.name;
  const [key, of] = value.kind === 'tuple' && value.items.length === 2 ? value.items : [];
  if (key?.kind !== 'atom' || of === undefined) return null;
  const fields = of.kind === 'atom' ? [of.name] : fieldsIn(of);
  return fields === null ? null : { association: key.name, fields };
}

function selected(selecting: Selecting, expr: Expr): Node {
  const { context } = selecting;
  switch (expr.kind) {
    case 'tuple':
    case 'list':
      return { kind: expr.kind, items: expr.items.map((item) => selected(selecting, item)) };
    case 'map':
      return mapNode(selecting, expr);
    case 'binary': {
      const { left, operator, right } = expr;
      const name = right.kind === 'call' && right.receiver === null ? right.name : '';
      if (operator === '|>' && right.kind === 'call' && /^(?:merge|map|struct|selected_as)$/.test(name)) {
        return selected(selecting, { ...right, args: [left, ...right.args] });
      }
      return expression(context, expr);
    }
    case 'call': {
      if (expr.receiver !== null || fieldIn(context, expr) !== null) return expression(context, expr);
      const [first, second] = expr.args;
      if (first === undefined || second === undefined) return expression(context, expr);
      if (expr.name === 'merge') return mergeNode(selecting, first, second);
      if (expr.name === 'map' || expr.name === 'struct') {
        return takenNode(selecting, first, second, expr.name);
      }
      if (expr.name !== 'selected_as') return expression(context, expr);
      return { kind: 'named', name: nameIn(context, second, 'a name'), value: expression(context, first) };
    }
    default:
      return expression(context, expr);
  }
}

function mergeNode(selecting: Selecting, left: Expr, right: Expr): Node {
  const isMap = right.kind === 'map' || (right.kind === 'call' && right.name === 'map');
  if (!isMap) unsupported('merge/2 in a select wants a map', right.span);
  return { kind: 'merge', left: selected(selecting, left), right: selected(selecting, right) };
}

function takenNode({ context, take }: Selecting, of: Expr, list: Expr, kind: 'map' | 'struct'): Node {
  if (of.kind !== 'variable') return unsupported(`${kind}/2 in a select wants a binding`, of.span);
  const index = positionOf(context, of.name, of);
  const fields = fieldsIn(knownValue(context, isPinned(list) ? list.operand : list));
  if (fields === null) return atRuntime('what is selected', isPinned(list) ? list.operand : list);
  const before = take.get(index);
  take.set(index, before === undefined ? { kind, fields } : mergedTake(before, { kind, fields }));
  return { kind: 'source', index, span: of.span };
}

function mapNode(selecting: Selecting, map: MapLiteral): Node {
  const { context } = selecting;
  const struct = map.struct === null ? null : moduleName(context.scope, map.struct);
  const updated = map.update;
  const pairs = map.entries.map((entry): SelectPair => {
    if (entry.kind !== 'pair') return unsupported('a key of a select is not read', entry.span);
    const isPin = isPinned(entry.value) && updated?.kind === 'variable';
    const value: Node =
      isPin && isPinned(entry.value)
        ? expression(context, {
            kind: 'call',
            span: entry.value.span,
            receiver: null,
            name: 'type',
            nameSpan: entry.value.span,
            args: [
              entry.value,
              {
                kind: 'call',
                span: entry.key.span,
                receiver: updated,
                name: keyOfPair(entry) ?? '',
                nameSpan: entry.key.span,
                args: [],
                keywords: [],
                parenthesized: false,
                body: null,
              },
            ],
            keywords: [],
            parenthesized: true,
            body: null,
          })
        : selected(selecting, entry.value);
    const key = keyOfPair(entry);
    if (key !== null) return { key, keyNode: null, value };
    if (isPinned(entry.key)) {
      const name = knownValue(context, entry.key.operand);
      if (name?.kind === 'atom') return { key: name.name, keyNode: null, value };
      return atRuntime('a key of a select', entry.key.operand);
    }
    return { key: null, keyNode: selected(selecting, entry.key), value };
  });
  if (updated === null) return { kind: 'map', struct, pairs };
  return { kind: 'updated', struct, data: selected(selecting, updated), pairs };
}

/** @param queryFields of the schema of a source; `null` where it has none */
export function mergedSelect(
  old: SelectSpec | null,
  added: SelectSpec,
  queryFields: (index: number) => readonly string[] | null,
): SelectSpec {
  const before: SelectSpec = old ?? { expr: { kind: 'source', index: 0, span: null }, take: new Map() };
  return { expr: mergedExpr(before, added), take: mergedTakes(before, added, queryFields) };
}

function mergedExpr(old: SelectSpec, added: SelectSpec): Node {
  const [left, right] = [old.expr, added.expr];
  const isMap = (node: Node, { take }: SelectSpec) =>
    (node.kind === 'map' && node.struct === null) ||
    (node.kind === 'updated' && node.struct === null) ||
    (node.kind === 'source' && take.get(node.index)?.kind === 'map');
  if (left.kind === 'source' && right.kind === 'source' && left.index === right.index) {
    if (!isMap(left, old) && !isMap(right, added)) return left;
  }
  if (!isMap(right, added)) unsupported('these two selects do not go together');
  const merged: Node = { kind: 'merge', left, right };
  if (left.kind !== 'map' || right.kind !== 'map') return merged;
  if (left.pairs.length === 0 && left.struct === null) return right;
  if (right.pairs.length === 0) return left;
  const keys = [...left.pairs, ...right.pairs].map(({ key }) => key);
  if (keys.includes(null)) return merged;
  const overridden = right.pairs.some(({ key }) => left.pairs.some((pair) => pair.key === key));
  // A parameter that is left out would still be counted.
  if (hasParams(left) && (overridden || left.struct !== null)) return merged;
  return { kind: 'map', struct: left.struct, pairs: mergedPairs(left.pairs, right.pairs) };
}

/** As Keyword.merge does it: what is overridden moves to the end. */
export function mergedPairs(
  left: readonly SelectPair[],
  right: readonly SelectPair[],
): readonly SelectPair[] {
  return [...left.filter(({ key }) => !right.some((pair) => pair.key === key)), ...right];
}

export function hasParams(node: Node): boolean {
  return JSON.stringify(node, (key, value) => (key === 'plan' ? 'param' : value)).includes('"param"');
}

function mergedTakes(
  old: SelectSpec,
  added: SelectSpec,
  queryFields: (index: number) => readonly string[] | null,
): ReadonlyMap<number, Take> {
  const takes = new Map(old.take);
  for (const [index, take] of added.take) {
    const before = takes.get(index);
    if (before !== undefined) {
      takes.set(index, mergedTake(before, take));
      continue;
    }
    if (old.expr.kind !== 'source' || old.expr.index !== index) {
      takes.set(index, take);
      continue;
    }
    const all = queryFields(index);
    if (all !== null) takes.set(index, { kind: take.kind, fields: unique([...take.fields, ...all]) });
  }
  return takes;
}

function mergedTake(old: Take, added: Take): Take {
  const kind = old.kind === 'any' ? added.kind : added.kind === 'any' ? old.kind : old.kind;
  if (old.kind !== kind && added.kind !== kind) unsupported('these two selects do not go together');
  return { kind, fields: unique([...old.fields, ...added.fields]) };
}

function unique(fields: readonly TakenField[]): readonly TakenField[] {
  const seen = new Set<string>();
  return fields.filter((field) => {
    const key = JSON.stringify(field);
    return seen.has(key) ? false : seen.add(key);
  });
}
