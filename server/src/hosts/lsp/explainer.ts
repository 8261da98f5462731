// Plans for the editor: from the embedded Postgres, or from a connection that the configuration names.

import { join } from 'node:path';
import { type ConnectionRequest, connectionSettings } from '../../database/connection.js';
import type { Database, Explained, Failure, ReplayedDatabase } from '../../database/database.js';
import { type EmbeddedPostgres, openEmbedded } from '../../database/pglite.js';
import { parsePlan } from '../../database/plan.js';
import { openPostgres } from '../../database/postgres.js';
import { type ExplainTarget, explainTargetAt } from '../../features/explain-target.js';
import { traceReport, traceTargetAt } from '../../features/lock-trace.js';
import { replayLines } from '../../features/replay-lines.js';
import type { Connection as ConfiguredConnection } from '../../lint/config.js';
import { configFor, historyFor } from '../../lint/workspace.js';
import type { History } from '../../migrations/history.js';
import { relativePath } from '../../text/source-file.js';
import { migrationGroups } from '../migration-groups.js';
import {
  type ConnectionInfo,
  type ExplainParams,
  type ExplainResult,
  type FailedResult,
  PASSWORD,
  type PasswordParams,
  type PlanResult,
  type TraceLocksParams,
  type TraceLocksResult,
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
    };
    const ask = (database: Database) => database.explain(request, signal);
    // What the migrations left out explains a plan, and a table that is missing.
    let gaps: readonly string[] = [];
    const askEmbedded = async (database: ReplayedDatabase) => {
      const replay = await database.replay(signal);
      if (replay.kind !== 'replayed') return replay;
      gaps = replayLines(replay, (one) => relativePath(this.session.root, one));
      return ask(database);
    };
    const answer =
      params.connection === null
        ? await this.onEmbedded(historyFor(workspace, path)?.history ?? null, report, askEmbedded)
        : await this.onConnection(path, params.connection, ask);
    if (answer.kind !== 'explained') {
      const at = answer.kind === 'sql-error' ? answer.position : null;
      const span = at === null ? null : { start: target.toFile(at), end: target.toFile(at) + 1 };
      const why = answer.kind === 'sql-error' ? gaps : [];
      return {
        kind: 'failed',
        message: answer.message,
        whatToDo: [answer.whatToDo, ...why].filter((line) => line !== '').join('\n'),
        range: span === null ? null : toRange(file.lines, span),
      };
    }
    return planResult(target, answer, gaps, toRange(file.lines, target.span));
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
    const answer = await this.onEmbedded(target.before, report, async (database) => {
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

  /** Connections of the configuration that holds for the document. */
  connections(uri: string): readonly ConnectionInfo[] {
    const path = pathOf(uri) ?? this.session.root;
    const { connections } = configFor(this.session.workspace, path);
    return Object.entries(connections).map(([name, connection]) => ({
      name,
      description: describe(connection),
      production: connection.production,
    }));
  }

  async close(): Promise<void> {
    if (this.idle !== null) clearTimeout(this.idle);
    const { embedded } = this;
    this.embedded = null;
    this.setEngine('off');
    await embedded?.close();
  }

  private async onEmbedded<T extends { readonly kind: string }>(
    history: History | null,
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
    const database = this.embedded.after(history === null ? [] : migrationGroups(history));
    if (this.engine !== 'ready') this.setEngine('starting');
    this.reports.add(report);
    const answer = await ask(database).finally(() => this.reports.delete(report));
    this.setEngine(answer.kind === 'unavailable' ? 'failed' : 'ready');
    this.idle = setTimeout(() => void this.close(), IDLE_MS);
    this.idle.unref();
    return answer;
  }

  private async onConnection(
    path: string,
    name: string,
    ask: (database: Database) => Promise<Explained | Failure>,
  ): Promise<Explained | Failure> {
    if (!this.session.trusted) {
      return {
        kind: 'not-allowed',
        message: 'This workspace is not trusted, so Plumbline does not connect to databases that it names.',
        whatToDo: 'Trust the workspace, or use the embedded PostgreSQL.',
      };
    }
    const connection = configFor(this.session.workspace, path).connections[name];
    if (connection === undefined) {
      return {
        kind: 'misconfigured',
        message: `There is no connection "${name}".`,
        whatToDo: 'Add it under "connections" in plumbline.jsonc or in the settings.',
      };
    }
    const first = await this.connectAndAsk(name, connection, false, ask);
    // A password that the server refused is asked for once more.
    return first.kind === 'unauthorized' ? this.connectAndAsk(name, connection, true, ask) : first;
  }

  private async connectAndAsk(
    name: string,
    connection: ConfiguredConnection,
    again: boolean,
    ask: (database: Database) => Promise<Explained | Failure>,
  ): Promise<Explained | Failure> {
    const params: PasswordParams = { connection: name, description: describe(connection), again };
    const password = await this.session.connection.sendRequest<string | null>(PASSWORD, params);
    const settings = connectionSettings(requestOf(name, connection, password), process.env);
    if (settings.kind !== 'settings') return settings;
    const database = openPostgres(settings, process.env);
    try {
      return await ask(database);
    } finally {
      await database.close();
    }
  }

  private setEngine(state: EngineState): void {
    if (this.engine === state) return;
    this.engine = state;
    this.engineChanged();
  }
}

const SSL_MODES = { require: 'require', verify: 'verify-full', off: 'disable' } as const;

function requestOf(
  name: string,
  { host, port, database, user, ssl, production }: ConfiguredConnection,
  password: string | null,
): ConnectionRequest {
  return {
    name,
    host: host ?? undefined,
    port: port ?? undefined,
    database: database ?? undefined,
    user: user ?? undefined,
    password: password ?? undefined,
    ssl: ssl === null ? undefined : SSL_MODES[ssl],
    // Only the configuration says that it is not production; else the names are looked at.
    production: production || undefined,
  };
}

function describe({ host, port, database, user }: ConfiguredConnection): string {
  const at = `${host ?? 'localhost'}${port === null ? '' : `:${port}`}`;
  return `${user === null ? '' : `${user}@`}${at}${database === null ? '' : `/${database}`}`;
}

function progressText(phase: string, done: number, total: number): string {
  if (phase === 'starting') return 'Starting the embedded PostgreSQL…';
  if (phase === 'saving') return 'Keeping the replayed schema…';
  return `Replaying migrations: ${done} of ${total} statements`;
}

function failed(message: string, whatToDo: string): FailedResult {
  return { kind: 'failed', message, whatToDo, range: null };
}

function planResult(
  { sql }: ExplainTarget,
  { plan: json, source, notes }: Explained,
  gaps: readonly string[],
  range: PlanResult['range'],
): ExplainResult {
  const plan = parsePlan(json);
  if (plan.kind === 'unreadable') return failed(plan.reason, '');
  return { kind: 'plan', sql, range, source, plan, json, notes: [...notes, ...gaps] };
}
