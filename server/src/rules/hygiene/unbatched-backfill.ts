import { concernOf, dataChanges } from '../../analysis/data-changes.js';
import { given, migration, rule, sql } from '../rule.js';
import { fillingLater } from './filling-later.js';

const users = sql`create table users (id bigint primary key, email text, name text);`;

export default rule({
  id: 'unbatched-backfill',
  severity: 'warning',
  docs: {
    what: 'One statement changes as many rows of a table as its condition happens to find.',
    why: 'All of them stay locked until the transaction ends, and whoever wants to change one of them waits. A long transaction also keeps VACUUM from cleaning up, in every table, and when it fails all is undone and begins anew.',
    instead:
      'Change a few thousand rows at a time, along the primary key, each batch in a transaction of its own: in a migration that runs outside a transaction, or in a job.',
    unless:
      'Silent where a value narrows the rows down (`id = 7`, `id BETWEEN 1 AND 1000`, `role IN (…)`) or a LIMIT does, and for tables that the same migration makes. Without any WHERE, update-without-where and delete-without-where say it; with locks of a schema change held, data-change-in-ddl-transaction does.',
    references: [
      'https://hexdocs.pm/ecto_sql/backfilling-data.html',
      'https://www.postgresql.org/docs/current/routine-vacuuming.html',
    ],
  },
  examples: {
    bad: [
      given(
        [users],
        sql`
          create table plans (id bigint primary key);
          update users set name = email where name is null;
          ^^^^^^ unbatched-backfill
        `,
      ),
      given([users], {
        ...migration`
            import Ecto.Query

            repo().update_all(from(u in "users", where: is_nil(u.name)), set: [name: ""])
                   ^^^^^^^^^^ unbatched-backfill
          `,
      }),
    ],
    good: [
      given([users], sql`update users set name = 'root' where id = 1;`),
      given(
        [users],
        sql`
          update users set name = email
          where id in (select id from users where name is null limit 1000);
        `,
      ),
    ],
  },
  covers: ['unbatched-backfill'],
  aliases: ['update-in-migration', 'operation_update', 'operation_delete'],
  on: ['migration'],

  *check(whole) {
    for (const change of dataChanges(whole)) {
      const { step, table, verb } = change;
      if (table === null || concernOf(change) !== 'unbatched') continue;
      const { operation } = step;
      yield {
        step,
        at: operation.keyword,
        message: `This ${verb}s all rows of "${table.name}" that its condition finds in one transaction: they stay locked until it ends. ${verb === 'update' ? 'Update' : 'Delete'} them in batches, each in a transaction of its own.`,
        weighs: table,
        fixes: fillingLater(operation),
      };
    }
  },
});
