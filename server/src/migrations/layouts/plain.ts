// Numbered .sql files of no tool that we know: nothing is known about its runner.

import { fileName, folderOf } from '../../text/source-file.js';
import { type Layout, numbered } from './layout.js';
import { ONE_WAY, type ScriptRules } from './scripts.js';
import { isSqlMigrate, sqlMigrate } from './sql-migrate.js';
import { isMarkedForSqlx, sqlx } from './sqlx.js';

const rules: ScriptRules = { ...ONE_WAY, isUpToTheAuthor: true };

export const plain: Layout = {
  id: 'plain',
  title: 'numbered .sql files',

  recognize(file) {
    const role = numbered(fileName(file.path), '.sql');
    return role === null ? null : { folder: folderOf(file.path), ...role, side: 'up' };
  },

  transaction: () => 'unknown',

  pathOf: (folder, version, name) => `${folder}/${version}_${name}.sql`,

  downPath: () => null,

  scripts: (like) => (isSqlMigrate(like) ? sqlMigrate : isMarkedForSqlx(like) ? sqlx : rules),
};
