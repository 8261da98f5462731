import { columnsPart, objectName } from '../../catalog/server-names.js';
import { given, rule, sql } from '../rule.js';

const users = sql`create table users (id bigint primary key, email text);`;

export default rule({
  id: 'unnamed-concurrent-index',
  severity: 'warning',
  docs: {
    what: 'An index is built CONCURRENTLY without a name of its own.',
    why: 'The server chooses a name that is free. When the build is cut short, an INVALID index keeps that name, and the next run builds another one beside it, under a name with a number. Neither IF NOT EXISTS nor a DROP INDEX before can be written without a name.',
    instead: 'Name the index.',
    unless:
      'Silent for indexes that are not built concurrently: of those nothing is left when they fail. Ecto always gives a name.',
    references: ['https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY'],
  },
  examples: {
    bad: [
      given(
        [users],
        sql`
          create index concurrently on users (email);
                       ^^^^^^^^^^^^ unnamed-concurrent-index
        `,
      ),
    ],
    good: [
      given([users], sql`create index concurrently users_email_idx on users (email);`),
      given([users], sql`create index on users (email);`),
    ],
  },
  covers: ['unnamed-concurrent-index'],
  on: ['create-index'],

  *check(operation, moment) {
    const { index, concurrently, table, keys, include } = operation;
    if (index !== null || concurrently === null) return;
    const columns = columnsPart([...keys.map(({ label }) => label), ...include]);
    const name = objectName(table.name, columns, 'idx');
    const isFree = moment.before.tableOfIndex({ schema: table.schema, name }).kind !== 'known';
    yield {
      at: concurrently,
      message: `When this build is cut short, an INVALID index is left under a name that the server chose, and the next run builds another beside it. Name it${isFree ? `, "${name}" for example` : ''}.`,
      fixes: isFree
        ? [
            {
              title: `Name it "${name}"`,
              safety: 'needs-review',
              edit: (editor) => editor.insertWords(operation, concurrently.end, `"${name}"`),
            },
          ]
        : [],
    };
  },
});
