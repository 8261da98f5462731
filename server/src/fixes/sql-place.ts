// A statement of a `.sql` migration, with the script that it stands in and the script that undoes it.

import type { Operation } from '../catalog/operation.js';
import { operationsOf } from '../migrations/from-sql.js';
import type { MigrationFile } from '../migrations/order.js';
import type { PlacedStatement, SqlFile } from '../syntax/sql/statement.js';
import { type Change, changeOf, type TextEdit } from '../text/edits.js';
import { shift } from '../text/span.js';
import { newScripts } from './new-migration.js';
import { type Site, type StatementPlace, together, type Undoes } from './place.js';
import {
  downPathOf,
  leaveOnTheWayDown,
  leaveRunnersTransaction,
  type ScriptFile,
  sendsOneByOne,
  transactionOf,
} from './scripts.js';
import {
  commentsOf,
  insertBehind,
  movedStatement,
  removeBareStatement,
  removeStatement,
} from './sql-lines.js';
import { countActions, makeConcurrent, withoutAction } from './sql-statement.js';
import { indentOf, newlineOf, type SqlStyle, sqlStyle, withNewlines } from './sql-style.js';
import type { FollowUp, Reversible, Step } from './steps.js';
import { sqlOf } from './steps-sql.js';

/** The statement at the site; `null` when none starts there, or the file is no migration. */
export function sqlPlace(site: Site): StatementPlace | null {
  const { text } = site.file;
  const file = site.parsers.sql.parse(text);
  const placed = file.statements.find(({ start }) => start === site.start);
  const script = scriptFile(site, file);
  if (placed === undefined || script === null) return null;
  const style = sqlStyle(site.parsers.sql, placed.statement, indentOf(text));
  const context: Context = { site, file, placed, script, style };
  return {
    statement: placed.statement,
    style,
    comments: commentsOf(file, placed),
    within: (operation) => operation,
    placed: (edits) => inFile(file, placed, edits),
    remove: (undoes) =>
      together(changeOf(script.path, [removeStatement(file, placed)]), undo(context, undoes, [])),
    append: (steps) => behind(file, placed, steps, style),
    outside: (beside) => outside(context, beside),
    move: (edits, name, undoes) => move(context, edits, name, undoes),
    undoConcurrently: (undoes) => undoConcurrently(context, undoes),
    undo: (undoes, steps) => undo(context, undoes, steps),
    next: (followUps) => newScripts(site, script, style, followUps),
  };
}

/** What new SQL migrations of the same folder are made like; `null` when the file is no migration. */
export function scriptFile(site: Site, { directives }: SqlFile): ScriptFile | null {
  if (site.step === null) return null;
  const { layout, folder, version } = site.step.migration;
  return scriptOf(site, site.file, { layout, folder, version }, directives);
}

/** The same for another migration of the history. */
export function scriptLike(site: Site, { path, layout, role }: MigrationFile): ScriptFile | null {
  const text = site.textOf(path);
  if (text === null || layout === 'ecto') return null;
  const { directives } = site.parsers.sql.parse(text);
  return scriptOf(site, { path, text }, { layout, ...role }, directives);
}

function scriptOf(
  site: Site,
  { path, text }: { readonly path: string; readonly text: string },
  { layout, folder, version }: Pick<ScriptFile, 'layout' | 'folder' | 'version'>,
  directives: SqlFile['directives'],
): ScriptFile {
  const down = downPathOf(layout, path);
  const downPath = down !== null && site.textOf(down) !== null ? down : null;
  return { path, text, layout, folder, version, directives, downPath };
}

interface Context {
  readonly site: Site;
  readonly file: SqlFile;
  readonly placed: PlacedStatement;
  readonly script: ScriptFile;
  readonly style: SqlStyle;
}

function inFile(
  { text }: SqlFile,
  { start }: PlacedStatement,
  edits: readonly TextEdit[],
): readonly TextEdit[] {
  const newline = newlineOf(text);
  return edits.map((edit) => ({ span: shift(edit.span, start), text: withNewlines(edit.text, newline) }));
}

function behind(
  file: SqlFile,
  placed: PlacedStatement,
  steps: readonly Reversible[],
  style: SqlStyle,
): readonly TextEdit[] {
  return insertBehind(
    file,
    placed,
    steps.map(({ up }) => sqlOf(up, style)),
  );
}

function outside(context: Context, beside: 'anything' | 'indexes'): Change | null {
  const { file, placed, script } = context;
  const ups = file.statements.filter(({ section }) => section === 'up');
  const explicit = transactionAround(ups, placed);
  const edits: TextEdit[] = [];
  if (explicit !== null) {
    if (explicit.commit === null || explicit.holds > 1) return null;
    for (const one of [explicit.begin, explicit.commit]) edits.push(removeStatement(file, one));
  }
  const here = changeOf(script.path, edits);
  if (transactionNow(context) !== 'per-file') return here;
  const others = ups.filter((one) => one !== placed && one !== explicit?.begin && one !== explicit?.commit);
  const stays = sendsOneByOne(script)
    ? beside === 'anything' || others.every(({ statement }) => operationsOf(statement).every(isHarmless))
    : others.length === 0;
  if (!stays) return null;
  const { edits: more, creates } = leaveRunnersTransaction(script);
  return together(here, { edits: [{ path: script.path, edits: more }], creates });
}

function transactionNow({ site, script }: Context) {
  return transactionOf(script, site.step?.migration.transaction ?? 'unknown');
}

/** True for what is as good outside a transaction as in one. */
function isHarmless({ kind }: Operation): boolean {
  return kind === 'create-index' || kind === 'drop-index' || kind === 'set-parameter';
}

interface ExplicitTransaction {
  readonly begin: PlacedStatement;
  /** `null` when the file ends first. */
  readonly commit: PlacedStatement | null;
  /** How many statements it holds. */
  readonly holds: number;
}

/** The BEGIN and COMMIT of the script itself around a statement. */
function transactionAround(
  statements: readonly PlacedStatement[],
  placed: PlacedStatement,
): ExplicitTransaction | null {
  let begin: number | null = null;
  for (const [index, one] of statements.entries()) {
    const action = transactionAction(one);
    if (action === 'begin' && begin === null) begin = index;
    if (action !== 'commit' && action !== 'rollback') continue;
    if (begin !== null && one.start > placed.start) return explicit(statements, begin, index);
    begin = null;
  }
  const [first] = begin === null ? [] : [statements[begin]];
  if (begin === null || first === undefined || first.start > placed.start) return null;
  return explicit(statements, begin, statements.length);
}

function explicit(
  statements: readonly PlacedStatement[],
  from: number,
  to: number,
): ExplicitTransaction | null {
  const begin = statements[from];
  return begin === undefined ? null : { begin, commit: statements[to] ?? null, holds: to - from - 1 };
}

function transactionAction({ statement }: PlacedStatement) {
  const [operation] = operationsOf(statement);
  return operation?.kind === 'transaction' ? operation.action : null;
}

function move(context: Context, edits: readonly TextEdit[], name: string, undoes: Undoes): Change {
  const { site, file, placed, script, style } = context;
  const undone: Step[] = [];
  const changes: Change[] = [changeOf(script.path, [removeStatement(file, placed)])];
  for (const { path, file: down, placed: one, operation } of undoing(context, undoes)) {
    if (countActions(one.statement) > 1) continue;
    changes.push(changeOf(path, [removeStatement(down, one)]));
    const concurrent = operation.kind.endsWith('-index') ? makeConcurrent(one.statement) : [];
    undone.push({ kind: 'moved', text: movedStatement(down, one, concurrent) });
  }
  const text = movedStatement(file, placed, edits);
  const followUp: FollowUp = { name, outside: true, notes: [], up: [{ kind: 'moved', text }], down: undone };
  return together(...changes, newScripts(site, script, style, [followUp]));
}

function undo(context: Context, undoes: Undoes, steps: readonly Step[]): Change {
  const changes = undoing(context, undoes).map(({ path, file, placed, operation }) => {
    const texts = steps.map((step) => sqlOf(step, context.style));
    if (countActions(placed.statement) > 1) {
      const without = withoutAction(placed.statement, operation) ?? [];
      return changeOf(path, [...inFile(file, placed, without), ...insertBehind(file, placed, texts)]);
    }
    if (texts.length === 0) return changeOf(path, [removeBareStatement(file, placed)]);
    const span = { start: 0, end: placed.statement.text.length };
    return changeOf(path, inFile(file, placed, [{ span, text: texts.join(';\n') }]));
  });
  return together(...changes);
}

function undoConcurrently(context: Context, undoes: Undoes): Change {
  const { script } = context;
  const changes = undoing(context, undoes).map(({ path, file, placed, beside }) => {
    const edits = makeConcurrent(placed.statement);
    if (edits.length === 0 || transactionNow(context) === 'none') return together();
    const leaves = leaveOnTheWayDown(script, file, beside);
    return leaves === null ? together() : changeOf(path, [...inFile(file, placed, edits), ...leaves]);
  });
  return together(...changes);
}

interface Undoing {
  readonly path: string;
  readonly file: SqlFile;
  readonly placed: PlacedStatement;
  readonly operation: Operation;
  /** How many other statements its script holds. */
  readonly beside: number;
}

/** The operations of the way down for which `undoes` holds: behind a directive in the same file, or in a file of its own. */
function undoing({ site, file, script }: Context, undoes: Undoes): readonly Undoing[] {
  const found: Undoing[] = [];
  const look = (path: string, down: SqlFile, statements: readonly PlacedStatement[]) => {
    for (const placed of statements) {
      const operation = operationsOf(placed.statement).find(undoes);
      if (operation !== undefined)
        found.push({ path, file: down, placed, operation, beside: statements.length - 1 });
    }
  };
  look(
    script.path,
    file,
    file.statements.filter(({ section }) => section === 'down'),
  );
  const { downPath } = script;
  const text = downPath === null ? null : site.textOf(downPath);
  if (downPath !== null && text !== null) {
    const down = site.parsers.sql.parse(text);
    look(downPath, down, down.statements);
  }
  return found;
}
