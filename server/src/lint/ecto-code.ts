// What an Ecto migration is as code, and its way down: read when somebody asks, and kept until the file or what it is told of
// the workspace changes.

import type { EctoCode } from '../analysis/ecto-code.js';
import type { Surroundings } from '../migrations/from-ecto/surroundings.js';
import type { EctoMigration } from '../migrations/from-ecto.js';
import { type Asked, type EctoPlace, isStillTold, surroundingsAt } from './ecto-surroundings.js';
import type { ElixirReading } from './reading.js';
import { migrationAt, type Workspace, type WorkspaceHistory } from './workspace.js';

/** The same object as long as it says the same; `null` when the file is no Ecto migration. */
export function ectoCodeAt(workspace: Workspace, path: string): EctoCode | null {
  return readAt(workspace, path, codes, (reading, { repo }, around) => reading.code(repo, around));
}

/** The way down: `down/0`, or `change/0` turned round. */
export function ectoDownAt(workspace: Workspace, path: string): EctoMigration | null {
  return readAt(workspace, path, downs, (reading, { repo }, around) => reading.down(repo, around));
}

interface Kept<T> {
  readonly repo: WorkspaceHistory['repo'];
  readonly asked: Asked;
  readonly read: T | null;
}

const codes = new WeakMap<ElixirReading, Kept<EctoCode>>();
const downs = new WeakMap<ElixirReading, Kept<EctoMigration>>();

function readAt<T>(
  workspace: Workspace,
  path: string,
  kept: WeakMap<ElixirReading, Kept<T>>,
  read: (reading: ElixirReading, history: WorkspaceHistory, around: Surroundings) => T | null,
): T | null {
  const reading = workspace.readings.get(path);
  const found = migrationAt(workspace, path);
  if (reading?.kind !== 'elixir' || found === null) return null;
  const { files, options } = workspace;
  const { set, repo } = found.history;
  // What libraries have noted by then is not asked for: only what the migration itself says counts here.
  const place: EctoPlace = { files, parser: options.parsers.elixir, root: set.root, path, notes: null };
  const known = kept.get(reading);
  if (known !== undefined && known.repo === repo && isStillTold(known.asked, place)) return known.read;
  const { around, asked } = surroundingsAt(place);
  const now = { repo, asked, read: read(reading, found.history, around) };
  kept.set(reading, now);
  return now.read;
}
