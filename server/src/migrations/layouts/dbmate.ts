// dbmate: <version>_<name>.sql with `-- migrate:up` and `-- migrate:down`, each sent as one text.
// Source: https://github.com/amacneil/dbmate#migration-options

import { fileName, folderOf } from '../../text/source-file.js';
import { type Layout, numbered } from './layout.js';
import { ONE_WAY, type ScriptRules, statementLines } from './scripts.js';
import { twoWayFiles, withOption } from './two-way.js';

const OUTSIDE = ' transaction:false';

const rules: ScriptRules = {
  ...ONE_WAY,
  ...withOption(OUTSIDE),
  files: (like, path, _downPath, script) =>
    twoWayFiles(like, path, script, {
      head: [],
      option: script.outside ? OUTSIDE : '',
      lines: statementLines,
    }),
};

export const dbmate: Layout = {
  id: 'dbmate',
  title: 'dbmate migrations',
  transactionIsImplicit: false,

  recognize(file) {
    const role = numbered(fileName(file.path), '.sql');
    if (role === null || !/^\s*--\s*migrate:up\b/im.test(file.text)) return null;
    return { folder: folderOf(file.path), ...role, side: 'both' };
  },

  transaction: ({ directives }) =>
    directives.some((directive) => /^up\b.*\btransaction\s*:\s*false\b/.test(directive))
      ? 'none'
      : 'per-file',

  pathOf: (folder, version, name) => `${folder}/${version}_${name}.sql`,

  downPath: () => null,

  scripts: () => rules,
};
