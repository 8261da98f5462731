// What tools make of the files in a folder: which run, in which order, in which transaction, and why others do not.

import assert from 'node:assert/strict';
import type { Workspace } from '../../server/src/lint/workspace.js';
import { type MemoryFile, memoryWorkspace, ROOT } from '../support/workspace.js';

const short = (path: string) => path.slice(ROOT.length + 1);

/** What the files come to, as lines. */
function told({ histories }: Workspace): readonly string[] {
  return histories.flatMap(({ set, history }) => [
    ...(histories.length > 1 ? [`history ${short(set.id)}`] : []),
    ...(set.incomplete === null ? [] : [`incomplete: ${set.incomplete}`]),
    ...history.migrations.map(({ migration: { file, layout, transaction, isBaseline, statements } }) =>
      [
        isBaseline ? 'begin' : layout,
        short(file.path),
        transaction,
        statements.map(({ sql }) => sql.replace(/\s+/g, ' ')).join('; '),
      ].join(' | '),
    ),
    ...set.contained.map((path) => `contained ${short(path)}`),
    ...set.unread.map(({ path, reason }) => `unread ${short(path)}: ${reason}`),
  ]);
}

interface Case {
  readonly files: Readonly<Record<string, string>>;
  readonly told: readonly string[];
}

const filesOf = (files: Case['files']): readonly MemoryFile[] =>
  Object.entries(files).map(([path, text]) => ({ path, text }));

const journal = (dialect: string, ...tags: readonly string[]) =>
  JSON.stringify({
    version: '7',
    dialect,
    entries: tags.map((tag, idx) => ({ idx, tag, breakpoints: true })),
  });

const cases: Readonly<Record<string, Case>> = {
  'Drizzle: the journal has the order, and the last word': {
    files: {
      'drizzle/meta/_journal.json': journal('postgresql', '0001_b', '0000_a'),
      'drizzle/0000_a.sql': 'select 1;--> statement-breakpoint\nselect 2',
      'drizzle/0001_b.sql': 'select 3',
      'drizzle/0002_c.sql': 'select 4',
    },
    told: [
      'drizzle | drizzle/0001_b.sql | per-file | select 3',
      'drizzle | drizzle/0000_a.sql | per-file | select 1; select 2',
      'unread drizzle/0002_c.sql: meta/_journal.json does not name it',
    ],
  },
  'Drizzle: a breakpoint ends a statement without `;`': {
    files: {
      'drizzle/meta/_journal.json': journal('postgresql', 'a'),
      'drizzle/a.sql': 'create table a (id int)\n--> statement-breakpoint\ncreate table b (id int)',
    },
    told: ['drizzle | drizzle/a.sql | per-file | create table a (id int); create table b (id int)'],
  },
  'Drizzle: what is not there is told': {
    files: {
      'drizzle/meta/_journal.json': journal('postgresql', '0000_a', '0001_b'),
      'drizzle/0001_b.sql': 'select 1',
    },
    told: [
      'incomplete: meta/_journal.json names "0000_a", for which there is no file',
      'drizzle | drizzle/0001_b.sql | per-file | select 1',
    ],
  },
  'Drizzle: for another database': {
    files: { 'drizzle/meta/_journal.json': journal('sqlite', '0000_a'), 'drizzle/0000_a.sql': 'select 1' },
    told: [],
  },
  'Drizzle: folders': {
    files: {
      'drizzle/20260101000000_a/migration.sql': 'select 1;--> statement-breakpoint\nselect 2;',
      'drizzle/20260102000000_b/migration.sql': 'select 3;--> statement-breakpoint\nselect 4;',
    },
    told: [
      'drizzle | drizzle/20260101000000_a/migration.sql | per-file | select 1; select 2',
      'drizzle | drizzle/20260102000000_b/migration.sql | per-file | select 3; select 4',
    ],
  },
  'sqitch: the plan has order and names, also of what was reworked': {
    files: {
      'sqitch.conf': '[core]\n\tengine = pg\n\ttop_dir = db\n',
      'db/sqitch.plan':
        '%syntax-version=1.0.0\n%project=x\n\nusers 2024-01-01T00:00:00Z A <a@b> # note\n@v1 2024-01-02T00:00:00Z A <a@b>\n' +
        'z/posts [users] 2024-01-02T00:00:00Z A <a@b>\nusers [users@v1] 2024-01-03T00:00:00Z A <a@b>\n',
      'db/deploy/users.sql': 'begin; select 3; commit;',
      'db/deploy/users@v1.sql': 'begin; select 1; commit;',
      'db/deploy/z/posts.sql': 'select 2;',
      'db/deploy/forgotten.sql': 'select 4;',
      'db/revert/users.sql': 'drop table users;',
      'db/verify/users.sql': 'select 1;',
    },
    told: [
      'sqitch | db/deploy/users@v1.sql | none | begin; select 1; commit',
      'sqitch | db/deploy/z/posts.sql | none | select 2',
      'sqitch | db/deploy/users.sql | none | begin; select 3; commit',
      'unread db/deploy/forgotten.sql: sqitch.plan does not name it',
    ],
  },
  'sqitch: for another database': {
    files: {
      'sqitch.conf': '[core]\n  engine = mysql\n',
      'sqitch.plan': 'a 2024-01-01T00:00:00Z A <a@b>\n',
      'deploy/a.sql': 'select 1;',
    },
    told: [],
  },
  'Hasura: a history for each database': {
    files: {
      'hasura/migrations/default/1600000000001_b/up.sql': 'select 2;',
      'hasura/migrations/default/1600000000000_a/up.sql': 'select 1;',
      'hasura/migrations/default/1600000000000_a/down.sql': 'select 0;',
      'hasura/migrations/other/1600000000000_c/up.sql': 'select 3;',
    },
    told: [
      'history hasura/migrations/default',
      'hasura | hasura/migrations/default/1600000000000_a/up.sql | per-file | select 1',
      'hasura | hasura/migrations/default/1600000000001_b/up.sql | per-file | select 2',
      'history hasura/migrations/other',
      'hasura | hasura/migrations/other/1600000000000_c/up.sql | per-file | select 3',
    ],
  },
  'node-pg-migrate: both ways in a file, dates beside milliseconds, and code that is not read': {
    files: {
      'migrations/20200913122641000_c.sql': '-- Up Migration\nselect 3;\n-- Down Migration\nselect 0;',
      'migrations/1600000000000_a.sql': '-- Down Migration\nselect 0;\n-- Up Migration\nselect 1;',
      'migrations/1600000000500_b.js': '',
    },
    told: [
      'node-pg-migrate | migrations/1600000000000_a.sql | per-file | select 1',
      'node-pg-migrate | migrations/1600000000500_b.js | unknown | ',
      'node-pg-migrate | migrations/20200913122641000_c.sql | per-file | select 3',
    ],
  },
  'code alone is no history': { files: { 'migrations/1600000000500_b.js': '' }, told: [] },
  'Atlas: by the letters of names, as atlas.sum tells': {
    files: {
      'migrations/atlas.sum': 'h1:x\n',
      'migrations/2_b.sql': '-- atlas:txmode none\n\nselect 2;',
      'migrations/10_a.sql': 'select 1;',
    },
    told: [
      'atlas | migrations/10_a.sql | per-file | select 1',
      'atlas | migrations/2_b.sql | none | select 2',
    ],
  },
  'Atlas: a delimiter of its own': {
    files: {
      'migrations/atlas.sum': 'h1:x\n',
      'migrations/1_a.sql': '-- atlas:delimiter -- end\n\nselect 1\n-- end\nselect 2\n-- end\n',
    },
    told: ['atlas | migrations/1_a.sql | per-file | select 1; select 2'],
  },
  'Atlas: begins with the last checkpoint': {
    files: {
      'migrations/atlas.sum': 'h1:x\n',
      'migrations/1_a.sql': 'select 1;',
      'migrations/2_checkpoint.sql': '-- atlas:checkpoint\n\nselect 2;',
      'migrations/3_c.sql': 'select 3;',
    },
    told: [
      'begin | migrations/2_checkpoint.sql | none | select 2',
      'atlas | migrations/3_c.sql | per-file | select 3',
      'contained migrations/1_a.sql',
    ],
  },
  'Flyway: what is repeated comes last, settings stand beside, U goes down, callbacks are not run': {
    files: {
      'db/migration/R__b.sql': 'select 4;',
      'db/migration/R__a.sql': 'select 3;',
      'db/migration/V10__c.sql': 'select 2;',
      'db/migration/V10__c.sql.conf': 'executeInTransaction=false\n',
      'db/migration/V2__b.sql': 'select 1;',
      'db/migration/U2__b.sql': 'select 0;',
      'db/migration/afterMigrate.sql': 'select 9;',
      'db/migration/v3_wrong.sql': 'select 9;',
    },
    told: [
      'flyway | db/migration/V2__b.sql | per-file | select 1',
      'flyway | db/migration/V10__c.sql | none | select 2',
      'flyway | db/migration/R__a.sql | per-file | select 3',
      'flyway | db/migration/R__b.sql | per-file | select 4',
      'unread db/migration/afterMigrate.sql: Flyway calls it back around migrations, which is not replayed',
      'unread db/migration/v3_wrong.sql: its name is not V<version>__<name>.sql',
    ],
  },
  'Flyway: the last B takes the place of what is before it': {
    files: {
      'm/V1__a.sql': 'select 1;',
      'm/B2__base.sql': 'select 2;',
      'm/V2__b.sql': 'select 9;',
      'm/V3__c.sql': 'select 3;',
      'm/R__r.sql': 'select 4;',
    },
    told: [
      'begin | m/B2__base.sql | none | select 2',
      'flyway | m/V3__c.sql | per-file | select 3',
      'flyway | m/R__r.sql | per-file | select 4',
      'contained m/V1__a.sql',
      'contained m/V2__b.sql',
    ],
  },
  'Flyway: a migration in Java is not read': {
    files: {
      'src/main/resources/db/migration/V1__a.sql': 'select 1;',
      'src/main/java/db/migration/V2__b.java': '',
    },
    told: [
      'flyway | src/main/resources/db/migration/V1__a.sql | per-file | select 1',
      'flyway | src/main/java/db/migration/V2__b.java | unknown | ',
    ],
  },
  'Diesel: metadata.toml switches the transaction off': {
    files: {
      'migrations/2024-01-01-000000_a/up.sql': 'select 1;',
      'migrations/2024-01-02-000000_b/up.sql': 'select 2;',
      'migrations/2024-01-02-000000_b/metadata.toml': 'run_in_transaction = false\n',
    },
    told: [
      'diesel | migrations/2024-01-01-000000_a/up.sql | per-file | select 1',
      'diesel | migrations/2024-01-02-000000_b/up.sql | none | select 2',
    ],
  },
  'Prisma: for another database': {
    files: {
      'prisma/migrations/migration_lock.toml': 'provider = "mysql"\n',
      'prisma/migrations/20240101000000_a/migration.sql': 'select 1;',
    },
    told: [],
  },
  'goose: directives in one file tell for the folder': {
    files: {
      'm/1_a.sql': '-- +goose Up\nselect 1;\n-- +goose Down\nselect 0;',
      'm/2_b.sql': 'select 2;',
      'm/seed.sql': 'select 9;',
    },
    told: [
      'goose | m/1_a.sql | per-file | select 1',
      'goose | m/2_b.sql | per-file | select 2',
      'unread m/seed.sql: its name is not <version>_<name>.sql',
    ],
  },
  'sql-migrate': {
    files: {
      'm/1_a.sql': '-- +migrate Up\nselect 1;\n-- +migrate Down\nselect 0;',
      'm/2_b.sql': '-- +migrate Up notransaction\nselect 2;',
    },
    told: ['sql-migrate | m/1_a.sql | per-file | select 1', 'sql-migrate | m/2_b.sql | none | select 2'],
  },
  'Supabase: schemas and seeds are no migrations': {
    files: {
      'supabase/migrations/20240101000000_a.sql': 'select 1;',
      'supabase/migrations/oops.sql': 'select 9;',
      'supabase/schemas/01_a.sql': 'select 9;',
      'supabase/schemas/02_b.sql': 'select 9;',
      'supabase/seed.sql': 'select 9;',
    },
    told: [
      'supabase | supabase/migrations/20240101000000_a.sql | per-file | select 1',
      'unread supabase/migrations/oops.sql: its name is not <version>_<name>.sql',
    ],
  },
  'Liquibase: the changelog has the order; each change set is a transaction': {
    files: {
      'src/main/resources/db/changelog/master.yaml':
        'databaseChangeLog:\n  - include:\n      file: db/changelog/b.sql\n  - includeAll:\n      path: more\n      relativeToChangelogFile: true\n',
      'src/main/resources/db/changelog/b.sql':
        '--liquibase formatted sql\n--changeset ann:1\nselect 1;\n--rollback drop table x;\n--changeset ann:2 runInTransaction:false\nselect 2;\n--changeset ann:3 dbms:mysql\nselect 9;\n',
      'src/main/resources/db/changelog/more/a.sql':
        '--liquibase formatted sql\n--changeset ann:4 runInTransaction:false\nselect 3;\n',
      'src/main/resources/db/changelog/z.sql': '--liquibase formatted sql\n--changeset ann:5\nselect 9;\n',
    },
    told: [
      'liquibase | src/main/resources/db/changelog/b.sql | none | BEGIN; select 1; COMMIT; select 2',
      'liquibase | src/main/resources/db/changelog/more/a.sql | none | select 3',
      'unread src/main/resources/db/changelog/z.sql: no changelog includes it',
    ],
  },
  'Liquibase: XML, SQL files in change sets, and changes that are not SQL': {
    files: {
      'db/changelog-master.xml':
        '<databaseChangeLog><!-- <include file="no.sql"/> --><include file="b.sql" relativeToChangelogFile="true"/>' +
        '<changeSet id="1" author="a"><sqlFile path="a.sql" relativeToChangelogFile="true"/><rollback><dropTable tableName="x"/></rollback></changeSet>' +
        '<changeSet id="2" author="a"><createTable tableName="y"/></changeSet></databaseChangeLog>',
      'db/a.sql': 'select 2;',
      'db/b.sql': '--liquibase formatted sql\n--changeset a:1\nselect 1;\n',
    },
    told: [
      'liquibase | db/b.sql | per-file | select 1',
      'liquibase | db/a.sql | per-file | select 2',
      'liquibase | db/changelog-master.xml | unknown | ',
    ],
  },
  'Liquibase: without a changelog, by paths; a delimiter of its own': {
    files: {
      'db/b.sql': '--liquibase formatted sql\n--changeset a:1 endDelimiter://\nselect 2//\nselect 3//\n',
      'db/a/a.sql':
        '--liquibase formatted sql\n--changeset a:1 endDelimiter:/\nselect 1\n/\nselect 4 / 2\n/\n',
    },
    told: [
      'liquibase | db/a/a.sql | per-file | select 1; select 4 / 2',
      'liquibase | db/b.sql | per-file | select 2; select 3',
    ],
  },
  'Ecto: what is not run, and a history of its own for tenants': {
    files: {
      'priv/repo/migrations/1_a.exs': 'defmodule A do\n  use Ecto.Migration\nend',
      'priv/repo/migrations/2_b.ex': 'defmodule B do\n  use Ecto.Migration\nend',
      'priv/repo/migrations/c.exs': 'defmodule C do\n  use Ecto.Migration\nend',
      'priv/repo/migrations/.formatter.exs': '[]',
      'priv/repo/manual_migrations/3_d.exs': 'defmodule D do\n  use Ecto.Migration\nend',
      'priv/repo/tenant_migrations/1_e.exs': 'defmodule E do\n  use Ecto.Migration\nend',
    },
    told: [
      'history ',
      'ecto | priv/repo/migrations/1_a.exs | per-file | ',
      'ecto | priv/repo/manual_migrations/3_d.exs | per-file | ',
      'unread priv/repo/migrations/2_b.ex: it ends in .ex, and only .exs files are run',
      'unread priv/repo/migrations/c.exs: its name is not <version>_<name>.exs',
      'history repo/tenant_migrations',
      'incomplete: they run in a schema for each tenant, beside tables that other migrations make',
      'ecto | priv/repo/tenant_migrations/1_e.exs | per-file | ',
    ],
  },
  'Ecto: a script that a migration executes is none': {
    files: {
      'priv/repo/migrations/1_a.exs':
        'defmodule A do\n  use Ecto.Migration\n  def up, do: execute_file("priv/repo/migrations/2_b.sql")\nend',
      'priv/repo/migrations/2_b.sql': 'select 2;',
    },
    told: ['ecto | priv/repo/migrations/1_a.exs | per-file | select 2;'],
  },
  'two tools in a project are two histories': {
    files: {
      'a/migrations/1_a.up.sql': 'select 1;',
      'b/1_b.sql': '-- +goose Up\nselect 2;',
    },
    told: [
      'history a/migrations',
      'up-down | a/migrations/1_a.up.sql | unknown | select 1',
      'history b',
      'goose | b/1_b.sql | per-file | select 2',
    ],
  },
};

describe('layouts', () => {
  for (const [title, { files, told: expected }] of Object.entries(cases)) {
    it(title, () => assert.deepEqual(told(memoryWorkspace(filesOf(files))), expected));
  }

  it('a configuration in a folder says what its own migrations are', () => {
    const files = {
      'plumbline.jsonc': '{ "migrations": ["db"] }',
      'db/a.sql': 'select 1;',
      'elsewhere/migrations/1_a.up.sql': 'select 9;',
      'app/plumbline.jsonc': '{ "migrations": ["sql"], "layout": "goose" }',
      'app/sql/1_a.sql': '-- +goose Up\nselect 2;',
      'app/other/1_b.sql': '-- +goose Up\nselect 9;',
    };
    assert.deepEqual(told(memoryWorkspace(filesOf(files), {}, ['app'])), [
      'history ',
      'plain | db/a.sql | unknown | select 1',
      'history app',
      'goose | app/sql/1_a.sql | per-file | select 2',
    ]);
  });
});
