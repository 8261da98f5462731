import { certain } from '../../catalog/knowledge.js';
import { given, migration, rule, sql } from '../rule.js';

const users = sql`
  create table users (id bigint primary key, email text);
  create index users_email_index on users (email);
`;

export default rule({
  id: 'drop-index-blocking',
  severity: 'warning',
  docs: {
    what: 'An index is dropped without CONCURRENTLY.',
    why: 'DROP INDEX takes an ACCESS EXCLUSIVE lock on the table. It is short, but it waits for every running query, and all reads and writes that come after wait behind it.',
    instead: 'Drop it CONCURRENTLY, in a migration that runs outside a transaction.',
    unless:
      'Silent for a table that the same migration makes, for IF EXISTS on an index that does not exist, and for indexes of partitioned tables, which cannot be dropped concurrently; those that a partition has of its own can. CASCADE and several names in one statement cannot be concurrent either: then there is no fix, only the finding.',
    references: ['https://www.postgresql.org/docs/current/sql-dropindex.html'],
  },
  examples: {
    bad: [
      given(
        [users],
        sql`
          drop index users_email_index;
          ^^^^^^^^^^ drop-index-blocking
        `,
      ),
      given(
        [users],
        migration`
          drop index(:users, [:email])
          ^^^^^^^^^^ drop-index-blocking
        `,
      ),
    ],
    good: [
      given([users], sql`drop index concurrently users_email_index;`),
      sql`
        create table notes (id bigint primary key, body text);
        create index notes_body_idx on notes (body);
        drop index notes_body_idx;
      `,
    ],
  },
  covers: ['drop-index-not-concurrently'],
  aliases: [
    'require-concurrent-index-deletion',
    'drop-index-not-concurrent',
    'drop-index-non-concurrent',
    'index_dropped',
    'PG102',
  ],
  on: ['drop-index'],

  *check(drop, moment) {
    if (drop.concurrently) return;
    const owner = moment.before.tableOfIndex(drop.index);
    const table = certain(owner);
    if (table?.partitioned) return;
    if (table !== null && moment.tableIsNew(table)) return;
    // IF EXISTS on what certainly does not exist locks nothing.
    if (owner.kind === 'absent' && drop.ifExists) return;

    const on = table === null ? 'its table' : `"${table.name}"`;
    const alone = drop.together === 1 && !drop.cascade;
    yield {
      at: drop.keyword,
      message: `Dropping "${drop.index.name}" blocks reads and writes of ${on} while it waits for running queries (ACCESS EXCLUSIVE lock). ${
        alone ? 'Drop it CONCURRENTLY.' : 'Drop each index alone, CONCURRENTLY and without CASCADE.'
      }`,
      ...(table === null ? {} : { weighs: table }),
      fixes: alone
        ? [
            {
              title: 'Drop the index concurrently',
              safety: 'needs-review',
              edit: (editor) => editor.dropIndexConcurrently(drop),
            },
          ]
        : [],
    };
  },
});
