// Texts that a statement about rows gives for a column, or for a value of a type.

import type { GivenText, WriteRows } from '../../catalog/operation.js';
import {
  type A_Expr,
  allOf,
  asNode,
  columnParts,
  constantOf,
  type DeleteStmt,
  type InsertStmt,
  type Node,
  qualified,
  stringsOf,
  type Tagged,
  type TypeCast,
  type UpdateStmt,
  walk,
} from '../../syntax/sql/nodes.js';

/** A script may write any number of rows: of those that follow, nothing is kept. */
const MOST = 500;

export function withGivenTexts(
  written: WriteRows,
  statement: InsertStmt | UpdateStmt | DeleteStmt,
): WriteRows {
  const texts = new Map<string, GivenText>();
  const add = (given: GivenText) => {
    if (texts.size < MOST) texts.set(JSON.stringify(given), given);
  };
  if ('targetList' in statement) assigned(statement.targetList, add);
  if ('selectStmt' in statement) inserted(statement, add);
  for (const part of Object.values(statement)) {
    if (typeof part === 'object' && part !== null) walk(part as Node, (node) => visited(node, add));
  }
  return texts.size === 0 ? written : { ...written, texts: [...texts.values()] };
}

type Add = (given: GivenText) => void;

function visited(node: Tagged, add: Add): boolean {
  if (node.kind === 'A_Expr') compared(node.value, add);
  if (node.kind === 'TypeCast') cast(node.value, add);
  return true;
}

/** `SET column = 'text'`. */
function assigned(targets: readonly Node[] | undefined, add: Add): void {
  for (const { name, val } of allOf(targets, 'ResTarget')) {
    const text = plainText(val);
    if (text !== null && name !== undefined) add({ text, for: { kind: 'column', column: name } });
  }
}

/** `INSERT INTO t (column) VALUES ('text')`, and the same by a SELECT. */
function inserted({ cols, selectStmt }: InsertStmt, add: Add): void {
  const names = allOf(cols, 'ResTarget').map(({ name }) => name ?? null);
  const select = asNode(selectStmt, 'SelectStmt');
  const rows = [
    ...allOf(select?.valuesLists, 'List').map(({ items }) => items ?? []),
    allOf(select?.targetList, 'ResTarget').flatMap(({ val }) => val ?? []),
  ];
  for (const row of rows) {
    for (const [position, value] of row.entries()) {
      const text = plainText(value);
      if (text === null) continue;
      const column = names.length === 0 ? null : (names[position] ?? null);
      add({ text, for: column === null ? { kind: 'position', position } : { kind: 'column', column } });
    }
  }
}

/** `column = 'text'`, `column IN ('text')`. */
function compared({ lexpr, rexpr }: A_Expr, add: Add): void {
  for (const [one, other] of [
    [lexpr, rexpr],
    [rexpr, lexpr],
  ]) {
    const reference = asNode(one, 'ColumnRef');
    const column = reference === null ? undefined : columnParts(reference).at(-1);
    if (column === undefined) continue;
    const values = asNode(other, 'List')?.items ?? (other === undefined ? [] : [other]);
    for (const value of values) {
      const text = plainText(value);
      if (text !== null) add({ text, for: { kind: 'column', column } });
    }
  }
}

/** `'text'::type`. */
function cast({ arg, typeName }: TypeCast, add: Add): void {
  const text = plainText(arg);
  if (text !== null && typeName?.names !== undefined) {
    add({ text, for: { kind: 'type', type: qualified(stringsOf(typeName.names)) } });
  }
}

/** Of a constant without a cast. */
function plainText(node: Node | undefined): string | null {
  if (asNode(node, 'A_Const') === null) return null;
  const constant = constantOf(node);
  return constant.kind === 'string' ? constant.value : null;
}
