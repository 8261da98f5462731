// What we say about locks, rewrites and scans is what PostgreSQL does: each claim is traced on the embedded server and on real
// ones, and compared with analysis/locks.ts. Where we say that we are not certain, we may say less, but nothing that is not so.

import assert from 'node:assert/strict';
import { Client } from 'pg';
import { type LockFacts, locksOf, merge } from '../../server/src/analysis/locks.js';
import { apply } from '../../server/src/catalog/apply.js';
import { type Catalog, emptyCatalog } from '../../server/src/catalog/catalog.js';
import { LOCK_MODES, strongest } from '../../server/src/catalog/lock-modes.js';
import type { OperationKind } from '../../server/src/catalog/operation.js';
import type { TracedStatement } from '../../server/src/database/database.js';
import { openEmbedded } from '../../server/src/database/pglite.js';
import { sessionOf } from '../../server/src/database/postgres-connection.js';
import { traceEach } from '../../server/src/database/trace.js';
import { operationsOf } from '../../server/src/migrations/from-sql.js';
import { catalogsWithin } from '../../server/src/migrations/history.js';
import { bundledWorker } from '../database/support/embedded.js';
import { sqlParser } from '../support/parsers.js';
import { CLAIMS, type Claims } from './support/lock-claims.js';
import { useRealServer } from './support/real-server.js';

/** A kind of operation must be listed here, and then needs a line among the claims. */
const EACH_KIND: Readonly<Record<OperationKind, true>> = {
  'create-table': true,
  'drop-table': true,
  'rename-table': true,
  'set-schema': true,
  'add-column': true,
  'drop-column': true,
  'rename-column': true,
  'alter-column-type': true,
  'set-default': true,
  'drop-default': true,
  'set-not-null': true,
  'drop-not-null': true,
  'add-constraint': true,
  'validate-constraint': true,
  'drop-constraint': true,
  'rename-constraint': true,
  'create-index': true,
  'drop-index': true,
  'rename-index': true,
  'alter-constraint': true,
  'alter-index': true,
  'create-enum': true,
  'add-enum-value': true,
  'rename-enum-value': true,
  'create-type': true,
  'drop-type': true,
  'rename-type': true,
  'set-type-schema': true,
  'alter-domain': true,
  'alter-type': true,
  'set-row-level-security': true,
  'create-policy': true,
  'alter-policy': true,
  'drop-policy': true,
  'create-view': true,
  'alter-view': true,
  'drop-view': true,
  'create-schema': true,
  'rename-schema': true,
  'drop-schema': true,
  'create-sequence': true,
  'alter-sequence': true,
  'drop-sequence': true,
  'create-extension': true,
  'drop-extension': true,
  'create-function': true,
  'alter-function': true,
  'drop-function': true,
  'change-event-trigger': true,
  'change-rule': true,
  'create-trigger': true,
  'rename-trigger': true,
  'drop-trigger': true,
  'attach-partition': true,
  'detach-partition': true,
  'alter-table-other': true,
  'write-rows': true,
  prepare: true,
  'set-parameter': true,
  transaction: true,
  maintenance: true,
  comment: true,
  unknown: true,
  other: true,
};

describe('truth: locks', function () {
  this.timeout(120_000);

  for (const claims of CLAIMS) {
    compare(`embedded: ${claims.about}`, claims, 18, () => traceEmbedded(claims));
  }
  for (const major of [15, 18] as const) {
    describe(`PostgreSQL ${major}`, () => {
      const server = useRealServer(major);
      for (const claims of CLAIMS) {
        compare(claims.about, claims, major, async () => {
          const client = new Client({ connectionString: server().url(await server().createDatabase()) });
          await client.connect();
          try {
            await client.query(claims.schema);
            return await traceEach(sessionOf(client), traceable(claims));
          } finally {
            await client.end();
          }
        });
      }
    });
  }

  it('has a line for each kind of operation', () => {
    const found = new Set<string>();
    for (const { statements } of CLAIMS) {
      for (const sql of statements) {
        for (const { kind } of operationsOf(sqlParser.statement(sql))) found.add(kind);
      }
    }
    assert.deepEqual(
      Object.keys(EACH_KIND).filter((kind) => !found.has(kind)),
      [],
    );
  });
});

async function traceEmbedded(claims: Claims): Promise<readonly TracedStatement[]> {
  const embedded = openEmbedded({ worker: await bundledWorker() });
  const schema = sqlParser.parse(claims.schema).statements.map(({ statement, start }) => ({
    sql: statement.text,
    path: 'schema.sql',
    line: start,
  }));
  const database = embedded.after([{ statements: schema, transaction: false }]);
  const replay = await database.replay();
  assert.equal(replay.kind, 'replayed');
  assert.deepEqual('skipped' in replay ? replay.skipped : null, []);
  const result = await database.trace(traceable(claims));
  await embedded.close();
  assert.ok(result.kind === 'traced', JSON.stringify(result));
  return result.statements;
}

function traceable({ statements }: Claims) {
  return statements.map((sql) => ({ sql, transaction: true }));
}

function compare(
  title: string,
  { schema, statements }: Claims,
  postgres: number,
  trace: () => Promise<readonly TracedStatement[]>,
): void {
  describe(title, () => {
    let traced: readonly TracedStatement[] = [];
    before(async () => {
      traced = await trace();
    });

    let catalog: Catalog = emptyCatalog;
    for (const { statement } of sqlParser.parse(schema).statements)
      catalog = run(catalog, statement.text, postgres).after;

    for (const [index, sql] of statements.entries()) {
      const { facts, after } = run(catalog, sql, postgres);
      catalog = after;
      it(sql, () => {
        const seen = traced[index];
        assert.ok(seen !== undefined && seen.error === null, seen?.error?.message);
        const said = printFacts(facts);
        // The indexes of a table that TRUNCATE emptied are built over no rows.
        const is = printTrace(/^truncate/i.test(sql) ? { ...seen, scans: [] } : seen);
        if (facts.certain) assert.deepEqual(said, is);
        else
          assert.deepEqual(
            said.filter((line) => !isWithin(line, is)),
            [],
            is.join('\n'),
          );
      });
    }
  });
}

/** A lock on a relation that has one, though perhaps of another level; for all else the very line. */
function isWithin(line: string, lines: readonly string[]): boolean {
  const [relation, mode] = line.split(': ');
  return mode === undefined ? lines.includes(line) : lines.some((other) => other.startsWith(`${relation}: `));
}

function run(before: Catalog, sql: string, postgres: number): { facts: LockFacts; after: Catalog } {
  const operations = operationsOf(sqlParser.statement(sql));
  const catalogs = catalogsWithin(operations, before, { path: 'x.sql', statement: 0, postgres });
  const facts = operations.map((operation, index) => locksOf(operation, catalogs[index] ?? before));
  const origin = { path: 'x.sql', statement: 0, operation: 0, constraint: null };
  const last = operations.at(-1);
  const after = last === undefined ? before : apply(catalogs.at(-1) ?? before, last, { origin, postgres });
  return { facts: merge(facts), after };
}

function printFacts({ locks, rewrites, scans }: LockFacts): readonly string[] {
  const name = ({ relation }: { relation: { schema: string; name: string } }) =>
    `${relation.schema}.${relation.name}`;
  return [
    ...locks.map((lock) => `${name(lock)}: ${lock.mode}`),
    ...new Set(rewrites.map((effect) => `rewrites ${name(effect)}`)),
    ...new Set(scans.map((effect) => `scans ${name(effect)}`)),
  ].sort();
}

function printTrace({ locks, rewrites, scans }: TracedStatement): readonly string[] {
  const worst = (modes: readonly string[]) =>
    strongest(LOCK_MODES.filter((mode) => modes.includes(mode))) ?? 'none';
  return [
    ...Object.entries(locks).map(([relation, modes]) => `${relation}: ${worst(modes)}`),
    ...rewrites.map((relation) => `rewrites ${relation}`),
    ...scans.map((relation) => `scans ${relation}`),
  ].sort();
}
