// The tenant model of a workspace's history, computed when first asked for.

import {
  noTenants,
  type TenancyOptions,
  type TenantModel,
  tenantKey,
  tenantModelOf,
} from '../analysis/tenancy.js';
import type { Catalog, Table } from '../catalog/catalog.js';
import { sameData } from '../text/same-data.js';
import { schemaTablesFor } from './names.js';
import { catalogFor, configFor, type Workspace } from './workspace.js';

interface Cached {
  readonly options: TenancyOptions;
  readonly tables: readonly Table[];
  readonly model: TenantModel;
}

const models = new WeakMap<Catalog, Cached>();

/** The last model under each configuration: most changes of a schema leave it as it is, and then it stays the same object. */
const last = new WeakMap<TenancyOptions, TenantModel>();

export function tenancyFor(workspace: Workspace, path: string): TenantModel {
  const catalog = catalogFor(workspace, path);
  const tables = schemaTablesFor(workspace, path);
  if (catalog.relations.size === 0 && tables.length === 0) return noTenants;
  const options = configFor(workspace, path).tenancy;
  const cached = models.get(catalog);
  if (cached !== undefined && cached.options === options && cached.tables === tables) return cached.model;
  const now = tenantModelOf(catalog, options, tables);
  const before = last.get(options);
  const model = before !== undefined && sameData(before, now) ? before : now;
  last.set(options, model);
  models.set(catalog, { options, tables, model });
  return model;
}

interface Protection {
  readonly all: number;
  readonly protected: number;
}

const protections = new WeakMap<TenantModel, Map<string, Protection>>();

/** Of the tables in that schema that hold rows of tenants: how many there are, and how many have row-level security. */
export function protectedTables(catalog: Catalog, model: TenantModel, schema: string): Protection {
  let counted = protections.get(model);
  if (counted === undefined) {
    counted = new Map();
    for (const relation of catalog.relations.values()) {
      if (relation.kind !== 'table' || model.tables.get(tenantKey(relation))?.class !== 'direct') continue;
      const before = counted.get(relation.schema) ?? { all: 0, protected: 0 };
      const enabled = relation.rowLevelSecurity.enabled ? 1 : 0;
      counted.set(relation.schema, { all: before.all + 1, protected: before.protected + enabled });
    }
    protections.set(model, counted);
  }
  return counted.get(schema) ?? { all: 0, protected: 0 };
}
