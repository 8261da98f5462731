// What can be explained: of a file, at an offset or a line of it, or a text that somebody gives; and what a database is asked then.

import type { ExplainRequest } from '../database/database.js';
import type { PlacedQuery } from '../lint/placed-queries.js';
import type { Workspace } from '../lint/workspace.js';
import type { Query } from '../queries/query.js';
import { highestParameter } from '../queries/sql-texts.js';
import type { TranslatedSql } from '../queries/to-sql.js';
import type { PlacedStatement } from '../syntax/sql/statement.js';
import { type Span, shift, touches } from '../text/span.js';
import { explainedPart, isUnreadQuery, type NoPart } from './explained-statement.js';
import {
  type EctoQuery,
  ectoQueriesOf,
  type FileQuery,
  type FilledIn,
  firstWordOf,
  holesOf,
  type QueryStatement,
  queryAt,
  queryOnLine,
  queryStatement,
  reasonOfHole,
  statementsOf,
} from './file-queries.js';

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
  /** The values of `$1`, `$2` and so on as the program has them. Left out in SQL. */
  readonly parameterNames?: readonly string[];
  /** What to know of it beside its plan, as sentences. Left out: nothing. */
  readonly notes?: readonly string[];
  readonly query: PlacedQuery;
}

/** Why there is nothing to explain, for people. */
export interface NoTarget {
  /** `none`: there is no query at all; `no-plan`: there is a statement, which is not planned. */
  readonly kind: 'none' | 'no-plan' | 'placeholder' | 'unsupported';
  readonly message: string;
  readonly whatToDo: string;
  /** Offset in the file, or in the text that was given, that it is about; left out where that is no place. */
  readonly at?: number;
}

/** @param how for which values, and whether it is run to be measured; left out: the plan for any */
export function explainRequestOf(
  { sql, writes, parameters }: ExplainTarget,
  how: Partial<Pick<ExplainRequest, 'values' | 'analyze' | 'measureWrites'>> = {},
): ExplainRequest {
  return { analyze: false, ...how, statement: sql, writes, parameters };
}

/** All that can be explained in a file, each text once; what has placeholders, or is not known as SQL, is left out. */
export function explainTargetsIn(workspace: Workspace, path: string): readonly ExplainTarget[] {
  const statements = statementsOf(workspace, path).map(plannedPart);
  const queries = ectoQueriesOf(workspace, path)
    .filter(({ translation }) => translation.kind !== 'unsupported')
    .map(ectoTarget);
  const targets = [...statements, ...queries].flatMap((target) => ('message' in target ? [] : [target]));
  return [...new Map(targets.map((target) => [target.sql, target])).values()];
}

/** What {@link explainTargetsIn} leaves out though it is a query as far as can be seen: SQL that is not read here, and why. */
export function unreadQueriesIn({ readings }: Workspace, path: string): readonly UnreadQuery[] {
  const reading = readings.get(path);
  if (reading?.kind !== 'sql') return [];
  return reading.sql.statements
    .filter(({ statement }) => isUnreadQuery(statement))
    .map((placed) => ({ start: placed.start, refusal: unplanned(placed) }));
}

export interface UnreadQuery {
  /** Where it begins in the file. */
  readonly start: number;
  readonly refusal: NoTarget;
}

/** The server would only say that its syntax is wrong. */
function refusalOfHole([hole]: readonly FilledIn[]): NoTarget | null {
  if (hole === undefined) return null;
  const reason = reasonOfHole(hole);
  if (hole.kind === 'interpolation') return notKnown(reason);
  return {
    kind: 'placeholder',
    message: `${reason}.`,
    whatToDo:
      hole.kind === 'variable'
        ? 'Write $1, or a value, in its place.'
        : 'Write in its place what that program would, or explain the statement that it makes.',
  };
}

function notKnown(reason: string): NoTarget {
  return {
    kind: 'unsupported',
    message: `The SQL of this query is not known here: ${reason}.`,
    whatToDo: 'Explain the SQL that Ecto logs for it: paste it into a .sql file.',
  };
}

/** Of what {@link queryAt} finds there. */
export function explainTargetAt(
  workspace: Workspace,
  path: string,
  offset: number,
): ExplainTarget | NoTarget {
  const found = queryAt(workspace, path, offset);
  return found === null ? noTargetAt(workspace, path, offset) : targetOf(found);
}

/** Of what {@link queryOnLine} finds there. */
export function explainTargetOnLine(
  workspace: Workspace,
  path: string,
  line: Span,
): ExplainTarget | NoTarget {
  const found = queryOnLine(workspace, path, line);
  return found === null ? noTargetAt(workspace, path, firstWordOf(workspace, path, line)) : targetOf(found);
}

function targetOf(query: FileQuery): ExplainTarget | NoTarget {
  return query.kind === 'statement' ? plannedPart(query) : ectoTarget(query);
}

function noTargetAt(workspace: Workspace, path: string, offset: number): NoTarget {
  const refused = unplannedAt(workspace, path, offset);
  if (refused !== null) return refused;
  return {
    kind: 'none',
    message: 'There is no query here that can be explained.',
    whatToDo:
      'Put the cursor on a SELECT, INSERT, UPDATE or DELETE statement, on a string that holds one, or on an Ecto query.',
  };
}

function ectoTarget({ query, translation }: EctoQuery): ExplainTarget | NoTarget {
  if (translation.kind === 'translated') return sqlTarget(query, translation);
  const { reason, unhooked } = translation;
  // What a write would do without the conditions that the Repo adds is nothing to try out.
  if (unhooked?.writes === false) {
    const note = `This is the plan of the query as it is written here. What is sent may be another one: ${reason}.`;
    return { ...sqlTarget(query, unhooked), notes: [note] };
  }
  return notKnown(reason);
}

function sqlTarget(query: Query, { sql, writes, parameters, places }: TranslatedSql): ExplainTarget {
  return {
    sql,
    span: query.span,
    toFile: (offset) => placeIn(places, offset) ?? query.keyword.start,
    writes,
    parameters: parameters.length,
    parameterNames: parameters.map(({ text }) => text),
    query: { query, start: 0 },
  };
}

/** What stands at an offset of the text, or just before it: the server points at the operator behind a column. */
function placeIn(
  places: readonly { readonly span: Span; readonly source: Span }[],
  offset: number,
): number | null {
  const at = places.find(({ span }) => touches(span, offset));
  const before = places.findLast(({ span }) => span.end <= offset && offset - span.end <= 2);
  return (at ?? before)?.source.start ?? null;
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
  const query = queryStatement(placed);
  return query === null ? unplanned(placed) : plannedPart(query);
}

/** What EXPLAIN is given of it. */
function plannedPart({ statement, holes, kind, ...target }: QueryStatement): ExplainTarget | NoTarget {
  const refusal = refusalOfHole(holes);
  if (refusal !== null || statement === null) return refusal ?? target;
  const { start } = target.query;
  const part = explainedPart(statement);
  if (part.kind === 'no-part') return withoutPart(part, start);
  const sql = statement.text.slice(part.span.start, part.span.end);
  return {
    ...target,
    sql,
    span: shift(part.span, start),
    toFile: (offset) => start + part.span.start + offset,
    writes: target.writes || part.writes,
    parameters: highestParameter(sql),
    ...(part.notes.length === 0 ? {} : { notes: part.notes }),
  };
}

/** Why the statement at the offset is none that can be explained; `null` where there is no statement. */
function unplannedAt({ readings }: Workspace, path: string, offset: number): NoTarget | null {
  const reading = readings.get(path);
  if (reading?.kind !== 'sql') return null;
  const placed = reading.sql.statements.find(({ statement, start }) =>
    touches(shift({ start: 0, end: statement.text.length }, start), offset),
  );
  return placed === undefined ? null : unplanned(placed);
}

function unplanned({ statement, start }: PlacedStatement): NoTarget {
  const refusal = refusalOfHole(holesOf(statement));
  if (refusal !== null) return refusal;
  const part = explainedPart(statement);
  if (part.kind === 'no-part') return withoutPart(part, start);
  return { kind: 'no-plan', message: 'What this statement reads is not seen here.', whatToDo: '' };
}

function withoutPart({ message, whatToDo, at }: NoPart, start: number): NoTarget {
  return { kind: 'no-plan', message, whatToDo, ...(at === null ? {} : { at: start + at }) };
}
