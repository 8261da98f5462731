// What the embedded server answers, with what came of the migrations before: that explains a plan, or why something is missing.

import type { Failure, Replay, ReplayedDatabase } from '../database/database.js';

export type AfterReplay<T> =
  | { readonly answer: T | Failure; readonly replay: Replay }
  /** The migrations could not be replayed. */
  | { readonly answer: Failure; readonly replay: null };

export async function afterReplay<T>(
  database: ReplayedDatabase,
  signal: AbortSignal,
  ask: (database: ReplayedDatabase) => Promise<T | Failure>,
): Promise<AfterReplay<T>> {
  const replay = await database.replay(signal);
  if (replay.kind !== 'replayed') return { answer: replay, replay: null };
  return { answer: await ask(database), replay };
}
