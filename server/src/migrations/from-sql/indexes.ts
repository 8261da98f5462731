// CREATE INDEX and ALTER INDEX.

import type { AlterIndex, CreateIndex, IndexKey } from '../../catalog/operation.js';
import { alterActions, indexKeys } from '../../syntax/sql/clauses.js';
import { nodeRange } from '../../syntax/sql/node-span.js';
import {
  type AlterTableStmt,
  allOf,
  asNode,
  type IndexElem,
  type IndexStmt,
  type PartitionElem,
  stringsOf,
} from '../../syntax/sql/nodes.js';
import {
  findWords,
  firstLineOf,
  identifierAt,
  keywordSpan,
  type Range,
  spanOf,
  type TokenText,
  wholeRange,
} from '../../syntax/sql/segments.js';
import { nameOfExpression } from './column-name.js';
import { itemsOf } from './columns.js';
import { parameterNames, parametersFrom } from './parameters.js';
import { expressionIn, local, relationAt, wholeSpan } from './reading.js';

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
    parameters: parametersFrom(statement.options),
  };
}

/** The name stands before ON. */
function indexName(of: TokenText, name: string) {
  const on = findWords(of, wholeRange(of), 'on');
  return local(identifierAt(of, on - 1), name, wholeSpan(of));
}

/** @param range what holds the key */
export function indexKey(of: TokenText, element: IndexElem, range: Range): IndexKey {
  const descending = element.ordering === 'SORTBY_DESC';
  const nullsFirst =
    element.nulls_ordering === 'SORTBY_NULLS_FIRST' ||
    // https://www.postgresql.org/docs/current/indexes-ordering.html: DESC puts NULLs first unless told otherwise.
    (descending && element.nulls_ordering !== 'SORTBY_NULLS_LAST');
  return { ...partOfKey(of, element, range), descending, nullsFirst };
}

/** Partition keys are written as those of an index are, but have no order. */
export function partitionKeyPart(of: TokenText, element: PartitionElem, range: Range): IndexKey {
  return { ...partOfKey(of, element, range), descending: false, nullsFirst: false };
}

function partOfKey(
  of: TokenText,
  { name, expr, opclass, collation }: Pick<IndexElem, 'name' | 'expr' | 'opclass' | 'collation'>,
  range: Range,
) {
  return {
    column: name ?? null,
    label: name ?? (expr === undefined ? 'expr' : nameOfExpression(expr)),
    expression: expr === undefined ? null : expressionIn(of, expr, nodeRange(of, expr) ?? range),
    operatorClass: stringsOf(opclass).at(-1) ?? null,
    collation: stringsOf(collation).at(-1) ?? null,
  };
}

/** ALTER INDEX, but for its name: one operation for each action. */
export function alterIndexOperations(of: TokenText, statement: AlterTableStmt): readonly AlterIndex[] {
  const index = relationAt(of, statement.relation);
  const ranges = alterActions(of);
  return allOf(statement.cmds, 'AlterTableCmd').map(({ subtype, def }, position): AlterIndex => {
    const range = ranges[position] ?? wholeRange(of);
    const located = { span: spanOf(of, range), keyword: firstLineOf(of, range), index };
    switch (subtype) {
      case 'AT_AttachPartition': {
        const partition = relationAt(of, asNode(def, 'PartitionCmd')?.name);
        return { ...located, kind: 'alter-index', action: { kind: 'attach', partition } };
      }
      case 'AT_SetRelOptions': {
        const action = { kind: 'set' as const, parameters: parametersFrom(itemsOf(def)) };
        return { ...located, kind: 'alter-index', action };
      }
      case 'AT_ResetRelOptions': {
        const action = { kind: 'reset' as const, names: parameterNames(itemsOf(def)) };
        return { ...located, kind: 'alter-index', action };
      }
      case 'AT_SetTableSpace':
        return { ...located, kind: 'alter-index', action: { kind: 'set-tablespace' } };
      default:
        return { ...located, kind: 'alter-index', action: { kind: 'other' } };
    }
  });
}
