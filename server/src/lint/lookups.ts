// How the code of a workspace finds rows by their keys, as rules ask it. What one file does is computed once, and a keystroke
// costs that of its own file.

import { habitOf, type Lookup, type LookupHabit, lookupOf, scopedTwin } from '../analysis/key-lookups.js';
import type { TenantModel } from '../analysis/tenancy.js';
import type { Names } from '../queries/names.js';
import type { Query } from '../queries/query.js';
import { namesFor } from './names.js';
import { queriesOfFile } from './placed-queries.js';
import type { Reading } from './reading.js';
import { scopingFor } from './scoping.js';
import { tenancyFor } from './tenancy.js';
import type { Workspace } from './workspace.js';

interface Cached {
  readonly model: TenantModel;
  readonly names: Names;
  readonly lookups: ReadonlyMap<Query, Lookup>;
}

const cache = new WeakMap<Reading, Cached>();

function lookupsIn(workspace: Workspace, reading: Reading): ReadonlyMap<Query, Lookup> {
  const { path } = reading.file;
  const [model, names] = [tenancyFor(workspace, path), namesFor(workspace, path)];
  const cached = cache.get(reading);
  if (cached !== undefined && cached.model === model && cached.names === names) return cached.lookups;
  const lookups = new Map<Query, Lookup>();
  for (const { query } of model.root === null ? [] : queriesOfFile(workspace, reading)) {
    const scoping = scopingFor(workspace, path, query);
    const lookup = scoping === null ? null : lookupOf(query, scoping);
    if (lookup !== null) lookups.set(query, lookup);
  }
  cache.set(reading, { model, names, lookups });
  return lookups;
}

/** The name of a query of the same file that does the same and compares the tenant; `null` for none. */
export function scopedTwinOf(workspace: Workspace, path: string, query: Query): string | null {
  const reading = workspace.readings.get(path);
  const lookups = reading === undefined ? null : lookupsIn(workspace, reading);
  const own = lookups?.get(query);
  return lookups === null || own === undefined ? null : scopedTwin(own, [...lookups.values()]);
}

const habits = new WeakMap<Workspace['readings'], Map<TenantModel, LookupHabit>>();

/** How the code that has the same tenants finds one row by its id. */
export function lookupHabitFor(workspace: Workspace, path: string): LookupHabit {
  const model = tenancyFor(workspace, path);
  let byModel = habits.get(workspace.readings);
  if (byModel === undefined) {
    byModel = new Map();
    habits.set(workspace.readings, byModel);
  }
  let habit = byModel.get(model);
  if (habit === undefined) {
    const alike = [...workspace.readings.values()].filter(
      ({ file }) => tenancyFor(workspace, file.path) === model,
    );
    habit = habitOf(alike.flatMap((reading) => [...lookupsIn(workspace, reading).values()]));
    byModel.set(model, habit);
  }
  return habit;
}
