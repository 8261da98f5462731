import { missingIndexes } from '../../analysis/locks/whole-tables.js';
import type { Index } from '../../catalog/catalog.js';
import { certain } from '../../catalog/knowledge.js';
import { quotedName } from '../../catalog/names.js';
import type { AttachPartition } from '../../catalog/operation.js';
import { columnsPart, objectName } from '../../catalog/server-names.js';
import { type Fix, given, rule, sql } from '../rule.js';

const events = sql`
  create table events (at date not null, kind text) partition by list (kind);
  create index events_at_idx on events (at);
`;
const clicks = sql`create table clicks (at date not null, kind text, check (kind = 'click' and kind is not null));`;
const indexed = sql`create index concurrently clicks_at_idx on clicks (at);`;

export default rule({
  id: 'attach-partition-building-index',
  severity: 'warning',
  docs: {
    what: 'A table becomes a partition, and lacks an index that the partitioned table has.',
    why: 'ATTACH PARTITION builds what is missing, while it holds an ACCESS EXCLUSIVE lock on the table: reads and writes of it wait until then.',
    instead: 'Build the same indexes CONCURRENTLY on the table first; they are taken over then.',
    unless:
      'Silent for a table that the same migration makes, for foreign tables, and where the indexes of one of the two are not known.',
    references: [
      'https://www.postgresql.org/docs/current/ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-MAINTENANCE',
    ],
  },
  examples: {
    bad: [
      given(
        [events, clicks],
        sql`
          alter table events attach partition clicks for values in ('click');
                             ^^^^^^^^^^^^^^^^ attach-partition-building-index
        `,
      ),
    ],
    good: [
      given(
        [events, clicks, indexed],
        sql`alter table events attach partition clicks for values in ('click');`,
      ),
    ],
  },
  covers: ['attach-partition-missing-index'],
  on: ['attach-partition'],

  *check(attach, moment) {
    const { table, partition } = attach;
    if (moment.tableIsNew(partition)) return;
    const parent = certain(moment.before.table(table));
    const child = certain(moment.before.table(partition));
    if (parent === null || child === null || child.foreign) return;
    const missing = missingIndexes(parent, child);
    if (missing.length === 0) return;
    const names = missing.map(({ name }) => `"${name}"`).join(', ');
    yield {
      at: attach.keyword,
      message: `"${partition.name}" has nothing like ${names} of "${table.name}", so ${missing.length === 1 ? 'an index is' : `${missing.length} indexes are`} built while reads and writes of it wait (ACCESS EXCLUSIVE lock). ${
        missing.some(({ constraint }) => constraint !== null)
          ? 'Build a unique index CONCURRENTLY first, and make the constraint from it USING INDEX.'
          : `Build ${missing.length === 1 ? 'it' : 'them'} CONCURRENTLY first.`
      }`,
      weighs: partition,
      related: missing.flatMap((index) =>
        index.origin === null ? [] : [{ at: index.origin, message: `"${index.name}" is made here` }],
      ),
      fixes: missing.every(isPlain) ? buildFirst(attach, missing) : [],
    };
  },
});

/** Whether its columns say all that there is to say. */
function isPlain({ constraint, include, keys, method, nullsNotDistinct, where }: Index): boolean {
  if (constraint !== null || include.length > 0 || method !== 'btree') return false;
  if (nullsNotDistinct || where !== null) return false;
  return keys.every(
    ({ column, collation, descending, nullsFirst, operatorClass }) =>
      column !== null && collation === null && operatorClass === null && !descending && !nullsFirst,
  );
}

function buildFirst(attach: AttachPartition, missing: readonly Index[]): readonly Fix[] {
  const { table, partition } = attach;
  const up = missing.map(({ keys, unique }) => {
    const columns = keys.flatMap(({ column }) => column ?? []);
    const name = objectName(partition.name, columnsPart(columns), 'idx');
    return {
      kind: 'create-index',
      table: partition,
      columns,
      unique,
      name,
      given: name,
      concurrently: true,
    } as const;
  });
  const down = up.map((index) => ({ kind: 'drop-index', index, ifExists: false }) as const);
  const detach = `alter table ${quotedName(table)} detach partition ${quotedName(partition)}`;
  return [
    {
      title: 'Build the indexes concurrently first, and attach it in a later migration',
      safety: 'needs-review',
      edit: (editor) =>
        editor.postpone(attach, [], {
          before: [{ name: `index_${partition.name}`, outside: true, notes: [], up, down }],
          name: `attach_${partition.name}`,
          notes: [],
          first: [],
          last: [],
          down: [{ kind: 'words', sql: detach }],
        }),
    },
  ];
}
