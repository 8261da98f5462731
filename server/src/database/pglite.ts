// The embedded PostgreSQL, as seen from the outside: databases whose schema is what migrations make of an empty one.
// Two threads at most, started when first asked and shared by all databases that are opened here: one replays, plans on
// empty tables and traces, the other one plans with statistics and can do nothing else. Questions to a thread wait for one
// another.

import type { Statistics } from '../catalog/statistics.js';
import { EMBEDDED_NAME } from '../plans/source.js';
import { bug } from '../text/bug.js';
import {
  type Explained,
  type ExplainRequest,
  type Failure,
  type IndexTrial,
  type MigrationGroup,
  PLAN_TIMEOUT_MS,
  type ReplayedDatabase,
  type ReplayProgress,
  type Traced,
  type TraceStatement,
  type TriedIndex,
} from './database.js';
import { doingOf, refusalOf, timeoutOf } from './explain.js';
import { cancelled, failure } from './failure.js';
import { failureOfOutcome, type ReadyReplica, type ReplicaOptions, ReplicaServer } from './pglite-replica.js';

export interface EmbeddedOptions {
  /** The bundled worker, with `pglite.wasm`, `pglite.data`, `base.tar.gz` and the extensions' archives beside it. */
  readonly worker: string;
  /** A folder of ours where replayed databases are kept; absent: they are kept only in memory. */
  readonly cacheFolder?: string | undefined;
  /** How long a single statement of a migration may take; absent: 10 s. */
  readonly statementTimeoutMs?: number | undefined;
  /** Told at most some ten times a second. */
  readonly onProgress?: ((progress: ReplayProgress) => void) | undefined;
}

export interface EmbeddedPostgres {
  /**
   * A database that holds what these migrations leave. Costs nothing until it is asked something.
   *
   * @param statistics with which it plans; without any, all its tables are empty
   */
  after(migrations: readonly MigrationGroup[], statistics?: Statistics | null): ReplayedDatabase;
  /** Ends the threads; what runs or waits is `cancelled`. */
  close(): Promise<void>;
}

export function openEmbedded(options: EmbeddedOptions): EmbeddedPostgres {
  return new Embedded(options);
}

const STATEMENT_TIMEOUT = 10_000;

type Prepare = (server: ReplicaServer, signal: AbortSignal) => Promise<ReadyReplica | Failure>;
type Question<T> = (replica: ReadyReplica, signal: AbortSignal) => Promise<T | Failure>;

class Embedded implements EmbeddedPostgres {
  private readonly statementTimeoutMs: number;
  private readonly replayed: Lane;
  private readonly planner: Lane;

  constructor({ worker, cacheFolder, statementTimeoutMs = STATEMENT_TIMEOUT, onProgress }: EmbeddedOptions) {
    this.statementTimeoutMs = statementTimeoutMs;
    const options: ReplicaOptions = {
      worker,
      name: EMBEDDED_NAME,
      cacheFolder,
      memory: { stored: null },
      statementTimeoutMs,
      onProgress: onProgress ?? (() => {}),
    };
    this.replayed = new Lane(new ReplicaServer(options));
    this.planner = new Lane(new ReplicaServer(options));
  }

  after(migrations: readonly MigrationGroup[], statistics: Statistics | null = null): ReplayedDatabase {
    const closed = new AbortController();
    const replay: Prepare = (server, stop) => server.prepare(migrations, stop);
    const plan: Prepare = (server, stop) =>
      statistics === null ? replay(server, stop) : server.prepareToPlan(migrations, statistics, stop);
    const lane = statistics === null ? this.replayed : this.planner;
    const signals = (signal: AbortSignal | undefined) => [
      closed.signal,
      ...(signal === undefined ? [] : [signal]),
    ];
    return {
      name: EMBEDDED_NAME,
      replay: (signal) => lane.enqueue(plan, signals(signal), async (ready) => ready.replay),
      explain: async (request, signal) => {
        const refusal = refusalOnEmbedded(request, statistics);
        return (
          refusal ?? lane.enqueue(plan, signals(signal), (ready, stop) => explain(lane, ready, request, stop))
        );
      },
      trace: (statements, signal) =>
        this.replayed.enqueue(replay, signals(signal), (ready, stop) => this.trace(ready, statements, stop)),
      tryIndex: async (trial, signal) =>
        statistics === null
          ? withoutSizes()
          : lane.enqueue(plan, signals(signal), (ready, stop) => tryIndex(lane, ready, trial, stop)),
      close: async () => closed.abort(),
    };
  }

  async close(): Promise<void> {
    await Promise.all([this.replayed.close(), this.planner.close()]);
  }

  private async trace(
    { client }: ReadyReplica,
    statements: readonly TraceStatement[],
    signal: AbortSignal,
  ): Promise<Traced | Failure> {
    const { server } = this.replayed;
    // What is traced stays in the database; what it is run on is kept for the next question.
    await server.keep(signal);
    server.spoil();
    const timeoutMs = this.statementTimeoutMs;
    const outcome = await client.ask({ kind: 'trace', statements }, { timeoutMs, signal });
    await server.stop();
    return outcome.kind === 'answer'
      ? outcome.answer
      : failureOfOutcome(outcome, EMBEDDED_NAME, timeoutMs, 'tracing');
  }
}

async function explain(
  { server }: Lane,
  { client }: ReadyReplica,
  request: ExplainRequest,
  signal: AbortSignal,
): Promise<Explained | Failure> {
  const timeoutMs = timeoutOf(request);
  const outcome = await client.ask({ kind: 'explain', request }, { timeoutMs, signal });
  if (outcome.kind !== 'answer') return failureOfOutcome(outcome, EMBEDDED_NAME, timeoutMs, doingOf(request));
  // The statement broke the server, though not its thread.
  if (outcome.answer.kind === 'lost') await server.stop();
  return outcome.answer;
}

async function tryIndex(
  { server }: Lane,
  { client }: ReadyReplica,
  trial: IndexTrial,
  signal: AbortSignal,
): Promise<TriedIndex | Failure> {
  const timeoutMs = PLAN_TIMEOUT_MS * (1 + trial.requests.length);
  const outcome = await client.ask({ kind: 'try-index', trial }, { timeoutMs, signal });
  if (outcome.kind === 'answer') return outcome.answer;
  // It may have stopped with the index still there, or with tables made empty for it.
  await server.stop();
  return failureOfOutcome(outcome, EMBEDDED_NAME, timeoutMs, 'planning');
}

/** Why trying an index is refused where the sizes of the tables are not known. */
export function withoutSizes(): Failure {
  return failure(
    'no-sizes',
    'The sizes of the tables are not known, so trying an index tells nothing: on empty tables none is worth it.',
    'Export the statistics of the database, or state rows and bytes of its tables in the configuration.',
  );
}

/**
 * Why the embedded server is not asked, or `null`.
 * @param statistics with which it plans
 */
export function refusalOnEmbedded(request: ExplainRequest, statistics: Statistics | null): Failure | null {
  const refusal = refusalOf(request);
  if (refusal !== null || statistics === null || !request.analyze) return refusal;
  return failure(
    'no-rows',
    'There is nothing to measure: with statistics the embedded PostgreSQL has the sizes of tables, but no rows.',
    'Ask for the plan without measuring, or measure on a database that has rows.',
  );
}

/** A server and those who wait for it. */
class Lane {
  private readonly closing = new AbortController();
  private last: Promise<unknown> = Promise.resolve();
  private unanswered = 0;
  private closed = false;

  constructor(readonly server: ReplicaServer) {}

  async close(): Promise<void> {
    this.closed = true;
    if (this.unanswered > 0) this.closing.abort();
    // With all answered, the last replay may still be on its way to the cache, for the next process.
    await this.last;
    this.closing.abort();
    await this.server.stop();
  }

  /** Answers when the questions before it are answered, or as soon as it is cancelled. */
  enqueue<T>(prepare: Prepare, signals: readonly AbortSignal[], question: Question<T>): Promise<T | Failure> {
    const signal = AbortSignal.any([this.closing.signal, ...signals]);
    if (this.closed || signal.aborted) return Promise.resolve(cancelled());
    const stopped = new Promise<Failure>((resolve) => {
      signal.addEventListener('abort', () => resolve(cancelled()), { once: true });
    });
    this.unanswered += 1;
    const answered = this.last
      .then(async () => {
        if (signal.aborted) return cancelled();
        const replica = await prepare(this.server, signal);
        return replica.kind === 'ready' ? question(replica, signal) : replica;
      })
      .finally(() => {
        this.unanswered -= 1;
      });
    this.last = answered.then(
      () => this.server.keep(this.closing.signal),
      (error) => bug('a question to the embedded server', error),
    );
    return Promise.race([answered, stopped]);
  }
}
