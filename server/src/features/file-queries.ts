// The queries of a file, SQL and Ecto's, and which of them is meant by an offset or a line: the same for all that is asked of a query.

import type { PlacedQuery } from '../lint/placed-queries.js';
import { factsOf } from '../lint/reading.js';
import { type TranslatedQuery, translationsOf } from '../lint/translations.js';
import type { Workspace } from '../lint/workspace.js';
import { highestParameter } from '../queries/sql-texts.js';
import type { PlacedStatement, SqlStatement } from '../syntax/sql/statement.js';
import type { Hole } from '../syntax/sql/templates.js';
import { type Span, shift, touches } from '../text/span.js';

/** A SQL statement with a query, of a SQL file or of a string in Elixir. */
export interface QueryStatement {
  readonly kind: 'statement';
  /** Without the `;` that ends it. */
  readonly sql: string;
  /** Where it stands in the file. */
  readonly span: Span;
  /** Where in the file an offset of `sql` is. */
  readonly toFile: (offset: number) => number;
  readonly writes: boolean;
  /** The highest `$n`. */
  readonly parameters: number;
  readonly query: PlacedQuery;
  /** What is put into it before the server sees it. */
  readonly holes: readonly FilledIn[];
  /** `null` in Elixir. */
  readonly statement: SqlStatement | null;
}

export interface EctoQuery extends TranslatedQuery {
  readonly kind: 'ecto';
  /** Where it stands in the file. */
  readonly span: Span;
}

export type FileQuery = QueryStatement | EctoQuery;

export interface FilledIn {
  /** As it stands in the file: `:limit`, `#{table}`. */
  readonly text: string;
  /** Elixir interpolates; others know their placeholders by the statement alone. */
  readonly kind: Hole['kind'] | 'interpolation';
}

/** In the order of the file. */
export function statementsOf(workspace: Workspace, path: string): readonly QueryStatement[] {
  const reading = workspace.readings.get(path);
  if (reading === undefined) return [];
  if (reading.kind === 'elixir') {
    const { text } = reading.file;
    return reading.sqlTexts.map(({ sql, span, toOuter, writes, parameters, query, filledIn }) => ({
      kind: 'statement',
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
  return reading.sql.statements.flatMap((placed) => queryStatement(placed) ?? []);
}

/** In the order of the file. Those around the same place are each there. */
export function ectoQueriesOf(workspace: Workspace, path: string): readonly EctoQuery[] {
  return translationsOf(workspace, path).map(ectoQuery);
}

/** `null` for a statement without a query. */
export function queryStatement({ statement, start }: PlacedStatement): QueryStatement | null {
  const [query] = factsOf(statement).queries;
  if (query === undefined) return null;
  return {
    kind: 'statement',
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

/** The one at the offset, or `null`; when it stands between two statements, the one before it on the same line. */
export function queryAt(workspace: Workspace, path: string, offset: number): FileQuery | null {
  const statements = statementsOf(workspace, path);
  const found =
    statements.find(({ span }) => touches(span, offset)) ??
    statements.find(({ span }) => span.end + 1 === offset);
  return found ?? narrowest(ectoQueriesOf(workspace, path).filter(({ span }) => touches(span, offset)));
}

/** The one that the first word of the line belongs to, else the first that begins on it; `null` when there is none. */
export function queryOnLine(workspace: Workspace, path: string, line: Span): FileQuery | null {
  const first = queryAt(workspace, path, firstWordOf(workspace, path, line));
  if (first !== null) return first;
  const starts = [...statementsOf(workspace, path), ...ectoQueriesOf(workspace, path)]
    .map(({ span }) => span.start)
    .filter((start) => line.start <= start && start < line.end);
  return starts.length === 0 ? null : queryAt(workspace, path, Math.min(...starts));
}

/** Offset in the file; the end of a line without words. */
export function firstWordOf({ files }: Workspace, path: string, { start, end }: Span): number {
  const text = files.get(path)?.text.slice(start, end) ?? '';
  return start + (/^\s*/.exec(text)?.[0].length ?? 0);
}

export function holesOf({ text, holes }: SqlStatement): readonly FilledIn[] {
  return holes.map(({ span, kind }) => ({ text: text.slice(span.start, span.end), kind }));
}

/** Why what has this in it is not the SQL that the server is sent, for people; without a full stop. */
export function reasonOfHole({ text, kind }: FilledIn): string {
  return kind === 'interpolation'
    ? `the program puts ${text} into it when it runs`
    : `${text} is a placeholder: another program puts something in its place before PostgreSQL sees it`;
}

function ectoQuery(translated: TranslatedQuery): EctoQuery {
  return { kind: 'ecto', span: translated.query.span, ...translated };
}

/** Of queries around the same place the innermost; of those that stand at the same one, one that can be written as SQL. */
function narrowest(queries: readonly EctoQuery[]): EctoQuery | null {
  const length = ({ span }: EctoQuery) => span.end - span.start;
  const isWritten = ({ translation }: EctoQuery) => (translation.kind === 'translated' ? 0 : 1);
  return queries.toSorted((a, b) => length(a) - length(b) || isWritten(a) - isWritten(b))[0] ?? null;
}

/** On one line. */
function shortened(code: string): string {
  const text = code.replace(/\s+/g, ' ');
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
