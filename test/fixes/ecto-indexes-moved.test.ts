// Indexes of Ecto migrations built concurrently in a migration of their own, because of what stands beside them.

import { describeFixes, written } from './support/mend.js';

const users = written`
  defmodule Shop.Repo.Migrations.CreateUsers do
    use Ecto.Migration

    def change do
      create table(:users) do
        add :email, :text
        add :name, :text
      end

      create index(:users, [:email])
    end
  end
`;

describeFixes(
  'makeIndexConcurrent, Ecto: elsewhere',
  'create-index',
  (editor, index) => editor.makeIndexConcurrent(index),
  [
    {
      title: 'it leaves what else the migration does, with its comments',
      files: {
        'priv/repo/migrations/20240101000000_users.exs': users,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def change do
            alter table(:users) do
              add :nick, :text
            end

            # looked up at each login
            create index(:users, [:nick]) # and only there

            create table(:notes)
          end
        end
      `,
      },
      shows: `
      === priv/repo/migrations/20240102000000_change.exs
       defmodule Shop.Repo.Migrations.Change do
         use Ecto.Migration

         def change do
           alter table(:users) do
             add :nick, :text
           end

      -    # looked up at each login
      -    create index(:users, [:nick]) # and only there
      -
           create table(:notes)
         end
       end
      === priv/repo/migrations/20240102000001_add_users_nick_index.exs
      +defmodule Shop.Repo.Migrations.AddUsersNickIndex do
      +  use Ecto.Migration
      +
      +  @disable_ddl_transaction true
      +  @disable_migration_lock true
      +
      +  def change do
      +    # looked up at each login
      +    create index(:users, [:nick], concurrently: true) # and only there
      +  end
      +end
    `,
    },
    {
      title: 'the last of several, IF NOT EXISTS, parentheses',
      files: {
        'priv/repo/migrations/20240101000000_users.exs': users,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def change do
            alter table(:users) do
              add(:nick, :text)
            end

            create_if_not_exists(index(:users, ["lower(nick)"], name: "users_nick"))
          end
        end
      `,
      },
      shows: `
      === priv/repo/migrations/20240102000000_change.exs
       defmodule Shop.Repo.Migrations.Change do
         use Ecto.Migration

         def change do
           alter table(:users) do
             add(:nick, :text)
           end
      -
      -    create_if_not_exists(index(:users, ["lower(nick)"], name: "users_nick"))
         end
       end
      === priv/repo/migrations/20240102000001_add_users_nick.exs
      +defmodule Shop.Repo.Migrations.AddUsersNick do
      +  use Ecto.Migration
      +
      +  @disable_ddl_transaction true
      +  @disable_migration_lock true
      +
      +  def change do
      +    create_if_not_exists(index(:users, ["lower(nick)"], name: "users_nick", concurrently: true))
      +  end
      +end
    `,
    },
    {
      title: 'up and down, an attribute of the module, Windows line ends',
      files: {
        'priv/repo/migrations/20240101000000_users.exs': users,
        'priv/repo/migrations/20240102000000_change.exs': written`
        # SPDX-License-Identifier: MIT␍
        ␍
        defmodule Shop.Repo.Migrations.Change do␍
          use Ecto.Migration␍
        ␍
          @table :users␍
        ␍
          def up do␍
            alter table(@table) do␍
              add :nick, :text␍
            end␍
        ␍
            create index(@table, [:nick])␍
          end␍
        ␍
          def down do␍
            # first of all␍
            drop index(@table, [:nick])␍
        ␍
            alter table(@table) do␍
              remove :nick␍
            end␍
          end␍
        end␍
      `,
      },
      shows: `
      === priv/repo/migrations/20240102000000_change.exs
       # SPDX-License-Identifier: MIT␍
       ␍
       defmodule Shop.Repo.Migrations.Change do␍
         use Ecto.Migration␍
       ␍
         @table :users␍
       ␍
         def up do␍
           alter table(@table) do␍
             add :nick, :text␍
           end␍
      -␍
      -    create index(@table, [:nick])␍
         end␍
       ␍
         def down do␍
      -    # first of all␍
      -    drop index(@table, [:nick])␍
      -␍
           alter table(@table) do␍
             remove :nick␍
           end␍
         end␍
       end␍
      === priv/repo/migrations/20240102000001_add_users_nick_index.exs
      +# SPDX-License-Identifier: MIT␍
      +␍
      +defmodule Shop.Repo.Migrations.AddUsersNickIndex do␍
      +  use Ecto.Migration␍
      +␍
      +  @disable_ddl_transaction true␍
      +  @disable_migration_lock true␍
      +␍
      +  @table :users␍
      +␍
      +  def up do␍
      +    create index(@table, [:nick], concurrently: true)␍
      +  end␍
      +␍
      +  def down do␍
      +    # first of all␍
      +    drop index(@table, [:nick], concurrently: true)␍
      +  end␍
      +end␍
    `,
    },
    {
      title: 'SQL, with what drops it',
      files: {
        'priv/repo/migrations/20240101000000_users.exs': users,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def change do
            execute(
              "CREATE INDEX users_lower ON users (lower(name))",
              "DROP INDEX users_lower"
            )
          end
        end
      `,
      },
      shows: `
      === priv/repo/migrations/20240102000000_change.exs
       defmodule Shop.Repo.Migrations.Change do
         use Ecto.Migration

      +  @disable_ddl_transaction true
      +  @disable_migration_lock true
      +
         def change do
           execute(
      -      "CREATE INDEX users_lower ON users (lower(name))",
      -      "DROP INDEX users_lower"
      +      "CREATE INDEX CONCURRENTLY users_lower ON users (lower(name))",
      +      "DROP INDEX CONCURRENTLY users_lower"
           )
         end
       end
    `,
    },
    {
      title: 'SQL in up, which nothing drops yet',
      files: {
        'priv/repo/migrations/20240101000000_users.exs': users,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def up do
            execute "alter table users add column nick text"

            execute """
            create index users_nick
              on users (nick)
            """
          end

          def down do
            execute "alter table users drop column nick"
          end
        end
      `,
      },
      shows: `
      === priv/repo/migrations/20240102000000_change.exs
       defmodule Shop.Repo.Migrations.Change do
         use Ecto.Migration

         def up do
           execute "alter table users add column nick text"
      -
      -    execute """
      -    create index users_nick
      -      on users (nick)
      -    """
         end

         def down do
           execute "alter table users drop column nick"
         end
       end
      === priv/repo/migrations/20240102000001_add_users_nick.exs
      +defmodule Shop.Repo.Migrations.AddUsersNick do
      +  use Ecto.Migration
      +
      +  @disable_ddl_transaction true
      +  @disable_migration_lock true
      +
      +  def up do
      +    execute """
      +    create index concurrently users_nick
      +      on users (nick)
      +    """
      +  end
      +
      +  def down do
      +    execute "drop index concurrently if exists users_nick"
      +  end
      +end
    `,
    },
    {
      title: 'a loop moves as a whole',
      files: {
        'priv/repo/migrations/20240101000000_users.exs': users,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def change do
            alter table(:users) do
              add :nick, :text
            end

            for column <- [:name, :nick] do
              create index(:users, [column])
            end
          end
        end
      `,
      },
      shows: `
      === priv/repo/migrations/20240102000000_change.exs
       defmodule Shop.Repo.Migrations.Change do
         use Ecto.Migration

         def change do
           alter table(:users) do
             add :nick, :text
           end
      -
      -    for column <- [:name, :nick] do
      -      create index(:users, [column])
      -    end
         end
       end
      === priv/repo/migrations/20240102000001_add_users_name_index.exs
      +defmodule Shop.Repo.Migrations.AddUsersNameIndex do
      +  use Ecto.Migration
      +
      +  @disable_ddl_transaction true
      +  @disable_migration_lock true
      +
      +  def change do
      +    for column <- [:name, :nick] do
      +      create index(:users, [column], concurrently: true)
      +    end
      +  end
      +end
    `,
    },
    {
      title: 'not with a variable of the migration',
      files: {
        'priv/repo/migrations/20240101000000_users.exs': users,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def change do
            column = :name

            alter table(:users) do
              add :nick, :text
            end

            create index(:users, [column])
          end
        end
      `,
      },
      shows: null,
    },
    {
      title: 'not out of a function',
      files: {
        'priv/repo/migrations/20240101000000_users.exs': users,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def change do
            create table(:notes)
            index_name()
          end

          defp index_name do
            create index(:users, [:name])
          end
        end
      `,
      },
      shows: null,
    },
  ],
);
