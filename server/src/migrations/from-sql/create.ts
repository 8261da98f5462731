// CREATE TABLE, CREATE VIEW, CREATE INDEX and their kin.

import type { Name } from '../../catalog/names.js';
import type {
  ColumnDefinition,
  ConstraintDefinition,
  CreateIndex,
  CreateTable,
  CreateView,
  IndexKey,
} from '../../catalog/operation.js';
import { clauseAt, indexKeys, tableElements } from '../../syntax/sql/clauses.js';
import { nodeRange } from '../../syntax/sql/node-span.js';
import {
  allOf,
  asNode,
  type CreateStmt,
  type CreateTableAsStmt,
  type IndexElem,
  type IndexStmt,
  type IntoClause,
  stringsOf,
  type ViewStmt,
} from '../../syntax/sql/nodes.js';
import {
  findWords,
  identifierAt,
  keywordSpan,
  type Range,
  spanOf,
  type TokenText,
  wholeRange,
} from '../../syntax/sql/segments.js';
import { nameOfExpression } from './column-name.js';
import { columnFrom, constraintFrom } from './columns.js';
import { expressionIn, relationAt, wholeSpan } from './reading.js';
import { readsOf } from './reads.js';

export function createTable(of: TokenText, statement: CreateStmt): CreateTable {
  const ranges = tableElements(of);
  const columns: ColumnDefinition[] = [];
  const constraints: ConstraintDefinition[] = [];
  const like: Name[] = [];
  for (const [index, element] of (statement.tableElts ?? []).entries()) {
    const range = ranges[index] ?? wholeRange(of);
    const column = asNode(element, 'ColumnDef');
    const constraint = asNode(element, 'Constraint');
    const likeClause = asNode(element, 'TableLikeClause');
    if (column !== null) columns.push(columnFrom(of, column, range));
    else if (constraint !== null) {
      const made = constraintFrom(of, constraint, clauseAt(of, range), null);
      if (made !== null) constraints.push(made);
    } else if (likeClause?.relation !== undefined) like.push(relationAt(of, likeClause.relation));
  }
  const parents = allOf(statement.inhRelations, 'RangeVar').map((parent) => relationAt(of, parent));
  const isPartition = statement.partbound !== undefined;
  return {
    kind: 'create-table',
    span: wholeSpan(of),
    keyword: keywordSpan(of, 0, 'create', 'temp', 'temporary', 'unlogged', 'foreign', 'table'),
    table: relationAt(of, statement.relation),
    ifNotExists: statement.if_not_exists ?? false,
    temporary: statement.relation?.relpersistence === 't',
    unlogged: statement.relation?.relpersistence === 'u',
    columns,
    constraints,
    partitionOf: isPartition ? (parents[0] ?? null) : null,
    isDefault: statement.partbound?.is_default ?? false,
    partitioned: statement.partspec !== undefined,
    inherits: isPartition ? [] : parents,
    like,
    // A typed table's columns are those of its type.
    fromQuery: statement.ofTypename !== undefined,
  };
}

/** CREATE TABLE AS, and CREATE MATERIALIZED VIEW. */
export function createTableAs(of: TokenText, statement: CreateTableAsStmt): CreateTable | CreateView {
  const ifNotExists = statement.if_not_exists ?? false;
  if (statement.objtype === 'OBJECT_MATVIEW') {
    return {
      kind: 'create-view',
      span: wholeSpan(of),
      keyword: keywordSpan(of, 0, 'create', 'materialized', 'view'),
      view: relationAt(of, statement.into?.rel),
      materialized: true,
      orReplace: false,
      ifNotExists,
      reads: readsOf(of, statement.query),
    };
  }
  return tableFromQuery(of, statement.into, ifNotExists);
}

/** `SELECT … INTO table`. */
export function selectInto(of: TokenText, into: IntoClause): CreateTable {
  const at = findWords(of, wholeRange(of), 'into');
  const keyword = at < 0 ? wholeSpan(of) : spanOf(of, { from: at, to: at + 1 });
  return { ...tableFromQuery(of, into, false), keyword };
}

function tableFromQuery(of: TokenText, into: IntoClause | undefined, ifNotExists: boolean): CreateTable {
  const relation = into?.rel;
  return {
    kind: 'create-table',
    span: wholeSpan(of),
    keyword: keywordSpan(of, 0, 'create', 'temp', 'temporary', 'unlogged', 'table'),
    table: relationAt(of, relation),
    ifNotExists,
    temporary: relation?.relpersistence === 't',
    unlogged: relation?.relpersistence === 'u',
    columns: [],
    constraints: [],
    partitionOf: null,
    isDefault: false,
    partitioned: false,
    inherits: [],
    like: [],
    fromQuery: true,
  };
}

export function createView(of: TokenText, statement: ViewStmt): CreateView {
  return {
    kind: 'create-view',
    span: wholeSpan(of),
    keyword: keywordSpan(of, 0, 'create', 'or', 'replace', 'temp', 'temporary', 'recursive', 'view'),
    view: relationAt(of, statement.view),
    materialized: false,
    orReplace: statement.replace ?? false,
    ifNotExists: false,
    reads: readsOf(of, statement.query),
  };
}

export function createIndex(of: TokenText, statement: IndexStmt): CreateIndex {
  const ranges = indexKeys(of);
  const at = findWords(of, wholeRange(of), 'concurrently');
  const concurrently = statement.concurrent === true && at >= 0 ? spanOf(of, { from: at, to: at + 1 }) : null;
  const where = findWords(of, wholeRange(of), 'where');
  const named = statement.idxname === undefined ? null : indexName(of, statement.idxname);
  return {
    kind: 'create-index',
    span: wholeSpan(of),
    keyword: keywordSpan(of, 0, 'create', 'unique', 'index'),
    table: relationAt(of, statement.relation),
    index: named,
    keys: allOf(statement.indexParams, 'IndexElem').map((element, index) =>
      indexKey(of, element, ranges[index] ?? wholeRange(of)),
    ),
    include: allOf(statement.indexIncludingParams, 'IndexElem').map((element) => element.name ?? ''),
    unique: statement.unique ?? false,
    concurrently,
    ifNotExists: statement.if_not_exists ?? false,
    only: statement.relation?.inh !== true,
    method: statement.accessMethod ?? 'btree',
    where:
      statement.whereClause === undefined
        ? null
        : expressionIn(of, statement.whereClause, { from: where + 1, to: of.tokens.length }),
    nullsNotDistinct: statement.nulls_not_distinct ?? false,
  };
}

/** The name stands before ON. */
function indexName(of: TokenText, name: string) {
  const on = findWords(of, wholeRange(of), 'on');
  const found = identifierAt(of, on - 1);
  return { name, span: found?.span ?? wholeSpan(of) };
}

function indexKey(of: TokenText, element: IndexElem, range: Range): IndexKey {
  const descending = element.ordering === 'SORTBY_DESC';
  const nullsFirst =
    element.nulls_ordering === 'SORTBY_NULLS_FIRST' ||
    // https://www.postgresql.org/docs/current/indexes-ordering.html: DESC puts NULLs first unless told otherwise.
    (descending && element.nulls_ordering !== 'SORTBY_NULLS_LAST');
  return {
    column: element.name ?? null,
    label: element.name ?? (element.expr === undefined ? 'expr' : nameOfExpression(element.expr)),
    expression:
      element.expr === undefined
        ? null
        : expressionIn(of, element.expr, nodeRange(of, element.expr) ?? range),
    descending,
    nullsFirst,
    operatorClass: stringsOf(element.opclass).at(-1) ?? null,
    collation: stringsOf(element.collation).at(-1) ?? null,
  };
}
