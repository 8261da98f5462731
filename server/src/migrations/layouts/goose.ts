// goose: <version>_<name>.sql with `-- +goose Up` and `-- +goose Down`.

import { fileName, folderOf } from '../../text/source-file.js';
import { type Layout, numbered } from './layout.js';

export const goose: Layout = {
  id: 'goose',
  title: 'goose migrations',

  recognize(file) {
    const role = numbered(fileName(file.path), '.sql');
    if (role === null || !/^\s*--\s*\+goose\s+up\b/im.test(file.text)) return null;
    return { folder: folderOf(file.path), ...role, side: 'both' };
  },

  transaction: ({ directives }) => (directives.includes('no transaction') ? 'none' : 'per-file'),

  pathOf: (folder, version, name) => `${folder}/${version}_${name}.sql`,
};
