// Rails: db/migrate/<version>_<name>.rb, whose SQL only its code knows, and db/structure.sql, which pg_dump writes after them.
// Source: https://guides.rubyonrails.org/active_record_migrations.html#schema-dumping-and-you

import { fileName, folderOf } from '../../text/source-file.js';
import type { Layout } from './layout.js';
import { ONE_WAY } from './scripts.js';

export const rails: Layout = {
  id: 'rails',
  title: 'Rails migrations',
  transactionIsImplicit: false,

  recognize(file) {
    const folder = folderOf(file.path);
    const [, version, name = ''] = /^(\d+)_(\w+)\.rb$/.exec(fileName(file.path)) ?? [];
    if (version === undefined || fileName(folder) !== 'migrate') return null;
    return { folder, version, name, side: 'both' };
  },

  transaction: () => 'per-file',

  pathOf: (folder, version, name) => `${folder}/${version}_${name}.rb`,

  downPath: () => null,

  scripts: () => ({ ...ONE_WAY, canAdd: false, canLeave: false }),
};
