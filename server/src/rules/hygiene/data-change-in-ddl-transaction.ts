import { concernOf, type DataChange, dataChanges } from '../../analysis/data-changes.js';
import { blocks, lockName } from '../../catalog/lock-modes.js';
import { given, migration, rule, sql } from '../rule.js';
import { fillingLater } from './filling-later.js';

const users = sql`create table users (id bigint primary key, email text);`;

export default rule({
  id: 'data-change-in-ddl-transaction',
  severity: 'warning',
  docs: {
    what: 'Rows are changed in a transaction that already holds the locks of a schema change.',
    why: 'Locks are kept until the transaction ends. ALTER TABLE holds an ACCESS EXCLUSIVE lock, so nothing reads or writes the table until all rows are changed too: a lock of milliseconds becomes one of minutes. The rows stay locked as well, and the transaction keeps VACUUM from its work.',
    instead:
      'Change the schema in one migration, and the rows in a later one that runs outside a transaction and commits after every few thousand rows.',
    unless:
      "Silent for rows of tables that the same migration makes, for rows that are written out (INSERT … VALUES), for one row named by its key (`WHERE code = 'EUR'`), where the schema change comes after the rows, where it locks nothing that others use, and where the two are in different transactions.",
    references: [
      'https://www.postgresql.org/docs/current/explicit-locking.html',
      'https://hexdocs.pm/ecto_sql/backfilling-data.html',
    ],
  },
  examples: {
    bad: [
      given(
        [users],
        sql`
          alter table users add column active boolean;
          update users set active = true;
          ^^^^^^ data-change-in-ddl-transaction
        `,
      ),
      given(
        [users],
        migration`
          alter table(:users) do
            add :active, :boolean
          end

          execute "UPDATE users SET active = true", ""
                   ^^^^^^ data-change-in-ddl-transaction
        `,
      ),
      given(
        [users],
        migration`
          alter table(:users) do
            add :active, :boolean
          end

          flush()
          repo().update_all("users", set: [active: true])
                 ^^^^^^^^^^ data-change-in-ddl-transaction
        `,
      ),
    ],
    good: [
      given([users], sql`alter table users add column active boolean;`),
      given(
        [users, sql`alter table users add column active boolean;`],
        sql`update users set active = true where id between 1 and 1000;`,
      ),
      sql`
        create table roles (id bigint primary key, name text);
        insert into roles (id, name) values (1, 'admin');
        update roles set name = 'owner';
      `,
    ],
  },
  covers: ['data-change-in-ddl-transaction'],
  aliases: ['operation_update', 'operation_delete', 'operation_insert', 'update-in-migration'],
  on: ['migration'],

  *check(whole) {
    const said = new Set<string>();
    for (const change of dataChanges(whole)) {
      if (concernOf(change) !== 'held-up') continue;
      const { step, table, whileHeld } = change;
      // One finding for each table: where its rows are changed first.
      const key = table === null ? '' : `${table.schema}.${table.name}`;
      if (said.has(key)) continue;
      said.add(key);
      const lock = whileHeld.find(({ mode }) => mode === 'AccessExclusiveLock') ?? whileHeld[0];
      const by = lock === undefined ? undefined : whole.steps[lock.by];
      if (lock === undefined || by === undefined) continue;
      const { operation } = step;
      yield {
        step,
        at: operation.keyword,
        message: `${SAYS[change.verb]} ${rowsOf(change)} while the transaction holds a lock on "${lock.relation.name}" (${lockName(lock.mode)}): ${blocks(lock.mode)} of it wait until all is done. Change the rows in a later migration, in batches.`,
        ...(table === null ? {} : { weighs: table }),
        related: [{ at: by, message: 'locked here' }],
        fixes: fillingLater(operation),
      };
    }
  },
});

const SAYS: Readonly<Record<DataChange['verb'], string>> = {
  insert: 'This inserts',
  update: 'This updates',
  delete: 'This deletes',
  merge: 'This merges',
  copy: 'This copies',
  truncate: 'This deletes',
};

function rowsOf({ rows, table, verb }: DataChange): string {
  if (table === null) return 'rows';
  const where = verb === 'insert' || verb === 'merge' ? 'into' : 'of';
  return rows === 'all' ? `every row of "${table.name}"` : `rows ${where} "${table.name}"`;
}
