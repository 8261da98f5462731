import { believed } from '../../catalog/knowledge.js';
import { given, migration, rule, sql } from '../rule.js';

const orders = sql`
  create table orders (id bigint primary key, net integer, gross integer generated always as (net * 2) stored);
`;

export default rule({
  id: 'set-expression-rewrites-table',
  severity: 'error',
  docs: {
    what: 'A stored generated column gets another expression.',
    why: 'The server computes it for every row, and writes the whole table and its indexes anew under an ACCESS EXCLUSIVE lock: reads and writes wait until then.',
    instead:
      'Add a plain column that a trigger fills, fill old rows in batches, read that one, and drop the old one in a later release.',
    unless:
      'Silent for a table that the same migration makes, and for a virtual column, which is computed when it is read. A warning when it is not known how the column is generated.',
    references: [
      'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-EXPRESSION',
    ],
  },
  examples: {
    bad: [
      given(
        [orders],
        sql`
          alter table orders alter column gross set expression as (net * 3);
                             ^^^^^^^^^^^^ set-expression-rewrites-table
        `,
      ),
      given(
        [orders],
        migration`
          execute "alter table orders alter column gross set expression as (net * 3)", ""
                                      ^^^^^^^^^^^^ set-expression-rewrites-table
        `,
      ),
    ],
    good: [given([orders], sql`alter table orders alter column gross drop expression;`)],
  },
  covers: ['set-expression-stored'],
  on: ['alter-table-other'],

  *check({ action, table, keyword, onColumn }, moment) {
    if (action !== 'SetExpression' || onColumn === null || moment.tableIsNew(table)) return;
    const column = moment.before.column(table, onColumn.name);
    const generated = believed(column)?.generated ?? null;
    if (generated === 'virtual') return;
    const isSure = column.kind === 'known' && generated === 'stored';
    yield {
      at: keyword,
      weighs: table,
      ...(isSure ? {} : { severity: 'warning' }),
      message: `"${table.name}" ${isSure ? 'is' : 'may be'} written anew while reads and writes wait (ACCESS EXCLUSIVE lock): "${onColumn.name}" is computed again for every row. Add a plain column, and fill old rows in batches.`,
    };
  },
});
