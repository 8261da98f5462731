// The embedded PostgreSQL, as seen from the outside: databases whose schema is what migrations make of an empty one.
// One thread at most, started when first asked and shared by all databases that are opened here; questions wait for one
// another.

import { bug } from '../text/bug.js';
import {
  DEFAULT_TIMEOUT_MS,
  type Explained,
  type ExplainRequest,
  type Failure,
  type MigrationGroup,
  type ReplayedDatabase,
  type ReplayProgress,
  type Traced,
  type TraceStatement,
} from './database.js';
import { doingOf, refusalOf } from './explain.js';
import { cancelled } from './failure.js';
import { failureOfOutcome, type ReadyReplica, ReplicaServer } from './pglite-replica.js';

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
  /** A database that holds what these migrations leave. Costs nothing until it is asked something. */
  after(migrations: readonly MigrationGroup[]): ReplayedDatabase;
  /** Ends the thread; what runs or waits is `cancelled`. */
  close(): Promise<void>;
}

export function openEmbedded(options: EmbeddedOptions): EmbeddedPostgres {
  return new Embedded(options);
}

const NAME = 'the embedded PostgreSQL';
const STATEMENT_TIMEOUT = 10_000;

type Question<T> = (replica: ReadyReplica, signal: AbortSignal) => Promise<T | Failure>;

class Embedded implements EmbeddedPostgres {
  private readonly server: ReplicaServer;
  private readonly statementTimeoutMs: number;
  private readonly closing = new AbortController();
  private last: Promise<unknown> = Promise.resolve();
  private unanswered = 0;
  private closed = false;

  constructor({ worker, cacheFolder, statementTimeoutMs = STATEMENT_TIMEOUT, onProgress }: EmbeddedOptions) {
    this.statementTimeoutMs = statementTimeoutMs;
    this.server = new ReplicaServer({
      worker,
      name: NAME,
      cacheFolder,
      statementTimeoutMs,
      onProgress: onProgress ?? (() => {}),
    });
  }

  after(migrations: readonly MigrationGroup[]): ReplayedDatabase {
    const closed = new AbortController();
    const ask = <T>(signal: AbortSignal | undefined, question: Question<T>) =>
      this.enqueue(migrations, [closed.signal, ...(signal === undefined ? [] : [signal])], question);
    return {
      name: NAME,
      replay: (signal) => ask(signal, async ({ replay }) => replay),
      explain: async (request, signal) =>
        refusalOf(request) ?? ask(signal, (replica, stop) => this.explain(replica, request, stop)),
      trace: (statements, signal) => ask(signal, (replica, stop) => this.trace(replica, statements, stop)),
      close: async () => closed.abort(),
    };
  }

  async close(): Promise<void> {
    this.closed = true;
    if (this.unanswered > 0) this.closing.abort();
    // With all answered, the last replay may still be on its way to the cache, for the next process.
    await this.last;
    this.closing.abort();
    await this.server.stop();
  }

  /** Answers when the questions before it are answered, or as soon as it is cancelled. */
  private enqueue<T>(
    migrations: readonly MigrationGroup[],
    signals: readonly AbortSignal[],
    question: Question<T>,
  ): Promise<T | Failure> {
    const signal = AbortSignal.any([this.closing.signal, ...signals]);
    if (this.closed || signal.aborted) return Promise.resolve(cancelled());
    const stopped = new Promise<Failure>((resolve) => {
      signal.addEventListener('abort', () => resolve(cancelled()), { once: true });
    });
    this.unanswered += 1;
    const answered = this.last
      .then(async () => {
        if (signal.aborted) return cancelled();
        const replica = await this.server.prepare(migrations, signal);
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

  private async explain(
    { client }: ReadyReplica,
    request: ExplainRequest,
    signal: AbortSignal,
  ): Promise<Explained | Failure> {
    const timeoutMs = request.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    const outcome = await client.ask({ kind: 'explain', request }, { timeoutMs, signal });
    if (outcome.kind !== 'answer') return failureOfOutcome(outcome, NAME, timeoutMs, doingOf(request));
    // The statement broke the server, though not its thread.
    if (outcome.answer.kind === 'lost') await this.server.stop();
    return outcome.answer;
  }

  private async trace(
    { client }: ReadyReplica,
    statements: readonly TraceStatement[],
    signal: AbortSignal,
  ): Promise<Traced | Failure> {
    // What is traced stays in the database; what it is run on is kept for the next question.
    await this.server.keep(signal);
    this.server.spoil();
    const timeoutMs = this.statementTimeoutMs;
    const outcome = await client.ask({ kind: 'trace', statements }, { timeoutMs, signal });
    await this.server.stop();
    return outcome.kind === 'answer' ? outcome.answer : failureOfOutcome(outcome, NAME, timeoutMs, 'tracing');
  }
}
