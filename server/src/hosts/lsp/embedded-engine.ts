// The embedded PostgreSQL of a workspace folder: started when it is first asked something, and closed when nobody asks for a while.

import { join } from 'node:path';
import type { Statistics } from '../../catalog/statistics.js';
import type { Failure, ReplayedDatabase, ReplayProgress } from '../../database/database.js';
import { type EmbeddedPostgres, openEmbedded } from '../../database/pglite.js';
import type { History } from '../../migrations/history.js';
import { type AfterReplay, afterReplay } from '../after-replay.js';
import { migrationGroups } from '../migration-groups.js';
import type { Status } from './extensions.js';
import type { Session } from './session.js';

/** Closed after this long without a question: it holds some 300 MB. */
const IDLE_MS = 5 * 60_000;

export class EmbeddedEngine {
  state: Status['engine'] = 'off';
  private embedded: EmbeddedPostgres | null = null;
  private idle: NodeJS.Timeout | null = null;
  /** Of the requests that wait for it: it is one for all, so each is told what takes long. */
  private readonly reports = new Set<(message: string) => void>();

  constructor(
    private readonly session: Session,
    private readonly stateChanged: () => void,
  ) {}

  /**
   * Asks the database that the migrations leave, once they have been replayed.
   * @param history `null` for an empty database
   * @param statistics those with which it plans; `null` for empty tables
   * @param report told in words what takes long
   */
  async ask<T extends { readonly kind: string }>(
    history: History | null,
    statistics: Statistics | null,
    signal: AbortSignal,
    report: (message: string) => void,
    question: (database: ReplayedDatabase) => Promise<T | Failure>,
  ): Promise<AfterReplay<T>> {
    if (this.idle !== null) clearTimeout(this.idle);
    this.embedded ??= openEmbedded({
      worker: join(this.session.assets, 'database-worker.cjs'),
      cacheFolder: this.session.client.options.cacheFolder,
      onProgress: (progress) => {
        for (const one of this.reports) one(progressText(progress));
      },
    });
    const database = this.embedded.after(history === null ? [] : migrationGroups(history), statistics);
    if (this.state !== 'ready') this.become('starting');
    this.reports.add(report);
    const asked = await afterReplay(database, signal, question).finally(() => this.reports.delete(report));
    this.become(asked.answer.kind === 'unavailable' ? 'failed' : 'ready');
    if (this.idle !== null) clearTimeout(this.idle);
    // Others may still wait for an answer; the last one begins the time.
    this.idle = this.reports.size > 0 ? null : setTimeout(() => void this.close(), IDLE_MS);
    this.idle?.unref();
    return asked;
  }

  async close(): Promise<void> {
    if (this.idle !== null) clearTimeout(this.idle);
    const { embedded } = this;
    this.embedded = null;
    this.become('off');
    await embedded?.close();
  }

  private become(state: Status['engine']): void {
    if (this.state === state) return;
    this.state = state;
    this.stateChanged();
  }
}

function progressText({ phase, done, total }: ReplayProgress): string {
  switch (phase) {
    case 'starting':
      return 'Starting the embedded PostgreSQL…';
    case 'saving':
      return 'Keeping the replayed schema…';
    case 'importing':
      return 'Importing statistics…';
    case 'replaying':
      return `Replaying migrations: ${done} of ${total} statements`;
  }
}
