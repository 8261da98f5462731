// The statement at a cursor, and whether it can be explained.

import { factsOf } from '../lint/reading.js';
import type { Workspace } from '../lint/workspace.js';
import { highestParameter } from '../queries/sql-texts.js';
import type { Hole } from '../syntax/sql/templates.js';
import { type Span, shift, touches } from '../text/span.js';

export interface ExplainTarget {
  /** One statement, without the `;` that ends it. */
  readonly sql: string;
  /** Where it stands in the file. */
  readonly span: Span;
  /** Where in the file an offset of `sql` is, for errors that the server places. */
  readonly toFile: (offset: number) => number;
  readonly writes: boolean;
  /** The highest `$n`. */
  readonly parameters: number;
}

interface Candidate extends ExplainTarget {
  /** What another program fills in before the server sees the statement. */
  readonly holes: readonly Hole[];
}

/** Why there is nothing to explain, for people. */
export interface NoTarget {
  readonly kind: 'none' | 'placeholder';
  readonly message: string;
  readonly whatToDo: string;
}

/** Every statement of the file that can be explained, for code lenses. */
export function explainTargets(workspace: Workspace, path: string): readonly ExplainTarget[] {
  return candidatesIn(workspace, path);
}

function candidatesIn(workspace: Workspace, path: string): readonly Candidate[] {
  const reading = workspace.readings.get(path);
  if (reading === undefined) return [];
  if (reading.kind === 'elixir') {
    return reading.sqlTexts
      .filter(({ complete }) => complete)
      .map(({ sql, span, toOuter, writes, parameters }) => ({
        sql,
        span,
        toFile: toOuter,
        writes,
        parameters,
        holes: [],
      }));
  }
  return reading.sql.statements.flatMap(({ statement, start }) => {
    const { queries } = factsOf(statement);
    const [query] = queries;
    if (query === undefined) return [];
    return [
      {
        sql: statement.text,
        span: shift({ start: 0, end: statement.text.length }, start),
        toFile: (offset: number) => start + offset,
        writes: query.block.verb !== 'select',
        parameters: highestParameter(statement.text),
        holes: statement.holes,
      },
    ];
  });
}

/** The server would only say that its syntax is wrong. */
function refusalOfHole(sql: string, [hole]: readonly Hole[]): NoTarget | null {
  if (hole === undefined) return null;
  return {
    kind: 'placeholder',
    message: `${sql.slice(hole.span.start, hole.span.end)} is a placeholder: another program puts something in its place before PostgreSQL sees it.`,
    whatToDo:
      hole.kind === 'variable'
        ? 'Write $1, or a value, in its place.'
        : 'Write in its place what that program would, or explain the statement that it makes.',
  };
}

/** The statement at the offset; when it stands between two, the one before it on the same line. */
export function explainTargetAt(
  workspace: Workspace,
  path: string,
  offset: number,
): ExplainTarget | NoTarget {
  const targets = candidatesIn(workspace, path);
  const found =
    targets.find(({ span }) => touches(span, offset)) ?? targets.find(({ span }) => span.end + 1 === offset);
  if (found !== undefined) return refusalOfHole(found.sql, found.holes) ?? found;
  return {
    kind: 'none',
    message: 'There is no query here that can be explained.',
    whatToDo:
      'Put the cursor on a SELECT, INSERT, UPDATE or DELETE statement, or on a string that holds one.',
  };
}

/** A text given by hand, which must be one statement that can be explained. */
export function explainTargetOf({ options }: Workspace, sql: string): ExplainTarget | NoTarget {
  const { statements } = options.parsers.sql.parse(sql);
  const [placed, ...others] = statements;
  const none = (message: string): NoTarget => ({
    kind: 'none',
    message,
    whatToDo: 'Give one SELECT, INSERT, UPDATE or DELETE statement.',
  });
  if (placed === undefined) return none('There is no statement.');
  if (others.length > 0) return none('There are several statements.');
  const refusal = refusalOfHole(placed.statement.text, placed.statement.holes);
  if (refusal !== null) return refusal;
  const [problem] = placed.statement.problems;
  if (problem !== undefined) return none(problem.message);
  const [query] = factsOf(placed.statement).queries;
  if (query === undefined) return none('This statement has no plan.');
  return {
    sql: placed.statement.text,
    span: { start: placed.start, end: placed.start + placed.statement.text.length },
    toFile: (offset) => placed.start + offset,
    writes: query.block.verb !== 'select',
    parameters: highestParameter(placed.statement.text),
  };
}
