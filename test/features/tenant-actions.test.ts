// What is offered at a finding about tenants besides its fixes: to say that all of them are meant, or that a table is shared.

import assert from 'node:assert/strict';
import { type Action, codeActions, suppressionText } from '../../server/src/features/code-actions.js';
import { lintFile } from '../../server/src/lint/lint.js';
import { updateWorkspace, type Workspace } from '../../server/src/lint/workspace.js';
import { applyEdits } from '../../server/src/text/edits.js';
import { sourceFile } from '../../server/src/text/source-file.js';
import { memoryWorkspace, ROOT } from '../support/workspace.js';

const TABLES = `
  create table organizations (id bigint primary key, name text);
  create table posts (id bigint primary key, organization_id bigint not null references organizations (id), title text);
  create table tags (id bigint primary key, organization_id bigint not null references organizations (id), name text);
  create table plans (id bigint primary key, organization_id bigint not null references organizations (id));
`;
const SCHEMA = `
defmodule Blog.Post do
  use Ecto.Schema
  schema "posts" do
    field :title, :string
    field :organization_id, :integer
  end
end
`;

interface Scene {
  readonly workspace: Workspace;
  readonly path: string;
  readonly text: string;
}

function sceneOf(path: string, text: string): Scene {
  const workspace = memoryWorkspace([
    { path: 'db/migrations/20240101000000_tables.sql', text: TABLES },
    { path: 'lib/blog/post.ex', text: SCHEMA },
    { path, text },
  ]);
  return { workspace, path: `${ROOT}/${path}`, text };
}

function actionsOf({ workspace, path, text }: Scene): readonly Action[] {
  return codeActions(workspace, path, { start: 0, end: text.length });
}

const findings = (workspace: Workspace, path: string) =>
  lintFile(workspace, path).filter(({ rule }) => /tenant|suppression/.test(rule));

describe('saying that every tenant is meant', () => {
  const cases: readonly (readonly [what: string, path: string, before: string, after: string])[] = [
    [
      'above a SQL query',
      'db/queries/posts.sql',
      'select 1;\nselect title\nfrom posts;\n',
      'select 1;\n-- tenant: global (nightly report)\nselect title\nfrom posts;\n',
    ],
    [
      'above the first line of a pipeline',
      'lib/blog/posts.ex',
      `defmodule Blog.Posts do
  import Ecto.Query

  def titles do
    Blog.Post
    |> select([p], p.title)
    |> Blog.Repo.all()
  end
end
`,
      `defmodule Blog.Posts do
  import Ecto.Query

  def titles do
    # tenant: global (nightly report)
    Blog.Post
    |> select([p], p.title)
    |> Blog.Repo.all()
  end
end
`,
    ],
  ];
  for (const [what, path, before, after] of cases) {
    it(`writes a comment ${what}, which silences the finding`, () => {
      const scene = sceneOf(path, before);
      const [action] = actionsOf(scene).filter(({ title }) =>
        title.startsWith('Say that every organization is meant here'),
      );
      assert.ok(action?.kind === 'suppress');
      const { offset } = action.suppression;
      const comment = suppressionText(action.suppression, 'nightly report');
      const text = applyEdits(before, [{ span: { start: offset, end: offset }, text: comment }]);
      assert.equal(text, after);
      const then = updateWorkspace(scene.workspace, [
        { path: scene.path, file: sourceFile(scene.path, text) },
      ]);
      assert.deepEqual(findings(then, scene.path), []);
    });
  }
});

describe('saying that every tenant shares a table', () => {
  it('changes the configuration, after which nothing is said of the table', () => {
    const scene = sceneOf('db/queries/posts.sql', 'select title from posts;\n');
    const [action] = actionsOf(scene).filter(({ kind }) => kind === 'configure');
    assert.ok(action?.kind === 'configure');
    assert.equal(action.title, 'Say in plumbline.jsonc that every organization shares "posts"');
    assert.deepEqual(action.change.edits, []);
    const made = action.change.creates.map(({ path, text }) => ({ path, file: sourceFile(path, text) }));
    assert.deepEqual(findings(updateWorkspace(scene.workspace, made), scene.path), []);
  });

  it('is none of the fixes, which may all be applied at once', () => {
    const { workspace, path } = sceneOf('db/queries/posts.sql', 'select title from posts;\n');
    const fixes = lintFile(workspace, path).flatMap((finding) => finding.fixes);
    for (const fix of fixes) {
      for (const file of [...(fix.change()?.edits ?? []), ...(fix.change()?.creates ?? [])]) {
        assert.doesNotMatch(file.path, /plumbline\.jsonc$/);
      }
    }
  });

  it('is about the table that is not held to one tenant', () => {
    const sql = 'select * from posts p cross join tags t where p.organization_id = $1;\n';
    const tables = actionsOf(sceneOf('db/queries/a.sql', sql)).flatMap(({ kind, title }) =>
      kind === 'configure' ? [title] : [],
    );
    assert.deepEqual(tables, ['Say in plumbline.jsonc that every organization shares "tags"']);
  });

  it('is not offered for findings about other things', () => {
    const actions = actionsOf(sceneOf('db/queries/a.sql', 'select from where;\n'));
    assert.deepEqual(
      actions.filter(({ kind }) => kind === 'configure'),
      [],
    );
  });
});
