// An embedded server that is brought to hold what migrations leave, and kept there: it goes on from what it holds, from
// the last dump in memory or from one in the cache folder, whichever is nearest, and starts anew when it was stopped.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Statistics } from '../catalog/statistics.js';
import type { Assumption, Failure, MigrationGroup, Replay, ReplayProgress } from './database.js';
import { cancelled, capitalised, type Doing, failure, lost, timedOut } from './failure.js';
import { type CallOutcome, PgliteClient } from './pglite-client.js';
import { findReplica, type Replica, type StoredReplica, storeReplica } from './replica-cache.js';

export interface ReplicaOptions {
  /** The bundled worker, with `pglite.wasm`, `pglite.data`, `base.tar.gz` and the extensions' archives beside it. */
  readonly worker: string;
  /** For people. */
  readonly name: string;
  /** Where replayed databases are kept; absent: only in memory. */
  readonly cacheFolder: string | undefined;
  /** The last dump of any server of these options. */
  readonly memory: { stored: StoredReplica | null };
  /** How long a single statement may take. */
  readonly statementTimeoutMs: number;
  readonly onProgress: (progress: ReplayProgress) => void;
}

export interface ReadyReplica {
  readonly kind: 'ready';
  readonly client: PgliteClient;
  readonly replay: Replay;
}

const START_TIMEOUT = 60_000;
/** Statements that never end or break the server are left out one by one; with more of them something else is wrong. */
const STOPS = 5;
const PROGRESS_EVERY = 100;
const EMPTY: Replica = { chain: [], skipped: [], assumptions: [], stoppedAt: null };

interface Wanted {
  readonly migrations: readonly MigrationGroup[];
  /** See {@link Replica.chain}. */
  readonly chain: readonly string[];
}

/** Not for use by two callers at a time. */
export class ReplicaServer {
  private client: PgliteClient | null = null;
  /** What the running server holds; `null` when that is not known any more. */
  private holds: Replica | null = null;
  private base: Promise<string> | undefined;
  /** The statistics that were put into it, and after what. Then it {@link holds} nothing that could be gone on from. */
  private planned: { readonly key: string; readonly replay: Replay } | null = null;

  constructor(private readonly options: ReplicaOptions) {}

  private get stored(): StoredReplica | null {
    return this.options.memory.stored;
  }

  private set stored(stored: StoredReplica | null) {
    this.options.memory.stored = stored;
  }

  /** A running server that holds the migrations. */
  async prepare(migrations: readonly MigrationGroup[], signal: AbortSignal): Promise<ReadyReplica | Failure> {
    const base = await this.hashOfBase();
    if (typeof base !== 'string') return base;
    const wanted: Wanted = { migrations, chain: chainOf(base, migrations) };
    /** Why statements are left out, by index. */
    const stopped = new Map<number, string>();
    while (stopped.size <= STOPS) {
      const client = await this.clientFor(wanted, stopped.size === 0, signal);
      if (!(client instanceof PgliteClient)) return client;
      const end = await this.replayRest(client, wanted, stopped, signal);
      if (end === 'done') return { kind: 'ready', client, replay: replayOf(wanted, this.holds ?? EMPTY) };
      if (end !== 'again') return end;
    }
    const seconds = this.options.statementTimeoutMs / 1000;
    return failure(
      'timeout',
      `More than ${STOPS} statements of the migrations did not end within ${seconds} s.`,
      'Look for statements that wait or loop.',
    );
  }

  /** A running server that holds the migrations and plans as the statistics tell. It cannot do anything else. */
  async prepareToPlan(
    migrations: readonly MigrationGroup[],
    statistics: Statistics,
    signal: AbortSignal,
  ): Promise<ReadyReplica | Failure> {
    const base = await this.hashOfBase();
    if (typeof base !== 'string') return base;
    const key = `${chainOf(base, migrations).at(-1)} ${hashOf(statistics)}`;
    if (this.client?.alive && this.planned?.key === key) {
      return { kind: 'ready', client: this.client, replay: this.planned.replay };
    }
    let ready = await this.prepare(migrations, signal);
    if (ready.kind !== 'ready') return ready;
    await this.keep(signal);
    if (isOrderedByBytes(statistics)) {
      const dump = await ready.client.ask(
        { kind: 'dump', collation: 'C' },
        { timeoutMs: START_TIMEOUT, signal },
      );
      if (dump.kind !== 'answer') return this.failureOf(dump);
      const { stored } = this;
      await this.stop();
      const client = await this.start({ ...EMPTY, dump: dump.answer }, signal);
      this.stored = stored;
      if (!(client instanceof PgliteClient)) return client;
      ready = { ...ready, client };
    }
    this.holds = null;
    this.options.onProgress({ phase: 'importing', done: 0, total: 1 });
    const outcome = await ready.client.ask(
      { kind: 'statistics', statistics },
      { timeoutMs: START_TIMEOUT, signal },
    );
    if (outcome.kind !== 'answer') {
      await this.stop();
      return this.failureOf(outcome);
    }
    this.planned = { key, replay: ready.replay };
    return ready;
  }

  /** Stores what is held unless that is done, in memory and in the folder. */
  async keep(signal: AbortSignal): Promise<void> {
    const { client, holds, options } = this;
    if (client === null || holds === null || holds.chain.length === 0 || !client.alive) return;
    if (this.stored?.chain.at(-1) === holds.chain.at(-1)) return;
    options.onProgress({ phase: 'saving', done: 0, total: 1 });
    const outcome = await client.ask(
      { kind: 'dump', collation: 'kept' },
      { timeoutMs: START_TIMEOUT, signal },
    );
    if (outcome.kind !== 'answer') return;
    this.stored = { ...holds, dump: outcome.answer };
    if (options.cacheFolder !== undefined) await storeReplica(options.cacheFolder, this.stored);
  }

  /** To be called before something changes the database for good. */
  spoil(): void {
    this.holds = null;
  }

  async stop(): Promise<void> {
    this.holds = null;
    this.planned = null;
    await this.client?.terminate();
  }

  /** The running server if it holds a beginning of what is wanted, else a new one that starts from the best dump. */
  private async clientFor(
    wanted: Wanted,
    mayReadFolder: boolean,
    signal: AbortSignal,
  ): Promise<PgliteClient | Failure> {
    if (this.client?.alive && isBeginning(this.holds, wanted)) return this.client;
    await this.stop();
    const stored = await this.nearest(wanted, mayReadFolder);
    const client = await this.start(stored, signal);
    // A dump may be damaged; then there is still the long way.
    if (stored === null || client instanceof PgliteClient || client.kind !== 'unavailable') return client;
    this.stored = null;
    return this.start(null, signal);
  }

  private async nearest(wanted: Wanted, mayReadFolder: boolean): Promise<StoredReplica | null> {
    const { cacheFolder } = this.options;
    const inMemory = isBeginning(this.stored, wanted) ? this.stored : null;
    const length = inMemory?.chain.length ?? 0;
    if (length === wanted.chain.length || cacheFolder === undefined || !mayReadFolder) return inMemory;
    const inFolder = await findReplica(cacheFolder, wanted.chain);
    return inFolder !== null && inFolder.chain.length > length ? inFolder : inMemory;
  }

  private async start(stored: StoredReplica | null, signal: AbortSignal): Promise<PgliteClient | Failure> {
    const { worker, name, onProgress } = this.options;
    onProgress({ phase: 'starting', done: 0, total: 1 });
    const client = new PgliteClient(worker, { assets: dirname(worker), dump: stored?.dump ?? null, name });
    this.client = client;
    const outcome = await client.ask({ kind: 'start' }, { timeoutMs: START_TIMEOUT, signal });
    if (outcome.kind === 'answer') {
      this.holds = stored ?? EMPTY;
      this.stored = stored;
      return client;
    }
    await this.stop();
    if (outcome.kind === 'cancelled') return cancelled();
    return unavailable(
      outcome.kind === 'timeout' ? `it took longer than ${START_TIMEOUT / 1000} s` : outcome.message,
    );
  }

  /** `again`: the server was lost to a statement, which is left out from now on. */
  private async replayRest(
    client: PgliteClient,
    wanted: Wanted,
    stopped: Map<number, string>,
    signal: AbortSignal,
  ): Promise<'done' | 'again' | Failure> {
    const before = this.holds ?? EMPTY;
    if (before.chain.length === wanted.chain.length) return 'done';
    const groups = wanted.migrations.slice(before.chain.length);
    const first = countOf(wanted.migrations.slice(0, before.chain.length));
    const passedOver = [...stopped.keys()].map((index) => index - first);
    const timeoutMs = this.options.statementTimeoutMs;
    // Until all is replayed it is not known how far the server got.
    this.holds = null;
    const outcome = await client.ask(
      { kind: 'replay', groups, passedOver },
      { timeoutMs, signal, onBegin: this.progress(first, countOf(wanted.migrations)) },
    );
    if (outcome.kind === 'answer' && outcome.answer.lostAt === null) {
      const { skipped, assumptions } = outcome.answer;
      const left = [...stopped].filter(([index]) => index >= first);
      this.holds = {
        chain: wanted.chain,
        skipped: [
          ...before.skipped,
          ...[
            ...skipped.map((skip) => ({ ...skip, index: skip.index + first })),
            ...left.map(([index, message]) => ({ index, code: null, message, part: null })),
          ].sort((a, b) => a.index - b.index),
        ],
        assumptions: distinct([...before.assumptions, ...assumptions]),
        stoppedAt: before.stoppedAt ?? (left.length > 0 ? Date.now() : null),
      };
      return 'done';
    }
    await this.stop();
    if (outcome.kind === 'cancelled') return cancelled();
    const lostAt = outcome.kind === 'answer' ? outcome.answer.lostAt : outcome.at;
    if (lostAt === null) return lost(capitalised(this.options.name));
    stopped.set(
      first + lostAt,
      outcome.kind === 'timeout'
        ? `it did not end within ${timeoutMs / 1000} s`
        : 'it broke the embedded server',
    );
    return 'again';
  }

  private progress(first: number, total: number): (index: number) => void {
    let reportedAt = 0;
    return (index) => {
      const now = performance.now();
      if (now - reportedAt < PROGRESS_EVERY) return;
      reportedAt = now;
      this.options.onProgress({ phase: 'replaying', done: first + index, total });
    };
  }

  private failureOf(outcome: Exclude<CallOutcome<'start'>, { readonly kind: 'answer' }>): Failure {
    return failureOfOutcome(outcome, this.options.name, START_TIMEOUT, 'planning');
  }

  /** Of the empty database, and so of the PostgreSQL that made it. */
  private async hashOfBase(): Promise<string | Failure> {
    const path = join(dirname(this.options.worker), 'base.tar.gz');
    this.base ??= readFile(path).then((bytes) => createHash('sha256').update(bytes).digest('hex'));
    return this.base.catch((error: unknown) => {
      this.base = undefined;
      return unavailable(error instanceof Error ? error.message : String(error));
    });
  }
}

/** Words why a request to the server has no answer. */
export function failureOfOutcome(
  outcome: Exclude<CallOutcome<'start'>, { readonly kind: 'answer' }>,
  name: string,
  timeoutMs: number,
  doing: Doing,
): Failure {
  if (outcome.kind === 'cancelled') return cancelled();
  return outcome.kind === 'timeout' ? timedOut(capitalised(name), timeoutMs, doing) : lost(capitalised(name));
}

/** A large file takes longer to hash than a query to plan. */
const hashes = new WeakMap<Statistics, string>();

function hashOf(statistics: Statistics): string {
  const known = hashes.get(statistics);
  if (known !== undefined) return known;
  const text = JSON.stringify(statistics, (_, value) => (value instanceof Map ? [...value] : value));
  const hash = createHash('sha256').update(text).digest('hex');
  hashes.set(statistics, hash);
  return hash;
}

/** Then an index without an operator class of its own serves LIKE, as it does not in a language's order. */
function isOrderedByBytes({ server }: Statistics): boolean {
  return server !== null && (['C', 'POSIX'].includes(server.collate) || server.provider === 'builtin');
}

function isBeginning(replica: Replica | null, wanted: Wanted): boolean {
  return replica?.chain.every((hash, index) => wanted.chain[index] === hash) ?? false;
}

/** Lines are left out of the hashes, so that a comment more does not cost a replay. */
function chainOf(base: string, migrations: readonly MigrationGroup[]): readonly string[] {
  const chain: string[] = [];
  for (const { transaction, statements } of migrations) {
    const content = JSON.stringify([transaction, ...statements.map(({ sql }) => sql)]);
    const hash = createHash('sha256')
      .update(chain.at(-1) ?? base)
      .update(content);
    chain.push(hash.digest('hex'));
  }
  return chain;
}

function replayOf({ migrations }: Wanted, replica: Replica): Replay {
  const statements = migrations.flatMap((group) => group.statements);
  return {
    kind: 'replayed',
    statements: statements.length,
    skipped: replica.skipped.flatMap(({ index, ...skip }) => {
      const statement = statements[index];
      return statement === undefined ? [] : [{ ...statement, ...skip }];
    }),
    assumptions: replica.assumptions,
  };
}

function countOf(migrations: readonly MigrationGroup[]): number {
  return migrations.reduce((count, { statements }) => count + statements.length, 0);
}

function distinct(assumptions: readonly Assumption[]): readonly Assumption[] {
  return [...new Map(assumptions.map((made) => [`${made.kind} ${made.name}`, made])).values()];
}

function unavailable(reason: string): Failure {
  return failure(
    'unavailable',
    `The embedded PostgreSQL does not start: ${reason}.`,
    'Install Plumbline again, or name a database of your own.',
  );
}
