// Flyway: V<version>__<name>.sql. Each file is a transaction, unless all of its statements refuse to be in one.
// Source: https://documentation.red-gate.com/flyway, "Migrations" and "Script configuration files".

import { fileName, folderOf } from '../../text/source-file.js';
import type { Layout } from './layout.js';
import { ONE_WAY, type ScriptRules } from './scripts.js';

/** What it runs outside a transaction by itself, with comments above; not REINDEX TABLE CONCURRENTLY or a DO block that commits. */
const KNOWN_TO_REFUSE =
  /^(?:\s*--[^\n]*\n)*\s*(?:(?:create|drop)\s+(?:unique\s+)?index\s+concurrently|vacuum)\b/i;

const rules: ScriptRules = {
  ...ONE_WAY,
  files(like, path, downPath, script) {
    const tells = script.up.every((sql) => KNOWN_TO_REFUSE.test(sql));
    const setting = { path: `${path}.conf`, text: 'executeInTransaction=false\n' };
    return [...ONE_WAY.files(like, path, downPath, script), ...(script.outside && !tells ? [setting] : [])];
  },
};

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

  downPath: (path) => `${folderOf(path)}/U${fileName(path).slice(1)}`,

  scripts: () => rules,
};
