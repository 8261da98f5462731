// Which table's rows are the tenants, and how every other table belongs to one of them.
// Found out from names and foreign keys; the configuration is always stronger. Silent when nothing is clear.

import type { Catalog, ForeignKey, Table } from '../catalog/catalog.js';
import { columnOf, foreignKeysOf } from '../catalog/lookup.js';

export interface TenantModel {
  /** `null` when there are no tenants, or when it is not clear who they are. */
  readonly root: string | null;
  /** The column by which most tables name their tenant: `organization_id`. */
  readonly column: string | null;
  /** By table, `schema.name` or the bare name in `public`. Tables that are not here are global. */
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
}

export interface TenancyOptions {
  readonly root: string | null;
  readonly column: string | null;
  readonly columnAliases: Readonly<Record<string, string>>;
  readonly globalTables: readonly string[];
  readonly ignoreTables: readonly string[];
}

export const noTenants: TenantModel = { root: null, column: null, tables: new Map(), evidence: [] };

/** Names that a table of tenants usually has, most telling first. */
const TIER_1 = /^(organi[sz]ations?|orgs?|tenants?|compan(y|ies)|accounts?|workspaces?|teams?|spaces?)$/i;
const TIER_2 = /^(projects?|sites?|products?|stores?|shops?)$/i;
const PEOPLE = /^(users?|people|persons?|members?|memberships?|identities|admins?)$/i;
const SYSTEM =
  /^(schema_migrations|oban_\w+|ar_internal_metadata|flyway_schema_history|goose_db_version|_prisma_migrations|spatial_ref_sys)$/i;

/** The name by which the model knows a table. */
export function tenantKey(table: { readonly schema: string | null; readonly name: string }): string {
  return table.schema === null || table.schema === 'public' ? table.name : `${table.schema}.${table.name}`;
}

export function tenantModelOf(catalog: Catalog, options: TenancyOptions): TenantModel {
  const tables = [...catalog.relations.values()].filter(
    (relation): relation is Table => relation.kind === 'table' && relation.partitionOf === null,
  );
  const found = options.root === null ? inferRoot(tables) : configuredRoot(tables, options.root);
  if (found === null) return noTenants;
  const column = options.column ?? commonColumn(tables, found.root);
  if (column === null) return noTenants;
  const classes = classify(tables, found.root, column, options);
  return { root: tenantKey(found.root), column, tables: classes, evidence: found.evidence };
}

interface Root {
  readonly root: Table;
  readonly evidence: readonly string[];
}

function configuredRoot(tables: readonly Table[], name: string): Root | null {
  const root = tables.find((table) => tenantKey(table) === name);
  return root === undefined ? null : { root, evidence: [`the configuration names "${name}"`] };
}

/** A telling name alone is not enough: at least three tables, and a tenth of all, must point at it. */
function inferRoot(tables: readonly Table[]): Root | null {
  const candidates = tables.flatMap((table) => {
    const tier = TIER_1.test(table.name) ? 1 : TIER_2.test(table.name) ? 2 : null;
    if (tier === null) return [];
    const pointing = tables.filter((other) => other !== table && pointsAt(other, table) !== null);
    if (pointing.length < 3 || pointing.length * 10 < tables.length) return [];
    // A table at which only people point is an identity, not a tenant.
    if (pointing.every((other) => PEOPLE.test(other.name))) return [];
    return [{ table, tier, pointing: pointing.length }];
  });
  candidates.sort((a, b) => a.tier - b.tier || b.pointing - a.pointing);
  const [best] = candidates;
  if (best === undefined) return null;
  return {
    root: best.table,
    evidence: [`${best.pointing} of ${tables.length} tables have a foreign key to "${best.table.name}"`],
  };
}

/** The single-column foreign key of `from` that points at `to`, or `null`. A composite one counts by its first column. */
function pointsAt(from: Table, to: Table): ForeignKey | null {
  return foreignKeysOf(from).find((foreignKey) => foreignKey.references === to.id) ?? null;
}

function commonColumn(tables: readonly Table[], root: Table): string | null {
  const counts = new Map<string, number>();
  for (const table of tables) {
    const column = pointsAt(table, root)?.columns[0];
    if (column !== undefined) counts.set(column, (counts.get(column) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}

function classify(
  tables: readonly Table[],
  root: Table,
  tenantColumn: string,
  options: TenancyOptions,
): ReadonlyMap<string, TenantTable> {
  const classes = new Map<string, TenantTable>();
  const global: TenantTable = { class: 'global', column: null, nullable: false, through: null };
  for (const table of tables) {
    const key = tenantKey(table);
    if (options.globalTables.includes(key)) classes.set(key, global);
    else if (options.ignoreTables.includes(key) || SYSTEM.test(table.name)) {
      classes.set(key, { ...global, class: 'system' });
    } else if (table === root) {
      classes.set(key, { class: 'root', column: rootKey(root), nullable: false, through: null });
    } else {
      const direct = directClass(table, root, options.columnAliases[key] ?? tenantColumn);
      if (direct !== null) classes.set(key, direct);
    }
  }
  addTransitive(tables, classes);
  for (const table of tables) {
    const key = tenantKey(table);
    if (!classes.has(key)) classes.set(key, global);
  }
  return classes;
}

function rootKey(root: Table): string | null {
  const key = root.constraints.find((constraint) => constraint.kind === 'primary-key');
  return key?.kind === 'primary-key' ? (key.columns[0] ?? null) : null;
}

function directClass(table: Table, root: Table, tenantColumn: string): TenantTable | null {
  const foreignKey = pointsAt(table, root);
  const named = columnOf(table, tenantColumn);
  const column = named !== null ? tenantColumn : (foreignKey?.columns[0] ?? null);
  if (column === null) return null;
  const nullable = !(columnOf(table, column)?.notNull ?? false);
  return { class: isMembership(table) ? 'membership' : 'direct', column, nullable, through: null };
}

/** It ties people to tenants, and holds little else. */
function isMembership(table: Table): boolean {
  if (/member/i.test(table.name)) return true;
  const people = foreignKeysOf(table).some((foreignKey) => foreignKey.columns.includes('user_id'));
  return people && foreignKeysOf(table).length === 2 && table.columns.length <= 7;
}

/** Tables that reach a tenant's table by foreign keys that are never NULL, nearest first. */
function addTransitive(tables: readonly Table[], classes: Map<string, TenantTable>): void {
  const byId = new Map(tables.map((table) => [table.id, table]));
  const owned = (key: string) => {
    const found = classes.get(key)?.class;
    return found === 'direct' || found === 'transitive';
  };
  for (let grew = true; grew; ) {
    grew = false;
    const added: [string, TenantTable][] = [];
    for (const table of tables) {
      const key = tenantKey(table);
      if (classes.has(key)) continue;
      for (const foreignKey of foreignKeysOf(table)) {
        const parent = foreignKey.references === null ? undefined : byId.get(foreignKey.references);
        const [column] = foreignKey.columns;
        if (parent === undefined || parent === table || column === undefined || !owned(tenantKey(parent)))
          continue;
        if (!(columnOf(table, column)?.notNull ?? false)) continue;
        const through = `${column} → ${tenantKey(parent)}`;
        added.push([key, { class: 'transitive', column: null, nullable: false, through }]);
        break;
      }
    }
    for (const [key, facts] of added) {
      classes.set(key, facts);
      grew = true;
    }
  }
}
