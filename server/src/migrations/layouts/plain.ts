// Numbered .sql files of no tool that we know: nothing is known about its runner.

import { fileName, folderOf } from '../../text/source-file.js';
import { type Layout, numbered } from './layout.js';

export const plain: Layout = {
  id: 'plain',
  title: 'numbered .sql files',

  recognize(file) {
    const role = numbered(fileName(file.path), '.sql');
    return role === null ? null : { folder: folderOf(file.path), ...role, side: 'up' };
  },

  transaction: () => 'unknown',

  pathOf: (folder, version, name) => `${folder}/${version}_${name}.sql`,
};
