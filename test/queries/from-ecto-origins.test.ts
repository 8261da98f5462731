// Where the values of Ecto queries come from, and which columns of their rows are compared afterwards.

import assert from 'node:assert/strict';
import { codeIn } from '../../server/src/queries/from-ecto/code.js';
import { projectOf } from '../../server/src/queries/from-ecto/project.js';
import { ectoQueriesOf } from '../../server/src/queries/from-ecto.js';
import type { Condition, Query } from '../../server/src/queries/query.js';
import { elixirParser, sqlParser } from '../support/parsers.js';

function read(functions: string): readonly Query[] {
  const text = `
    defmodule ShopWeb.PostController do
      import Ecto.Query
      alias Shop.{Post, Repo}
      ${functions}
    end`;
  const modules = codeIn(elixirParser.parse(text), text);
  return ectoQueriesOf(modules, projectOf(modules), sqlParser).queries;
}

/** `org_id: client` for each value that the query is compared with; the parameter that it is taken from in brackets. */
function originsIn(condition: Condition): readonly string[] {
  switch (condition.kind) {
    case 'and':
    case 'or':
    case 'choice':
      return condition.of.flatMap(originsIn);
    case 'equal':
    case 'in': {
      const value = condition.kind === 'equal' ? condition.right : condition.values[0];
      if (value?.kind !== 'outer') return [];
      const param = value.param === undefined ? '' : ` (${value.param})`;
      return [`${value.text}: ${value.origin ?? 'not known'}${param}`];
    }
    default:
      return [];
  }
}

describe('origins of values in Ecto queries', () => {
  const run = (value: string) => `Repo.all(where(Post, org_id: ^${value}))`;
  const cases: readonly (readonly [head: string, code: string, origin: string])[] = [
    ['list(%Org{id: id})', run('id'), 'id: trusted (id)'],
    ['list(%Scope{org: org})', run('org.id'), 'org.id: trusted (org)'],
    ['list(%Org{} = org)', run('org.id'), 'org.id: trusted (org)'],
    ['list(scope)', run('scope.org.id'), 'scope.org.id: trusted (scope)'],
    ['list(current_user)', run('current_user.org_id'), 'current_user.org_id: trusted (current_user)'],
    ['list(subject)', run('subject.account.id'), 'subject.account.id: trusted (subject)'],
    ['list(org)', run('org.id'), 'org.id: trusted (org)'],
    ['list(org_id)', run('org_id'), 'org_id: not known (org_id)'],
    ['list(attrs)', run('attrs.org_id'), 'attrs.org_id: not known (attrs)'],
    ['index(conn, _params)', run('conn.assigns.org.id'), 'conn.assigns.org.id: trusted (conn)'],
    ['index(%{assigns: %{current_user: user}}, _)', run('user.org_id'), 'user.org_id: trusted (user)'],
    ['index(conn, %{"org_id" => org_id})', run('org_id'), 'org_id: client (org_id)'],
    ['index(conn, %{"org" => %{"id" => id}} = params)', run('id'), 'id: client (id)'],
    ['index(conn, params)', run('params["org_id"]'), 'params["org_id"]: client (params)'],
    ['index(conn, _)', run('conn.params["org_id"]'), 'conn.params["org_id"]: client (conn)'],
    ['index(conn, params)', `id = String.to_integer(params["id"])\n${run('id')}`, 'id: client (params)'],
    ['index(conn, params)', `id = Map.get(params, "id")\n${run('id')}`, 'id: client (params)'],
    ['index(conn, params)', run('(params["org_id"] || conn.assigns.org_id)'), 'client'],
    [
      'index(conn, params)',
      `with {:ok, id} <- Ecto.UUID.cast(params["id"]) do\n${run('id')}\nend`,
      'id: client (params)',
    ],
    ['require_org(conn, opts)', run('opts[:id]'), 'opts[:id]: not known (opts)'],
    ['handle_event("open", %{"id" => id}, socket)', run('id'), 'id: client (id)'],
    [
      'handle_event("open", _, socket)',
      run('socket.assigns.org.id'),
      'socket.assigns.org.id: trusted (socket)',
    ],
    ['handle_params(%{"id" => id}, _uri, socket)', run('id'), 'id: client (id)'],
    ['mount(%{"id" => id}, _session, socket)', run('id'), 'id: client (id)'],
    ['posts(_parent, %{org_id: org_id}, %{context: context})', run('org_id'), 'org_id: client (org_id)'],
    ['posts(_, args, %{context: %{current_user: user}})', run('user.org_id'), 'user.org_id: trusted (user)'],
    ['posts(args, %{context: %{user: user}})', run('args.org_id'), 'args.org_id: client (args)'],
    ['perform(%Oban.Job{args: %{"org_id" => org_id}})', run('org_id'), 'org_id: job (org_id)'],
    ['list(request, _stream)', run('request.org_id'), 'request.org_id: client (request)'],
    ['list(id)', `post = Repo.get!(Post, id)\n${run('post.org_id')}`, 'post.org_id: trusted'],
    ['list(id)', `ids = Repo.all(from o in Org, select: o.id)\n${run('ids')}`, 'ids: trusted'],
    ['list(id)', `ids = Org |> Repo.all() |> Enum.map(& &1.id)\n${run('ids')}`, 'ids: trusted'],
  ];
  for (const [head, code, origin] of cases) {
    it(`${head}: ${code}`, () => {
      const query = read(`def ${head} do\n${code}\nend`).findLast(({ sink }) => sink !== null);
      const found = originsIn(query?.block.where ?? { kind: 'and', of: [] }).join();
      if (origin.includes(':')) assert.equal(found, origin);
      else assert.ok(found.includes(`: ${origin}`), found);
    });
  }

  it('follow a value into the functions that are called with it', () => {
    const [query] = read(`
      def index(conn, params), do: for_org(Post, params["org_id"]) |> Repo.all()
      defp for_org(query, org_id), do: where(query, org_id: ^org_id)`).filter(({ sink }) => sink !== null);
    assert.deepEqual(originsIn(query?.block.where ?? { kind: 'and', of: [] }), [
      'params["org_id"]: client (params)',
    ]);
  });
});

describe('rows that are compared', () => {
  const cases: readonly (readonly [code: string, ...columns: string[]])[] = [
    ['post = Repo.get!(Post, id)\ntrue = post.org_id == scope.org.id', 'org_id'],
    ['post = Repo.get!(Post, id)\nif post.org_id != org_id, do: raise("no")', 'org_id'],
    ['with %{org_id: ^org_id} = post <- Repo.get(Post, id), do: post', 'org_id'],
    ['with {:ok, %Post{org_id: ^org_id}} <- Repo.fetch(where(Post, id: ^id)), do: :ok', 'org_id'],
    ['case Repo.get(Post, id) do\n%{org_id: ^org_id} = post -> post\n_ -> nil\nend', 'org_id'],
    ['%{org_id: ^org_id} = Repo.get(Post, id)', 'org_id'],
    // That it is some value says nothing, and the client may say what it likes.
    ['post = Repo.get!(Post, id)\nif post.state == :open, do: post'],
    ['post = Repo.get!(Post, id)\nif post.org_id == params["org_id"], do: post'],
    ['Repo.get!(Post, id)'],
  ];
  for (const [code, ...columns] of cases) {
    it(code, () => {
      const [query] = read(`def show(scope, id, org_id, params) do\n${code}\nend`);
      assert.deepEqual(query?.compared, columns);
    });
  }

  it('are known to be given to who decides', () => {
    const [query] = read(
      'def show(user, id) do\npost = Repo.get!(Post, id)\nPolicy.authorize(user, :show, post)\nend',
    );
    assert.deepEqual(query?.authorizedBy, ['Policy.authorize']);
  });
});
