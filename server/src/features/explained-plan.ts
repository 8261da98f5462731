// The plan of a target as a server gave it, with what a reader of it is told: what `openedPlan` is for a plan that somebody saved.

import type { Statistics } from '../catalog/statistics.js';
import type { Explained } from '../database/database.js';
import type { Workspace } from '../lint/workspace.js';
import { parsePlan, type UnreadablePlan } from '../plans/plan.js';
import type { ExplainTarget } from './explain-target.js';
import { adviceFor } from './plan-advice.js';
import type { OpenedPlan } from './saved-plans.js';

/**
 * @param path of the file whose schema and configuration hold; `null` for those of the workspace
 * @param statistics with which the embedded server planned; `undefined`: those of the configuration
 */
export function explainedPlan(
  workspace: Workspace,
  path: string | null,
  { sql, parameters: count, parameterNames, notes = [] }: Omit<ExplainTarget, 'query'>,
  explained: Explained,
  statistics?: Statistics | null,
): OpenedPlan | UnreadablePlan {
  const plan = parsePlan(explained.plan);
  if (plan.kind === 'unreadable') return plan;
  const { source, plan: json, tables } = explained;
  const advice = adviceFor(workspace, path, plan, {
    source,
    tables,
    statement: sql,
    ...(statistics === undefined ? {} : { statistics }),
  });
  const parameters = Array.from({ length: count }, (_, at) => ({
    name: parameterNames?.[at] ?? null,
    type: explained.parameterTypes[at] ?? null,
  }));
  return { sql, source, parameters, plan, json, notes: [...notes, ...explained.notes], advice };
}
