// goose: <version>_<name>.sql with `-- +goose Up` and `-- +goose Down`.
// Source: https://pressly.github.io/goose/documentation/annotations/

import { insertAt } from '../../text/edits.js';
import { lineStart } from '../../text/line-index.js';
import { fileName, folderOf } from '../../text/source-file.js';
import { textAt } from '../../text/span.js';
import { type Layout, numbered } from './layout.js';
import { ONE_WAY, type ScriptRules, type ScriptText } from './scripts.js';
import { markedLines, sideOf, twoWayFiles } from './two-way.js';

/** `-- +goose NO TRANSACTION`, as the author spaces directives. It is one switch for both ways. */
function noTransaction({ text, directives }: ScriptText): string {
  const up = sideOf(directives, 'up');
  const mark = (up === undefined ? '-- +goose' : textAt(text, up.span)).replace(/\s*\bup\b.*$/is, '');
  return `${mark} NO TRANSACTION`;
}

const rules: ScriptRules = {
  ...ONE_WAY,
  sendsOneByOne: true,
  leave(script) {
    const above = lineStart(script.text, sideOf(script.directives, 'up')?.span.start ?? 0);
    return { edits: [insertAt(above, `${noTransaction(script)}\n`)], creates: [] };
  },
  leaveDown: () => [],
  files: (like, path, _downPath, script) =>
    twoWayFiles(like, path, script, {
      head: script.outside ? [noTransaction(like)] : [],
      option: '',
      lines: markedLines('-- +goose'),
    }),
};

export const goose: Layout = {
  id: 'goose',
  title: 'goose migrations',
  transactionIsImplicit: false,

  recognize(file) {
    const role = numbered(fileName(file.path), '.sql');
    if (role === null || !/^\s*--\s*\+goose\s+up\b/im.test(file.text)) return null;
    return { folder: folderOf(file.path), ...role, side: 'both' };
  },

  transaction: ({ directives }) => (directives.includes('no transaction') ? 'none' : 'per-file'),

  pathOf: (folder, version, name) => `${folder}/${version}_${name}.sql`,

  downPath: () => null,

  scripts: () => rules,
};
