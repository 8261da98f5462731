// Where a history begins: with an empty database, or with a file that holds the schema of some moment.
//
// Baselines of a tool (Flyway, Atlas) are what the tool begins with. A dump that a tool writes after its migrations (Rails, Ecto,
// dbmate) says the same as they do, so it is taken only where they do not say it: where some of them are gone, or are not
// read. Which of them it contains, it lists.

import { anyFileIn, fileName, folderOf, type SourceFile } from '../text/source-file.js';
import { isCheckpoint } from './layouts/atlas.js';
import { baselineVersion } from './layouts/flyway.js';
import type { Group, MigrationFile, OrderOptions, UnreadFile } from './order.js';
import { nearestProject } from './projects.js';
import { compareVersions } from './versions.js';

export interface Dump {
  readonly path: string;
  /** Versions of the migrations that it contains; `null` when it does not say. */
  readonly versions: readonly string[] | null;
  /** Everything up to and including this version is in it; `null` when it does not say. */
  readonly upTo: string | null;
}

const NAMES = /^(?:structure|schema)\.sql$/;

/** `null` when the file does not hold a schema. One by its name alone has to make a table. */
export function dumpOf({ path, language, text }: SourceFile): Dump | null {
  if (language !== 'sql') return null;
  const head = text.slice(0, 2000);
  const upTo = /^--\s*plumbline baseline\s+(\S+)/m.exec(head)?.[1] ?? null;
  const isWritten =
    upTo !== null ||
    /^--\s*PostgreSQL database (?:cluster )?dump\b/m.test(head) ||
    /^--\s*plumbline schema\b/m.test(head);
  if (!isWritten && !(NAMES.test(fileName(path)) && /^\s*create\s+table\b/im.test(text))) return null;
  return { path, versions: versionsIn(text), upTo };
}

/**
 * `INSERT INTO "schema_migrations" (version) VALUES ('1'), ('2');` of Rails and dbmate; Ecto writes one statement for each.
 * Data of pg_dump names the same in COPY.
 */
function versionsIn(text: string): readonly string[] | null {
  const versions: string[] = [];
  const inserts = /INSERT INTO\s+(?:"?\w+"?\.)?"?schema_migrations"?\s*(?:\([^)]*\))?\s*VALUES\s*([^;]*);/gi;
  for (const [, rows = ''] of text.matchAll(inserts)) {
    for (const [, version = ''] of rows.matchAll(/\(\s*'?(\d+)'?/g)) versions.push(version);
  }
  const copied =
    /^COPY\s+(?:"?\w+"?\.)?"?schema_migrations"?\s*\([^)]*\)\s*FROM stdin;\r?\n([\s\S]*?)^\\\./im.exec(
      text,
    )?.[1];
  for (const line of copied?.split(/\r?\n/) ?? []) {
    const version = /^\d+/.exec(line)?.[0];
    if (version !== undefined) versions.push(version);
  }
  return versions.length === 0 ? null : versions;
}

export interface Begun {
  readonly baseline: MigrationFile | null;
  readonly files: readonly MigrationFile[];
  readonly contained: readonly string[];
  readonly unread: readonly UnreadFile[];
}

/** @param files those of the group that go up, in order */
export function baselineOf(
  group: Group,
  files: readonly MigrationFile[],
  dumps: readonly Dump[],
  options: OrderOptions,
): Begun {
  const given = options.settingsFor(files[0]?.path ?? anyFileIn(group.root)).baseline;
  if (given !== null && options.files.get(given) !== undefined) {
    const dump = dumps.find(({ path }) => path === given) ?? { path: given, versions: null, upTo: null };
    return begunWith(schemaFile(given), files, isContainedIn(dump));
  }
  return ofFlyway(files) ?? ofAtlas(files, options) ?? ofDump(group, files, dumps, options) ?? nothing(files);
}

function nothing(files: readonly MigrationFile[]): Begun {
  return { baseline: null, files, contained: [], unread: [] };
}

function begunWith(
  baseline: MigrationFile,
  files: readonly MigrationFile[],
  isContained: (file: MigrationFile) => boolean,
): Begun {
  const others = files.filter(({ path }) => path !== baseline.path);
  return {
    baseline,
    files: others.filter((file) => !isContained(file)),
    contained: others.filter(isContained).map(({ path }) => path),
    unread: [],
  };
}

/** An empty database gets the last B script in place of all up to its version. */
function ofFlyway(files: readonly MigrationFile[]): Begun | null {
  const baselines = files.filter(({ path }) => baselineVersion(path) !== null);
  const last = baselines.at(-1);
  if (last === undefined) return null;
  const { version } = last.role;
  return begunWith(
    last,
    files,
    ({ path, role }) =>
      baselineVersion(path) !== null ||
      (role.place === undefined && compareVersions(role.version, version) <= 0),
  );
}

/** An empty database begins with the last checkpoint. */
function ofAtlas(files: readonly MigrationFile[], options: OrderOptions): Begun | null {
  const at = files.findLastIndex(
    ({ path, layout }) => layout === 'atlas' && isCheckpoint(options.files.get(path)?.text ?? ''),
  );
  const last = files[at];
  if (last === undefined) return null;
  const before = new Set(files.slice(0, at));
  return begunWith(last, files, (file) => before.has(file));
}

function ofDump(
  group: Group,
  files: readonly MigrationFile[],
  dumps: readonly Dump[],
  options: OrderOptions,
): Begun | null {
  const dump = dumpFor(group, dumps, options);
  if (dump === null) return null;
  const { path, versions, upTo } = dump;
  if (upTo === null && !isNeeded(versions, files, dump, options)) return null;
  return begunWith(schemaFile(path), files, isContainedIn(dump));
}

function isNeeded(
  versions: Dump['versions'],
  files: readonly MigrationFile[],
  dump: Dump,
  options: OrderOptions,
): boolean {
  if (versions === null) return options.lacksBase(files, dump);
  const there = new Map(files.map((file) => [bare(file.role.version), file]));
  return versions.some((version) => {
    const file = there.get(bare(version));
    return file === undefined || file.opaque !== undefined;
  });
}

/** The same number, however many zeros stand before it. */
function bare(version: string): string {
  return version.replace(/^0+(?=\d)/, '');
}

function isContainedIn({ versions, upTo }: Dump): (file: MigrationFile) => boolean {
  const listed = new Set(versions?.map(bare));
  return ({ role }) =>
    listed.has(bare(role.version)) || (upTo !== null && compareVersions(role.version, upTo) <= 0);
}

/** The dump of that database: that of the Ecto repository, or the only one of the project, or the one in the usual place. */
function dumpFor(group: Group, dumps: readonly Dump[], { projectRoots }: OrderOptions): Dump | null {
  const { root, repo, isMain } = group;
  // What keeps a list of its files keeps no dump.
  if (!isMain) return null;
  const own = dumps.filter(({ path }) => nearestProject(folderOf(path), projectRoots) === root);
  if (repo !== null) {
    const found = own.filter(({ path }) => path.startsWith(`${root}/priv/${repo}/`));
    return only(found) ?? only(found.filter(({ path }) => path === `${root}/priv/${repo}/structure.sql`));
  }
  // With SQL scripts a dump may stand beside the folder or above it; that of another place is of another database.
  const folders = new Set(group.files.map(({ role }) => role.folder));
  const near = own.filter(({ path }) => {
    const folder = folderOf(path);
    return folder === root || [...folders].some((one) => one === folder || one.startsWith(`${folder}/`));
  });
  return (
    only(near) ??
    only(near.filter(({ path }) => /^\/db\/(?:structure|schema)\.sql$/.test(path.slice(root.length))))
  );
}

function only(dumps: readonly Dump[]): Dump | null {
  return dumps.length === 1 ? (dumps[0] ?? null) : null;
}

/** A dump as the first file of a history. */
export function schemaFile(path: string): MigrationFile {
  return {
    path,
    layout: 'plain',
    role: { folder: folderOf(path), version: '', name: fileName(path), side: 'up' },
  };
}
