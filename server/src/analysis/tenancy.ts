// Which table's rows are the tenants, and how every other table belongs to one of them.
// Found out from names and foreign keys; the configuration is always stronger. Silent when nothing is clear.

import type { Catalog, ForeignKey, Table } from '../catalog/catalog.js';
import { columnOf, foreignKeysOf, primaryKeyOf } from '../catalog/lookup.js';

export interface TenantModel {
  /**
   * The table of tenants, or where none is known, the name that columns have for it (`org` of `org_id`). `null` when there
   * are no tenants, or when it is not clear who they are.
   */
  readonly root: string | null;
  /** The column by which most tables name their tenant: `organization_id`. */
  readonly column: string | null;
  /** By table, `schema.name` or the bare name in `public`. Tables that are not here are not known. */
  readonly tables: ReadonlyMap<string, TenantTable>;
  /** Why, for people. */
  readonly evidence: readonly string[];
}

export type TenantClass = 'root' | 'direct' | 'transitive' | 'membership' | 'global' | 'system';

export interface TenantTable {
  readonly class: TenantClass;
  /** The column that holds the tenant: for `direct` and `membership`; the key for `root`. */
  readonly column: string | null;
  /** The tenant may be missing from a row: such rows may be shared. */
  readonly nullable: boolean;
  /** For `transitive`: the foreign key that leads towards the tenant, as `column → table`. */
  readonly through: string | null;
  /** For `membership`: the column that holds the person. */
  readonly person: string | null;
  /** Columns that hold a part of a tenant, such as a project: who knows it knows the tenant. */
  readonly divisions: readonly string[];
  /** Columns of foreign keys that lead to rows of one tenant or of one person, or to a table that is not known. */
  readonly parents: readonly string[];
}

export interface TenancyOptions {
  readonly root: string | null;
  readonly column: string | null;
  readonly columnAliases: Readonly<Record<string, string>>;
  readonly subTenants: readonly string[];
  readonly globalTables: readonly string[];
  readonly ignoreTables: readonly string[];
}

export const noTenants: TenantModel = { root: null, column: null, tables: new Map(), evidence: [] };

/** Names that a table of tenants usually has, most telling first. */
const TIER_1 = /^(organi[sz]ations?|orgs?|tenants?|compan(y|ies)|accounts?|workspaces?|teams?|spaces?)$/i;
const TIER_2 = /^(projects?|sites?|stores?|shops?)$/i;
/** Columns that name a tenant though no foreign key says so: `org_id`, `tenantId`. */
const TIER_1_COLUMN = /^(organi[sz]ation|org|tenant|company|account|workspace|team|space)(?:_id|Id)$/;
const DIVISION =
  /^(projects?|sites?|stores?|shops?|products?|repositor(y|ies)|environments?|apps?|applications?)$/i;
const PEOPLE = /^(users?|people|persons?|members?|memberships?|identities|admins?)$/i;
const PERSON_COLUMN = /^(user|person|member|admin)(?:_id|Id)$/;
const SYSTEM =
  /^(schema_migrations|oban_\w+|ar_internal_metadata|flyway_schema_history|goose_db_version|_prisma_migrations|spatial_ref_sys)$/i;

/** The name by which the model knows a table. */
export function tenantKey(table: { readonly schema: string | null; readonly name: string }): string {
  return table.schema === null || table.schema === 'public' ? table.name : `${table.schema}.${table.name}`;
}

/** @param more tables of which Ecto schemas know more than the catalog */
export function tenantModelOf(
  catalog: Catalog,
  options: TenancyOptions,
  more: readonly Table[] = [],
): TenantModel {
  const byId = new Map(more.map((table) => [table.id, table]));
  const own = [...catalog.relations.values()].filter(
    (relation): relation is Table => relation.kind === 'table' && relation.partitionOf === null,
  );
  const tables = [
    ...own.map((table) => byId.get(table.id) ?? table),
    ...more.filter(({ id }) => !catalog.relations.has(id)),
  ];
  const named = options.root === null ? inferRoot(tables) : configuredRoot(tables, options);
  const found = named ?? (options.root === null ? rootByColumns(tables) : null);
  const column = found === null ? null : (options.column ?? found.column);
  if (found === null || column === null) return noTenants;
  return {
    root: found.name,
    column,
    tables: classify(tables, found.table, column, options),
    evidence: found.evidence,
  };
}

interface Root {
  readonly name: string;
  /** `null` when only columns speak of it. */
  readonly table: Table | null;
  readonly column: string | null;
  readonly evidence: readonly string[];
}

function configuredRoot(tables: readonly Table[], { root, column }: TenancyOptions): Root | null {
  const table = tables.find((candidate) => tenantKey(candidate) === root);
  const evidence = [`the configuration names "${root}"`];
  if (table !== undefined && root !== null) {
    return { name: root, table, column: commonColumn(tables, table), evidence };
  }
  return root === null || column === null ? null : { name: root, table: null, column, evidence };
}

/** A telling name alone is not enough: at least three tables, and a tenth of all, must point at it. */
function inferRoot(tables: readonly Table[]): Root | null {
  const candidates = tables.flatMap((table) => {
    const tier = TIER_1.test(table.name) ? 1 : TIER_2.test(table.name) ? 2 : null;
    if (tier === null) return [];
    const pointing = tables.filter((other) => other !== table && keyTo(other, table) !== null);
    if (pointing.length < 3 || pointing.length * 10 < tables.length) return [];
    // A table at which only people point is an identity, not a tenant.
    if (pointing.every((other) => PEOPLE.test(other.name))) return [];
    return [{ table, tier, pointing: pointing.length }];
  });
  candidates.sort((a, b) => a.tier - b.tier || b.pointing - a.pointing);
  const [best] = candidates;
  if (best === undefined) return null;
  const { table, pointing } = best;
  return {
    name: tenantKey(table),
    table,
    column: commonColumn(tables, table),
    evidence: [`${pointing} of ${tables.length} tables have a foreign key to "${table.name}"`],
  };
}

/** Services that keep their tenants elsewhere name them by a bare column. */
function rootByColumns(tables: readonly Table[]): Root | null {
  const counts = new Map<string, number>();
  for (const table of tables) {
    const keys = new Set(foreignKeysOf(table).flatMap((foreignKey) => foreignKey.columns));
    for (const { name } of table.columns) {
      if (TIER_1_COLUMN.test(name) && !keys.has(name)) counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  const [best] = [...counts].sort((a, b) => b[1] - a[1]);
  if (best === undefined) return null;
  const [column, count] = best;
  if (count < 3 || count * 10 < tables.length) return null;
  const name = TIER_1_COLUMN.exec(column)?.[1] ?? column;
  return { name, table: null, column, evidence: [`${count} of ${tables.length} tables have "${column}"`] };
}

/** The foreign key of `from` that points at `to`, and the column of it that holds the key of `to`. */
function keyTo(from: Table, to: Table): { readonly column: string; readonly foreignKey: ForeignKey } | null {
  const own = primaryKeyOf(to);
  for (const foreignKey of foreignKeysOf(from)) {
    if (foreignKey.references !== to.id) continue;
    const position = Math.max(
      0,
      foreignKey.referencedColumns.findIndex((column) => own?.includes(column)),
    );
    const column = foreignKey.columns[position];
    if (column !== undefined) return { column, foreignKey };
  }
  return null;
}

function commonColumn(tables: readonly Table[], root: Table): string | null {
  const counts = new Map<string, number>();
  for (const table of tables) {
    const column = keyTo(table, root)?.column;
    if (column !== undefined) counts.set(column, (counts.get(column) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}

const other: TenantTable = {
  class: 'global',
  column: null,
  nullable: false,
  through: null,
  person: null,
  divisions: [],
  parents: [],
};

function classify(
  tables: readonly Table[],
  root: Table | null,
  tenantColumn: string,
  options: TenancyOptions,
): ReadonlyMap<string, TenantTable> {
  const classes = new Map<string, TenantTable>();
  for (const table of tables) {
    const key = tenantKey(table);
    if (options.globalTables.includes(key) || table.schema === 'global') classes.set(key, other);
    else if (options.ignoreTables.includes(key) || SYSTEM.test(table.name)) {
      classes.set(key, { ...other, class: 'system' });
    } else if (table === root) {
      classes.set(key, { ...other, class: 'root', column: primaryKeyOf(root)?.[0] ?? null });
    } else {
      const owned = ownedClass(table, root, options.columnAliases[key] ?? tenantColumn);
      if (owned !== null) classes.set(key, owned);
    }
  }
  addTransitive(tables, classes);
  for (const table of tables) {
    const key = tenantKey(table);
    if (!classes.has(key)) classes.set(key, other);
  }
  addDivisions(tables, classes, options.subTenants);
  addParents(tables, classes);
  return classes;
}

function ownedClass(table: Table, root: Table | null, tenantColumn: string): TenantTable | null {
  const key = root === null ? null : keyTo(table, root);
  const column = columnLike(table, tenantColumn) ?? key?.column ?? null;
  if (column === null) return null;
  const nullable = !neverNull(table, column);
  const person = personOf(table);
  const isMember = person !== null && isMembership(table);
  return {
    ...other,
    class: isMember ? 'membership' : 'direct',
    column,
    nullable,
    person: isMember ? person : null,
  };
}

/** The column of that name, also where one table writes `tenantId` and another `tenant_id`. */
function columnLike(table: Table, name: string): string | null {
  if (columnOf(table, name) !== null) return name;
  const plain = (text: string) => text.replaceAll('_', '').toLowerCase();
  return table.columns.find((column) => plain(column.name) === plain(name))?.name ?? null;
}

function neverNull(table: Table, column: string): boolean {
  return (columnOf(table, column)?.notNull ?? false) || (primaryKeyOf(table)?.includes(column) ?? false);
}

function personOf(table: Table): string | null {
  return table.columns.find(({ name }) => PERSON_COLUMN.test(name))?.name ?? null;
}

/** It ties people to tenants, and holds little else. */
function isMembership(table: Table): boolean {
  if (/member/i.test(table.name)) return true;
  return foreignKeysOf(table).length === 2 && table.columns.length <= 7;
}

/**
 * Tables that reach a tenant's table by foreign keys, nearest first: by those that are never NULL, and by those whose rows go
 * when the other row goes, which are meant to be part of it.
 */
function addTransitive(tables: readonly Table[], classes: Map<string, TenantTable>): void {
  const byId = new Map(tables.map((table) => [table.id, table]));
  const isOwned = (key: string) => {
    const found = classes.get(key)?.class;
    return found === 'direct' || found === 'transitive';
  };
  for (let grew = true; grew; ) {
    grew = false;
    const added: [string, TenantTable][] = [];
    for (const table of tables) {
      const key = tenantKey(table);
      if (classes.has(key)) continue;
      for (const { references, columns, onDelete } of foreignKeysOf(table)) {
        const parent = references === null ? undefined : byId.get(references);
        const [column] = columns;
        if (parent === undefined || parent === table || column === undefined) continue;
        const nullable = !columns.every((part) => neverNull(table, part));
        if (!isOwned(tenantKey(parent)) || (nullable && onDelete !== 'CASCADE')) continue;
        const through = `${column} → ${tenantKey(parent)}`;
        added.push([key, { ...other, class: 'transitive', nullable, through }]);
        break;
      }
    }
    for (const [key, facts] of added) {
      classes.set(key, facts);
      grew = true;
    }
  }
}

function addParents(tables: readonly Table[], classes: Map<string, TenantTable>): void {
  const shared = new Set(
    tables.filter((table) => {
      const kind = classes.get(tenantKey(table))?.class;
      return (kind === 'global' || kind === 'system') && !PEOPLE.test(table.name);
    }),
  );
  const byId = new Map(tables.map((table) => [table.id, table]));
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

/** Marks the columns that point at a part of a tenant: a direct table at which much of the schema points. */
function addDivisions(
  tables: readonly Table[],
  classes: Map<string, TenantTable>,
  configured: readonly string[],
): void {
  for (const division of tables) {
    const key = tenantKey(division);
    const named = configured.includes(key);
    if (!named && (classes.get(key)?.class !== 'direct' || !DIVISION.test(division.name))) continue;
    const pointing = tables.filter((table) => table !== division && keyTo(table, division) !== null);
    if (!named && pointing.length < 8 && pointing.length * 4 < tables.length) continue;
    for (const table of pointing) {
      const facts = classes.get(tenantKey(table));
      const column = keyTo(table, division)?.column;
      if (facts === undefined || column === undefined) continue;
      classes.set(tenantKey(table), { ...facts, divisions: [...facts.divisions, column] });
    }
  }
}
