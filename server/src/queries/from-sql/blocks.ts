// Statements and subqueries as blocks.

import {
  allOf,
  asNode,
  type DeleteStmt,
  type InsertStmt,
  type MergeStmt,
  type Node,
  type NodeOf,
  type OnConflictClause,
  type ResTarget,
  type SelectStmt,
  stringsOf,
  tagged,
  type UpdateStmt,
  type WithClause,
} from '../../syntax/sql/nodes.js';
import { identifierAt, tokenAt } from '../../syntax/sql/segments.js';
import {
  type Assignment,
  always,
  type Block,
  type Branch,
  both,
  type Conflict,
  type Cte,
  type Insert,
  type Operand,
  type OutputColumn,
  ofEachRow,
} from '../query.js';
import { blocksInOperand, columnsInOperand } from '../walk.js';
import { conditionOf, operandOf } from './conditions.js';
import { relationsOf, renamed, targetOf } from './relations.js';
import { contentsOf, type Source, spanOfNode, wholeSpan } from './source.js';

/** A block of any verb. What is none of them, which the grammar does not allow, is an opaque SELECT. */
export function blockOf(source: Source, node: Node): Block {
  const found = tagged(node);
  switch (found?.kind) {
    case 'SelectStmt':
      return selectBlock(source, found.value);
    case 'InsertStmt':
      return insertBlock(source, found.value);
    case 'UpdateStmt':
      return updateBlock(source, found.value);
    case 'DeleteStmt':
      return deleteBlock(source, found.value);
    case 'MergeStmt':
      return mergeBlock(source, found.value);
    default:
      return { ...emptyBlock(source, 'select'), opaque: 'it is not a query that we know' };
  }
}

function emptyBlock(source: Source, verb: Block['verb']): Block {
  return {
    verb,
    span: wholeSpan(source),
    relations: [],
    where: always,
    ctes: [],
    branches: [],
    output: null,
    grouped: false,
    skipsLocked: false,
    subqueries: [],
    insert: null,
    assignments: [],
    opaque: null,
  };
}

/** The CTEs of a WITH clause, and what is read behind it. */
function withCtes(source: Source, clause: WithClause | undefined): { ctes: readonly Cte[]; inside: Source } {
  let inside = source;
  const ctes: Cte[] = [];
  const nodes = allOf(clause?.ctes, 'CommonTableExpr');
  const see = (names: readonly string[]) => {
    inside = { ...inside, ctes: new Set([...inside.ctes, ...names]) };
  };
  // With RECURSIVE each may name itself and those after it.
  const recursive = clause?.recursive ?? false;
  if (recursive) see(nodes.map(({ ctename = '' }) => ctename));
  for (const { ctename: name = '', ctequery, aliascolnames } of nodes) {
    if (ctequery !== undefined) {
      const block = renamed(blockOf(inside, ctequery), stringsOf(aliascolnames));
      ctes.push({ name, recursive, block });
    }
    if (!recursive) see([name]);
  }
  return { ctes, inside };
}

function selectBlock(outside: Source, select: SelectStmt): Block {
  const { ctes, inside: source } = withCtes(outside, select.withClause);
  if (select.larg !== undefined && select.rarg !== undefined) {
    const first = selectBlock(source, select.larg);
    const branch: Branch = { operator: operatorOf(select), block: selectBlock(source, select.rarg) };
    return { ...first, ctes: [...ctes, ...first.ctes], branches: [...first.branches, branch] };
  }
  if (select.valuesLists !== undefined) return { ...valuesBlock(source, select.valuesLists), ctes };
  const relations = relationsOf(source, select.fromClause);
  const elsewhere = [
    ...(select.targetList ?? []),
    ...(select.groupClause ?? []),
    ...(select.sortClause ?? []),
    ...[select.havingClause, select.limitCount, select.limitOffset].filter((node) => node !== undefined),
  ];
  return {
    ...emptyBlock(source, 'select'),
    span: spanOfSelect(source, select),
    relations,
    where: both(conditionOf(source, select.whereClause), ofEachRow(conditionOf(source, select.havingClause))),
    ctes,
    output: outputOf(source, select.targetList),
    grouped: select.groupClause !== undefined,
    skipsLocked: allOf(select.lockingClause, 'LockingClause').some(
      ({ waitPolicy }) => waitPolicy === 'LockWaitSkip',
    ),
    subqueries: contentsOf(source, elsewhere).blocks,
  };
}

function spanOfSelect(source: Source, select: SelectStmt) {
  return spanOfNode(source, { SelectStmt: select });
}

function operatorOf({ op }: SelectStmt): Branch['operator'] {
  if (op === 'SETOP_INTERSECT') return 'intersect';
  return op === 'SETOP_EXCEPT' ? 'except' : 'union';
}

/** `VALUES (…), (…)`: a column is an outer value when it is one in every row. */
function valuesBlock(source: Source, lists: readonly Node[]): Block {
  const rows = rowsOf(source, lists);
  const [first = []] = rows;
  const output = first.map((value, index): OutputColumn => {
    const outer = rows.every((row) => row[index]?.kind === 'outer');
    return { name: `column${index + 1}`, from: outer && value.kind === 'outer' ? value : null };
  });
  return {
    ...emptyBlock(source, 'select'),
    output,
    subqueries: rows.flat().flatMap(blocksInOperand),
  };
}

function rowsOf(source: Source, lists: readonly Node[]): readonly (readonly Operand[])[] {
  return allOf(lists, 'List').map((row) => (row.items ?? []).map((value) => operandOf(source, value)));
}

function outputOf(source: Source, targets: readonly Node[] | undefined): readonly OutputColumn[] | null {
  if (targets === undefined) return null;
  return allOf(targets, 'ResTarget').map((target): OutputColumn => {
    const operand = operandOf(source, target.val);
    if (operand.kind === 'column') return { name: target.name ?? operand.column, from: operand };
    const name = target.name ?? nameOfExpression(target.val);
    return operand.kind === 'outer'
      ? { name, from: operand }
      : { name, from: null, computed: columnsInOperand(operand) };
  });
}

/** The server's own choice (FigureColname): a function's name, what a cast is of, else `?column?`. */
function nameOfExpression(node: Node | undefined): string {
  const call = asNode(node, 'FuncCall');
  if (call !== null) return stringsOf(call.funcname).at(-1) ?? '';
  const cast = asNode(node, 'TypeCast');
  if (cast !== null) return nameOfExpression(cast.arg);
  return asNode(node, 'CoalesceExpr') === null ? '?column?' : 'coalesce';
}

function returned(source: Source, statement: { returningClause?: { exprs?: Node[] } }) {
  return outputOf(source, statement.returningClause?.exprs);
}

function insertBlock(outside: Source, statement: InsertStmt): Block {
  const { ctes, inside: source } = withCtes(outside, statement.withClause);
  const select = asNode(statement.selectStmt, 'SelectStmt');
  const values = select?.valuesLists === undefined ? null : rowsOf(source, select.valuesLists);
  const from =
    values === null && statement.selectStmt !== undefined ? blockOf(source, statement.selectStmt) : null;
  const columns = statement.cols === undefined ? null : insertedColumns(source, statement.cols);
  const insert: Insert = {
    columns,
    rows: values,
    from,
    conflict:
      statement.onConflictClause === undefined ? null : conflictOf(source, statement.onConflictClause),
  };
  return {
    ...emptyBlock(source, 'insert'),
    relations: [targetOf(source, statement.relation)],
    ctes,
    output: returned(source, statement),
    subqueries: [
      ...(values ?? []).flat(),
      ...(insert.conflict?.assignments ?? []).map(({ value }) => value),
    ].flatMap(blocksInOperand),
    insert,
  };
}

function insertedColumns(source: Source, columns: readonly Node[]) {
  return allOf(columns, 'ResTarget').map((target) => ({
    name: target.name ?? '',
    span: nameSpan(source, target),
  }));
}

function nameSpan({ of }: Source, { location = 0 }: ResTarget) {
  return identifierAt(of, tokenAt(of, location))?.span ?? { start: location, end: location };
}

function conflictOf(source: Source, clause: OnConflictClause): Conflict {
  const keys = allOf(clause.infer?.indexElems, 'IndexElem').map(({ name }) => name ?? null);
  const named = keys.filter((key) => key !== null);
  return {
    target: keys.length > 0 && named.length === keys.length ? named : null,
    constraint: clause.infer?.conname ?? null,
    action: clause.action === 'ONCONFLICT_UPDATE' ? 'update' : 'nothing',
    assignments: assignmentsOf(source, clause.targetList),
    allBut: null,
    where: conditionOf(source, clause.whereClause),
  };
}

function assignmentsOf(source: Source, targets: readonly Node[] | undefined): readonly Assignment[] {
  return allOf(targets, 'ResTarget').map((target) => ({
    column: target.name ?? '',
    value: assignedValue(source, target),
    span: nameSpan(source, target),
  }));
}

/** `(a, b) = ROW (1, 2)` and `(a, b) = (SELECT …)` are one value each for several columns. */
function assignedValue(source: Source, target: ResTarget): Operand {
  const part = asNode(target.val, 'MultiAssignRef');
  if (part === null) return operandOf(source, target.val);
  const value = asNode(part.source, 'RowExpr')?.args?.[(part.colno ?? 1) - 1];
  if (value !== undefined) return operandOf(source, value);
  const { columns, blocks } = contentsOf(source, part.source ?? []);
  return { kind: 'opaque', columns, blocks: part.colno === 1 ? blocks : [], span: nameSpan(source, target) };
}

function updateBlock(outside: Source, statement: UpdateStmt): Block {
  const { ctes, inside: source } = withCtes(outside, statement.withClause);
  const assignments = assignmentsOf(source, statement.targetList);
  return {
    ...emptyBlock(source, 'update'),
    relations: withOthers(source, statement.relation, statement.fromClause),
    where: conditionOf(source, statement.whereClause),
    ctes,
    output: returned(source, statement),
    subqueries: assignments.flatMap(({ value }) => blocksInOperand(value)),
    assignments,
  };
}

function deleteBlock(outside: Source, statement: DeleteStmt): Block {
  const { ctes, inside: source } = withCtes(outside, statement.withClause);
  return {
    ...emptyBlock(source, 'delete'),
    relations: withOthers(source, statement.relation, statement.usingClause),
    where: conditionOf(source, statement.whereClause),
    ctes,
    output: returned(source, statement),
  };
}

/** The target of UPDATE or DELETE, and what FROM or USING adds to it. */
function withOthers(source: Source, target: UpdateStmt['relation'], others: readonly Node[] | undefined) {
  const [first, ...rest] = relationsOf(source, others);
  const joined = first === undefined ? [] : [{ ...first, join: 'cross' as const }, ...rest];
  return [targetOf(source, target), ...joined];
}

function mergeBlock(outside: Source, statement: MergeStmt): Block {
  const { ctes, inside: source } = withCtes(outside, statement.withClause);
  const clauses = allOf(statement.mergeWhenClauses, 'MergeWhenClause');
  const updates = clauses.filter(({ commandType }) => commandType === 'CMD_UPDATE');
  const assignments = updates.flatMap(({ targetList }) => assignmentsOf(source, targetList));
  const using = statement.sourceRelation === undefined ? [] : [statement.sourceRelation];
  return {
    ...emptyBlock(source, 'merge'),
    relations: withOthers(source, statement.relation, using),
    where: conditionOf(source, statement.joinCondition),
    ctes,
    output: returned(source, statement),
    subqueries: assignments.flatMap(({ value }) => blocksInOperand(value)),
    insert: mergedRow(source, clauses),
    assignments,
  };
}

function mergedRow(source: Source, clauses: readonly NodeOf<'MergeWhenClause'>[]): Insert | null {
  const inserting = clauses.find(({ commandType }) => commandType === 'CMD_INSERT');
  if (inserting === undefined) return null;
  const columns = inserting.targetList === undefined ? null : insertedColumns(source, inserting.targetList);
  const row = (inserting.values ?? []).map((value) => operandOf(source, value));
  return { columns, rows: [row], from: null, conflict: null };
}
