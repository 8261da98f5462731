// The tenant's condition in a query, as a test shows it.

import assert from 'node:assert/strict';
import { editorFor } from '../../../server/src/lint/editors.js';
import { lintFile } from '../../../server/src/lint/lint.js';
import { queriesOf } from '../../../server/src/lint/queries.js';
import { factsOf, type Reading } from '../../../server/src/lint/reading.js';
import type { Workspace } from '../../../server/src/lint/workspace.js';
import type { Query, Relation } from '../../../server/src/queries/query.js';
import { blocksOf } from '../../../server/src/queries/walk.js';
import type { Change } from '../../../server/src/text/edits.js';
import { dedent, ROOT, withChange, workspaceOf } from './mend.js';

export interface ScopeCase {
  readonly title: string;
  /** The table, or the last part of the schema's name, that is compared with the tenant: the last one that a query runs on. */
  readonly relation: string;
  readonly column?: string;
  readonly query: string;
  /** Further files of the workspace, by path. */
  readonly beside?: Readonly<Record<string, string>>;
  /** The text after it; `null` when the query has no place for the condition. */
  readonly shows: string | null;
}

/** One test for each case, at that path of a workspace. */
export function describeScopes(title: string, path: string, cases: readonly ScopeCase[]): void {
  describe(title, () => {
    for (const { title: name, relation, column = 'organization_id', query, beside, shows } of cases) {
      it(name, () => {
        const mended = mendQuery(path, `${dedent(query)}\n`, relation, column, beside);
        assert.equal(mended.shows, shows === null ? null : `${dedent(shows)}\n`);
        assert.deepEqual(mended.syntaxErrors, []);
        assert.equal(mended.again, null, 'a second time there is nothing to do');
      });
    }
  });
}

const schema = `defmodule Shop.Post do
  use Ecto.Schema

  @primary_key {:uuid, :binary_id, autogenerate: true}
  schema "posts" do
    field :title, :string
  end
end
`;

export function mendQuery(
  path: string,
  text: string,
  relation: string,
  column: string,
  beside: Readonly<Record<string, string>> = {},
) {
  const full = `${ROOT}/${path}`;
  const before = workspaceOf({ 'lib/shop/post.ex': schema, ...beside, [path]: text });
  const change = changeFor(before, full, relation, column);
  if (change === null) return { shows: null, again: null, syntaxErrors: [] };
  const after = withChange(before, change);
  return {
    shows: after.files.get(full)?.text ?? '',
    again: changeFor(after, full, relation, column),
    syntaxErrors: lintFile(after, full)
      .filter(({ rule }) => rule === 'syntax-error')
      .map(({ message }) => message),
  };
}

function changeFor(workspace: Workspace, full: string, relation: string, column: string): Change | null {
  const reading = workspace.readings.get(full);
  assert.ok(reading !== undefined);
  const found = placedQueries(workspace, reading)
    .flatMap(({ query, start }) => relationsOf(query).map((own) => ({ query, start, own })))
    .findLast(({ own }) => nameOf(own) === relation);
  assert.ok(found !== undefined, `a query reads ${relation}`);
  return editorFor(workspace, full, found.start).scopeQuery(found.query, found.own, column);
}

function placedQueries(
  workspace: Workspace,
  reading: Reading,
): readonly { readonly query: Query; readonly start: number }[] {
  if (reading.kind === 'sql') {
    return reading.sql.statements.flatMap(({ statement, start }) =>
      factsOf(statement).queries.map((query) => ({ query, start })),
    );
  }
  const texts = reading.sqlTexts.map(({ query }) => query);
  const queries = queriesOf(workspace, reading.file.path);
  const run = queries.filter(({ sink }) => sink !== null);
  const built = queries.filter(({ sink }) => sink === null);
  return [...built, ...run, ...texts].map((query) => ({ query, start: 0 }));
}

function relationsOf({ block }: Query): readonly Relation[] {
  return blocksOf(block).flatMap(({ relations }) => relations);
}

function nameOf({ source }: Relation): string {
  switch (source.kind) {
    case 'table':
      return source.table.name;
    case 'schema':
      return source.module.slice(source.module.lastIndexOf('.') + 1);
    case 'association':
      return source.name;
    default:
      return '';
  }
}
