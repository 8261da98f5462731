// Atlas: <version>_<name>.sql, listed in atlas.sum, in the order of their names. Each file is a transaction; a comment on top,
// `-- atlas:txmode none`, switches it off, and an empty line has to follow. Statements are sent one by one.
// Source: https://github.com/ariga/atlas, sql/migrate/dir.go; https://atlasgo.io/versioned/apply#transaction-configuration

import { insertAt } from '../../text/edits.js';
import { fileName, folderOf } from '../../text/source-file.js';
import { type Layout, numbered } from './layout.js';
import { ONE_WAY, oneWayFiles, type ScriptRules, type ScriptText } from './scripts.js';

const OUTSIDE = '-- atlas:txmode none\n\n';

/** Comments at the top that an empty line parts from the statements. */
function fileDirectives(text: string): string {
  const [head = ''] = /^(?:[ \t]*--[^\n]*\n)+(?=\s*\n)/.exec(text.replace(/\r\n/g, '\n')) ?? [];
  return head;
}

function isOutside({ text }: Pick<ScriptText, 'text'>): boolean {
  return /^\s*--\s*atlas:txmode\s+none\b/m.test(fileDirectives(text));
}

const rules: ScriptRules = {
  ...ONE_WAY,
  sendsOneByOne: true,
  transaction: (script) => (isOutside(script) ? 'none' : 'per-file'),
  leave: () => ({ edits: [insertAt(0, OUTSIDE)], creates: [] }),
  leaveDown: () => null,
  files: (_like, path, downPath, script) =>
    oneWayFiles(path, downPath, script, script.outside ? OUTSIDE : ''),
};

/** Whether the file is the schema after all files before it. https://atlasgo.io/versioned/checkpoint */
export function isCheckpoint(text: string): boolean {
  return /^\s*--\s*atlas:checkpoint\b/m.test(fileDirectives(text));
}

/** What ends statements in place of `;`. https://atlasgo.io/versioned/new#custom-statements-delimiter */
export function atlasDelimiter(text: string): string | null {
  const written = /^\s*--\s*atlas:delimiter\s+(\S[^\r\n]*?)[ \t]*\r?$/m.exec(text.slice(0, 2000))?.[1];
  if (written === undefined) return null;
  return written.replace(/\\n/g, '\n').replace(/\\r/g, '\r').replace(/\\t/g, '\t');
}

export const atlas: Layout = {
  id: 'atlas',
  title: 'Atlas migrations',
  transactionIsImplicit: false,

  // By their names they are like those of others: atlas.sum tells.
  recognize(file) {
    const role = numbered(fileName(file.path), '.sql');
    return role === null ? null : { folder: folderOf(file.path), ...role, side: 'up' };
  },

  transaction: ({ directives }) =>
    directives.some((directive) => /^atlas:txmode none\b/.test(directive)) ? 'none' : 'per-file',

  pathOf: (folder, version, name) => `${folder}/${version}_${name}.sql`,

  downPath: () => null,

  scripts: () => rules,
};
