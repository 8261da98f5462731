// What the server would refuse of one migration, as if it took all that comes before.

import { type Refusal, refusalOf } from '../catalog/refusals.js';
import { catalogsWithin, type ReplayedMigration, stateBefore } from './history.js';

export interface PlacedRefusal {
  /** Index of the statement in its file. */
  readonly statement: number;
  /** Index of the operation in its statement. */
  readonly operation: number;
  readonly refusal: Refusal;
}

const known = new WeakMap<
  ReplayedMigration,
  { readonly postgres: number; readonly all: readonly PlacedRefusal[] }
>();

/** In order. Those that rest on absence are not yet certain: see beginning.ts. */
export function refusalsIn(step: ReplayedMigration, postgres: number): readonly PlacedRefusal[] {
  const before = known.get(step);
  if (before !== undefined && before.postgres === postgres) return before.all;
  const { file, statements, isBaseline } = step.migration;
  // A dump says what is there.
  if (isBaseline === true) return [];
  const all = statements.flatMap(({ operations }, statement) => {
    const { catalog } = stateBefore(step, statement);
    const catalogs = catalogsWithin(operations, catalog, { path: file.path, statement, postgres });
    return operations.flatMap((one, operation) => {
      const refusal = refusalOf(catalogs[operation] ?? catalog, one, { postgres, statement: operations });
      return refusal === null ? [] : [{ statement, operation, refusal }];
    });
  });
  known.set(step, { postgres, all });
  return all;
}
