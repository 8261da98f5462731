// Where `config/*.exs` says that Repos connect to: literals, environment variables and their defaults.

import assert from 'node:assert/strict';
import { mergedByRepo, repoConnectionsIn, type Variables } from '../../server/src/ecto/repo-connections.js';
import { elixirParser } from '../support/parsers.js';

const read = (text: string, environment: Variables = {}) =>
  repoConnectionsIn(elixirParser.parse(text), environment);

describe('a Repo in config/dev.exs', () => {
  it('is read as Phoenix writes it', () => {
    const text = `
      import Config

      # Configure your database
      config :shop, Shop.Repo,
        username: "postgres",
        password: "postgres",
        hostname: "localhost",
        database: "shop_dev",
        stacktrace: true,
        show_sensitive_data_on_connection_error: true,
        pool_size: 10

      config :shop, ShopWeb.Endpoint,
        http: [ip: {127, 0, 0, 1}, port: 4000],
        check_origin: false
    `;
    assert.deepEqual(read(text), [
      {
        repo: 'Shop.Repo',
        values: { username: 'postgres', password: 'postgres', hostname: 'localhost', database: 'shop_dev' },
        unknown: {},
      },
    ]);
  });

  for (const [written, environment, expected] of [
    ['"db"', {}, 'db'],
    ['System.get_env("DB_HOST") || "localhost"', {}, 'localhost'],
    ['System.get_env("DB_HOST") || "localhost"', { DB_HOST: 'db' }, 'db'],
    ['System.get_env("DB_HOST", "localhost")', {}, 'localhost'],
    ['System.get_env("DB_HOST", "localhost")', { DB_HOST: 'db' }, 'db'],
    ['System.get_env("DB_HOST") || System.get_env("PGHOST") || "here"', { PGHOST: 'there' }, 'there'],
    ['System.fetch_env!("DB_HOST")', { DB_HOST: 'db' }, 'db'],
    ['"shop_test#{System.get_env("MIX_TEST_PARTITION")}"', {}, 'shop_test'],
    ['"shop_test#{System.get_env("MIX_TEST_PARTITION")}"', { MIX_TEST_PARTITION: '2' }, 'shop_test2'],
    ['"db." <> System.get_env("DOMAIN", "local")', {}, 'db.local'],
    ['String.to_integer(System.get_env("PORT") || "5433")', {}, '5433'],
    ['System.get_env("PORT", "5433") |> String.to_integer()', {}, '5433'],
    ['5_433', {}, '5433'],
    ['host', {}, 'from above'],
  ] as const) {
    it(`understands ${written} with ${JSON.stringify(environment)}`, () => {
      const text = `host = "from above"\nconfig :shop, Shop.Repo, hostname: ${written}`;
      assert.deepEqual(read(text, environment)[0]?.values, { hostname: expected });
    });
  }

  for (const [written, reason] of [
    ['System.get_env("DB_HOST")', 'is the environment variable DB_HOST, which is not set'],
    ['System.fetch_env!("DB_HOST")', 'needs the environment variable DB_HOST, which is not set'],
    ['"a#{System.fetch_env!("DB_HOST")}"', 'needs the environment variable DB_HOST, which is not set'],
    ['System.fetch_env!("DB_HOST") || "b"', 'needs the environment variable DB_HOST, which is not set'],
    ['Secrets.host()', 'is computed'],
    ['"a#{Secrets.host()}"', 'is computed'],
    ['other', 'is the variable other'],
  ] as const) {
    it(`says why it does not know ${written}`, () => {
      assert.deepEqual(read(`config :shop, Shop.Repo, hostname: ${written}`)[0], {
        repo: 'Shop.Repo',
        values: {},
        unknown: { hostname: reason },
      });
    });
  }

  it('leaves nil out', () => {
    assert.deepEqual(read('config :shop, Shop.Repo, hostname: nil, database: "d"')[0]?.values, {
      database: 'd',
    });
  });

  it('does not choose between branches', () => {
    const text = `
      config :shop, Shop.Repo, hostname: "localhost", database: "shop_dev"
      if System.get_env("CI") do
        config :shop, Shop.Repo, hostname: "postgres"
      end
    `;
    assert.deepEqual(read(text), [
      {
        repo: 'Shop.Repo',
        values: { database: 'shop_dev' },
        unknown: { hostname: 'stands under a condition' },
      },
    ]);
  });

  it('reads TLS, lists in brackets, and several Repos', () => {
    const text = `
      config :shop, Shop.Repo, [hostname: "a", ssl: [verify: :verify_none]]
      config :shop, Shop.Repo.Replica, hostname: "b", ssl: true
      config :shop, Shop.Mailer, adapter: Swoosh, hostname: "mail", port: 25
      config :shop, ShopWeb.Endpoint, url: [host: "localhost"]
      config :shop, Shop.AnalyticsRepo, url: "http://localhost:8123/analytics"
      config :shop, Shop.RepoBase, database: "c"
      config :shop, Shop.Reporter, database: "d"
      config :shop, ecto_repos: [Shop.Repo]
    `;
    assert.deepEqual(
      read(text).map(({ repo, values }) => [repo, values]),
      [
        ['Shop.Repo', { hostname: 'a', ssl: 'no-verify' }],
        ['Shop.Repo.Replica', { hostname: 'b', ssl: 'true' }],
        ['Shop.RepoBase', { database: 'c' }],
      ],
    );
  });

  it('says of half-typed code what is there', () => {
    assert.deepEqual(read('config :shop, Shop.Repo,\n  hostname: "a",\n  database:').at(0)?.values, {
      hostname: 'a',
    });
  });

  it('goes on from config.exs', () => {
    const general = read('config :shop, Shop.Repo, hostname: Secrets.host(), database: "shop", port: 1');
    const dev = read('config :shop, Shop.Repo, hostname: "localhost", port: Secrets.port()');
    assert.deepEqual(mergedByRepo([...general, ...dev]), [
      {
        repo: 'Shop.Repo',
        values: { database: 'shop', hostname: 'localhost' },
        unknown: { port: 'is computed' },
      },
    ]);
  });
});
