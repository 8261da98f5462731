// What a Repo's hook, a wrapper and the configuration make of the queries of a workspace.

import assert from 'node:assert/strict';
import type { QueryScoping } from '../../server/src/analysis/scoping.js';
import { readConfig } from '../../server/src/lint/config-reading.js';
import { queriesOfFile } from '../../server/src/lint/placed-queries.js';
import { scopingFor } from '../../server/src/lint/scoping.js';
import { tenancyFor } from '../../server/src/lint/tenancy.js';
import { type MemoryFile, memoryWorkspace, ROOT } from '../support/workspace.js';

const TABLES: MemoryFile = {
  path: 'priv/repo/structure.sql',
  text: `
    create table orgs (id bigint primary key, name text);
    create table posts (id bigint primary key, org_id bigint not null references orgs, state text);
    create table tags (id bigint primary key, org_id bigint not null references orgs, name text);
    create table notes (id bigint primary key, org_id bigint not null references orgs, body text);
    create table plans (id bigint primary key, name text);
  `,
};

function schema(module: string, table: string, fields: string): MemoryFile {
  const text = `defmodule Shop.${module} do\n use Ecto.Schema\n schema "${table}" do\n ${fields}\n end\nend\n`;
  return { path: `lib/shop/${module.toLowerCase()}.ex`, text };
}

const SCHEMAS = [
  schema('Org', 'orgs', 'field :name, :string'),
  schema('Post', 'posts', 'field :state, :string\n field :org_id, :integer\n has_many :tags, Shop.Tag'),
  schema('Tag', 'tags', 'field :name, :string\n field :org_id, :integer'),
  schema('Note', 'notes', 'field :body, :string\n field :org_id, :integer'),
];

function repo(name: string, code: string): MemoryFile {
  const text = `defmodule Shop.${name} do\n use Ecto.Repo, otp_app: :shop, adapter: Ecto.Adapters.Postgres\n${code}\nend\n`;
  return { path: `lib/shop/${name.toLowerCase()}.ex`, text };
}

const HOOK = `
  require Ecto.Query
  def default_options(_operation), do: [org_id: Process.get(:org_id)]

  def prepare_query(_operation, %{from: %{source: %Ecto.SubQuery{}}} = query, opts), do: {query, opts}

  def prepare_query(_operation, query, opts) do
    cond do
      opts[:skip_org_id] -> {query, opts}
      org_id = opts[:org_id] -> {Ecto.Query.where(query, org_id: ^org_id), opts}
      true -> raise "expected org_id"
    end
  end
`;

const PATH = 'lib/shop/code.ex';

/** The scoping of the one query that is run in a function with that body. */
function scopingIn(body: string, files: readonly MemoryFile[], config = ''): QueryScoping {
  const text = `
    defmodule Shop.Code do
      import Ecto.Query
      alias Shop.{Note, Org, Post, Repo, LogRepo, Safe, Tag}
      def run(id, repo, subject) do
        ${body}
      end
    end
  `;
  const tenancy = config === '' ? {} : readConfig(`{ "tenancy": ${config} }`, new Set()).config;
  const workspace = memoryWorkspace([TABLES, ...SCHEMAS, ...files, { path: PATH, text }], tenancy);
  const path = `${ROOT}/${PATH}`;
  const reading = workspace.readings.get(path);
  assert.ok(reading, 'not read');
  const queries = queriesOfFile(workspace, reading).filter(({ query }) => query.sink !== null);
  assert.equal(queries.length, 1, `${queries.length} queries`);
  const [{ query }] = queries as [(typeof queries)[0]];
  const scoping = scopingFor(workspace, path, query);
  assert.ok(scoping, 'no tenants');
  return scoping;
}

/** `scoped: applied`, `unscoped: skipped by skip_org_id`, `unscoped: left-out (insert)`. */
function hookIn(body: string, files: readonly MemoryFile[], config = ''): string {
  const { verdict, hook } = scopingIn(body, files, config);
  if (hook === null) return `${verdict}: none`;
  const by = hook.option === null ? '' : ` by ${hook.option}`;
  return `${verdict}: ${hook.effect}${by}${hook.why === null ? '' : ` (${hook.why})`}`;
}

describe('a hook of the Repo', () => {
  const files = [repo('Repo', HOOK), repo('LogRepo', '')];
  const cases: readonly (readonly [string, string])[] = [
    ['Repo.all(Post)', 'scoped: applied'],
    ['Repo.get(Post, id)', 'scoped: applied'],
    ['Post |> where(state: "open") |> or_where(state: "new") |> Repo.all()', 'scoped: applied'],
    ['Repo.update_all(Post, set: [state: "x"])', 'scoped: applied'],
    ['Repo.delete_all(Post)', 'scoped: applied'],
    ['Repo.all(from p in Post, join: t in Tag, on: t.org_id == p.org_id)', 'scoped: applied'],
    ['Repo.all(from p in Post, cross_join: t in Tag)', 'unscoped: applied'],
    ['Repo.all(Post, skip_org_id: true)', 'unscoped: skipped by skip_org_id'],
    ['Repo.all(Post, skip_org_id: false)', 'scoped: applied'],
    ['Repo.get(Post, id, skip_org_id: true)', 'by-key: skipped by skip_org_id'],
    ['Repo.all(where(Post, org_id: ^id), skip_org_id: true)', 'scoped: skipped by skip_org_id'],
    ['opts = [skip_org_id: true]\nRepo.all(Post, opts)', 'unscoped: skipped by skip_org_id'],
    ['Repo.all(from p in subquery(from p in Post, where: p.state == "x"))', 'unscoped: left-out (subquery)'],
    ['Repo.insert_all(Post, [%{state: "x"}])', 'unscoped: left-out (insert)'],
    ['Repo.insert_all(Post, from(t in Tag, select: %{org_id: t.org_id}))', 'scoped: applied'],
    ['Repo.query!("SELECT * FROM posts WHERE state = $1", [id])', 'unscoped: left-out (raw-sql)'],
    [
      'Repo.query!("SELECT * FROM posts", [], skip_org_id: true)',
      'unscoped: left-out by skip_org_id (raw-sql)',
    ],
    ['LogRepo.all(Post)', 'unscoped: none'],
    ['Ecto.Multi.delete_all(Ecto.Multi.new(), :posts, Post)', 'scoped: applied'],
    ['repo.all(Post)', 'scoped: applied'],
  ];
  for (const [body, expected] of cases) it(body, () => assert.equal(hookIn(body, files), expected));

  it('is none where it only leaves out what is deleted', () => {
    const deleted = 'def prepare_query(_, query, opts), do: {where(query, [x], is_nil(x.deleted_at)), opts}';
    assert.equal(hookIn('Repo.all(Post)', [repo('Repo', deleted)]), 'unscoped: none');
  });

  it('may be configured, where its code does not show it', () => {
    const hidden = [repo('Repo', 'use Shop.Library.Tenants'), repo('LogRepo', '')];
    const config = '{ "hook": "Shop.Repo", "skipOptions": ["everywhere"] }';
    assert.equal(hookIn('Repo.all(Post)', hidden), 'unscoped: none');
    assert.equal(hookIn('Repo.all(Post)', hidden, config), 'scoped: applied');
    assert.equal(
      hookIn('Repo.all(Post, everywhere: true)', hidden, config),
      'unscoped: skipped by everywhere',
    );
    assert.equal(hookIn('LogRepo.all(Post)', hidden, config), 'unscoped: none');
  });

  it('may know options that are configured', () => {
    const config = '{ "skipOptions": "everywhere" }';
    assert.equal(
      hookIn('Repo.all(Post, everywhere: true)', files, config),
      'unscoped: skipped by everywhere',
    );
    assert.equal(
      hookIn('Repo.all(Post, skip_org_id: true)', files, config),
      'unscoped: skipped by skip_org_id',
    );
  });
});

describe('a hook that several Repos get by use', () => {
  const helpers: MemoryFile = {
    path: 'lib/shop/repo_helpers.ex',
    text: `
      defmodule Shop.RepoHelpers do
        defmacro __using__(_) do
          quote do
            ${HOOK}

            def fetch(queryable, id, opts \\\\ []) do
              case get(queryable, id, opts) do
                nil -> {:error, :not_found}
                row -> {:ok, row}
              end
            end

            def list(queryable, opts \\\\ []), do: queryable |> __MODULE__.all(opts)
          end
        end
      end
    `,
  };
  const files = [helpers, repo('Repo', 'use Shop.RepoHelpers'), repo('LogRepo', 'use Shop.RepoHelpers')];
  const cases: readonly (readonly [string, string])[] = [
    ['LogRepo.all(Post)', 'scoped: applied'],
    ['Repo.fetch(Post, id)', 'scoped: applied'],
    ['Repo.fetch(Post, id, skip_org_id: true)', 'by-key: skipped by skip_org_id'],
    ['LogRepo.list(Post)', 'scoped: applied'],
    ['LogRepo.list(Post, skip_org_id: true)', 'unscoped: skipped by skip_org_id'],
  ];
  for (const [body, expected] of cases) it(body, () => assert.equal(hookIn(body, files), expected));
});

describe('a wrapper', () => {
  const safe: MemoryFile = {
    path: 'lib/shop/safe.ex',
    text: `
      defmodule Shop.Safe do
        import Ecto.Query
        alias Shop.Repo

        def scoped(queryable, %Subject{} = subject), do: %Scoped{queryable: queryable, subject: subject}
        def unscoped(queryable), do: %Unscoped{queryable: queryable}

        def all(%Scoped{queryable: queryable, subject: subject}) do
          queryable |> filter(schema_of(queryable), subject.org.id) |> Repo.all()
        end

        def all(%Unscoped{queryable: queryable}), do: Repo.all(queryable)

        def delete_all(%Scoped{queryable: queryable}), do: Repo.delete_all(queryable)
        def delete_all(%Unscoped{queryable: queryable}), do: Repo.delete_all(queryable)

        defp schema_of(%Ecto.Query{from: %{source: {_, schema}}}), do: schema
        defp schema_of(schema), do: schema

        defp filter(queryable, Shop.Org, org_id), do: where(queryable, id: ^org_id)
        defp filter(queryable, _schema, org_id), do: where(queryable, org_id: ^org_id)
      end
    `,
  };
  const around: MemoryFile = {
    path: 'lib/shop/queries.ex',
    text: `
      defmodule Shop.Queries do
        alias Shop.Safe
        def everything(query), do: query |> Safe.unscoped() |> Safe.all()
        def own(query, subject), do: query |> Safe.scoped(subject) |> Safe.all()
      end
    `,
  };
  const files = [repo('Repo', ''), safe, around];
  const wrapperIn = (body: string, config = '', more = files) => {
    const { verdict, wrapper } = scopingIn(body, more, config);
    return `${verdict}: ${wrapper?.effect ?? 'none'}`;
  };
  const cases: readonly (readonly [string, string])[] = [
    ['Post |> Safe.scoped(subject) |> Safe.all()', 'scoped: scoped'],
    ['from(p in Post, where: p.state == "x") |> Safe.scoped(subject) |> Safe.all()', 'scoped: scoped'],
    [
      'Post |> where(state: "x") |> or_where(state: "y") |> Safe.scoped(subject) |> Safe.all()',
      'scoped: scoped',
    ],
    ['from(p in Post, cross_join: t in Tag) |> Safe.scoped(subject) |> Safe.all()', 'unscoped: scoped'],
    ['Org |> Safe.scoped(subject) |> Safe.all()', 'scoped: scoped'],
    ['Post |> Safe.unscoped() |> Safe.all()', 'unscoped: unscoped'],
    ['from(p in Post, where: p.id == ^id) |> Safe.unscoped() |> Safe.all()', 'by-key: unscoped'],
    ['Post |> Safe.unscoped() |> Safe.delete_all()', 'unscoped: unscoped'],
    ['Post |> Safe.scoped(subject) |> Safe.delete_all()', 'unscoped: none'],
    ['Shop.Queries.everything(Post)', 'unscoped: unscoped'],
    ['Shop.Queries.everything(from(p in Post))', 'unscoped: unscoped'],
    ['Shop.Queries.own(Post, subject)', 'scoped: scoped'],
  ];
  for (const [body, expected] of cases) it(body, () => assert.equal(wrapperIn(body), expected));

  it('may be configured, where its code does not show it', () => {
    const hidden: MemoryFile = {
      path: 'lib/shop/safe.ex',
      text: `
        defmodule Shop.Safe do
          def as(queryable, subject), do: %Scoped{queryable: queryable, subject: subject}
          def everywhere(queryable), do: %Scoped{queryable: queryable}
          def all(%Scoped{queryable: queryable} = scoped), do: Shop.Repo.all(queryable)
        end
      `,
    };
    const more = [repo('Repo', ''), hidden];
    const config = '{ "wrappers": [{ "module": "Shop.Safe", "scoped": "as", "unscoped": "everywhere" }] }';
    assert.equal(wrapperIn('Post |> Safe.as(subject) |> Safe.all()', '', more), 'unscoped: none');
    assert.equal(wrapperIn('Post |> Safe.as(subject) |> Safe.all()', config, more), 'scoped: scoped');
    assert.equal(wrapperIn('Post |> Safe.everywhere() |> Safe.all()', config, more), 'unscoped: unscoped');
  });
});

describe('schemas of tenants', () => {
  const rootWith = (...files: readonly MemoryFile[]) => {
    const workspace = memoryWorkspace([TABLES, ...SCHEMAS, ...files]);
    return tenancyFor(workspace, `${ROOT}/${PATH}`).root;
  };

  it('leave nothing to compare', () => {
    assert.equal(rootWith(repo('Repo', '')), 'orgs');
    const hook =
      'def prepare_query(_, query, opts), do: {query, Keyword.put(opts, :prefix, Process.get(:tenant))}';
    assert.equal(rootWith(repo('Repo', hook)), null);
    assert.equal(rootWith(repo('Repo', 'def default_options(_), do: [prefix: Process.get(:tenant)]')), null);
    const triplex = 'defmodule Shop.Code do\n def create(name), do: Triplex.create(name)\nend\n';
    assert.equal(rootWith(repo('Repo', ''), { path: PATH, text: triplex }), null);
  });

  it('are those of most queries', () => {
    const code = (prefix: string, others: number) => {
      const calls = [
        ...Array(9).fill(`Repo.all(Post, prefix: ${prefix})`),
        ...Array(others).fill('Repo.all(Post)'),
      ];
      const text = `defmodule Shop.Code do\n alias Shop.{Post, Repo}\n${calls.map((call, index) => `def run_${index}(tenant), do: ${call}\n`).join('')}end\n`;
      return { path: PATH, text };
    };
    assert.equal(rootWith(repo('Repo', ''), code('tenant', 3)), null);
    assert.equal(rootWith(repo('Repo', ''), code('tenant', 20)), 'orgs');
    assert.equal(rootWith(repo('Repo', ''), code('"shared"', 3)), 'orgs');
  });
});
