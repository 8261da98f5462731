// docs/json.md says what `--format json` prints. Its tables are read here, and everything that is printed must be in them with
// its type; what they name must be there, and must be printed by at least one of these calls.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jsonOf } from '../../server/src/hosts/cli/formats/json.js';
import type { PlacedFinding } from '../../server/src/lint/lint.js';
import { type Files, inFolder } from '../support/command-line.js';
import { memoryWorkspace, ROOT } from '../support/workspace.js';
import { useRealServer } from '../truth/support/real-server.js';

const page = readFileSync(join(import.meta.dirname, '../../docs/json.md'), 'utf8');

/** A row of a table: a field by its path from the root. */
interface Field {
  readonly path: string;
  readonly optional: boolean;
  /** Names of types, and values as JSON. */
  readonly types: readonly string[];
}

type Fields = ReadonlyMap<string, Field>;

const MIGRATIONS: Files = {
  'slow.txt': `Seq Scan on orgs  (cost=0.00..33713.00 rows=800 width=8) (actual time=0.5..120.3 rows=790 loops=1)
  Filter: (name = 'a'::text)
  Rows Removed by Filter: 999210
Execution Time: 120.4 ms
`,
  // Without its last lines, of which the notes tell.
  'cut.txt': `Sort  (cost=0.00..33714.00 rows=800 width=8) (actual time=0.5..121.3 rows=790 loops=1)
`,
  'migrations/0001_all.sql': `
    CREATE EXTENSION citext;
    CREATE TYPE mood AS ENUM ('sad', 'happy');
    CREATE DOMAIN address AS citext DEFAULT 'a@b' CHECK (value ~ '@');
    CREATE TYPE point AS (x integer, y integer);
    CREATE TYPE span AS RANGE (subtype = integer);
    CREATE SEQUENCE numbers;
    CREATE TABLE orgs (id bigserial PRIMARY KEY, name text NOT NULL DEFAULT 'new' UNIQUE);
    CREATE TABLE users (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      org_id bigint NOT NULL REFERENCES orgs ON DELETE CASCADE,
      email address,
      name text COLLATE "C",
      twice bigint GENERATED ALWAYS AS (org_id * 2) STORED,
      mood mood,
      during tsrange,
      CONSTRAINT adult CHECK (id > 0),
      EXCLUDE USING gist (during WITH &&)
    );
    CREATE INDEX ON users (lower(email), org_id DESC NULLS LAST, name COLLATE "POSIX" text_pattern_ops)
      INCLUDE (mood) WHERE mood IS NOT NULL;
    ALTER TABLE users ENABLE ROW LEVEL SECURITY;
    CREATE POLICY own ON users FOR SELECT USING (true);
    CREATE TABLE events (at timestamp NOT NULL) PARTITION BY RANGE (at);
    CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
    CREATE TABLE guests () INHERITS (orgs);
    CREATE FUNCTION stamp(a integer DEFAULT 1) RETURNS integer LANGUAGE sql AS 'select a';
    CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'begin return new; end';
    CREATE TRIGGER touched BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();
    CREATE VIEW happy AS SELECT id FROM users WHERE mood = 'happy';
    CREATE MATERIALIZED VIEW sad AS SELECT id FROM users WHERE mood = 'sad';
    CREATE INDEX ON sad (id);
    COMMENT ON TABLE users IS 'who';
    COMMENT ON COLUMN users.id IS 'which';
    COMMENT ON VIEW happy IS 'a few';
    COMMENT ON TYPE mood IS 'how';
    COMMENT ON TYPE point IS 'where';
    COMMENT ON TYPE span IS 'how long';
    COMMENT ON DOMAIN address IS 'how to reach';`,
  'migrations/0002_more.sql': `
    CREATE INDEX users_email_idx ON users (email);
    CREATE INDEX users_org_idx ON users (org_id);
    ALTER TABLE users ALTER COLUMN during TYPE text USING 'x';
    DROP INDEX nosuch;
    GRANT SELECT ON users TO reader;
    DO $$ BEGIN EXECUTE 'ALTER TABLE users ADD COLUMN x int'; END $$;`,
  'migrations/0003_computed.sql': `
    ALTER TABLE orgs RENAME TO companies;
    ALTER TABLE companies ADD COLUMN size integer;
    DO $$ BEGIN EXECUTE 'ALTER TABLE companies ADD COLUMN ' || current_user || ' int'; END $$;`,
  'queries/users.sql': 'SELECT id FROM users WHERE org_id = $1;',
  'queries/slow.sql': `SELECT id FROM users WHERE org_id = 5 AND name = 'x';
SELECT name FROM users WHERE id = 5;
SELECT id FROM nowhere;
`,
  'sizes.jsonc': '{ "postgres": "16", "tables": { "users": { "rows": 3000000 } } }',
  'wrong.jsonc': '{ "tables": { "users": { "rows": 3000000 } }, "nosuch": 1 }',
  'lib/users.ex': 'defmodule Users do\n  import Ecto.Query\n  def all(query), do: Repo.all(query)\nend\n',
  'plumbline.jsonc': '{ "postgres": "16", "tenancy": { "root": "companies" } }',
};

const CALLS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  check: [['check'], ['check', '--hints']],
  schema: [['schema'], ['schema', '--at', 'migrations/0001_all.sql']],
  'schema --from': [['schema', '--from', 'migrations/0002_more.sql']],
  locks: [['locks']],
  tenants: [['tenants']],
  explain: [
    ['explain', '--sql', 'delete from companies'],
    ['explain', '--sql', 'select id from companies where id = $1'],
    ['explain', '--plan', 'slow.txt'],
    ['explain', '--sql', 'select 1', '--config', 'wrong.jsonc'],
  ],
  'explain without a plan': [
    ['explain', '--sql', 'select nosuch'],
    ['explain', '--sql', 'select nosuch', '--config', 'wrong.jsonc'],
  ],
  'explain --compare': [
    ['explain', '--plan', 'cut.txt', '--compare', 'slow.txt'],
    ['explain', '--plan', 'slow.txt', '--compare', 'cut.txt', '--config', 'wrong.jsonc'],
  ],
  'explain --advise': [
    ['explain', '--advise', 'queries/slow.sql', '--config', 'wrong.jsonc'],
    [
      'explain',
      '--advise',
      '--sql',
      `EXPLAIN ANALYZE SELECT id FROM users WHERE org_id = 5 AND name = 'x'`,
      '--config',
      'sizes.jsonc',
    ],
  ],
  sql: [
    ['sql', 'queries/users.sql'],
    ['sql', 'lib/users.ex'],
  ],
  rules: [['rules']],
};

/** Something in each field of a file of statistics. */
const ANALYZED = [
  'CREATE TABLE users (id int, name text, tags int[], during daterange) PARTITION BY RANGE (id)',
  'CREATE TABLE some_users PARTITION OF users FOR VALUES FROM (0) TO (9999)',
  `INSERT INTO users SELECT n, 'a' || n % 3, ARRAY[n % 2, 7], daterange('2026-01-01', '2026-02-01') FROM generate_series(1, 999) n`,
  'CREATE INDEX ON users ((id * 2))',
  'CREATE TABLE homes AS SELECT n % 10 AS city, n % 100 AS zip FROM generate_series(1, 999) n',
  'CREATE STATISTICS places (ndistinct, dependencies) ON city, zip FROM homes',
  'CREATE STATISTICS names (ndistinct) ON id, name FROM users',
  'ANALYZE',
];

describe('docs/json.md', () => {
  for (const [command, calls] of Object.entries(CALLS)) {
    it(`has the shape of ${command}`, () =>
      inFolder(MIGRATIONS, async ({ plumbline }) => {
        const fields = fieldsOf(command);
        const seen = new Set<string>();
        for (const words of calls) {
          const { output } = await plumbline([...words, '--format', 'json']);
          walk(JSON.parse(output), '', fields, seen);
        }
        // No rule names other places yet.
        if (command === 'check') walk(findingWithAll(), 'findings[]', fields, seen);
        // A database is not at hand here.
        if (command === 'schema') walk({ name: 'shop on here', postgres: '18.6' }, 'database', fields, seen);
        const missing = [...fields.keys()].filter((path) => !seen.has(path));
        assert.deepEqual(missing, [], 'is on the page, but none of these calls prints it');
      }));
  }

  it('has a part for each command that prints JSON', () => {
    const parts = [...page.matchAll(/^## (.+)$/gm)].map(([, name]) => name);
    assert.deepEqual(
      parts.filter((name) => name !== 'statistics export'),
      Object.keys(CALLS),
    );
  });
});

describe('docs/json.md, of what a database is needed for', () => {
  const server = useRealServer();

  it('has the shape of statistics export', async () => {
    const database = await server().createDatabase();
    await server().run(database, ...ANALYZED);
    const { output } = await inFolder({}, ({ plumbline }) =>
      plumbline(['statistics', 'export', '--database', server().url(database), '--keep', 'nothing.at.all']),
    );
    const fields = fieldsOf('statistics export');
    const seen = new Set<string>();
    walk(JSON.parse(output), '', fields, seen);
    const missing = [...fields.keys()].filter((path) => !seen.has(path));
    assert.deepEqual(
      missing,
      ['holds.unreadable[]', 'tables.*.indexes.*.valid'],
      'is on the page, but not printed',
    );
  });
});

describe('the test of docs/json.md', () => {
  const fields: Fields = new Map(
    [
      { path: 'version', optional: false, types: ['1'] },
      { path: 'name', optional: true, types: ['string', 'null'] },
    ].map((field) => [field.path, field]),
  );
  const cases: readonly [value: unknown, complaint: RegExp | null][] = [
    [{ version: 1, name: 'a' }, null],
    [{ version: 1, name: null }, null],
    [{ version: 1 }, null],
    [{ version: 2 }, /version is number 2/],
    [{ version: 1, name: 3 }, /name is number 3/],
    [{ name: 'a' }, /version is missing/],
    [{ version: 1, other: 1 }, /other is not on the page/],
  ];
  for (const [value, complaint] of cases) {
    it(`${complaint === null ? 'takes' : 'refuses'} ${JSON.stringify(value)}`, () => {
      const walked = () => walk(value, '', fields, new Set());
      if (complaint === null) walked();
      else assert.throws(walked, complaint);
    });
  }
});

function fieldsOf(command: string): Fields {
  const part = page.split(/^## /m).find((one) => one.startsWith(`${command}\n`)) ?? '';
  const rows = [...part.matchAll(/^\| `([^`]+?)(\?)?` +\| ([^|]+) \|/gm)];
  assert.ok(rows.length > 0, `there is no table of ${command}`);
  return new Map(
    rows.map(([, path = '', optional, types = '']) => [
      path,
      {
        path,
        optional: optional !== undefined,
        types: types.split(',').map((type) => type.trim().replaceAll('`', '')),
      },
    ]),
  );
}

/** Holds a value and all that is in it to the fields; `''` is the path of the root. */
function walk(value: unknown, path: string, fields: Fields, seen: Set<string>): void {
  if (path !== '') {
    const field = fields.get(path);
    assert.ok(field !== undefined, `${path} is not on the page`);
    seen.add(path);
    if (field.types.includes('anything')) return;
    const fits = field.types.includes(kindOf(value)) || field.types.includes(JSON.stringify(value));
    assert.ok(fits, `${path} is ${kindOf(value)} ${JSON.stringify(value)}, not ${field.types.join(' or ')}`);
  }
  if (Array.isArray(value)) {
    for (const element of value) walk(element, `${path}[]`, fields, seen);
  } else if (typeof value === 'object' && value !== null) {
    const inner = path === '' ? '' : `${path}.`;
    const named = !fields.has(`${inner}*`);
    for (const [key, child] of Object.entries(value)) {
      walk(child, named ? `${inner}${key}` : `${inner}*`, fields, seen);
    }
    for (const field of named ? fields.values() : []) {
      const key = field.path.slice(inner.length);
      const isMember = field.path.startsWith(inner) && /^\w+$/.test(key) && !field.optional;
      assert.ok(!isMember || key in value, `${field.path} is missing`);
    }
  }
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function findingWithAll(): unknown {
  const path = `${ROOT}/q.sql`;
  const span = { start: 0, end: 6 };
  const finding: PlacedFinding = {
    rule: 'query-without-tenant',
    severity: 'warning',
    path,
    span,
    message: 'here',
    related: [{ path, span, message: 'there' }],
    fixes: [{ title: 'mend', safety: 'safe', change: () => null }],
  };
  return JSON.parse(JSON.stringify(jsonOf(memoryWorkspace([{ path: 'q.sql', text: 'SELECT 1;' }]), finding)));
}
