import { certain } from '../../catalog/knowledge.js';
import { rule, sql } from '../rule.js';

export default rule({
  id: 'table-unlogged',
  severity: 'warning',
  docs: {
    what: 'A table is made UNLOGGED.',
    why: 'When the server crashes it empties the table, and replicas never have its rows: after a failover they are gone, too.',
    instead: 'Leave UNLOGGED out, unless every row can be made again.',
    unless:
      'Silent when a migration makes it LOGGED in the end, as after a bulk load. Fine for caches and queues whose rows may get lost.',
    references: ['https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-UNLOGGED'],
  },
  examples: {
    bad: [
      sql`
        create unlogged table visits (id bigint primary key);
        ^^^^^^^^^^^^^^^^^^^^^ table-unlogged
      `,
    ],
    good: [sql`create table visits (id bigint primary key);`],
  },
  covers: ['set-logged-unlogged'],
  on: ['create-table'],

  *check({ unlogged, table, keyword }, moment) {
    if (!unlogged || certain(moment.latest.table(table))?.unlogged === false) return;
    yield {
      at: keyword,
      message: `"${table.name}" is emptied when the server crashes, and replicas do not have its rows. Leave UNLOGGED out, unless every row can be made again.`,
    };
  },
});
