// How many of the tables that hold rows of tenants have row-level security: whether that is the convention of a schema.

import { type TenantModel, tenantKey } from '../analysis/tenancy.js';
import type { Catalog } from '../catalog/catalog.js';

export interface Protection {
  readonly all: number;
  readonly protected: number;
}

const known = new WeakMap<
  Catalog,
  { readonly model: TenantModel; readonly schemas: ReadonlyMap<string, Protection> }
>();

export function protectedTables(catalog: Catalog, model: TenantModel, schema: string): Protection {
  let found = known.get(catalog);
  if (found === undefined || found.model !== model) {
    found = { model, schemas: countBySchema(catalog, model) };
    known.set(catalog, found);
  }
  return found.schemas.get(schema) ?? { all: 0, protected: 0 };
}

function countBySchema(catalog: Catalog, model: TenantModel): ReadonlyMap<string, Protection> {
  const schemas = new Map<string, Protection>();
  for (const table of catalog.relations.values()) {
    if (table.kind !== 'table' || model.tables.get(tenantKey(table))?.class !== 'direct') continue;
    const counts = schemas.get(table.schema) ?? { all: 0, protected: 0 };
    schemas.set(table.schema, {
      all: counts.all + 1,
      protected: counts.protected + (table.rowLevelSecurity.enabled ? 1 : 0),
    });
  }
  return schemas;
}
