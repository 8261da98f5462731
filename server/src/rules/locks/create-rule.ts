import { given, rule, sql } from '../rule.js';

const orders = sql`create table orders (id bigint primary key);`;

export default rule({
  id: 'create-rule',
  severity: 'warning',
  docs: {
    what: 'CREATE RULE puts a rewrite rule on a table or view that is in use.',
    why: 'It takes an ACCESS EXCLUSIVE lock, behind which all reads and writes wait. From then on the rule rewrites every such statement: arguments are computed again for each place where they stand, RETURNING and row counts change, and COPY passes the rule by.',
    instead: 'Use a trigger, which sees each row once; for a view an INSTEAD OF trigger.',
    unless: 'Silent for a table or view that the same migration makes, and for what renames or drops rules.',
    references: [
      'https://www.postgresql.org/docs/current/sql-createrule.html',
      'https://www.postgresql.org/docs/current/rules-triggers.html',
    ],
  },
  examples: {
    bad: [
      given(
        [orders],
        sql`
          create rule keep as on delete to orders do instead nothing;
          ^^^^^^^^^^^ create-rule
        `,
      ),
    ],
    good: [
      given([orders], sql`create trigger keep before delete on orders for each row execute function keep();`),
    ],
  },
  covers: ['create-rule'],
  on: ['change-rule'],

  *check({ action, table, rule: { name }, keyword }, moment) {
    if (action.kind !== 'create' || moment.tableIsNew(table)) return;
    yield {
      at: keyword,
      message: `The rule "${name}" rewrites statements on "${table.name}" with surprising results, and making it blocks reads and writes while it waits for running queries (ACCESS EXCLUSIVE lock). Use a trigger.`,
      weighs: table,
    };
  },
});
