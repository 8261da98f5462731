import { earlyUses } from '../../analysis/enum-labels.js';
import { given, migration, rule, sql } from '../rule.js';

const moods = sql`
  create type mood as enum ('sad', 'happy');
  create table people (id bigint primary key, mood mood);
`;

export default rule({
  id: 'enum-value-used-in-its-transaction',
  severity: 'error',
  docs: {
    what: 'A value is added to an enum, and the same transaction uses it.',
    why: 'The server refuses that (error 55P04, "unsafe use of new value"), whether the value is written, compared with, or part of a default, a CHECK or an index. The whole migration fails.',
    instead: 'Use the value in a migration that runs next.',
    unless:
      'Silent where the same transaction makes the enum itself, outside a transaction, where it is not known whether there is one, and for bodies of functions, which are read when they run.',
    references: ['https://www.postgresql.org/docs/current/sql-altertype.html#SQL-ALTERTYPE-NOTES'],
  },
  examples: {
    bad: [
      given(
        [moods],
        sql`
          begin;
          alter type mood add value 'glad';
          update people set mood = 'glad' where mood = 'happy';
          ^^^^^^ enum-value-used-in-its-transaction
          commit;
        `,
      ),
      given(
        [moods],
        migration`
          execute "alter type mood add value 'glad'", ""

          alter table(:people) do
            modify :mood, :mood, default: "glad", from: {:mood, default: nil}
                                 ^^^^^^^^^^^^^^^ enum-value-used-in-its-transaction
          end
        `,
      ),
    ],
    good: [
      given(
        [moods, sql`alter type mood add value 'glad';`],
        sql`update people set mood = 'glad' where id = 1;`,
      ),
    ],
  },
  covers: ['enum-value-used-in-same-transaction'],
  on: ['migration'],

  *check(whole) {
    for (const { step, added, label, enum: name } of earlyUses(whole)) {
      const { operation } = step;
      yield {
        step,
        at: operation.keyword,
        message: `The server refuses '${label}' here (error 55P04): the transaction that adds it to "${name}" has not ended. Use it in a migration that runs next.`,
        related: [{ at: added, message: `'${label}' is added here` }],
        fixes: [
          {
            title: `Use '${label}' in a migration of its own`,
            safety: 'needs-review',
            edit: (editor) => editor.runAlone(operation, `use_${label.toLowerCase().replace(/\W+/g, '_')}`),
          },
        ],
      };
    }
  },
});
