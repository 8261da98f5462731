// What `prepare_query` of a Repo does to every query, and which Repos have it.

import assert from 'node:assert/strict';
import { codeIn } from '../../server/src/queries/from-ecto/code.js';
import { projectOf } from '../../server/src/queries/from-ecto/project.js';
import type { HookedCall } from '../../server/src/queries/repo-hooks/guards.js';
import {
  alwaysComparing,
  columnsCompared,
  hooksOfRepos,
  type RepoHook,
  repoPartsIn,
  setsPrefix,
  skipOptionsOf,
} from '../../server/src/queries/repo-hooks.js';
import { elixirParser, sqlParser } from '../support/parsers.js';

function hooksIn(...texts: readonly string[]): ReadonlyMap<string, RepoHook | null> {
  const trees = texts.map((text) => elixirParser.parse(text));
  const project = projectOf(trees.flatMap((tree, index) => codeIn(tree, texts[index])));
  return hooksOfRepos(
    trees.flatMap((tree) => repoPartsIn(tree, sqlParser)),
    project,
    sqlParser,
  );
}

/** The hook of a Repo with that code. */
function hookOf(code: string): RepoHook {
  const hook = hooksIn(`defmodule Shop.Repo do\n use Ecto.Repo, otp_app: :shop\n${code}\nend`).get(
    'Shop.Repo',
  );
  assert.ok(hook, 'no hook');
  return hook;
}

const plain: HookedCall = {
  operation: 'all',
  options: new Set(),
  off: new Set(),
  prefix: null,
  subquery: false,
  table: 'posts',
};

interface GivenCall extends Partial<Omit<HookedCall, 'options' | 'off'>> {
  readonly options?: readonly string[];
  readonly off?: readonly string[];
}

/** `compares`, `leaves` or the option that skips it. */
function effect(hook: RepoHook, { options = [], off = [], ...call }: GivenCall = {}): string {
  const made = { ...plain, ...call, options: new Set(options), off: new Set(off) };
  if (columnsCompared(hook, 'org_id', made) !== null) return 'compares';
  const skips = skipOptionsOf(hook, 'org_id').find((option) => options.includes(option));
  return skips === undefined ? 'leaves' : `skipped by ${skips}`;
}

describe('hooks of a Repo: what they compare', () => {
  const guide = hookOf(`
    def default_options(_operation), do: [org_id: Process.get(:org_id)]

    def prepare_query(_operation, query, opts) do
      cond do
        opts[:skip_org_id] || opts[:schema_migration] -> {query, opts}
        org_id = opts[:org_id] -> {Ecto.Query.where(query, org_id: ^org_id), opts}
        true -> raise "expected org_id or skip_org_id"
      end
    end
  `);

  it('follows the conditions of a call', () => {
    assert.equal(effect(guide), 'compares');
    assert.equal(effect(guide, { options: ['timeout'] }), 'compares');
    assert.equal(effect(guide, { options: ['timeout', 'skip_org_id'] }), 'skipped by skip_org_id');
    assert.equal(effect(guide, { off: ['skip_org_id'] }), 'compares');
    assert.deepEqual(skipOptionsOf(guide, 'org_id'), ['skip_org_id', 'schema_migration']);
  });

  it('takes a call that raises for one that reaches no row', () => {
    const strict = hookOf(`
      def prepare_query(_operation, query, opts) do
        cond do
          opts[:skip_org_id] -> {query, opts}
          id = opts[:org_id] -> {where(query, org_id: ^id), opts}
          true -> raise "whose?"
        end
      end
    `);
    assert.equal(effect(strict), 'compares');
    assert.equal(effect(strict, { options: ['skip_org_id'] }), 'skipped by skip_org_id');
  });

  it('sees that an option without a default has to be passed', () => {
    const lenient = hookOf(`
      def prepare_query(_operation, query, opts) do
        if id = opts[:org_id], do: {where(query, [q], q.org_id == ^id), opts}, else: {query, opts}
      end
    `);
    assert.equal(effect(lenient), 'leaves');
    assert.equal(effect(lenient, { options: ['org_id'] }), 'compares');
  });

  const forms: readonly (readonly [string, string])[] = [
    ['if', 'if opts[:skip], do: {query, opts}, else: {where(query, org_id: ^org()), opts}'],
    ['unless', 'unless opts[:skip], do: {where(query, org_id: ^org()), opts}, else: {query, opts}'],
    ['!=', 'if opts[:skip] != true, do: {where(query, org_id: ^org()), opts}, else: {query, opts}'],
    [
      'not',
      'if not Keyword.get(opts, :skip, false), do: {from(q in query, where: q.org_id == ^org()), opts}, else: {query, opts}',
    ],
    [
      'a variable before',
      'query = if Keyword.has_key?(opts, :skip), do: query, else: where(query, org_id: ^org())\n{query, opts}',
    ],
    [
      'what was asked before',
      'skip? = opts[:skip] == true\nquery = if skip?, do: query, else: where(query, org_id: ^org())\n{query, opts}',
    ],
    [
      'Keyword.pop',
      '{skip, opts} = Keyword.pop(opts, :skip)\nif skip, do: {query, opts}, else: {where(query, org_id: ^org()), opts}',
    ],
    [
      'a pipe into Keyword.get',
      'if opts |> Keyword.get(:skip), do: {query, opts}, else: {where(query, org_id: ^org()), opts}',
    ],
    ['case', 'case opts[:skip] do\n true -> {query, opts}\n _ -> {where(query, org_id: ^org()), opts}\nend'],
    [
      'case of Keyword.fetch',
      'case Keyword.fetch(opts, :skip) do\n {:ok, _} -> {query, opts}\n :error -> {where(query, org_id: ^org()), opts}\nend',
    ],
    [
      'case of two',
      'case {opts[:skip], org()} do\n {true, _} -> {query, opts}\n {_, id} -> {where(query, org_id: ^id), opts}\nend',
    ],
    [
      'then',
      'if opts[:skip], do: {query, opts}, else: query |> where([q], q.org_id == ^org()) |> then(&{&1, opts})',
    ],
    [
      'with',
      'with nil <- opts[:skip] do\n {where(query, org_id: ^org()), opts}\nelse\n _ -> {query, opts}\nend',
    ],
    [
      'other options in what it gives',
      'if opts[:skip], do: {query, Keyword.delete(opts, :skip)}, else: {where(query, org_id: ^org()), opts}',
    ],
  ];
  for (const [name, body] of forms) {
    it(`reads ${name}`, () => {
      const hook = hookOf(`def prepare_query(_operation, query, opts) do\n${body}\nend`);
      assert.equal(effect(hook), 'compares');
      assert.equal(effect(hook, { options: ['skip'] }), 'skipped by skip');
    });
  }

  it('reads an option that is on unless the call turns it off', () => {
    const hook = hookOf(`
      def prepare_query(_operation, query, opts) do
        if Keyword.get(opts, :scoped, true), do: {where(query, org_id: ^org()), opts}, else: {query, opts}
      end
    `);
    assert.equal(effect(hook), 'compares');
    assert.equal(effect(hook, { off: ['scoped'] }), 'leaves');
  });

  it('follows functions of the module, their clauses and guards', () => {
    const hook = hookOf(`
      def prepare_query(operation, query, opts), do: {scope(query, opts, skip?(query, opts)), opts}

      defp skip?(%{from: %{source: %Ecto.SubQuery{}}}, _opts), do: true
      defp skip?(%{from: %{prefix: "shared"}}, _opts), do: true
      defp skip?(%{from: %{source: {"plans", _}}}, _opts), do: true
      defp skip?(_query, opts), do: opts[:skip] == true

      defp scope(query, _opts, true), do: query
      defp scope(query, opts, false), do: query |> where(org_id: ^opts[:org_id])
    `);
    assert.equal(effect(hook), 'compares');
    assert.equal(effect(hook, { options: ['skip'] }), 'skipped by skip');
    assert.equal(effect(hook, { subquery: true }), 'leaves');
    assert.equal(effect(hook, { prefix: 'shared' }), 'leaves');
    assert.equal(effect(hook, { table: 'plans' }), 'leaves');
  });

  it('reads what a clause of its own says of operations and options', () => {
    const hook = hookOf(`
      def prepare_query(:delete_all, query, opts), do: {query, opts}
      def prepare_query(_, query, [skip: true] = opts), do: {query, opts}
      def prepare_query(op, query, opts) when op in [:stream], do: {query, opts}
      def prepare_query(_, query, opts), do: {where(query, org_id: ^org()), opts}
    `);
    assert.equal(effect(hook), 'compares');
    assert.equal(effect(hook, { operation: 'update_all' }), 'compares');
    assert.equal(effect(hook, { operation: 'delete_all' }), 'leaves');
    assert.equal(effect(hook, { operation: 'stream' }), 'leaves');
    assert.equal(effect(hook, { options: ['skip'] }), 'skipped by skip');
  });

  it('follows functions of other modules', () => {
    const repoText = (call: string) => `
      defmodule Shop.Repo do
        use Ecto.Repo, otp_app: :shop
        alias Shop.Tenancy
        def prepare_query(_operation, query, opts) do
          if opts[:skip], do: {query, opts}, else: {${call}, opts}
        end
      end`;
    const tenancy = `
      defmodule Shop.Tenancy do
        import Ecto.Query
        def scope(query, opts), do: where(query, org_id: ^opts[:org_id])
        def log(query), do: query
      end`;
    for (const call of ['Tenancy.scope(query, opts)', 'query |> Tenancy.scope(opts)']) {
      const hook = hooksIn(tenancy, repoText(call)).get('Shop.Repo');
      assert.ok(hook);
      assert.equal(effect(hook), 'compares', call);
      assert.equal(effect(hook, { options: ['skip'] }), 'skipped by skip', call);
    }
    const logging = hooksIn(tenancy, repoText('Tenancy.log(query)')).get('Shop.Repo');
    assert.deepEqual(
      logging?.ways.flatMap(({ columns }) => columns),
      [],
    );
  });

  it('takes what is decided elsewhere for what usually happens', () => {
    const hook = hookOf(`
      def prepare_query(_operation, query, opts) do
        if Process.get(:everywhere), do: {query, opts}, else: {where(query, org_id: ^org()), opts}
      end
    `);
    assert.equal(effect(hook), 'compares');
  });

  it('ends in code that calls itself', () => {
    const hook = hookOf(`
      def prepare_query(operation, query, opts), do: again(operation, query, opts)
      defp again(operation, query, opts), do: again(operation, where(query, org_id: ^org()), opts)
    `);
    assert.equal(typeof effect(hook), 'string');
  });
});

describe('hooks of a Repo: one that is configured', () => {
  it('compares in every query but for the options that are configured', () => {
    const hook = alwaysComparing('Shop.Repo', 'org_id', ['everywhere', 'as_admin']);
    assert.equal(effect(hook), 'compares');
    assert.equal(effect(hook, { options: ['as_admin'] }), 'skipped by as_admin');
    assert.equal(effect(alwaysComparing('Shop.Repo', 'org_id', []), { options: ['timeout'] }), 'compares');
  });
});

describe('hooks of a Repo: what is none', () => {
  const columnsOf = (hook: RepoHook) => hook.ways.flatMap(({ columns }) => columns);

  it('only leaves out what is deleted', () => {
    const hook = hookOf(`
      def prepare_query(_, query, opts) do
        if opts[:with_deleted], do: {query, opts}, else: {from(x in query, where: is_nil(x.deleted_at)), opts}
      end
    `);
    assert.deepEqual(columnsOf(hook), []);
  });

  it('only raises', () => {
    const hook = hookOf(`
      def prepare_query(_, query, opts) do
        if is_nil(Process.get(:org_id)) and not Keyword.get(opts, :skip_org_id, false), do: raise "whose?"
        {query, opts}
      end
    `);
    assert.deepEqual(columnsOf(hook), []);
  });

  it('is no hook, or stands in no Repo', () => {
    assert.equal(
      hooksIn('defmodule Shop.Repo do\n use Ecto.Repo\n def prepare_query(q), do: q\nend').get('Shop.Repo'),
      null,
    );
    assert.equal(hooksIn('defmodule Shop.Search do\n def prepare_query(text), do: text\nend').size, 0);
  });
});

describe('hooks of a Repo: whose they are', () => {
  const shared = `
    defmodule Shop.RepoHelpers do
      defmacro __using__(_) do
        quote do
          def prepare_query(_, query, opts), do: {from(q in query, where: q.org_id == ^org()), opts}
        end
      end
    end
  `;

  it('gives a Repo what it uses, in whichever file that stands', () => {
    const hooks = hooksIn(
      shared,
      'defmodule Shop.Repo do\n use Ecto.Repo, otp_app: :shop\n use Shop.RepoHelpers\nend',
      'defmodule Shop.Replica do\n use Ecto.Repo, otp_app: :shop\n use Shop.RepoHelpers\nend',
      'defmodule Shop.LogRepo do\n use Ecto.Repo, otp_app: :shop\nend',
    );
    assert.equal(hooks.get('Shop.Repo')?.module, 'Shop.RepoHelpers');
    assert.equal(hooks.get('Shop.Replica')?.module, 'Shop.RepoHelpers');
    assert.equal(hooks.get('Shop.LogRepo'), null);
  });

  it('follows a module that uses another one for the Repo', () => {
    const hooks = hooksIn(
      shared,
      'defmodule Shop.BaseRepo do\n defmacro __using__(opts) do\n  quote do\n   use Ecto.Repo, unquote(opts)\n   use Shop.RepoHelpers\n  end\n end\nend',
      'defmodule Shop.Repo do\n use Shop.BaseRepo, otp_app: :shop\nend',
    );
    assert.equal(hooks.get('Shop.Repo')?.module, 'Shop.RepoHelpers');
  });

  it('puts together what stands in the Repo and in what it uses', () => {
    const hooks = hooksIn(
      `defmodule Shop.Options do
        defmacro __using__(_) do
          quote do
            def default_options(_), do: [org_id: Process.get(:org)]
          end
        end
      end`,
      `defmodule Shop.Repo do
        use Ecto.Repo, otp_app: :shop
        use Shop.Options
        def prepare_query(_, query, opts) do
          if id = opts[:org_id], do: {where(query, org_id: ^id), opts}, else: {query, opts}
        end
      end`,
    );
    const hook = hooks.get('Shop.Repo');
    assert.ok(hook);
    assert.equal(effect(hook), 'compares');
    assert.equal(effect(hook, { off: ['org_id'] }), 'leaves');
  });
});

describe('hooks of a Repo: schemas of tenants', () => {
  const cases: readonly (readonly [boolean, string, string])[] = [
    [
      true,
      'in the options',
      'def prepare_query(_, query, opts), do: {query, Keyword.put(opts, :prefix, tenant())}',
    ],
    [
      true,
      'in the query',
      'def prepare_query(_, query, opts), do: {%{query | prefix: Process.get(:tenant)}, opts}',
    ],
    [
      true,
      'by Ecto.Query',
      'def prepare_query(_, query, opts), do: {Ecto.Query.put_query_prefix(query, opts[:tenant]), opts}',
    ],
    [true, 'in a list', 'def prepare_query(_, query, opts), do: {query, [prefix: tenant()] ++ opts}'],
    [true, 'by default', 'def default_options(_), do: [prefix: Process.get(:tenant)]'],
    [
      false,
      'one that is written there',
      'def prepare_query(_, query, opts), do: {query, Keyword.put(opts, :prefix, "jobs")}',
    ],
    [
      false,
      'one of the configuration',
      'def default_options(_), do: [prefix: Application.get_env(:shop, :prefix)]',
    ],
    [
      false,
      'only looked at',
      'def prepare_query(_, query, opts), do: {where(query, prefix: ^opts[:prefix]), Keyword.delete(opts, :prefix)}',
    ],
  ];
  for (const [expected, name, code] of cases) {
    it(`${expected ? 'sees' : 'does not take for one'}: ${name}`, () => {
      assert.equal(setsPrefix(hookOf(code)), expected);
    });
  }
});
