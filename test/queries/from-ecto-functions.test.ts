// Queries that are put together and run by several functions of a project: what the called functions add, and where such a query is
// said to run.

import assert from 'node:assert/strict';
import { codeIn } from '../../server/src/queries/from-ecto/code.js';
import { projectOf } from '../../server/src/queries/from-ecto/project.js';
import { ectoQueriesOf } from '../../server/src/queries/from-ecto.js';
import { elixirParser, sqlParser } from '../support/parsers.js';
import { printedQuery } from '../support/query-printer.js';

/** The queries that the functions of `Shop.Example` run, with these modules around it. */
function read(functions: string, around = ''): readonly string[] {
  const text = `
    defmodule Shop.Example do
      import Ecto.Query
      alias Shop.{Post, Posts, Repo, Scopes}
      ${functions}
    end
    ${around}`;
  const modules = codeIn(elixirParser.parse(text), text);
  const own = modules.filter(({ name }) => name === 'Shop.Example');
  return ectoQueriesOf(own, projectOf(modules), sqlParser).queries.map(printedQuery);
}

const all = 'Repo.all: select Shop.Post #0 -> #0.*';
const scoped = 'Repo.all: select Shop.Post #0 where #0.org_id = {org.id} -> #0.*';

describe('Ecto queries across functions', () => {
  describe('scoping functions', () => {
    const posts = `
      defmodule Shop.Post do
        use Ecto.Schema
        import Ecto.Query
        def base, do: __MODULE__
        def for_org(query \\\\ base(), org_id), do: where(query, [p], p.org_id == ^org_id)
        def published(query), do: from(p in query, where: p.published)
        def widened(query, text), do: or_where(query, [p], p.title == ^text)
        def bare(query), do: exclude(query, :where)
        def by(query, field, value), do: where(query, [p], field(p, ^field) == ^value)
      end`;
    const cases: readonly (readonly [string, string])[] = [
      ['Post |> Post.for_org(org.id) |> Repo.all()', scoped],
      ['Post.for_org(Post, org.id) |> Repo.all()', scoped],
      // The one argument is the one that has no default.
      ['org.id |> Post.for_org() |> Repo.all()', scoped],
      ['Repo.all(Post.for_org(org.id))', scoped],
      [
        'Post |> Post.published() |> Post.for_org(org.id) |> Repo.all()',
        'Repo.all: select Shop.Post #0 where ~(#0.published) and #0.org_id = {org.id} -> #0.*',
      ],
      [
        'Post |> Post.for_org(org.id) |> Post.widened(id) |> Repo.all()',
        'Repo.all: select Shop.Post #0 where #0.org_id = {org.id} or #0.title = {id} -> #0.*',
      ],
      ['Post |> Post.for_org(org.id) |> Post.bare() |> Repo.all()', all],
      ['Post.base() |> Repo.all()', all],
      ['Repo.all(from p in Post.for_org(org.id), order_by: p.id)', scoped],
      ['Post |> Post.by(:org_id, org.id) |> Repo.all()', scoped],
      ['Post |> Post.by(id, org.id) |> Repo.all()', 'Repo.all: select Shop.Post #0 where ~?() -> #0.*'],
      ['Enum.reduce([org_id: org.id], Post, fn {k, v}, q -> Post.by(q, k, v) end) |> Repo.all()', scoped],
      // Which columns it compares is decided by the list.
      [
        'Enum.reduce(opts, Post, fn {k, v}, q -> Post.by(q, k, v) end) |> Repo.all()',
        'Repo.all: select Shop.Post #0 where either(true | ~?()) and ~?() -> #0.*',
      ],
      // A loop that lets more rows in is taken to run.
      [
        'Enum.reduce(opts, Post.for_org(org.id), fn v, q -> or_where(q, title: ^v) end) |> Repo.all()',
        'Repo.all: select Shop.Post #0 where #0.org_id = {org.id} or #0.title = {v} -> #0.*',
      ],
      ['Post |> then(&Post.for_org(&1, org.id)) |> Repo.all()', scoped],
      [
        'Enum.reduce(opts, Post.for_org(org.id), fn _, q -> Post.published(q) end) |> Repo.all()',
        'Repo.all: select Shop.Post #0 where #0.org_id = {org.id} and either(true | ~(#0.published)) -> #0.*',
      ],
      ['Enum.reduce(opts, Post.for_org(org.id), &keep/2) |> Repo.all()', scoped],
    ];
    for (const [code, query] of cases) {
      it(code, () => {
        const functions = `
          def run(org, id, opts), do: ${code}
          defp keep(_option, query), do: order_by(query, :id)`;
        assert.deepEqual(read(functions, posts), [query]);
      });
    }
  });

  describe('clauses', () => {
    const scopes = `
      defmodule Shop.Scopes do
        import Ecto.Query
        def maybe(query, nil), do: query
        def maybe(query, org_id), do: where(query, org_id: ^org_id)
        def guarded(query, org_id) when is_nil(org_id), do: query
        def guarded(query, org_id), do: where(query, org_id: ^org_id)
        def among(query, :all), do: query
        def among(query, {:org, org_id}), do: where(query, org_id: ^org_id)
        def asked(query, opts) do
          if opts[:org_id], do: where(query, org_id: ^opts[:org_id]), else: query
        end
        def cased(query, org_id) do
          case org_id do
            nil -> query
            id -> where(query, org_id: ^id)
          end
        end
      end`;
    const optional = (value: string) =>
      `Repo.all: select Shop.Post #0 where either(true | #0.org_id = {${value}}) -> #0.*`;
    const cases: readonly (readonly [string, string])[] = [
      ['Scopes.maybe(Post, org_id)', optional('org_id')],
      ['Scopes.maybe(Post, nil)', all],
      ['Scopes.maybe(Post, "a")', 'Repo.all: select Shop.Post #0 where #0.org_id = {"a"} -> #0.*'],
      // What hangs on a struct that is there is there.
      ['Scopes.maybe(Post, org.id)', scoped],
      ['Scopes.guarded(Post, org.id)', scoped],
      ['Scopes.guarded(Post, org_id)', optional('org_id')],
      ['Scopes.among(Post, :all)', all],
      ['Scopes.among(Post, {:org, org.id})', scoped],
      ['Scopes.asked(Post, org_id: org.id)', scoped],
      ['Scopes.asked(Post, [])', all],
      [
        'Scopes.asked(Post, opts)',
        'Repo.all: select Shop.Post #0 where either(#0.org_id = {opts[:org_id]} | true) -> #0.*',
      ],
      ['Scopes.cased(Post, org.id)', scoped],
      ['Scopes.cased(Post, org_id)', optional('org_id')],
    ];
    for (const [code, query] of cases) {
      it(code, () => {
        assert.deepEqual(read(`def run(%Org{} = org, org_id, opts), do: Repo.all(${code})`, scopes), [query]);
      });
    }
  });

  describe('where functions come from', () => {
    const scope = 'def for_org(query, org_id), do: where(query, org_id: ^org_id)';
    const module = (name: string, body: string) => `
      defmodule ${name} do
        import Ecto.Query
        ${body}
      end`;
    it('the module itself, also private ones', () => {
      const functions = `def run(org), do: Post |> for_org(org.id) |> Repo.all()\n${scope.replace('def', 'defp')}`;
      assert.deepEqual(read(functions), [scoped]);
    });
    it('__MODULE__', () => {
      assert.deepEqual(read(`def run(org), do: Post |> __MODULE__.for_org(org.id) |> Repo.all()\n${scope}`), [
        scoped,
      ]);
    });
    it('an import', () => {
      const functions = 'import Shop.Scopes\ndef run(org), do: Post |> for_org(org.id) |> Repo.all()';
      assert.deepEqual(read(functions, module('Shop.Scopes', scope)), [scoped]);
    });
    it('an import that leaves it out', () => {
      const functions =
        'import Shop.Scopes, only: [other: 1]\ndef run(org), do: Post |> for_org(org.id) |> Repo.all()';
      assert.match(read(functions, module('Shop.Scopes', scope)).join(), /goes through "for_org"/);
    });
    it('a nested module', () => {
      const functions = `
        def run(org), do: Post |> __MODULE__.Query.for_org(org.id) |> Repo.all()
        defmodule Query do
          import Ecto.Query
          ${scope}
        end`;
      assert.deepEqual(read(functions), [scoped]);
    });
    it('a delegate', () => {
      const functions = 'def run(org), do: Post |> Posts.of(org.id) |> Repo.all()';
      const around = [
        'defmodule Shop.Posts do\n defdelegate of(query, org_id), to: Shop.Scopes, as: :for_org\nend',
        module('Shop.Scopes', scope),
      ].join('\n');
      assert.deepEqual(read(functions, around), [scoped]);
    });
    it('use, of a module and by an atom', () => {
      const around = `
        defmodule Shop.Web do
          defmacro __using__(which), do: apply(__MODULE__, which, [])
          def context do
            quote do
              import Shop.Scopes
              alias Shop.Archive.Entry
            end
          end
        end
        ${module('Shop.Scopes', scope)}`;
      const functions = 'use Shop.Web, :context\ndef run(org), do: Entry |> for_org(org.id) |> Repo.all()';
      assert.deepEqual(read(functions, around), [
        'Repo.all: select Shop.Archive.Entry #0 where #0.org_id = {org.id} -> #0.*',
      ]);
    });
    it('no private function of another module', () => {
      const functions = 'def run(org), do: Post |> Scopes.for_org(org.id) |> Repo.all()';
      assert.match(
        read(functions, module('Shop.Scopes', scope.replace('def', 'defp'))).join(),
        /goes through "for_org"/,
      );
    });
    it('no library: what it does is not known', () => {
      assert.deepEqual(
        read('def run(org), do: Post |> where(org_id: ^org.id) |> Flop.with(%{}) |> Repo.all()'),
        ['Repo.all: select Shop.Post #0 where #0.org_id = {org.id} -> #0.* [it goes through "with"]'],
      );
    });
    it('functions that call each other end', () => {
      const functions = `
        def run(org), do: Post |> where(org_id: ^org.id) |> a() |> Repo.all()
        def a(query), do: b(query)
        def b(query), do: a(query)`;
      assert.match(read(functions).join(), /#0.org_id = \{org.id\} -> #0.\* \[it goes through/);
    });
  });

  describe('functions that run what they are given', () => {
    const repo = `
      defmodule Shop.Repo do
        use Ecto.Repo, otp_app: :shop, adapter: Ecto.Adapters.Postgres
        import Ecto.Query
        def fetch(queryable, id), do: fetch_by(queryable, id: id)
        def fetch_by(queryable, clauses) do
          case get_by(queryable, clauses) do
            nil -> {:error, :not_found}
            row -> {:ok, row}
          end
        end
        def page(query, opts \\\\ []) do
          count = aggregate(query, :count)
          {count, query |> limit(^opts[:limit]) |> all()}
        end
        def wipe(query), do: delete_all(query)
      end
      defmodule Shop.Storage do
        use Ecto.Repo, otp_app: :shop, adapter: Ecto.Adapters.Postgres
      end
      defmodule Shop.Posts do
        import Ecto.Query
        alias Shop.{Post, Repo}
        def get!(id), do: Repo.get!(Post, id)
        def list(query \\\\ Post), do: Repo.all(query)
        def all_of(org_id), do: Post |> where(org_id: ^org_id) |> Repo.all()
      end
      defmodule Shop.Safe do
        import Ecto.Query
        alias Shop.Repo
        defstruct [:query, :subject]
        def scoped(query, subject), do: %__MODULE__{query: query, subject: subject}
        def all(%__MODULE__{query: query, subject: subject}) do
          query |> where(org_id: ^subject.org.id) |> Repo.all()
        end
      end`;
    const cases: readonly (readonly [code: string, ...queries: string[]])[] = [
      ['Repo.fetch(Post, id)', 'Repo.fetch: select Shop.Post #0 where #0.id = {id} -> #0.*'],
      [
        'Repo.fetch_by(Post, id: id, org_id: org.id)',
        'Repo.fetch_by: select Shop.Post #0 where #0.id = {id} and #0.org_id = {org.id} -> #0.*',
      ],
      [
        'Post |> where(org_id: ^org.id) |> Repo.page(limit: 5)',
        'Repo.page: select Shop.Post #0 where #0.org_id = {org.id} -> #0.*',
      ],
      ['Repo.wipe(Post)', 'Repo.wipe: delete Shop.Post #0'],
      ['Shop.Storage.all(Post)', 'Shop.Storage.all: select Shop.Post #0 -> #0.*'],
      // It runs the same query whoever calls it, and is said to run it there.
      ['Posts.get!(id)'],
      ['Posts.all_of(org.id)'],
      [
        'Posts.list(where(Post, org_id: ^org.id))',
        'Posts.list: select Shop.Post #0 where #0.org_id = {org.id} -> #0.*',
      ],
      ['Posts.list()', 'Posts.list: select Shop.Post #0 -> #0.*'],
      [
        'Post |> Shop.Safe.scoped(subject) |> Shop.Safe.all()',
        'Shop.Safe.all: select Shop.Post #0 where #0.org_id = {subject.org.id} -> #0.*',
      ],
      ['list(Post)', 'list: select Shop.Post #0 -> #0.*'],
    ];
    for (const [code, ...queries] of cases) {
      it(code, () => {
        const functions = `def run(org, id, subject), do: ${code}\ndefp list(query), do: Repo.all(query)`;
        const unknown = /the query comes from elsewhere/;
        assert.deepEqual(
          read(functions, repo).filter((query) => !unknown.test(query)),
          queries,
        );
      });
    }
    it('run a query that is not known', () => {
      assert.deepEqual(read('def list(query), do: query |> order_by(:id) |> Repo.all()', repo), [
        'Repo.all: select [the query comes from elsewhere] #0 -> #0.* [the query comes from elsewhere]',
      ]);
    });
    it('count as their own where they join more', () => {
      const code = 'def list(query), do: Repo.all(from q in query, join: u in Shop.User, on: true)';
      assert.equal(read(code, repo).length, 1);
    });
  });
});
