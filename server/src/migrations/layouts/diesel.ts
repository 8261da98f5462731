// Diesel and others: <version>_<name>/up.sql beside down.sql, a transaction for each migration.

import { fileName, folderOf } from '../../text/source-file.js';
import type { Layout } from './layout.js';

export const diesel: Layout = {
  id: 'diesel',
  title: 'up.sql and down.sql in a folder for each migration',

  recognize(file) {
    const side = /^(up|down)\.sql$/.exec(fileName(file.path))?.[1];
    if (side !== 'up' && side !== 'down') return null;
    const folder = folderOf(file.path);
    const match = /^(\d[\d-]*)(?:_(.*))?$/.exec(fileName(folder));
    if (match === null) return null;
    const [, version = '', name = ''] = match;
    return { folder: folderOf(folder), version: version.replace(/-/g, ''), name, side };
  },

  // `metadata.toml` may switch the transaction off. It is not read, but a script that runs in none has it.
  transaction: ({ statements, outsideOnly }) =>
    outsideOnly > 0 && outsideOnly === statements ? 'unknown' : 'per-file',

  pathOf: (folder, version, name) => `${folder}/${version}_${name}/up.sql`,
};
