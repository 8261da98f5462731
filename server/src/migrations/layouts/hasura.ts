// Hasura: migrations/<database>/<milliseconds>_<name>/up.sql beside down.sql. Each is sent to `run_sql`, which opens a transaction
// whatever is in it, so nothing that refuses one can be run. Every database has a folder, and a history, of its own.
// Source: https://hasura.io/docs/2.0/migrations-metadata-seeds/manage-migrations/, https://github.com/hasura/graphql-engine/issues/1387

import { fileName, folderOf } from '../../text/source-file.js';
import type { Layout } from './layout.js';
import { ONE_WAY, type ScriptRules } from './scripts.js';

const rules: ScriptRules = { ...ONE_WAY, canCommit: false, canLeave: false };

export const hasura: Layout = {
  id: 'hasura',
  title: 'Hasura migrations',
  transactionIsImplicit: false,

  recognize(file) {
    const side = /^(up|down)\.sql$/.exec(fileName(file.path))?.[1];
    if (side !== 'up' && side !== 'down') return null;
    const folder = folderOf(file.path);
    const [, version, name = ''] = /^(\d{13})(?:_(.*))?$/.exec(fileName(folder)) ?? [];
    return version === undefined ? null : { folder: folderOf(folder), version, name, side };
  },

  transaction: () => 'per-file',

  pathOf: (folder, version, name) => `${folder}/${version}_${name}/up.sql`,

  downPath: (path) => `${folderOf(path)}/down.sql`,

  scripts: () => rules,
};
