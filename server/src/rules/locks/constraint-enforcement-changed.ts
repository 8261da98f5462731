import { given, rule, sql } from '../rule.js';

const tables = sql`
  create table customers (id bigint primary key);
  create table orders (id bigint primary key, customer_id bigint);
  alter table orders add constraint orders_customer_fkey foreign key (customer_id) references customers (id);
`;

export default rule({
  id: 'constraint-enforcement-changed',
  severity: 'warning',
  docs: {
    what: 'ALTER CONSTRAINT … NOT ENFORCED or ENFORCED (PostgreSQL 18).',
    why: 'A foreign key that is NOT ENFORCED checks nothing any more, and its rows may refer to what does not exist; for that both tables are locked (ACCESS EXCLUSIVE). ENFORCED checks every row at once, while reads and writes of its table wait.',
    instead:
      'Keep it enforced. To enforce it again, drop it, add it NOT VALID, and VALIDATE it in a later migration while writes go on.',
    unless:
      'Silent for a table that the same migration makes, and where only DEFERRABLE changes, which is done at once.',
    references: [
      'https://www.postgresql.org/docs/18/sql-altertable.html#SQL-ALTERTABLE-DESC-ALTER-CONSTRAINT',
    ],
  },
  examples: {
    bad: [
      given(
        [tables],
        sql`
          alter table orders alter constraint orders_customer_fkey not enforced;
                             ^^^^^^^^^^^^^^^^ constraint-enforcement-changed
        `,
      ),
    ],
    good: [given([tables], sql`alter table orders alter constraint orders_customer_fkey deferrable;`)],
  },
  covers: ['alter-constraint-enforcement'],
  on: ['alter-constraint'],

  *check({ constraint, enforced, keyword, table }, moment) {
    if (enforced === null || moment.tableIsNew(table)) return;
    yield {
      at: keyword,
      message: enforced
        ? `Every row of "${table.name}" is checked while reads and writes of it wait (ACCESS EXCLUSIVE lock). Drop "${constraint.name}", add it NOT VALID, and validate it in a later migration.`
        : `"${constraint.name}" checks nothing from now on, so rows of "${table.name}" may refer to what does not exist. Keep it enforced.`,
      weighs: table,
    };
  },
});
