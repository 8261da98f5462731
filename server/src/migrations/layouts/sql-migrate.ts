// sql-migrate: numbered .sql files with `-- +migrate Up` and `-- +migrate Down`.
// Source: https://github.com/rubenv/sql-migrate#writing-migrations

import { fileName, folderOf } from '../../text/source-file.js';
import { type Layout, numbered } from './layout.js';
import { ONE_WAY, type ScriptRules, type ScriptText } from './scripts.js';
import { markedLines, twoWayFiles, withOption } from './two-way.js';

const OUTSIDE = ' notransaction';

export function isSqlMigrate({ directives }: ScriptText): boolean {
  return directives.some(({ kind }) => kind === 'sql-migrate');
}

export const sqlMigrateScripts: ScriptRules = {
  ...ONE_WAY,
  ...withOption(OUTSIDE),
  sendsOneByOne: true,
  transaction: ({ directives }) =>
    directives.some(({ text }) => text === 'up notransaction') ? 'none' : 'per-file',
  files: (like, path, _downPath, script) =>
    twoWayFiles(like, path, script, {
      head: [],
      option: script.outside ? OUTSIDE : '',
      lines: markedLines('-- +migrate'),
    }),
};

export const sqlMigrate: Layout = {
  id: 'sql-migrate',
  title: 'sql-migrate migrations',
  transactionIsImplicit: false,

  recognize(file) {
    const name = fileName(file.path);
    // Beside others `.up.sql` is of one way, whatever it says inside.
    const role = /\.(?:up|down)\.sql$/.test(name) ? null : numbered(name, '.sql');
    if (role === null || !/^\s*--\s*\+migrate\s+up\b/im.test(file.text)) return null;
    return { folder: folderOf(file.path), ...role, side: 'both' };
  },

  transaction: ({ directives }) => (directives.includes('up notransaction') ? 'none' : 'per-file'),

  pathOf: (folder, version, name) => `${folder}/${version}_${name}.sql`,

  downPath: () => null,

  scripts: () => sqlMigrateScripts,
};
