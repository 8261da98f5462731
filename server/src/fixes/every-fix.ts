// What holds for all that an editor can do to a migration.

import type { Operation } from '../catalog/operation.js';
import type { Change } from '../text/edits.js';
import type { Editor } from './editor.js';
import { allTogether } from './place.js';
import type { StatementFixes } from './sql-fixes.js';

/** Of what is no migration. */
export const noFixes: Omit<Editor, 'scopeQuery' | 'addIndex'> = {
  makeIndexConcurrent: () => null,
  dropIndexConcurrently: () => null,
  detachConcurrently: () => null,
  leaveTransaction: () => null,
  leaveMigrationLock: () => null,
  validateLater: () => null,
  buildKeyThroughIndex: () => null,
  setNotNullThroughCheck: () => null,
  setNotNullThroughConstraint: () => null,
  addDefaultLater: () => null,
  makeNullable: () => null,
  enableRowLevelSecurity: () => null,
  keepColumnName: () => null,
  renameThroughNewColumn: () => null,
  replaceName: () => null,
  changeTypeThroughNewColumn: () => null,
  keepType: () => null,
  replaceType: () => null,
  giveWayBack: () => null,
  refuseWayBack: () => null,
  callItChange: () => null,
  takeAwayOnTheWayDown: () => null,
  flushBefore: () => null,
  runOnTheWayUp: () => null,
  nameTable: () => null,
  guard: () => null,
  insertWords: () => null,
  replaceWords: () => null,
  setOption: () => null,
  removeOperation: () => null,
  fillInBatches: () => null,
  runBefore: () => null,
  runAfter: () => null,
  runAlone: () => null,
  postpone: () => null,
  runLater: () => null,
  together: allTogether,
};

/** Gives what is asked of the fixes of an operation, as this editor gives it. */
export type Asking = (operation: Operation, of: (fixes: StatementFixes) => Change | null) => Change | null;

/** All fixes of single operations. */
export function fixesOf(asking: Asking): Omit<StatementFixes, 'leaveTransaction'> {
  return {
    makeIndexConcurrent: (one) => asking(one, (fixes) => fixes.makeIndexConcurrent(one)),
    detachConcurrently: (one) => asking(one, (fixes) => fixes.detachConcurrently(one)),
    dropIndexConcurrently: (one) => asking(one, (fixes) => fixes.dropIndexConcurrently(one)),
    validateLater: (one, at, name) => asking(one, (fixes) => fixes.validateLater(one, at, name)),
    buildKeyThroughIndex: (one, name) => asking(one, (fixes) => fixes.buildKeyThroughIndex(one, name)),
    setNotNullThroughCheck: (one) => asking(one, (fixes) => fixes.setNotNullThroughCheck(one)),
    setNotNullThroughConstraint: (one) => asking(one, (fixes) => fixes.setNotNullThroughConstraint(one)),
    addDefaultLater: (one) => asking(one, (fixes) => fixes.addDefaultLater(one)),
    makeNullable: (one) => asking(one, (fixes) => fixes.makeNullable(one)),
    changeTypeThroughNewColumn: (one) => asking(one, (fixes) => fixes.changeTypeThroughNewColumn(one)),
    keepType: (one) => asking(one, (fixes) => fixes.keepType(one)),
    replaceType: (one, at, type) => asking(one, (fixes) => fixes.replaceType(one, at, type)),
    guard: (one, isGuarded) => asking(one, (fixes) => fixes.guard(one, isGuarded)),
    renameThroughNewColumn: (one) => asking(one, (fixes) => fixes.renameThroughNewColumn(one)),
    insertWords: (one, at, words) => asking(one, (fixes) => fixes.insertWords(one, at, words)),
    replaceWords: (one, at, words) => asking(one, (fixes) => fixes.replaceWords(one, at, words)),
    setOption: (one, at, option, value) => asking(one, (fixes) => fixes.setOption(one, at, option, value)),
    removeOperation: (one) => asking(one, (fixes) => fixes.removeOperation(one)),
    fillInBatches: (one) => asking(one, (fixes) => fixes.fillInBatches(one)),
    runBefore: (one, steps) => asking(one, (fixes) => fixes.runBefore(one, steps)),
    runAfter: (one, steps) => asking(one, (fixes) => fixes.runAfter(one, steps)),
    runAlone: (one, name) => asking(one, (fixes) => fixes.runAlone(one, name)),
    postpone: (one, here, next) => asking(one, (fixes) => fixes.postpone(one, here, next)),
  };
}
