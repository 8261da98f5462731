// sql-migrate: numbered .sql files with `-- +migrate Up` and `-- +migrate Down`. By their names they are plain ones.
// Source: https://github.com/rubenv/sql-migrate#writing-migrations

import { ONE_WAY, type ScriptRules, type ScriptText } from './scripts.js';
import { markedLines, twoWayFiles, withOption } from './two-way.js';

const OUTSIDE = ' notransaction';

export function isSqlMigrate({ directives }: ScriptText): boolean {
  return directives.some(({ kind }) => kind === 'sql-migrate');
}

export const sqlMigrate: ScriptRules = {
  ...ONE_WAY,
  ...withOption(OUTSIDE),
  sendsOneByOne: true,
  transaction: ({ directives }) =>
    directives.some(({ text }) => text === 'up notransaction') ? 'none' : 'per-file',
  files: (like, path, _downPath, script) =>
    twoWayFiles(like, path, script, {
      head: [],
      option: script.outside ? OUTSIDE : '',
      lines: markedLines('-- +migrate'),
    }),
};
