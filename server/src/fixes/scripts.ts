// How migration tools want their SQL files: directives, the way down, and how a script leaves the runner's transaction.
//
// goose: https://pressly.github.io/goose/documentation/annotations/ · dbmate: https://github.com/amacneil/dbmate#migration-options ·
// sql-migrate: https://github.com/rubenv/sql-migrate#writing-migrations · Flyway: "Script Configuration Files" ·
// Diesel: MigrationMetadata::run_in_transaction · sqlx: `-- no-transaction` · Supabase runs statements that refuse a transaction
// by themselves (CLI 2.109).

import { layoutNamed } from '../migrations/layouts/index.js';
import type { LayoutId } from '../migrations/layouts/layout.js';
import type { RunnerTransaction } from '../migrations/migration.js';
import type { Directive, SqlFile } from '../syntax/sql/statement.js';
import { insertAt, type TextEdit } from '../text/edits.js';
import { fileName, folderOf } from '../text/source-file.js';
import { textAt } from '../text/span.js';

/** The SQL migration that is mended; new ones are made like it. */
export interface ScriptFile {
  readonly path: string;
  readonly text: string;
  readonly layout: LayoutId;
  /** The folder of migrations. */
  readonly folder: string;
  readonly version: string;
  readonly directives: readonly Directive[];
  /** The file with the way down, where it is a file of its own and exists. */
  readonly downPath: string | null;
}

/** A new migration: whole statements with `;`, and comments above them where they have any. */
export interface Script {
  readonly notes: readonly string[];
  readonly up: readonly string[];
  readonly down: readonly string[];
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

/** Where a migration of the same layout has its file with the way down; `null` where there is no such file. */
export function downPathOf(layout: LayoutId, path: string): string | null {
  const name = fileName(path);
  switch (layout) {
    case 'up-down':
      return path.replace(/\.up\.sql$/, '.down.sql');
    case 'diesel':
      return `${folderOf(path)}/down.sql`;
    case 'flyway':
      return `${folderOf(path)}/U${name.slice(1)}`;
    default:
      return null;
  }
}

/** Whether the runner sends the statements of a script outside a transaction one by one. As one text they are one again. */
export function sendsOneByOne(script: ScriptFile): boolean {
  const tool = toolOf(script);
  return tool === 'goose' || tool === 'sql-migrate' || tool === 'flyway' || tool === 'supabase';
}

/** Whether there is a way for a script to commit in between. */
export function canCommit(script: ScriptFile): boolean {
  return toolOf(script) !== 'supabase';
}

/** What the runner does with the script: where the layout is a plain one, its directives may still tell the tool. */
export function transactionOf(script: ScriptFile, known: RunnerTransaction): RunnerTransaction {
  if (toolOf(script) !== 'sql-migrate') return known;
  return script.directives.some(({ text }) => text === 'up notransaction') ? 'none' : 'per-file';
}

/** Whether the author has to see to it that a script which commits runs outside a transaction. */
export function isUpToTheAuthor(script: ScriptFile): boolean {
  return toolOf(script) === 'plain';
}

/** Edits after which the runner opens no transaction for the file; none where it does not open one for such statements. */
export function leaveRunnersTransaction(script: ScriptFile): Leave {
  const { text, directives } = script;
  const up = directives.find((directive) => /^up\b/.test(directive.text));
  switch (toolOf(script)) {
    case 'goose':
      return edited(insertAt(lineStart(text, up?.span.start ?? 0), `${marked(up, text)} NO TRANSACTION\n`));
    case 'dbmate':
      return up === undefined ? nothing : edited(insertAt(up.span.end, ' transaction:false'));
    case 'sql-migrate':
      return up === undefined ? nothing : edited(insertAt(up.span.end, ' notransaction'));
    case 'sqlx':
      return edited(insertAt(0, '-- no-transaction\n'));
    case 'diesel':
      return { edits: [], creates: [metadata(script.path)] };
    default:
      return nothing;
  }
}

/**
 * The same for the script that undoes it, when the way up leaves its transaction.
 * @param file the file that holds the way down
 * @param beside how many other statements that script holds
 * @returns `null` when it cannot leave
 */
export function leaveOnTheWayDown(
  script: ScriptFile,
  file: Pick<SqlFile, 'text' | 'directives'>,
  beside: number,
): readonly TextEdit[] | null {
  const tool = toolOf(script);
  // One switch for both ways.
  if (tool === 'goose') return [];
  if (beside > 0) return null;
  const down = file.directives.find((directive) => /^down\b/.test(directive.text));
  if (tool === 'dbmate') return down === undefined ? null : [insertAt(down.span.end, ' transaction:false')];
  if (tool === 'sql-migrate') return down === undefined ? null : [insertAt(down.span.end, ' notransaction')];
  if (tool === 'sqlx') return [insertAt(0, '-- no-transaction\n')];
  return [];
}

const nothing: Leave = { edits: [], creates: [] };

function edited(edit: TextEdit): Leave {
  return { edits: [edit], creates: [] };
}

/** The files of a new migration, with `\n` as line ends. */
export function scriptFiles(like: ScriptFile, version: string, name: string, script: Script): NewFile[] {
  const path = layoutNamed(like.layout).pathOf(like.folder, spelled(version, like), name);
  const notes = script.notes.map((line) => (line === '' ? '--' : `-- ${line}`));
  const up = [...notes, ...statements(script.up)].join('\n');
  const down = script.down.length === 0 ? NOTHING_TO_UNDO : statements(script.down).join('\n');
  const tool = toolOf(like);
  const twoWay = twoWayFile(like, script);
  if (twoWay !== null) {
    const body = tool === 'dbmate' ? statements : markedStatements(tool);
    const back = script.down.length === 0 ? NOTHING_TO_UNDO : body(script.down).join('\n');
    const parts = [...twoWay.head, twoWay.up, ...notes, ...body(script.up)];
    const text = twoWay.down === null ? parts : [...parts, '', twoWay.down, back];
    return [{ path, text: `${text.join('\n')}\n` }];
  }
  const head = tool === 'sqlx' && script.outside ? '-- no-transaction\n' : '';
  const files = [{ path, text: `${head}${up}\n` }];
  const downPath = like.downPath === null ? null : downPathOf(like.layout, path);
  if (downPath !== null) files.push({ path: downPath, text: `${head}${down}\n` });
  if (script.outside && tool === 'diesel') files.push(metadata(path));
  // Flyway tells by itself when every statement refuses a transaction; a DO block does not.
  if (script.outside && tool === 'flyway' && !script.up.every((sql) => /\bconcurrently\b/i.test(sql))) {
    files.push({ path: `${path}.conf`, text: 'executeInTransaction=false\n' });
  }
  return files;
}

const NOTHING_TO_UNDO = '-- Nothing to undo.';

interface TwoWay {
  readonly head: readonly string[];
  readonly up: string;
  /** `null` when the files of this folder have no way down. */
  readonly down: string | null;
}

/** The directives of a file that holds both ways, written as in its neighbour; `null` where files hold one way. */
function twoWayFile({ text, directives, ...like }: ScriptFile, { outside }: Script): TwoWay | null {
  const tool = toolOf({ text, directives, ...like });
  const up = directives.find((directive) => /^up\b/.test(directive.text));
  const down = directives.find((directive) => /^down\b/.test(directive.text));
  if (up === undefined || (tool !== 'goose' && tool !== 'dbmate' && tool !== 'sql-migrate')) return null;
  const plainUp = bare(textAt(text, up.span), 'up');
  const plainDown = down === undefined ? null : bare(textAt(text, down.span), 'down');
  if (!outside) return { head: [], up: plainUp, down: plainDown };
  if (tool === 'goose') return { head: [`${marked(up, text)} NO TRANSACTION`], up: plainUp, down: plainDown };
  const option = tool === 'dbmate' ? ' transaction:false' : ' notransaction';
  return { head: [], up: plainUp + option, down: plainDown === null ? null : plainDown + option };
}

/** The directive without options. */
function bare(directive: string, word: 'up' | 'down'): string {
  return new RegExp(`^.*?\\b${word}\\b`, 'is').exec(directive)?.[0] ?? directive;
}

/** `-- +goose`, as the author spaces it. */
function marked(up: Directive | undefined, text: string): string {
  return (up === undefined ? '-- +goose' : textAt(text, up.span)).replace(/\s*\bup\b.*$/is, '');
}

function statements(texts: readonly string[]): string[] {
  return texts.flatMap((text, index) => [
    ...(index > 0 && (isBlock(text) || isBlock(texts[index - 1] ?? '')) ? [''] : []),
    text,
  ]);
}

/** goose and sql-migrate cut a script at each `;`, also inside a body, unless they are told where it begins and ends. */
function markedStatements(tool: Tool) {
  const mark = tool === 'goose' ? '-- +goose' : '-- +migrate';
  return (texts: readonly string[]): string[] =>
    statements(texts).flatMap((text) =>
      isBlock(text) ? [`${mark} StatementBegin`, text, `${mark} StatementEnd`] : [text],
    );
}

function isBlock(text: string): boolean {
  return /\$\w*\$/.test(text);
}

type Tool = LayoutId | 'sql-migrate' | 'sqlx';

/** The layout, with tools told apart that share one. */
function toolOf({ layout, text, directives, version }: ScriptFile): Tool {
  if (directives.some(({ kind }) => kind === 'sql-migrate')) return 'sql-migrate';
  if (layout !== 'up-down' && layout !== 'plain') return layout;
  // golang-migrate counts or dates its files as well, and takes the comment for a comment.
  const sqlx = /^--\s*no-transaction\b/.test(text) || (layout === 'up-down' && version.length === 14);
  return sqlx ? 'sqlx' : layout;
}

/** Diesel's folders may spell a version with hyphens, which do not count. */
function spelled(version: string, { layout, path }: ScriptFile): string {
  if (layout !== 'diesel') return version;
  const form = /^(\d{4}-\d\d-\d\d-\d{6})(-\d{4})?_/.exec(fileName(folderOf(path)));
  const digits = /^(\d{4})(\d\d)(\d\d)(\d{6})(\d{4})?$/.exec(version);
  if (form === null || digits === null) return version;
  return digits
    .slice(1)
    .filter((part) => part !== undefined)
    .join('-');
}

function metadata(path: string): NewFile {
  return { path: `${folderOf(path)}/metadata.toml`, text: 'run_in_transaction = false\n' };
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}
