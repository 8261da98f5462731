// Drizzle: the files that meta/_journal.json names, in its order; or, since version 1, <timestamp>_<name>/migration.sql beside a
// snapshot. `--> statement-breakpoint` parts the texts that are sent. All pending migrations run in one transaction, which no
// script can leave.
// Source: https://github.com/drizzle-team/drizzle-orm, drizzle-orm/src/migrator.ts and drizzle-orm/src/pg-core/dialect.ts

import { fileName, folderOf } from '../../text/source-file.js';
import { asList, asRecord, readJson } from './data.js';
import { type Layout, numbered } from './layout.js';
import { ONE_WAY, type ScriptRules } from './scripts.js';

const rules: ScriptRules = { ...ONE_WAY, canCommit: false, canLeave: false, canAdd: false };

export interface Journal {
  /** Names of files, without `.sql`, in order. */
  readonly tags: readonly string[];
  readonly isPostgres: boolean;
}

/** `null` when it is not one. */
export function readJournal(text: string): Journal | null {
  const journal = asRecord(readJson(text));
  if (journal === null || !Array.isArray(journal.entries)) return null;
  const tags = asList(journal.entries).flatMap((entry) => {
    const tag = asRecord(entry)?.tag;
    return typeof tag === 'string' ? [tag] : [];
  });
  return { tags, isPostgres: journal.dialect === 'postgresql' || journal.dialect === 'pg' };
}

function isBroken(text: string): boolean {
  return text.includes('--> statement-breakpoint');
}

export const drizzle: Layout = {
  id: 'drizzle',
  title: 'Drizzle migrations',
  transactionIsImplicit: false,

  recognize(file) {
    const folder = folderOf(file.path);
    if (fileName(file.path) === 'migration.sql') {
      const role = numbered(fileName(folder), '');
      return role === null || !isBroken(file.text) ? null : { folder: folderOf(folder), ...role, side: 'up' };
    }
    const role = numbered(fileName(file.path), '.sql');
    return role === null || !isBroken(file.text) ? null : { folder, ...role, side: 'up' };
  },

  transaction: () => 'per-file',

  pathOf: (folder, version, name, neighbour) =>
    fileName(neighbour) === 'migration.sql'
      ? `${folder}/${version}_${name}/migration.sql`
      : `${folder}/${version}_${name}.sql`,

  downPath: () => null,

  scripts: () => rules,
};
