// What is known around a plan in a workspace: its schema after all migrations, the sizes of tables, and what the planner knew of
// their values.

import type { Circumstances, TableFacts } from '../advice/moment.js';
import { type Distribution, distributionOf, type Statistics } from '../catalog/statistics.js';
import type { PlannedTable } from '../database/database.js';
import { sizeOf } from '../lint/sizes.js';
import { configInForceFor, historyFor, type Workspace } from '../lint/workspace.js';
import type { PlanRelation } from '../plans/plan.js';
import { planCondition, sortKey } from '../queries/plan-conditions.js';

export interface PlanOrigin {
  /** `saved`: nobody knows on what the plan was made. */
  readonly source: Circumstances['source'];
  readonly tables: readonly PlannedTable[];
  /** `null` for a plan that was saved without it. */
  readonly statement: string | null;
  /** With which the embedded server planned; absent: those of the configuration. */
  readonly statistics?: Statistics | null;
}

/** @param path of a file whose schema and configuration hold */
export function circumstancesOf(workspace: Workspace, path: string, origin: PlanOrigin): Circumstances {
  const { source, tables, statement } = origin;
  const inForce = configInForceFor(workspace, path);
  const { sql } = workspace.options.parsers;
  const known = new Map(tables.map((table) => [`${table.schema}.${table.name}`, table]));
  const ownOf = ({ schema, name }: PlanRelation) => known.get(`${schema ?? 'public'}.${name}`) ?? null;
  const isEmbedded = source.kind === 'embedded';
  const statistics = origin.statistics === undefined ? inForce.statistics : origin.statistics;
  return {
    condition: (text) => planCondition(sql, text),
    sortKey: (text) => sortKey(sql, text),
    catalog: historyFor(workspace, path)?.history.latest ?? null,
    factsOf(relation): TableFacts | null {
      const own = ownOf(relation);
      const size = sizeOf(inForce.sizes, relation);
      if (own === null && size === null) return null;
      // The embedded server knows nothing of how old production's statistics are, and without them only guesses sizes.
      const counted = isEmbedded && source.statistics === 'none' ? null : own;
      return {
        rows: counted?.rows ?? size?.rows ?? null,
        bytes: counted?.bytes ?? size?.bytes ?? null,
        changedRows: isEmbedded ? null : (own?.changedRows ?? null),
        analyzed: isEmbedded ? null : (own?.analyzed ?? null),
      };
    },
    distributionOf(relation, column): Distribution | null {
      if (isEmbedded) return statistics === null ? 'guessed' : distributionOf(statistics, relation, column);
      return ownOf(relation)?.analyzed === false ? 'guessed' : null;
    },
    source,
    statement,
  };
}
