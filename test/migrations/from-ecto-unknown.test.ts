// What of an Ecto migration cannot be told without running it: as narrow as the code allows, and with a reason.

import assert from 'node:assert/strict';
import { moduleAround, operationsIn, touchText } from './from-ecto-reading.js';

/** What is done, one operation a line: its kind, or what is unknown after it and why. */
function effects(code: string): readonly string[] {
  return operationsIn(code).map((one) =>
    one.kind === 'unknown' ? `${touchText(one.touches)}: ${one.reason}` : one.kind,
  );
}

const module = (body: string, use = 'Ecto.Migration') =>
  `defmodule Shop.Repo.Migrations.Example do\n  use ${use}\n${body}\nend`;

const COMPUTED = 'a part of the text is computed';
const AT_RUN_TIME = 'whether it runs is decided at run time';

describe('unknown effects of Ecto migrations', () => {
  const check = (says: string, code: string, ...expected: readonly string[]) => {
    it(says, () => assert.deepEqual(effects(code), expected));
  };

  describe('SQL with parts that are computed', () => {
    check('the table', 'execute "ALTER TABLE #{t()} ADD x int"', `everything: ${COMPUTED}`);
    check('a column', 'execute "ALTER TABLE users ADD COLUMN #{c()} int"', `relation users: ${COMPUTED}`);
    check(
      'the default of a column',
      'execute "ALTER TABLE users ADD COLUMN a text DEFAULT \'#{x()}\'"',
      'add-column',
      `column users.a: ${COMPUTED}`,
    );
    check('a new table', 'execute "CREATE TABLE #{t()} (x int)"', `new-objects: ${COMPUTED}`);
    check(
      'a column of a new table',
      'execute "CREATE TABLE a (x #{t()}, y int)"',
      'create-table',
      `column a.x: ${COMPUTED}`,
    );
    check(
      'the name of an index',
      'execute "CREATE INDEX #{i()} ON users (a)"',
      'create-index',
      `relation users: ${COMPUTED}`,
      `new-objects: ${COMPUTED}`,
    );
    check('a type', 'execute "CREATE TYPE #{t()} AS ENUM (\'a\')"', `new-objects: ${COMPUTED}`);
    check('what an index is on', 'execute "CREATE INDEX i ON users (#{c()})"', `relation users: ${COMPUTED}`);
    check('a value', 'execute "UPDATE users SET a = \'#{x()}\'"', 'write-rows');
    check('a role', 'execute "GRANT SELECT ON users TO #{role()}"', 'other');
    check('a clause', 'execute "ALTER TABLE users #{actions()} x"', `relation users: ${COMPUTED}`);
    check('all of it', 'execute sql()', 'everything: sql is not in this file');
    check('the file', 'execute_file "priv/x.sql"', 'everything: the file "priv/x.sql" is not read');
    check(
      'the schema',
      'execute "ALTER TABLE #{prefix()}.users DROP COLUMN a"',
      `column users.a: ${COMPUTED}`,
    );
  });

  describe('commands with parts that are computed', () => {
    check('the table', 'alter table(t()) do\n add :x, :text\nend', 'everything: t is not in this file');
    check('a new table', 'create table(t())', 'new-objects: t is not in this file');
    check(
      'a type',
      'alter table(:users) do\n add :x, Shop.Status.type()\nend',
      'add-column',
      'column users.x: Shop.Status.type is not in this file',
    );
    check(
      'the name of a dropped index',
      'drop index(:users, [:a], name: name())',
      'relation users: name is not in this file',
    );
    check(
      'options',
      'alter table(:users) do\n add :x, :text, options()\nend',
      'add-column',
      'column users.x: options is not in this file',
    );
    check('what is made', 'create thing()', 'new-objects: thing is not in this file');
  });

  describe('what may not run', () => {
    check(
      'a condition',
      'if System.get_env("X"), do: drop(table(:a)), else: create(index(:b, [:x]))',
      `relation a: ${AT_RUN_TIME}`,
      `relation b: ${AT_RUN_TIME}`,
    );
    check(
      'a case',
      'case Mix.env() do\n :prod -> create table(:a)\n _ -> rename table(:b), :x, to: :y\nend',
      `new-objects: ${AT_RUN_TIME}`,
      `column b.x: ${AT_RUN_TIME}`,
      `column b.y: ${AT_RUN_TIME}`,
    );
    check(
      'a sub-command',
      'alter table(:a) do\n add :x, :text\n if y(), do: remove(:z)\nend',
      'add-column',
      `column a.z: ${AT_RUN_TIME}`,
    );
    check(
      'a list that is computed',
      'for t <- tables(), do: drop(table(t))',
      'everything: "t" is known at run time alone',
    );
    check('rows in a condition', 'if x(), do: execute("UPDATE a SET b = 1")', `rows: ${AT_RUN_TIME}`);
    check(
      'what runs when something fails',
      'try do\n drop table(:a)\nrescue\n _ -> drop table(:b)\nend',
      'drop-table',
      'relation b: it runs when something fails',
    );
    check('the branch after a value that is known', 'x = nil\nif x, do: drop(table(:a))');
  });

  describe('code that is not in the file', () => {
    check('the application', 'Shop.Release.backfill()', 'rows: Shop.Release.backfill is not in this file');
    check(
      'a helper of the application for migrations',
      'Shop.MigrationHelpers.add_audit(:users)',
      'everything: Shop.MigrationHelpers.add_audit is not in this file',
    );
    check(
      'the migrations of a library',
      'TelemetryUI.Migrations.up(version: 1)',
      'new-objects: TelemetryUI.Migrations.up is not in this file',
    );
    check(
      'a type of a library',
      'Shop.StatusEnum.create_type()',
      'new-objects: Shop.StatusEnum.create_type is not in this file',
    );
    check(
      'through an alias',
      'alias TelemetryUI.Migration\nMigration.up()',
      'new-objects: TelemetryUI.Migration.up is not in this file',
    );
    check(
      'a command of a wrapper',
      module('def change do\n create_audited(:a)\n drop table(:b)\nend', 'Shop.Migration'),
      'everything: create_audited is not in this file',
      'drop-table',
    );
    check(
      'all of a migration',
      module('@table :a', 'Shop.Migration'),
      'everything: what it uses is not in this workspace',
    );
    check('nothing of a migration that is not written yet', module(''));
    check(
      'a callback that is delegated',
      module('defdelegate up, to: TelemetryUI.Migrations'),
      'new-objects: TelemetryUI.Migrations.up is not in this file',
    );
    check(
      'a sub-command of a wrapper',
      module('def change do\n create table(:a) do\n  tenant_columns()\n end\nend', 'Shop.Migration'),
      'create-table',
      'relation a: tenant_columns is not in this file',
    );
    check(
      'what is imported by name',
      module('import Shop.Backfill, only: [fill: 1]\ndef up, do: fill(:a)'),
      'rows: Shop.Backfill.fill is not in this file',
    );
    check(
      'names that mean something to JavaScript',
      'constructor(:a)\ntoString()\nrepo().valueOf()',
      'everything: constructor is not in this file',
      'everything: toString is not in this file',
    );
    check('a lone name', 'add_everything', 'everything: add_everything is not in this file');
    check(
      'functions that it is given',
      'Shop.Lock.with(fn -> drop table(:a) end)',
      'rows: Shop.Lock.with is not in this file',
      `relation a: ${AT_RUN_TIME}`,
    );
    check('an argument', 'IO.puts(Shop.Release.version())');
    check(
      'nothing that touches the database',
      'Logger.info("x")\nApplication.ensure_all_started(:ssl)\nif Code.ensure_loaded?(X), do: IO.puts("x")\n:timer.sleep(1)\nx = System.get_env("A") |> String.upcase()',
    );
    check(
      'changesets of rows',
      module(
        'import Ecto.Changeset\ndef up do\n x |> cast(%{}, [:a]) |> validate_required([:a]) |> Repo.update!()\nend',
      ),
      'rows: update! writes a row of a table that is not named here',
    );
  });

  describe('what Ecto refuses', () => {
    check(
      'a type',
      'create table(:a) do\n add :x, Ecto.UUID\nend',
      'new-objects: Ecto refuses it: the type Ecto.UUID belongs to a schema; a migration needs a type of the database',
    );
    check(
      'an option',
      'create index(:a, [:x], uniqe: true)',
      'relation a: Ecto refuses it: index has no option "uniqe"',
    );
    check(
      'a sub-command outside',
      'add :x, :text',
      'rows: Ecto refuses it: it stands outside of create and alter',
    );
    check(
      'a command inside',
      'alter table(:a) do\n add :x, :text\n execute "DROP TABLE b"\nend',
      'rows: Ecto refuses it: a command stands inside another',
      'add-column',
    );
  });

  it('keeps nothing of what is not known on objects', () => {
    const operations = operationsIn(
      'execute "CREATE PUBLICATION #{p()} FOR TABLE a"\nexecute "COMMENT ON TABLE a IS \'#{c()}\'"\nif x(), do: execute("GRANT SELECT ON a TO b")',
    );
    const left = operations.map((one) =>
      one.kind === 'other' ? one.change : one.kind === 'comment' ? one.on : one.kind,
    );
    assert.deepEqual(left, [null, null, null]);
  });

  it('points at the call', () => {
    const code = moduleAround('    execute "ALTER TABLE #{t()} ADD x int"\n    Shop.Release.backfill()');
    const found = operationsIn(code).map(({ keyword, span }) => [
      code.slice(keyword.start, keyword.end),
      code.slice(span.start, span.end),
    ]);
    assert.deepEqual(found, [
      ['Shop.Release.backfill', 'Shop.Release.backfill()'],
      ['execute', 'ADD x int'],
    ]);
  });
});
