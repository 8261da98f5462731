import { believed } from '../../catalog/knowledge.js';
import { given, migration, rule, sql } from '../rule.js';

const visits = sql`create table visits (id bigint primary key);`;

export default rule({
  id: 'set-logged-rewrites-table',
  severity: 'error',
  docs: {
    what: 'A table becomes UNLOGGED, or LOGGED again.',
    why: 'The server writes the whole table and its indexes anew under an ACCESS EXCLUSIVE lock: reads and writes wait until then. LOGGED writes all of it into the write-ahead log, too. An UNLOGGED table is emptied when the server crashes, and replicas do not have its rows.',
    instead:
      'Make a new table of the wanted kind, fill it in batches while both are written, and exchange the names.',
    unless:
      'Silent for a table that the same migration makes, for one that certainly is what it is to become, since then nothing is written, and in code that looks the table up, when the table is not known.',
    references: [
      'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-LOGGED-UNLOGGED',
    ],
  },
  examples: {
    bad: [
      given(
        [visits],
        sql`
          alter table visits set unlogged;
                             ^^^^^^^^^^^^ set-logged-rewrites-table
        `,
      ),
      given(
        [visits],
        migration`
          execute "alter table visits set unlogged", "alter table visits set logged"
                                      ^^^^^^^^^^^^ set-logged-rewrites-table
        `,
      ),
    ],
    good: [given([visits], sql`alter table visits set logged;`)],
  },
  covers: ['set-logged-unlogged'],
  aliases: ['set-logged-unlogged'],
  on: ['alter-table-other'],

  *check({ action, table: name, keyword, maybe }, moment) {
    if (action !== 'SetLogged' && action !== 'SetUnLogged') return;
    const table = moment.before.table(name);
    // Code that names it by what it looks up: another table may be meant.
    if (maybe !== undefined && table.kind !== 'known') return;
    if (moment.tableIsNew(name) || believed(table)?.partitioned === true) return;
    const becomes = action === 'SetUnLogged';
    if (table.kind === 'known' && table.value.unlogged === becomes) return;
    yield {
      at: keyword,
      weighs: name,
      message: `"${name.name}" and its indexes are written anew while reads and writes wait (ACCESS EXCLUSIVE lock).${
        becomes ? ' From then on a crash of the server empties it, and replicas do not have its rows.' : ''
      } Fill a new table in batches instead, and exchange the names.`,
    };
  },
});
