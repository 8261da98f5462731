// What a rule is told of an operation that the server would refuse.

import type { Catalog } from '../catalog/catalog.js';
import type { Operation } from '../catalog/operation.js';
import { refusalOf } from '../catalog/refusals.js';
import { verdictOn } from '../migrations/beginning.js';
import { heldBy } from '../migrations/held.js';
import type { ReplayedMigration } from '../migrations/history.js';
import type { RefusedOperation } from '../rules/rule.js';
import type { Workspace, WorkspaceHistory } from './workspace.js';

/** @param before the catalog just before the operation */
export function refusedAt(
  workspace: Workspace,
  { history }: WorkspaceHistory,
  step: ReplayedMigration,
  statement: number,
  before: Catalog,
  operation: Operation,
): RefusedOperation | null {
  const operations = step.migration.statements[statement]?.operations ?? [operation];
  const refusal = refusalOf(before, operation, { postgres: history.postgres, statement: operations });
  if (refusal === null) return null;
  const doubtful = { refusal, isCertain: false, evidence: null, at: null };
  const verdict = verdictOn(history, step, operation, refusal);
  if (verdict === null) return doubtful;
  const { evidence } = verdict;
  if (refusal.restsOnAbsence && isNamedElsewhere(workspace, history, refusal.object)) return doubtful;
  // An earlier migration that is refused may have undone what stands in the way here.
  const { path } = step.migration.file;
  const stops = heldBy(history).refused.find((one) => one.path === path);
  if (stops === undefined || stops.statement > statement) return doubtful;
  return { refusal, isCertain: true, evidence: evidence?.kind ?? null, at: evidence?.at ?? null };
}

/** Histories of one workspace may be of one database. */
function isNamedElsewhere(
  { histories }: Workspace,
  own: WorkspaceHistory['history'],
  { name }: { readonly name: string },
): boolean {
  return histories.some(
    ({ history }) =>
      history !== own &&
      history.migrations.some(({ migration }) => migration.statements.some(({ sql }) => sql.includes(name))),
  );
}
