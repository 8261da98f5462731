import { migration, rule, sql } from '../rule.js';

export default rule({
  id: 'create-enum',
  severity: 'off',
  docs: {
    what: 'An enum is made.',
    why: 'A value can be added to it, but never taken away or moved: that takes a new type, and writes every table with such a column anew under an ACCESS EXCLUSIVE lock.',
    instead: 'A text column with a CHECK, or a table of the values with a foreign key to it.',
    unless: 'Fine where the values are few and will stay.',
    references: ['https://www.postgresql.org/docs/current/datatype-enum.html'],
  },
  examples: {
    bad: [
      sql`
        create type mood as enum ('sad', 'happy');
        ^^^^^^^^^^^ create-enum
      `,
      migration`
        execute "create type mood as enum ('sad', 'happy')", "drop type mood"
                 ^^^^^^^^^^^ create-enum
      `,
    ],
    good: [sql`create table moods (name text primary key);`],
  },
  covers: ['create-enum'],
  aliases: ['W13'],
  on: ['create-enum'],

  *check({ type, keyword }) {
    yield {
      at: keyword,
      message: `No value of "${type.name}" can be taken away or moved later without writing tables anew. Take text with a CHECK, or a table of the values.`,
    };
  },
});
