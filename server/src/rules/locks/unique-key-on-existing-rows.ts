import { duplicatesQuery, isUniqueAlready, type UniqueKey, uniqueKeyOf } from '../../analysis/unique-keys.js';
import type { MigrationStep } from '../../analysis/whole-migration.js';
import type { Catalog, Table } from '../../catalog/catalog.js';
import { columnOf, findRelation, findTable, tableById } from '../../catalog/lookup.js';
import { given, migration, rule, sql } from '../rule.js';

const users = sql`create table users (id bigint primary key, email text not null, team_id bigint);`;

export default rule({
  id: 'unique-key-on-existing-rows',
  severity: 'info',
  docs: {
    what: 'A unique index, or a UNIQUE or PRIMARY KEY constraint, is made on a table that has rows.',
    why: 'When two rows are alike the server stops with error 23505, and the migration fails; CREATE INDEX CONCURRENTLY leaves an INVALID index behind. Tests with few rows do not show it.',
    instead:
      'Run the query of the message where the migration is to run, mend what it finds, and see to it that no more come until the key is there.',
    unless:
      'Silent for a table that the same migration makes, for columns that it adds and does not fill, where every row has NULL or a number or UUID of its own, for constraints made USING INDEX, for IF NOT EXISTS where an index of that name is there, and where another key makes some of its columns unique already, or did until the same transaction dropped it just before. The same for ON ONLY a partitioned table, which reads no rows.',
    references: ['https://www.postgresql.org/docs/current/indexes-unique.html'],
  },
  examples: {
    bad: [
      given(
        [users],
        sql`
          create unique index concurrently users_email_key on users (email);
          ^^^^^^^^^^^^^^^^^^^ unique-key-on-existing-rows
        `,
      ),
      given(
        [users],
        migration`
          create unique_index(:users, [:team_id, :email])
          ^^^^^^^^^^^^^^^^^^^ unique-key-on-existing-rows
        `,
      ),
    ],
    good: [
      given([users], sql`create unique index concurrently users_email_id_key on users (id, email);`),
      sql`
        create table notes (id bigint primary key, slug text);
        create unique index notes_slug_key on notes (slug);
      `,
    ],
  },
  covers: ['unique-index-on-existing-data'],
  aliases: ['MF101', 'MF102'],
  on: ['migration'],

  *check({ steps }) {
    const [first] = steps;
    for (const step of steps) {
      const { operation, before, facts } = step;
      const key = uniqueKeyOf(operation);
      // Of tables that nobody else can see, no lock is told.
      if (key === null || facts.locks.length === 0 || facts.scans.length === 0) continue;
      const table = findTable(before, key.table);
      if (findRelation(before, key.table)?.kind === 'view') continue;
      const earlier = table === null ? null : beforeDrops(steps, step, table);
      if ([table, earlier].some((one) => one !== null && isUniqueAlready(one, key))) continue;
      if (first !== undefined && areOwn(key, first.before, before)) continue;
      yield {
        step,
        at: key.keyword,
        message: `This fails when two rows of "${key.table.name}" are alike. Look before it runs: ${duplicatesQuery(key, table)}`,
      };
    }
  },
});

const DROPS: ReadonlySet<string> = new Set(['drop-constraint', 'drop-index', 'drop-column']);

/** The table before what the same transaction drops just before the step: no row has changed since. */
function beforeDrops(steps: readonly MigrationStep[], step: MigrationStep, { id }: Table): Table | null {
  let first = step;
  for (const earlier of steps.slice(0, steps.indexOf(step)).reverse()) {
    if (!DROPS.has(earlier.operation.kind) || earlier.transaction !== step.transaction) break;
    if (step.transaction === null && earlier.statement !== step.statement) break;
    first = earlier;
  }
  return tableById(first.before, id);
}

/** Whether one of its columns is new in the migration, and gives every row a value of its own, or a NULL that is like no other. */
function areOwn({ table, columns, nullsAreAlike }: UniqueKey, atStart: Catalog, now: Catalog): boolean {
  const [old, present] = [findTable(atStart, table), findTable(now, table)];
  if (old === null || present === null || !old.complete) return false;
  if (present.filled && !old.filled) return false;
  return columns.some((name) => {
    const column = columnOf(present, name);
    if (column === null || columnOf(old, name) !== null) return false;
    if (column.serial || column.identity !== null) return true;
    if (column.default === null) return !nullsAreAlike;
    return (
      column.generated === null && column.default.functions.some((called) => /uuid|nextval/.test(called))
    );
  });
}
