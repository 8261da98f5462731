// Ecto migrations as the SQL that they send: what is evaluated on the way. The form of each command is in test/truth/ecto-dsl.

import assert from 'node:assert/strict';
import { ectoMigrationIn } from '../../server/src/migrations/from-ecto.js';
import { elixirParser, sqlParser } from '../support/parsers.js';
import { configWith, migrationOf, operationsIn, sqlOf } from './from-ecto-reading.js';

interface Case {
  readonly says: string;
  readonly code: string;
  readonly sql: readonly string[];
}

const module = (body: string) => `defmodule Shop.Repo.Migrations.Example do
  use Ecto.Migration
${body}
end`;

function checkAll(cases: readonly Case[]): void {
  for (const { says, code, sql } of cases) it(says, () => assert.deepEqual(sqlOf(code), sql));
}

describe('migrations from Ecto', () => {
  describe('names and values', () => {
    checkAll([
      {
        says: 'takes module attributes',
        code: module('@table :users\n@columns [:a, :b]\ndef change, do: create index(@table, @columns)'),
        sql: ['CREATE INDEX "users_a_b_index" ON "users" ("a", "b")'],
      },
      {
        says: 'takes attributes made from attributes',
        code: module('@t "users"\n@sql "DROP TABLE #{@t}"\ndef up, do: execute(@sql)'),
        sql: ['DROP TABLE users'],
      },
      {
        says: 'fills interpolations of known values',
        code: 'table = "users"\nfor n <- 1..2, do: execute("DROP TABLE #{table}_#{n}")',
        sql: ['DROP TABLE users_1', 'DROP TABLE users_2'],
      },
      {
        says: 'joins texts',
        code: 'execute("DROP TABLE " <> Enum.map_join([:a, :b], ", ", &"t_#{&1}"))',
        sql: ['DROP TABLE t_a, t_b'],
      },
      {
        says: 'reads sigils and heredocs',
        code: 'execute ~s(DROP TABLE "a")\nexecute """\n  DROP TABLE b\n"""\nfor t <- ~w(c d)a, do: drop table(t)',
        sql: ['DROP TABLE "a"', 'DROP TABLE b', 'DROP TABLE "c"', 'DROP TABLE "d"'],
      },
      {
        says: 'reads quoted atoms that are made from known values',
        code: 'for t <- [:a], do: create index(t, [:x], name: :"#{t}_by_x")',
        sql: ['CREATE INDEX "a_by_x" ON "a" ("x")'],
      },
      {
        says: 'takes options from a variable',
        code: 'opts = [null: false]\nalter table(:t) do\n add :x, :text, opts\n add :y, :text, Keyword.merge(opts, default: "a")\nend',
        sql: [`ALTER TABLE "t" ADD COLUMN "x" text NOT NULL, ADD COLUMN "y" text DEFAULT 'a' NOT NULL`],
      },
      {
        says: 'computes with numbers',
        code: 'alter table(:t) do\n add :x, :integer, default: :timer.hours(2) - 1\n add :y, :decimal, default: -1.50\nend',
        sql: ['ALTER TABLE "t" ADD COLUMN "x" integer DEFAULT 7199999, ADD COLUMN "y" decimal DEFAULT -1.50'],
      },
      {
        says: 'reads calls without parentheses',
        code: 'create table "t", primary_key: false do\n  timestamps\nend\nflush',
        sql: ['CREATE TABLE "t" ("inserted_at" timestamp(0) NOT NULL, "updated_at" timestamp(0) NOT NULL)'],
      },
      {
        says: 'reads maps and their fields',
        code: 'for %{table: t, index: i} <- [%{table: :a, index: "i1"}] do\n drop index(t, [:x], name: i)\nend\nm = %{t: :b}\ndrop table(m.t)',
        sql: ['DROP INDEX "i1"', 'DROP TABLE "b"'],
      },
    ]);
  });

  describe('control flow', () => {
    checkAll([
      {
        says: 'repeats for lists, with filters and several generators',
        code: 'for t <- [:a, :b], c <- [:x, :y], t != :b or c == :y, do: create index(t, [c])',
        sql: [
          'CREATE INDEX "a_x_index" ON "a" ("x")',
          'CREATE INDEX "a_y_index" ON "a" ("y")',
          'CREATE INDEX "b_y_index" ON "b" ("y")',
        ],
      },
      {
        says: 'repeats for tuples',
        code: 'for {t, type} <- [a: :text, b: :bigint] do\n alter table(t) do\n  modify :x, type\n end\nend',
        sql: ['ALTER TABLE "a" ALTER COLUMN "x" TYPE text', 'ALTER TABLE "b" ALTER COLUMN "x" TYPE bigint'],
      },
      {
        says: 'repeats inside a block',
        code: 'create table(:t, primary_key: false) do\n Enum.each([:a, :b], fn c -> add c, :text end)\n for c <- [:d], do: add(c, :date)\nend',
        sql: ['CREATE TABLE "t" ("a" text, "b" text, "d" date)'],
      },
      {
        says: 'takes the branch that is known',
        code: 'if direction() == :up, do: drop(table(:a)), else: drop(table(:b))\nunless 1 == 1, do: drop(table(:c))\ncase repo().__adapter__() do\n Ecto.Adapters.Postgres -> drop table(:d)\n _ -> drop table(:e)\nend\ncond do\n 1 > 2 -> drop table(:f)\n true -> drop table(:g)\nend',
        sql: ['DROP TABLE "a"', 'DROP TABLE "d"', 'DROP TABLE "g"'],
      },
      {
        says: 'follows pipes',
        code: ':a |> table() |> create()\nindex(:a, [:x]) |> create()\n[:b, :c] |> Enum.map(&table/1) |> Enum.each(&drop/1)',
        sql: [
          'CREATE TABLE "a" ("id" bigserial, PRIMARY KEY ("id"))',
          'CREATE INDEX "a_x_index" ON "a" ("x")',
          'DROP TABLE "b"',
          'DROP TABLE "c"',
        ],
      },
      {
        says: 'follows functions of the module',
        code: module(`
  def up do
    each(fn t -> drop table(t) end)
    add_column(:c)
    add_column(:d, :date)
    execute sql("e")
    execute &last/0
  end
  defp each(f), do: Enum.each([:a, :b], f)
  defp add_column(name, type \\\\ :text) do
    alter table(:t), do: add(name, type)
  end
  defp sql(nil), do: "x"
  defp sql(name) when is_binary(name), do: "DROP TABLE #{name}"
  defp last, do: repo().query!("DROP TABLE z")`),
        sql: [
          'DROP TABLE "a"',
          'DROP TABLE "b"',
          'ALTER TABLE "t" ADD COLUMN "c" text',
          'ALTER TABLE "t" ADD COLUMN "d" date',
          'DROP TABLE e',
          'DROP TABLE z',
        ],
      },
      {
        says: 'follows functions of another module of the file',
        code: `${module('def up, do: Shop.Helper.go(:a)')}\ndefmodule Shop.Helper do\n  import Ecto.Migration\n  def go(t), do: drop(table(t))\nend`,
        sql: ['DROP TABLE "a"'],
      },
      {
        says: 'does not run for ever',
        code: module('def up do\n loop(1)\n drop table(:a)\nend\ndefp loop(n), do: loop(n + 1)'),
        sql: ['DROP TABLE "a"'],
      },
    ]);
  });

  describe('what is sent when', () => {
    checkAll([
      {
        says: 'sends queries of the Repo before the commands that wait',
        code: 'create index(:a, [:x])\nrepo().query!("UPDATE a SET x = 1")\nflush()\nRepo.query!("UPDATE a SET x = 2")\nEcto.Adapters.SQL.query!(Repo, "SELECT 1", [])',
        sql: [
          'UPDATE a SET x = 1',
          'CREATE INDEX "a_x_index" ON "a" ("x")',
          'UPDATE a SET x = 2',
          'SELECT 1',
        ],
      },
      {
        says: 'keeps a function that is executed in its place',
        code: 'drop table(:a)\nexecute(fn -> repo().query!("DROP TABLE b") end)\ndrop table(:c)',
        sql: ['DROP TABLE "a"', 'DROP TABLE b', 'DROP TABLE "c"'],
      },
      {
        says: 'lets commands in an executed function wait for the next flush',
        code: 'execute(fn -> drop table(:a) end)\nflush()\ndrop table(:b)\nexecute(fn -> drop table(:never) end)',
        sql: ['DROP TABLE "a"', 'DROP TABLE "b"'],
      },
      {
        says: 'takes the way up of execute',
        code: 'execute "DROP TABLE a", "CREATE TABLE a ()"',
        sql: ['DROP TABLE a'],
      },
      { says: 'sends nothing for an empty text', code: 'execute ""', sql: [] },
      {
        says: 'prefers up to change',
        code: module(
          'def change, do: drop(table(:a))\ndef up, do: drop(table(:b))\ndef down, do: drop(table(:c))',
        ),
        sql: ['DROP TABLE "b"'],
      },
      {
        says: 'runs callbacks around it in a transaction',
        code: module(
          `def after_begin, do: execute("SET lock_timeout TO '5s'")\ndef change, do: drop(table(:a))\ndef before_commit, do: execute("RESET lock_timeout")`,
        ),
        sql: [`SET lock_timeout TO '5s'`, 'DROP TABLE "a"', 'RESET lock_timeout'],
      },
      {
        says: 'runs no callbacks outside of one',
        code: module(
          `@disable_ddl_transaction true\ndef after_begin, do: execute("SET lock_timeout TO '5s'")\ndef change, do: drop(table(:a))`,
        ),
        sql: ['DROP TABLE "a"'],
      },
    ]);

    it('runs function bodies in transactions of the Repo', () => {
      assert.deepEqual(sqlOf('repo().transaction(fn -> repo().query!("DELETE FROM a") end)'), [
        'DELETE FROM a',
      ]);
    });
  });

  describe('configuration of the repository', () => {
    const check = (options: string, code: string, sql: string) => {
      it(options, () => assert.deepEqual(sqlOf(code, configWith(options)), [sql]));
    };

    check(
      'migration_primary_key: [name: :uuid, type: :binary_id]',
      'create table(:a) do\n add :b_id, references(:b)\nend',
      'CREATE TABLE "a" ("uuid" uuid, "b_id" uuid, CONSTRAINT "a_b_id_fkey" FOREIGN KEY ("b_id") REFERENCES "b"("id"), PRIMARY KEY ("uuid"))',
    );
    check(
      'migration_primary_key: false',
      'create table(:a) do\n add :x, :text\nend',
      'CREATE TABLE "a" ("x" text)',
    );
    check(
      'migration_primary_key: false',
      'create table(:a, primary_key: [name: :code, type: :string])',
      'CREATE TABLE "a" ("code" varchar(255), PRIMARY KEY ("code"))',
    );
    check(
      'migration_foreign_key: [column: :uuid, type: :uuid]',
      'alter table(:a) do\n add :b_id, references(:b)\nend',
      'ALTER TABLE "a" ADD COLUMN "b_id" uuid, ADD CONSTRAINT "a_b_id_fkey" FOREIGN KEY ("b_id") REFERENCES "b"("uuid")',
    );
    check(
      'migration_foreign_key: [type: :uuid]',
      'alter table(:a) do\n add :b_id, references(:b, type: :integer)\nend',
      'ALTER TABLE "a" ADD COLUMN "b_id" integer, ADD CONSTRAINT "a_b_id_fkey" FOREIGN KEY ("b_id") REFERENCES "b"("id")',
    );
    check(
      'migration_timestamps: [type: :timestamptz, inserted_at: :created_at, default: {:fragment, "now()"}]',
      'create table(:a, primary_key: false) do\n timestamps(updated_at: false)\nend',
      'CREATE TABLE "a" ("created_at" timestamptz DEFAULT now() NOT NULL)',
    );
    check(
      'migration_timestamps: [type: :utc_datetime_usec]',
      'alter table(:a) do\n timestamps type: :utc_datetime, null: true\nend',
      'ALTER TABLE "a" ADD COLUMN "inserted_at" timestamp(0) NULL, ADD COLUMN "updated_at" timestamp(0) NULL',
    );
    check(
      'migration_default_prefix: "shop"',
      'create index(:a, [:x])',
      'CREATE INDEX "a_x_index" ON "shop"."a" ("x")',
    );
    check('migration_default_prefix: "shop"', 'drop table(:a, prefix: :other)', 'DROP TABLE "other"."a"');

    check(
      'migration_default_prefix: "shop", stream_schema: "streams"',
      'schema = repo().config()[:migration_default_prefix] || "public"\nexecute "DROP TABLE #{schema}.a"',
      'DROP TABLE shop.a',
    );
    check(
      'stream_schema: "streams"',
      'drop table(:a, prefix: Application.compile_env(:shop, [Shop.Repo, :stream_schema]))',
      'DROP TABLE "streams"."a"',
    );

    it('decides about transaction and lock', () => {
      const facts = (attributes: string, options: string | null) => {
        const config = options === null ? null : configWith(options);
        const { transaction, holdsMigrationLock } = migrationOf(
          module(`${attributes}\ndef change, do: nil`),
          config,
        );
        return `${transaction} ${holdsMigrationLock}`;
      };
      assert.equal(facts('', null), 'per-file true');
      assert.equal(facts('@disable_ddl_transaction true', null), 'none true');
      assert.equal(facts('@disable_ddl_transaction true\n@disable_migration_lock true', null), 'none false');
      assert.equal(facts('@disable_ddl_transaction false', null), 'per-file true');
      assert.equal(facts('', 'migration_lock: :pg_advisory_lock'), 'per-file false');
      assert.equal(facts('', 'migration_lock: nil'), 'per-file false');
      assert.equal(facts('', 'migration_lock: :table_lock'), 'per-file true');
    });
  });

  describe('rows', () => {
    const writes = (code: string) =>
      operationsIn(code).map((one) =>
        one.kind === 'write-rows' ? `${one.verb} ${one.table?.name}` : one.kind,
      );

    it('names the table that the Repo writes to', () => {
      assert.deepEqual(writes('repo().insert_all("posts", [%{a: 1}])'), ['insert posts']);
      assert.deepEqual(writes('from(p in "posts", where: p.x == ^y) |> Repo.update_all(set: [x: 1])'), [
        'update posts',
      ]);
      assert.deepEqual(writes('MyApp.Repo.delete_all({"posts", Post})'), ['delete posts']);
      assert.deepEqual(writes('repo().update_all(from(p in "posts"), set: [x: 1])'), ['update posts']);
    });

    it('finds the table of a schema in the same file', () => {
      const code = module(`
        defmodule Post do
          use Ecto.Schema
          schema "blog_posts" do
            field :title
          end
        end
        def up, do: repo().update_all(Post, set: [title: "x"])`);
      assert.deepEqual(writes(code), ['update blog_posts']);
    });

    it('keeps the table when only the number of times is not known', () => {
      assert.deepEqual(writes('for id <- repo().all("ids"), do: execute("UPDATE posts SET x = #{id}")'), [
        'update posts',
      ]);
    });

    it('knows queries that are made step by step', () => {
      const code = module(
        'def up do\n import Ecto.Query\n "posts" |> where([p], p.x == ^y) |> select([p], p.id) |> repo().delete_all()\nend',
      );
      assert.deepEqual(writes(code), ['delete posts']);
    });

    it('says nothing of reads', () => {
      assert.deepEqual(
        writes('repo().all("posts")\nrepo().one!(from p in "posts", select: p.id)\nRepo.get(Post, 1)'),
        [],
      );
    });
  });

  it('takes the first module that is a migration', () => {
    const code = `defmodule Shop.Helper do\n  def x, do: 1\nend\n${module('def change, do: drop(table(:a))')}`;
    assert.deepEqual(sqlOf(code), ['DROP TABLE "a"']);
  });

  it('takes a module that is named by an atom', () => {
    assert.deepEqual(
      sqlOf(
        'defmodule :"Elixir.Shop.Drop-a" do\n  use Ecto.Migration\n  def change, do: drop(table(:a))\nend',
      ),
      ['DROP TABLE "a"'],
    );
  });

  it('gives nothing for a file without a migration', () => {
    assert.equal(
      ectoMigrationIn(elixirParser.parse('defmodule A do\n  def change, do: 1\nend'), null, sqlParser),
      null,
    );
  });

  it('places problems of SQL in the file', () => {
    const code = module('def up, do: execute("DROP TABEL a")');
    const [problem] = migrationOf(code).problems;
    assert.ok(problem !== undefined);
    assert.equal(code.slice(problem.span.start, problem.span.end), 'TABEL');
  });

  it('refuses a second statement in one text, as the server does', () => {
    const code = module('def up, do: execute("DROP TABLE a; DROP TABLE b;")');
    const { problems, statements } = migrationOf(code);
    assert.deepEqual(
      problems.map(({ span }) => code.slice(span.start, span.end)),
      ['DROP TABLE b'],
    );
    assert.deepEqual(statements[0]?.operations, []);
  });

  it('knows a semicolon at the end, in a text and in a body', () => {
    const code = `execute "DROP TABLE a;\\n"\nexecute "CREATE FUNCTION f() RETURNS int AS $$ BEGIN; RETURN 1; END $$ LANGUAGE plpgsql"\nexecute "COMMENT ON TABLE a IS 'b; c'"`;
    assert.deepEqual(migrationOf(code).problems, []);
  });
});
