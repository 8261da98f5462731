// What we say about locks, rewrites and scans is what PostgreSQL does: each claim is traced on the embedded server and on real
// ones, and compared with analysis/locks.ts. Where we say that we are not certain, we may say less, but nothing that is not so.

import assert from 'node:assert/strict';
import { Client } from 'pg';
import { type LockFacts, locksOf, merge } from '../../server/src/analysis/locks.js';
import { apply } from '../../server/src/catalog/apply.js';
import { type Catalog, emptyCatalog } from '../../server/src/catalog/catalog.js';
import { LOCK_MODES } from '../../server/src/catalog/lock-modes.js';
import { findRelation } from '../../server/src/catalog/lookup.js';
import type { OperationKind } from '../../server/src/catalog/operation.js';
import { refusesTransaction } from '../../server/src/catalog/refusals/transaction.js';
import type { TracedStatement } from '../../server/src/database/database.js';
import { openEmbedded } from '../../server/src/database/pglite.js';
import { sessionOf } from '../../server/src/database/postgres-connection.js';
import { traceEach } from '../../server/src/database/trace.js';
import { operationsOf } from '../../server/src/migrations/from-sql.js';
import { catalogsWithin } from '../../server/src/migrations/history.js';
import { bundledWorker } from '../database/support/embedded.js';
import { sqlParser } from '../support/parsers.js';
import { CLAIMS, type Claims, statementsFor } from './support/lock-claims.js';
import { useRealServer } from './support/real-server.js';
import { witness } from './support/witness.js';

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

/** Why we are not certain of some statements; any other has to be said for certain. */
const DOUBTFUL: readonly (readonly [statement: RegExp, because: string])[] = [
  [
    /^(?:insert|update|delete|merge|execute|prepare)\b/,
    'which rows are found, and how, is up to the planner',
  ],
  [/^(?:select|create table|create materialized view|refresh)\b/, 'how a query reads is up to the planner'],
  [/^(?:do|call)\b/, 'code is looked at elsewhere'],
  [/^analyze$/, 'it names no table'],
  [/\bowner to\b/, 'who owns it now is up to who runs the migrations'],
  [/\bset (?:tablespace|access method)\b/, 'nothing is copied to where it is already'],
  [/\bbare\b/, 'a partitioned table without partitions gets them at run time'],
];

describe('truth: locks', function () {
  this.timeout(120_000);

  for (const claims of CLAIMS) {
    compare(`embedded: ${claims.about}`, { claims, postgres: 18, isWitnessed: false }, () =>
      traceEmbedded(claims),
    );
  }
  for (const major of [15, 18] as const) {
    describe(`PostgreSQL ${major}`, () => {
      const server = useRealServer(major);
      for (const claims of CLAIMS) {
        compare(claims.about, { claims, postgres: major, isWitnessed: true }, async () => {
          return await traceOnServer(server().url(await server().createDatabase()), claims, major);
        });
      }
    });
  }

  it('has a line for each kind of operation', () => {
    const found = new Set<string>();
    for (const claims of CLAIMS) {
      for (const sql of statementsFor(claims, 18)) {
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
  const result = await database.trace(traceable(claims, 18));
  await embedded.close();
  assert.ok(result.kind === 'traced', JSON.stringify(result));
  return result.statements;
}

/** What cannot run in a transaction is looked at by another session. */
async function traceOnServer(
  url: string,
  claims: Claims,
  major: number,
): Promise<readonly TracedStatement[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(claims.schema);
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const pid = rows[0]?.pid ?? 0;
    const traced: TracedStatement[] = [];
    for (const one of traceable(claims, major)) {
      const run = () => traceEach(sessionOf(client), [one]);
      const own = isOutside(one.sql) ? [] : await run();
      // Of a partitioned table REINDEX is outside, too; it can be said twice.
      if (own[0]?.observed === true) traced.push(...own);
      else {
        const { result, locks } = await witness(url, pid, run);
        traced.push(...result.map((statement) => ({ ...statement, locks })));
      }
    }
    return traced;
  } finally {
    await client.end();
  }
}

function isOutside(sql: string): boolean {
  return operationsOf(sqlParser.statement(sql)).some(refusesTransaction);
}

function traceable(claims: Claims, postgres: number) {
  return statementsFor(claims, postgres).map((sql) => ({ sql, transaction: true }));
}

function compare(
  title: string,
  {
    claims,
    postgres,
    isWitnessed,
  }: {
    readonly claims: Claims;
    readonly postgres: number;
    /** Whether another session looks on at what runs outside a transaction. */
    readonly isWitnessed: boolean;
  },
  trace: () => Promise<readonly TracedStatement[]>,
): void {
  describe(title, () => {
    let traced: readonly TracedStatement[] = [];
    before(async () => {
      traced = await trace();
    });

    let catalog: Catalog = emptyCatalog;
    for (const { statement } of sqlParser.parse(claims.schema).statements)
      catalog = run(catalog, statement.text, postgres).after;

    for (const [index, sql] of statementsFor(claims, postgres).entries()) {
      const before = catalog;
      const { facts, after } = run(before, sql, postgres);
      catalog = after;
      it(sql, () => {
        const seen = traced[index];
        assert.ok(seen !== undefined && seen.error === null, seen?.error?.message);
        const said = printFacts(facts, before);
        // The indexes of a table that TRUNCATE emptied are built over no rows.
        const is = printTrace(
          /^truncate/i.test(sql) ? { ...seen, scans: [], indexBuilds: {} } : seen,
          before,
        );
        // Another session sees what a statement waits for, and not the weaker locks that it takes then.
        const doubt = DOUBTFUL.some(([statement]) => statement.test(sql));
        assert.ok(facts.certain || doubt, 'there is no reason not to be certain');
        if (!seen.observed) assert.deepEqual(plain(said, isWitnessed), plain(is, isWitnessed));
        else if (facts.certain) assert.deepEqual(said, is);
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

/** Each lock in its strongest mode; without any where nobody looked on. */
function plain(lines: readonly string[], isWitnessed: boolean): readonly string[] {
  return lines.flatMap((line) =>
    !line.includes(': ') ? [line] : isWitnessed ? [line.replace(/(?<=: \w+) .*/, '')] : [],
  );
}

/** A lock on a relation that has one, though perhaps of another level; for all else the very line. */
function isWithin(line: string, lines: readonly string[]): boolean {
  const [relation, mode] = line.split(': ');
  return mode === undefined ? lines.includes(line) : lines.some((other) => other.startsWith(`${relation}: `));
}

function run(before: Catalog, sql: string, postgres: number): { facts: LockFacts; after: Catalog } {
  const operations = operationsOf(sqlParser.statement(sql));
  const catalogs = catalogsWithin(operations, before, { path: 'x.sql', statement: 0, postgres });
  const facts = operations.map((operation, index) => locksOf(operation, catalogs[index] ?? before, postgres));
  const origin = { path: 'x.sql', statement: 0, operation: 0, constraint: null };
  const last = operations.at(-1);
  const after = last === undefined ? before : apply(catalogs.at(-1) ?? before, last, { origin, postgres });
  return { facts: merge(facts), after };
}

function printFacts({ locks, rewrites, scans, indexBuilds }: LockFacts, before: Catalog): readonly string[] {
  const name = ({ relation }: { relation: { schema: string; name: string } }) =>
    `${relation.schema}.${relation.name}`;
  return [
    ...locks.map((lock) => `${name(lock)}: ${[lock.mode, ...lock.also].join(' ')}`),
    ...new Set(rewrites.map((effect) => `rewrites ${name(effect)}`)),
    ...new Set(scans.map((effect) => `scans ${name(effect)}`)),
    ...new Set(indexBuilds.map((build) => `builds ${indexOn(name(build), build.index, before)}`)),
  ].sort();
}

function printTrace(
  { locks, rewrites, scans, indexBuilds }: TracedStatement,
  before: Catalog,
): readonly string[] {
  return [
    ...Object.entries(locks).map(([relation, modes]) => `${relation}: ${strongestFirst(modes).join(' ')}`),
    ...rewrites.map((relation) => `rewrites ${relation}`),
    ...scans.map((relation) => `scans ${relation}`),
    ...new Set(
      Object.entries(indexBuilds).flatMap(([table, indexes]) =>
        indexes.map((index) => `builds ${indexOn(table, index.replace(/^.*\./, ''), before)}`),
      ),
    ),
  ].sort();
}

/** What is there by name; what is new without one. */
function indexOn(table: string, index: string | null, before: Catalog): string {
  const [schema = '', name = ''] = table.split('.');
  const relation = findRelation(before, { schema, name });
  const isThere =
    (relation?.kind === 'table' || relation?.kind === 'view') &&
    relation.indexes.some((one) => one.name === index);
  return `${isThere ? index : 'an index'} on ${table}`;
}

/**
 * SHARE UPDATE EXCLUSIVE beside a stronger lock is left out: it is what the steps of a statement take whose object goes
 * (statistics), or is made anew (a constraint).
 */
function strongestFirst(modes: readonly string[]): readonly string[] {
  const all = [...LOCK_MODES].reverse().filter((mode) => modes.includes(mode));
  return all.filter((mode, place) => place === 0 || mode !== 'ShareUpdateExclusiveLock');
}
