// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are what is filled in
// SQL with parts that another program fills in: what may be meant by a name that is not known is in doubt, and nothing else is.

import assert from 'node:assert/strict';
import { operationsOf } from '../../server/src/migrations/from-sql.js';
import { heldBy } from '../../server/src/migrations/held.js';
import { sqlParser } from '../support/parsers.js';
import { memoryWorkspace } from '../support/workspace.js';
import { touchText } from './from-ecto-reading.js';

function effects(sql: string): readonly string[] {
  return operationsOf(sqlParser.statement(sql)).map((one) =>
    one.kind === 'unknown' ? touchText(one.touches) : one.kind,
  );
}

/** The refusals of migrations with these texts, one after the other. */
function refusals(...texts: readonly string[]): readonly string[] {
  const files = texts.map((text, index) => ({ path: `migrations/${index + 1}_test.sql`, text }));
  const history = memoryWorkspace(files).histories[0]?.history;
  assert.ok(history !== undefined);
  return heldBy(history).refused.map(({ path }) => path);
}

describe('SQL that another program fills in', () => {
  const check = (sql: string, ...expected: readonly string[]) => {
    it(sql, () => assert.deepEqual(effects(sql), expected));
  };

  describe('the name of what it is about', () => {
    check('drop table ${t}', 'everything');
    check('create table ${t} (x int)', 'new-objects');
    check('create function ${f}() returns int language sql return 1', 'new-objects');
    check('create schema ${s}', 'new-objects');
    check('update ${t} set a = 1', 'write-rows');
    check('alter table {{ schema }}.users drop column b', 'column users.b');
    check("alter type ${s}.mood add value 'a'", 'type mood');
    check('alter type ${t} rename to mood', 'new-objects');
  });

  describe('a name of a part', () => {
    check('create trigger ${p}_t before insert on users for each row execute function f()', 'relation users');
    check('drop trigger ${p}_t on users', 'relation users');
    check('drop trigger "${P}_t" on users', 'relation users');
    check('create policy ${p} on users using (true)', 'relation users');
    check('drop policy {{ .Policy }} on users', 'relation users');
    check('alter table users add constraint ${c} check (x > 0)', 'relation users');
    check('alter table users add foreign key (a) references ${t} (id)', 'relation users');
    check('alter table users drop constraint ${c}', 'relation users');
    check('alter table users add column ${c} int', 'relation users');
    check('alter table users drop column a_${c}', 'relation users');
    check('alter table users rename column a to ${c}', 'column users.a', 'relation users');
    check('create index ${i} on users (a)', 'create-index', 'relation users', 'new-objects');
    check('create index i on users (${c})', 'relation users');
    check('create view v as select * from ${t}', 'new-objects');
    check("alter type mood add value '${v}'", 'type mood');
  });

  describe('something else', () => {
    check('create table a (x ${type}, y int)', 'create-table', 'column a.x');
    check('create table a (${c} int, y int)', 'create-table', 'relation a');
    check("alter table users add column z text default '${v}'", 'add-column', 'column users.z');
    check('alter table users alter column z set default ${v}', 'set-default', 'column users.z');
    check('alter table users add constraint c check (x > ${n})', 'add-constraint', 'relation users');
    check('create index i on users (a) where b > ${n}', 'create-index', 'relation users');
    check('create policy p on users using (a = ${x})', 'create-policy', 'relation users');
    check('create function f() returns int language sql as $$ select ${n} $$', 'create-function');
    check("comment on table users is '${text}'", 'comment');
    check('grant select on users to ${role}', 'other');
    check("alter table users add column z int[] default '{{1,2},{3,4}}'", 'add-column');
    check("alter table users add column z text[] default '{{a,b},{c,d}}'", 'add-column');
    check('set search_path to ${schema}', 'new-objects');
  });

  it('leaves out the text that is not known', () => {
    const [body] = operationsOf(
      sqlParser.statement('create function f() returns int language sql as $$ select ${n} $$'),
    );
    assert.equal(body?.kind === 'create-function' ? body.body : undefined, null);
    const [comment] = operationsOf(sqlParser.statement("comment on table users is '${text}'"));
    assert.equal(comment?.kind === 'comment' ? comment.on : undefined, null);
    const [table] = operationsOf(sqlParser.statement('create table a (${c} int, b ${type})'));
    assert.deepEqual(
      table?.kind === 'create-table' ? table.columns.map(({ name, type }) => [name.name, type.name]) : [],
      [['b', '${type}']],
    );
  });

  describe('what may be there is not called missing', () => {
    const users =
      "create table users (a int, b int);\ncreate type mood as enum ('a');\ncreate function f() returns trigger language plpgsql as $$ begin end $$;";
    const cases: readonly (readonly [string, string])[] = [
      [
        'create trigger ${p}_t before insert on users for each row execute function f()',
        'drop trigger app_t on users',
      ],
      ['create policy ${p} on users using (true)', 'drop policy app on users'],
      ['alter table users add constraint ${c} check (a > 0)', 'alter table users drop constraint app'],
      ['alter table users add column ${c} int', 'alter table users drop column app'],
      ['alter table users rename column a to ${c}', 'alter table users drop column app'],
      ['create index ${i} on users (a)', 'drop index app_i'],
      ['create function ${f}() returns int language sql return 1', 'drop function app_f()'],
      ["alter type mood add value '${v}'", "alter type mood rename value 'x' to 'y'"],
      ["create type ${t} as enum ('a')", 'drop type app_t'],
      ['create table ${t} (x int)', 'drop table app_t'],
    ];
    for (const [filled, then] of cases) {
      it(then, () => {
        assert.deepEqual(refusals(users, then), ['/workspace/migrations/2_test.sql'], 'without it');
        assert.deepEqual(refusals(users, filled, then), []);
      });
    }
  });
});
