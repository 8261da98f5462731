// What a file is by what stands beside it. Tools share names, `<number>_<name>.sql`, so the folder decides: a checksum file, a
// lock file, or the directives in other files of it.

import { anyFileIn, fileName, folderOf, type SourceFile } from '../text/source-file.js';
import { isCallback } from './layouts/flyway.js';
import type { LayoutId } from './layouts/layout.js';
import type { MigrationFile, OrderOptions, UnreadFile } from './order.js';
import { isName } from './versions.js';

/** Tools that are known by directives in their files alone. */
const BY_DIRECTIVE: ReadonlySet<LayoutId> = new Set([
  'goose',
  'dbmate',
  'sql-migrate',
  'node-pg-migrate',
  'drizzle',
]);

/** What a file has to be called to be run. */
const NAMES: Partial<Readonly<Record<LayoutId, string>>> = {
  ecto: '<version>_<name>.exs',
  supabase: '<version>_<name>.sql',
  prisma: '<version>_<name>/migration.sql',
  hasura: '<version>_<name>/up.sql',
  diesel: '<version>_<name>/up.sql',
  flyway: 'V<version>__<name>.sql',
  goose: '<version>_<name>.sql',
  dbmate: '<version>_<name>.sql',
  'sql-migrate': '<version>_<name>.sql',
  'up-down': '<version>_<name>.up.sql',
};

export interface Evidence {
  readonly files: readonly MigrationFile[];
  readonly unread: readonly UnreadFile[];
}

/** The candidates as what their folders make of them. */
export function evidenceOf(candidates: readonly MigrationFile[], options: OrderOptions): Evidence {
  const folders = new Map<string, MigrationFile[]>();
  for (const file of candidates) {
    const { folder } = file.role;
    folders.set(folder, [...(folders.get(folder) ?? []), file]);
  }
  const files: MigrationFile[] = [];
  const unread: UnreadFile[] = [];
  const tools = new Map<string, LayoutId>();
  for (const [folder, own] of folders) {
    const decided = decide(folder, own, options);
    files.push(...decided.files);
    unread.push(...decided.unread);
    const tool = decided.files.find(({ layout }) => layout !== 'plain')?.layout;
    if (tool !== undefined) tools.set(folder, tool);
  }
  const known = new Set(candidates.map(({ path }) => path));
  for (const file of options.files.values()) {
    const reason = known.has(file.path) ? null : notRun(file, tools);
    if (reason !== null) unread.push({ path: file.path, reason });
  }
  return { files, unread };
}

function decide(folder: string, own: readonly MigrationFile[], options: OrderOptions): Evidence {
  const { layout } = options.settingsFor(anyFileIn(folder));
  if (layout !== null) return { files: layout === 'atlas' ? ofAtlas(own) : own, unread: [] };
  const provider = providerOf(options.files.get(`${folder}/migration_lock.toml`)?.text);
  if (provider !== null && !/^(?:postgres\w*|cockroachdb)$/.test(provider)) {
    const reason = `migration_lock.toml names another database, ${provider}`;
    return { files: [], unread: own.map(({ path }) => ({ path, reason })) };
  }
  if (options.files.get(`${folder}/atlas.sum`) !== undefined) return { files: ofAtlas(own), unread: [] };
  // What Flyway repeats may stand alone, but tells nothing of scripts beside it.
  const telling = own.filter(({ layout: id, role }) => id !== 'plain' && role.place === undefined);
  const tools = new Set(telling.map((file) => file.layout));
  if (tools.size === 0 && own.some((file) => file.layout === 'plain')) {
    const repeated = own.filter((file) => file.layout !== 'plain');
    const reason = 'it is one that Flyway repeats, and the scripts beside it are not its';
    return {
      files: own.filter((file) => file.layout === 'plain'),
      unread: repeated.map(({ path }) => ({ path, reason })),
    };
  }
  const [tool] = tools;
  if (tool === undefined || tools.size > 1) return { files: own, unread: [] };
  const files: MigrationFile[] = [];
  const unread: UnreadFile[] = [];
  for (const file of own) {
    if (tool === 'ecto' && file.layout === 'plain' && !isName(file.role.version)) {
      // Another runner may have it, but not one that a migration of the folder runs.
      if (!isExecuted(file, own, options)) files.push(file);
      continue;
    }
    const isNumbered = file.layout === 'plain' && !isName(file.role.version) && !options.named.has(file.path);
    if (file.layout !== 'plain' || options.named.has(file.path)) files.push(file);
    else if (isNumbered && (BY_DIRECTIVE.has(tool) || tool === 'up-down'))
      files.push({ ...file, layout: tool });
    else unread.push({ path: file.path, reason: notNamed(tool) });
  }
  return { files, unread };
}

/** `execute_file`, or a path that is read by hand. */
function isExecuted(
  { path }: MigrationFile,
  own: readonly MigrationFile[],
  { files }: OrderOptions,
): boolean {
  return own.some(({ layout, path: other }) => {
    return layout === 'ecto' && files.get(other)?.text.includes(fileName(path)) === true;
  });
}

/** Atlas goes by the names of files, letter by letter. */
function ofAtlas(own: readonly MigrationFile[]): readonly MigrationFile[] {
  const places = new Map(
    own
      .map(({ path }) => path)
      .sort()
      .map((path, place) => [path, place]),
  );
  return own.map((file) => {
    if (file.layout !== 'plain' && file.layout !== 'atlas') return file;
    return { ...file, layout: 'atlas', role: { ...file.role, place: places.get(file.path) ?? 0 } };
  });
}

/** migration_lock.toml of Prisma. */
function providerOf(text: string | undefined): string | null {
  return /^\s*provider\s*=\s*"([^"]*)"/m.exec(text ?? '')?.[1] ?? null;
}

function notNamed(tool: LayoutId): string {
  return `its name is not ${NAMES[tool] ?? 'one that the tool looks for'}`;
}

/** Why a file in a folder of migrations is none; `null` for what has no business there, and for what is not missed. */
function notRun({ path, language }: SourceFile, tools: ReadonlyMap<string, LayoutId>): string | null {
  const tool = tools.get(folderOf(path));
  if (tool === undefined || language === 'data') return null;
  const name = fileName(path);
  if (tool === 'ecto') {
    if (language !== 'elixir' || name.startsWith('.')) return null;
    return name.endsWith('.ex') ? 'it ends in .ex, and only .exs files are run' : notNamed(tool);
  }
  if (language !== 'sql' || !path.endsWith('.sql') || tool === 'rails') return null;
  if (tool === 'flyway' && isCallback(path))
    return 'Flyway calls it back around migrations, which is not replayed';
  return notNamed(tool);
}
