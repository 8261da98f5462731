// Prisma Migrate: <timestamp>_<name>/migration.sql, sent to the server as one text; migration_lock.toml names the database.
// Source: https://www.prisma.io/docs/orm/prisma-migrate

import { fileName, folderOf } from '../../text/source-file.js';
import { implicitTransaction, type Layout, numbered } from './layout.js';
import { ONE_WAY } from './scripts.js';

export const prisma: Layout = {
  id: 'prisma',
  title: 'Prisma migrations',
  transactionIsImplicit: true,

  recognize(file) {
    if (fileName(file.path) !== 'migration.sql') return null;
    const folder = folderOf(file.path);
    const role = numbered(fileName(folder), '');
    return role === null ? null : { folder: folderOf(folder), ...role, side: 'up' };
  },

  transaction: implicitTransaction,

  pathOf: (folder, version, name) => `${folder}/${version}_${name}/migration.sql`,

  downPath: () => null,

  scripts: () => ONE_WAY,
};
