// The SQL of a file: its statements, those in strings of Elixir, and what Ecto sends for its queries.

import type { Workspace } from '../lint/workspace.js';
import { type Span, shift, touches } from '../text/span.js';
import { isUnreadQuery } from './explained-statement.js';
import {
  type EctoQuery,
  ectoQueriesOf,
  firstWordOf,
  type QueryStatement,
  queryOnLine,
  reasonOfHole,
  statementsOf,
} from './file-queries.js';

export interface SqlOfQuery {
  /** In the file. */
  readonly span: Span;
  /** What runs it: `all`, `update_all` and so on; `all` for a query that nothing here runs. `statement` for SQL. */
  readonly kind: string;
  /** As it is written: `Repo.all`; `null` for SQL, and for a query that nothing here runs. */
  readonly run: string | null;
  /** `null` where it cannot be told. */
  readonly sql: string | null;
  /** The values of `$1`, `$2` and so on as they are written; in SQL those names themselves. */
  readonly params: readonly string[];
  /** Why there is no SQL, for people. */
  readonly unsupported: { readonly reason: string; readonly at: Span | null } | null;
}

/** In the order of the file. */
export function sqlOfFile(workspace: Workspace, path: string): readonly SqlOfQuery[] {
  return [
    ...statementsOf(workspace, path).map(sqlOfStatement),
    ...unreadIn(workspace, path),
    ...ectoQueriesOf(workspace, path).map(sqlOfEcto),
  ].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
}

/** Of what {@link queryOnLine} finds there; `null` when that is nothing. */
export function sqlOnLine(workspace: Workspace, path: string, line: Span): SqlOfQuery | null {
  const found = queryOnLine(workspace, path, line);
  if (found === null) {
    const offset = firstWordOf(workspace, path, line);
    return unreadIn(workspace, path).find(({ span }) => touches(span, offset)) ?? null;
  }
  return found.kind === 'statement' ? sqlOfStatement(found) : sqlOfEcto(found);
}

/** Statements that are queries as far as can be seen: whether their text is what is sent is not known. */
function unreadIn({ readings }: Workspace, path: string): readonly SqlOfQuery[] {
  const reading = readings.get(path);
  if (reading?.kind !== 'sql') return [];
  return reading.sql.statements.flatMap(({ statement, start }) => {
    const { text, unread } = statement;
    if (unread === null || !isUnreadQuery(statement)) return [];
    const span = shift({ start: 0, end: text.length }, start);
    return [{ span, ...STATEMENT, sql: null, params: [], unsupported: { reason: unread, at: null } }];
  });
}

const STATEMENT = { kind: 'statement', run: null } as const;

function sqlOfStatement({ sql, span, parameters, holes: [hole] }: QueryStatement): SqlOfQuery {
  return {
    span,
    ...STATEMENT,
    sql: hole === undefined ? sql : null,
    params: Array.from({ length: parameters }, (_, index) => `$${index + 1}`),
    unsupported: hole === undefined ? null : { reason: reasonOfHole(hole), at: null },
  };
}

function sqlOfEcto({ query, span, translation }: EctoQuery): SqlOfQuery {
  const { recorded, block, sink } = query;
  const isRun = recorded?.run != null;
  const place = { span, kind: isRun ? recorded.run.function : kindOf(block.verb), run: sink?.name ?? null };
  if (translation.kind === 'unsupported') {
    const { reason, at } = translation;
    return { ...place, sql: null, params: [], unsupported: { reason, at } };
  }
  const params = translation.parameters.map(({ text }) => text);
  return { ...place, sql: translation.sql, params, unsupported: null };
}

function kindOf(verb: string): string {
  return verb === 'update' ? 'update_all' : 'all';
}
