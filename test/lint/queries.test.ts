// The queries of a file rest on functions of other files: they follow when those change, and are left alone when others do.

import assert from 'node:assert/strict';
import { callersOf, queriesOf } from '../../server/src/lint/queries.js';
import { updateWorkspace, type Workspace } from '../../server/src/lint/workspace.js';
import { sourceFile } from '../../server/src/text/source-file.js';
import { printedQuery } from '../support/query-printer.js';
import { memoryWorkspace, ROOT } from '../support/workspace.js';

const files = {
  'lib/shop/repo.ex': 'defmodule Shop.Repo do\n  use Ecto.Repo, otp_app: :shop\nend\n',
  'lib/shop/scopes.ex': `defmodule Shop.Scopes do
  import Ecto.Query
  def for_org(query, org_id), do: where(query, org_id: ^org_id)
  def other(query), do: order_by(query, :id)
end
`,
  'lib/shop/posts.ex': `defmodule Shop.Posts do
  import Ecto.Query
  alias Shop.{Post, Repo, Scopes}
  def list(org_id), do: Post |> Scopes.for_org(org_id) |> Repo.all()
  def get(id), do: Repo.get(Post, id)
  def fetch(id, _opts \\\\ []), do: Repo.get(Post, id)
end
`,
  'lib/shop_web/post_controller.ex': `defmodule ShopWeb.PostController do
  alias Shop.Posts
  def index(conn, _), do: Posts.list(conn.assigns.org_id)
  def show(conn, %{"id" => id}) do
    %{org_id: ^org_id} = Posts.get(id)
    Posts.fetch(conn.assigns.post_id)
  end
end
`,
  'lib/shop_web/page_controller.ex': `defmodule ShopWeb.PageController do
  def show(conn, %{"id" => id}), do: Shop.Posts.fetch(id, preload: true)
end
`,
  'test/shop/posts_test.exs':
    'defmodule Shop.PostsTest do\n  alias Shop.{Posts, Repo}\n  test "x", do: Posts.get(1)\nend\n',
};

const posts = `${ROOT}/lib/shop/posts.ex`;

function workspaceOf(files: Readonly<Record<string, string>>): Workspace {
  return memoryWorkspace(Object.entries(files).map(([path, text]) => ({ path, text })));
}

function edited(workspace: Workspace, path: string, from: string, to: string): Workspace {
  const full = `${ROOT}/${path}`;
  const text = workspace.files.get(full)?.text ?? '';
  assert.ok(text.includes(from), from);
  return updateWorkspace(workspace, [{ path: full, file: sourceFile(full, text.replace(from, to)) }]);
}

function printed(workspace: Workspace): readonly string[] {
  return queriesOf(workspace, posts).map(printedQuery);
}

const scoped = 'Repo.all: select Shop.Post #0 where #0.org_id = {org_id} -> #0.*';

describe('queries of a workspace', () => {
  it('follow functions of other files', () => {
    assert.equal(printed(workspaceOf(files))[0], scoped);
  });

  it('are read again when a function that they ask for changes, goes or comes', () => {
    const before = workspaceOf(files);
    assert.equal(printed(before)[0], scoped);
    const changed = edited(before, 'lib/shop/scopes.ex', 'org_id: ^org_id', 'owner_id: ^org_id');
    assert.equal(printed(changed)[0], scoped.replace('org_id', 'owner_id'));
    const gone = edited(changed, 'lib/shop/scopes.ex', 'for_org', 'of_org');
    assert.match(printed(gone)[0] ?? '', /goes through "for_org"/);
    const back = edited(gone, 'lib/shop/scopes.ex', 'of_org', 'for_org');
    assert.equal(printed(back)[0], scoped.replace('org_id', 'owner_id'));
    const path = `${ROOT}/lib/shop/scopes.ex`;
    assert.match(printed(updateWorkspace(back, [{ path, file: null }]))[0] ?? '', /goes through "for_org"/);
    // The workspace of before answers as before.
    assert.equal(printed(before)[0], scoped);
  });

  it('are left alone when another function of that module changes, or moves', () => {
    const before = workspaceOf(files);
    const queries = queriesOf(before, posts);
    const other = edited(before, 'lib/shop/scopes.ex', 'order_by(query, :id)', 'order_by(query, :title)');
    assert.equal(queriesOf(other, posts), queries);
    const moved = edited(other, 'lib/shop/scopes.ex', '  def for_org', '\n\n  def for_org');
    assert.equal(queriesOf(moved, posts), queries);
  });

  it('follow what a module imports', () => {
    const before = workspaceOf({
      ...files,
      'lib/shop/more.ex':
        'defmodule Shop.More do\n  import Ecto.Query\n  def hidden(q), do: where(q, hidden: true)\nend\n',
    });
    const using = edited(
      before,
      'lib/shop/scopes.ex',
      'import Ecto.Query',
      'import Ecto.Query\n  import Shop.More',
    );
    assert.equal(printed(using)[0], scoped);
    const calling = edited(
      using,
      'lib/shop/scopes.ex',
      'where(query, org_id',
      'query |> hidden() |> where(org_id',
    );
    const hidden = 'Repo.all: select Shop.Post #0 where #0.hidden = {true} and #0.org_id = {org_id} -> #0.*';
    assert.equal(printed(calling)[0], hidden);
    const without = edited(calling, 'lib/shop/scopes.ex', '  import Shop.More\n', '');
    assert.match(printed(without)[0] ?? '', /goes through "hidden"/);
  });

  it('of the module in the same application are taken where several have its name', () => {
    const scopes = (column: string) =>
      `defmodule Shop.Scopes do\n  import Ecto.Query\n  def for_org(q, org_id), do: where(q, ${column}: ^org_id)\nend\n`;
    const two = workspaceOf({ ...files, 'apps/other/lib/shop/scopes.ex': scopes('other_id') });
    assert.equal(printed(two)[0], scoped);
  });

  describe('callers', () => {
    const callersIn = (workspace: Workspace, name: string) => {
      const query = queriesOf(workspace, posts).find(({ within }) => within?.name === name);
      assert.ok(query !== undefined, name);
      const found = callersOf(workspace, posts, query, 'org_id');
      if (found === null) return null;
      const { count, client, compared } = found;
      return { count, client, compared };
    };

    it('say which parameters get a value of the client, and what all of them compare', () => {
      const workspace = workspaceOf(files);
      assert.deepEqual(callersIn(workspace, 'get/1'), { count: 1, client: [], compared: ['org_id'] });
      assert.deepEqual(callersIn(workspace, 'fetch/2'), { count: 2, client: ['id'], compared: [] });
      assert.deepEqual(callersIn(workspace, 'list/1'), { count: 1, client: [], compared: [] });
    });

    it('are others after an edit', () => {
      const workspace = workspaceOf(files);
      assert.equal(callersIn(workspace, 'get/1')?.count, 1);
      const path = 'lib/shop_web/post_controller.ex';
      const unchecked = edited(workspace, path, '%{org_id: ^org_id} = Posts.get(id)', 'Posts.get(id)');
      assert.deepEqual(callersIn(unchecked, 'get/1'), { count: 1, client: ['id'], compared: [] });
      const nobody = edited(unchecked, path, 'Posts.get(id)', ':ok');
      assert.equal(callersIn(nobody, 'get/1'), null);
    });
  });
});
