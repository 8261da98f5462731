import { given, migration, rule, sql } from '../rule.js';

const users = sql`create table users (id bigint primary key, email text);`;

export default rule({
  id: 'vacuum-full-or-cluster',
  severity: 'error',
  docs: {
    what: 'VACUUM FULL or CLUSTER writes a table anew.',
    why: 'The whole table and all its indexes are copied under an ACCESS EXCLUSIVE lock: reads and writes wait until that is done.',
    instead:
      'Leave space to be used again to plain VACUUM, which autovacuum runs by itself. To give it back to the disk, pg_repack and pg_squeeze copy a table while it is in use.',
    unless:
      'Silent for a table that the same migration makes, and for temporary tables. Fine for a table that nobody uses meanwhile.',
    references: [
      'https://www.postgresql.org/docs/current/sql-vacuum.html',
      'https://www.postgresql.org/docs/current/sql-cluster.html',
    ],
  },
  examples: {
    bad: [
      given(
        [users],
        sql`
          vacuum full users;
          ^^^^^^^^^^^ vacuum-full-or-cluster
        `,
      ),
      given(
        [users],
        migration`
          execute "cluster users using users_pkey", ""
                   ^^^^^^^^^^^^^ vacuum-full-or-cluster
        `,
      ),
    ],
    good: [given([users], sql`vacuum (analyze) users;`)],
  },
  covers: ['vacuum-full-or-cluster'],
  aliases: ['prefer-repack', 'ban-vacuum-full', 'vacuum-full', 'vacuum-full-cluster'],
  on: ['maintenance'],

  *check({ action, relation, keyword }, moment) {
    if (action !== 'vacuum-full' && action !== 'cluster') return;
    if (relation !== null && moment.tableIsNew(relation)) return;
    const statement = action === 'cluster' ? 'CLUSTER' : 'VACUUM FULL';
    const every = action === 'cluster' ? 'every table that was clustered before' : 'every table';
    yield {
      at: keyword,
      message:
        relation === null
          ? `${statement} without a name writes ${every} anew, one after the other, while reads and writes of it wait (ACCESS EXCLUSIVE lock). Name the table that needs it.`
          : `${statement} writes "${relation.name}" anew while reads and writes wait (ACCESS EXCLUSIVE lock). Plain VACUUM makes its space usable again; pg_repack copies it while it is in use.`,
      ...(relation === null ? {} : { weighs: relation }),
    };
  },
});
