import { takenAnew } from '../../analysis/held-locks.js';
import { relationName } from '../../catalog/lookup.js';
import { quotedName, sameRelation } from '../../catalog/names.js';
import type { CreateTable } from '../../catalog/operation.js';
import { type Fix, given, rule, sql } from '../rule.js';
import { waitIsBounded } from './bounded-wait.js';

const events = sql`create table events (at date not null) partition by range (at);`;

export default rule({
  id: 'new-partition-locks-parent',
  severity: 'warning',
  docs: {
    what: 'A partition is made by CREATE TABLE … PARTITION OF, of a table that is in use.',
    why: 'That takes an ACCESS EXCLUSIVE lock on the partitioned table. It is short, but it waits for every running query, and all reads and writes of all partitions that come after wait behind it.',
    instead:
      'Make a table LIKE the partitioned one, then ATTACH it: that is content with SHARE UPDATE EXCLUSIVE, and reads and writes go on.',
    unless:
      'Silent where the same migration makes the partitioned table, or holds such a lock on it already, where a lock_timeout bounds the wait, and for IF NOT EXISTS on a table that exists.',
    references: [
      'https://www.postgresql.org/docs/current/ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-MAINTENANCE',
    ],
  },
  examples: {
    bad: [
      given(
        [events],
        sql`
          create table events_2024 partition of events for values from ('2024-01-01') to ('2025-01-01');
          ^^^^^^^^^^^^ new-partition-locks-parent
        `,
      ),
    ],
    good: [
      given(
        [events],
        sql`
          create table events_2024 (like events including defaults including constraints);
          alter table events attach partition events_2024 for values from ('2024-01-01') to ('2025-01-01');
        `,
      ),
    ],
  },
  covers: ['create-partition-of-locks-parent'],
  on: ['migration'],

  *check(whole, moment) {
    for (const [index, step] of whole.steps.entries()) {
      const { operation, before } = step;
      if (operation.kind !== 'create-table' || operation.partitionOf === null) continue;
      const parent = relationName(before, operation.partitionOf);
      const waits = takenAnew(step).some(
        ({ mode, relation }) => mode === 'AccessExclusiveLock' && sameRelation(relation, parent),
      );
      if (!waits || waitIsBounded(whole, moment, index)) continue;
      yield {
        step,
        at: operation.keyword,
        message: `Making a partition of "${parent.name}" this way blocks reads and writes of it while it waits for running queries (ACCESS EXCLUSIVE lock). Make the table LIKE it and ATTACH it, which blocks neither.`,
        weighs: parent,
        fixes: attachInstead(operation),
      };
    }
  },
});

function attachInstead(create: CreateTable): readonly Fix[] {
  const { bound, columns, constraints, partitionOf: parent, table } = create;
  const isPlain = columns.length + constraints.length === 0 && Object.keys(create.parameters).length === 0;
  if (parent === null || bound === null || !isPlain || create.ifNotExists) return [];
  if (create.partitioned || create.foreign || create.unlogged || create.temporary) return [];
  const including = 'including defaults including constraints including generated including storage';
  const made = `create table ${quotedName(table)} (like ${quotedName(parent)} ${including})`;
  const attached = `alter table ${quotedName(parent)} attach partition ${quotedName(table)} ${bound}`;
  return [
    {
      title: 'Make it LIKE the partitioned table, and attach it',
      safety: 'needs-review',
      edit: (editor) =>
        editor.together(
          editor.replaceWords(create, create.span, made),
          editor.runAfter(create, [{ up: { kind: 'words', sql: attached }, down: null }]),
        ),
    },
  ];
}
