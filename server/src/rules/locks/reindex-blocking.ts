import { certain } from '../../catalog/knowledge.js';
import type { Maintenance } from '../../catalog/operation.js';
import { given, type Moment, migration, rule, sql } from '../rule.js';

const users = sql`
  create table users (id bigint primary key, email text);
  create index users_email_index on users (email);
`;

export default rule({
  id: 'reindex-blocking',
  severity: 'error',
  docs: {
    what: 'Indexes are rebuilt by REINDEX without CONCURRENTLY.',
    why: 'REINDEX holds a SHARE lock on the table, for which writes wait, and an ACCESS EXCLUSIVE lock on each index while it is rebuilt: queries wait as well, since planning one looks at every index of its table.',
    instead:
      'REINDEX … CONCURRENTLY, in a migration that runs outside a transaction. It builds new indexes beside the old ones while reads and writes go on.',
    unless:
      'Silent for a table that the same migration makes, for temporary tables, and for REINDEX SYSTEM, which has no concurrent form. The index of an EXCLUDE constraint has none either: there is no fix for it, only the finding.',
    references: ['https://www.postgresql.org/docs/current/sql-reindex.html#SQL-REINDEX-CONCURRENTLY'],
  },
  examples: {
    bad: [
      given(
        [users],
        sql`
          reindex table users;
          ^^^^^^^^^^^^^ reindex-blocking
        `,
      ),
      given(
        [users],
        migration`
          execute "reindex index users_email_index", ""
                   ^^^^^^^^^^^^^ reindex-blocking
        `,
      ),
    ],
    good: [
      given([users], sql`reindex table concurrently users;`),
      sql`
        create table notes (id bigint primary key, body text);
        reindex table notes;
      `,
    ],
  },
  covers: ['reindex-not-concurrently'],
  aliases: ['require-concurrent-reindex', 'reindex-non-concurrent'],
  on: ['maintenance'],

  *check(operation, moment) {
    const { action, reindexes, concurrently, relation } = operation;
    if (action !== 'reindex' || concurrently !== null || reindexes === 'system') return;
    const table = relation === null ? null : tableOf(operation, moment);
    if (table !== null && moment.tableIsNew(table)) return;

    const advice = isExclusion(operation, moment)
      ? 'The index of an EXCLUDE constraint cannot be rebuilt CONCURRENTLY: do it when few use the table.'
      : 'REINDEX it CONCURRENTLY.';
    yield {
      at: operation.keyword,
      message: `${blocking(operation, table?.name ?? null)} ${advice}`,
      ...(table === null ? {} : { weighs: table }),
      fixes: isExclusion(operation, moment)
        ? []
        : [
            {
              title: 'Rebuild concurrently',
              safety: 'needs-review',
              edit: (editor) => editor.makeIndexConcurrent(operation),
            },
          ],
    };
  },
});

function blocking({ reindexes, relation }: Maintenance, table: string | null): string {
  if (relation === null) {
    return `Rebuilding every index of the ${reindexes ?? 'database'} blocks writes to one table after another (SHARE lock), and queries that would look at the index in work (ACCESS EXCLUSIVE lock).`;
  }
  const what = reindexes === 'table' ? 'its indexes' : `"${relation.name}"`;
  const on = table === null ? 'its table' : `"${table}"`;
  return `Rebuilding ${what} blocks writes to ${on} until it is done (SHARE lock), and queries of it as well (ACCESS EXCLUSIVE lock on the index).`;
}

/** The table whose indexes are rebuilt; `null` when it is not known. */
function tableOf({ reindexes, relation }: Maintenance, moment: Moment) {
  if (relation === null) return null;
  return reindexes === 'table' ? relation : certain(moment.before.tableOfIndex(relation));
}

function isExclusion({ reindexes, relation }: Maintenance, moment: Moment): boolean {
  if (relation === null || reindexes !== 'index') return false;
  const table = certain(moment.before.tableOfIndex(relation));
  const index = table?.indexes.find(({ name }) => name === relation.name);
  return (
    index !== undefined &&
    table?.constraints.some(({ kind, name }) => kind === 'exclusion' && name === index.constraint) === true
  );
}
