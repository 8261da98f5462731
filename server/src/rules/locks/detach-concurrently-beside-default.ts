import { certain } from '../../catalog/knowledge.js';
import { childrenOf } from '../../catalog/lookup.js';
import { given, rule, sql } from '../rule.js';

const events = sql`
  create table events (at date not null) partition by range (at);
  create table events_2020 partition of events for values from ('2020-01-01') to ('2021-01-01');
`;
const rest = sql`create table events_rest partition of events default;`;

export default rule({
  id: 'detach-concurrently-beside-default',
  severity: 'error',
  docs: {
    what: 'A partition is detached CONCURRENTLY from a table that has a DEFAULT partition.',
    why: 'The server refuses it, "cannot detach partitions concurrently when a default partition exists", and the migration fails.',
    instead: 'Detach it without CONCURRENTLY, with a short lock_timeout, when little runs.',
    unless: 'Silent where it is not known whether there is a DEFAULT partition.',
    references: [
      'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DETACH-PARTITION',
    ],
  },
  examples: {
    bad: [
      given(
        [events, rest],
        sql`
          alter table events detach partition events_2020 concurrently;
                                                          ^^^^^^^^^^^^ detach-concurrently-beside-default
        `,
      ),
    ],
    good: [
      given([events], sql`alter table events detach partition events_2020 concurrently;`),
      given([events, rest], sql`alter table events detach partition events_2020;`),
    ],
  },
  covers: ['detach-concurrently-with-default'],
  on: ['detach-partition'],

  *check(detach, moment) {
    const { concurrently, table } = detach;
    const parent = certain(moment.before.table(table));
    if (concurrently === null || parent === null) return;
    const other = childrenOf(moment.before.whole(), parent.id).find((one) => one.defaultPartition);
    if (other === undefined || certain(moment.before.table(other)) === null) return;
    yield {
      at: concurrently,
      message: `"${table.name}" has a default partition, "${other.name}", and beside one the server refuses to detach CONCURRENTLY. Detach it without, under a short lock_timeout.`,
      related:
        other.origin === null ? [] : [{ at: other.origin, message: 'the default partition is made here' }],
      fixes: [
        {
          title: 'Detach it without CONCURRENTLY',
          safety: 'needs-review',
          edit: (editor) => editor.replaceWords(detach, concurrently, ''),
        },
      ],
    };
  },
});
