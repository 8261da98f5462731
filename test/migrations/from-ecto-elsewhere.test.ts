// What a migration takes from other files of the workspace: functions, macros, SQL, configuration.

import assert from 'node:assert/strict';
import { Map as ImmutableMap } from 'immutable';
import { surroundingsAt } from '../../server/src/lint/ecto-surroundings.js';
import { sourceFile } from '../../server/src/text/source-file.js';
import { elixirParser } from '../support/parsers.js';
import { migrationOf, moduleAround, sqlOf } from './from-ecto-reading.js';

/** The workspace of these files, by path. */
function around(files: Readonly<Record<string, string>>) {
  const all = Object.entries(files).map(([path, text]) => sourceFile(`/shop/${path}`, text));
  const place = {
    files: ImmutableMap(all.map((file) => [file.path, file] as const)),
    parser: elixirParser,
    root: '/shop',
    path: '/shop/priv/repo/migrations/1_example.exs',
    notes: new Map<string, string>(),
  };
  return surroundingsAt(place).around;
}

const module = (body: string, use = 'Ecto.Migration') =>
  `defmodule Shop.Repo.Migrations.Example do\n  use ${use}\n${body}\nend`;

const HELPER = `defmodule Shop.MigrationHelpers do
  import Ecto.Migration

  @audit [null: false]

  def audited(table) do
    alter table(table) do
      add :changed_by, :text, @audit
      stamps()
    end
  end

  def stamps, do: timestamps(type: :timestamptz)

  defmacro tenant_table(name, do: block) do
    quote do
      create table(unquote(name)) do
        add :tenant_id, :uuid
        unquote(block)
      end
    end
  end
end
`;

describe('migrations and the files around them', () => {
  const check = (
    says: string,
    files: Readonly<Record<string, string>>,
    code: string,
    ...sql: readonly string[]
  ) => {
    it(says, () => assert.deepEqual(sqlOf(code, null, { around: around(files) }), sql));
  };

  check(
    'follows functions of another module',
    { 'lib/helpers.ex': HELPER },
    'Shop.MigrationHelpers.audited(:a)',
    'ALTER TABLE "a" ADD COLUMN "changed_by" text NOT NULL, ADD COLUMN "inserted_at" timestamptz NOT NULL, ADD COLUMN "updated_at" timestamptz NOT NULL',
  );
  check(
    'follows what is imported',
    { 'lib/helpers.ex': HELPER },
    module(
      'import Shop.MigrationHelpers\ndef change do\n create table(:a, primary_key: false) do\n  stamps()\n end\nend',
    ),
    'CREATE TABLE "a" ("inserted_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL)',
  );
  check(
    'reads macros with their blocks',
    { 'lib/helpers.ex': HELPER },
    module(
      'require Shop.MigrationHelpers\ndef change do\n Shop.MigrationHelpers.tenant_table :a do\n  add :x, :text\n end\nend',
    ),
    'CREATE TABLE "a" ("id" bigserial, "tenant_id" uuid, "x" text, PRIMARY KEY ("id"))',
  );
  check(
    'takes what a module that it uses puts into it',
    {
      'lib/helpers.ex': HELPER,
      'lib/migration.ex': `defmodule Shop.Migration do
  defmacro __using__(_) do
    quote do
      use Ecto.Migration
      import Shop.MigrationHelpers
      @disable_ddl_transaction true
      @kind :date
      def column(name), do: add(name, @kind)
    end
  end
end`,
    },
    module('def change do\n alter table(:a) do\n  column(:x)\n  stamps()\n end\nend', 'Shop.Migration'),
    'ALTER TABLE "a" ADD COLUMN "x" date, ADD COLUMN "inserted_at" timestamptz NOT NULL, ADD COLUMN "updated_at" timestamptz NOT NULL',
  );
  check(
    'runs callbacks that it is given',
    {
      'lib/migration.ex': `defmodule Shop.Migration do
  defmacro __using__(_) do
    quote do
      use Ecto.Migration
      def after_begin, do: execute("SET lock_timeout TO '5s'")
    end
  end
end`,
    },
    module('def change, do: drop(table(:a))', 'Shop.Migration'),
    `SET lock_timeout TO '5s'`,
    'DROP TABLE "a"',
  );
  check(
    'takes values of the application',
    { 'lib/status.ex': 'defmodule Shop.Status do\n  @all ~w(on off)\n  def all, do: @all\nend' },
    'execute "CREATE TYPE s AS ENUM (#{Enum.map_join(Shop.Status.all(), ", ", &"\'#{&1}\'")})"',
    "CREATE TYPE s AS ENUM ('on', 'off')",
  );
  check(
    'knows the enums of EctoEnum',
    { 'lib/enums.ex': 'import EctoEnum\ndefenum(Shop.Status, :status, [:on, :off])' },
    'Shop.Status.create_type()\nalter table(:a) do\n add :s, Shop.Status.type()\nend',
    "CREATE TYPE public.status AS ENUM ('on', 'off')",
    'ALTER TABLE "a" ADD COLUMN "s" public.status',
  );
  check(
    'reads the file of execute_file',
    { 'priv/repo/seed.sql': 'CREATE TABLE seeds (id int)' },
    'execute_file "priv/repo/seed.sql"',
    'CREATE TABLE seeds (id int)',
  );
  check(
    'reads files beside the migration, and of the application',
    { 'priv/repo/migrations/1_example.sql': 'DROP TABLE a', 'priv/sql/b.sql': 'DROP TABLE b' },
    module(`def up do
      execute File.read!(Path.join(__DIR__, String.replace(Path.basename(__ENV__.file), ".exs", ".sql")))
      execute File.read!(Application.app_dir(:shop, "priv/sql/b.sql"))
      execute File.read!(Path.expand("../../sql/b.sql", __DIR__))
      execute File.read!("#{:code.priv_dir(:shop)}/sql/b.sql")
    end`),
    'DROP TABLE a',
    'DROP TABLE b',
    'DROP TABLE b',
    'DROP TABLE b',
  );
  check(
    'takes what all configurations agree on',
    {
      'config/config.exs':
        'import Config\nconfig :shop, prefix: "one", env: :dev\nconfig :shop, Shop.Mailer, table: "mails"',
      'config/prod.exs': 'import Config\nconfig :shop, env: :prod',
    },
    'drop table(:a, prefix: Application.get_env(:shop, :prefix))\ndrop table(Application.get_env(:shop, Shop.Mailer)[:table])\ndrop table(Application.get_env(:shop, :other, "b"))\nif Application.get_env(:shop, :env) == :prod, do: execute("SELECT 1")',
    'DROP TABLE "one"."a"',
    'DROP TABLE "mails"',
    'DROP TABLE "b"',
    'SELECT 1',
  );

  it('says that an environment of several is not known', () => {
    const files = {
      'config/dev.exs': 'config :shop, env: :dev',
      'config/prod.exs': 'config :shop, env: :prod',
      'config/runtime.exs': 'config :shop, key: System.get_env("KEY")',
    };
    const code =
      'if Application.get_env(:shop, :env) == :prod, do: drop(table(:a))\nif Application.get_env(:shop, :key), do: drop(table(:b))';
    const kinds = migrationOf(code, null, { around: around(files) }).statements.flatMap(({ operations }) =>
      operations.map(({ kind }) => kind),
    );
    assert.deepEqual(kinds, ['unknown', 'unknown']);
  });

  it('follows nothing of the application that has nothing to do with the schema', () => {
    const files = { 'lib/release.ex': 'defmodule Shop.Release do\n  def seed, do: unknown_thing(1)\nend' };
    const { statements } = migrationOf('Shop.Release.seed()', null, { around: around(files) });
    const [operation] = statements.flatMap(({ operations }) => operations);
    assert.ok(operation?.kind === 'unknown' && operation.touches.kind === 'rows');
  });

  it('places what other files do at the call', () => {
    const code = moduleAround('    Shop.MigrationHelpers.audited(:a)');
    const { statements } = migrationOf(code, null, { around: around({ 'lib/helpers.ex': HELPER }) });
    for (const { operations, span } of statements) {
      assert.equal(code.slice(span.start, span.end), 'Shop.MigrationHelpers.audited(:a)');
      for (const { keyword } of operations) {
        assert.equal(code.slice(keyword.start, keyword.end), 'Shop.MigrationHelpers.audited(:a)');
      }
    }
    assert.equal(statements.length, 1);
  });
});
