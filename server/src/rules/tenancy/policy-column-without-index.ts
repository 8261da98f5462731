import { certain } from '../../catalog/knowledge.js';
import { columnOf, foreignKeysOf, indexLeadingWith } from '../../catalog/lookup.js';
import { given, rule, sql } from '../rule.js';
import { policyInForce } from './policy-in-force.js';

const orders = sql`
  create table orders (id bigint primary key, org_id bigint not null);
  alter table orders enable row level security;
`;

export default rule({
  id: 'policy-column-without-index',
  severity: 'info',
  docs: {
    what: 'A policy compares a column with which no index of the table begins.',
    why: 'The policy is part of every query: without an index on that column each of them reads the whole table, however few rows it gives.',
    instead: 'Add an index that begins with the column.',
    unless:
      'Silent where an index or a key begins with the column, for booleans, for columns that are given to a function (no index helps), for foreign keys (`foreign-key-without-index` tells), for partitions, where the table is not known, and when a later migration drops or changes the policy. Said once for each column, at the first policy that compares it.',
    references: ['https://supabase.com/docs/guides/database/postgres/row-level-security#add-indexes'],
  },
  examples: {
    bad: [
      given(
        [orders],
        sql`
          create policy tenant on orders using (org_id = (select current_setting('app.org_id')::bigint));
                                                ^^^^^^ policy-column-without-index
        `,
      ),
    ],
    good: [
      given(
        [orders],
        sql`
          create index on orders (org_id);
          create policy tenant on orders using (org_id = (select current_setting('app.org_id')::bigint));
        `,
      ),
    ],
  },
  covers: ['rls-policy-column-unindexed'],
  on: ['create-policy'],

  *check(operation, moment) {
    const found = policyInForce(operation, moment);
    const table = found === null ? null : certain(moment.latest.table(found.table));
    const { using } = operation;
    if (found === null || table === null || using === null || table.partitionOf !== null) return;
    const earlier = table.policies.slice(0, table.policies.indexOf(found.policy));
    for (const { column, by } of using.pins ?? []) {
      if (by === 'function' || columnOf(table, column)?.type.name === 'bool') continue;
      if (indexLeadingWith(table, [column]) !== null) continue;
      if (foreignKeysOf(table).some(({ columns }) => columns.length === 1 && columns[0] === column)) continue;
      const isSaid = earlier.some((one) => one.using?.pins?.some((pin) => pin.column === column));
      const mention = using.mentions.find(({ name }) => name === column);
      if (isSaid || mention === undefined) continue;
      const { schema, name } = operation.table;
      yield {
        at: {
          start: using.span.start + mention.span.start,
          end: using.span.start + mention.span.end,
        },
        weighs: operation.table,
        message: `No index of "${table.name}" begins with "${column}", so by this policy every query reads the whole table. Add an index.`,
        fixes: [
          {
            title: `Add an index on ${table.name}(${column})`,
            safety: 'needs-review',
            edit: (editor) =>
              editor.addIndex({ schema, name, span: operation.table.span }, [column], operation.span),
          },
        ],
      };
    }
  },
});
