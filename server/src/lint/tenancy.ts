// The tenant model of a workspace's history, computed when first asked for.

import { noTenants, type TenantModel, tenantModelOf } from '../analysis/tenancy.js';
import type { Catalog } from '../catalog/catalog.js';
import type { TenancyConfig } from './config.js';
import { configFor, historyFor, type Workspace } from './workspace.js';

const models = new WeakMap<Catalog, { readonly options: TenancyConfig; readonly model: TenantModel }>();

export function tenancyFor(workspace: Workspace, path: string): TenantModel {
  const history = historyFor(workspace, path);
  if (history === null) return noTenants;
  const { latest } = history.history;
  const options = configFor(workspace, path).tenancy;
  const cached = models.get(latest);
  if (cached !== undefined && cached.options === options) return cached.model;
  const model = tenantModelOf(latest, options);
  models.set(latest, { options, model });
  return model;
}
