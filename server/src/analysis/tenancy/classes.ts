// How each table belongs to a tenant.

import type { ForeignKey, Table } from '../../catalog/catalog.js';
import { columnOf, foreignKeysOf, primaryKeyOf } from '../../catalog/lookup.js';
import { type TenancyOptions, type TenantTable, tenantKey } from '../tenancy.js';
import {
  columnFor,
  columnLike,
  columnsBySpelling,
  isAlwaysThere,
  isCalledDivision,
  isPeople,
  isSystem,
  keyTo,
  personColumn,
} from './names.js';
import type { KnownRoot } from './root.js';

type Classes = Map<string, TenantTable>;

interface World {
  readonly root: KnownRoot;
  readonly options: TenancyOptions;
  readonly byId: ReadonlyMap<number, Table>;
  /** People belong to tenants by rows of a table of its own, so that one may belong to several. */
  readonly hasMemberships: boolean;
}

const other: TenantTable = {
  class: 'global',
  column: null,
  nullable: false,
  through: null,
  person: null,
  divisions: [],
  parents: [],
  evidence: '',
};

export function classify(
  tables: readonly Table[],
  root: KnownRoot,
  options: TenancyOptions,
): ReadonlyMap<string, TenantTable> {
  const classes: Classes = new Map();
  const world = worldOf(tables, root, options);
  const global = new Set(options.globalTables.map(withoutPublic));
  const ignored = new Set(options.ignoreTables.map(withoutPublic));
  for (const table of tables) {
    const key = tenantKey(table);
    const found = global.has(key)
      ? { ...other, evidence: 'the configuration says so' }
      : ignored.has(key)
        ? { ...other, class: 'system' as const, evidence: 'the configuration leaves it out' }
        : ownClass(table, world);
    if (found !== null) classes.set(key, found);
  }
  strengthen(tables, classes, world);
  addTransitive(tables, classes, world);
  for (const table of tables) {
    const key = tenantKey(table);
    // Of a table that lost its columns to something that could not be read nothing is known.
    if (classes.has(key) || (!table.complete && table.id > 0)) continue;
    classes.set(key, { ...other, evidence: `no column of it leads to "${root.name}"` });
  }
  addDivisions(tables, classes, root, options.subTenants.map(withoutPublic));
  addParents(tables, classes, world);
  return classes;
}

function worldOf(tables: readonly Table[], root: KnownRoot, options: TenancyOptions): World {
  const byId = new Map(tables.map((table) => [table.id, table]));
  const world: World = { root, options, byId, hasMemberships: false };
  const isTie = (table: Table) => {
    const column = isPeople(table) ? null : tenantColumn(table, world);
    const person = personColumn(table);
    return column !== null && person !== null && isMembership(table, column, person);
  };
  return { ...world, hasMemberships: tables.some(isTie) };
}

function withoutPublic(name: string): string {
  return name.replace(/^public\./, '');
}

/** What the table itself says; `null` when the way to a tenant leads through others, or there is none. */
function ownClass(table: Table, world: World): TenantTable | null {
  const { root } = world;
  if (table === root.table) {
    const column = primaryKeyOf(table)?.[0] ?? null;
    return { ...other, class: 'root', column, evidence: `its rows are the tenants` };
  }
  if (table.schema === 'global') return { ...other, evidence: 'it is in the schema "global"' };
  if (isSystem(table)) return { ...other, class: 'system', evidence: 'a library or a tool keeps it' };
  const key = keyToRoot(table, root);
  const column = tenantColumn(table, world);
  if (column === null) return null;
  const nullable = mayBeShared(table, column, world);
  const evidence = [
    key === column ? `${column} → ${root.name}` : `${column}, by its name`,
    ...(mayBeNull(table, column) ? ['may be NULL'] : []),
  ].join(', ');
  if (isFreePerson(table, world)) {
    const why = 'the tenant that the person works in, of those that memberships name';
    return { ...other, evidence: `${evidence}: ${why}` };
  }
  const person = personColumn(table);
  if (person !== null && isMembership(table, column, person)) {
    return { ...other, class: 'membership', column, nullable, person, evidence: `${evidence}; ${person}` };
  }
  return { ...other, class: 'direct', column, nullable, evidence };
}

/**
 * Whether rows without it are meant to be there. Many projects leave NOT NULL out: where a row goes with the one that it names,
 * it is a part of it, unless it goes with a person in its place who is of no tenant.
 */
function mayBeShared(table: Table, column: string, world: World): boolean {
  if (!mayBeNull(table, column)) return false;
  const goesWith = foreignKeysOf(table).filter(
    ({ columns, onDelete }) =>
      onDelete === 'CASCADE' && columns.some((part) => part === column || !isAlwaysThere(table, part)),
  );
  const isOther = ({ columns, references }: ForeignKey) => {
    const parent = references === null ? undefined : world.byId.get(references);
    return (
      !columns.includes(column) && parent !== undefined && !isPeople(table) && isFreePerson(parent, world)
    );
  };
  return !goesWith.some(({ columns }) => columns.includes(column)) || goesWith.some(isOther);
}

/** False also of a column that only an Ecto schema tells of: that is not known. */
function mayBeNull(table: Table, column: string): boolean {
  return !isAlwaysThere(table, column) && columnOf(table, column)?.origin !== null;
}

/** A person who may be of no tenant, or of several. */
function isFreePerson(table: Table, world: World): boolean {
  if (!isPeople(table) || table === world.root.table) return false;
  const column = tenantColumn(table, world);
  return column === null || (world.hasMemberships && mayBeShared(table, column, world));
}

/** The column that names the tenant; `null` when there is none. Where the configuration names it, no other one does. */
function tenantColumn(table: Table, { root, options }: World): string | null {
  const { columnAliases, column } = options;
  const alias = columnAliases[tenantKey(table)] ?? columnAliases[`public.${tenantKey(table)}`];
  const called = columnLike(table, alias ?? root.column);
  return called ?? (column === null ? keyToRoot(table, root) : null);
}

function keyToRoot(table: Table, root: KnownRoot): string | null {
  return root.table === null ? null : keyTo(table, root.table);
}

/** It ties people to tenants, and holds little else. */
function isMembership(table: Table, tenant: string, person: string): boolean {
  if (tenant === person) return false;
  if (/member|collaborator/i.test(table.name)) return true;
  const isBoth = (columns: readonly string[]) =>
    columns.length === 2 && columns.includes(tenant) && columns.includes(person);
  if (isBoth(primaryKeyOf(table) ?? [])) return true;
  const unique = table.indexes.filter((index) => index.unique);
  if (unique.some(({ keys }) => isBoth(keys.map(({ column }) => column ?? '')))) return true;
  if (table.constraints.some((one) => one.kind === 'unique' && isBoth(one.columns))) return true;
  const isTie = /(?:^|_)users?(?:_|$)/i.test(table.name) && !OF_ONE_PERSON.test(table.name);
  return isTie && foreignKeysOf(table).length === 2 && table.columns.length <= 8;
}

/** What a person has, rather than where they belong. */
const OF_ONE_PERSON = /token|session|setting|preference|log|key|code|invit|notif/i;

/** A row without its tenant's column has that of a row that it always names. */
function strengthen(tables: readonly Table[], classes: Classes, world: World): void {
  for (let changed = true; changed; ) {
    changed = false;
    for (const table of tables) {
      const facts = classes.get(tenantKey(table));
      if (facts?.class !== 'direct' || !facts.nullable) continue;
      const isSure = waysUp(table, classes, world).some(
        ({ foreignKey, parent, nullable }) =>
          !nullable && !isPeople(parent) && foreignKey.columns.every((part) => isAlwaysThere(table, part)),
      );
      if (!isSure) continue;
      classes.set(tenantKey(table), { ...facts, nullable: false });
      changed = true;
    }
  }
}

interface Way {
  readonly foreignKey: ForeignKey;
  readonly parent: Table;
  readonly tenant: TenantTable;
  readonly nullable: boolean;
}

/**
 * Tables that reach a tenant's table by foreign keys, nearest first: by those that are never NULL, and by those whose rows go
 * when the other row goes, which are meant to be part of it.
 */
function addTransitive(tables: readonly Table[], classes: Classes, world: World): void {
  for (let grew = true; grew; ) {
    grew = false;
    const added: [string, TenantTable][] = [];
    for (const table of tables) {
      const key = tenantKey(table);
      if (classes.has(key)) continue;
      const [way] = waysUp(table, classes, world).sort(
        (a, b) =>
          Number(a.nullable) - Number(b.nullable) || Number(isPeople(a.parent)) - Number(isPeople(b.parent)),
      );
      if (way === undefined) continue;
      const through = `${way.foreignKey.columns[0]} → ${tenantKey(way.parent)}`;
      const evidence = `${through}, ${way.tenant.evidence}`;
      const facts = { ...other, nullable: way.nullable, through };
      const person = personColumn(table);
      // A membership of a part of a tenant: of a project.
      if (person !== null && isMembership(table, way.foreignKey.columns[0] ?? '', person)) {
        added.push([key, { ...facts, class: 'membership', person, evidence: `${evidence}; ${person}` }]);
      } else added.push([key, { ...facts, class: 'transitive', evidence }]);
    }
    for (const [key, facts] of added) {
      classes.set(key, facts);
      grew = true;
    }
  }
}

function waysUp(table: Table, classes: Classes, world: World): Way[] {
  return foreignKeysOf(table).flatMap((foreignKey) => {
    const { references, columns, onDelete } = foreignKey;
    const parent = references === null ? undefined : world.byId.get(references);
    const tenant = parent === undefined ? undefined : classes.get(tenantKey(parent));
    const [column] = columns;
    if (parent === undefined || tenant === undefined || parent === table || column === undefined) return [];
    if (tenant.class !== 'direct' && tenant.class !== 'transitive') return [];
    const isSure = columns.every((part) => isAlwaysThere(table, part));
    if (!isSure && onDelete !== 'CASCADE') return [];
    const nullable = tenant.nullable || (!isSure && mayBeShared(table, column, world));
    return [{ foreignKey, parent, tenant, nullable }];
  });
}

/** A row that hangs on a row of one tenant or of one person is found by it; on one that all share it is not. */
function addParents(tables: readonly Table[], classes: Classes, { byId }: World): void {
  const shared = sharedTables(tables, classes, byId);
  for (const table of tables) {
    const key = tenantKey(table);
    const facts = classes.get(key);
    const parents = foreignKeysOf(table).flatMap(({ references, columns }) => {
      const parent = references === null ? undefined : byId.get(references);
      return parent !== undefined && shared.has(parent) ? [] : columns;
    });
    if (facts !== undefined) classes.set(key, { ...facts, parents });
  }
}

/** Those from which no foreign key, not even one that may be NULL, leads to a tenant or a person. */
function sharedTables(
  tables: readonly Table[],
  classes: Classes,
  byId: ReadonlyMap<number, Table>,
): ReadonlySet<Table> {
  const shared = new Set(
    tables.filter((table) => {
      const kind = classes.get(tenantKey(table))?.class;
      return (kind === 'global' || kind === 'system') && !isPeople(table);
    }),
  );
  // A row of such a table may be a tenant's, and so may what hangs on it.
  for (let shrank = true; shrank; ) {
    shrank = false;
    for (const table of shared) {
      const leads = foreignKeysOf(table).some(({ references }) => {
        const parent = references === null ? undefined : byId.get(references);
        return parent !== undefined && !shared.has(parent);
      });
      if (leads) shrank = shared.delete(table);
    }
  }
  return shared;
}

/** Marks the columns that point at a part of a tenant: a direct table at which much of the schema points. */
function addDivisions(
  tables: readonly Table[],
  classes: Classes,
  root: KnownRoot,
  configured: readonly string[],
): void {
  for (const division of tables) {
    const key = tenantKey(division);
    if (division === root.table || configured.includes(key)) continue;
    if (classes.get(key)?.class !== 'direct' || !isCalledDivision(division)) continue;
    const pointing = tables.filter((table) => table !== division && keyTo(table, division) !== null);
    if (pointing.length < 8 && pointing.length * 4 < tables.length) continue;
    for (const table of tables) {
      if (table !== division)
        addDivision(classes, table, keyTo(table, division) ?? calledLike(table, division));
    }
  }
  for (const name of configured) {
    const division = tables.find((table) => tenantKey(table) === name);
    for (const table of tables) {
      if (table === division) continue;
      const key = division === undefined ? null : keyTo(table, division);
      const called = columnsBySpelling(table).get(columnFor(name)) ?? null;
      addDivision(classes, table, key ?? called);
    }
  }
}

/** A column that is called after the table, and of which no foreign key says otherwise. */
function calledLike(table: Table, division: Table): string | null {
  const column = columnsBySpelling(table).get(columnFor(division.name)) ?? null;
  const isOther = foreignKeysOf(table).some(({ columns }) => columns.includes(column ?? ''));
  return isOther ? null : column;
}

function addDivision(classes: Classes, table: Table, column: string | null): void {
  const key = tenantKey(table);
  const facts = classes.get(key);
  if (facts !== undefined && column !== null && column !== facts.column) {
    classes.set(key, { ...facts, divisions: [...facts.divisions, column] });
  }
}
