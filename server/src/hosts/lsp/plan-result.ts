// The plan of a target in a document, as the client is told of it.

import type { Explained } from '../../database/database.js';
import type { ExplainTarget } from '../../features/explain-target.js';
import { explainedPlan } from '../../features/explained-plan.js';
import { placesInStatement } from '../../features/plan-places.js';
import type { Workspace } from '../../lint/workspace.js';
import type { SourceFile } from '../../text/source-file.js';
import type { FailedResult, PlanResult } from './extensions.js';
import { failed } from './failed.js';
import { toRange } from './to-protocol.js';

/** @param more notes beside its own, such as what the migrations left out */
export function planResult(
  workspace: Workspace,
  file: SourceFile,
  target: ExplainTarget,
  explained: Explained,
  more: readonly string[],
): PlanResult | FailedResult {
  const made = explainedPlan(workspace, file.path, target, explained);
  if ('kind' in made) return failed(made.reason);
  return {
    kind: 'plan',
    ...made,
    notes: [...new Set([...made.notes, ...more])],
    range: toRange(file.lines, target.span),
    places: placesInStatement(workspace.options.parsers.sql, made.plan, target, file.text),
  };
}
