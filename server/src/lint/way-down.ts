// The way down of a migration, as a migration of its own that runs when the one that it undoes has run.

import type { EctoMigration } from '../migrations/from-ecto.js';
import { type ReplayedMigration, replay } from '../migrations/history.js';
import { layoutNamed } from '../migrations/layouts/index.js';
import type { Migration } from '../migrations/migration.js';
import { ectoCodeAt, ectoDownAt } from './ecto-code.js';
import type { Reading } from './reading.js';
import { sqlMigration } from './sql-migration.js';
import { migrationAt, type Workspace, type WorkspaceHistory } from './workspace.js';

export interface WayDown {
  readonly step: ReplayedMigration;
  /** As it is when the migration has been undone. */
  readonly history: WorkspaceHistory;
  /** What it undoes. */
  readonly up: ReplayedMigration;
}

/**
 * The way down that stands in a file: beside the way up, or in a file of its own. `null` where there is none. The same object as
 * long as it says the same.
 */
export function wayDownAt(workspace: Workspace, path: string): WayDown | null {
  const reading = workspace.readings.get(path);
  const found = migrationAt(workspace, path) ?? undoneBy(workspace, path);
  if (reading === undefined || found === null || found.step.migration.isBaseline) return null;
  const { step: up, history } = found;
  const source = reading.kind === 'elixir' ? ectoDownAt(workspace, path) : reading;
  if (source === null) return null;
  const known = ways.get(up);
  if (known !== undefined && known.source === source) return known.way;
  const migration = migrationDown(workspace, up.migration, reading, source);
  const way = migration === null ? null : wayDown(workspace, migration, up, history);
  ways.set(up, { source, way });
  return way;
}

const ways = new WeakMap<ReplayedMigration, { readonly source: object; readonly way: WayDown | null }>();

function wayDown(
  { options }: Workspace,
  migration: Migration,
  up: ReplayedMigration,
  history: WorkspaceHistory,
): WayDown | null {
  const { postgres } = history.history;
  const down = replay([migration], null, { postgres, begin: up.after, sql: options.parsers.sql });
  const [step] = down.migrations;
  if (step === undefined) return null;
  return { step, history: { ...history, history: { ...history.history, latest: step.after } }, up };
}

/** The way down that somebody has written for the migration at that path; `null` where there is none, or Ecto finds it. */
export function writtenWayDown(workspace: Workspace, path: string): WayDown | null {
  const file = workspace.migrationFiles.get(path);
  if (file === undefined || ectoCodeAt(workspace, path)?.isTurnedRound === true) return null;
  return wayDownAt(workspace, layoutNamed(file.layout).downPath(path) ?? path);
}

/** The migration whose way down stands in that file. */
function undoneBy(
  workspace: Workspace,
  path: string,
): { readonly step: ReplayedMigration; readonly history: WorkspaceHistory } | null {
  const file = workspace.migrationFiles.get(path);
  if (file?.role.side !== 'down') return null;
  for (const { set } of workspace.histories) {
    const up = set.files.find((one) => layoutNamed(one.layout).downPath(one.path) === path);
    if (up !== undefined) return migrationAt(workspace, up.path);
  }
  return null;
}

function migrationDown(
  workspace: Workspace,
  up: Migration,
  reading: Reading,
  source: EctoMigration | Reading,
): Migration | null {
  // What it makes is not to be taken for what the way up made, and has no place in the file as that is replayed.
  const file = { ...reading.file, path: `${reading.file.path}#down` };
  if ('statements' in source) {
    const { transaction, holdsMigrationLock, statements } = source;
    return { ...up, file, transaction, holdsMigrationLock, statements };
  }
  const role = workspace.migrationFiles.get(reading.file.path);
  if (reading.kind !== 'sql' || role === undefined) return null;
  const { transaction, statements } = sqlMigration(role, reading, null, 'down');
  return statements.length === 0 ? null : { ...up, file, transaction, statements };
}
