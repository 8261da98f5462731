// Advice in a workspace: its migrations, its configuration and the sizes that it knows decide what is said of a plan.

import assert from 'node:assert/strict';
import { adviceFor } from '../../server/src/features/plan-advice.js';
import type { PlanOrigin } from '../../server/src/features/plan-circumstances.js';
import { parsePlan } from '../../server/src/plans/plan.js';
import { memoryWorkspace } from '../support/workspace.js';

const SCHEMA = 'CREATE TABLE orders (id bigint PRIMARY KEY, status text NOT NULL);';
const EMBEDDED: PlanOrigin = {
  source: { kind: 'embedded', statistics: '2026-11-20' },
  tables: [],
  statement: null,
};
const ORDERS = {
  schema: 'public',
  name: 'orders',
  rows: 500_000,
  bytes: 80e6,
  changedRows: 400_000,
  analyzed: true,
};

function said(
  files: Readonly<Record<string, string>>,
  origin: PlanOrigin,
  plan: unknown = SCAN,
): readonly string[] {
  const workspace = memoryWorkspace(
    Object.entries({ 'migrations/0001_orders.sql': SCHEMA, ...files }).map(([path, text]) => ({
      path,
      text,
    })),
  );
  const read = parsePlan(plan);
  assert.ok(read.kind === 'plan');
  return adviceFor(workspace, null, read, origin).map(({ rule, severity }) => `${rule} (${severity})`);
}

/** As PostgreSQL 18 gives it for 500,000 rows, but for keys that nobody reads here. */
const SCAN = [
  {
    Plan: {
      'Node Type': 'Seq Scan',
      'Parallel Aware': false,
      'Relation Name': 'orders',
      Schema: 'public',
      Alias: 'orders',
      'Startup Cost': 0,
      'Total Cost': 8953,
      'Plan Rows': 250,
      'Plan Width': 13,
      Output: ['id', 'status'],
      Filter: "(orders.status = 'failed'::text)",
    },
  },
];

describe('advice in a workspace', () => {
  it('takes the sizes of the configuration', () => {
    const config = (rows: number) => ({
      'plumbline.jsonc': JSON.stringify({ tables: { orders: { rows } } }),
    });
    assert.deepEqual(said(config(500_000), EMBEDDED), ['seq-scan-estimate (info)']);
    assert.deepEqual(said(config(300), EMBEDDED), []);
    assert.deepEqual(said({}, EMBEDDED), []);
  });

  it('takes the sizes and the age of the statistics that the server tells', () => {
    const source = { kind: 'database', statistics: '2026-11-20' } as const;
    assert.deepEqual(said({}, { source, tables: [ORDERS], statement: null }), [
      'seq-scan-estimate (warning)',
      'stale-stats (warning)',
    ]);
  });

  it('believes no sizes of an embedded server without statistics', () => {
    const source = { kind: 'embedded', statistics: 'none' } as const;
    assert.deepEqual(said({}, { source, tables: [ORDERS], statement: null }), []);
  });

  it('knows the indexes of the migrations', () => {
    const files = {
      'migrations/0002_index.sql': 'CREATE INDEX orders_status ON orders (status);',
      'plumbline.jsonc': '{ "tables": { "orders": { "rows": 500000 } } }',
    };
    assert.deepEqual(said(files, EMBEDDED), []);
  });

  it('is as loud as the configuration says, from the numbers on that it says', () => {
    const config = (more: object) => ({
      'plumbline.jsonc': JSON.stringify({ tables: { orders: { rows: 500_000 } }, ...more }),
    });
    const rule = 'seq-scan-estimate';
    assert.deepEqual(said(config({ rules: { [rule]: 'off' } }), EMBEDDED), []);
    assert.deepEqual(said(config({ rules: { [rule]: 'error' } }), EMBEDDED), [`${rule} (error)`]);
    assert.deepEqual(said(config({ rules: { [rule]: 'hint' } }), EMBEDDED), [`${rule} (info)`]);
    assert.deepEqual(said(config({ advice: { [rule]: { rows: 1_000_000 } } }), EMBEDDED), []);
  });

  it('is given of a plan of which nothing else is known', () => {
    const saved: PlanOrigin = { source: { kind: 'saved', statistics: 'none' }, tables: [], statement: null };
    const measured = [
      {
        Plan: {
          ...SCAN[0]?.Plan,
          'Actual Rows': 12,
          'Actual Loops': 1,
          'Actual Startup Time': 0.1,
          'Actual Total Time': 80,
          'Rows Removed by Filter': 499_988,
        },
        'Execution Time': 80.1,
      },
    ];
    assert.deepEqual(said({}, saved, measured), ['seq-scan-discard (warning)']);
  });
});
