// What EXPLAIN is given of a SQL statement. It takes queries, cursors and tables made by a query; of a statement that is EXPLAIN
// itself, prepares or copies, it is the query inside.

import { asNode, type Node, tagged } from '../syntax/sql/nodes.js';
import { textAt, wordAt } from '../syntax/sql/segments.js';
import type { SqlStatement } from '../syntax/sql/statement.js';
import type { Span } from '../text/span.js';

export interface ExplainedPart {
  readonly kind: 'part';
  /** Of the statement's text. */
  readonly span: Span;
  /** Whether it makes a table, or a query of its WITH changes rows. */
  readonly writes: boolean;
  /** What to know of it, as sentences. */
  readonly notes: readonly string[];
}

/** For people. */
export interface NoPart {
  readonly kind: 'no-part';
  readonly message: string;
  readonly whatToDo: string;
  /** Offset in the statement's text that it is about; `null` for all of it. */
  readonly at: number | null;
}

export function explainedPart(statement: SqlStatement): ExplainedPart | NoPart {
  const { node, problems, unread } = statement;
  const [problem] = problems;
  if (problem !== undefined) return noPart(`${problem.message}.`, '', problem.span.start);
  if (unread !== null) return noPart(`This cannot be explained here: ${unread}.`, WAY_AROUND);
  const held = node === null ? null : tagged(node);
  switch (held?.kind) {
    case 'SelectStmt':
      if (intoOf(node)) return noPart(...INTO);
      return part(statement, 0);
    case 'InsertStmt':
    case 'UpdateStmt':
    case 'DeleteStmt':
    case 'MergeStmt':
    case 'DeclareCursorStmt':
      return part(statement, 0);
    case 'CreateTableAsStmt':
      return part(statement, 0);
    case 'ExplainStmt':
      return explained(statement, held.value.query);
    case 'PrepareStmt':
      return part(statement, indexOf(statement, 'as') + 1);
    case 'CopyStmt':
      if (held.value.query === undefined) break;
      return noPart(
        'PostgreSQL has no plan for COPY itself.',
        'Explain the query that stands in its parentheses.',
      );
    case 'ExecuteStmt':
      return noPart(
        'EXECUTE runs a statement that another session has prepared.',
        'Explain that statement, with its values.',
      );
  }
  return noPart(
    'This statement has no plan.',
    'PostgreSQL plans SELECT, INSERT, UPDATE, DELETE, MERGE, VALUES, CREATE TABLE AS and CREATE MATERIALIZED VIEW AS.',
  );
}

const WAY_AROUND =
  'Explain a part of it, or run EXPLAIN (FORMAT JSON) with it in psql and open the plan that this prints.';

/** Whether a statement that was not read begins as one that EXPLAIN takes: then its plan may well be wanted. */
export function isUnreadQuery(statement: SqlStatement): boolean {
  if (statement.unread === null) return false;
  const at = statement.tokens.findIndex((_, index) => textAt(statement, index) !== '(');
  return QUERIES.has(wordAt(statement, at) ?? '');
}

const QUERIES: ReadonlySet<string> = new Set([
  ...['select', 'values', 'table', 'with', 'insert', 'update', 'delete', 'merge', 'explain'],
]);

const INTO = [
  'SELECT … INTO makes a table, and is not planned here as it stands.',
  'Leave out INTO and the name behind it, or write CREATE TABLE … AS SELECT …: the plan is the same.',
] as const;

function intoOf(node: Node | null): boolean {
  let select = asNode(node, 'SelectStmt');
  // It stands in the first branch of a UNION.
  while (select?.larg !== undefined) select = select.larg;
  return select?.intoClause !== undefined;
}

/** `EXPLAIN ANALYZE VERBOSE …`, or `EXPLAIN (ANALYZE, BUFFERS) …` */
function explained(statement: SqlStatement, query: Node | undefined): ExplainedPart | NoPart {
  if (query !== undefined && intoOf(query)) return noPart(...INTO);
  let at = 1;
  let isAnalyze = false;
  if (textAt(statement, at) === '(') {
    while (at < statement.tokens.length && textAt(statement, at) !== ')') {
      const word = wordAt(statement, at);
      const value = wordAt(statement, at + 1) ?? textAt(statement, at + 1);
      if (word === 'analyze' || word === 'analyse') isAnalyze = !['off', 'false', '0'].includes(value);
      at++;
    }
    at++;
  } else {
    while (['analyze', 'analyse', 'verbose'].includes(wordAt(statement, at) ?? '')) {
      isAnalyze ||= wordAt(statement, at) !== 'verbose';
      at++;
    }
  }
  return part(statement, at, isAnalyze ? [ONLY_PLANNED] : []);
}

const ONLY_PLANNED =
  'The ANALYZE that is written here is not obeyed: to run and measure the statement, ask for that (--analyze, Explain and Measure).';

/** From a token to the end. */
function part(statement: SqlStatement, from: number, notes: readonly string[] = []): ExplainedPart {
  const start = statement.tokens[from]?.span.start ?? 0;
  return {
    kind: 'part',
    span: { start, end: statement.text.length },
    writes: writesFrom(statement, from),
    notes,
  };
}

const WRITING: ReadonlySet<string> = new Set(['insert', 'update', 'delete', 'merge']);

/** `WITH gone AS (DELETE …`, or a table that is made. What the statement itself does is told by its query. */
function writesFrom(statement: SqlStatement, from: number): boolean {
  if (wordAt(statement, from) === 'create') return true;
  return statement.tokens.some(
    (_, at) =>
      at > from &&
      WRITING.has(wordAt(statement, at) ?? '') &&
      textAt(statement, at - 1) === '(' &&
      isQueryOfWith(statement, at - 1),
  );
}

/** `AS (`, `AS MATERIALIZED (`, `AS NOT MATERIALIZED (` */
function isQueryOfWith(statement: SqlStatement, bracket: number): boolean {
  const before = wordAt(statement, bracket - 1);
  return before === 'as' || before === 'materialized';
}

function indexOf(statement: SqlStatement, word: string): number {
  return statement.tokens.findIndex((_, at) => wordAt(statement, at) === word);
}

function noPart(message: string, whatToDo: string, at: number | null = null): NoPart {
  return { kind: 'no-part', message, whatToDo, at };
}
