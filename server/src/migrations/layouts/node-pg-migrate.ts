// node-pg-migrate: <13 digits, or 17>_<name>.sql with `-- Up Migration` and `-- Down Migration`, all sent between BEGIN and COMMIT.
// A script in JavaScript or TypeScript beside them is a migration too, whose SQL only its code knows.
// Source: https://github.com/salsita/node-pg-migrate, src/migration.ts and src/sqlMigration.ts

import { fileName, folderOf } from '../../text/source-file.js';
import type { Layout } from './layout.js';
import { ONE_WAY, type ScriptRules, statementLines } from './scripts.js';
import { twoWayFiles } from './two-way.js';

const rules: ScriptRules = {
  ...ONE_WAY,
  canCommit: false,
  canLeave: false,
  files: (like, path, _downPath, script) =>
    twoWayFiles(like, path, script, { head: [], option: '', lines: statementLines }),
};

const NAME = /^(\d{13}|\d{17})_(.*)\.(sql|[cm]?[jt]s)$/;

export const nodePgMigrate: Layout = {
  id: 'node-pg-migrate',
  title: 'node-pg-migrate migrations',
  transactionIsImplicit: false,

  recognize(file) {
    const [, version, name, ending] = NAME.exec(fileName(file.path)) ?? [];
    if (version === undefined || name === undefined || name.endsWith('.d')) return null;
    if (ending === 'sql' && !/^\s*--[\s-]*(?:up|down)\s+migration\b/im.test(file.text)) return null;
    return { folder: folderOf(file.path), version: milliseconds(version), name, side: 'both' };
  },

  transaction: () => 'per-file',

  pathOf: (folder, version, name) => `${folder}/${version}_${name}.sql`,

  downPath: () => null,

  scripts: () => rules,
};

/** Dates are written as digits too, and compared with the milliseconds of the other files. */
function milliseconds(version: string): string {
  const date = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d{3})$/.exec(version);
  if (date === null) return version;
  const [, year, month, day, hours, minutes, seconds, rest] = date;
  const value = Date.parse(`${year}-${month}-${day}T${hours}:${minutes}:${seconds}.${rest}Z`);
  return Number.isNaN(value) ? version : String(value);
}
