// Which indexes and CHECKs a new type of a column makes anew, and which values it does not take, is what a server says.

import assert from 'node:assert/strict';
import { isCastOf, narrowing } from '../../server/src/analysis/narrowed-types.js';
import {
  isSetAgain,
  rebuiltIndexes,
  recheckedConstraints,
} from '../../server/src/analysis/retyped-columns.js';
import { typeChange } from '../../server/src/analysis/type-changes.js';
import { columnOf, findTable } from '../../server/src/catalog/lookup.js';
import { operationsOf } from '../../server/src/migrations/from-sql.js';
import { catalogFrom } from '../support/catalogs.js';
import { sqlParser } from '../support/parsers.js';
import { useRealServer } from './support/real-server.js';

const INDEXES = [
  'create index plain on t (c)',
  'create unique index only_one on t (c, id)',
  'create index hashed on t using hash (c)',
  'create index beside on t (id) include (c)',
  'create index partial on t (id) where c is not null',
  'create index filtered on t (c) where id > 0',
  'create index together on t (c, lower(note))',
  'create index elsewhere on t (id) where note is not null',
];

/** The column, a value of it, and what it becomes. */
const CHANGES: readonly (readonly [column: string, value: string, change: string])[] = [
  ['varchar(20)', "'a'", 'varchar(20)'],
  ['varchar(20)', "'a'", 'varchar(30)'],
  ['varchar(20)', "'a'", 'text'],
  ['text', "'a'", 'varchar'],
  ['varchar(20)', "'a'", 'bpchar'],
  ['text', "'a'", 'text collate "C"'],
  ['text', "'a'", 'text collate "default"'],
  ['text collate "C"', "'a'", 'text'],
  ['text collate "C"', "'a'", 'varchar collate "C"'],
  ['numeric(10,2)', '1', 'numeric(12,2)'],
  ['integer', '1', 'oid'],
  ['cidr', "'10.0.0.0/8'", 'inet'],
  ['timestamp(0)', 'now()', 'timestamp(3)'],
  ['integer', '1', 'integer'],
];

describe('what is made anew with the type of a column', () => {
  for (const major of [15, 18] as const) {
    describe(`PostgreSQL ${major}`, () => {
      const server = useRealServer(major);
      let made: Promise<string> | null = null;
      for (const [type, value, change] of CHANGES) {
        it(`${type} to ${change}`, async () => {
          made ??= server().createDatabase();
          const database = await made;
          const table = `create table t (id integer, c ${type}, note text)`;
          const alter = `alter table t alter column c type ${change}`;
          const files = async () => {
            const rows = await server().run(
              database,
              "select relname, relfilenode from pg_class where relnamespace = 'public'::regnamespace and relkind = 'i'",
            );
            return new Map(rows.map(({ relname, relfilenode }) => [String(relname), relfilenode]));
          };
          await server().run(
            database,
            'drop table if exists t',
            table,
            `insert into t values (1, ${value}, 'b')`,
            ...INDEXES,
            'create or replace function seen(boolean) returns boolean immutable language plpgsql as ' +
              "$$ begin perform set_config('tests.seen', current_setting('tests.seen') || 'x', false); return true; end $$",
            "set tests.seen = ''",
            'alter table t add constraint checked check (seen(c is not null))',
          );
          const before = await files();
          const [seen] = await server().run(
            database,
            "set tests.seen = ''",
            alter,
            "select current_setting('tests.seen') as seen",
          );
          const after = await files();
          const rebuilt = [...before]
            .filter(([name, file]) => after.get(name) !== file)
            .map(([name]) => name);

          const catalog = catalogFrom(
            [table, ...INDEXES, 'alter table t add constraint checked check (c is not null)'].join(';'),
          );
          const [operation] = operationsOf(sqlParser.statement(alter));
          const found = findTable(catalog, { schema: null, name: 't' });
          const column = found === null ? null : columnOf(found, 'c');
          assert.ok(operation?.kind === 'alter-column-type' && found !== null && column !== null);
          assert.equal(typeChange(catalog, column.type, operation.type, false).rewrites, false);
          const ours = rebuiltIndexes(catalog, found, column, operation).map(({ index }) => index.name);
          assert.deepEqual([...ours].sort(), rebuilt.sort());
          assert.equal(recheckedConstraints(found, 'c').length > 0, seen?.seen !== '');
          assert.equal(isSetAgain(column, operation), type === change.replace(' collate "default"', ''));
        });
      }
    });
  }
});

/** A type, what it becomes, and a value that does not fit as it is; `null` when all fit. */
const NARROWINGS: readonly (readonly [from: string, to: string, value: string | null])[] = [
  ['text', 'varchar(3)', "'abcd'"],
  ['varchar(5)', 'char(3)', "'abcd'"],
  ['varchar(3)', 'varchar(5)', null],
  ['bigint', 'integer', '3000000000'],
  ['integer', 'smallint', '70000'],
  ['integer', 'bigint', null],
  ['numeric', 'integer', '1.5'],
  ['double precision', 'real', '0.12345678901'],
  ['numeric(5,2)', 'numeric(4,2)', '999'],
  ['numeric(5,2)', 'numeric(5,1)', '1.55'],
  ['numeric(5,2)', 'numeric(6,2)', null],
  ['numeric', 'numeric(5,2)', '1000000'],
  ['timestamp', 'date', "'2026-01-02 03:04:05'"],
  ['timestamp', 'timestamp(0)', "'2026-01-02 03:04:05.678'"],
  ['timestamp(0)', 'timestamp(3)', null],
  ['state', 'narrow_state', "'void'"],
  ['narrow_state', 'state', null],
  ['text', 'state', "'other'"],
];

describe('values that a new type of a column does not take', () => {
  const server = useRealServer();
  let made: Promise<string> | null = null;
  const types = ["create type state as enum ('open', 'void')", "create type narrow_state as enum ('open')"];
  for (const [from, to, value] of NARROWINGS) {
    it(`${from} to ${to}`, async () => {
      const alter = `alter table t alter column c type ${to} using c::text::${to}`;
      const cast = to.includes('state') ? alter : `alter table t alter column c type ${to}`;
      const catalog = catalogFrom([...types, `create table t (c ${from})`].join(';'));
      const [operation] = operationsOf(sqlParser.statement(cast));
      const table = findTable(catalog, { schema: null, name: 't' });
      const column = table === null ? null : columnOf(table, 'c');
      assert.ok(operation?.kind === 'alter-column-type' && column !== null);
      assert.ok(operation.using === null || isCastOf(operation.using, 'c'));
      const ours = narrowing(catalog, column.type, operation.type);
      assert.equal(ours === null, value === null);
      if (value === null) return;

      made ??= server().createDatabase();
      const database = await made;
      await server().run(
        database,
        'drop table if exists t',
        'drop type if exists state, narrow_state',
        ...types,
        `create table t (c ${from})`,
        `insert into t values (${value})`,
      );
      const [before] = await server().run(database, 'select c::text as c from t');
      const outcome = await server()
        .run(database, cast, 'select c::text as c from t')
        .then(([after]) => (after?.c === before?.c ? 'kept' : 'changed'))
        .catch(() => 'refused');
      assert.equal(outcome, ours?.outcome);
    });
  }
});
