import { elixir, given, rule, sql } from '../rule.js';

const users = sql`create table users (id bigint primary key, email text);`;

export default rule({
  id: 'timeout-lost',
  severity: 'warning',
  docs: {
    what: 'A timeout is set in a way that has no effect: SET LOCAL outside a transaction, or `after_begin/0` of an Ecto migration that runs in none.',
    why: 'SET LOCAL holds until the transaction ends, and outside of one the server only warns. Ecto calls `after_begin/0` behind the BEGIN of its transaction, which `@disable_ddl_transaction true` takes away. The migration looks guarded and waits for locks without an end.',
    instead:
      'SET without LOCAL outside a transaction, with RESET at the end where the connection is used on; in Ecto, `execute` it in the migration.',
    unless:
      'Silent where it is not known whether the runner opens a transaction, and for other parameters than timeouts.',
    references: [
      'https://www.postgresql.org/docs/current/sql-set.html',
      'https://hexdocs.pm/ecto_sql/Ecto.Migration.html#module-transaction-callbacks',
    ],
  },
  examples: {
    bad: [
      given([users], {
        ...sql`
          -- migrate:up transaction:false
          set local lock_timeout = '5s';
              ^^^^^ timeout-lost
          alter table users add column age integer;
        `,
        path: 'priv/repo/migrations/20240102000000_example.sql',
      }),
      given([users], {
        ...elixir`
          defmodule Shop.Repo.Migrations.IndexEmail do
            use Ecto.Migration

            @disable_ddl_transaction true
            @disable_migration_lock true

            def after_begin do
                ^^^^^^^^^^^ timeout-lost
              repo().query!("SET LOCAL lock_timeout TO '5s'")
            end

            def change do
              create index(:users, [:email], concurrently: true)
            end
          end
        `,
        path: 'priv/repo/migrations/20240102000000_index_email.exs',
      }),
    ],
    good: [
      given(
        [users],
        sql`
          begin;
          set local lock_timeout = '5s';
          alter table users add column age integer;
          commit;
        `,
      ),
    ],
  },
  covers: ['timeout-lost'],
  on: ['migration', 'ecto-migration'],

  *check(subject) {
    if (subject.kind === 'ecto-migration') {
      for (const { name, at } of subject.uncalled) {
        if (name !== 'after_begin') continue;
        yield {
          at,
          message:
            'Ecto never calls after_begin/0 here: it belongs to the transaction that @disable_ddl_transaction takes away. Set the timeout in the migration itself, with SET.',
        };
      }
      return;
    }
    for (const step of subject.steps) {
      const { operation, transaction } = step;
      if (operation.kind !== 'set-parameter' || transaction !== null) continue;
      const { local, localAt, parameter } = operation;
      if (!local || !parameter.endsWith('_timeout') || localAt === undefined) continue;
      yield {
        step,
        at: localAt,
        message: `SET LOCAL has no effect outside a transaction, so ${parameter} stays what it was. Use SET.`,
        fixes: [
          {
            title: 'Set it for the session',
            safety: 'needs-review',
            edit: (editor) => editor.replaceWords(operation, localAt, ''),
          },
        ],
      };
    }
  },
});
