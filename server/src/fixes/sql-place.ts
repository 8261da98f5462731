// A statement of a `.sql` migration, with the script that it stands in and the script that undoes it.

import { columnOf, findTable } from '../catalog/lookup.js';
import type { Operation } from '../catalog/operation.js';
import { refusesTransaction } from '../catalog/refusals/transaction.js';
import { operationsOf } from '../migrations/from-sql.js';
import type { RunnerTransaction } from '../migrations/migration.js';
import type { MigrationFile } from '../migrations/order.js';
import type { PlacedStatement, SqlFile } from '../syntax/sql/statement.js';
import { type Change, changeOf, type TextEdit } from '../text/edits.js';
import { shift } from '../text/span.js';
import { isAsGoodOutside, needsTransaction } from './moving.js';
import { newScripts } from './new-migration.js';
import { type Moved, type Site, type StatementPlace, together, type Undoes } from './place.js';
import { type ScriptFile, scriptFileOf } from './scripts.js';
import {
  commentsOf,
  insertBefore,
  insertBehind,
  movedStatement,
  removeBareStatement,
  removeStatement,
} from './sql-lines.js';
import { countActions, makeConcurrent, withoutAction } from './sql-statement.js';
import { type SqlStyle, sqlStyle, withOwnNewlines } from './sql-style.js';
import type { FollowUp, Reversible, Step } from './steps.js';
import { sqlOf } from './steps-sql.js';

/** The statement at the site; `null` when none starts there, or the file is no migration. */
export function sqlPlace(site: Site): StatementPlace | null {
  const { text } = site.file;
  const file = site.parsers.sql.parse(text);
  const placed = file.statements.find(({ start }) => start === site.start);
  const script = scriptFile(site);
  if (placed === undefined || script === null) return null;
  const style = sqlStyle(site.parsers.sql, placed.statement, text);
  const context: Context = { site, file, placed, script, style };
  return {
    statement: placed.statement,
    style,
    comments: commentsOf(file, placed),
    within: (operation) => operation,
    inner: (at) => at,
    placed: (edits) => inFile(file, placed, edits),
    remove(undoes, comments) {
      const gone = comments === 'go' ? removeStatement(file, placed) : removeBareStatement(file, placed);
      return together(changeOf(script.path, [gone]), undo(context, undoes, []));
    },
    prepend: (steps) =>
      mustStandAlone(context)
        ? []
        : insertBefore(
            file,
            placed,
            steps.map(({ up }) => sqlOf(up, style)),
          ),
    append: (steps) => (mustStandAlone(context) ? [] : behind(file, placed, steps, style)),
    outside: (beside) => outside(context, beside),
    move: (edits, moved) => move(context, edits, moved),
    undoConcurrently: (undoes) => undoConcurrently(context, undoes),
    undo: (undoes, steps) => undo(context, undoes, steps),
    next: (followUps) =>
      followUps.length > 0 && !script.rules.canAdd ? null : newScripts(site, script, style, followUps),
  };
}

/** What new SQL migrations of the same folder are made like; `null` when the file is no migration. */
export function scriptFile(site: Site): ScriptFile | null {
  const own = site.migrations.find(({ path }) => path === site.file.path);
  return own === undefined || site.step === null ? null : scriptFileOf(site, site.file.text, own);
}

/** The same for another migration of the history. */
export function scriptLike(site: Site, file: MigrationFile): ScriptFile | null {
  const text = site.textOf(file.path);
  return text === null || file.layout === 'ecto' ? null : scriptFileOf(site, text, file);
}

interface Context {
  readonly site: Site;
  readonly file: SqlFile;
  readonly placed: PlacedStatement;
  readonly script: ScriptFile;
  readonly style: SqlStyle;
}

/** A runner that sends a script as one text makes one transaction of several statements, and this one refuses that. */
function mustStandAlone({ placed, script }: Context): boolean {
  return !script.rules.sendsOneByOne && operationsOf(placed.statement).some(refusesTransaction);
}

function inFile(file: SqlFile, { start }: PlacedStatement, edits: readonly TextEdit[]): readonly TextEdit[] {
  return withOwnNewlines(
    file.text,
    edits.map((edit) => ({ ...edit, span: shift(edit.span, start) })),
  );
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
    for (const one of [explicit.begin, explicit.commit]) edits.push(removeBareStatement(file, one));
  }
  const here = changeOf(script.path, edits);
  if (!script.rules.canLeave) return transactionNow(context) === 'none' ? here : null;
  if (transactionNow(context) !== 'per-file') return here;
  const others = ups.filter((one) => one !== placed && one !== explicit?.begin && one !== explicit?.commit);
  if (!mayStay(context, others, beside)) return null;
  const { edits: leaves, creates } = script.rules.leave(script);
  return together(here, {
    edits: [{ path: script.path, edits: withOwnNewlines(file.text, leaves) }],
    creates,
  });
}

/** Whether the statement need not move, because the others may lose the runner's transaction with it. */
function mayStay(
  { script }: Context,
  others: readonly PlacedStatement[],
  beside: 'anything' | 'indexes',
): boolean {
  if (!script.rules.sendsOneByOne) return others.length === 0;
  const operations = others.flatMap(({ statement }) => operationsOf(statement));
  return beside === 'anything' ? !operations.some(needsTransaction) : operations.every(isAsGoodOutside);
}

function transactionNow({ site, script }: Context): RunnerTransaction {
  return script.rules.transaction(script) ?? site.step?.migration.transaction ?? 'unknown';
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

function move(
  context: Context,
  edits: readonly TextEdit[],
  { name, undoes, outside: leaves }: Moved,
): Change | null {
  const { site, file, placed, script, style } = context;
  if (!script.rules.canAdd || (leaves && !mayLeave(context))) return null;
  const undone: Step[] = [];
  const changes: Change[] = [changeOf(script.path, [removeStatement(file, placed)])];
  for (const { path, file: down, placed: one, operation } of undoing(context, undoes)) {
    if (countActions(one.statement) > 1) continue;
    if (!isPossibleLast(site, operation)) return null;
    changes.push(changeOf(path, [removeStatement(down, one)]));
    const concurrent = leaves && operation.kind.endsWith('-index') ? makeConcurrent(one.statement) : [];
    undone.push({ kind: 'moved', text: movedStatement(down, one, concurrent) });
  }
  const text = movedStatement(file, placed, edits);
  const down = undone.length > 0 ? undone : endOf(placed, leaves);
  const followUp: FollowUp = { name, outside: leaves, notes: [], up: [{ kind: 'moved', text }], down };
  return together(...changes, newScripts(site, script, style, [followUp]));
}

/** Whether a new migration of the same kind can run outside a transaction: where the configuration opens one, nobody else can. */
function mayLeave({ site, script: { rules } }: Context): boolean {
  return rules.canLeave && !(rules.isUpToTheAuthor && site.step?.migration.transaction === 'per-file');
}

/** What undoes the statement where its own way down leaves that to the end of a column or table. */
function endOf({ statement }: PlacedStatement, concurrently: boolean): readonly Step[] {
  const [operation] = operationsOf(statement);
  if (operation?.kind !== 'create-index' || operation.index === null) return [];
  const { table, unique, index } = operation;
  const { name } = index;
  const step = {
    kind: 'create-index',
    table,
    columns: [],
    unique,
    name,
    given: name,
    concurrently,
  } as const;
  return [{ kind: 'drop-index', index: step, ifExists: true }];
}

/** Whether what undoes the statement can run before all else on the way down: an index needs its columns. */
function isPossibleLast({ latest }: Site, operation: Operation): boolean {
  if (operation.kind !== 'create-index') return true;
  const table = findTable(latest, operation.table);
  const columns = operation.keys.flatMap(({ column }) => column ?? []);
  return table !== null && columns.every((column) => columnOf(table, column) !== null);
}

/** In what undoes a statement; left out where the way down stays in a transaction. */
const CONCURRENTLY = / concurrently\b/i;

function undo(context: Context, undoes: Undoes, steps: readonly Step[]): Change {
  const changes = undoing(context, undoes).map(({ path, file, placed, operation, beside }) => {
    const written = steps.map((step) => sqlOf(step, context.style));
    const refuses = written.some((text) => CONCURRENTLY.test(text));
    const leaves = refuses ? context.script.rules.leaveDown(file, beside) : [];
    const texts = leaves === null ? written.map((text) => text.replace(CONCURRENTLY, '')) : written;
    const left = withOwnNewlines(file.text, leaves ?? []);
    if (countActions(placed.statement) > 1) {
      const without = withoutAction(placed.statement, operation) ?? [];
      return changeOf(path, [
        ...left,
        ...inFile(file, placed, without),
        ...insertBehind(file, placed, texts),
      ]);
    }
    if (texts.length === 0) return changeOf(path, [removeBareStatement(file, placed)]);
    const span = { start: 0, end: placed.statement.text.length };
    return changeOf(path, [...left, ...inFile(file, placed, [{ span, text: texts.join(';\n') }])]);
  });
  return together(...changes);
}

function undoConcurrently(context: Context, undoes: Undoes): Change {
  const { script } = context;
  const changes = undoing(context, undoes).map(({ path, file, placed, operation, beside }) => {
    if (!operation.kind.endsWith('-index') || transactionNow(context) === 'none') return together();
    const leaves = script.rules.leaveDown(file, beside);
    if (leaves === null) return together();
    const edits = inFile(file, placed, makeConcurrent(placed.statement));
    return changeOf(path, [...edits, ...withOwnNewlines(file.text, leaves)]);
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
