import { checkOutside, defaultsToRead } from '../../analysis/partition-bounds.js';
import { believed } from '../../catalog/knowledge.js';
import { quotedName, type Reference } from '../../catalog/names.js';
import type { AttachPartition, CreateTable } from '../../catalog/operation.js';
import { objectName } from '../../catalog/server-names.js';
import { doesNothing } from '../does-nothing.js';
import { type Fix, given, type Moment, rule, sql } from '../rule.js';

const events = sql`
  create table events (at date not null) partition by range (at);
  create table events_rest partition of events default;
`;
const proven = sql`
  create table events_2024 (at date not null, check (at >= '2024-01-01' and at < '2025-01-01'));
`;
const visits = sql`
  create table visits (at date not null, shop int not null) partition by range (at, shop);
  create table visits_rest partition of visits default;
`;
const proof = sql`
  alter table events_rest add constraint not_2024
    check (at < '2024-01-01' or at >= '2025-01-01') not valid;
`;
const validated = sql`alter table events_rest validate constraint not_2024;`;

export default rule({
  id: 'new-partition-scanning-default',
  severity: 'warning',
  docs: {
    what: 'A partition is made or attached beside a DEFAULT partition, and nothing proves that no row of that one belongs to the new one.',
    why: 'The server takes an ACCESS EXCLUSIVE lock on the default partition and keeps it while it reads every row of it: reads and writes that reach it wait until then.',
    instead:
      'Add a CHECK to the default partition that leaves the new bounds out, NOT VALID, and VALIDATE it in a later migration while writes go on; then make the partition, which now reads nothing, and drop the CHECK.',
    unless:
      'Silent when the same migration makes the default partition, and where validated CHECKs of it leave the bounds out, or may do so in a way that we do not understand.',
    references: [
      'https://www.postgresql.org/docs/current/ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-MAINTENANCE',
    ],
  },
  examples: {
    bad: [
      given(
        [events, proven],
        sql`
          alter table events attach partition events_2024 for values from ('2024-01-01') to ('2025-01-01');
                             ^^^^^^^^^^^^^^^^ new-partition-scanning-default
        `,
      ),
      given(
        [visits],
        sql`
          create table visits_2024 partition of visits for values from ('2024-01-01', 0) to ('2025-01-01', 0);
          ^^^^^^^^^^^^ new-partition-scanning-default
        `,
      ),
    ],
    good: [
      given(
        [events, proof, validated],
        sql`create table events_2024 partition of events for values from ('2024-01-01') to ('2025-01-01');`,
      ),
    ],
  },
  covers: ['attach-partition-default-scan'],
  on: ['attach-partition', 'create-table'],

  *check(operation, moment) {
    const parent = operation.kind === 'create-table' ? operation.partitionOf : operation.table;
    if (parent === null || moment.tableIsNew(parent)) return;
    if (operation.kind === 'create-table' && doesNothing(operation, moment.before)) return;
    for (const { table, proof } of defaultsToRead(moment.before.whole(), parent, operation)) {
      if (proof !== 'unproven' || moment.tableIsNew(table)) continue;
      yield {
        at: operation.keyword,
        message: `Every row of the default partition "${table.name}" is checked against the bounds of the new one while reads and writes of it wait (ACCESS EXCLUSIVE lock). Validate a CHECK there that leaves them out first.`,
        weighs: table,
        fixes: leaveOutFirst(operation, parent, table, moment),
      };
    }
  },
});

function leaveOutFirst(
  operation: AttachPartition | CreateTable,
  parent: Reference,
  { schema, name }: Reference,
  moment: Moment,
): readonly Fix[] {
  const known = believed(moment.before.table(parent));
  const check = checkOutside(known?.partitionKey ?? null, operation.limits);
  const isNew = operation.kind === 'create-table';
  const part = isNew ? operation.table : operation.partition;
  // A table that is made here would be left behind, and be used by others by then.
  if (check === null || (!isNew && moment.tableIsNew(part))) return [];
  const isBeside = parent.schema === null && known?.schema === schema;
  const table = { schema: isBeside ? null : schema, name };
  const constraint = objectName('not', part.name, 'check');
  const drop = { kind: 'drop-constraint', table, constraint } as const;
  const words = (sql: string) => ({ kind: 'words', sql }) as const;
  const add = words(
    `alter table ${quotedName(table)} add constraint "${constraint}" check (${check}) not valid`,
  );
  const undo = isNew ? `drop table` : `alter table ${quotedName(parent)} detach partition`;
  return [
    {
      title: 'Leave the bounds out of the default partition by a CHECK first, in steps',
      safety: 'needs-review',
      edit: (editor) =>
        editor.postpone(operation, [{ up: add, down: drop }], {
          name: `${isNew ? 'create' : 'attach'}_${part.name}`,
          notes: ['The constraint leaves the bounds out, so no row of the default partition is read.'],
          first: [{ kind: 'validate-constraint', table, constraint }],
          last: [drop],
          down: [add, words(`${undo} ${quotedName(part)}`)],
        }),
    },
  ];
}
