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
  id: 'file-not-run',
  severity: 'warning',
  docs: {
    what: 'A migration stands in a folder of migrations, and its runner would not run it: a wrong ending, or a name without a version.',
    why: 'Runners pass over such files without a word, so nothing fails: the change is just not there.',
    instead: 'Give the file the name that the runner looks for.',
    unless:
      'Silent for files that are no migrations by what they hold: Elixir that does not use `Ecto.Migration`, SQL without a version or the directives of the tool. Silent for scripts that code of the workspace names.',
    references: ['https://hexdocs.pm/ecto_sql/Ecto.Migrator.html'],
  },
  examples: {
    bad: [
      given([first], {
        ...elixir`
          defmodule Shop.Repo.Migrations.AddPosts do
          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ file-not-run
            use Ecto.Migration

            def change do
              create table(:posts)
            end
          end
        `,
        path: 'priv/repo/migrations/20240102000000_add_posts.ex',
      }),
    ],
    good: [sql`create table posts (id bigint primary key);`],
  },
  covers: ['non-linear-migration'],
  on: ['migration-file'],

  *check({ span, notRun }) {
    if (notRun === null) return;
    yield { at: span, message: `This migration is not run: ${notRun}. Give the file such a name.` };
  },
});
