// What a script does besides changing the schema: rows, parameters, transactions, maintenance, code.

import { LOCK_MODES } from '../../catalog/lock-modes.js';
import type { Filling, Maintenance, Operation, Transaction, WriteRows } from '../../catalog/operation.js';
import {
  type A_Expr,
  allOf,
  asNode,
  constantOf,
  type DeleteStmt,
  type InsertStmt,
  type Node,
  type RangeVar,
  stringOf,
  stringsOf,
  type Tagged,
  type TransactionStmt,
  type TruncateStmt,
  type UpdateStmt,
  type VariableSetStmt,
  walk,
} from '../../syntax/sql/nodes.js';
import {
  findWords,
  firstLineOf,
  nameAtOffset,
  spanOf,
  type TokenText,
  wholeRange,
  wordAt,
} from '../../syntax/sql/segments.js';
import type { Span } from '../../text/span.js';
import { other } from './other.js';
import { cascadeAt, relationAt, wholeSpan } from './reading.js';

function located(of: TokenText, words = 1) {
  return {
    span: wholeSpan(of),
    keyword: firstLineOf(of, { from: 0, to: Math.min(words, of.tokens.length) }),
  };
}

export function writeRows(
  of: TokenText,
  verb: WriteRows['verb'],
  relation: RangeVar | undefined,
  rows: WriteRows['rows'],
): WriteRows {
  const table = relation === undefined ? null : relationAt(of, relation);
  const only = relation?.inh !== true;
  return {
    ...located(of),
    kind: 'write-rows',
    verb,
    table,
    only,
    rows,
    cascade: false,
    restartIdentity: false,
    together: table === null ? [] : [table],
  };
}

/** `INSERT … VALUES` and `DEFAULT VALUES` write rows out; with ON CONFLICT or WITH others may change as well. */
export function insertRows(of: TokenText, statement: InsertStmt): WriteRows {
  return withRepeated(of, statement.cols, rowsOfInsert(of, statement));
}

function rowsOfInsert(of: TokenText, statement: InsertStmt): WriteRows {
  const { selectStmt, withClause, onConflictClause, relation } = statement;
  const select = asNode(selectStmt, 'SelectStmt');
  const isWritten = selectStmt === undefined || (select?.valuesLists ?? []).length > 0;
  if (!isWritten || withClause !== undefined) return writeRows(of, 'insert', relation, 'some');
  if (onConflictClause === undefined) return writeRows(of, 'insert', relation, 'given');
  return { ...writeRows(of, 'insert', relation, 'some'), narrowed: true };
}

/** UPDATE. */
export function updateRows(of: TokenText, statement: UpdateStmt): WriteRows {
  const fills = fillingOf(of, statement);
  const changed = changeRows(of, 'update', statement, statement.fromClause);
  const written = withRepeated(of, statement.targetList, changed);
  return fills === null ? written : { ...written, fills };
}

/** Parts of a column, such as elements of an array, may be given one by one. */
function withRepeated(of: TokenText, targets: readonly Node[] | undefined, rows: WriteRows): WriteRows {
  const seen = new Set<string>();
  for (const { name, location, indirection } of allOf(targets, 'ResTarget')) {
    if (name === undefined || indirection !== undefined) continue;
    const at = nameAtOffset(of, location ?? 0);
    if (seen.has(name)) return { ...rows, repeated: { name, span: at?.span ?? rows.keyword } };
    seen.add(name);
  }
  return rows;
}

/** DELETE. */
export function deleteRows(of: TokenText, statement: DeleteStmt): WriteRows {
  return changeRows(of, 'delete', statement, statement.usingClause);
}

/** @param others the tables that it joins */
function changeRows(
  of: TokenText,
  verb: 'update' | 'delete',
  statement: UpdateStmt | DeleteStmt,
  others: readonly Node[] | undefined,
): WriteRows {
  const written = writeRows(of, verb, statement.relation, rowsFound(statement, others));
  if (written.rows === 'all') return { ...written, whereAt: endOfChange(of, statement) };
  if (!isNarrowed(statement)) return written;
  const pinned = others === undefined ? pinnedBy(statement.whereClause) : [];
  return { ...written, narrowed: true, ...(pinned.length === 0 ? {} : { pinned }) };
}

/** Columns that a condition compares with `=` to a value, with every other part joined by AND. */
function pinnedBy(condition: Node | undefined): readonly string[] {
  const all = asNode(condition, 'BoolExpr');
  if (all?.boolop === 'AND_EXPR') return (all.args ?? []).flatMap(pinnedBy);
  const test = asNode(condition, 'A_Expr');
  if (test?.kind !== 'AEXPR_OP' || stringsOf(test.name).at(-1) !== '=' || !comparesWithValue(test)) return [];
  const column = columnOf(test.lexpr) ?? columnOf(test.rexpr);
  return column === null ? [] : [column];
}

/** An empty place behind all but RETURNING. */
function endOfChange(of: TokenText, statement: UpdateStmt | DeleteStmt): Span {
  const { end } = spanOf(of, { from: 0, to: endOfRows(of, statement) });
  return { start: end, end };
}

/** The token RETURNING, or the end. */
function endOfRows(of: TokenText, { returningClause }: UpdateStmt | DeleteStmt): number {
  const returning = returningClause === undefined ? -1 : findWords(of, wholeRange(of), 'returning');
  return returning < 0 ? of.tokens.length : returning;
}

/** See `WriteRows.fills`. */
function fillingOf(of: TokenText, statement: UpdateStmt): Filling | null {
  const { relation, targetList, fromClause, withClause, whereClause, returningClause } = statement;
  const [target, ...more] = allOf(targetList, 'ResTarget');
  const { name, val, indirection } = target ?? {};
  const isPlain =
    more.length === 0 &&
    relation?.alias === undefined &&
    [indirection, fromClause, withClause, returningClause].every((part) => part === undefined);
  if (!isPlain || name === undefined || val === undefined || readsElsewhere(val)) return null;
  const test = asNode(whereClause, 'NullTest');
  const onlyNull = test?.nulltesttype === 'IS_NULL' && columnOf(test.arg) === name;
  if (whereClause !== undefined && !onlyNull) return null;
  const set = findWords(of, wholeRange(of), 'set');
  const where = whereClause === undefined ? of.tokens.length : findWords(of, wholeRange(of), 'where');
  const from =
    set + 1 + of.tokens.slice(set + 1).findIndex(({ span }) => of.text.slice(span.start, span.end) === '=');
  if (set < 0 || from <= set || where <= from + 1) return null;
  const { start, end } = spanOf(of, { from: from + 1, to: where });
  return { column: name, value: of.text.slice(start, end), source: columnOf(val), onlyNull };
}

function readsElsewhere(value: Node): boolean {
  let reads = false;
  walk([value], ({ kind, value: node }) => {
    reads ||= kind === 'SubLink' || kind === 'SetToDefault' || kind === 'MultiAssignRef';
    reads ||= kind === 'ColumnRef' && (node.fields ?? []).length > 1;
    return !reads;
  });
  return reads;
}

/** The column when the expression is one and nothing else. */
function columnOf(node: Node | undefined): string | null {
  const fields = asNode(node, 'ColumnRef')?.fields ?? [];
  return fields.length === 1 ? (stringOf(fields[0]) ?? null) : null;
}

function rowsFound(
  { whereClause, withClause }: UpdateStmt | DeleteStmt,
  others: readonly Node[] | undefined,
): WriteRows['rows'] {
  const isAll = whereClause === undefined && withClause === undefined && (others ?? []).length === 0;
  return isAll ? 'all' : 'some';
}

export function truncate(
  of: TokenText,
  { relations, behavior, restart_seqs }: TruncateStmt,
): readonly Operation[] {
  const cascade = behavior === 'DROP_CASCADE';
  const together = allOf(relations, 'RangeVar').map((relation) => relationAt(of, relation));
  return allOf(relations, 'RangeVar').map((relation) => ({
    ...writeRows(of, 'truncate', relation, 'all'),
    cascade,
    restartIdentity: restart_seqs ?? false,
    together,
    ...cascadeAt(of, cascade),
  }));
}

/** Whether the statement itself says how many rows it may be: see `WriteRows.narrowed`. */
function isNarrowed({ whereClause, withClause }: UpdateStmt | DeleteStmt): boolean {
  let narrowed = asNode(whereClause, 'A_Const')?.boolval?.boolval === true;
  walk([...(whereClause === undefined ? [] : [whereClause]), ...(withClause?.ctes ?? [])], (node) => {
    if (node.kind === 'A_Expr') narrowed ||= comparesWithValue(node.value);
    if (node.kind === 'SelectStmt') narrowed ||= node.value.limitCount !== undefined;
    return !narrowed;
  });
  return narrowed;
}

/** The grammar calls LIKE `~~`. */
const COMPARES: ReadonlySet<string> = new Set(['=', '<', '<=', '>', '>=', '~~', 'BETWEEN']);

/** Whether one of the two sides holds no column. */
function comparesWithValue({ name, lexpr, rexpr }: A_Expr): boolean {
  if (!COMPARES.has(stringsOf(name).at(-1) ?? '')) return false;
  return [lexpr, rexpr].some((side) => {
    let isValue = side !== undefined;
    walk(side, ({ kind }) => {
      if (kind === 'ColumnRef' || kind === 'SubLink') isValue = false;
      return isValue;
    });
    return isValue;
  });
}

/** A parameter's value as text; lists are joined by commas, as for `search_path`. */
export function setParameter(of: TokenText, statement: VariableSetStmt): Operation {
  const values = (statement.args ?? []).map((node) => {
    const constant = constantOf(node);
    return 'value' in constant ? String(constant.value) : '';
  });
  const sets = statement.kind === 'VAR_SET_VALUE' && values.length > 0;
  return {
    ...located(of, 2),
    kind: 'set-parameter',
    parameter: statement.kind === 'VAR_RESET_ALL' ? 'all' : (statement.name ?? ''),
    value: sets ? values.join(', ') : null,
    local: statement.is_local ?? false,
    ...placesOfSetting(of, sets),
  };
}

function placesOfSetting(of: TokenText, sets: boolean): { readonly localAt?: Span; readonly valueAt?: Span } {
  const second = 1;
  const local =
    wordAt(of, second) === 'local' ? { localAt: spanOf(of, { from: second, to: second + 1 }) } : {};
  // SET [LOCAL | SESSION] name TO value
  const from = /^(?:local|session)$/.test(wordAt(of, second) ?? '') ? 4 : 3;
  const value = spanOf(of, { from, to: of.tokens.length });
  return { ...local, ...(sets && from < of.tokens.length ? { valueAt: value } : {}) };
}

const ACTIONS: Readonly<Record<string, Transaction['action']>> = {
  TRANS_STMT_BEGIN: 'begin',
  TRANS_STMT_START: 'begin',
  TRANS_STMT_COMMIT: 'commit',
  TRANS_STMT_PREPARE: 'commit',
  TRANS_STMT_ROLLBACK: 'rollback',
  TRANS_STMT_SAVEPOINT: 'savepoint',
  TRANS_STMT_RELEASE: 'release',
  TRANS_STMT_ROLLBACK_TO: 'rollback-to',
};

export function transaction(of: TokenText, statement: TransactionStmt): Operation {
  const action = ACTIONS[statement.kind ?? 'TRANS_STMT_BEGIN'];
  if (action === undefined) return other(of, 'TransactionStmt');
  return {
    ...located(of),
    kind: 'transaction',
    action,
    savepoint: statement.savepoint_name ?? null,
    chain: statement.chain ?? false,
  };
}

/** VACUUM, ANALYZE, REINDEX, CLUSTER, REFRESH, LOCK; `null` for any other statement. */
export function maintenance(of: TokenText, node: Tagged): readonly Operation[] | null {
  switch (node.kind) {
    case 'VacuumStmt': {
      const full = hasOption(node.value.options, 'full');
      const action = node.value.is_vacuumcmd !== true ? 'analyze' : full ? 'vacuum-full' : 'vacuum';
      const relations = allOf(node.value.rels, 'VacuumRelation').map(({ relation }) => relation);
      return each(of, action, relations);
    }
    case 'ReindexStmt': {
      const { params, relation, kind } = node.value;
      const at = findWords(of, wholeRange(of), 'concurrently');
      const concurrently = hasOption(params, 'concurrently') ? spanOf(of, { from: at, to: at + 1 }) : null;
      const reindexes = REINDEXED[kind ?? 'REINDEX_OBJECT_INDEX'] ?? null;
      return each(of, 'reindex', [relation], concurrently).map((operation) => ({ ...operation, reindexes }));
    }
    case 'ClusterStmt':
      return each(of, 'cluster', [node.value.relation]);
    case 'RefreshMatViewStmt': {
      const at = findWords(of, wholeRange(of), 'concurrently');
      const concurrently = at < 0 ? null : spanOf(of, { from: at, to: at + 1 });
      const withData = node.value.skipData !== true;
      return each(of, 'refresh', [node.value.relation], concurrently).map((operation) => ({
        ...operation,
        withData,
      }));
    }
    case 'LockStmt':
      return each(of, 'lock-table', allOf(node.value.relations, 'RangeVar')).map((operation) => ({
        ...operation,
        // Counted as in lockdefs.h, from 1.
        mode: LOCK_MODES[(node.value.mode ?? 0) - 1] ?? 'AccessExclusiveLock',
        nowait: node.value.nowait ?? false,
      }));
    default:
      return null;
  }
}

const REINDEXED: Readonly<Record<string, Maintenance['reindexes']>> = {
  REINDEX_OBJECT_INDEX: 'index',
  REINDEX_OBJECT_TABLE: 'table',
  REINDEX_OBJECT_SCHEMA: 'schema',
  REINDEX_OBJECT_DATABASE: 'database',
  REINDEX_OBJECT_SYSTEM: 'system',
};

function hasOption(options: readonly Node[] | undefined, name: string): boolean {
  return allOf(options, 'DefElem').some((option) => {
    if (option.defname !== name) return false;
    const word = stringOf(option.arg);
    return word === null || !/^(?:false|off|0)$/i.test(word);
  });
}

function each(
  of: TokenText,
  action: Maintenance['action'],
  relations: readonly (RangeVar | undefined)[],
  concurrently: Maintenance['concurrently'] = null,
): readonly Maintenance[] {
  const named = relations.length === 0 ? [undefined] : relations;
  return named.map((relation) => ({
    ...located(of, 2),
    kind: 'maintenance',
    action,
    relation: relation === undefined ? null : relationAt(of, relation),
    reindexes: null,
    concurrently,
    mode: null,
    nowait: false,
    only: relation !== undefined && relation.inh !== true,
    withData: true,
  }));
}
