// Diesel and others: <version>_<name>/up.sql beside down.sql, a transaction for each migration.
// Source: https://github.com/diesel-rs/diesel, diesel_migrations/migrations_internals/src/lib.rs (MigrationMetadata).

import { fileName, folderOf } from '../../text/source-file.js';
import type { Layout } from './layout.js';
import { type NewFile, ONE_WAY, type ScriptRules } from './scripts.js';

/** MigrationMetadata::run_in_transaction. */
function outsideFile(path: string): NewFile {
  return { path: `${folderOf(path)}/metadata.toml`, text: 'run_in_transaction = false\n' };
}

const rules: ScriptRules = {
  ...ONE_WAY,
  leave: ({ path }) => ({ edits: [], creates: [outsideFile(path)] }),
  files: (like, path, downPath, script) => [
    ...ONE_WAY.files(like, path, downPath, script),
    ...(script.outside ? [outsideFile(path)] : []),
  ],
};

export const diesel: Layout = {
  id: 'diesel',
  title: 'up.sql and down.sql in a folder for each migration',
  transactionIsImplicit: false,

  recognize(file) {
    const side = /^(up|down)\.sql$/.exec(fileName(file.path))?.[1];
    if (side !== 'up' && side !== 'down') return null;
    const folder = folderOf(file.path);
    const match = /^(\d[\d-]*)(?:_(.*))?$/.exec(fileName(folder));
    if (match === null) return null;
    const [, version = '', name = ''] = match;
    return { folder: folderOf(folder), version: version.replace(/-/g, ''), name, side };
  },

  transaction: ({ settings }) =>
    /^\s*run_in_transaction\s*=\s*false\b/m.test(settings ?? '') ? 'none' : 'per-file',

  settingsOf: (path) => `${folderOf(path)}/metadata.toml`,

  pathOf: (folder, version, name, neighbour) => `${folder}/${spelled(version, neighbour)}_${name}/up.sql`,

  downPath: (path) => `${folderOf(path)}/down.sql`,

  scripts: () => rules,
};

/** Folders may spell a version with hyphens, which do not count. */
function spelled(version: string, neighbour: string): string {
  const form = /^(\d{4}-\d\d-\d\d-\d{6})(-\d{4})?_/.exec(fileName(folderOf(neighbour)));
  const digits = /^(\d{4})(\d\d)(\d\d)(\d{6})(\d{4})?$/.exec(version);
  if (form === null || digits === null) return version;
  return digits
    .slice(1)
    .filter((part) => part !== undefined)
    .join('-');
}
