// The tenant model of a workspace's history, computed when first asked for.

import { noTenants, type TenancyOptions, type TenantModel, tenantModelOf } from '../analysis/tenancy.js';
import { besideBodies } from '../catalog/bodies.js';
import type { Catalog, Table } from '../catalog/catalog.js';
import { sameData } from '../text/same-data.js';
import { ectoWorld, schemaTablesFor } from './names.js';
import { catalogFor, configFor, type Workspace } from './workspace.js';

interface Cached {
  readonly options: TenancyOptions;
  readonly tables: readonly Table[];
  readonly prefixes: string | null;
  readonly model: TenantModel;
}

const models = new WeakMap<Catalog, Cached>();

/** The last model under each configuration: most changes of a schema leave it as it is, and then it stays the same object. */
const last = new WeakMap<TenancyOptions, TenantModel>();

export function tenancyFor(workspace: Workspace, path: string): TenantModel {
  const catalog = besideBodies(catalogFor(workspace, path));
  const tables = schemaTablesFor(workspace, path);
  if (catalog.relations.size === 0 && tables.length === 0) return noTenants;
  const options = configFor(workspace, path).tenancy;
  const prefixes = ectoWorld(workspace).prefixTenancy;
  const cached = models.get(catalog);
  const stands =
    cached !== undefined &&
    cached.options === options &&
    cached.tables === tables &&
    cached.prefixes === prefixes;
  if (stands) return cached.model;
  const now = tenantModelOf(catalog, options, tables, prefixes);
  const before = last.get(options);
  const model = before !== undefined && sameData(before, now) ? before : now;
  last.set(options, model);
  models.set(catalog, { options, tables, prefixes, model });
  return model;
}
