// The way down of Ecto migrations: down/0 as it stands, change/0 command by command, last to first.

import assert from 'node:assert/strict';
import { migrationOf, sqlOf } from './from-ecto-reading.js';

const down = { direction: 'down' } as const;

describe('the way down of Ecto migrations', () => {
  const check = (says: string, code: string, ...sql: readonly string[]) => {
    it(says, () => assert.deepEqual(sqlOf(code, null, down), sql));
  };

  const raises = (says: string, code: string, message: string) => {
    it(says, () => {
      const { raises: found } = migrationOf(code, null, down);
      assert.deepEqual(
        found.map((one) => one.message),
        [message],
      );
    });
  };

  check(
    'goes backwards',
    'create table(:a) do\n add :x, :text\nend\ncreate index(:a, [:x])\ncreate constraint(:a, :c, check: "x > 0")',
    'ALTER TABLE "a" DROP CONSTRAINT "c"',
    'DROP INDEX "a_x_index"',
    'DROP TABLE "a"',
  );
  check(
    'undoes the changes of a table, last to first',
    'alter table(:a) do\n add :x, references(:b)\n modify :y, :text, from: {:string, null: false}\n remove :z, :integer, default: 1\nend',
    'ALTER TABLE "a" ADD COLUMN "z" integer DEFAULT 1, ALTER COLUMN "y" TYPE varchar(255), ALTER COLUMN "y" SET NOT NULL, DROP CONSTRAINT "a_x_fkey", DROP COLUMN "x"',
  );
  check(
    'keeps the options of modify where from: is a type alone',
    'alter table(:a) do\n modify :y, :text, null: false, from: :string\nend',
    'ALTER TABLE "a" ALTER COLUMN "y" TYPE varchar(255), ALTER COLUMN "y" SET NOT NULL',
  );
  check(
    'gives references back their column',
    'alter table(:a) do\n modify :b_id, references(:b), from: references(:c)\nend',
    'ALTER TABLE "a" DROP CONSTRAINT "a_b_id_fkey", ALTER COLUMN "b_id" TYPE bigint, ADD CONSTRAINT "a_b_id_fkey" FOREIGN KEY ("b_id") REFERENCES "c"("id")',
  );
  check(
    'gives names back',
    'rename table(:a), to: table(:b)\nrename table(:b), :x, to: :y\nrename index(:b, [:y]), to: "z"',
    'ALTER INDEX "z" RENAME TO "b_y_index"',
    'ALTER TABLE "b" RENAME "y" TO "x"',
    'ALTER TABLE "b" RENAME TO "a"',
  );
  check(
    'makes dropped indexes again',
    'drop index(:a, [:x], concurrently: true)\ndrop_if_exists unique_index(:a, [:y])',
    'CREATE UNIQUE INDEX IF NOT EXISTS "a_y_index" ON "a" ("y")',
    'CREATE INDEX CONCURRENTLY "a_x_index" ON "a" ("x")',
  );
  check(
    'takes the second text of execute',
    'execute "DROP TABLE a", "CREATE TABLE a ()"',
    'CREATE TABLE a ()',
  );
  check('may do nothing', 'execute "DROP TABLE a", ""');
  check(
    'knows its direction',
    'if direction() == :up, do: create(table(:a)), else: create(table(:b))',
    'DROP TABLE "b"',
  );
  check(
    'takes down/0 as it stands',
    'defmodule A do\n use Ecto.Migration\n def up, do: drop(table(:a))\n def down do\n  create table(:a)\n  execute "CREATE INDEX i ON a (id)"\n end\nend',
    'CREATE TABLE "a" ("id" bigserial, PRIMARY KEY ("id"))',
    'CREATE INDEX i ON a (id)',
  );
  check('sends queries of the Repo both ways', 'repo().query!("SELECT 1")', 'SELECT 1');

  raises('drop table', 'drop table(:a)', 'cannot reverse migration command: drop table');
  raises('drop constraint', 'drop constraint(:a, :c)', 'cannot reverse migration command: drop constraint');
  raises(
    'remove without a type',
    'alter table(:a) do\n remove :x\nend',
    'cannot reverse migration command: alter table',
  );
  raises(
    'modify without from:',
    'alter table(:a) do\n modify :x, :text\nend',
    'cannot reverse migration command: alter table',
  );
  raises('execute with one text', 'execute "SELECT 1"', 'cannot reverse migration command: execute');
  raises('flush', 'create table(:a)\nflush()', 'flush() has no way back');

  it('says nothing on the way up', () => {
    assert.deepEqual(migrationOf('drop table(:a)\nflush()').raises, []);
  });
});
