// The SQL of a file: its statements, those in strings of Elixir, and what Ecto sends for its queries.

import { translationsOf } from '../lint/translations.js';
import type { Workspace } from '../lint/workspace.js';
import type { Span } from '../text/span.js';
import { type FilledIn, statementsOf } from './explain-target.js';

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
  const statements = statementsOf(workspace, path).map(
    ({ sql, span, parameters, holes }): SqlOfQuery => ({
      span,
      kind: 'statement',
      run: null,
      sql: holes.length === 0 ? sql : null,
      params: Array.from({ length: parameters }, (_, index) => `$${index + 1}`),
      unsupported: reasonOf(holes),
    }),
  );
  const queries = translationsOf(workspace, path).map(({ query, translation }): SqlOfQuery => {
    const { span, recorded, block, sink } = query;
    const isRun = recorded?.run != null;
    const place = { span, kind: isRun ? recorded.run.function : kindOf(block.verb), run: sink?.name ?? null };
    if (translation.kind === 'unsupported') {
      const { reason, at } = translation;
      return { ...place, sql: null, params: [], unsupported: { reason, at } };
    }
    const params = translation.parameters.map(({ text }) => text);
    return { ...place, sql: translation.sql, params, unsupported: null };
  });
  return [...statements, ...queries].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
}

function reasonOf([hole]: readonly FilledIn[]): SqlOfQuery['unsupported'] {
  if (hole === undefined) return null;
  const isOwn = hole.kind === 'interpolation';
  const reason = isOwn
    ? `the program puts ${hole.text} into it when it runs`
    : 'another program puts something into it first';
  return { reason, at: null };
}

function kindOf(verb: string): string {
  return verb === 'update' ? 'update_all' : 'all';
}
