// What is said of a plan in a workspace: with what is known around it there, and as its configuration wants it.

import type { Advice } from '../advice/advice.js';
import { adviceOn } from '../advice/advise.js';
import { levelsFor } from '../lint/levels.js';
import { configInForceFor, type Workspace } from '../lint/workspace.js';
import type { Plan } from '../plans/plan.js';
import { anyFileIn, relativePath } from '../text/source-file.js';
import { circumstancesOf, type PlanOrigin } from './plan-circumstances.js';

/**
 * Best first.
 * @param path of the file with the query, whose schema and configuration hold; `null` for those of the workspace
 */
export function adviceFor(
  workspace: Workspace,
  path: string | null,
  plan: Plan,
  origin: PlanOrigin,
): readonly Advice[] {
  const place = path ?? anyFileIn(workspace.root);
  const { config, folder } = configInForceFor(workspace, place);
  return adviceOn(plan, circumstancesOf(workspace, place, origin), {
    levels: levelsFor(config, relativePath(folder, place)).given,
    thresholds: config.advice,
  });
}
