// dbmate: <version>_<name>.sql with `-- migrate:up` and `-- migrate:down`.

import { fileName, folderOf } from '../../text/source-file.js';
import { type Layout, numbered } from './layout.js';

export const dbmate: Layout = {
  id: 'dbmate',
  title: 'dbmate migrations',

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
};
