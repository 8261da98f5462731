// The embedded PostgreSQL for one command.

import { join } from 'node:path';
import type { Statistics } from '../../catalog/statistics.js';
import type { Failure, ReplayedDatabase } from '../../database/database.js';
import { openEmbedded } from '../../database/pglite.js';
import { historyFor, type Workspace } from '../../lint/workspace.js';
import { type AfterReplay, afterReplay } from '../after-replay.js';
import { migrationGroups } from '../migration-groups.js';
import type { World } from './world.js';

/** Who waits longer is told what for. */
const PATIENCE_MS = 2_000;

/**
 * Replays the migrations, asks the database that they leave, and closes it: an embedded server that is not closed keeps the process alive.
 * @param path of a file that works with the database
 * @param statistics those with which it plans; `null` for empty tables
 */
export async function onEmbedded<T>(
  workspace: Workspace,
  path: string,
  statistics: Statistics | null,
  { output, assets, environment }: World,
  signal: AbortSignal,
  ask: (database: ReplayedDatabase) => Promise<T | Failure>,
): Promise<AfterReplay<T>> {
  const history = historyFor(workspace, path);
  let tellAt: number | null = null;
  const embedded = openEmbedded({
    worker: join(assets, 'database-worker.cjs'),
    cacheFolder: cacheFolder(environment),
    onProgress: ({ phase, total }) => {
      if (phase !== 'replaying') return;
      const now = performance.now();
      tellAt ??= now + PATIENCE_MS;
      if (now < tellAt) return;
      tellAt = Number.POSITIVE_INFINITY;
      output.complain(`Replaying ${total} statements of the migrations…\n`);
    },
  });
  try {
    const database = embedded.after(history === null ? [] : migrationGroups(history.history), statistics);
    return await afterReplay(database, signal, ask);
  } finally {
    await embedded.close();
  }
}

/** Where programs of the user keep what they can make again; none where nobody says where that is. */
function cacheFolder(environment: World['environment']): string | undefined {
  const { XDG_CACHE_HOME, LOCALAPPDATA, HOME } = environment;
  const caches = XDG_CACHE_HOME || LOCALAPPDATA || (HOME && join(HOME, '.cache'));
  return caches ? join(caches, 'plumbline', 'replayed') : undefined;
}
