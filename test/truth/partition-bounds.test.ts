// Whether CHECKs prove the bounds of a partition: what analysis/partition-bounds.ts says of each pair of a CHECK and a bound is
// what a server does when it attaches, which tells in a message whether it reads the rows.

import assert from 'node:assert/strict';
import { Client } from 'pg';
import {
  checkOutside,
  checkWithin,
  type Proof,
  provesOutside,
  provesWithin,
} from '../../server/src/analysis/partition-bounds.js';
import { apply } from '../../server/src/catalog/apply.js';
import { type Catalog, emptyCatalog, type Table } from '../../server/src/catalog/catalog.js';
import { findTable } from '../../server/src/catalog/lookup.js';
import type { AttachPartition } from '../../server/src/catalog/operation.js';
import { operationsOf } from '../../server/src/migrations/from-sql.js';
import { sqlParser } from '../support/parsers.js';
import { useRealServer } from './support/real-server.js';

interface Family {
  /** Of the column `k`. */
  readonly type: string;
  readonly key: string;
  readonly bounds: readonly string[];
  readonly checks: readonly string[];
}

const FAMILIES: readonly Family[] = [
  {
    type: 'date',
    key: 'range (k)',
    bounds: [
      "for values from ('2024-01-01') to ('2024-02-01')",
      "for values from (minvalue) to ('2024-02-01')",
      "for values from ('2024-01-01') to (maxvalue)",
    ],
    checks: [
      "k >= '2024-01-01' and k < '2024-02-01'",
      "k is not null and k >= '2024-01-01' and k < '2024-02-01'",
      "k is not null and k > '2024-01-01' and k <= '2024-01-31'",
      "k is not null and k between '2024-01-01' and '2024-01-31'",
      "k is not null and k between '2024-01-01' and '2024-02-01'",
      "k is not null and '2024-01-05' <= k and '2024-01-20' > k",
      "k is not null and k >= date '2023-12-01' and k < '2024-02-01'",
      "k is not null and k in ('2024-01-03', '2024-01-04')",
      "k is not null and k = '2024-01-03'",
      "k < '2024-01-01' or k >= '2024-02-01'",
      "not (k >= '2024-01-01' and k < '2024-02-01')",
      "k is null or k < '2024-01-01' or k >= '2024-02-01'",
      "k >= '2024-03-01'",
      "k < '2023-01-01'",
      "k not between '2024-01-01' and '2024-02-01'",
      'k is null',
      'k is not null',
      'other > 1',
    ],
  },
  {
    type: 'int',
    key: 'range (k)',
    bounds: ['for values from (1) to (100)'],
    checks: [
      'k is not null and k >= 1 and k < 100',
      'k is not null and k >= 1 and k <= 99',
      'k is not null and k >= 1 and k <= 100',
      'k is not null and k in (1, 2, 3)',
      'k >= 100',
      'k < 1 or k > 100',
      'k < 1 or k > 50',
    ],
  },
  {
    type: 'text',
    key: 'list (k)',
    bounds: ["for values in ('eu')", "for values in ('eu', 'us')", "for values in ('eu', null)"],
    checks: [
      "k = 'eu'",
      "k is not null and k = 'eu'",
      "k is not null and k = 'asia'",
      "k is not null and k in ('eu', 'us')",
      "k is not null and (k = 'eu' or k = 'us')",
      "k is not null and k = any (array['eu', 'us'])",
      "k is null or k = 'eu'",
      "k <> 'eu'",
      "k not in ('eu', 'us')",
      "k is not null and k not in ('eu', 'us')",
      "k is not null and k <> all (array['eu', 'us'])",
      "k <> 'asia'",
    ],
  },
  {
    type: 'int',
    key: 'hash (k)',
    bounds: ['for values with (modulus 2, remainder 0)'],
    checks: ['k is not null', 'other > 1'],
  },
];

describe('truth: what CHECKs prove of partition bounds', () => {
  const server = useRealServer();

  for (const family of FAMILIES) {
    for (const bound of family.bounds) {
      it(`${family.type}, ${family.key}, ${bound}`, async () => {
        const client = new Client({ connectionString: server().url(await server().createDatabase()) });
        await client.connect();
        const said: string[] = [];
        client.on('notice', ({ message }) => said.push(message ?? ''));
        await client.query('set client_min_messages = debug1');
        const run = async (statements: readonly string[]): Promise<string> => {
          said.length = 0;
          await client.query('begin');
          for (const sql of statements) await client.query(sql);
          await client.query('rollback');
          return said.join('\n');
        };
        try {
          for (const check of [...family.checks, ...ownChecks(family, bound)]) {
            const inside = historyOf(family, bound, `constraint c check (${check})`);
            const within = await run(inside.statements);
            compare(inside.within, /constraint for table "part" is implied/.test(within), `${check}, within`);
            if (family.key.startsWith('hash')) continue;
            const beside = historyOf(family, bound, `constraint c check (${check})`, true);
            const outside = await run(beside.statements);
            compare(beside.outside, /default partition "rest" is implied/.test(outside), `${check}, outside`);
          }
        } finally {
          await client.end();
        }
      });
    }
  }

  it('proves what it writes itself', () => {
    for (const family of FAMILIES) {
      if (family.key.startsWith('hash')) continue;
      for (const bound of family.bounds) {
        const [within, outside] = ownChecks(family, bound);
        assert.equal(historyOf(family, bound, `check (${within})`).within, 'proven', bound);
        assert.equal(historyOf(family, bound, `check (${outside})`, true).outside, 'proven', bound);
      }
    }
  });
});

function compare(ours: Proof, server: boolean, about: string): void {
  if (ours !== 'unknown') assert.equal(ours, server ? 'proven' : 'unproven', about);
}

function ownChecks(family: Family, bound: string): readonly string[] {
  const { parent, attach } = historyOf(family, bound, 'check (true)');
  return [checkWithin, checkOutside].flatMap((write) => write(parent.partitionKey, attach.limits) ?? []);
}

function historyOf({ type, key }: Family, bound: string, constraint: string, withDefault = false) {
  const columns = `k ${type}, other int`;
  const statements = [
    `create table whole (${columns}) partition by ${key}`,
    `create table part (${columns}${withDefault ? '' : `, ${constraint}`})`,
    ...(withDefault ? [`create table rest partition of whole (${constraint}) default`] : []),
  ];
  let catalog: Catalog = emptyCatalog;
  for (const sql of statements) {
    for (const operation of operationsOf(sqlParser.statement(sql))) {
      const origin = { path: 'x.sql', statement: 0, operation: 0, constraint: null };
      catalog = apply(catalog, operation, { origin, postgres: 18 });
    }
  }
  const last = `alter table whole attach partition part ${bound}`;
  const attach = operationsOf(sqlParser.statement(last))[0] as AttachPartition;
  const parent = tableNamed(catalog, 'whole');
  return {
    statements: [...statements, last],
    parent,
    attach,
    within: provesWithin(tableNamed(catalog, 'part'), parent.partitionKey, attach.limits),
    outside: withDefault
      ? provesOutside(tableNamed(catalog, 'rest'), parent.partitionKey, attach.limits)
      : 'unknown',
  };
}

function tableNamed(catalog: Catalog, name: string): Table {
  const table = findTable(catalog, { schema: null, name });
  assert.ok(table !== null, name);
  return table;
}
