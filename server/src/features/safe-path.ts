// What a fix that takes several migrations would do, before anything is written: its files in the order in which they run, for
// each statement the locks that others meet, and how long these are held.

import { DURATIONS, type Duration, durationWords, workWhileHeld } from '../analysis/lock-duration.js';
import { waitWords } from '../analysis/lock-picture.js';
import { wholeMigration } from '../analysis/whole-migration.js';
import { LOCK_MODES, type LockMode, lockName } from '../catalog/lock-modes.js';
import { configFor, migrationAt, updateWorkspace, type Workspace } from '../lint/workspace.js';
import type { ReplayedMigration } from '../migrations/history.js';
import type { RunnerTransaction } from '../migrations/migration.js';
import { applyEdits, type Change } from '../text/edits.js';
import { relativePath, sourceFile } from '../text/source-file.js';

export interface SafePath {
  /** Migrations first, in the order in which they run; then files of the application. */
  readonly files: readonly PathFile[];
}

export interface PathFile {
  /** Relative to the workspace. */
  readonly path: string;
  readonly isNew: boolean;
  /** As it would be. */
  readonly text: string;
  readonly language: 'sql' | 'elixir';
  /** `null` for what is no migration. */
  readonly migration: PathMigration | null;
}

export interface PathMigration {
  readonly transaction: RunnerTransaction;
  /** What the comments of a new one say: what has to have happened before it runs. */
  readonly notes: readonly string[];
  readonly statements: readonly PathStatement[];
}

export interface PathStatement {
  readonly sql: string;
  /** The strongest on each relation that others use, the strongest first. */
  readonly locks: readonly PathLock[];
}

export interface PathLock {
  /** Without `public.`. */
  readonly relation: string;
  readonly mode: LockMode;
  readonly held: Duration;
}

export function safePath(workspace: Workspace, change: Change): SafePath {
  const after = changed(workspace, change);
  const isNew = new Set(change.creates.map(({ path }) => path));
  const paths = [...new Set([...change.edits, ...change.creates].map(({ path }) => path))];
  const found = paths.map((path) => ({ path, at: migrationAt(after, path) }));
  const order = (step: ReplayedMigration) =>
    after.histories.flatMap(({ history }) => history.migrations).indexOf(step);
  const fileOf = (path: string, migration: PathMigration | null): PathFile => {
    const file = after.files.get(path);
    return {
      path: relativePath(workspace.root, path),
      isNew: isNew.has(path),
      text: file?.text ?? '',
      language: file?.language === 'elixir' ? 'elixir' : 'sql',
      migration,
    };
  };
  return {
    files: [
      ...found
        .flatMap(({ path, at }) => (at === null ? [] : [{ path, step: at.step }]))
        .sort((a, b) => order(a.step) - order(b.step))
        .map(({ path, step }) => {
          const { statements, transaction } = migrationOf(step, configFor(after, path).postgres);
          const notes = isNew.has(path) ? commentsOf(after, path) : [];
          return fileOf(path, { transaction, notes, statements });
        }),
      ...found.flatMap(({ path, at }) => (at === null ? [fileOf(path, null)] : [])),
    ],
  };
}

function changed(workspace: Workspace, { edits, creates }: Change): Workspace {
  return updateWorkspace(workspace, [
    ...edits.map(({ path, edits: list }) => ({
      path,
      file: sourceFile(path, applyEdits(workspace.files.get(path)?.text ?? '', list)),
    })),
    ...creates.map(({ path, text }) => ({ path, file: sourceFile(path, text) })),
  ]);
}

function commentsOf({ files, options: { parsers } }: Workspace, path: string): readonly string[] {
  const file = files.get(path);
  if (file === undefined) return [];
  const { comments } = (file.language === 'elixir' ? parsers.elixir : parsers.sql).parse(file.text);
  return comments.map(({ text }) => text.trim());
}

function migrationOf(step: ReplayedMigration, postgres: number): Omit<PathMigration, 'notes'> {
  const whole = wholeMigration(step, postgres);
  const statements = step.migration.statements.flatMap(
    ({ sql, operations }, index): readonly PathStatement[] => {
      if (sql.trim() === '' || operations.some(({ kind }) => kind === 'transaction')) return [];
      const strongest = new Map<string, PathLock>();
      for (const [at, { statement, facts }] of whole.steps.entries()) {
        if (statement !== index) continue;
        const held = workWhileHeld(whole, at);
        for (const {
          relation: { schema, name },
          mode,
        } of facts.locks) {
          const relation = schema === 'public' ? name : `${schema}.${name}`;
          const other = strongest.get(relation);
          if (other === undefined || isStronger({ mode, held }, other))
            strongest.set(relation, { relation, mode, held });
        }
      }
      const locks = [...strongest.values()].sort((a, b) => levelOf(b) - levelOf(a));
      return [{ sql, locks }];
    },
  );
  return { transaction: step.migration.transaction, statements };
}

function levelOf({ mode }: Pick<PathLock, 'mode'>): number {
  return LOCK_MODES.indexOf(mode);
}

function isStronger(one: Omit<PathLock, 'relation'>, other: Omit<PathLock, 'relation'>): boolean {
  const more = levelOf(one) - levelOf(other);
  return more > 0 || (more === 0 && DURATIONS.indexOf(one.held) > DURATIONS.indexOf(other.held));
}

/** As a page for people. */
export function safePathPage(title: string, { files }: SafePath): string {
  const migrations = files.filter(({ migration }) => migration !== null);
  return [
    `# ${title}`,
    '',
    [
      ...(migrations.length > 1
        ? [`${inWords(migrations.length)} migrations, which run one after the other.`]
        : []),
      `Nothing is written yet: the quick fix *${title}* does that, after a look at each change.`,
    ].join(' '),
    ...files.flatMap((file, index) => ['', ...sectionOf(file, index + 1)]),
    '',
  ].join('\n');
}

function inWords(count: number): string {
  return ['', '', 'Two', 'Three', 'Four', 'Five', 'Six'][count] ?? String(count);
}

function sectionOf({ path, isNew, text, language, migration }: PathFile, number: number): readonly string[] {
  const heading = `## ${number}. ${path} (${isNew ? 'new' : 'changed'})`;
  if (migration === null) return [heading, '', ...fenced(language, text)];
  const { transaction, notes, statements } = migration;
  const intro = [heading, '', [...notes, RUNS[transaction]].join(' ')];
  // What code does, it does by other means than statements of its own.
  if (statements.length === 0) return [...intro, '', ...fenced(language, text)];
  return [
    ...intro,
    ...statements.flatMap(({ sql, locks }) => ['', ...fenced('sql', sql), '', ...linesOf(locks)]),
    '',
    '<details><summary>The file</summary>',
    '',
    ...fenced(language, text),
    '',
    '</details>',
  ];
}

const RUNS: Readonly<Record<RunnerTransaction, string>> = {
  none: 'Runs outside a transaction.',
  'per-file': 'Runs in a transaction.',
  unknown: 'Whether it runs in a transaction is up to its runner.',
};

function fenced(language: string, text: string): readonly string[] {
  const ticks = '`'.repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([found]) => found.length + 1)));
  return [`${ticks}${language}`, text.replace(/\r/g, '').trimEnd(), ticks];
}

function linesOf(locks: readonly PathLock[]): readonly string[] {
  if (locks.length === 0) return ['Takes no lock on a table that others use.'];
  return locks.map(
    ({ relation, mode, held }) =>
      `- ${lockName(mode)} on \`${relation}\`, for ${durationWords(held)}: ${waitWords(mode)}.`,
  );
}
