import { migration, rule, sql } from '../rule.js';

export default rule({
  id: 'create-index-blocking-writes',
  severity: 'error',
  docs: {
    what: 'An index is built without CONCURRENTLY on a table that is in use.',
    why: 'The build holds a SHARE lock until it ends, which conflicts with the ROW EXCLUSIVE lock that INSERT, UPDATE and DELETE need: every write to the table waits.',
    instead: 'Build it CONCURRENTLY, in a migration of its own that runs outside a transaction.',
    unless:
      'Silent for a table that the same migration makes, for temporary tables, and for ON ONLY, which builds nothing. Fine when the table is so small that nobody notices its build.',
    references: ['https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY'],
  },
  examples: {
    bad: [
      sql`
        create index users_email_idx on users (email);
        ^^^^^^^^^^^^ create-index-blocking-writes
      `,
      migration`
        create index(:users, [:email])
        ^^^^^^^^^^^^ create-index-blocking-writes
      `,
    ],
    good: [
      sql`
        create index concurrently users_email_idx on users (email);
      `,
      migration`
        create table(:users) do
          add :email, :text
        end

        create index(:users, [:email])
      `,
    ],
  },
  aliases: ['require-concurrent-index-creation', 'index_not_concurrently', 'E6'],
  on: ['create-index'],

  *check(index, moment) {
    if (index.concurrently || index.only || moment.tableIsNew(index.table)) return;
    const table = moment.before.table(index.table);
    const partitioned = table.kind === 'known' && table.value.partitioned;

    yield {
      at: index.keyword,
      message: partitioned
        ? `Building this index blocks writes to "${index.table.name}" and all its partitions (SHARE lock). Create it ON ONLY the parent, build each partition's index CONCURRENTLY, then attach them.`
        : `Building this index blocks writes to "${index.table.name}" until it is done (SHARE lock). Build it CONCURRENTLY.`,
      fixes: partitioned
        ? []
        : [
            {
              title: 'Build the index concurrently',
              safety: 'needs-review',
              edit: (editor) => editor.makeIndexConcurrent(index),
            },
          ],
    };
  },
});
