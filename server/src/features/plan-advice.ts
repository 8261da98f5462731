// What is said of a plan in a workspace: with its schema after all migrations, the sizes that are known, and its configuration.

import type { Advice } from '../advice/advice.js';
import { adviceOn } from '../advice/advise.js';
import type { TableFacts } from '../advice/moment.js';
import type { PlannedTable } from '../database/database.js';
import { levelsFor } from '../lint/levels.js';
import { sizeOf } from '../lint/sizes.js';
import { configInForceFor, historyFor, type Workspace } from '../lint/workspace.js';
import type { Plan, PlanRelation } from '../plans/plan.js';
import { planCondition, sortKey } from '../queries/plan-conditions.js';
import { relativePath } from '../text/source-file.js';

export interface PlanOrigin {
  /** `saved`: nobody knows on what the plan was made. */
  readonly source: { readonly kind: 'embedded' | 'database' | 'saved'; readonly statistics: string };
  readonly tables: readonly PlannedTable[];
  /** `null` for a plan that was saved without it. */
  readonly statement: string | null;
}

/**
 * Best first.
 * @param path of the file with the query, whose schema and configuration hold; `null` for those of the workspace
 */
export function adviceFor(
  workspace: Workspace,
  path: string | null,
  plan: Plan,
  { source, tables, statement }: PlanOrigin,
): readonly Advice[] {
  const place = path ?? `${workspace.root}/x`;
  const { config, folder, sizes } = configInForceFor(workspace, place);
  const { sql } = workspace.options.parsers;
  const known = new Map(tables.map((table) => [`${table.schema}.${table.name}`, table]));
  const factsOf = (relation: PlanRelation): TableFacts | null => {
    const own = known.get(`${relation.schema ?? 'public'}.${relation.name}`) ?? null;
    const size = sizeOf(sizes, relation);
    if (own === null && size === null) return null;
    // The embedded server knows nothing of how old production's statistics are, and without them only guesses sizes.
    const isEmbedded = source.kind === 'embedded';
    const counted = isEmbedded && source.statistics === 'none' ? null : own;
    return {
      rows: counted?.rows ?? size?.rows ?? null,
      bytes: counted?.bytes ?? size?.bytes ?? null,
      changedRows: isEmbedded ? null : (own?.changedRows ?? null),
      analyzed: isEmbedded ? null : (own?.analyzed ?? null),
    };
  };
  return adviceOn(
    plan,
    {
      condition: (text) => planCondition(sql, text),
      sortKey: (text) => sortKey(sql, text),
      catalog: historyFor(workspace, place)?.history.latest ?? null,
      factsOf,
      source,
      statement,
    },
    { levels: levelsFor(config, relativePath(folder, place)).given, thresholds: config.advice },
  );
}
