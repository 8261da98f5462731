// The statement at a cursor, and whether it can be explained.

import type { PlacedQuery } from '../lint/placed-queries.js';
import { queriesOf } from '../lint/queries.js';
import { factsOf } from '../lint/reading.js';
import { type TranslatedQuery, translationsOf } from '../lint/translations.js';
import type { Workspace } from '../lint/workspace.js';
import type { Query } from '../queries/query.js';
import { highestParameter } from '../queries/sql-texts.js';
import type { TranslatedSql } from '../queries/to-sql.js';
import type { PlacedStatement, SqlStatement } from '../syntax/sql/statement.js';
import type { Hole } from '../syntax/sql/templates.js';
import { type Span, shift, touches } from '../text/span.js';
import { explainedPart, type NoPart } from './explained-statement.js';

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

export interface Candidate extends ExplainTarget {
  /** What is put into the statement before the server sees it. */
  readonly holes: readonly FilledIn[];
  /** `null` in Elixir. */
  readonly statement: SqlStatement | null;
}

export interface FilledIn {
  /** As it stands in the file: `:limit`, `#{table}`. */
  readonly text: string;
  /** Elixir interpolates; others know their placeholders by the statement alone. */
  readonly kind: Hole['kind'] | 'interpolation';
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

/**
 * Where the queries stand that can be explained, for code lenses. Whether an Ecto query can be written as SQL is only found out when
 * somebody asks: this is asked after every edit.
 */
export function explainPlaces(workspace: Workspace, path: string): readonly Span[] {
  const isInterpolated = ({ kind }: FilledIn) => kind === 'interpolation';
  const statements = statementsOf(workspace, path).flatMap(({ span, holes }) =>
    holes.some(isInterpolated) ? [] : [span],
  );
  const queries = queriesOf(workspace, path).flatMap(({ block, sink, span }) => {
    const isSeen = block.opaque === null && block.relations[0]?.source.kind !== 'opaque';
    return isSeen && sink !== null && !sink.ofLoaded && block.verb !== 'insert' ? [span] : [];
  });
  return [...statements, ...queries];
}

/** The SQL statements of a file, also in strings of Elixir. */
export function statementsOf(workspace: Workspace, path: string): readonly Candidate[] {
  const reading = workspace.readings.get(path);
  if (reading === undefined) return [];
  if (reading.kind === 'elixir') {
    const { text } = reading.file;
    return reading.sqlTexts.map(({ sql, span, toOuter, writes, parameters, query, filledIn }) => ({
      sql,
      span,
      toFile: toOuter,
      writes,
      parameters,
      query: { query, start: 0 },
      holes: filledIn.map((hole) => ({
        text: shortened(text.slice(hole.start, hole.end)),
        kind: 'interpolation' as const,
      })),
      statement: null,
    }));
  }
  return reading.sql.statements.flatMap((placed) => candidateOf(placed) ?? []);
}

/** All that can be explained in a file, each text once; what has placeholders, or is not known as SQL, is left out. */
export function explainTargetsIn(workspace: Workspace, path: string): readonly ExplainTarget[] {
  const statements = statementsOf(workspace, path).flatMap((candidate) => {
    const target = plannedPart(candidate);
    return 'message' in target ? [] : [target];
  });
  const queries = translationsOf(workspace, path).flatMap((query) => {
    const target = ectoTarget(query);
    return 'message' in target || query.translation.kind === 'unsupported' ? [] : [target];
  });
  return [...new Map([...statements, ...queries].map((target) => [target.sql, target])).values()];
}

function holesOf({ text, holes }: SqlStatement): readonly FilledIn[] {
  return holes.map(({ span, kind }) => ({ text: text.slice(span.start, span.end), kind }));
}

/** On one line. */
function shortened(code: string): string {
  const text = code.replace(/\s+/g, ' ');
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** The server would only say that its syntax is wrong. */
function refusalOfHole([hole]: readonly FilledIn[]): NoTarget | null {
  if (hole === undefined) return null;
  const { text, kind } = hole;
  if (kind === 'interpolation') {
    return {
      kind: 'unsupported',
      message: `The SQL of this query is not known here: the program puts ${text} into it when it runs.`,
      whatToDo: 'Explain the SQL that Ecto logs for it: paste it into a .sql file.',
    };
  }
  return {
    kind: 'placeholder',
    message: `${text} is a placeholder: another program puts something in its place before PostgreSQL sees it.`,
    whatToDo:
      kind === 'variable'
        ? 'Write $1, or a value, in its place.'
        : 'Write in its place what that program would, or explain the statement that it makes.',
  };
}

/** The statement or query at the offset; when it stands between two, the one before it on the same line. */
export function explainTargetAt(
  workspace: Workspace,
  path: string,
  offset: number,
): ExplainTarget | NoTarget {
  const targets = statementsOf(workspace, path);
  const found =
    targets.find(({ span }) => touches(span, offset)) ?? targets.find(({ span }) => span.end + 1 === offset);
  if (found !== undefined) return plannedPart(found);
  const query = narrowest(
    translationsOf(workspace, path).filter(({ query: { span } }) => touches(span, offset)),
  );
  if (query !== null) return ectoTarget(query);
  const refused = unplannedAt(workspace, path, offset);
  if (refused !== null) return refused;
  return {
    kind: 'none',
    message: 'There is no query here that can be explained.',
    whatToDo:
      'Put the cursor on a SELECT, INSERT, UPDATE or DELETE statement, on a string that holds one, or on an Ecto query.',
  };
}

/** The same for a line: what its first word belongs to, or else the first query that begins on it. */
export function explainTargetOnLine(
  workspace: Workspace,
  path: string,
  line: Span,
): ExplainTarget | NoTarget {
  const text = workspace.files.get(path)?.text.slice(line.start, line.end) ?? '';
  const indent = /^\s*/.exec(text)?.[0].length ?? 0;
  const first = explainTargetAt(workspace, path, line.start + indent);
  if (!('message' in first) || (first.kind !== 'none' && first.kind !== 'no-plan')) return first;
  const starts = [
    ...statementsOf(workspace, path).map(({ span }) => span.start),
    ...translationsOf(workspace, path).map(({ query }) => query.span.start),
  ].filter((start) => line.start <= start && start < line.end);
  return starts.length === 0 ? first : explainTargetAt(workspace, path, Math.min(...starts));
}

/** Of queries around the same place the innermost; of those that stand at the same one, one that can be written as SQL. */
function narrowest(queries: readonly TranslatedQuery[]): TranslatedQuery | null {
  const length = ({ query: { span } }: TranslatedQuery) => span.end - span.start;
  const isWritten = ({ translation }: TranslatedQuery) => (translation.kind === 'translated' ? 0 : 1);
  return queries.toSorted((a, b) => length(a) - length(b) || isWritten(a) - isWritten(b))[0] ?? null;
}

function ectoTarget({ query, translation }: TranslatedQuery): ExplainTarget | NoTarget {
  if (translation.kind === 'translated') return sqlTarget(query, translation);
  const { reason, unhooked } = translation;
  // What a write would do without the conditions that the Repo adds is nothing to try out.
  if (unhooked?.writes === false) {
    const note = `This is the plan of the query as it is written here. What is sent may be another one: ${reason}.`;
    return { ...sqlTarget(query, unhooked), notes: [note] };
  }
  return {
    kind: 'unsupported',
    message: `The SQL of this query is not known here: ${reason}.`,
    whatToDo: 'Explain the SQL that Ecto logs for it: paste it into a .sql file.',
  };
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
  const candidate = candidateOf(placed);
  return candidate === null ? unplanned(placed) : plannedPart(candidate);
}

/** `null` for a statement without a query. */
function candidateOf({ statement, start }: PlacedStatement): Candidate | null {
  const [query] = factsOf(statement).queries;
  if (query === undefined) return null;
  return {
    sql: statement.text,
    span: shift({ start: 0, end: statement.text.length }, start),
    toFile: (offset) => start + offset,
    writes: query.block.verb !== 'select',
    parameters: highestParameter(statement.text),
    query: { query, start },
    holes: holesOf(statement),
    statement,
  };
}

/** What EXPLAIN is given of it. */
function plannedPart(candidate: Candidate): ExplainTarget | NoTarget {
  const { statement, holes, ...target } = candidate;
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
