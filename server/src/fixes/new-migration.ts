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
  // Another folder of the same history counts when its versions are of the same kind.
  const siblings = migrations.filter(
    ({ role }) => role.folder === neighbour.folder || role.version.length === neighbour.version.length,
  );
  const taken = new Set(siblings.map(({ role }) => role.name));
  let newest = neighbour.version;
  for (const { role } of siblings) if (compareVersions(role.version, newest) > 0) newest = role.version;
  return wanted.map((one) => {
    const name = freeName(one, taken);
    taken.add(name);
    newest = versionAfter(newest, now);
    return { version: newest, name };
  });
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
