import { given, migration, rule, sql } from '../rule.js';
import { briefLocks } from './brief-locks.js';

const orders = sql`create table orders (id bigint primary key, total numeric);`;

export default rule({
  id: 'trigger-change-locks-table',
  severity: 'info',
  docs: {
    what: 'A trigger of a table that is in use is made, enabled, renamed or dropped.',
    why: 'CREATE TRIGGER and ENABLE TRIGGER take a SHARE ROW EXCLUSIVE lock, which waits for running writes and makes new ones wait; DROP TRIGGER and ALTER TRIGGER take an ACCESS EXCLUSIVE lock, which does that to reads, too. They are done at once, but the wait for the lock may be long.',
    instead: 'Set a lock_timeout before, and try again when it runs out.',
    unless:
      'Silent for a table that the same migration makes, once the transaction holds such a lock on the table, when a lock_timeout is set before it, or a statement_timeout of at most ten seconds, by the migration, its connection or its runner, and for IF EXISTS on a trigger that does not exist. Said once for a migration, at the first.',
    references: [
      'https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES',
      'https://www.postgresql.org/docs/current/sql-createtrigger.html',
    ],
  },
  examples: {
    bad: [
      given(
        [orders],
        sql`
          create trigger audit after insert on orders for each row execute function audit();
          ^^^^^^^^^^^^^^ trigger-change-locks-table
        `,
      ),
      given(
        [orders],
        migration`
          execute "create trigger audit after insert on orders for each row execute function audit()", "drop trigger audit on orders"
                   ^^^^^^^^^^^^^^ trigger-change-locks-table
        `,
      ),
    ],
    good: [
      given(
        [orders],
        sql`
          set lock_timeout = '5s';
          create trigger audit after insert on orders for each row execute function audit();
        `,
      ),
    ],
  },
  covers: ['create-trigger', 'drop-trigger'],
  aliases: ['add-trigger'],
  on: ['migration'],

  *check(whole, moment) {
    yield* briefLocks(whole, moment, {
      kinds: ['create-trigger', 'rename-trigger', 'drop-trigger', 'alter-table-other'],
      does(operation) {
        const { table } = operation;
        switch (operation.kind) {
          case 'create-trigger':
            return { what: `Creating the trigger "${operation.trigger.name}"`, relation: table };
          case 'rename-trigger':
            return { what: `Renaming the trigger "${operation.trigger.name}"`, relation: table };
          case 'drop-trigger':
            return { what: `Dropping the trigger "${operation.trigger.name}"`, relation: table };
          case 'alter-table-other':
            return /^Enable.*Trig/.test(operation.action)
              ? { what: 'Enabling triggers', relation: table }
              : null;
        }
      },
    });
  },
});
