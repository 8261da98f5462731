// Where a history begins: with nothing, with a dump that a tool wrote, or with a file that the configuration names.

import assert from 'node:assert/strict';
import type { Config } from '../../server/src/lint/config.js';
import { lintFile } from '../../server/src/lint/lint.js';
import { memoryWorkspace, ROOT } from '../support/workspace.js';

const DUMP = '--\n-- PostgreSQL database dump\n--\n\n\\restrict abc\n\nSET search_path = public;\n';
const USERS = 'CREATE TABLE public.users (id bigint NOT NULL, name text);\n';
const listed = (...versions: readonly string[]) =>
  `INSERT INTO "schema_migrations" (version) VALUES\n${versions.map((one) => `('${one}')`).join(',\n')};\n`;
const ecto = (...versions: readonly string[]) =>
  versions.map((one) => `INSERT INTO public."schema_migrations" (version) VALUES (${one});\n`).join('');
const migration = (change: string) =>
  `defmodule M do\n  use Ecto.Migration\n  def change do\n    ${change}\n  end\nend\n`;

const CREATE = migration('create table(:users) do\n      add :name, :text\n    end');
const ADD = migration('alter table(:users) do\n      add :age, :integer\n    end');

interface Case {
  readonly files: Readonly<Record<string, string>>;
  readonly config?: Partial<Config>;
  /** What runs; a baseline is marked. */
  readonly runs: readonly string[];
  readonly contained?: readonly string[];
  /** Columns of `users` in the end. */
  readonly columns: readonly string[] | null;
}

const cases: Readonly<Record<string, Case>> = {
  'Ecto: a dump beside all that is in it says nothing new': {
    files: {
      'priv/repo/structure.sql': DUMP + USERS + ecto('1', '2'),
      'priv/repo/migrations/1_a.exs': CREATE,
      'priv/repo/migrations/2_b.exs': ADD,
    },
    runs: ['priv/repo/migrations/1_a.exs', 'priv/repo/migrations/2_b.exs'],
    columns: ['id', 'name', 'age'],
  },
  'Ecto: a dump that is older than the migrations says nothing new either': {
    files: {
      'priv/repo/structure.sql': DUMP + USERS + ecto('1'),
      'priv/repo/migrations/1_a.exs': CREATE,
      'priv/repo/migrations/2_b.exs': ADD,
    },
    runs: ['priv/repo/migrations/1_a.exs', 'priv/repo/migrations/2_b.exs'],
    columns: ['id', 'name', 'age'],
  },
  'Ecto: where old migrations are gone, the dump is the beginning': {
    files: {
      'priv/repo/structure.sql':
        DUMP + USERS.replace('name text', 'name text, city text') + ecto('20200101000000', '20210101000000'),
      'priv/repo/migrations/20210101000000_city.exs': migration(
        'alter table(:users) do\n add :city, :text\n end',
      ),
      'priv/repo/migrations/20220101000000_age.exs': ADD,
    },
    runs: ['begin priv/repo/structure.sql', 'priv/repo/migrations/20220101000000_age.exs'],
    contained: ['priv/repo/migrations/20210101000000_city.exs'],
    columns: ['id', 'name', 'city', 'age'],
  },
  'Ecto: a dump of data says the versions in COPY': {
    files: {
      'priv/repo/structure.sql': `${DUMP}${USERS}COPY public.schema_migrations (version, inserted_at) FROM stdin;\n1\t2020\n2\t2020\n\\.\n`,
      'priv/repo/migrations/2_b.exs': ADD,
      'priv/repo/migrations/3_c.exs': migration('alter table(:users) do\n add :city, :text\n end'),
    },
    runs: ['begin priv/repo/structure.sql', 'priv/repo/migrations/3_c.exs'],
    contained: ['priv/repo/migrations/2_b.exs'],
    columns: ['id', 'name', 'city'],
  },
  'Rails: migrations are code, so the dump is the history': {
    files: {
      'db/structure.sql': DUMP + USERS + listed('20200102000000', '20200101000000'),
      'db/migrate/20200101000000_a.rb': '',
      'db/migrate/20200102000000_b.rb': '',
    },
    runs: ['begin db/structure.sql'],
    contained: ['db/migrate/20200101000000_a.rb', 'db/migrate/20200102000000_b.rb'],
    columns: ['id', 'name'],
  },
  'Rails: what is not in the dump yet is not known': {
    files: {
      'db/structure.sql': DUMP + USERS + listed('20200101000000'),
      'db/migrate/20200101000000_a.rb': '',
      'db/migrate/20200102000000_b.rb': '',
    },
    runs: ['begin db/structure.sql', 'db/migrate/20200102000000_b.rb'],
    contained: ['db/migrate/20200101000000_a.rb'],
    columns: ['id', 'name'],
  },
  'Rails without a dump in SQL': {
    files: { 'db/migrate/20200101000000_a.rb': '' },
    runs: [],
    columns: null,
  },
  'dbmate: the dump beside all migrations': {
    files: {
      'db/schema.sql': USERS + listed('1', '2'),
      'db/migrations/1_a.sql': '-- migrate:up\ncreate table users (id bigint);',
      'db/migrations/2_b.sql': '-- migrate:up\nalter table users add column age int;',
    },
    runs: ['db/migrations/1_a.sql', 'db/migrations/2_b.sql'],
    columns: ['id', 'age'],
  },
  'a dump without versions, of which the migrations need nothing': {
    files: {
      'db/schema.sql': DUMP + USERS,
      'db/migrations/1_a.up.sql': 'create table users (id bigint);',
    },
    runs: ['db/migrations/1_a.up.sql'],
    columns: ['id'],
  },
  'a dump without versions, whose tables the migrations change and do not make': {
    files: {
      'db/schema.sql': DUMP + USERS,
      'db/migrations/1_a.up.sql': 'create table other (id bigint); alter table users add column age int;',
    },
    runs: ['begin db/schema.sql', 'db/migrations/1_a.up.sql'],
    columns: ['id', 'name', 'age'],
  },
  'a version up to which everything is in it': {
    files: {
      'db/base.sql': `-- plumbline baseline 2\n${USERS}`,
      'db/migrations/1_a.up.sql': 'create table users (id bigint);',
      'db/migrations/02_b.up.sql': 'alter table users add column name text;',
      'db/migrations/3_c.up.sql': 'alter table users add column age int;',
    },
    runs: ['begin db/base.sql', 'db/migrations/3_c.up.sql'],
    contained: ['db/migrations/1_a.up.sql', 'db/migrations/02_b.up.sql'],
    columns: ['id', 'name', 'age'],
  },
  'a file that the configuration names': {
    files: {
      'plumbline.jsonc': '{ "baseline": "dumps/production.sql" }',
      'dumps/production.sql': USERS,
      'db/migrations/1_a.up.sql': 'alter table users add column age int;',
    },
    runs: ['begin dumps/production.sql', 'db/migrations/1_a.up.sql'],
    columns: ['id', 'name', 'age'],
  },
  'a schema alone': { files: { 'schema.sql': USERS }, runs: ['begin schema.sql'], columns: ['id', 'name'] },
  'several schemas, of which one is where schemas are': {
    files: { 'db/schema.sql': USERS, 'test/x/schema.sql': USERS.replace('name', 'wrong') },
    runs: ['begin db/schema.sql'],
    columns: ['id', 'name'],
  },
  'several schemas, and no telling which': {
    files: { 'a/schema.sql': USERS, 'b/schema.sql': USERS },
    runs: [],
    columns: null,
  },
  'a first migration that pg_dump wrote is a migration': {
    files: {
      'supabase/migrations/20240101000000_remote_schema.sql': DUMP + USERS,
      'supabase/migrations/20240102000000_b.sql': 'alter table users add column age int;',
    },
    runs: [
      'supabase/migrations/20240101000000_remote_schema.sql',
      'supabase/migrations/20240102000000_b.sql',
    ],
    columns: ['id', 'name', 'age'],
  },
  'the psql side of a dump, and its data': {
    files: {
      'structure.sql':
        `${DUMP}SELECT pg_catalog.set_config('search_path', '', false);\n${USERS}` +
        'ALTER TABLE public.users OWNER TO someone;\nALTER TABLE public.users ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (\n    SEQUENCE NAME public.users_id_seq\n    START WITH 1\n);\n' +
        "COPY public.users (id, name) FROM stdin;\n1\tCREATE TABLE x ();\n\\.\n\nSELECT pg_catalog.setval('public.users_id_seq', 1, true);\n\\unrestrict abc\n",
    },
    runs: ['begin structure.sql'],
    columns: ['id', 'name'],
  },
};

describe('where a history begins', () => {
  for (const [title, { files, config, runs, contained = [], columns }] of Object.entries(cases)) {
    it(title, () => {
      const workspace = memoryWorkspace(
        Object.entries(files).map(([path, text]) => ({ path, text })),
        config,
      );
      const { histories } = workspace;
      const ran = histories.flatMap(({ history }) =>
        history.migrations.map(
          ({ migration: { isBaseline, file } }) =>
            (isBaseline ? 'begin ' : '') + file.path.slice(ROOT.length + 1),
        ),
      );
      assert.deepEqual(ran, runs);
      assert.deepEqual(
        histories.flatMap(({ set }) => set.contained.map((path) => path.slice(ROOT.length + 1))),
        contained,
      );
      const users = histories.flatMap(({ history }) => [...history.latest.relations.values()]);
      const table = users.find(({ kind, name }) => kind === 'table' && name === 'users');
      const found = table?.kind === 'table' ? table.columns.map(({ name }) => name) : null;
      assert.deepEqual(found, columns);
    });
  }

  it('is not linted as a migration, nor is what it contains', () => {
    const files = {
      'priv/repo/structure.sql': `${DUMP}${USERS}CREATE INDEX ON public.users (name);\nDROP TABLE gone;\n${ecto('1', '2')}`,
      'priv/repo/migrations/2_b.exs': migration('create index(:users, [:name])'),
    };
    const workspace = memoryWorkspace(Object.entries(files).map(([path, text]) => ({ path, text })));
    for (const path of Object.keys(files)) assert.deepEqual(lintFile(workspace, `${ROOT}/${path}`), []);
  });
});
