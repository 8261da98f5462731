// What a script does besides changing the schema: rows, parameters, transactions, maintenance, code.

import { LOCK_MODES } from '../../catalog/lock-modes.js';
import type { Maintenance, Operation, Transaction, WriteRows } from '../../catalog/operation.js';
import {
  allOf,
  asNode,
  constantOf,
  type DeleteStmt,
  type InsertStmt,
  type Node,
  type RangeVar,
  stringOf,
  type Tagged,
  type TransactionStmt,
  type TruncateStmt,
  type UpdateStmt,
  type VariableSetStmt,
} from '../../syntax/sql/nodes.js';
import { findWords, firstLineOf, spanOf, type TokenText, wholeRange } from '../../syntax/sql/segments.js';
import { other } from './other.js';
import { relationAt, wholeSpan } from './reading.js';

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
  };
}

/** `INSERT … VALUES` and `DEFAULT VALUES`; a query finds the rows of any other. */
export function rowsOfInsert({ selectStmt, withClause, onConflictClause }: InsertStmt): WriteRows['rows'] {
  const select = asNode(selectStmt, 'SelectStmt');
  const isGiven = selectStmt === undefined || (select?.valuesLists ?? []).length > 0;
  return isGiven && withClause === undefined && onConflictClause === undefined ? 'given' : 'some';
}

/** @param others the tables that an UPDATE or DELETE joins */
export function rowsFound(
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
  return allOf(relations, 'RangeVar').map((relation) => ({
    ...writeRows(of, 'truncate', relation, 'all'),
    cascade,
    restartIdentity: restart_seqs ?? false,
  }));
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
  };
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
      const at = findWords(of, wholeRange(of), 'concurrently');
      const option = hasOption(node.value.params, 'concurrently');
      const concurrently = at >= 0 ? spanOf(of, { from: at, to: at + 1 }) : option ? wholeSpan(of) : null;
      return each(of, 'reindex', [node.value.relation], concurrently);
    }
    case 'ClusterStmt':
      return each(of, 'cluster', [node.value.relation]);
    case 'RefreshMatViewStmt': {
      const at = findWords(of, wholeRange(of), 'concurrently');
      const concurrently = at < 0 ? null : spanOf(of, { from: at, to: at + 1 });
      return each(of, 'refresh', [node.value.relation], concurrently);
    }
    case 'LockStmt':
      return each(of, 'lock-table', allOf(node.value.relations, 'RangeVar')).map((operation) => ({
        ...operation,
        // Counted as in lockdefs.h, from 1.
        mode: LOCK_MODES[(node.value.mode ?? 0) - 1] ?? 'AccessExclusiveLock',
      }));
    default:
      return null;
  }
}

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
    concurrently,
    mode: null,
    only: relation !== undefined && relation.inh !== true,
  }));
}
