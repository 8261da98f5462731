// Supabase CLI: supabase/migrations/<timestamp>_<name>.sql, each sent as one pipeline, which is one implicit transaction.

import { fileName, folderOf } from '../../text/source-file.js';
import { type Layout, numbered } from './layout.js';

export const supabase: Layout = {
  id: 'supabase',
  title: 'Supabase migrations',

  recognize(file) {
    if (!/\/supabase\/migrations\/[^/]+$/.test(file.path)) return null;
    const role = numbered(fileName(file.path), '.sql');
    return role === null ? null : { folder: folderOf(file.path), ...role, side: 'up' };
  },

  transaction: () => 'per-file',

  pathOf: (folder, version, name) => `${folder}/${version}_${name}.sql`,
};
