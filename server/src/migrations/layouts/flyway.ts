// Flyway: V<version>__<name>.sql, each a transaction, unless all of its statements refuse to be in one. R__<name>.sql runs after
// all of them, by name; U<version>__<name>.sql undoes; of B<version>__<name>.sql the last is where an empty database begins.
// Source: https://documentation.red-gate.com/flyway, "Migrations" and "Script configuration files".

import { fileName, folderOf } from '../../text/source-file.js';
import type { Layout } from './layout.js';
import { ONE_WAY, type ScriptRules } from './scripts.js';

const AFTER_ALL = 1;

/** The version up to which a script has the schema of an empty database; `null` for any other migration. */
export function baselineVersion(path: string): string | null {
  return /^B(\d+(?:[._]\d+)*)__.+\.sql$/.exec(fileName(path))?.[1] ?? null;
}

const CALLBACK =
  /^(?:before|after)(?:Each)?(?:Migrate|Undo|Clean|Validate|Baseline|Repair|Info|Versioned|Repeatables|Connect|CreateSchema)(?:Statement)?(?:Error|Applied|OperationFinish)?(?:__.*)?\.sql$/;

export function isCallback(path: string): boolean {
  return CALLBACK.test(fileName(path));
}

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
  transactionIsImplicit: false,

  recognize(file) {
    const folder = folderOf(file.path);
    const repeatable = /^R__(.+)\.sql$/.exec(fileName(file.path))?.[1];
    if (repeatable !== undefined) {
      return { folder, version: `R__${repeatable}`, name: repeatable, side: 'up', place: AFTER_ALL };
    }
    const match = /^([VUB])(\d+(?:[._]\d+)*)__(.+)\.(?:sql|java|kt)$/.exec(fileName(file.path));
    if (match === null) return null;
    const [, kind, version = '', name = ''] = match;
    return { folder, version, name, side: kind === 'U' ? 'down' : 'up' };
  },

  transaction({ statements, outsideOnly, settings }) {
    const told = /^\s*executeInTransaction\s*=\s*(true|false)\b/im.exec(settings ?? '')?.[1];
    if (told !== undefined) return told.toLowerCase() === 'true' ? 'per-file' : 'none';
    return outsideOnly > 0 && outsideOnly === statements ? 'none' : 'per-file';
  },

  settingsOf: (path) => `${path}.conf`,

  pathOf: (folder, version, name) => `${folder}/V${version}__${name}.sql`,

  downPath: (path) => `${folderOf(path)}/U${fileName(path).slice(1)}`,

  scripts: () => rules,
};
