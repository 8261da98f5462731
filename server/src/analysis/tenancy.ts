// Which table's rows are the tenants, and how every other table belongs to one of them.
// Found out from names and foreign keys; the configuration is always stronger. Silent when nothing is clear.

import type { Catalog, Table } from '../catalog/catalog.js';
import { classify } from './tenancy/classes.js';
import { rootOf } from './tenancy/root.js';

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
  /** Why, for people: a clause each. Where there is no root, why that is so and what to configure. */
  readonly evidence: readonly string[];
}

export type TenantClass = 'root' | 'direct' | 'transitive' | 'membership' | 'global' | 'system';

/** The classes of tables whose rows belong to tenants. */
export const OWNED: ReadonlySet<TenantClass | 'unknown'> = new Set(['direct', 'transitive', 'membership']);

export interface TenantTable {
  readonly class: TenantClass;
  /** The column that holds the tenant: for `direct` and `membership`, unless that is of a part of a tenant; the key for `root`. */
  readonly column: string | null;
  /** The tenant may be missing from a row: such rows may be shared. */
  readonly nullable: boolean;
  /** For `transitive`, and a `membership` of a part of a tenant: the foreign key that leads towards the tenant, as `column → table`. */
  readonly through: string | null;
  /** For `membership`: the column that holds the person. */
  readonly person: string | null;
  /** Columns that hold a part of a tenant, such as a project: who knows it knows the tenant. */
  readonly divisions: readonly string[];
  /** Columns of foreign keys that lead to rows of one tenant or of one person, or to a table that is not known. */
  readonly parents: readonly string[];
  /** Why it is of its class, for people: `project_id → projects, organization_id → organizations`. */
  readonly evidence: string;
}

export interface TenancyOptions {
  readonly root: string | null;
  readonly column: string | null;
  readonly columnAliases: Readonly<Record<string, string>>;
  readonly subTenants: readonly string[];
  readonly globalTables: readonly string[];
  readonly ignoreTables: readonly string[];
  /** Modules of Repos that add the tenant to every query of Ecto, where their code does not show it. */
  readonly hook: readonly string[];
  /** Options of a call with which a Repo leaves the tenant out, beside those that its hook looks at. */
  readonly skipOptions: readonly string[];
  readonly wrappers: readonly WrapperOption[];
}

/** A module whose functions run queries, and add the tenant to those that were handed to `scoped`. */
export interface WrapperOption {
  readonly module: string;
  /** Names of its functions. */
  readonly scoped: readonly string[];
  readonly unscoped: readonly string[];
}

export const noTenants: TenantModel = { root: null, column: null, tables: new Map(), evidence: [] };

/** The name by which the model knows a table. */
export function tenantKey(table: { readonly schema: string | null; readonly name: string }): string {
  return table.schema === null || table.schema === 'public' ? table.name : `${table.schema}.${table.name}`;
}

/**
 * @param more tables of which Ecto schemas know more than the catalog
 * @param prefixes why each tenant is taken to have a schema of its own, as a sentence; `null` where nothing speaks for that
 */
export function tenantModelOf(
  catalog: Catalog,
  options: TenancyOptions,
  more: readonly Table[] = [],
  prefixes: string | null = null,
): TenantModel {
  const byId = new Map(more.map((table) => [table.id, table]));
  const own = [...catalog.relations.values()].filter(
    (relation): relation is Table => relation.kind === 'table' && relation.partitionOf === null,
  );
  const tables = [
    ...own.map((table) => byId.get(table.id) ?? table),
    ...more.filter(({ id }) => !catalog.relations.has(id)),
  ];
  const isConfigured = options.root !== null || options.column !== null;
  if (prefixes !== null && !isConfigured) return { ...noTenants, evidence: [prefixes, SCHEMA_EACH] };
  const root = rootOf(tables, options);
  if (root.kind === 'none') return { ...noTenants, evidence: root.evidence };
  return {
    root: root.name,
    column: root.column,
    tables: classify(tables, root, options),
    evidence: root.evidence,
  };
}

const SCHEMA_EACH =
  'each tenant seems to have a database schema of its own, so no column has to name it; "tenancy.root" names the table of tenants where that is wrong';
