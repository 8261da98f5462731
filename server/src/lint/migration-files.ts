// What is wrong with a file of migrations as a file: no runner runs it, or another one has its version.

import { isForOneDialect } from '../migrations/beginning.js';
import type { LayoutId } from '../migrations/layouts/layout.js';
import { compareVersions, type MigrationFile, type MigrationSet } from '../migrations/order.js';
import type { MigrationFileFacts } from '../rules/rule.js';
import { fileName, type SourceFile } from '../text/source-file.js';
import type { Span } from '../text/span.js';
import type { Reading } from './reading.js';
import type { Workspace } from './workspace.js';

/** `null` for what is no file of migrations, and for one that there is nothing to say about. */
export function migrationFileFacts(workspace: Workspace, reading: Reading): MigrationFileFacts | null {
  const { file } = reading;
  for (const { set } of workspace.histories) {
    const own = factsIn(set).get(file.path);
    const released = releaseFacts(workspace, set, file.path);
    const commands = psqlCommands(set, reading);
    if (own !== undefined || released !== null || commands.length > 0) {
      const span = firstLine(file);
      return {
        kind: 'migration-file',
        span,
        ...NOTHING_WRONG,
        ...own,
        ...released,
        psqlCommands: commands,
      };
    }
    const unread = set.unread.find(({ path }) => path === file.path);
    if (unread === undefined || !isMeantAsMigration(workspace, file)) continue;
    return { kind: 'migration-file', span: firstLine(file), ...NOTHING_WRONG, notRun: unread.reason };
  }
  return null;
}

const NOTHING_WRONG: Omit<MigrationFileFacts, 'kind' | 'span'> = {
  notRun: null,
  sameVersion: [],
  sameName: [],
  runner: '',
  runnerIsKnown: true,
  changedSince: null,
  behind: null,
  psqlCommands: [],
};

/** Those whose tools send scripts to the server themselves. Sqitch runs psql; who runs numbered scripts is not known. */
const SENDS_SCRIPTS: ReadonlySet<LayoutId> = new Set<LayoutId>([
  'supabase',
  'liquibase',
  'drizzle',
  'prisma',
  'hasura',
  'diesel',
  'flyway',
  'goose',
  'dbmate',
  'sql-migrate',
  'node-pg-migrate',
  'atlas',
]);

/** Liquibase hands a change set to psql when it says `runWith:psql`. */
function psqlCommands({ files }: MigrationSet, reading: Reading): MigrationFileFacts['psqlCommands'] {
  if (reading.kind !== 'sql') return [];
  const { directives } = reading.sql;
  const found = directives.filter(({ kind }) => kind === 'psql');
  const layout = files.find(({ path }) => path === reading.file.path)?.layout;
  if (found.length === 0 || layout === undefined || !SENDS_SCRIPTS.has(layout)) return [];
  if (directives.some(({ text }) => /\brunWith:\s*psql\b/i.test(text))) return [];
  return found.map(({ span, text }) => ({ span, command: /^\\\w+|^\\./.exec(text)?.[0] ?? text }));
}

/** How the file stands to those that have been released; `null` when it is as it should be, and when nothing tells. */
function releaseFacts(
  { options }: Workspace,
  { files }: MigrationSet,
  path: string,
): Pick<MigrationFileFacts, 'changedSince' | 'behind'> | null {
  const { base } = options;
  const own = files.find((file) => file.path === path);
  // What is repeated is meant to be changed.
  if (base?.kind !== 'known' || own === undefined || own.role.place !== undefined) return null;
  if (base.files.has(path)) return base.changed.has(path) ? { changedSince: base.ref, behind: null } : null;
  const last = files.findLast((file) => base.files.has(file.path) && file.role.place === undefined);
  if (last === undefined || compareVersions(own.role.version, last.role.version) >= 0) return null;
  const behind = { name: fileNameIn(last.path, last.layout), reference: base.ref };
  return { changedSince: null, behind };
}

type Sharing = Pick<MigrationFileFacts, 'sameVersion' | 'sameName' | 'runner' | 'runnerIsKnown'>;

const sharing = new WeakMap<MigrationSet, ReadonlyMap<string, Sharing>>();

/** What each tool does about two migrations of one version. Of numbered scripts of no tool nothing is known. */
const REFUSES: Partial<Readonly<Record<LayoutId, string>>> = {
  ecto: 'Ecto raises before it runs any migration',
  supabase: 'the second one fails when Supabase writes its version down',
  diesel: 'the second one fails when Diesel writes its version down',
  flyway: 'Flyway stops before it runs any migration',
  goose: 'goose stops before it runs any migration',
  dbmate: 'the second one fails when dbmate writes its version down',
  'up-down':
    'golang-migrate stops before it runs any migration, and sqlx takes it for the same migration changed',
};

/** Files that have what the runner tells them apart by in common with an earlier one, by path. */
function factsIn(set: MigrationSet): ReadonlyMap<string, Sharing> {
  let found = sharing.get(set);
  if (found === undefined) {
    found = sharingIn(set.files);
    sharing.set(set, found);
  }
  return found;
}

function sharingIn(files: readonly MigrationFile[]): ReadonlyMap<string, Sharing> {
  const byVersion = new Map<string, MigrationFile[]>();
  const byName = new Map<string, MigrationFile[]>();
  const found = new Map<string, Sharing>();
  for (const file of files) {
    const { layout, role, path } = file;
    const runner = REFUSES[layout];
    // What is repeated has no version.
    if (runner === undefined || role.place !== undefined || isForOneDialect(role.name)) continue;
    const sameVersion = addTo(byVersion, `${layout} ${role.folder} ${plainVersion(role.version)}`, file);
    const sameName = layout === 'ecto' ? addTo(byName, `${role.folder} ${role.name}`, file) : [];
    if (sameVersion.length === 0 && sameName.length === 0) continue;
    const names = (all: readonly MigrationFile[]) => all.map((one) => fileNameIn(one.path, layout));
    found.set(path, {
      runner,
      // Other runners read such files, too.
      runnerIsKnown: layout !== 'up-down',
      sameVersion: names(sameVersion),
      sameName: names(sameName),
    });
  }
  return found;
}

/** Gives those that were there before. */
function addTo(
  map: Map<string, MigrationFile[]>,
  key: string,
  file: MigrationFile,
): readonly MigrationFile[] {
  const before = map.get(key) ?? [];
  map.set(key, [...before, file]);
  return before;
}

/** Versions are compared as numbers: `01` and `1`, `1.0` and `1` are the same. */
function plainVersion(version: string): string {
  return version
    .split(/[._]/)
    .map((part) => part.replace(/^0+(?=\d)/, ''))
    .join('.')
    .replace(/(?:\.0)+$/, '');
}

/** Where each migration is a folder, its name. */
function fileNameIn(path: string, layout: LayoutId): string {
  return layout === 'diesel' ? path.split('/').slice(-2).join('/') : fileName(path);
}

/** Other scripts may stand beside migrations and be run by hand, or by code that names them. */
function isMeantAsMigration({ files }: Workspace, { path, language, text }: SourceFile): boolean {
  if (language === 'elixir') return /^\s*use\s+[\w.]*\bMigration\b/m.test(text);
  if (language !== 'sql') return false;
  const name = fileName(path);
  const isMarked = /^\s*--\s*(?:\+goose\s+up|migrate:up|\+migrate\s+up)\b/im.test(text);
  const isNamed = /\/supabase\/migrations\/[^/]+$/.test(path) || /^\d+[_-]|^V[\d._]+_|\.up\.sql$/.test(name);
  if (!isMarked && !isNamed) return false;
  for (const other of files.values()) {
    if (other.path !== path && other.language === 'elixir' && other.text.includes(name)) return false;
  }
  return true;
}

/** The first line with something on it; all that is said of a file as such stands there. */
function firstLine({ text }: SourceFile): Span {
  const start = Math.max(0, text.search(/\S/));
  const end = text.indexOf('\n', start);
  return { start, end: end < 0 ? text.length : end };
}
