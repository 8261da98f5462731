// CREATE TABLE.

import type { PartitionKey } from '../../catalog/catalog.js';
import type {
  ColumnDefinition,
  ConstraintDefinition,
  CreateTable,
  LikeClause,
  LikeOption,
  PartitionLimits,
  RangeEnd,
} from '../../catalog/operation.js';
import { clauseAt, tableElements } from '../../syntax/sql/clauses.js';
import {
  allOf,
  asNode,
  type CreateStmt,
  columnParts,
  type Node,
  type PartitionBoundSpec,
  type PartitionSpec,
  qualified,
  stringsOf,
} from '../../syntax/sql/nodes.js';
import {
  findWords,
  groupAt,
  isSign,
  keywordSpan,
  nameAt,
  type Range,
  segments,
  spanOf,
  type TokenText,
  wholeRange,
} from '../../syntax/sql/segments.js';
import { columnFrom } from './columns.js';
import { constraintFrom } from './constraints.js';
import { treeOf } from './expression-tree.js';
import { partitionKeyPart } from './indexes.js';
import { parametersFrom } from './parameters.js';
import { relationAt, wholeSpan } from './reading.js';

export function createTable(of: TokenText, statement: CreateStmt): CreateTable {
  const parents = allOf(statement.inhRelations, 'RangeVar').map((parent) => relationAt(of, parent));
  const isPartition = statement.partbound !== undefined;
  const ofType = statement.ofTypename;
  return {
    kind: 'create-table',
    span: wholeSpan(of),
    keyword: keywordSpan(of, 0, 'create', 'temp', 'temporary', 'unlogged', 'foreign', 'table'),
    table: relationAt(of, statement.relation),
    ifNotExists: statement.if_not_exists ?? false,
    temporary: statement.relation?.relpersistence === 't',
    unlogged: statement.relation?.relpersistence === 'u',
    ...elements(of, statement),
    partitionOf: isPartition ? (parents[0] ?? null) : null,
    isDefault: statement.partbound?.is_default ?? false,
    bound: isPartition ? boundIn(of, afterParent(of)) : null,
    limits: limitsFrom(statement.partbound),
    partitioned: statement.partspec !== undefined,
    partitionKey: statement.partspec === undefined ? null : partitionKeyFrom(of, statement.partspec),
    inherits: isPartition ? [] : parents,
    ofType: ofType === undefined ? null : { ...qualified(stringsOf(ofType.names)), span: wholeSpan(of) },
    foreign: false,
    onCommit: ON_COMMIT[statement.oncommit ?? 'ONCOMMIT_NOOP'],
    parameters: parametersFrom(statement.options),
    fromQuery: false,
    query: null,
    columnNames: [],
    withData: true,
    prepared: null,
  };
}

export function createForeignTable(of: TokenText, statement: CreateStmt): CreateTable {
  // Its options are for the server behind it.
  return { ...createTable(of, { ...statement, options: [] }), foreign: true };
}

export const ON_COMMIT = {
  ONCOMMIT_NOOP: 'preserve',
  ONCOMMIT_PRESERVE_ROWS: 'preserve',
  ONCOMMIT_DELETE_ROWS: 'delete',
  ONCOMMIT_DROP: 'drop',
} as const;

function elements(of: TokenText, { tableElts = [] }: CreateStmt) {
  const ranges = tableElements(of);
  const columns: ColumnDefinition[] = [];
  const constraints: ConstraintDefinition[] = [];
  const like: LikeClause[] = [];
  for (const [index, element] of tableElts.entries()) {
    const range = ranges[index] ?? wholeRange(of);
    const column = asNode(element, 'ColumnDef');
    const constraint = asNode(element, 'Constraint');
    const likeClause = asNode(element, 'TableLikeClause');
    if (column !== null) columns.push(columnFrom(of, column, range));
    else if (constraint !== null) {
      const made = constraintFrom(of, constraint, clauseAt(of, range), null);
      if (made !== null) constraints.push(made);
    } else if (likeClause?.relation !== undefined) {
      const table = relationAt(of, likeClause.relation);
      like.push({ table, before: columns.length, including: likeOptions(likeClause.options ?? 0) });
    }
  }
  return { columns, constraints, like };
}

/** The bits of `TableLikeOption` in parsenodes.h. */
const LIKE_OPTIONS: readonly LikeOption[] = [
  'comments',
  'compression',
  'constraints',
  'defaults',
  'generated',
  'identity',
  'indexes',
  'statistics',
  'storage',
];

function likeOptions(bits: number): readonly LikeOption[] {
  return LIKE_OPTIONS.filter((_, bit) => (bits & (1 << bit)) !== 0);
}

function partitionKeyFrom(of: TokenText, { strategy, partParams }: PartitionSpec): PartitionKey {
  const at = findWords(of, wholeRange(of), 'partition', 'by');
  const list = groupAt(of, at + 3);
  const ranges = list === null ? [] : segments(of, list);
  return {
    strategy: STRATEGIES[strategy ?? ''] ?? 'range',
    keys: allOf(partParams, 'PartitionElem').map((element, index) =>
      partitionKeyPart(of, element, ranges[index] ?? wholeRange(of)),
    ),
  };
}

const STRATEGIES: Readonly<Record<string, PartitionKey['strategy']>> = {
  PARTITION_STRATEGY_LIST: 'list',
  PARTITION_STRATEGY_HASH: 'hash',
};

/** What follows `PARTITION OF parent`. */
function afterParent(of: TokenText): Range {
  const at = findWords(of, wholeRange(of), 'partition', 'of') + 2;
  return { from: nameAt(of, at)?.next ?? at, to: of.tokens.length };
}

/** `FOR VALUES …` or `DEFAULT`, as written, without what may follow it. */
export function boundIn(of: TokenText, range: Range): string | null {
  const values = findWords(of, range, 'for', 'values');
  const from = values >= 0 ? values : findWords(of, range, 'default');
  if (from < 0) return null;
  // FOR VALUES WITH (…) is a bound itself.
  const after = { from: from + (values >= 0 ? 3 : 1), to: range.to };
  const ends = ['partition', 'using', 'with', 'tablespace', 'server', 'options']
    .map((word) => findWords(of, after, word))
    .filter((at) => at >= 0);
  let to = Math.min(range.to, ...ends);
  while (to > from && isSign(of, to - 1, ';')) to--;
  const span = spanOf(of, { from, to });
  return of.text.slice(span.start, span.end);
}

/** `null` for DEFAULT. */
export function limitsFrom(bound: PartitionBoundSpec | undefined): PartitionLimits | null {
  switch (bound?.strategy) {
    case 'l':
      return { kind: 'list', values: (bound.listdatums ?? []).map(treeOf) };
    case 'r':
      return {
        kind: 'range',
        from: (bound.lowerdatums ?? []).map(rangeEnd),
        to: (bound.upperdatums ?? []).map(rangeEnd),
      };
    case 'h':
      return { kind: 'hash', modulus: bound.modulus ?? 0, remainder: bound.remainder ?? 0 };
    default:
      return null;
  }
}

/** The grammar reads MINVALUE and MAXVALUE as names of columns. */
function rangeEnd(node: Node): RangeEnd {
  const column = asNode(node, 'ColumnRef');
  const [name] = column === null ? [] : columnParts(column);
  if (name === 'minvalue') return 'minimum';
  return name === 'maxvalue' ? 'maximum' : treeOf(node);
}
