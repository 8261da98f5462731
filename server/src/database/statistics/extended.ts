// Extended statistics (CREATE STATISTICS) in the replica. PostgreSQL 18 has functions that restore statistics of columns, and none
// for these, and their types take no text. They are kept as bytes, so that bytes can be put there, once a cast says that this
// is the same.

import type { ExtendedStatistics, Statistics } from '../../catalog/statistics.js';
import { type ReplicaTable, rowsOf, type StatisticsReplica } from './replica.js';

/** In the replica, under an empty search path. Those with expressions are left alone. */
const OBJECTS = `
SELECT e.oid, e.stxrelid AS table, e.stxname AS name, (
  SELECT json_object_agg(a.attname, a.attnum) FROM pg_attribute a WHERE a.attrelid = e.stxrelid AND a.attnum = ANY (e.stxkeys)
) AS columns
FROM pg_statistic_ext e WHERE e.stxexprs IS NULL`;

const TYPES = ['pg_ndistinct', 'pg_dependencies'];

interface ReplicaObject {
  readonly oid: number;
  readonly name: string;
  /** Numbers of columns by name. */
  readonly columns: ReadonlyMap<string, number>;
}

/** @param tell says of a table, by its key, what did not fit */
export async function importExtended(
  { session }: StatisticsReplica,
  statistics: Statistics,
  tables: Iterable<ReplicaTable>,
  tell: (table: string, difference: string) => void,
): Promise<void> {
  const byTable = new Map<number, ReplicaObject[]>();
  for (const row of await rowsOf(session, OBJECTS)) {
    const columns = new Map(Object.entries<number>(JSON.parse(String(row.columns))));
    const object = { oid: Number(row.oid), name: String(row.name), columns };
    byTable.set(Number(row.table), [...(byTable.get(Number(row.table)) ?? []), object]);
  }
  const statements: string[] = [];
  for (const table of tables) {
    const known = statistics.tables.get(table.key);
    if (known === undefined) continue;
    const left = byTable.get(table.oid) ?? [];
    const isMeasured = known.columns.size > 0 || known.inherited.size > 0;
    const found = new Set<ReplicaObject>();
    for (const theirs of known.extended) {
      const same = left.filter(({ columns }) => isOf(columns, theirs));
      const object = same.find(({ name }) => name === theirs.name) ?? same[0];
      if (object === undefined) {
        tell(
          table.key,
          `Extended statistics ${theirs.name} on ${table.key} are in the statistics, but no migration makes them.`,
        );
        continue;
      }
      found.add(object);
      statements.push(...written(object, theirs));
    }
    for (const object of isMeasured ? left : []) {
      if (found.has(object)) continue;
      tell(table.key, `Extended statistics ${object.name} on ${table.key} are not in the statistics.`);
    }
  }
  if (statements.length === 0) return;
  const casts = TYPES.map((type) => `CAST (bytea AS pg_catalog.${type})`);
  for (const cast of casts) await rowsOf(session, `CREATE ${cast} WITHOUT FUNCTION`);
  for (const statement of statements) await rowsOf(session, statement);
  for (const cast of casts) await rowsOf(session, `DROP ${cast}`);
}

function isOf(columns: ReadonlyMap<string, number>, theirs: ExtendedStatistics): boolean {
  return columns.size === theirs.columns.length && theirs.columns.every((name) => columns.has(name));
}

/** The statements that write them, instead of what migrations may have measured. */
function written({ oid, columns }: ReplicaObject, theirs: ExtendedStatistics): readonly string[] {
  const numberOf = (name: string) => columns.get(name) ?? 0;
  const ndistinct = theirs.ndistinct.map((one) => {
    const numbers = one.columns.map(numberOf).toSorted((a, b) => a - b);
    return [double(one.distinct), uint32(numbers.length), ...numbers.map(int16)];
  });
  const dependencies = theirs.dependencies.map((one) => {
    const numbers = [...one.columns.map(numberOf).toSorted((a, b) => a - b), numberOf(one.determines)];
    return [double(one.degree), int16(numbers.length), ...numbers.map(int16)];
  });
  const values = [
    ndistinct.length === 0 ? 'NULL' : `${serialized(0xa352bfa4, ndistinct)}::pg_ndistinct`,
    dependencies.length === 0 ? 'NULL' : `${serialized(0xb4549a2c, dependencies)}::pg_dependencies`,
  ];
  return [
    `DELETE FROM pg_statistic_ext_data WHERE stxoid = ${oid} AND stxdinherit = ${theirs.inherited}`,
    `INSERT INTO pg_statistic_ext_data (stxoid, stxdinherit, stxdndistinct, stxddependencies)
VALUES (${oid}, ${theirs.inherited}, ${values.join(', ')})`,
  ];
}

/** As `statext_ndistinct_serialize` and `statext_dependencies_serialize` do: a magic number, the kind, and how many follow. */
function serialized(magic: number, items: readonly (readonly Buffer[])[]): string {
  const bytes = Buffer.concat([uint32(magic), uint32(1), uint32(items.length), ...items.flat()]);
  return `'\\x${bytes.toString('hex')}'::bytea`;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16LE(value);
  return bytes;
}

function double(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
}
