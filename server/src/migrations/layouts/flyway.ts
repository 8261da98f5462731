// Flyway: V<version>__<name>.sql. Each file is a transaction, unless all of its statements refuse to be in one.
// Source: https://documentation.red-gate.com/flyway, "Migrations" and "Script configuration files".

import { fileName, folderOf } from '../../text/source-file.js';
import type { Layout } from './layout.js';

export const flyway: Layout = {
  id: 'flyway',
  title: 'Flyway migrations',

  recognize(file) {
    const match = /^([VU])(\d+(?:[._]\d+)*)__(.+)\.sql$/.exec(fileName(file.path));
    if (match === null) return null;
    const [, kind, version = '', name = ''] = match;
    return { folder: folderOf(file.path), version, name, side: kind === 'U' ? 'down' : 'up' };
  },

  transaction: ({ statements, outsideOnly }) =>
    outsideOnly > 0 && outsideOnly === statements ? 'none' : 'per-file',

  pathOf: (folder, version, name) => `${folder}/V${version}__${name}.sql`,
};
