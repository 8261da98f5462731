// The databases that somebody can choose by name: where they are, which is production, and who gets which password.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectionSettings, describeConnection } from '../../server/src/database/connection.js';
import type { Environment } from '../../server/src/database/password-file.js';
import { serviceIn } from '../../server/src/database/service-file.js';
import { profileNamed, profilesFor, withProduction } from '../../server/src/hosts/profiles.js';
import type { Config, Connection } from '../../server/src/lint/config.js';
import type { Workspace } from '../../server/src/lint/workspace.js';
import { memoryWorkspace, ROOT } from '../support/workspace.js';

const NONE: Connection = { host: null, port: null, database: null, user: null, ssl: null, production: null };

interface Case {
  readonly files?: Readonly<Record<string, string>>;
  readonly connections?: Readonly<Record<string, Partial<Connection>>>;
  readonly environment?: Environment;
  readonly path?: string;
}

function workspaceOf({ files = {}, connections = {} }: Case): Workspace {
  const config: Partial<Config> = {
    connections: Object.fromEntries(
      Object.entries(connections).map(([name, one]) => [name, { ...NONE, ...one }]),
    ),
  };
  return memoryWorkspace(
    Object.entries(files).map(([name, text]) => ({ path: name, text })),
    config,
  );
}

/** Each as `name: user:password@host:port/database`, with what is special about it. */
function drawn(given: Case): readonly string[] {
  const { environment = {}, path = 'q.sql' } = given;
  const workspace = workspaceOf(given);
  const profiles = profilesFor(workspace, path === '' ? ROOT : `${ROOT}/${path}`, {
    USER: 'me',
    PGUSER: 'me',
    ...environment,
  });
  return profiles.map(({ name, settings }) => {
    const found = settings(null);
    if (found.kind !== 'settings') return `${name}: ${found.message}`;
    const { user, password, host, port, database, tls, production } = found;
    const special = [tls === null ? 'clear' : tls.rejectUnauthorized ? 'verified' : 'unchecked'];
    if (production) special.push('production');
    return `${name}: ${user}${password === null ? '' : `:${password}`}@${host}:${port}/${database} ${special.join(', ')}`;
  });
}

const DEV = `config :shop, Shop.Repo, username: "postgres", password: "secret", hostname: "localhost", database: "shop_dev"`;

describe('the databases to choose from', () => {
  it('are those of the configuration, the environment and the Repos', () => {
    assert.deepEqual(
      drawn({
        connections: { staging: { host: 'db.example.com', database: 'shop', user: 'ann' } },
        environment: { DATABASE_URL: 'postgres://bob:word@url.example.com/shop', PGDATABASE: 'mine' },
        files: {
          'config/config.exs': 'config :shop, Shop.Repo, pool_size: 5',
          'config/dev.exs': DEV,
          'config/test.exs': DEV.replace('shop_dev', 'shop_test#{System.get_env("MIX_TEST_PARTITION")}'),
          'config/prod.exs': DEV,
        },
      }),
      [
        'staging: ann@db.example.com:5432/shop verified',
        'DATABASE_URL: bob:word@url.example.com:5432/shop verified',
        'PG* variables: me@localhost:5432/mine clear',
        'config/dev.exs: postgres:secret@localhost:5432/shop_dev clear',
        'config/test.exs: postgres:secret@localhost:5432/shop_test clear',
      ],
    );
  });

  it('are those of the project that the file is in', () => {
    const files = { 'a/config/dev.exs': DEV, 'b/config/dev.exs': DEV };
    assert.deepEqual(
      drawn({ files, path: 'a/lib/x.ex' }).map((line) => line.split(':')[0]),
      ['a/config/dev.exs'],
    );
    assert.equal(drawn({ files, path: '' }).length, 2);
  });

  it('are named with their Repo where there are several', () => {
    const files = {
      'config/dev.exs': `${DEV}\n${DEV.replace('Repo', 'RepoReplica').replace('localhost', 'replica')}`,
    };
    assert.deepEqual(drawn({ files }), [
      'config/dev.exs: Shop.Repo: postgres:secret@localhost:5432/shop_dev clear',
      'config/dev.exs: Shop.RepoReplica: postgres:secret@replica:5432/shop_dev verified',
    ]);
  });

  it('say what is not known before the project runs', () => {
    assert.deepEqual(
      drawn({
        files: {
          'config/dev.exs': 'config :shop, Shop.Repo, hostname: System.get_env("DB_HOST"), database: "shop"',
          'config/runtime.exs':
            'if config_env() == :prod do\n  config :shop, Shop.Repo, url: database_url\nend',
        },
      }),
      [
        'config/dev.exs: config/dev.exs cannot be used: "hostname" is the environment variable DB_HOST, which is not set.',
      ],
    );
  });

  it('are found by shorter names, where those mean one alone', () => {
    const named = (files: Readonly<Record<string, string>>, name: string) =>
      profileNamed(workspaceOf({ files }), ROOT, name, {})?.name ?? null;
    const two = `${DEV}\n${DEV.replace('Repo', 'ReadRepo')}`;
    const files = { 'config/dev.exs': two, 'config/test.exs': two };
    const whole = 'config/dev.exs: Shop.ReadRepo';
    for (const name of [whole, 'config/dev.exs:Shop.ReadRepo', 'Shop.ReadRepo']) {
      assert.equal(named(files, name), whole);
    }
    assert.equal(named(files, 'config/dev.exs'), null);
    assert.equal(named({ 'config/dev.exs': DEV }, 'Shop.Repo'), 'config/dev.exs');
    assert.equal(named({ 'config/dev.exs': DEV }, 'config/dev.exs: Shop.Repo'), 'config/dev.exs');
    assert.equal(named({ 'a/config/dev.exs': DEV, 'b/config/dev.exs': DEV }, 'Shop.Repo'), null);
  });

  it('say of what they cannot use why, also where they do not list it', () => {
    const files = {
      'config/runtime.exs': `if config_env() == :prod do
  database_url = System.get_env("DATABASE_URL") || raise "DATABASE_URL is missing"
  config :shop, Shop.Repo, url: database_url, pool_size: 10
end`,
    };
    assert.deepEqual(drawn({ files }), []);
    const found = profileNamed(workspaceOf({ files }), ROOT, 'config/runtime.exs', {})?.settings(null);
    assert.deepEqual(found, {
      kind: 'misconfigured',
      message: 'config/runtime.exs cannot be used: "url" stands under a condition.',
      whatToDo: 'Name the database under "connections" in plumbline.jsonc.',
    });
  });

  it('take what is kept apart from the repository', () => {
    const files = { 'config/dev.exs': 'import_config "dev.secret.exs"', 'config/dev.secret.exs': DEV };
    assert.deepEqual(drawn({ files }), ['config/dev.exs: postgres:secret@localhost:5432/shop_dev clear']);
  });

  it('read URLs, sockets and ports of Ecto', () => {
    for (const [options, expected] of [
      ['url: "ecto://ann:word@db:6000/d"', 'ann:word@db:6000/d verified'],
      ['url: System.get_env("NO_URL"), database: "d"', 'me@localhost:5432/d clear'],
      ['socket_dir: "/run/pg", database: "d"', 'me@/run/pg:5432/d clear'],
      ['socket: "/run/pg/.s.PGSQL.5433", database: "d"', 'me@/run/pg:5433/d clear'],
      ['hostname: "db", database: "d", ssl: [verify: :verify_none]', 'me@db:5432/d unchecked'],
      ['hostname: "db", database: "d", port: "x"', 'The port of the connection is not a number up to 65535.'],
    ]) {
      const files = { 'config/dev.exs': `config :shop, Shop.Repo, ${options}` };
      assert.deepEqual(drawn({ files }), [`config/dev.exs: ${expected}`], options);
    }
  });

  it('are production by their setting, their names, and where a project is run', () => {
    const files = {
      'config/runtime.exs': DEV,
      'config/dev.exs': DEV.replace('localhost', 'db-production.internal'),
    };
    const connections = {
      one: { host: 'localhost', production: true },
      two: { host: 'shop-prod.example.com' },
      'prod copy': { host: 'localhost' },
    };
    assert.ok(drawn({ files, connections }).every((line) => line.endsWith('production')));
  });

  const isProduction = (given: Case, url: string) => {
    const environment = { USER: 'me', PGUSER: 'me', ...given.environment };
    const found = withProduction(workspaceOf(given), connectionSettings({ url }, environment), environment);
    return found.kind === 'settings' ? found.production : found.message;
  };
  for (const [asked, connection, expected] of [
    ['postgres://DB.example.com/shop', {}, true],
    ['postgres://bob@db.example.com.:5432/shop?sslmode=disable', {}, true],
    ['postgres://db.example.com/other', {}, false],
    ['postgres://db.example.com:6000/shop', {}, false],
    ['postgres://other.example.com/shop', {}, false],
    ['postgres://127.0.0.1/shop', { host: 'localhost' }, true],
    ['postgres://[::1]/shop', { host: '/var/run/postgresql' }, true],
    ['postgres://db.example.com/shop', { production: null }, false],
    ['postgres://db.example.com/shop_prod', { database: 'shop_prod', production: false }, false],
    ['postgres://db.example.com/shop_prod', { production: false }, true],
  ] as const) {
    it(`${expected ? 'are' : 'are not'} production as ${asked}, with ${JSON.stringify(connection)}`, () => {
      const main = { host: 'db.example.com', database: 'shop', production: true, ...connection };
      assert.equal(isProduction({ connections: { main } }, asked), expected);
    });
  }

  it('are production when one of several connections says so, or is called so', () => {
    const at = { host: 'db', database: 'shop' };
    const url = 'postgres://db/shop';
    const yes = { ...at, production: true };
    const no = { ...at, production: false };
    assert.equal(isProduction({ connections: { a: no, b: yes } }, url), true);
    assert.equal(isProduction({ connections: { prod: at } }, url), true);
    assert.equal(isProduction({ connections: { prod: at, b: no } }, url), false);
    const files = { 'config/dev.exs': DEV };
    const connections = { a: { host: '127.0.0.1', database: 'shop_dev', production: true } };
    assert.ok(drawn({ files, connections }).every((line) => line.endsWith('production')));
  });

  it('have TLS as it is written', () => {
    const at = { host: 'db.example.com', database: 'd' };
    assert.deepEqual(
      drawn({
        connections: { a: { ...at, ssl: 'verify' }, b: { ...at, ssl: 'require' }, c: { ...at, ssl: 'off' } },
      }),
      [
        'a: me@db.example.com:5432/d verified',
        'b: me@db.example.com:5432/d unchecked',
        'c: me@db.example.com:5432/d clear',
      ],
    );
  });
});

describe('PGPASSWORD', () => {
  const secret = { PGPASSWORD: 'secret' };
  for (const [what, given, hasIt] of [
    ['this machine', { connections: { a: { host: 'localhost' } }, environment: secret }, true],
    ['no host', { connections: { a: { database: 'd' } }, environment: secret }, true],
    [
      'the host of PGHOST',
      { connections: { a: { host: 'db' } }, environment: { ...secret, PGHOST: 'db' } },
      true,
    ],
    ['no host, with PGHOST', { connections: { a: {} }, environment: { ...secret, PGHOST: 'db' } }, true],
    ['another host', { connections: { a: { host: 'evil.example.com' } }, environment: secret }, false],
    [
      'another host than PGHOST',
      { connections: { a: { host: 'evil' } }, environment: { ...secret, PGHOST: 'db' } },
      false,
    ],
    [
      'this machine, with PGHOST',
      { connections: { a: { host: 'localhost' } }, environment: { ...secret, PGHOST: 'db' } },
      false,
    ],
    [
      'a URL of dev.exs',
      { files: { 'config/dev.exs': 'config :a, A.Repo, url: "ecto://me@evil/d"' }, environment: secret },
      false,
    ],
    [
      'a host of dev.exs',
      {
        files: { 'config/dev.exs': 'config :a, A.Repo, hostname: "evil", database: "d"' },
        environment: secret,
      },
      false,
    ],
  ] as const) {
    it(`is ${hasIt ? '' : 'not '}given to ${what}`, () => {
      const [first] = drawn(given);
      assert.equal(first?.includes(':secret@'), hasIt, first);
    });
  }
});

describe('what a password is kept by', () => {
  const description = (request: object) => {
    const settings = connectionSettings({ user: 'ann', database: 'shop', ...request }, {});
    return settings.kind === 'settings' ? describeConnection(settings) : settings.message;
  };
  it('tells servers apart, and whether they are checked', () => {
    assert.deepEqual(
      [
        { host: 'db' },
        { host: 'other' },
        { host: 'db', port: 6000 },
        { host: 'db', ssl: 'disable' },
        { host: 'db', ssl: 'no-verify' },
        { host: 'localhost' },
      ].map(description),
      [
        'ann@db/shop',
        'ann@other/shop',
        'ann@db:6000/shop',
        'ann@db/shop, without TLS',
        'ann@db/shop, certificate not checked',
        'ann@localhost/shop',
      ],
    );
  });
});

describe('PGSERVICE', () => {
  const text = '# ours\n[a]\nhost=db\n port = 6000\n\n[b]\nhost=other\npassword=secret\ndbname=d\nuser=ann\n';
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'plumbline-test-'));
    writeFileSync(join(folder, 'services'), text);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('is read as libpq reads it', () => {
    assert.deepEqual(serviceIn(text, 'a'), { host: 'db', port: '6000' });
    assert.equal(serviceIn(text, 'c'), null);
  });

  it('fills in what is not said', () => {
    const environment = { PGSERVICE: 'b', PGSERVICEFILE: join(folder, 'services'), PGUSER: 'me' };
    assert.deepEqual(drawn({ environment }), ['PG* variables: ann:secret@other:5432/d verified']);
    const [profile] = drawn({ environment, connections: { a: { host: 'evil' } } });
    assert.equal(profile, 'a: me@evil:5432/me verified');
    const missing = drawn({ environment: { ...environment, PGSERVICE: 'c' } });
    assert.deepEqual(missing, ['PG* variables: There is no service "c" in the connection service file.']);
  });
});
