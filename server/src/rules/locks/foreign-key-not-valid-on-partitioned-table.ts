import { certain } from '../../catalog/knowledge.js';
import { given, rule, sql } from '../rule.js';

const tables = sql`
  create table customers (id bigint primary key);
  create table orders (at date not null, customer_id bigint) partition by range (at);
  create index orders_customer_id_idx on orders (customer_id);
`;

export default rule({
  id: 'foreign-key-not-valid-on-partitioned-table',
  severity: 'error',
  docs: {
    what: 'A foreign key of a partitioned table is added NOT VALID, before PostgreSQL 18.',
    why: 'The server refuses it, "cannot add NOT VALID foreign key on partitioned table", and the migration fails.',
    instead:
      'Add the foreign key to each partition, NOT VALID, and validate it there; then add it to the partitioned table, which takes those over and reads nothing.',
    unless: 'Silent from PostgreSQL 18 on, and where it is not known whether the table is partitioned.',
    references: [
      'https://www.postgresql.org/docs/17/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT',
    ],
  },
  examples: {
    bad: [
      given(
        [tables],
        sql`
          alter table orders add constraint orders_customer_fkey foreign key (customer_id) references customers (id) not valid;
                                                                                                                     ^^^^^^^^^ foreign-key-not-valid-on-partitioned-table
        `,
      ),
    ],
    good: [
      sql`
        create table customers (id bigint primary key);
        create table orders (id bigint primary key, customer_id bigint);
        alter table orders add constraint orders_customer_fkey foreign key (customer_id) references customers (id) not valid;
      `,
    ],
  },
  covers: ['fk-not-valid-on-partitioned'],
  on: ['add-constraint'],

  *check({ constraint, table }, moment) {
    if (constraint.kind !== 'foreign-key' || constraint.notValid === null || moment.postgres >= 18) return;
    const known = certain(moment.before.table(table));
    if (known?.partitioned !== true) return;
    yield {
      at: constraint.notValid,
      message: `"${table.name}" is partitioned, and before PostgreSQL 18 the server refuses a NOT VALID foreign key there. Add it to each partition first, NOT VALID, and validate it there; then the parent has nothing left to check.`,
      related: known.origin === null ? [] : [{ at: known.origin, message: `"${known.name}" is made here` }],
    };
  },
});
