// What a statement locks, rewrites and reads in full, seen from inside its own transaction: the system's views before it
// compared with those after it. The effects are kept, so the server must be one to throw away.
// What surprises: scans show on empty tables too, and counters of PGlite outlive a transaction, hence two readings.

import { LOCK_MODES } from '../catalog/lock-modes.js';
import type { TracedStatement, TraceStatement } from './database.js';
import { type Answer, type Session, singleValue } from './session.js';

/** The first OID that is not of the system itself. */
const FIRST_USER_OID = 16384;

/**
 * One reading: locks held by this session, relations with their files, indexes with their tables, partitions with their
 * parents, sequential scans since the transaction began. As one JSON text, since PGlite takes long for each query.
 */
const READING = `
  SELECT json_build_object(
    'relations', (
      SELECT coalesce(json_agg(json_build_array(
        c.oid::int8, n.nspname || '.' || c.relname, c.relkind, c.relfilenode::int8, i.indrelid::int8, i.indisvalid, h.inhparent::int8
      )), '[]')
      FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_index i ON i.indexrelid = c.oid
      LEFT JOIN pg_inherits h ON h.inhrelid = c.oid AND c.relispartition
      WHERE c.oid >= ${FIRST_USER_OID} AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f', 'i', 'I')
        AND n.nspname !~ '^pg_'),
    'locks', (
      SELECT coalesce(json_agg(json_build_array(relation::int8, mode)), '[]')
      FROM pg_locks
      WHERE locktype = 'relation' AND pid = pg_backend_pid() AND granted AND relation >= ${FIRST_USER_OID}),
    'scans', (
      SELECT coalesce(json_agg(json_build_array(relid::int8, seq_scan)), '[]')
      FROM pg_stat_xact_user_tables
      WHERE seq_scan > 0)
  )`;

interface Relation {
  readonly name: string;
  /** `pg_class.relkind`. */
  readonly kind: string;
  /** Number of its file; 0 for what has none. */
  readonly file: number;
  /** Of an index: its table. */
  readonly table: number | null;
  readonly valid: boolean;
  /** Of a partition: the table that it is a part of. */
  readonly parent: number | null;
}

interface Reading {
  readonly relations: ReadonlyMap<number, Relation>;
  readonly locks: readonly (readonly [oid: number, mode: string])[];
  readonly scans: ReadonlyMap<number, number>;
}

type Observed = Pick<TracedStatement, 'locks' | 'rewrites' | 'scans' | 'indexBuilds'>;

/**
 * Traces statements one after the other, each in a transaction of its own that is committed. One that fails, or cannot
 * run in a transaction, is run as far as it goes.
 * @param begins told the place of the statement about to be sent
 */
export async function traceEach(
  session: Session,
  statements: readonly TraceStatement[],
  begins: (index: number) => void = () => {},
): Promise<readonly TracedStatement[]> {
  const traced: TracedStatement[] = [];
  for (const [index, statement] of statements.entries()) {
    begins(index);
    traced.push(await traceOne(session, statement));
  }
  return traced;
}

async function traceOne(session: Session, { sql, transaction }: TraceStatement): Promise<TracedStatement> {
  await session.query('BEGIN', 'simple');
  const before = await read(session);
  const answer = await session.query(sql, 'simple');
  if (answer.kind === 'rows') {
    const observed = compare(before, await read(session));
    const end = await session.query('COMMIT', 'simple');
    return { sql, inTransaction: transaction, ...observed, observed: true, error: errorOf(end) };
  }
  await session.query('ROLLBACK', 'simple');
  // "cannot run inside a transaction block": then nobody can look on while it runs.
  const error = errorOf(answer);
  if (error?.code !== '25001') return { sql, inTransaction: transaction, ...NOTHING, observed: true, error };
  const outside = await session.query(sql, 'simple');
  const documented = outside.kind === 'rows' ? locksOutside(sql, before, await read(session)) : NOTHING;
  return { sql, inTransaction: false, ...documented, observed: false, error: errorOf(outside) };
}

const NOTHING: Observed = { locks: {}, rewrites: [], scans: [], indexBuilds: {} };

async function read(session: Session): Promise<Reading> {
  const answer = await session.query(READING, 'simple');
  const value = answer.kind === 'rows' ? singleValue(answer.rows) : null;
  const json = typeof value === 'string' ? JSON.parse(value) : value;
  return readingOf(json ?? { relations: [], locks: [], scans: [] });
}

type RelationRow = readonly [number, string, string, number, number | null, boolean | null, number | null];

function readingOf(json: {
  readonly relations: readonly RelationRow[];
  readonly locks: readonly (readonly [number, string])[];
  readonly scans: readonly (readonly [number, number])[];
}): Reading {
  return {
    relations: new Map(
      json.relations.map(([oid, name, kind, file, table, valid, parent]) => [
        oid,
        { name, kind, file, table, valid: valid ?? true, parent },
      ]),
    ),
    locks: json.locks,
    scans: new Map(json.scans),
  };
}

/** Only relations that were there before can be waited for by others. */
function compare(before: Reading, after: Reading): Observed {
  const locks = new Map<string, Set<string>>();
  for (const [oid, mode] of after.locks) {
    const relation = before.relations.get(oid);
    if (relation === undefined || isIndex(relation) || mode === 'AccessShareLock') continue;
    const modes = locks.get(relation.name) ?? new Set();
    locks.set(relation.name, modes.add(mode));
  }
  const rewrites: string[] = [];
  const scans: string[] = [];
  for (const [oid, relation] of before.relations) {
    if (isIndex(relation)) continue;
    const file = after.relations.get(oid)?.file ?? relation.file;
    if (file !== relation.file && relation.kind !== 'S') rewrites.push(relation.name);
    if ((after.scans.get(oid) ?? 0) > (before.scans.get(oid) ?? 0)) scans.push(relation.name);
  }
  return {
    locks: sorted(locks),
    rewrites: rewrites.sort(),
    scans: scans.sort(),
    indexBuilds: builtIndexes(before, after),
  };
}

/** Indexes with files that were not there: a new index may have the file of the one that it replaces. */
function builtIndexes(before: Reading, after: Reading): Observed['indexBuilds'] {
  const files = new Set([...before.relations.values()].map(({ file }) => file));
  const builds: Record<string, string[]> = {};
  for (const { kind, name, file, table } of after.relations.values()) {
    const owner = table === null ? undefined : before.relations.get(table);
    if (kind !== 'i' || owner === undefined || files.has(file)) continue;
    builds[owner.name] = [...(builds[owner.name] ?? []), name].sort();
  }
  return builds;
}

/** What the manual says of a statement that ran outside a transaction. */
function locksOutside(sql: string, before: Reading, after: Reading): Observed {
  const [, words] = /^\s*vacuum\b(.*)$/is.exec(sql) ?? [];
  if (words !== undefined) return locksOfVacuum(words, before, after);
  // REINDEX of a partitioned table goes from partition to partition.
  const mode = /\bconcurrently\b/i.test(sql) ? 'ShareUpdateExclusiveLock' : 'ShareLock';
  return locksByIndexes(mode, before, after);
}

/**
 * A lock on the table whose index appeared, went or was replaced; SHARE UPDATE EXCLUSIVE on the one whose partition was
 * detached, which is locked for good measure at the end.
 */
function locksByIndexes(mode: string, before: Reading, after: Reading): Observed {
  const locks = new Map<string, Set<string>>();
  const scans = new Set<string>();
  const nameOf = (oid: number) => before.relations.get(oid)?.name ?? '';
  for (const oid of new Set([...before.relations.keys(), ...after.relations.keys()])) {
    const was = before.relations.get(oid);
    const is = after.relations.get(oid);
    const table = was?.table ?? is?.table ?? null;
    if (table !== null && (was?.file !== is?.file || was?.valid !== is?.valid)) {
      locks.set(nameOf(table), new Set([mode]));
      if (is !== undefined) scans.add(nameOf(table));
    }
    if (table === null && was !== undefined && was.parent !== null && is?.parent !== was.parent) {
      locks.set(nameOf(was.parent), new Set(['ShareUpdateExclusiveLock']));
      locks.set(was.name, new Set(['ShareUpdateExclusiveLock', 'AccessExclusiveLock']));
    }
  }
  return {
    locks: sorted(locks),
    rewrites: [],
    scans: [...scans].sort(),
    indexBuilds: builtIndexes(before, after),
  };
}

/** VACUUM: SHARE UPDATE EXCLUSIVE, or ACCESS EXCLUSIVE and a new file when it is FULL. */
function locksOfVacuum(words: string, before: Reading, after: Reading): Observed {
  const full = /\bfull\b/i.test(words);
  const named = namesIn(words.replace(/^\s*\([^)]*\)/, ''));
  const meant = new Set([...before.relations].flatMap(([oid, { name }]) => (named.has(name) ? [oid] : [])));
  // Partitions go with their parents.
  for (const oid of meant)
    for (const [child, { parent }] of before.relations) if (parent === oid) meant.add(child);
  const names = [...meant].map((oid) => before.relations.get(oid)?.name ?? '');
  const mode = full ? 'AccessExclusiveLock' : 'ShareUpdateExclusiveLock';
  const rewrites = full ? names.sort() : [];
  const locks = sorted(new Map(names.map((name) => [name, new Set([mode])])));
  return { locks, rewrites, scans: rewrites, indexBuilds: full ? builtIndexes(before, after) : {} };
}

/** Bare names are taken for those of `public`. */
function namesIn(list: string): ReadonlySet<string> {
  const names = list.match(/(?:"[^"]+"|[\w$]+)(?:\.(?:"[^"]+"|[\w$]+))?/g) ?? [];
  return new Set(
    names.map((name) => {
      const plain = name.replaceAll('"', '');
      return plain.includes('.') ? plain : `public.${plain}`;
    }),
  );
}

function sorted(
  locks: ReadonlyMap<string, ReadonlySet<string>>,
): Readonly<Record<string, readonly string[]>> {
  const modes: readonly string[] = LOCK_MODES;
  const byStrength = (a: string, b: string) => modes.indexOf(a) - modes.indexOf(b);
  const entries = [...locks].map(([name, modes]) => [name, [...modes].sort(byStrength)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isIndex({ kind }: Relation): boolean {
  return kind === 'i' || kind === 'I';
}

function errorOf(answer: Answer): { readonly code: string; readonly message: string } | null {
  if (answer.kind === 'rows') return null;
  if (answer.kind === 'lost') return { code: '08006', message: answer.message };
  return { code: answer.error.code, message: answer.error.message };
}
