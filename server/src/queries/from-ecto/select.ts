// What a query selects: which output columns are plain columns, and which subqueries are read.

import { type Expr, pairsOf } from '../../syntax/elixir/nodes.js';
import { ALL_COLUMNS, type Block, type OutputColumn } from '../query.js';
import { blocksInOperand, columnsInOperand } from '../walk.js';
import type { Bindings } from './bindings.js';
import { aliasOf, firstAlias, operandOf } from './conditions.js';
import { isPinned } from './scope.js';

export interface Selected {
  /** `null` when it cannot be told. */
  readonly output: readonly OutputColumn[] | null;
  readonly blocks: readonly Block[];
}

export function selected(bindings: Bindings, expr: Expr): Selected {
  const blocks: Block[] = [];
  const output = outputOf({ ...bindings, blocks }, expr);
  return { output, blocks };
}

/** Collects the subqueries that are met on the way. */
interface Selecting extends Bindings {
  readonly blocks: Block[];
}

function outputOf(bindings: Selecting, expr: Expr): readonly OutputColumn[] | null {
  if (isPinned(expr)) return null;
  switch (expr.kind) {
    case 'variable': {
      const alias = aliasOf(bindings, expr);
      return alias === null ? null : [allOf(alias, expr)];
    }
    case 'map': {
      const entries = expr.entries.map((entry) =>
        entry.kind === 'pair' ? entryOutput(bindings, entry.key, entry.value) : null,
      );
      if (entries.includes(null)) return null;
      const before = expr.update === null ? [] : outputOf(bindings, expr.update);
      return before === null ? null : [...before, ...entries.filter((entry) => entry !== null)];
    }
    case 'list':
      return listOutput(bindings, expr);
    case 'tuple':
      return expr.items.map((item, index) => valueOutput(bindings, String(index), item));
    case 'call':
      return callOutput(bindings, expr);
    default:
      return [valueOutput(bindings, '0', expr)];
  }
}

function allOf(alias: string, { span }: Expr): OutputColumn {
  return { name: ALL_COLUMNS, from: { kind: 'column', alias, column: ALL_COLUMNS, span } };
}

function entryOutput(bindings: Selecting, key: Expr, value: Expr): OutputColumn | null {
  return key.kind === 'atom' ? valueOutput(bindings, key.value, value) : null;
}

function valueOutput(bindings: Selecting, name: string, value: Expr): OutputColumn {
  const alias = value.kind === 'variable' ? aliasOf(bindings, value) : null;
  if (alias !== null) return { ...allOf(alias, value), name };
  const operand = operandOf(bindings, value);
  bindings.blocks.push(...blocksInOperand(operand));
  return operand.kind === 'column' || operand.kind === 'outer'
    ? { name, from: operand }
    : { name, from: null, computed: columnsInOperand(operand) };
}

/** `[:id, :title]` takes fields of the first relation; `[p.id, c.id]` are values. */
function listOutput(bindings: Selecting, list: Expr & { kind: 'list' }): readonly OutputColumn[] | null {
  if (pairsOf(list).length > 0) {
    for (const { value } of pairsOf(list)) outputOf(bindings, value);
    return null;
  }
  const alias = firstAlias(bindings.building);
  return list.items.map((item, index) =>
    item.kind === 'atom' ? fieldOutput(alias, item.value, item) : valueOutput(bindings, String(index), item),
  );
}

function fieldOutput(alias: string | null, name: string, { span }: Expr): OutputColumn {
  return { name, from: { kind: 'column', alias, column: name, span } };
}

/** `map(p, [:id])`, `struct(p, [:id])`, `merge(p, %{…})`; any other call is one value. */
function callOutput(bindings: Selecting, call: Expr & { kind: 'call' }): readonly OutputColumn[] | null {
  const [of, what] = call.args;
  if (call.receiver !== null || of === undefined || what === undefined) {
    return [valueOutput(bindings, call.receiver === null ? '0' : call.name, call)];
  }
  if (call.name === 'merge') {
    const [before, after] = [outputOf(bindings, of), outputOf(bindings, what)];
    return before === null || after === null ? null : [...before, ...after];
  }
  if (call.name !== 'map' && call.name !== 'struct') return [valueOutput(bindings, '0', call)];
  const alias = aliasOf(bindings, of);
  if (what.kind !== 'list') return null;
  return what.items.flatMap((item) => (item.kind === 'atom' ? [fieldOutput(alias, item.value, item)] : []));
}
