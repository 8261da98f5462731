// What holds for all that an editor can do to a migration.

import type { Change } from '../text/edits.js';
import type { Editor } from './editor.js';
import type { StatementFixes } from './sql-fixes.js';

/** Of what is no migration. */
export const noFixes: Omit<Editor, 'scopeQuery' | 'addIndex'> = {
  makeIndexConcurrent: () => null,
  dropIndexConcurrently: () => null,
  leaveTransaction: () => null,
  leaveMigrationLock: () => null,
  validateLater: () => null,
  buildKeyThroughIndex: () => null,
  setNotNullThroughCheck: () => null,
  addDefaultLater: () => null,
  makeNullable: () => null,
  enableRowLevelSecurity: () => null,
  keepColumnName: () => null,
  replaceName: () => null,
  changeTypeThroughNewColumn: () => null,
  insertWords: () => null,
  replaceWords: () => null,
  setOption: () => null,
  removeOperation: () => null,
  runBefore: () => null,
  runAfter: () => null,
  runAlone: () => null,
  runLater: () => null,
  together: () => null,
};

/** The fixes, with something done to each change that they give. */
export function throughEach(fixes: StatementFixes, then: (change: Change) => Change | null): StatementFixes {
  const through = (change: Change | null) => (change === null ? null : then(change));
  return {
    makeIndexConcurrent: (...asked) => through(fixes.makeIndexConcurrent(...asked)),
    dropIndexConcurrently: (...asked) => through(fixes.dropIndexConcurrently(...asked)),
    leaveTransaction: (...asked) => through(fixes.leaveTransaction(...asked)),
    validateLater: (...asked) => through(fixes.validateLater(...asked)),
    buildKeyThroughIndex: (...asked) => through(fixes.buildKeyThroughIndex(...asked)),
    setNotNullThroughCheck: (...asked) => through(fixes.setNotNullThroughCheck(...asked)),
    addDefaultLater: (...asked) => through(fixes.addDefaultLater(...asked)),
    makeNullable: (...asked) => through(fixes.makeNullable(...asked)),
    changeTypeThroughNewColumn: (...asked) => through(fixes.changeTypeThroughNewColumn(...asked)),
  };
}
