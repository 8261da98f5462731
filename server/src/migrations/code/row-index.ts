// Rows of a system table by the value of a column, so that joins of system tables do not look at each pair of rows.

import { allOf, asNode, type Node, stringsOf } from '../../syntax/sql/nodes.js';
import type { SystemRow } from './system-rows.js';
import { isObject, type Value } from './values.js';

interface ColumnIndex {
  readonly rows: ReadonlyMap<string, readonly SystemRow[]>;
  /** Those whose value is not known. */
  readonly open: readonly SystemRow[];
  /** The kinds of values that the column has. */
  readonly kinds: ReadonlySet<string>;
}

const indexes = new WeakMap<readonly SystemRow[], Map<string, ColumnIndex>>();

/**
 * The rows that a condition may hold of, and perhaps more.
 *
 * @param alias by which the condition names the table
 * @param evaluate what an expression is without this table
 */
export function likelyRows(
  rows: readonly SystemRow[],
  alias: string,
  condition: Node | undefined,
  evaluate: (node: Node) => Value,
): readonly SystemRow[] {
  for (const { column, other } of equalities(condition, alias)) {
    const key = keyOf(evaluate(other));
    if (key === null) continue;
    const { rows: found, open, kinds } = indexOf(rows, column);
    // Values of different kinds are compared after a cast.
    if (kinds.size > 1 || !kinds.has(key.charAt(0))) continue;
    return [...(found.get(key) ?? []), ...open];
  }
  return rows;
}

/** `alias.column = expression`, where it must hold. */
function equalities(
  condition: Node | undefined,
  alias: string,
): readonly { readonly column: string; readonly other: Node }[] {
  const all = asNode(condition, 'BoolExpr');
  if (all?.boolop === 'AND_EXPR') return (all.args ?? []).flatMap((one) => equalities(one, alias));
  const test = asNode(condition, 'A_Expr');
  const { lexpr, rexpr } = test ?? {};
  if (test?.kind !== 'AEXPR_OP' || stringsOf(test.name).at(-1) !== '=') return [];
  if (lexpr === undefined || rexpr === undefined) return [];
  const sides = [
    [lexpr, rexpr],
    [rexpr, lexpr],
  ] as const;
  return sides.flatMap(([side, other]) => {
    const [table, column, ...more] = allOf(asNode(side, 'ColumnRef')?.fields, 'String').map(
      ({ sval }) => sval ?? '',
    );
    return table === alias && column !== undefined && more.length === 0 ? [{ column, other }] : [];
  });
}

function indexOf(rows: readonly SystemRow[], column: string): ColumnIndex {
  let columns = indexes.get(rows);
  if (columns === undefined) {
    columns = new Map();
    indexes.set(rows, columns);
  }
  let index = columns.get(column);
  if (index === undefined) {
    index = indexed(rows, column);
    columns.set(column, index);
  }
  return index;
}

function indexed(rows: readonly SystemRow[], column: string): ColumnIndex {
  const found = new Map<string, SystemRow[]>();
  const open: SystemRow[] = [];
  const kinds = new Set<string>();
  for (const row of rows) {
    const key = keyOf(row.values[column]);
    if (key === null) open.push(row);
    else {
      kinds.add(key.charAt(0));
      const same = found.get(key);
      if (same === undefined) found.set(key, [row]);
      else same.push(row);
    }
  }
  return { rows: found, open, kinds };
}

/** `null` for what has no key; its first letter tells its kind. */
function keyOf(value: Value | undefined): string | null {
  if (typeof value === 'string') return `s${value}`;
  if (typeof value === 'number') return `n${value}`;
  return value !== undefined && isObject(value) && value.kind === 'oid' ? `o${value.key}` : null;
}
