import { given, rule, sql } from '../rule.js';

const orders = sql`
  create table orders (id bigint primary key);
  create trigger audit after insert on orders for each row execute function audit();
`;

export default rule({
  id: 'disable-trigger',
  severity: 'warning',
  docs: {
    what: 'A migration disables triggers of a table that is in use.',
    why: 'It is disabled for everybody, not for the migration alone: what others write until it is enabled again goes without it. DISABLE TRIGGER ALL stops foreign keys too, and rows that break them are never checked later. The lock (SHARE ROW EXCLUSIVE) lets no writes through until the transaction ends.',
    instead:
      'Let the trigger itself pass over the rows that the migration writes, by a setting that the migration makes with SET LOCAL. Where it has to be disabled, name it, and enable it again in the same transaction.',
    unless:
      'Silent for a table that the same migration makes. An error for DISABLE TRIGGER ALL, which stops foreign keys. Enabling is in `trigger-change-locks-table`.',
    references: [
      'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-DISABLE-ENABLE-TRIGGER',
    ],
  },
  examples: {
    bad: [
      given(
        [orders],
        sql`
          alter table orders disable trigger audit;
                             ^^^^^^^^^^^^^^^^^^^^^ disable-trigger
        `,
      ),
    ],
    good: [given([orders], sql`alter table orders enable trigger audit;`)],
  },
  covers: ['enable-disable-trigger'],
  on: ['alter-table-other'],

  *check({ action, table, trigger, keyword }, moment) {
    if (!/^DisableTrig/.test(action) || moment.tableIsNew(table)) return;
    const until = `Until it is enabled again, writes of "${table.name}" by anybody`;
    const lock = `the lock makes other writes wait until the transaction ends (SHARE ROW EXCLUSIVE)`;
    if (action === 'DisableTrigAll') {
      yield {
        at: keyword,
        severity: 'error',
        message: `DISABLE TRIGGER ALL stops the foreign keys of "${table.name}" too: rows that break them come in and are never checked later, and ${lock}. Name the triggers, or disable USER ones.`,
        weighs: table,
      };
      return;
    }
    yield {
      at: keyword,
      message: `${until} go without ${trigger === null ? 'its triggers' : `the trigger "${trigger}"`}, and ${lock}. Enable it again in the same transaction.`,
      weighs: table,
    };
  },
});
