// Versions and names for migrations that run after all that are there, and such migrations as SQL scripts.

import type { NewScript } from '../migrations/layouts/scripts.js';
import { compareVersions, type MigrationFile } from '../migrations/order.js';
import type { Change } from '../text/edits.js';
import type { Site } from './place.js';
import { newScriptFiles, type ScriptFile } from './scripts.js';
import { newlineOf, type SqlStyle, withNewlines } from './sql-style.js';
import type { FollowUp, Step } from './steps.js';
import { backfillAtOnce, endedSql } from './steps-sql.js';
import { freeName, versionAfter } from './versions.js';

export interface NewMigration {
  readonly version: string;
  readonly name: string;
}

/** Where new migrations go: beside a migration that is there. */
export type Neighbour = Pick<MigrationFile['role'], 'folder' | 'version'>;

/** One version and name for each of the wanted names, in this order. */
export function numberMigrations(
  { migrations, now }: Site,
  neighbour: Neighbour,
  wanted: readonly string[],
): readonly NewMigration[] {
  const beside = siblingsOf(migrations, neighbour);
  const taken = new Set<string>();
  let newest = compareVersions(beside.newest, neighbour.version) > 0 ? beside.newest : neighbour.version;
  return wanted.map((one) => {
    const name = freeName(one, (other) => taken.has(other) || beside.names.has(other));
    taken.add(name);
    newest = versionAfter(newest, now);
    return { version: newest, name };
  });
}

interface Siblings {
  readonly newest: string;
  readonly names: ReadonlySet<string>;
}

const siblings = new WeakMap<readonly MigrationFile[], Map<string, Siblings>>();

/** Another folder of the same history counts when its versions are of the same kind. Asked for with every fix, so it is kept. */
function siblingsOf(migrations: readonly MigrationFile[], { folder, version }: Neighbour): Siblings {
  const known = siblings.get(migrations) ?? new Map<string, Siblings>();
  siblings.set(migrations, known);
  const key = `${version.length} ${folder}`;
  let found = known.get(key);
  if (found === undefined) {
    const roles = migrations
      .map(({ role }) => role)
      .filter((role) => role.folder === folder || role.version.length === version.length);
    const newest = roles.reduce(
      (last, role) => (compareVersions(role.version, last) > 0 ? role.version : last),
      version,
    );
    found = { newest, names: new Set(roles.map(({ name }) => name)) };
    known.set(key, found);
  }
  return found;
}

/** SQL migrations that run next. */
export function newScripts(
  site: Site,
  like: ScriptFile,
  style: SqlStyle,
  followUps: readonly FollowUp[],
): Change {
  const numbers = numberMigrations(
    site,
    like,
    followUps.map(({ name }) => name),
  );
  const newline = newlineOf(like.text);
  const creates = followUps.flatMap((followUp, index) => {
    const { version, name } = numbers[index] ?? { version: '', name: '' };
    return newScriptFiles(like, version, name, scriptOf(followUp, like, style));
  });
  return {
    edits: [],
    creates: creates.map(({ path, text }) => ({ path, text: withNewlines(text, newline) })),
  };
}

function scriptOf(followUp: FollowUp, { rules }: ScriptFile, style: SqlStyle): NewScript {
  const { canCommit: commits, isUpToTheAuthor } = rules;
  const write = (step: Step) =>
    step.kind === 'backfill' && !commits ? `${backfillAtOnce(step, style)};` : endedSql(step, style);
  const fills = followUp.up.some(({ kind }) => kind === 'backfill');
  return {
    notes: [
      ...followUp.notes,
      ...(fills && commits && isUpToTheAuthor
        ? ['It commits after each batch, so it has to run outside a transaction.']
        : []),
      ...(fills && !commits
        ? ['It runs in one transaction: for a large table, fill it in batches by hand instead.']
        : []),
    ],
    up: followUp.up.map(write),
    down: followUp.down.map(write),
    outside: followUp.outside,
  };
}
