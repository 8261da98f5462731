// golang-migrate, sqlx and others: <version>_<name>.up.sql beside .down.sql.
// Source: https://github.com/golang-migrate/migrate, database/postgres/postgres.go (Run); https://github.com/launchbadge/sqlx,
// sqlx-postgres/src/migrate.rs.

import { fileName, folderOf } from '../../text/source-file.js';
import { type Layout, numbered } from './layout.js';
import { ONE_WAY } from './scripts.js';
import { isSqlMigrate, sqlMigrateScripts } from './sql-migrate.js';
import { isMarkedForSqlx, sqlx } from './sqlx.js';

export const upDown: Layout = {
  id: 'up-down',
  title: '.up.sql and .down.sql files',
  transactionIsImplicit: true,

  recognize(file) {
    const name = fileName(file.path);
    for (const side of ['up', 'down'] as const) {
      const role = numbered(name, `.${side}.sql`);
      if (role !== null) return { folder: folderOf(file.path), ...role, side };
    }
    return null;
  },

  // golang-migrate sends the file as one text, sqlx opens a transaction: they differ for a single statement.
  transaction: ({ statements, directives }) =>
    directives.includes('no-transaction') ? 'none' : statements > 1 ? 'per-file' : 'unknown',

  pathOf: (folder, version, name) => `${folder}/${version}_${name}.up.sql`,

  downPath: (path) => path.replace(/\.up\.sql$/, '.down.sql'),

  // golang-migrate counts or dates its files as well, and takes the directive of sqlx for a comment.
  scripts: (like) =>
    isSqlMigrate(like)
      ? sqlMigrateScripts
      : isMarkedForSqlx(like) || like.version.length === 14
        ? sqlx
        : ONE_WAY,
};
