// plumbline/adviseIndexes and plumbline/indexMigration: indexes that are tried for queries, and the migration that makes one.

import { type ExplainTarget, explainTargetAt, explainTargetsIn } from '../../../features/explain-target.js';
import type { AdvisedIndex } from '../../../features/index-advice.js';
import { indexMigration } from '../../../features/index-migration.js';
import { indexReport } from '../../../features/index-report.js';
import { adviceFor } from '../../../features/plan-advice.js';
import { placesInStatement } from '../../../features/plan-places.js';
import { configInForceFor, historyFor } from '../../../lint/workspace.js';
import { parsePlan } from '../../../plans/plan.js';
import { anyFileIn, relativePath, type SourceFile } from '../../../text/source-file.js';
import { type Advised, type AdvisedQuery, adviseIndexes } from '../../advise-indexes.js';
import type { Explainer } from '../explainer.js';
import type {
  AdviseIndexesParams,
  AdviseIndexesResult,
  FailedResult,
  IndexMigrationParams,
  IndexMigrationResult,
  PlanResult,
  TriedIndexInfo,
} from '../extensions.js';
import { offsetOf, pathOf } from '../from-protocol.js';
import type { Session } from '../session.js';
import { toRange, toWorkspaceEdit } from '../to-protocol.js';
import { editOptions } from './code-action.js';

export async function adviseIndexesOf(
  session: Session,
  explainer: Explainer,
  { textDocument, position, index }: AdviseIndexesParams,
  signal: AbortSignal,
  report: (message: string) => void,
): Promise<AdviseIndexesResult> {
  const { workspace } = session;
  const path = pathOf(textDocument.uri);
  const file = path === null ? undefined : workspace.files.get(path);
  if (path === null || file === undefined) {
    return failed('This document is not part of the workspace.', 'Save it in the workspace folder first.');
  }
  const found =
    position === null
      ? explainTargetsIn(workspace, path)
      : [explainTargetAt(workspace, path, offsetOf(file.lines, position))];
  const targets: ExplainTarget[] = [];
  for (const target of found) {
    if ('message' in target) return failed(target.message, target.whatToDo);
    targets.push(target);
  }
  if (targets.length === 0) return failed('There is no query in this file that can be explained.', '');
  const requests = targets.map(({ sql, writes, parameters }) => ({
    statement: sql,
    writes,
    parameters,
    analyze: false,
  }));
  const history = historyFor(workspace, path)?.history ?? null;
  const { production } = configInForceFor(workspace, path);
  const answer = await explainer.onEmbedded(history, production, report, (database) =>
    adviseIndexes(workspace, path, requests, database, production, signal, report, index ?? null),
  );
  if (answer.kind !== 'advised') return failed(answer.message, answer.whatToDo);
  const { indexes, served, notes, postgres, statistics } = answer;
  const lineOf = ({ span }: ExplainTarget) => file.lines.positionAt(span.start).line;
  return {
    kind: 'index-advice',
    markdown: indexReport({
      name: relativePath(session.root, path),
      source: `PostgreSQL ${postgres}, ${statistics === 'assumed' ? 'with assumed sizes' : `statistics of ${statistics}`}`,
      queries: targets.map((target, place) => {
        const planned = answer.queries[place];
        const why = planned === undefined || planned.kind === 'planned' ? null : planned.message;
        return { sql: target.sql, line: lineOf(target) + 1, failed: why };
      }),
      indexes,
      served,
      notes,
      ecto: workspace.readings.get(path)?.kind === 'elixir',
    }),
    indexes: indexes.map((one) => infoOf(one, { session, path, file, targets, answer }, lineOf)),
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
  readonly path: string;
  readonly file: SourceFile;
  readonly targets: readonly ExplainTarget[];
  readonly answer: Advised;
}

function infoOf(
  { verdict, message, title, sql, index, plans }: AdvisedIndex,
  asked: Asked,
  lineOf: (target: ExplainTarget) => number,
): TriedIndexInfo {
  const shown = plans.flatMap(({ query, plan: json }) => {
    const [target, planned] = [asked.targets[query], asked.answer.queries[query]];
    const plan = parsePlan(json);
    if (target === undefined || planned?.kind !== 'planned' || plan.kind !== 'plan') return [];
    const before = resultOf(asked, target, planned);
    // What is advised of the plan as it is holds no more.
    const after: PlanResult = { ...before, plan, json, advice: [], places: null };
    return [{ line: lineOf(target), before, after }];
  });
  return { verdict, message, title, sql, index, plans: shown };
}

function resultOf(
  { session: { workspace }, path, file, answer }: Asked,
  target: ExplainTarget,
  { plan, json, tables, parameterTypes }: AdvisedQuery,
): PlanResult {
  const { sql, parameters, parameterNames, span } = target;
  const { statistics, postgres, notes } = answer;
  const source = { kind: 'embedded', name: 'the embedded PostgreSQL', postgres, statistics } as const;
  return {
    kind: 'plan',
    sql,
    range: toRange(file.lines, span),
    source,
    parameters: Array.from({ length: parameters }, (_, at) => ({
      name: parameterNames?.[at] ?? null,
      type: parameterTypes[at] ?? null,
    })),
    plan,
    json,
    notes,
    advice: adviceFor(workspace, path, plan, { source, tables, statement: sql }),
    places: placesInStatement(workspace.options.parsers.sql, plan, target, file.text),
  };
}

function failed(message: string, whatToDo: string): FailedResult {
  return { kind: 'failed', message, whatToDo, range: null };
}
