// What a tool asks of its SQL scripts: how one leaves the runner's transaction, and what a new one looks like.
// Texts that are given here have `\n` as line ends.

import type { Directive, SqlFile } from '../../syntax/sql/statement.js';
import type { TextEdit } from '../../text/edits.js';
import type { RunnerTransaction } from '../migration.js';

/** A SQL migration that is there. */
export interface ScriptText {
  readonly path: string;
  readonly text: string;
  readonly version: string;
  readonly directives: readonly Directive[];
}

/** A migration to be made: whole statements with `;`, and comments above them where they have any. */
export interface NewScript {
  readonly notes: readonly string[];
  readonly up: readonly string[];
  readonly down: readonly string[];
  /** Runs outside a transaction. */
  readonly outside: boolean;
}

export interface NewFile {
  readonly path: string;
  readonly text: string;
}

/** What makes a file run outside the runner's transaction. */
export interface Leave {
  readonly edits: readonly TextEdit[];
  readonly creates: readonly NewFile[];
}

export interface ScriptRules {
  /**
   * True when the statements of a script outside a transaction are sent one by one. As one text they are a transaction again,
   * so there what refuses one stands alone.
   */
  readonly sendsOneByOne: boolean;
  /** False when there is no way for a script to commit in between. */
  readonly canCommit: boolean;
  /** False when a script has no way to be run outside a transaction. */
  readonly canLeave: boolean;
  /** False when a file alone is no migration: the tool keeps a list of them, or parts of a file are. */
  readonly canAdd: boolean;
  /** True when nothing tells the runner, so the author has to see to it that a script which commits is in no transaction. */
  readonly isUpToTheAuthor: boolean;
  /** What the runner does with the script; `null` where the layout alone tells. */
  transaction(script: ScriptText): RunnerTransaction | null;
  /** For the way up. Nothing where the runner opens no transaction for statements that refuse one. */
  leave(script: ScriptText): Leave;
  /**
   * The same for the script that undoes it, when the way up leaves its transaction.
   * @param file the file that holds the way down
   * @param beside how many other statements that script holds
   * @returns `null` when it cannot leave
   */
  leaveDown(file: Pick<SqlFile, 'text' | 'directives'>, beside: number): readonly TextEdit[] | null;
  /**
   * The files of a new migration.
   * @param like a migration of the same folder, for the way it is written
   * @param downPath where its way down goes; `null` when migrations of this folder have none in a file of its own
   */
  files(like: ScriptText, path: string, downPath: string | null, script: NewScript): readonly NewFile[];
}

export const STAYS: Leave = { edits: [], creates: [] };

export const NOTHING_TO_UNDO = '-- Nothing to undo.';

/** The rules of a tool whose files hold one way each, and which opens no transaction for what refuses one. */
export const ONE_WAY: ScriptRules = {
  sendsOneByOne: false,
  canCommit: true,
  canLeave: true,
  canAdd: true,
  isUpToTheAuthor: false,
  transaction: () => null,
  leave: () => STAYS,
  leaveDown: (_file, beside) => (beside > 0 ? null : []),
  files: (_like, path, downPath, script) => oneWayFiles(path, downPath, script, ''),
};

/** @param head stands at the top of each file */
export function oneWayFiles(
  path: string,
  downPath: string | null,
  { notes, up, down }: NewScript,
  head: string,
): readonly NewFile[] {
  const text = [...noteLines(notes), ...statementLines(up)].join('\n');
  const back = down.length === 0 ? NOTHING_TO_UNDO : statementLines(down).join('\n');
  return [
    { path, text: `${head}${text}\n` },
    ...(downPath === null ? [] : [{ path: downPath, text: `${head}${back}\n` }]),
  ];
}

export function noteLines(notes: readonly string[]): readonly string[] {
  return notes.map((line) => (line === '' ? '--' : `-- ${line}`));
}

/** Empty lines part a block from what stands beside it. */
export function statementLines(texts: readonly string[]): readonly string[] {
  return texts.flatMap((text, index) => [
    ...(index > 0 && (isBlock(text) || isBlock(texts[index - 1] ?? '')) ? [''] : []),
    text,
  ]);
}

/** True for a statement with a body in dollar quotes. */
export function isBlock(text: string): boolean {
  return /\$\w*\$/.test(text);
}
