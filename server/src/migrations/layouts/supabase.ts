// Supabase CLI: supabase/migrations/<timestamp>_<name>.sql, each sent as one pipeline, which is one implicit transaction.
// `supabase/schemas` and the seeds are no migrations.
// Since version 2.109 it sends what refuses a transaction by itself: https://github.com/supabase/cli/pull/5156

import { fileName, folderOf } from '../../text/source-file.js';
import { type Layout, numbered } from './layout.js';
import { ONE_WAY, type ScriptRules } from './scripts.js';

const rules: ScriptRules = { ...ONE_WAY, canCommit: false };

export const supabase: Layout = {
  id: 'supabase',
  title: 'Supabase migrations',
  transactionIsImplicit: true,

  recognize(file) {
    if (!/\/supabase\/migrations\/[^/]+$/.test(file.path)) return null;
    const role = numbered(fileName(file.path), '.sql');
    return role === null ? null : { folder: folderOf(file.path), ...role, side: 'up' };
  },

  transaction: ({ statements, outsideOnly }) =>
    outsideOnly > 0 && outsideOnly === statements ? 'none' : 'per-file',

  pathOf: (folder, version, name) => `${folder}/${version}_${name}.sql`,

  downPath: () => null,

  scripts: () => rules,
};
