// Batches and the migrations around them, run on the embedded Postgres: all rows are filled, and the schema is the one that
// the author asked for.

import assert from 'node:assert/strict';
import { PGlite } from '@electric-sql/pglite';
import { mend, ROOT, workspaceOf, written } from './support/mend.js';

const TOKEN = 'm/0002_token.sql';

/** The migrations of a database to whose table `logs` a random token is added, in the order in which they run. */
function migrations(table: string, token: string): readonly string[] {
  const workspace = workspaceOf({ 'm/0001_logs.sql': table, [TOKEN]: token });
  const mended = mend(workspace, TOKEN, 'add-column', (editor, operation) =>
    editor.addDefaultLater(operation),
  );
  assert.ok(mended.change !== null);
  const paths = [TOKEN, ...mended.change.creates.map(({ path }) => path.slice(ROOT.length + 1))];
  return paths.map((path) => mended.after.files.get(`${ROOT}/${path}`)?.text ?? '');
}

const required = written`
  alter table logs add column token uuid not null default gen_random_uuid();
`;

const cases: readonly (readonly [title: string, table: string, fill: string])[] = [
  [
    'a key of one column',
    'create table logs (id bigint primary key);',
    'insert into logs select i * 7 from generate_series(1, 2500) i',
  ],
  [
    'a key of two columns',
    'create table logs (day date, number int, primary key (day, number));',
    "insert into logs select date '2024-01-01' + i % 7, i from generate_series(1, 2500) i",
  ],
  [
    'no key',
    'create table logs (line text);',
    'insert into logs select i::text from generate_series(1, 2500) i',
  ],
  ['no rows', 'create table logs (id uuid primary key);', 'select 1'],
];

describe('addDefaultLater on a server', () => {
  let database: PGlite;

  before(async function () {
    this.timeout(60_000);
    database = await PGlite.create();
  });

  after(() => database.close());

  for (const [title, table, fill] of cases) {
    it(title, async function () {
      this.timeout(20_000);
      await database.exec(`drop table if exists logs; ${table}`);
      await database.exec(fill);
      const scripts = migrations(`${table}\n`, required);
      assert.equal(scripts.length, 4);
      for (const script of scripts) await database.exec(script);

      const rows = await database.query<{ empty: number; tokens: number; rows: number }>(
        'select count(*) filter (where token is null)::int empty, count(distinct token)::int tokens, count(*)::int as rows from logs',
      );
      const [counted] = rows.rows;
      assert.equal(counted?.empty, 0);
      assert.equal(counted?.tokens, counted?.rows, 'each row has a token of its own');
      const column = await database.query(
        "select attnotnull, pg_get_expr(adbin, adrelid) as value from pg_attribute join pg_attrdef on adrelid = attrelid and adnum = attnum where attrelid = 'logs'::regclass and attname = 'token'",
      );
      assert.deepEqual(column.rows, [{ attnotnull: true, value: 'gen_random_uuid()' }]);
      const checks = await database.query(
        "select conname from pg_constraint where conrelid = 'logs'::regclass and contype = 'c'",
      );
      assert.deepEqual(checks.rows, [], 'the CHECK that proved it has gone');
    });
  }
});
