// CREATE TABLE AS, SELECT INTO and CREATE TABLE AS EXECUTE.

import type { CreateTable, Prepare, QueryShape } from '../../catalog/operation.js';
import {
  asNode,
  type CreateTableAsStmt,
  type IntoClause,
  type Node,
  type SelectStmt,
  stringsOf,
} from '../../syntax/sql/nodes.js';
import {
  findWords,
  firstLineOf,
  keywordSpan,
  spanOf,
  type TokenText,
  wholeRange,
} from '../../syntax/sql/segments.js';
import { ON_COMMIT } from './create.js';
import { parametersFrom } from './parameters.js';
import { queryShape, selectShape } from './query-shape.js';
import { relationAt, wholeSpan } from './reading.js';

export function createTableAs(of: TokenText, statement: CreateTableAsStmt): CreateTable {
  const execute = asNode(statement.query, 'ExecuteStmt');
  const made = tableFromQuery(of, statement.into, queryShape(of, statement.query));
  return {
    ...made,
    ifNotExists: statement.if_not_exists ?? false,
    prepared: execute === null ? null : (execute.name ?? ''),
  };
}

export function prepare(of: TokenText, statement: string, query: Node | undefined): Prepare {
  return { ...statementOf(of), kind: 'prepare', statement, query: queryShape(of, query) };
}

/** @param statement `null` for all */
export function deallocate(of: TokenText, statement: string | null): Prepare {
  return { ...statementOf(of), kind: 'prepare', statement, query: null };
}

function statementOf(of: TokenText): Pick<Prepare, 'span' | 'keyword'> {
  return { span: wholeSpan(of), keyword: firstLineOf(of, { from: 0, to: 1 }) };
}

/** `SELECT … INTO table`. */
export function selectInto(of: TokenText, statement: SelectStmt, into: IntoClause): CreateTable {
  const at = findWords(of, wholeRange(of), 'into');
  const keyword = at < 0 ? wholeSpan(of) : spanOf(of, { from: at, to: at + 1 });
  return { ...tableFromQuery(of, into, selectShape(of, statement)), keyword };
}

function tableFromQuery(of: TokenText, into: IntoClause | undefined, query: QueryShape): CreateTable {
  const relation = into?.rel;
  return {
    kind: 'create-table',
    span: wholeSpan(of),
    keyword: keywordSpan(of, 0, 'create', 'temp', 'temporary', 'unlogged', 'table'),
    table: relationAt(of, relation),
    ifNotExists: false,
    temporary: relation?.relpersistence === 't',
    unlogged: relation?.relpersistence === 'u',
    columns: [],
    constraints: [],
    partitionOf: null,
    isDefault: false,
    bound: null,
    limits: null,
    partitioned: false,
    partitionKey: null,
    inherits: [],
    like: [],
    ofType: null,
    foreign: false,
    onCommit: ON_COMMIT[into?.onCommit ?? 'ONCOMMIT_NOOP'],
    parameters: parametersFrom(into?.options),
    fromQuery: true,
    query,
    columnNames: stringsOf(into?.colNames),
    withData: into?.skipData !== true,
    prepared: null,
  };
}
