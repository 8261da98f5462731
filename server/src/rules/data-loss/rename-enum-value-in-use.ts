import { given, migration, rule, sql } from '../rule.js';

const mood = sql`create type mood as enum ('sad', 'happy');`;

export default rule({
  id: 'rename-enum-value-in-use',
  severity: 'warning',
  docs: {
    what: 'A value of an existing enum gets another name.',
    why: 'The release that runs while the migration does still writes and compares the old name, and each such query fails (error 22P02).',
    instead:
      'Add the new value, let the code read both and write the new one, change old rows in batches, and leave the old value be.',
    unless: 'Silent for an enum that the same migration makes.',
    references: ['https://www.postgresql.org/docs/current/sql-altertype.html'],
  },
  examples: {
    bad: [
      given(
        [mood],
        sql`
          alter type mood rename value 'happy' to 'glad';
          ^^^^^^^^^^ rename-enum-value-in-use
        `,
      ),
      given(
        [mood],
        migration`
          execute "alter type mood rename value 'happy' to 'glad'",
                   ^^^^^^^^^^ rename-enum-value-in-use
                  "alter type mood rename value 'glad' to 'happy'"
        `,
      ),
    ],
    good: [given([mood], sql`alter type mood add value 'glad';`)],
  },
  covers: ['rename-enum-value'],
  on: ['rename-enum-value'],

  *check({ type, from, to, keyword }, moment) {
    if (moment.typeIsNew(type)) return;
    yield {
      at: keyword,
      message: `The release that runs meanwhile still says '${from}' for this value of "${type.name}", and its queries fail once it is '${to}'. Add '${to}' as a value of its own, and change old rows later.`,
    };
  },
});
