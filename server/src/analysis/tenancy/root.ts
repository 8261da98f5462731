// Who the tenants are: the table at whose rows much of the schema points, if it is called like one of tenants.

import type { Table } from '../../catalog/catalog.js';
import { foreignKeysOf } from '../../catalog/lookup.js';
import { type TenancyOptions, tenantKey } from '../tenancy.js';
import {
  columnFor,
  columnLike,
  columnsBySpelling,
  isAboutPeople,
  isAlwaysThere,
  isCalledAfter,
  isOtherAccount,
  isPeople,
  isSystem,
  keyTo,
  spelling,
  tenantWord,
  tierOf,
} from './names.js';

export type Root = KnownRoot | { readonly kind: 'none'; readonly evidence: readonly string[] };

export interface KnownRoot {
  readonly kind: 'known';
  readonly name: string;
  /** `null` when only columns speak of it. */
  readonly table: Table | null;
  /** By which most tables name it. */
  readonly column: string;
  readonly evidence: readonly string[];
}

export function rootOf(tables: readonly Table[], options: TenancyOptions): Root {
  if (options.root !== null) return configuredRoot(tables, options.root, options);
  return inferredRoot(tables, options.column);
}

const none: Root = { kind: 'none', evidence: [] };

function configuredRoot(tables: readonly Table[], root: string, { column }: TenancyOptions): Root {
  const name = root.replace(/^public\./, '');
  const table = tables.find((candidate) => tenantKey(candidate) === name) ?? null;
  const called =
    column ?? (table === null ? null : commonColumn(tables, table)) ?? columnNamedFor(tables, name);
  const evidence = [`the configuration names "${root}"`];
  if (called === null) {
    return {
      kind: 'none',
      evidence: [...evidence, `no column is called like one of "${root}": configure "tenancy.column"`],
    };
  }
  return { kind: 'known', name, table, column: called, evidence };
}

/** The column that holds most often the key of a table of that name. */
function columnNamedFor(tables: readonly Table[], root: string): string | null {
  const wanted = columnFor(root);
  return mostCommon(tables.flatMap((table) => columnsBySpelling(table).get(wanted) ?? []));
}

interface Candidate {
  /** `null` when only columns speak of it: services that keep their tenants elsewhere name them by a bare column. */
  readonly table: Table | null;
  readonly name: string;
  readonly tier: number;
  readonly column: string;
  /** Tables that name a row of it. */
  readonly pointing: readonly Table[];
}

/** A telling name alone is not enough: at least three tables, and a tenth of all, must name a row of it. */
function inferredRoot(all: readonly Table[], configured: string | null): Root {
  const tables = all.filter((table) => !isSystem(table));
  const keys = keysByTarget(tables);
  const byKeys = tables.flatMap(
    (table) => candidateByKeys(tables, table, keys.get(table.id) ?? [], configured) ?? [],
  );
  const candidates = [...byKeys, ...candidatesByColumns(tables, byKeys, configured)].sort(
    (a, b) => a.tier - b.tier || b.pointing.length - a.pointing.length,
  );
  const [first] = candidates;
  if (first === undefined) return none;
  const best = topmost(first, candidates);
  const rival = candidates.find((other) => isRivalOf(other, best, tables));
  if (rival !== undefined) return { kind: 'none', evidence: ambiguity(best, rival) };
  const others = candidates.filter((candidate) => candidate !== best && candidate.tier === best.tier);
  return {
    kind: 'known',
    name: best.name,
    table: best.table,
    column: best.column,
    evidence: [
      evidenceFor(best, tables, configured),
      ...others.map(
        ({ name, pointing }) =>
          `"${name}", which ${pointing.length} tables name, is below it or named by fewer`,
      ),
    ],
  };
}

function evidenceFor(
  { table, column, pointing }: Candidate,
  tables: readonly Table[],
  configured: string | null,
): string {
  const number = `${pointing.length} of ${tables.length} tables`;
  const isKeyed = table !== null && pointing.some((other) => keyTo(other, table) !== null);
  if (isKeyed) return `${number} name a row of "${table.name}"`;
  const named = configured === null ? '' : ', which the configuration names';
  return `${number} have "${column}"${named}, by name: no foreign key says of which table`;
}

/** A table with a foreign key to another one, and the column of it that names the row. */
interface Pointing {
  readonly from: Table;
  readonly column: string;
}

/** By the table that they point at; each other table once. */
function keysByTarget(tables: readonly Table[]): ReadonlyMap<number, readonly Pointing[]> {
  const byId = new Map(tables.map((table) => [table.id, table]));
  const keys = new Map<number, Pointing[]>();
  for (const from of tables) {
    for (const target of new Set(foreignKeysOf(from).map(({ references }) => references))) {
      const to = target === null || target === from.id ? undefined : byId.get(target);
      const column = to === undefined ? null : keyTo(from, to);
      if (to === undefined || column === null) continue;
      const known = keys.get(to.id);
      if (known === undefined) keys.set(to.id, [{ from, column }]);
      else known.push({ from, column });
    }
  }
  return keys;
}

/** By the foreign keys that point at a table: it is called like one of tenants, or the columns of those keys are. */
function candidateByKeys(
  tables: readonly Table[],
  table: Table,
  keys: readonly Pointing[],
  configured: string | null,
): Candidate | null {
  if (keys.length < FEWEST || isOtherAccount(table) || isPeople(table)) return null;
  const common = mostCommon(keys.map((key) => key.column));
  const column = configured ?? common;
  if (common === null || column === null) return null;
  const tier =
    (isCalledAfter(common, table.name) ? tierOf(table) : null) ?? (tenantWord(common) === null ? null : 1);
  if (tier === null) return null;
  const keyed = new Set(keys.map(({ from }) => from));
  // Columns without a foreign key count beside those that have one.
  const pointing = tables.filter(
    (other) => other !== table && (keyed.has(other) || isPlainKey(other, columnLike(other, column))),
  );
  return isMuch(pointing, tables) ? { table, name: tenantKey(table), tier, column, pointing } : null;
}

/** By columns that no foreign key explains. */
function candidatesByColumns(
  tables: readonly Table[],
  known: readonly Candidate[],
  configured: string | null,
): readonly Candidate[] {
  const bySpelling = new Map<string, { readonly table: Table; readonly column: string }[]>();
  for (const table of tables) {
    for (const [spelled, name] of columnsBySpelling(table)) {
      const isTenants = configured === null ? tenantWord(name) !== null : spelled === spelling(configured);
      if (!isTenants || !isPlainKey(table, name)) continue;
      bySpelling.set(spelled, [...(bySpelling.get(spelled) ?? []), { table, column: name }]);
    }
  }
  return [...bySpelling].flatMap(([spelled, found]): Candidate[] => {
    if (known.some((candidate) => spelling(candidate.column) === spelled)) return [];
    const pointing = found.map(({ table }) => table);
    // Where rows need not have it, it is one way among others to own them.
    const optional = found.filter(({ table, column }) => table.complete && !isAlwaysThere(table, column));
    if (configured === null && (!isMuch(pointing, tables) || optional.length * 2 > found.length)) return [];
    const column = configured ?? mostCommon(found.map((one) => one.column));
    if (column === null) return [];
    const table = tables.find(({ name }) => columnFor(name) === spelled) ?? null;
    const word = tenantWord(column) ?? column.replace(/(?:_id|_uuid|Id)$/, '');
    return [{ table, name: table === null ? word : tenantKey(table), tier: 1, column, pointing }];
  });
}

const FEWEST = 3;

/** At an identity, with which people log in to several tenants, only what is about people points. */
function isMuch(pointing: readonly Table[], tables: readonly Table[]): boolean {
  const enough = pointing.length >= FEWEST && pointing.length * 10 >= tables.length;
  return enough && !pointing.every(isAboutPeople);
}

/** No foreign key says where else it leads. */
function isPlainKey(table: Table, column: string | null): boolean {
  return column !== null && !foreignKeysOf(table).some(({ columns }) => columns.includes(column));
}

/** A team of an organization is a part of the organization, also where more tables name the team. */
function topmost(candidate: Candidate, candidates: readonly Candidate[]): Candidate {
  const seen = new Set([candidate]);
  for (let at = candidate; ; ) {
    const above = candidates.find(
      (other) => other.tier === at.tier && !seen.has(other) && belongsTo(at.table, other),
    );
    if (above === undefined) return at;
    seen.add(above);
    at = above;
  }
}

function belongsTo(table: Table | null, other: Candidate): boolean {
  if (table === null || other.table === null || !other.pointing.includes(table)) return false;
  const column = keyTo(table, other.table) ?? columnLike(table, other.column);
  if (column === null || !isAlwaysThere(table, column)) return false;
  // What points back is a choice of its own: an organization's main account.
  return keyTo(other.table, table) === null;
}

/** Near it in number, of other tables, and neither above nor below it. */
function isRivalOf(other: Candidate, best: Candidate, tables: readonly Table[]): boolean {
  if (other === best || other.tier !== best.tier || other.table === null || best.table === null) return false;
  if (other.pointing.length * 5 < best.pointing.length * 4) return false;
  if (reaches(other.table, best.table, tables) || reaches(best.table, other.table, tables)) return false;
  const apart = other.pointing.filter((table) => !best.pointing.includes(table));
  return apart.length * 2 >= other.pointing.length;
}

/** Whether foreign keys lead from one to the other. */
function reaches(from: Table, to: Table, tables: readonly Table[]): boolean {
  const byId = new Map(tables.map((table) => [table.id, table]));
  const seen = new Set([from]);
  for (const table of seen) {
    for (const { references } of foreignKeysOf(table)) {
      const next = references === null ? undefined : byId.get(references);
      if (next === to) return true;
      if (next !== undefined && !isAboutPeople(next)) seen.add(next);
    }
  }
  return false;
}

function ambiguity(best: Candidate, rival: Candidate): readonly string[] {
  const [a, b] = [best, rival].map(({ name, pointing }) => `"${name}" (${pointing.length} tables)`);
  return [`both ${a} and ${b} may be the tenants: "tenancy.root" of the configuration says which`];
}

function commonColumn(tables: readonly Table[], root: Table): string | null {
  return mostCommon(tables.flatMap((table) => (table === root ? [] : (keyTo(table, root) ?? []))));
}

/** The first of those that are there most often; `null` of none. */
function mostCommon(names: readonly string[]): string | null {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}
