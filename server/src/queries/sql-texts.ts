// SQL statements in the strings of Elixir code: what is given to `Repo.query`, `~SQL` sigils, and texts that cannot be
// anything else.

import { modulesIn } from '../syntax/elixir/modules.js';
import {
  type Body,
  type Clause,
  type ElixirFile,
  type Expr,
  keywordsOf,
  type Text,
} from '../syntax/elixir/nodes.js';
import { variablesIn } from '../syntax/elixir/walk.js';
import type { SqlParser } from '../syntax/sql/parse.js';
import type { PlacedStatement } from '../syntax/sql/statement.js';
import type { EmbeddedText } from '../text/embedded.js';
import { contains, type Span, shift } from '../text/span.js';
import { queriesOf } from './from-sql.js';
import type { Query } from './query.js';
import { movedBy, transformBlock } from './transform.js';

/** One SELECT, INSERT, UPDATE, DELETE or MERGE in a string. */
export interface SqlText {
  /** Without the `;` that ends it. Where something is interpolated stands a name. */
  readonly sql: string;
  /** Where it stands in the file. */
  readonly span: Span;
  /** Where in the file an offset of `sql` is. */
  readonly toOuter: (offset: number) => number;
  readonly writes: boolean;
  /** The highest `$n`. */
  readonly parameters: number;
  /** False when a program fills something in, so that it cannot be run as it is. */
  readonly complete: boolean;
  /** With spans in the file. */
  readonly query: Query;
}

export function sqlTextsIn(elixir: ElixirFile, sql: SqlParser): readonly SqlText[] {
  const found: Found[] = [];
  for (const item of elixir.items) visit(item, false, found);
  const texts = found.filter(({ text, certain }) => mayBeQuery(text, certain));
  if (texts.length === 0) return [];
  const owners = ownersIn(elixir);
  return texts.flatMap(({ text }) => statementsIn(text, sql, owners));
}

interface Found {
  readonly text: Text;
  /** It is given to something that runs SQL. */
  readonly certain: boolean;
}

/** Functions that run the SQL that they are given. */
const RUNS = /^(?:query|query_many|explain|execute|prepare_execute|stream)!?$/;
const DOCUMENTS = /^(?:doc|moduledoc|typedoc|shortdoc|tag|describetag)$/;

/** @param certain whether a text that stands right here is SQL */
function visit(expr: Expr, certain: boolean, found: Found[]): void {
  switch (expr.kind) {
    case 'text':
      found.push({ text: expr, certain: certain || expr.sigil === 'SQL' });
      visitAll(expr.interpolations, found);
      break;
    case 'list':
    case 'tuple':
    case 'group':
      visitAll(expr.items, found);
      break;
    case 'map':
      visitAll(expr.entries, found);
      break;
    case 'pair':
      visit(expr.value, false, found);
      break;
    case 'call': {
      if (expr.receiver !== null) visit(expr.receiver, false, found);
      const runs = RUNS.test(expr.name);
      for (const arg of expr.args) visit(arg, runs, found);
      visitAll(
        keywordsOf(expr).map(({ value }) => value),
        found,
      );
      if (expr.body !== null) visitBody(expr.body, found);
      break;
    }
    case 'access':
      visitAll([expr.container, expr.key], found);
      break;
    case 'unary':
      visit(expr.operand, false, found);
      break;
    case 'binary':
      // A part of a longer text is no statement of its own.
      if (expr.operator === '<>' || expr.operator === '++') break;
      visit(expr.left, expr.operator === '|>' && runsSql(expr.right), found);
      visit(expr.right, false, found);
      break;
    case 'attribute':
      if (expr.value !== null && !DOCUMENTS.test(expr.name)) visit(expr.value, false, found);
      break;
    case 'fn':
      for (const clause of expr.clauses) visitClause(clause, found);
      break;
  }
}

function visitAll(parts: readonly Expr[], found: Found[]): void {
  for (const part of parts) visit(part, false, found);
}

function runsSql(expr: Expr): boolean {
  return expr.kind === 'call' && RUNS.test(expr.name);
}

function visitBody(body: Body, found: Found[]): void {
  for (const item of body.items) visit(item, false, found);
  for (const clause of body.clauses) visitClause(clause, found);
  for (const section of body.sections) visitBody(section.body, found);
}

function visitClause({ items }: Clause, found: Found[]): void {
  for (const item of items) visit(item, false, found);
}

const BEGINS_LIKE_QUERY = /^\s*(?:select|insert\s+into|update|delete\s+from|merge\s+into|with)\b/i;
/** Prose is neither shouted nor broken into lines behind its verb. */
const SURELY_SQL = /^\s*(?:SELECT|INSERT|UPDATE|DELETE|MERGE|WITH)\s|^\s*\w+[^\n]*\n\s*\S/;

const SHORTEST_QUERY = '"SELECT 1"'.length;

/** What stands in a text is computed when first asked for, so that is done last. */
function mayBeQuery(text: Text, certain: boolean): boolean {
  if (text.charlist || text.span.end - text.span.start < SHORTEST_QUERY) return false;
  const inside = text.content.text;
  return BEGINS_LIKE_QUERY.test(inside) && (certain || SURELY_SQL.test(inside));
}

function statementsIn({ content }: Text, sql: SqlParser, owners: readonly Owner[]): readonly SqlText[] {
  const { statements } = sql.parse(content.text);
  return statements.flatMap((placed) => sqlText(placed, content, owners));
}

function sqlText(
  { statement, start }: PlacedStatement,
  content: EmbeddedText,
  owners: readonly Owner[],
): readonly SqlText[] {
  const [query] = queriesOf(statement);
  if (query === undefined) return [];
  const toFile = (span: Span) => content.toOuter(shift(span, start));
  const span = toFile({ start: 0, end: statement.text.length });
  const block = transformBlock(query.block, movedBy(toFile));
  const owner = owners.findLast((candidate) => contains(candidate.span, span));
  const { module = null, within = null } = owner ?? {};
  return [
    {
      sql: statement.text,
      span,
      toOuter: (offset) => toFile({ start: offset, end: offset }).start,
      writes: query.block.verb !== 'select',
      parameters: highestParameter(statement.text),
      complete: statement.holes.length === 0,
      query: { ...query, span, keyword: toFile(query.keyword), block, module, within },
    },
  ];
}

/** The largest n of the `$n` in a statement; 0 when there is none. */
export function highestParameter(sql: string): number {
  let highest = 0;
  for (const [, digits] of sql.matchAll(/\$(\d+)/g)) highest = Math.max(highest, Number(digits));
  return highest;
}

/** A function or module that a text may stand in; inner ones after outer ones. */
interface Owner {
  readonly span: Span;
  readonly module: string;
  readonly within: Query['within'];
}

function ownersIn(elixir: ElixirFile): readonly Owner[] {
  return modulesIn(elixir).flatMap(({ name: module, call, functions }) => [
    { span: call.span, module, within: null },
    ...functions.flatMap(({ name, arity, clauses }) =>
      clauses.map(({ span, params }) => {
        const within = { name: `${name}/${arity}`, params: params.flatMap(variablesIn) };
        return { span, module, within };
      }),
    ),
  ]);
}
