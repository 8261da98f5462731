import { elixir, given, rule, sql } from '../rule.js';

const first = {
  ...elixir`
    defmodule Shop.Repo.Migrations.AddUsers do
      use Ecto.Migration

      def change do
        create table(:users)
      end
    end
  `,
  path: 'priv/repo/migrations/20240101000000_add_users.exs',
};

export default rule({
  id: 'duplicate-version',
  severity: 'error',
  docs: {
    what: 'Two migrations of one folder have the same version; or, of Ecto, the same name.',
    why: 'A runner tells migrations apart by their versions. Ecto (also for names), Flyway and goose stop before they run any; with others the second one fails, or is never run.',
    instead: 'Give one of them a version (or a name) of its own: the one that has not run anywhere yet.',
    unless:
      'Silent for numbered scripts of no tool that is known, which may be told apart by their whole names, for files in different folders, and for variants of one migration for several databases (`users.postgres.up.sql`). Information alone for `.up.sql` files, which more runners read than we know.',
    references: ['https://hexdocs.pm/ecto_sql/Ecto.Migrator.html'],
  },
  examples: {
    bad: [
      given([first], {
        ...elixir`
          defmodule Shop.Repo.Migrations.MakePosts do
          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ duplicate-version
            use Ecto.Migration

            def change do
              create table(:posts)
            end
          end
        `,
        path: 'priv/repo/migrations/20240101000000_make_posts.exs',
      }),
    ],
    good: [sql`create table posts (id bigint primary key);`],
  },
  covers: ['non-linear-migration'],
  on: ['migration-file'],

  *check({ span, sameVersion, sameName, runner, runnerIsKnown }) {
    const severity = runnerIsKnown ? {} : ({ severity: 'info' } as const);
    if (sameVersion.length > 0) {
      const message = `${sameVersion.join(', ')} has the same version, and ${runner}. Give the newer one a version of its own.`;
      yield { at: span, message, ...severity };
    } else if (sameName.length > 0) {
      const message = `${sameName.join(', ')} has the same name after its version, and ${runner}. Give the newer one a name of its own.`;
      yield { at: span, message, ...severity };
    }
  },
});
