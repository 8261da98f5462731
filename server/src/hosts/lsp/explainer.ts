// Plans for the editor: from the embedded Postgres, or from a connection that the configuration names.

import { join } from 'node:path';
import type { Statistics } from '../../catalog/statistics.js';
import type { Explained, Failure, ReplayedDatabase } from '../../database/database.js';
import { type EmbeddedPostgres, openEmbedded } from '../../database/pglite.js';
import { type ExplainTarget, explainTargetAt } from '../../features/explain-target.js';
import { traceReport, traceTargetAt } from '../../features/lock-trace.js';
import { adviceFor } from '../../features/plan-advice.js';
import { placesInStatement } from '../../features/plan-places.js';
import { replayLines, whyMissing } from '../../features/replay-lines.js';
import { configInForceFor, historyFor } from '../../lint/workspace.js';
import type { History } from '../../migrations/history.js';
import { type Plan, parsePlan } from '../../plans/plan.js';
import { relativePath } from '../../text/source-file.js';
import { migrationGroups } from '../migration-groups.js';
import { explainOnConnection } from './explain-on-connection.js';
import type {
  ExplainParams,
  ExplainResult,
  FailedResult,
  PlanResult,
  TraceLocksParams,
  TraceLocksResult,
} from './extensions.js';
import { offsetOf, pathOf } from './from-protocol.js';
import type { Session } from './session.js';
import { toRange } from './to-protocol.js';

/** Closed after this long without a question: it holds some 300 MB. */
const IDLE_MS = 5 * 60_000;

export type EngineState = 'off' | 'starting' | 'ready' | 'failed';

export class Explainer {
  engine: EngineState = 'off';
  private embedded: EmbeddedPostgres | null = null;
  private idle: NodeJS.Timeout | null = null;
  /** Of the requests that wait for the embedded Postgres: it is one for all, so each is told what takes long. */
  private readonly reports = new Set<(message: string) => void>();

  constructor(
    private readonly session: Session,
    private readonly engineChanged: () => void,
  ) {}

  async explain(
    params: ExplainParams,
    signal: AbortSignal,
    report: (message: string) => void,
  ): Promise<ExplainResult> {
    const { workspace } = this.session;
    const path = pathOf(params.textDocument.uri);
    const file = path === null ? undefined : workspace.files.get(path);
    if (path === null || file === undefined) {
      return failed('This document is not part of the workspace.', 'Save it in the workspace folder first.');
    }
    const target = explainTargetAt(workspace, path, offsetOf(file.lines, params.position));
    if ('message' in target) return failed(target.message, target.whatToDo);
    const request = {
      statement: target.sql,
      writes: target.writes,
      parameters: target.parameters,
      analyze: params.analyze,
      values: params.values,
    };
    // What the migrations left out explains a plan, and a table that is missing.
    let gaps: readonly string[] = [];
    let cause: string | null = null;
    const askEmbedded = async (database: ReplayedDatabase) => {
      const replay = await database.replay(signal);
      if (replay.kind !== 'replayed') return replay;
      const shown = (one: string) => relativePath(this.session.root, one);
      gaps = replayLines(replay, shown);
      const answer = await database.explain(request, signal);
      if (answer.kind === 'sql-error') cause = whyMissing(answer.message, replay, shown);
      return answer;
    };
    const answer =
      params.connection === null
        ? await this.onEmbedded(
            historyFor(workspace, path)?.history ?? null,
            configInForceFor(workspace, path).production,
            report,
            askEmbedded,
          )
        : await explainOnConnection(this.session, path, params.connection, request, signal);
    if (answer.kind !== 'explained') {
      const at = answer.kind === 'sql-error' ? answer.position : null;
      const span = at === null ? null : { start: target.toFile(at), end: target.toFile(at) + 1 };
      const why = answer.kind === 'sql-error' ? [cause ?? '', ...gaps] : [];
      return {
        kind: 'failed',
        message: answer.message,
        whatToDo: [answer.whatToDo, ...why].filter((line) => line !== '').join('\n'),
        range: span === null ? null : toRange(file.lines, span),
      };
    }
    return planResult(
      target,
      answer,
      gaps,
      toRange(file.lines, target.span),
      (plan) => placesInStatement(workspace.options.parsers.sql, plan, target, file.text),
      (plan) => adviceFor(workspace, path, plan, { ...answer, statement: target.sql }),
    );
  }

  /** Runs a migration on the embedded PostgreSQL, after those before it, and tells what it locks there. */
  async traceLocks(
    params: TraceLocksParams,
    signal: AbortSignal,
    report: (message: string) => void,
  ): Promise<TraceLocksResult> {
    const { workspace } = this.session;
    const path = pathOf(params.textDocument.uri);
    const target = path === null ? null : traceTargetAt(workspace, path);
    if (path === null || target === null) {
      return failed('This file is no migration with a statement to run.', 'Open a migration first.');
    }
    const answer = await this.onEmbedded(target.before, null, report, async (database) => {
      const replay = await database.replay(signal);
      if (replay.kind !== 'replayed') return replay;
      const traced = await database.trace(target.statements, signal);
      return traced.kind === 'traced' ? { kind: 'both' as const, replay, traced } : traced;
    });
    if (answer.kind !== 'both') return failed(answer.message, answer.whatToDo);
    return {
      kind: 'traced',
      markdown: traceReport(workspace, path, target, answer.replay, answer.traced),
    };
  }

  async close(): Promise<void> {
    if (this.idle !== null) clearTimeout(this.idle);
    const { embedded } = this;
    this.embedded = null;
    this.setEngine('off');
    await embedded?.close();
  }

  async onEmbedded<T extends { readonly kind: string }>(
    history: History | null,
    statistics: Statistics | null,
    report: (message: string) => void,
    ask: (database: ReplayedDatabase) => Promise<T | Failure>,
  ): Promise<T | Failure> {
    if (this.idle !== null) clearTimeout(this.idle);
    this.embedded ??= openEmbedded({
      worker: join(this.session.assets, 'database-worker.cjs'),
      cacheFolder: this.session.client.options.cacheFolder,
      onProgress: ({ phase, done, total }) => {
        for (const one of this.reports) one(progressText(phase, done, total));
      },
    });
    const database = this.embedded.after(history === null ? [] : migrationGroups(history), statistics);
    if (this.engine !== 'ready') this.setEngine('starting');
    this.reports.add(report);
    const answer = await ask(database).finally(() => this.reports.delete(report));
    this.setEngine(answer.kind === 'unavailable' ? 'failed' : 'ready');
    if (this.idle !== null) clearTimeout(this.idle);
    // Others may still wait for an answer; the last one begins the time.
    this.idle = this.reports.size > 0 ? null : setTimeout(() => void this.close(), IDLE_MS);
    this.idle?.unref();
    return answer;
  }

  private setEngine(state: EngineState): void {
    if (this.engine === state) return;
    this.engine = state;
    this.engineChanged();
  }
}

function progressText(phase: string, done: number, total: number): string {
  if (phase === 'starting') return 'Starting the embedded PostgreSQL…';
  if (phase === 'saving') return 'Keeping the replayed schema…';
  if (phase === 'importing') return 'Importing statistics…';
  return `Replaying migrations: ${done} of ${total} statements`;
}

function failed(message: string, whatToDo: string): FailedResult {
  return { kind: 'failed', message, whatToDo, range: null };
}

function planResult(
  { sql, parameters, parameterNames, notes: known = [] }: ExplainTarget,
  { plan: json, source, parameterTypes, notes }: Explained,
  gaps: readonly string[],
  range: PlanResult['range'],
  placesOf: (plan: Plan) => PlanResult['places'],
  adviceOf: (plan: Plan) => PlanResult['advice'],
): ExplainResult {
  const plan = parsePlan(json);
  if (plan.kind === 'unreadable') return failed(plan.reason, '');
  return {
    kind: 'plan',
    sql,
    range,
    source,
    parameters: Array.from({ length: parameters }, (_, at) => ({
      name: parameterNames?.[at] ?? null,
      type: parameterTypes[at] ?? null,
    })),
    plan,
    json,
    notes: [...known, ...notes, ...gaps],
    advice: adviceOf(plan),
    places: placesOf(plan),
  };
}
