// SQL statements as queries: SELECT, INSERT, UPDATE, DELETE and MERGE, also those that another statement holds, such as EXPLAIN and
// DECLARE. SELECT … INTO makes a table.

import { asNode, type Node, tagged } from '../syntax/sql/nodes.js';
import { firstLineOf, wholeRange, wordAt } from '../syntax/sql/segments.js';
import type { SqlStatement } from '../syntax/sql/statement.js';
import type { Span } from '../text/span.js';
import { blockOf } from './from-sql/blocks.js';
import { type Source, type Variables, wholeSpan } from './from-sql/source.js';
import { sourceOf } from './from-sql/source-of.js';
import type { Block, Query } from './query.js';

/**
 * The query that the statement is, in a list of one; spans are relative to the statement. None for other statements.
 * @param variables of the function in whose body it stands
 */
export function queriesOf(statement: SqlStatement, variables: Variables | null = null): readonly Query[] {
  const node = statement.node === null ? null : heldIn(statement.node);
  if (node === null || !isQuery(node)) return [];
  const source = sourceOf(statement, variables);
  const block = blockOf(source, node);
  return [
    {
      kind: 'query',
      language: 'sql',
      span: wholeSpan(source),
      keyword: verbSpan(statement, block),
      sink: null,
      block: withHoles(source, block),
      module: null,
      within: null,
    },
  ];
}

/** The query that the statement holds; the statement itself when it holds none. A materialized view is judged where it is read. */
function heldIn(node: Node): Node {
  const found = tagged(node);
  switch (found?.kind) {
    case 'ExplainStmt':
    case 'DeclareCursorStmt':
    case 'PrepareStmt':
    case 'CopyStmt':
      return found.value.query === undefined ? node : heldIn(found.value.query);
    case 'CreateTableAsStmt':
      return found.value.objtype === 'OBJECT_TABLE' && found.value.query !== undefined
        ? found.value.query
        : node;
    default:
      return node;
  }
}

function isQuery(node: Node): boolean {
  switch (tagged(node)?.kind) {
    case 'InsertStmt':
    case 'UpdateStmt':
    case 'DeleteStmt':
    case 'MergeStmt':
      return true;
    case 'SelectStmt':
      return leftmost(node)?.intoClause === undefined;
    default:
      return false;
  }
}

/** INTO stands in the first branch of a UNION. */
function leftmost(node: Node) {
  let select = asNode(node, 'SelectStmt');
  while (select?.larg !== undefined) select = select.larg;
  return select;
}

const WORDS: Readonly<Record<Block['verb'], readonly string[]>> = {
  select: ['select', 'values', 'table'],
  insert: ['insert'],
  update: ['update'],
  delete: ['delete'],
  merge: ['merge'],
};

/** The verb outside all brackets; the first word when a bracket hides it. */
function verbSpan(statement: SqlStatement, { verb }: Block): Span {
  const { to } = wholeRange(statement);
  let depth = 0;
  // CREATE TABLE … AS
  const held = wordAt(statement, 0) === 'create' ? indexOfWord(statement, 'as') : 0;
  for (let index = held; index < to; index++) {
    const token = statement.tokens[index];
    const sign = token === undefined ? '' : statement.text[token.span.start];
    if (sign === '(') depth++;
    else if (sign === ')') depth--;
    else if (depth === 0 && WORDS[verb].includes(wordAt(statement, index) ?? '')) {
      return firstLineOf(statement, { from: index, to: index + 1 });
    }
  }
  return firstLineOf(statement, { from: 0, to: 1 });
}

function indexOfWord(statement: SqlStatement, word: string): number {
  const index = statement.tokens.findIndex((_, at) => wordAt(statement, at) === word);
  return Math.max(0, index);
}

/** A template that is not a value may be anything: a further condition, a join, another table. */
function withHoles({ of, values }: Source, block: Block): Block {
  const open = of.holes.some((hole) => hole.kind === 'template' && !values.has(hole.span));
  return open ? { ...block, opaque: 'a part of it is filled in by a program' } : block;
}
