// What rules put small mends together from: words, options, steps before and after, statements that go or move.

import { strict as assert } from 'node:assert';
import { dedent, describeFixes, drawn, type Files, mend, workspaceOf, written } from './support/mend.js';

const users = written`
  create table users (id bigint primary key, email text, note text);
`;

const change = (body: string) => `defmodule Shop.Repo.Migrations.Change do
  use Ecto.Migration

  def change do
${body.replace(/^\n|\n *$/g, '').replace(/^ {10}/gm, '    ')}
  end
end
`;

const ectoUsers = change(`
          create table(:users) do
            add :email, :text
            add :note, :text
          end
`).replace('Change', 'Users');

const setup = { 'priv/repo/migrations/20240101000000_users.exs': ectoUsers };
const path = 'priv/repo/migrations/20240102000000_change.exs';

describeFixes(
  'insertWords',
  'add-constraint',
  (editor, operation) =>
    'validated' in operation.constraint && operation.constraint.validated
      ? editor.insertWords(operation, operation.constraint.span.end, 'not valid')
      : null,
  [
    {
      title: 'in capitals, before a comma',
      files: {
        'db/0001_users.sql': users,
        'db/0002_check.sql': written`
        ALTER TABLE users ADD CONSTRAINT short CHECK (length(email) < 99), -- not too long
          ADD COLUMN age int;
      `,
      },
      keepsSchema: false,
      shows: `
      === db/0002_check.sql
      -ALTER TABLE users ADD CONSTRAINT short CHECK (length(email) < 99), -- not too long
      +ALTER TABLE users ADD CONSTRAINT short CHECK (length(email) < 99) NOT VALID, -- not too long
         ADD COLUMN age int;
    `,
    },
    {
      title: 'in SQL of Ecto',
      files: {
        ...setup,
        [path]: change(`
          execute "alter table users add constraint short check (email <> 'x')", ""
      `),
      },
      keepsSchema: false,
      shows: `
      === priv/repo/migrations/20240102000000_change.exs
       defmodule Shop.Repo.Migrations.Change do
         use Ecto.Migration

         def change do
      -    execute "alter table users add constraint short check (email <> 'x')", ""
      +    execute "alter table users add constraint short check (email <> 'x') not valid", ""
         end
       end
    `,
    },
    {
      title: 'not in the DSL',
      files: {
        ...setup,
        [path]: change(`          create constraint(:users, :short, check: "email <> 'x'")`),
      },
      shows: null,
    },
  ],
);

describeFixes(
  'replaceWords',
  'drop-column',
  (editor, operation) =>
    operation.ifExists ? null : editor.replaceWords(operation, operation.column.span, 'if exists "Mail"'),
  [
    {
      title: 'names have quotes where they need them',
      files: { 'db/0001_users.sql': users, 'db/0002_drop.sql': 'ALTER TABLE users DROP email;\n' },
      keepsSchema: false,
      shows: `
      === db/0002_drop.sql
      -ALTER TABLE users DROP email;
      +ALTER TABLE users DROP IF EXISTS "Mail";
    `,
    },
  ],
);

describeFixes(
  'replaceWords by nothing',
  'drop-table',
  (editor, operation) =>
    operation.cascade
      ? editor.replaceWords(operation, { start: operation.span.end - 7, end: operation.span.end }, '')
      : null,
  [
    {
      title: 'takes the blank along',
      files: { 'db/0001_users.sql': users, 'db/0002_drop.sql': 'drop table users cascade;\n' },
      shows: `
      === db/0002_drop.sql
      -drop table users cascade;
      +drop table users;
    `,
    },
  ],
);

describeFixes(
  'setOption',
  'create-index',
  (editor, operation) => editor.setOption(operation, operation.keyword, 'concurrently', 'true'),
  [
    {
      title: 'belongs to the index',
      files: { ...setup, [path]: change('          create index(:users, [:email])') },
      shows: `
      === priv/repo/migrations/20240102000000_change.exs
       defmodule Shop.Repo.Migrations.Change do
         use Ecto.Migration

         def change do
      -    create index(:users, [:email])
      +    create index(:users, [:email], concurrently: true)
         end
       end
    `,
    },
    {
      title: 'through a pipe and a variable',
      files: {
        ...setup,
        [path]: change(`
          own = :users |> index([:email])
          own |> create()
        `),
      },
      shows: `
      === priv/repo/migrations/20240102000000_change.exs
       defmodule Shop.Repo.Migrations.Change do
         use Ecto.Migration

         def change do
      -    own = :users |> index([:email])
      +    own = :users |> index([:email], concurrently: true)
           own |> create()
         end
       end
    `,
    },
    {
      title: 'none in SQL',
      files: { 'db/0001_users.sql': users, 'db/0002_index.sql': 'create index on users (email);\n' },
      shows: null,
    },
  ],
);

describeFixes(
  'setOption, of a column, taken out',
  'add-column',
  (editor, operation) => editor.setOption(operation, operation.keyword, 'null', null),
  [
    {
      title: 'and nothing else of it',
      files: {
        ...setup,
        [path]: change(`
          alter table(:users) do
            add :age, :integer, null: false, default: 0
          end
        `),
      },
      keepsSchema: false,
      shows: `
      === priv/repo/migrations/20240102000000_change.exs
       defmodule Shop.Repo.Migrations.Change do
         use Ecto.Migration

         def change do
           alter table(:users) do
      -      add :age, :integer, null: false, default: 0
      +      add :age, :integer, default: 0
           end
         end
       end
    `,
    },
  ],
);

describeFixes(
  'setOption of a verb',
  'drop-table',
  (editor, operation) => editor.setOption(operation, operation.keyword, 'mode', ':cascade'),
  [
    {
      title: 'stands behind what is dropped',
      files: { ...setup, [path]: change('          drop table(:users)') },
      shows: `
      === priv/repo/migrations/20240102000000_change.exs
       defmodule Shop.Repo.Migrations.Change do
         use Ecto.Migration

         def change do
      -    drop table(:users)
      +    drop table(:users), mode: :cascade
         end
       end
    `,
    },
  ],
);

describeFixes('removeOperation', 'add-column', (editor, operation) => editor.removeOperation(operation), [
  {
    title: 'an action, and what undoes it',
    files: {
      'm/20240101000000_users.sql': `-- +goose Up\n${users}-- +goose Down\ndrop table users;\n`,
      'm/20240102000000_age.sql': written`
        -- +goose Up
        alter table users
          add column age int, -- years
          alter column email set default '';
        -- +goose Down
        alter table users drop column age, alter column email drop default;
      `,
    },
    keepsSchema: false,
    shows: `
      === m/20240102000000_age.sql
       -- +goose Up
       alter table users
      -  add column age int, -- years
      +  -- years
         alter column email set default '';
       -- +goose Down
      -alter table users drop column age, alter column email drop default;
      +alter table users alter column email drop default;
    `,
  },
  {
    title: 'a statement, whose comments stay',
    files: {
      'm/20240101000000_users.sql': `-- +goose Up\n${users}-- +goose Down\ndrop table users;\n`,
      'm/20240102000000_age.sql': written`
        -- +goose Up
        -- in years
        alter table users add /* whole */ column age int; -- for now
        select 1;
        -- +goose Down
        alter table users drop column age;
      `,
    },
    keepsSchema: false,
    shows: `
      === m/20240102000000_age.sql
       -- +goose Up
       -- in years
      -alter table users add /* whole */ column age int; -- for now
      +/* whole */ -- for now
       select 1;
       -- +goose Down
      -alter table users drop column age;
    `,
  },
  {
    title: 'a command in a block',
    files: {
      ...setup,
      [path]: change(`
          alter table(:users) do
            # in years
            add :age, :integer
            add :name, :text
          end
        `),
    },
    keepsSchema: false,
    shows: `
      === priv/repo/migrations/20240102000000_change.exs
       defmodule Shop.Repo.Migrations.Change do
         use Ecto.Migration

         def change do
           alter table(:users) do
             # in years
      -      add :age, :integer
             add :name, :text
           end
         end
       end
    `,
  },
  {
    title: 'the only command of a block, on both ways',
    files: {
      ...setup,
      [path]: written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def up do
            alter table(:users) do
              # in years
              add :age, :integer
            end

            execute "select 1"
          end

          def down do
            alter table(:users) do
              remove :age
            end
          end
        end
      `,
    },
    keepsSchema: false,
    shows: `
      === priv/repo/migrations/20240102000000_change.exs
       defmodule Shop.Repo.Migrations.Change do
         use Ecto.Migration

         def up do
      -    alter table(:users) do
      -      # in years
      -      add :age, :integer
      -    end
      +    # in years

           execute "select 1"
         end

         def down do
      -    alter table(:users) do
      -      remove :age
      -    end
      +    :ok
         end
       end
    `,
  },
  {
    title: 'not where a loop does it for several tables',
    files: {
      ...setup,
      [path]: change(`
          for column <- [:a, :b] do
            alter table(:users) do
              add column, :integer
            end
          end
        `),
    },
    shows: null,
  },
]);

const timeout = {
  up: { kind: 'words', sql: `set local lock_timeout = '5s'` },
  down: null,
} as const;
const analyze = { up: { kind: 'words', sql: 'analyze "users"' }, down: null } as const;

describe('runBefore and runAfter', () => {
  const around = (files: Files, target: string) =>
    drawn(
      mend(workspaceOf(files), target, 'add-column', (editor, operation) =>
        editor.together(editor.runBefore(operation, [timeout]), editor.runAfter(operation, [analyze])),
      ),
    );

  it('around a statement and its comments', () => {
    const text = written`
      -- About the file.

      -- In years.
      ALTER TABLE "users" ADD COLUMN "age" int -- for now
    `;
    assert.equal(
      around({ 'db/0001_users.sql': users, 'db/0002_age.sql': text }, 'db/0002_age.sql'),
      dedent(`
        === db/0002_age.sql
         -- About the file.

        +SET LOCAL lock_timeout = '5s';
         -- In years.
        -ALTER TABLE "users" ADD COLUMN "age" int -- for now
        +ALTER TABLE "users" ADD COLUMN "age" int; -- for now
        +ANALYZE "users";
      `),
    );
  });

  it('in Ecto', () => {
    const text = change(`
          # in years
          alter table(:users) do
            add :age, :integer
          end
    `);
    assert.equal(
      around({ ...setup, [path]: text }, path),
      dedent(`
        === priv/repo/migrations/20240102000000_change.exs
         defmodule Shop.Repo.Migrations.Change do
           use Ecto.Migration

           def change do
        +    execute "SET LOCAL lock_timeout = '5s'", ""
        +
             # in years
             alter table(:users) do
               add :age, :integer
             end
        +
        +    execute "ANALYZE users", ""
           end
         end
      `),
    );
  });

  it('in Ecto, in a callback on one line', () => {
    const text = change('').replace(
      /def change do[\s\S]*?end/,
      'def change, do: create(index(:users, [:email]))',
    );
    const mended = mend(workspaceOf({ ...setup, [path]: text }), path, 'create-index', (editor, operation) =>
      editor.runBefore(operation, [timeout]),
    );
    assert.equal(
      drawn(mended),
      dedent(`
        === priv/repo/migrations/20240102000000_change.exs
         defmodule Shop.Repo.Migrations.Change do
           use Ecto.Migration

        -  def change, do: create(index(:users, [:email]))
        +  def change do
        +    execute("SET LOCAL lock_timeout = '5s'", "")
        +    create(index(:users, [:email]))
        +  end
         end
      `),
    );
  });
});

describeFixes(
  'runAlone',
  'validate-constraint',
  (editor, operation) => editor.runAlone(operation, 'validate_it'),
  [
    {
      title: 'not when the rest would only be set for it',
      files: {
        'db/0001_users.sql': `${users}alter table users add constraint short check (email <> '') not valid;\n`,
        'db/0002_check.sql': written`
        set lock_timeout = '5s';
        begin;
        alter table users validate constraint short;
        commit;
      `,
      },
      shows: null,
    },
    {
      title: 'not when the rest would only be set for it, in Ecto',
      files: {
        ...setup,
        'priv/repo/migrations/20240101000001_check.exs': change(`
          create constraint(:users, :short, check: "email <> ''", validate: false)
        `).replace('Change', 'Check'),
        [path]: change(`
          execute "set local lock_timeout = '5s'", ""
          execute "alter table users validate constraint short", ""
        `),
      },
      shows: null,
    },
    {
      title: 'with its comments',
      files: {
        'db/0001_users.sql': users,
        'db/0002_check.sql': written`
        alter table users add constraint short check (email <> '') not valid;
        -- It reads the table.
        alter table users validate constraint short;
      `,
      },
      shows: `
      === db/0002_check.sql
       alter table users add constraint short check (email <> '') not valid;
      --- It reads the table.
      -alter table users validate constraint short;
      === db/0003_validate_it.sql
      +-- It reads the table.
      +alter table users validate constraint short;
    `,
    },
    {
      title: 'in Ecto, with what undoes it',
      files: {
        ...setup,
        [path]: change(`
          create constraint(:users, :short, check: "email <> ''", validate: false)
          execute "alter table users validate constraint short", ""
        `),
      },
      shows: `
      === priv/repo/migrations/20240102000000_change.exs
       defmodule Shop.Repo.Migrations.Change do
         use Ecto.Migration

         def change do
           create constraint(:users, :short, check: "email <> ''", validate: false)
      -    execute "alter table users validate constraint short", ""
         end
       end
      === priv/repo/migrations/20240102000001_validate_it.exs
      +defmodule Shop.Repo.Migrations.ValidateIt do
      +  use Ecto.Migration
      +
      +  def change do
      +    execute "alter table users validate constraint short", ""
      +  end
      +end
    `,
    },
    {
      title: 'not when what follows may need it',
      files: {
        'db/0001_users.sql': users,
        'db/0002_check.sql': written`
        alter table users add constraint short check (email <> '') not valid;
        alter table users validate constraint short;
        alter table users alter column email set not null;
      `,
      },
      shows: null,
    },
  ],
);

describe('runLater', () => {
  const followUp = {
    name: 'analyze_users',
    outside: false,
    notes: ['Nothing waits for it.'],
    up: [analyze.up],
    down: [],
  };

  it('leaves the migration as it is', () => {
    const files = { 'db/0001_users.sql': users, 'db/0002_age.sql': 'alter table users add age int;\n' };
    const mended = mend(workspaceOf(files), 'db/0002_age.sql', 'add-column', (editor) =>
      editor.runLater([followUp]),
    );
    assert.equal(
      drawn(mended),
      dedent(`
        === db/0003_analyze_users.sql
        +-- Nothing waits for it.
        +analyze users;
      `),
    );
  });

  it('two at once would have the same version', () => {
    const files = { 'db/0001_users.sql': users, 'db/0002_age.sql': 'alter table users add age int;\n' };
    const mended = mend(workspaceOf(files), 'db/0002_age.sql', 'add-column', (editor) =>
      editor.together(editor.runLater([followUp]), editor.runLater([followUp])),
    );
    assert.equal(mended.change, null);
  });
});
