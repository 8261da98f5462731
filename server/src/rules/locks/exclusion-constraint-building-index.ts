import { constraintsMadeBy } from '../../analysis/constraints.js';
import { given, migration, rule, sql } from '../rule.js';

const bookings = sql`create table bookings (id bigint primary key, room bigint, during tstzrange);`;

export default rule({
  id: 'exclusion-constraint-building-index',
  severity: 'error',
  docs: {
    what: 'An EXCLUDE constraint is added to a table that is in use, and builds its index then.',
    why: 'The index is built under an ACCESS EXCLUSIVE lock: reads and writes of the table wait until it is done. There is no way to build it beforehand: EXCLUDE knows neither USING INDEX nor NOT VALID.',
    instead: 'Add it while the table is small, or to a new table that takes its place.',
    unless: 'Silent for a table that the same migration makes.',
    references: ['https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-EXCLUDE'],
  },
  examples: {
    bad: [
      given(
        [bookings],
        sql`
          alter table bookings add constraint bookings_overlap exclude using gist (during with &&);
                                                               ^^^^^^^ exclusion-constraint-building-index
        `,
      ),
      given(
        [bookings],
        migration`
          create constraint(:bookings, :bookings_overlap, exclude: "gist (during with &&)")
                                                          ^^^^^^^ exclusion-constraint-building-index
        `,
      ),
    ],
    good: [
      sql`
        create table bookings (id bigint primary key, during tstzrange);
        alter table bookings add constraint bookings_overlap exclude using gist (during with &&);
      `,
    ],
  },
  covers: ['add-exclusion-constraint'],
  aliases: [
    'avoid-adding-exclusion-constraint',
    'ban-add-exclusion-constraint',
    'add-constraint-exclude',
    'add-exclusion-constraint',
    'E8',
  ],
  on: ['add-constraint'],

  *check(operation, moment) {
    const { table } = operation;
    if (moment.tableIsNew(table)) return;
    for (const { constraint } of constraintsMadeBy(operation)) {
      if (constraint.kind !== 'exclusion') continue;
      yield {
        at: constraint.keyword,
        weighs: table,
        message: `This builds an index while reads and writes of "${table.name}" wait (ACCESS EXCLUSIVE lock). No index that is there already can be made one: add it while the table is small, or to a new table that takes its place.`,
      };
    }
  },
});
