import { checkWithin, proofOfBounds } from '../../analysis/partition-bounds.js';
import { believed, certain } from '../../catalog/knowledge.js';
import { quotedName } from '../../catalog/names.js';
import type { AttachPartition } from '../../catalog/operation.js';
import { objectName } from '../../catalog/server-names.js';
import { type Fix, given, type Moment, rule, sql } from '../rule.js';

const events = sql`
  create table events (at date not null) partition by range (at);
  create table events_2024 (at date not null);
`;
const proof = sql`
  alter table events_2024 add constraint events_2024_bounds
    check (at >= '2024-01-01' and at < '2025-01-01') not valid;
`;
const validated = sql`alter table events_2024 validate constraint events_2024_bounds;`;

export default rule({
  id: 'attach-partition-scanning-table',
  severity: 'warning',
  docs: {
    what: 'A table becomes a partition, and nothing proves yet that all of its rows belong there.',
    why: 'ATTACH PARTITION takes an ACCESS EXCLUSIVE lock on that table and keeps it while it reads every row: reads and writes of it wait until then. The partitioned table itself goes on (SHARE UPDATE EXCLUSIVE).',
    instead:
      'Add a CHECK that says what the bounds say, NOT VALID, and VALIDATE it in a later migration while writes go on; then attach the table, which now reads nothing, and drop the CHECK.',
    unless:
      'Silent for a table that the same migration makes, for foreign tables, for the first of all partitions when it is the DEFAULT one, and where validated CHECKs, with NOT NULL, prove the bounds, or may prove them in a way that we do not understand. No more than an info where the table is not known.',
    references: [
      'https://www.postgresql.org/docs/current/ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-MAINTENANCE',
    ],
  },
  examples: {
    bad: [
      given(
        [events],
        sql`
          alter table events attach partition events_2024 for values from ('2024-01-01') to ('2025-01-01');
                             ^^^^^^^^^^^^^^^^ attach-partition-scanning-table
        `,
      ),
    ],
    good: [
      given(
        [events, proof, validated],
        sql`alter table events attach partition events_2024 for values from ('2024-01-01') to ('2025-01-01');`,
      ),
      given(
        [events],
        sql`
          create table events_2025 (at date not null);
          alter table events attach partition events_2025 for values from ('2025-01-01') to ('2026-01-01');
        `,
      ),
    ],
  },
  covers: ['attach-partition-scan'],
  aliases: ['attach-partition', 'ban-attach-partition', 'avoid-attaching-partition'],
  on: ['attach-partition'],

  *check(attach, moment) {
    const { partition } = attach;
    if (moment.tableIsNew(partition)) return;
    const known = certain(moment.before.table(partition));
    if (known?.foreign) return;
    const proof = proofOfBounds(moment.before.whole(), attach);
    if (proof === 'proven' || (proof === 'unknown' && known !== null)) return;
    yield {
      at: attach.keyword,
      severity: known === null ? 'info' : 'warning',
      message: `${known === null ? 'Unless a validated CHECK proves its bounds, every' : 'Every'} row of "${partition.name}" is checked against the bounds of the partition while reads and writes of it wait (ACCESS EXCLUSIVE lock). Validate a CHECK that says the same before it is attached.`,
      weighs: partition,
      fixes: known === null ? [] : proveFirst(attach, moment),
    };
  },
});

function proveFirst(attach: AttachPartition, moment: Moment): readonly Fix[] {
  const { table: parent, partition, limits } = attach;
  const check = checkWithin(believed(moment.before.table(parent))?.partitionKey ?? null, limits);
  if (check === null) return [];
  const constraint = objectName(partition.name, '', 'bounds');
  const [whole, part] = [quotedName(parent), quotedName(partition)];
  const validate = { kind: 'validate-constraint', table: partition, constraint } as const;
  const drop = { kind: 'drop-constraint', table: partition, constraint } as const;
  const words = (sql: string) => ({ kind: 'words', sql }) as const;
  const add = words(`alter table ${part} add constraint "${constraint}" check (${check}) not valid`);
  return [
    {
      title: 'Prove the bounds with a CHECK first, in steps',
      safety: 'needs-review',
      edit: (editor) =>
        editor.postpone(attach, [{ up: add, down: drop }], {
          name: `attach_${partition.name}`,
          notes: ['The constraint proves the bounds, so no row is read while reads and writes wait.'],
          first: [validate],
          last: [drop],
          down: [add, words(`alter table ${whole} detach partition ${part}`)],
        }),
    },
  ];
}
