// SQL statements in the strings of Elixir code: what is given to `Repo.query`, `~SQL` sigils, and texts that cannot be
// anything else.

import { modulesIn } from '../syntax/elixir/modules.js';
import {
  type Body,
  type Call,
  type Clause,
  type ElixirFile,
  type Expr,
  keywordsOf,
  pairsOf,
} from '../syntax/elixir/nodes.js';
import { everythingIn, variablesIn } from '../syntax/elixir/walk.js';
import type { SqlParser } from '../syntax/sql/parse.js';
import type { PlacedStatement, SqlStatement } from '../syntax/sql/statement.js';
import type { EmbeddedText } from '../text/embedded.js';
import { contains, type Span, shift } from '../text/span.js';
import { textOf } from './from-ecto/scope.js';
import { givenBy, namesOfOptions } from './from-ecto/sinks.js';
import { queriesOf } from './from-sql.js';
import type { Query, Sink } from './query.js';
import { composed, continuedIn, isComposed, valuesIn } from './sql-texts/composed.js';
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
  /** Where in the file stands what the program puts in when it runs; empty for a statement that is known. */
  readonly filledIn: readonly Span[];
  /** With spans in the file. */
  readonly query: Query;
}

export function sqlTextsIn(elixir: ElixirFile, sql: SqlParser): readonly SqlText[] {
  const found: Finds = { texts: [], continued: [], module: null, definition: null };
  for (const item of elixir.items) visit(item, null, found);
  const texts = found.texts.flatMap((one) => contentOf(one) ?? []);
  if (texts.length === 0) return [];
  const owners = ownersIn(elixir);
  const known = new Set(texts.map(({ of }) => of));
  const whole = found.continued.filter((one) => known.has(one));
  // What some branch adds to a text may say anything, and the text may be sent without it.
  const added = found.continued.filter((one) => !known.has(one));
  return texts
    .filter(({ of }) => !isContinued(of, whole))
    .flatMap((one) => {
      const statements = statementsIn(one, sql, owners);
      return isContinued(one.of, added) ? statements.map(maybeContinued) : statements;
    });
}

function maybeContinued(text: SqlText): SqlText {
  const block = { ...text.query.block, opaque: 'what is added to it is decided at run time' };
  return { ...text, query: { ...text.query, block } };
}

interface Finds {
  readonly texts: Found[];
  /** Texts that begin with a variable. */
  readonly continued: Found[];
  /** The module and the function around the place that is visited. */
  module: Call | null;
  definition: Call | null;
}

/** A text, or what is put together from texts. */
interface Found {
  readonly expr: Expr;
  /** It is SQL for certain. */
  readonly certain: boolean;
  /** What runs it; `null` where that is not seen. */
  readonly run: Call | null;
  readonly module: Call | null;
  readonly definition: Call | null;
}

interface FoundSql {
  readonly of: Found;
  readonly content: EmbeddedText;
}

/** Functions that run the SQL that they are given. */
const RUNS = /^(?:query|query_many|explain|execute|prepare_execute|stream)!?$/;
const DEFINES = /^def(?:p|macro|macrop)?$/;
const DOCUMENTS = /^(?:doc|moduledoc|typedoc|shortdoc|tag|describetag)$/;

/** @param run the call that runs a text that stands right here */
function visit(expr: Expr, run: Call | null, found: Finds): void {
  switch (expr.kind) {
    case 'text':
      addText(expr, run, found);
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
      visit(expr.value, null, found);
      break;
    case 'call': {
      if (isComposed(expr)) {
        addText(expr, run, found);
        break;
      }
      const { definition, module } = found;
      if (DEFINES.test(expr.name)) found.definition = expr;
      if (expr.name === 'defmodule') found.module = expr;
      if (expr.receiver !== null) visit(expr.receiver, null, found);
      for (const arg of expr.args) visit(arg, runningCall(expr), found);
      visitAll(
        keywordsOf(expr).map(({ value }) => value),
        found,
      );
      if (expr.body !== null) visitBody(expr.body, found);
      found.definition = definition;
      found.module = module;
      break;
    }
    case 'access':
      visitAll([expr.container, expr.key], found);
      break;
    case 'unary':
      visit(expr.operand, null, found);
      break;
    case 'binary':
      // A part of a longer text is no statement of its own.
      if (isComposed(expr)) {
        addText(expr, run, found);
        break;
      }
      if (expr.operator === '++') break;
      visit(expr.left, expr.operator === '|>' ? runningCall(expr.right) : null, found);
      visit(expr.right, null, found);
      break;
    case 'attribute':
      if (expr.value !== null && !DOCUMENTS.test(expr.name)) visit(expr.value, null, found);
      break;
    case 'fn':
      for (const clause of expr.clauses) visitClause(clause, found);
      break;
  }
}

function addText(expr: Expr, run: Call | null, found: Finds): void {
  const certain = run !== null || (expr.kind === 'text' && expr.sigil === 'SQL');
  const { module, definition } = found;
  const one: Found = { expr, certain, run, module, definition };
  found.texts.push(one);
  // Whatever begins with a variable comes after that has got its text.
  if (found.texts.length > 1 && continuedIn(expr) !== null) found.continued.push(one);
}

/** Its text is that of a variable from which another text goes on. */
function isContinued({ expr, definition }: Found, continued: readonly Found[]): boolean {
  return continued.some((other) => {
    const name = other.definition === definition ? continuedIn(other.expr) : null;
    return name !== null && isValueOf(expr, name, definition);
  });
}

function isValueOf(expr: Expr, name: string, definition: Call | null): boolean {
  if (definition === null) return false;
  for (const one of everythingIn(definition)) {
    if (one.kind !== 'binary' || one.operator !== '=' || one.right !== expr) continue;
    return one.left.kind === 'variable' && one.left.name === name;
  }
  return false;
}

function visitAll(parts: readonly Expr[], found: Finds): void {
  for (const part of parts) visit(part, null, found);
}

function runningCall(expr: Expr): Call | null {
  return expr.kind === 'call' && RUNS.test(expr.name) ? expr : null;
}

function visitBody(body: Body, found: Finds): void {
  for (const item of body.items) visit(item, null, found);
  for (const clause of body.clauses) visitClause(clause, found);
  for (const section of body.sections) visitBody(section.body, found);
}

function visitClause({ items }: Clause, found: Finds): void {
  for (const item of items) visit(item, null, found);
}

const BEGINS_LIKE_QUERY = /^\s*(?:select|insert\s+into|update|delete\s+from|merge\s+into|with)\b/i;
/** Prose is neither shouted nor broken into lines behind its verb. */
const SURELY_SQL = /^\s*(?:SELECT|INSERT|UPDATE|DELETE|MERGE|WITH)\s|^\s*\w+[^\n]*\n\s*\S/;

const SHORTEST_QUERY = '"SELECT 1"'.length;

/** The text where it is SQL. What stands in a text is computed when first asked for, so that is done last. */
function contentOf(of: Found): FoundSql | null {
  const { expr, certain, module, definition } = of;
  if (expr.span.end - expr.span.start < SHORTEST_QUERY || (expr.kind === 'text' && expr.charlist))
    return null;
  const begins =
    expr.kind === 'text' && continuedIn(expr) === null ? BEGINS_LIKE_QUERY.test(expr.content.text) : true;
  const content = begins ? composed(expr, valuesIn(definition, module)) : null;
  if (content === null || !BEGINS_LIKE_QUERY.test(content.text)) return null;
  return certain || SURELY_SQL.test(content.text) ? { of, content } : null;
}

function statementsIn(
  { of: { run }, content }: FoundSql,
  sql: SqlParser,
  owners: readonly Owner[],
): readonly SqlText[] {
  const { statements } = sql.parse(content.text);
  return statements.flatMap((placed) => sqlText(placed, content, run, owners));
}

function sqlText(
  { statement, start }: PlacedStatement,
  content: EmbeddedText,
  run: Call | null,
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
      filledIn: filledInto(statement).map(toFile),
      query: {
        ...query,
        span,
        keyword: toFile(query.keyword),
        sink: run === null ? null : sinkOf(run, query.block.verb === 'select' ? 'read' : 'write'),
        block,
        module,
        within,
      },
    },
  ];
}

/** Also in the texts of the statement, where the grammar sees no hole. */
function filledInto({ text, holes }: SqlStatement): readonly Span[] {
  const named = [...text.matchAll(/__interpolated\d+__/g)].map(({ 0: name, index }) => ({
    start: index,
    end: index + name.length,
  }));
  const others = holes.map(({ span }) => span).filter((hole) => !named.some((one) => contains(hole, one)));
  return [...named, ...others].sort((a, b) => a.start - b.start);
}

/** `Repo.query(sql, params, timeout: 1000)` */
function sinkOf(call: Call, effect: Sink['effect']): Sink {
  const { receiver, name, nameSpan, args } = call;
  const last = args.at(-1);
  const pairs = call.keywords.length === 0 && last?.kind === 'list' ? pairsOf(last) : call.keywords;
  const written = receiver === null ? name : `${textOf(receiver)}.${name}`;
  return {
    name: written,
    effect,
    gives: givenBy(written),
    ofLoaded: false,
    ...namesOfOptions(pairs),
    repo: null,
    through: null,
    span: { start: receiver?.span.start ?? nameSpan.start, end: nameSpan.end },
  };
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
    ...functions.flatMap(({ name, nameSpan, arity, clauses }) =>
      clauses.map(({ span, params }) => {
        const within = { name: `${name}/${arity}`, head: nameSpan, params: params.flatMap(variablesIn) };
        return { span, module, within };
      }),
    ),
  ]);
}
