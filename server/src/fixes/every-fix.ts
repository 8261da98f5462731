// An editor put together from the doors that a language has.

import type { Operation } from '../catalog/operation.js';
import type { Change } from '../text/edits.js';
import type { Editor } from './editor.js';
import { allTogether } from './place.js';

/** Whether a door leads to the statement that makes its operation, which may be SQL inside of Ecto, or to the file. */
const DOORS = {
  makeIndexConcurrent: 'statement',
  dropIndexConcurrently: 'statement',
  detachConcurrently: 'statement',
  leaveTransaction: 'file',
  leaveMigrationLock: 'file',
  validateLater: 'statement',
  buildKeyThroughIndex: 'statement',
  setNotNullThroughCheck: 'statement',
  setNotNullThroughConstraint: 'statement',
  addDefaultLater: 'statement',
  makeNullable: 'statement',
  addIndex: 'file',
  enableRowLevelSecurity: 'file',
  keepColumnName: 'file',
  renameThroughNewColumn: 'statement',
  replaceName: 'file',
  keepType: 'statement',
  replaceType: 'statement',
  changeTypeThroughNewColumn: 'statement',
  giveWayBack: 'file',
  refuseWayBack: 'file',
  callItChange: 'file',
  takeAwayOnTheWayDown: 'file',
  flushBefore: 'file',
  runOnTheWayUp: 'file',
  nameTable: 'file',
  insertWords: 'statement',
  replaceWords: 'statement',
  wrapWords: 'statement',
  guard: 'statement',
  setOption: 'statement',
  removeOperation: 'statement',
  fillInBatches: 'statement',
  runBefore: 'statement',
  runAfter: 'statement',
  runAlone: 'statement',
  postpone: 'statement',
  runLater: 'file',
  writeCode: 'file',
  together: 'file',
  scopeQuery: 'file',
  scopeEveryArm: 'file',
} as const satisfies Record<keyof Editor, 'statement' | 'file'>;

type Door = keyof typeof DOORS;
type StatementDoor = { [D in Door]: (typeof DOORS)[D] extends 'statement' ? D : never }[Door];

/** What a language can do about one statement: a door that it does not have gives `null`. */
export type StatementFixes = Partial<Pick<Editor, StatementDoor | 'leaveTransaction'>>;

/** Gives what is asked of the fixes of an operation's statement. */
type Asking = (operation: Operation, of: (fixes: StatementFixes) => Change | null) => Change | null;

/** @param asking leads to statements; without it, there are none */
export function editorOf(own: Partial<Editor>, asking: Asking = () => null): Editor {
  const all: Partial<Editor> = { together: allTogether, ...own };
  const doors = (Object.keys(DOORS) as Door[]).map((door) => {
    const forwarded: AnyDoor = (operation, ...more) =>
      asking(operation as Operation, (fixes) => call(fixes, door, [operation, ...more]));
    return [door, all[door] ?? (DOORS[door] === 'statement' ? forwarded : () => null)];
  });
  return Object.fromEntries(doors) as Editor;
}

type AnyDoor = (...given: readonly unknown[]) => Change | null;

function call(fixes: Partial<Record<Door, unknown>>, door: Door, given: readonly unknown[]): Change | null {
  const open = fixes[door] as AnyDoor | undefined;
  return open?.(...given) ?? null;
}
