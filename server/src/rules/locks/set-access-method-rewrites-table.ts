import { believed } from '../../catalog/knowledge.js';
import { given, migration, rule, sql } from '../rule.js';

const visits = sql`create table visits (id bigint primary key);`;

export default rule({
  id: 'set-access-method-rewrites-table',
  severity: 'error',
  docs: {
    what: 'A table gets another access method: another way in which its rows are stored.',
    why: 'The server writes the whole table and its indexes anew under an ACCESS EXCLUSIVE lock: reads and writes wait until then.',
    instead:
      'Make a new table with that access method, fill it in batches while both are written, and exchange the names.',
    unless:
      'Silent for a table that the same migration makes, and for a partitioned table, which has no rows of its own. A warning for `heap` and DEFAULT, which most tables have already: then nothing is written.',
    references: [
      'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-ACCESS-METHOD',
    ],
  },
  examples: {
    bad: [
      given(
        [visits],
        sql`
          alter table visits set access method columnar;
                             ^^^^^^^^^^^^^^^^^^^^^^^^^^ set-access-method-rewrites-table
        `,
      ),
      given(
        [visits],
        migration`
          execute "alter table visits set access method columnar", "alter table visits set access method heap"
                                      ^^^^^^^^^^^^^^^^^^^^^^^^^^ set-access-method-rewrites-table
        `,
      ),
    ],
    good: [sql`create table visits (id bigint primary key) using columnar;`],
  },
  covers: ['set-access-method'],
  aliases: ['set-access-method'],
  on: ['alter-table-other'],

  *check({ action, table, keyword, value }, moment) {
    if (action !== 'SetAccessMethod' || moment.tableIsNew(table)) return;
    if (believed(moment.before.table(table))?.partitioned === true) return;
    const isUsual = value === null || value === 'heap';
    yield {
      at: keyword,
      weighs: table,
      ...(isUsual ? { severity: 'warning' } : {}),
      message: `${isUsual ? `Unless "${table.name}" is stored so already, it` : `"${table.name}"`} is written anew with its indexes while reads and writes wait (ACCESS EXCLUSIVE lock). Fill a new table in batches instead, and exchange the names.`,
    };
  },
});
