// CREATE SCHEMA with what it makes in it: each element is read as the statement that it looks like.

import type { Name } from '../../catalog/names.js';
import type { Operation } from '../../catalog/operation.js';
import { type CreateSchemaStmt, type Node, type Tagged, tagged } from '../../syntax/sql/nodes.js';
import { nextAtSameDepth, wordAt } from '../../syntax/sql/segments.js';
import type { SqlStatement } from '../../syntax/sql/statement.js';

/** The server makes sequences first, then tables, views, indexes and triggers, and grants last (transformCreateSchemaStmtElements). */
const ORDER: readonly Tagged['kind'][] = [
  'CreateSeqStmt',
  'CreateStmt',
  'ViewStmt',
  'IndexStmt',
  'CreateTrigStmt',
  'GrantStmt',
];

/** @param read reads a statement */
export function schemaElements(
  of: SqlStatement,
  { schemaElts = [] }: CreateSchemaStmt,
  schema: string,
  read: (of: SqlStatement, node: Tagged) => readonly Operation[],
): readonly Operation[] {
  const starts = elementStarts(of);
  const elements = schemaElts.flatMap((element, index) => {
    const node = tagged(element);
    return node === null ? [] : [{ node, of: alone(of, starts[index], starts[index + 1], element) }];
  });
  const rank = ({ kind }: Tagged) => ORDER.indexOf(kind);
  const sorted = [...elements].sort((a, b) => rank(a.node) - rank(b.node));
  const operations = sorted.flatMap(({ node, of: own }) => read(own, node));
  const made = new Set(operations.flatMap(madeBy));
  return operations.map((operation) => within(operation, schema, made));
}

/** Where they begin: CREATE and GRANT are words that begin nothing else there. */
function elementStarts(of: SqlStatement): readonly number[] {
  const starts: number[] = [];
  for (let at = 1; at < of.tokens.length; at = nextAtSameDepth(of, at)) {
    const word = wordAt(of, at);
    if (word === 'create' || (word === 'grant' && wordAt(of, at - 1) !== 'with')) starts.push(at);
  }
  return starts;
}

/** The statement with the tokens of one element alone, at their places. */
function alone(of: SqlStatement, from: number | undefined, to: number | undefined, node: Node): SqlStatement {
  const { text, problems, holes, unread } = of;
  return { text, problems, holes, unread, node, tokens: of.tokens.slice(from ?? 0, to ?? of.tokens.length) };
}

function madeBy(operation: Operation): readonly string[] {
  switch (operation.kind) {
    case 'create-table':
      return [operation.table.name];
    case 'create-view':
      return [operation.view.name];
    case 'create-sequence':
      return [operation.sequence.name];
    default:
      return [];
  }
}

/** Names without a schema are those of the new one, as far as its own objects have them. */
function within<T>(value: T, schema: string, made: ReadonlySet<string>): T {
  if (Array.isArray(value)) return value.map((item) => within(item, schema, made)) as T;
  if (typeof value !== 'object' || value === null) return value;
  if (isName(value)) return value.schema === null && made.has(value.name) ? { ...value, schema } : value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, within(part, schema, made)]),
  ) as T;
}

function isName(value: object): value is Name {
  return 'schema' in value && 'name' in value && 'span' in value && Object.keys(value).length === 3;
}
