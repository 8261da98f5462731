// Numbered .sql files of no tool that we know: nothing is known about its runner.

import { fileName, folderOf } from '../../text/source-file.js';
import { type Layout, numbered } from './layout.js';
import { ONE_WAY, type ScriptRules } from './scripts.js';
import { isSqlMigrate, sqlMigrateScripts } from './sql-migrate.js';
import { isMarkedForSqlx, sqlx } from './sqlx.js';

const rules: ScriptRules = { ...ONE_WAY, isUpToTheAuthor: true };

export const plain: Layout = {
  id: 'plain',
  title: 'numbered .sql files',
  transactionIsImplicit: false,

  recognize(file) {
    // Supabase has schemas, seeds and tests beside its migrations.
    if (/\/supabase\/(?!migrations\/)[^/]+\//.test(file.path)) return null;
    const role = numbered(fileName(file.path), '.sql');
    return role === null ? null : { folder: folderOf(file.path), ...role, side: 'up' };
  },

  transaction: () => 'unknown',

  pathOf: (folder, version, name) => `${folder}/${version}_${name}.sql`,

  downPath: () => null,

  scripts: (like) => (isSqlMigrate(like) ? sqlMigrateScripts : isMarkedForSqlx(like) ? sqlx : rules),
};
