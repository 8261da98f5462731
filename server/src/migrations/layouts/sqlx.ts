// sqlx: numbered .sql files of one way, or .up.sql beside .down.sql. A first line `-- no-transaction` switches its transaction off;
// the file is sent as one text all the same.

import { insertAt } from '../../text/edits.js';
import { ONE_WAY, oneWayFiles, type ScriptRules, type ScriptText } from './scripts.js';

const OUTSIDE = '-- no-transaction\n';

export function isMarkedForSqlx({ text }: ScriptText): boolean {
  return /^--\s*no-transaction\b/.test(text);
}

export const sqlx: ScriptRules = {
  ...ONE_WAY,
  transaction: (script) => (isMarkedForSqlx(script) ? 'none' : 'per-file'),
  leave: () => ({ edits: [insertAt(0, OUTSIDE)], creates: [] }),
  leaveDown: (_file, beside) => (beside > 0 ? null : [insertAt(0, OUTSIDE)]),
  files: (_like, path, downPath, script) =>
    oneWayFiles(path, downPath, script, script.outside ? OUTSIDE : ''),
};
