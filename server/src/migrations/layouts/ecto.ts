// Ecto.Migrator: priv/<repo>/migrations/**/<integer>_<name>.exs.
// Source: Ecto.Migrator and Ecto.Migration, ecto_sql 3.13.

import { fileName } from '../../text/source-file.js';
import type { Layout } from './layout.js';
import { ONE_WAY } from './scripts.js';

export const ecto: Layout = {
  id: 'ecto',
  title: 'Ecto migrations',
  transactionIsImplicit: false,

  recognize(file) {
    const [, version, name] = /^(\d+)_(.*)\.exs$/.exec(fileName(file.path)) ?? [];
    if (version === undefined || name === undefined) return null;
    const role = { version, name };
    const folder = /^(.*\/priv\/[^/]+\/(?:[^/]*_)?migrations)\//.exec(file.path)?.[1];
    if (folder !== undefined) return { folder, ...role, side: 'up' };
    if (!/^\s*use\s+[\w.]*\bMigration\b/m.test(file.text)) return null;
    return { folder: file.path.slice(0, file.path.lastIndexOf('/')), ...role, side: 'up' };
  },

  // The reader of the module knows `@disable_ddl_transaction`; this is the default.
  transaction: () => 'per-file',

  pathOf: (folder, version, name) => `${folder}/${version}_${name}.exs`,

  downPath: () => null,

  // It has none.
  scripts: () => ONE_WAY,
};
