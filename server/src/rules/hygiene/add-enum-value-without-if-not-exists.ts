import { elixir, given, rule, sql } from '../rule.js';

const mood = sql`create type mood as enum ('sad', 'happy');`;

export default rule({
  id: 'add-enum-value-without-if-not-exists',
  severity: 'info',
  docs: {
    what: 'A value is added to an enum outside a transaction, without IF NOT EXISTS.',
    why: 'When something after it fails, the value stays, and the migration cannot run again: the value is there already.',
    instead: 'ADD VALUE IF NOT EXISTS.',
    unless:
      'Silent in a transaction, which takes the value back, where it is not known whether there is one, and where nothing comes after it.',
    references: ['https://www.postgresql.org/docs/current/sql-altertype.html'],
  },
  examples: {
    bad: [
      given([mood], {
        ...elixir`
          defmodule Shop.Repo.Migrations.AddGlad do
            use Ecto.Migration
            @disable_ddl_transaction true

            def change do
              execute "alter type mood add value 'glad'", ""
                                                 ^^^^^^ add-enum-value-without-if-not-exists
              execute "alter type mood owner to shop", ""
            end
          end
        `,
        path: 'priv/repo/migrations/20240102000000_add_glad.exs',
      }),
    ],
    good: [given([mood], sql`alter type mood add value 'glad';`)],
  },
  covers: ['enum-add-value-not-idempotent'],
  aliases: ['require-if-exists'],
  on: ['migration'],

  *check({ steps }) {
    const last = steps.findLastIndex(
      ({ operation: { kind } }) => kind !== 'set-parameter' && kind !== 'transaction',
    );
    for (const step of steps.slice(0, Math.max(0, last))) {
      const { operation, transaction } = step;
      if (operation.kind !== 'add-enum-value' || operation.ifNotExists || transaction !== null) continue;
      const { type, value } = operation;
      yield {
        step,
        at: value.span,
        message: `No transaction takes '${value.name}' back when something after it fails, and then this cannot run again: "${type.name}" has the value already. Write ADD VALUE IF NOT EXISTS.`,
        fixes: [
          {
            title: 'Write IF NOT EXISTS',
            safety: 'safe',
            edit: (editor) => editor.insertWords(operation, value.span.start, 'IF NOT EXISTS'),
          },
        ],
      };
    }
  },
});
