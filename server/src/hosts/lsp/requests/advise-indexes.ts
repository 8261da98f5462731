// plumbline/adviseIndexes and plumbline/indexMigration: indexes that are tried for queries, and the migration that makes one.

import { withoutSizes } from '../../../database/pglite.js';
import { type ExplainTarget, explainTargetAt, explainTargetsIn } from '../../../features/explain-target.js';
import type { AdvisedIndex } from '../../../features/index-advice.js';
import { indexMigration } from '../../../features/index-migration.js';
import { indexReport } from '../../../features/index-report.js';
import { linesAfterFailure, replayLines } from '../../../features/replay-lines.js';
import { configInForceFor, historyFor } from '../../../lint/workspace.js';
import { parsePlan } from '../../../plans/plan.js';
import { anyFileIn, relativePath, type SourceFile } from '../../../text/source-file.js';
import { type Advised, adviseIndexes } from '../../advise-indexes.js';
import type { EmbeddedEngine } from '../embedded-engine.js';
import type {
  AdviseIndexesParams,
  AdviseIndexesResult,
  IndexMigrationParams,
  IndexMigrationResult,
  PlanResult,
  TriedIndexInfo,
} from '../extensions.js';
import { documentOf, failed, failedBy } from '../failed.js';
import { offsetOf, pathOf } from '../from-protocol.js';
import { planResult } from '../plan-result.js';
import type { Session } from '../session.js';
import { toWorkspaceEdit } from '../to-protocol.js';
import { editOptions } from './code-action.js';

export async function adviseIndexesOf(
  session: Session,
  engine: EmbeddedEngine,
  { textDocument, position, index }: AdviseIndexesParams,
  signal: AbortSignal,
  report: (message: string) => void,
): Promise<AdviseIndexesResult> {
  const { workspace } = session;
  const file = documentOf(workspace, textDocument);
  if ('kind' in file) return file;
  const { path } = file;
  const found =
    position === null
      ? explainTargetsIn(workspace, path)
      : [explainTargetAt(workspace, path, offsetOf(file.lines, position))];
  const targets: ExplainTarget[] = [];
  for (const target of found) {
    if ('message' in target) return failed(target.message, target.whatToDo);
    targets.push(target);
  }
  if (targets.length === 0) return failed('There is no query in this file that can be explained.');
  const { statistics } = configInForceFor(workspace, path);
  if (statistics === null) return failedBy(withoutSizes());
  const history = historyFor(workspace, path)?.history ?? null;
  const { answer, replay } = await engine.ask(history, statistics, signal, report, (database) =>
    adviseIndexes(workspace, path, targets, database, statistics, signal, report, index ?? null),
  );
  if (replay === null) return failedBy(answer);
  const shown = (one: string) => relativePath(session.root, one);
  if (answer.kind !== 'advised') return failedBy(answer, linesAfterFailure(answer, replay, shown));
  const { indexes, served, notes, source } = answer;
  const gaps = replayLines(replay, shown);
  const asked: Asked = { session, file, targets, answer, gaps };
  return {
    kind: 'index-advice',
    markdown: indexReport({
      name: shown(path),
      source,
      queries: targets.map((target, place) => {
        const planned = answer.queries[place];
        return {
          sql: target.sql,
          line: lineOf(file, target) + 1,
          failed: planned === undefined || planned.kind === 'planned' ? null : planned.message,
          notes: target.notes ?? [],
        };
      }),
      indexes,
      served,
      notes,
      gaps,
      ecto: workspace.readings.get(path)?.kind === 'elixir',
    }),
    indexes: indexes.map((one) => infoOf(one, asked)),
  };
}

export function indexMigrationOf(
  session: Session,
  { textDocument, index }: IndexMigrationParams,
): IndexMigrationResult {
  const { workspace } = session;
  const change = indexMigration(workspace, pathOf(textDocument.uri) ?? anyFileIn(session.root), index);
  if ('message' in change) return failed(change.message, change.whatToDo);
  return { kind: 'migration', edit: toWorkspaceEdit(workspace, change, editOptions(session)) };
}

interface Asked {
  readonly session: Session;
  readonly file: SourceFile;
  readonly targets: readonly ExplainTarget[];
  readonly answer: Advised;
  /** What the migrations left out, in lines for people. */
  readonly gaps: readonly string[];
}

/** 0-based. */
function lineOf({ lines }: SourceFile, { span }: ExplainTarget): number {
  return lines.positionAt(span.start).line;
}

function infoOf(
  { verdict, message, title, sql, index, plans }: AdvisedIndex,
  { session: { workspace }, file, targets, answer, gaps }: Asked,
): TriedIndexInfo {
  const shown = plans.flatMap(({ query, plan: json }) => {
    const [target, planned] = [targets[query], answer.queries[query]];
    const plan = parsePlan(json);
    if (target === undefined || planned?.kind !== 'planned' || plan.kind !== 'plan') return [];
    const before = planResult(workspace, file, target, planned.explained, [...answer.notes, ...gaps]);
    if (before.kind !== 'plan') return [];
    // What is advised of the plan as it is holds no more.
    const after: PlanResult = { ...before, plan, json, advice: [], places: null };
    return [{ line: lineOf(file, target), before, after }];
  });
  return { verdict, message, title, sql, index, plans: shown };
}
