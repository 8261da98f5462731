// Repo modules, and what the configuration says of them.

import assert from 'node:assert/strict';
import type { RepoConfig } from '../../server/src/ecto/model.js';
import { configOfRepo, repoConfigsIn } from '../../server/src/ecto/repo-config.js';
import { isOtherDatabase, reposIn } from '../../server/src/ecto/repos.js';
import { elixirParser } from '../support/parsers.js';

describe('Repo modules', () => {
  const found = (text: string) =>
    reposIn(elixirParser.parse(text)).map(({ module, otpApp, adapter }) => [module, otpApp, adapter]);

  it('use Ecto.Repo', () => {
    assert.deepEqual(
      found(
        'defmodule Shop.Repo do\n  use Ecto.Repo,\n    otp_app: :shop,\n    adapter: Ecto.Adapters.Postgres\nend',
      ),
      [['Shop.Repo', 'shop', 'Ecto.Adapters.Postgres']],
    );
  });

  it('use a macro that does so', () => {
    const text = `
      defmodule Shop.RepoBase do
        defmacro __using__(opts) do
          quote do
            use Ecto.Repo, otp_app: :shop, adapter: Ecto.Adapters.Postgres
          end
        end
      end
      defmodule Shop.Repo do
        use Shop.RepoBase
      end
      defmodule Shop.Other do
        use Shop.Something
      end
    `;
    assert.deepEqual(found(text), [['Shop.Repo', 'shop', 'Ecto.Adapters.Postgres']]);
  });

  for (const [adapter, other] of [
    ['Ecto.Adapters.Postgres', false],
    ['Ecto.Adapters.SQLite3', true],
    ['Ecto.Adapters.MyXQL', true],
    ['Ecto.Adapters.Tds', true],
    ['Ecto.Adapters.ClickHouse', true],
    ['Shop.PostgresAdapter', false],
    ['@adapter', false],
  ] as const) {
    it(`with ${adapter} ${other ? 'are of another database' : 'may be PostgreSQL'}`, () => {
      const text = `defmodule Shop.Repo do\n  use Ecto.Repo, otp_app: :shop, adapter: ${adapter}\nend`;
      assert.deepEqual(reposIn(elixirParser.parse(text)).map(isOtherDatabase), [other]);
    });
  }
});

describe('configuration of Repos', () => {
  const configs = (text: string) => repoConfigsIn(elixirParser.parse(text));
  /** What is set, without what is not. */
  const said = (config: RepoConfig | null) => {
    const { own: _own, ...rest } = config ?? { own: [] };
    return Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null && value !== false));
  };
  const atom = (name: string) => ({ kind: 'atom', name });

  it('is read in all its forms', () => {
    const text = `
      import Config
      config :shop, Shop.Repo,
        username: System.get_env("USER"),
        migration_timestamps: [type: :utc_datetime_usec],
        migration_lock: :pg_advisory_lock
      config :shop, Shop.Repo, [migration_primary_key: [name: :uuid, type: :binary_id]]
      config(:shop, Shop.Repo, migration_foreign_key: [type: :uuid])
      config :shop, Shop.Repo, pool_size: 10
    `;
    assert.deepEqual(configs(text).map(said), [
      {
        repo: 'Shop.Repo',
        migrationTimestamps: [{ name: 'type', value: atom('utc_datetime_usec') }],
        migrationLock: 'advisory',
      },
      {
        repo: 'Shop.Repo',
        migrationPrimaryKey: [
          { name: 'name', value: atom('uuid') },
          { name: 'type', value: atom('binary_id') },
        ],
      },
      { repo: 'Shop.Repo', migrationForeignKey: [{ name: 'type', value: atom('uuid') }] },
    ]);
  });

  it('is read in branches, loops and through variables', () => {
    const text = `
      import Config
      opts = [migration_lock: false]
      if config_env() == :prod do
        config :shop, Shop.Repo, opts
      else
        config :shop, Shop.Repo, migration_default_prefix: "dev"
      end
      case config_env() do
        :test -> config :shop, Shop.TestRepo, migration_primary_key: false
      end
      for repo <- [Shop.ARepo, Shop.BRepo] do
        config :shop, repo, priv: "priv/both"
      end
    `;
    assert.deepEqual(configs(text).map(said), [
      { repo: 'Shop.Repo', migrationLock: 'none' },
      { repo: 'Shop.Repo', migrationDefaultPrefix: 'dev' },
      { repo: 'Shop.TestRepo', migrationPrimaryKey: 'none' },
      { repo: 'Shop.ARepo', priv: 'priv/both' },
      { repo: 'Shop.BRepo', priv: 'priv/both' },
    ]);
  });

  describe('for development and tests alone', () => {
    const config = 'config :shop, Shop.Repo, migration_lock: false, parameters: [lock_timeout: "5s"]';
    const prefixed = `${config}, migration_default_prefix: "p"`;
    const running = { migrationLock: 'none', setsLockTimeout: true };
    const inFile = (path: string, text: string) => repoConfigsIn(elixirParser.parse(text), path).map(said);

    for (const name of ['config', 'prod', 'runtime', 'releases', 'latest']) {
      it(`is not ${name}.exs`, () => {
        assert.deepEqual(inFile(`/shop/config/${name}.exs`, config), [{ repo: 'Shop.Repo', ...running }]);
      });
    }

    for (const name of ['dev', 'test', 'dev.secret', 'test_local']) {
      it(`is ${name}.exs, which does not say how migrations run`, () => {
        const path = `/shop/config/${name}.exs`;
        assert.deepEqual(inFile(path, config), []);
        assert.deepEqual(inFile(path, prefixed), [{ repo: 'Shop.Repo', migrationDefaultPrefix: 'p' }]);
      });
    }

    it('is a branch that asks for them', () => {
      const asked = [
        `if config_env() == :dev do\n${config}\nend`,
        `if Mix.env() in [:dev, :test] do\n${config}\nend`,
        `case config_env() do\n:test -> ${config}\nend`,
      ];
      for (const text of asked) assert.deepEqual(inFile('/shop/config/config.exs', text), []);
    });

    it('is not a branch that asks for others', () => {
      const asked = [
        `if config_env() == :prod do\n${config}\nend`,
        `if config_env() != :test do\n${config}\nend`,
        `if config_env() == :dev do\n:ok\nelse\n${config}\nend`,
        `case config_env() do\n:prod -> ${config}\nend`,
      ];
      for (const text of asked) {
        assert.deepEqual(inFile('/shop/config/runtime.exs', text), [{ repo: 'Shop.Repo', ...running }]);
      }
    });
  });

  it('knows the type of maps', () => {
    assert.deepEqual(configs('config :ecto_sql, postgres_map_type: "json"').map(said), [{ mapType: 'json' }]);
  });

  for (const options of [
    'parameters: [application_name: "shop", lock_timeout: "5s"]',
    'parameters: [{"lock_timeout", "5000"}]',
    `after_connect: {Postgrex, :query!, ["SET lock_timeout TO '5s'", []]}`,
    'after_connect: {Shop.Repo, :set_lock_timeout, []}',
  ]) {
    it(`sees a lock timeout in ${options}`, () => {
      assert.deepEqual(configs(`config :shop, Shop.Repo, ${options}`).map(said), [
        { repo: 'Shop.Repo', setsLockTimeout: true },
      ]);
    });
  }

  it('sees no lock timeout in others', () => {
    assert.deepEqual(
      configs('config :shop, Shop.Repo, parameters: [application_name: "shop"], priv: "p"').map(said),
      [{ repo: 'Shop.Repo', priv: 'p' }],
    );
  });

  it('keeps names that the project stores with the Repo, and nothing to connect with', () => {
    const text = `
      stream = "sequin_streams"
      config :shop, Shop.Repo,
        username: "postgres",
        password: "secret",
        pool: Ecto.Adapters.SQL.Sandbox,
        migration_default_prefix: "shop",
        stream_schema: stream,
        debug: true
    `;
    assert.deepEqual(
      configs(text).map(({ own }) => own.map(({ name }) => name)),
      [['migration_default_prefix', 'stream_schema']],
    );
  });

  it('passes over what is not about a Repo', () => {
    assert.deepEqual(
      configs('config :shop, ShopWeb.Endpoint, http: [port: 4000]\nconfig :logger, level: :info'),
      [],
    );
  });

  describe('of one repository', () => {
    const of = (repo: string, ...lines: readonly string[]) =>
      said(configOfRepo(configs(lines.join('\n')), repo));

    it('is found by the name of its folder', () => {
      const lines = [
        'config :shop, Shop.Repo, migration_lock: false',
        'config :shop, Shop.AnalyticsRepo, migration_lock: :pg_advisory_lock',
      ];
      assert.deepEqual(of('repo', ...lines), { repo: 'Shop.Repo', migrationLock: 'none' });
      assert.deepEqual(of('analytics_repo', ...lines), {
        repo: 'Shop.AnalyticsRepo',
        migrationLock: 'advisory',
      });
      assert.deepEqual(of('other_repo', ...lines), {});
    });

    it('is found by priv, also when that is said elsewhere', () => {
      const lines = [
        'config :shop, Shop.RepoBase, migration_lock: false',
        'config :shop, Shop.RepoBase, priv: "priv/repo"',
      ];
      assert.deepEqual(of('repo', ...lines), {
        repo: 'Shop.RepoBase',
        priv: 'priv/repo',
        migrationLock: 'none',
      });
      assert.deepEqual(of('repo_base', ...lines), {});
    });

    it('is put together, the first word counting', () => {
      assert.deepEqual(
        of(
          'repo',
          'config :shop, Shop.Repo, migration_lock: false',
          'config :shop, Shop.Repo, migration_lock: :pg_advisory_lock, migration_default_prefix: "a"',
          'config :ecto_sql, postgres_map_type: "json"',
        ),
        { repo: 'Shop.Repo', migrationLock: 'none', migrationDefaultPrefix: 'a', mapType: 'json' },
      );
    });

    it('is null when nothing is said', () => {
      assert.equal(configOfRepo([], 'repo'), null);
    });
  });
});
