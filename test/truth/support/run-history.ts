// A history of migrations on a real server, sent as its tool would send it: in a transaction or not, statement by statement or as
// one text. Of Elixir code that runs queries, only our own backfill is known.

import type { Workspace } from '../../../server/src/lint/workspace.js';
import { layoutNamed } from '../../../server/src/migrations/layouts/index.js';
import type { Migration } from '../../../server/src/migrations/migration.js';
import type { SqlFile } from '../../../server/src/syntax/sql/statement.js';
import { parsers } from '../../support/parsers.js';
import type { RealServer } from './server-process.js';

/** What the server has to say about one migration. */
interface Sent {
  readonly path: string;
  readonly texts: readonly string[];
  readonly transaction: boolean;
}

/** Runs all migrations on the way up; with `back`, also the last ones down again and up once more. */
export async function runHistory(
  server: RealServer,
  database: string,
  workspace: Workspace,
  back: number,
): Promise<void> {
  const migrations = workspace.histories[0]?.history.migrations.map(({ migration }) => migration) ?? [];
  for (const migration of migrations) await send(server, database, upOf(migration, workspace));
  const last = back === 0 ? [] : migrations.slice(-back);
  for (const migration of [...last].reverse()) {
    const down = downOf(migration, workspace);
    if (down === null) return;
    await send(server, database, down);
  }
  for (const migration of last) await send(server, database, upOf(migration, workspace));
}

async function send(server: RealServer, database: string, { path, texts, transaction }: Sent): Promise<void> {
  const all = transaction ? ['begin', ...texts, 'commit'] : texts;
  try {
    await server.run(database, ...all);
  } catch (error) {
    throw new Error(`${path}: ${error instanceof Error ? error.message : error}\n${all.join(';\n')}`);
  }
}

function upOf(migration: Migration, workspace: Workspace): Sent {
  const { path, text } = migration.file;
  const statements = migration.statements.map(({ sql }) => sql).filter((sql) => sql.trim() !== '');
  if (migration.layout === 'ecto') {
    const texts = [...statements, ...backfillIn(text)];
    return { path, texts, transaction: migration.transaction === 'per-file' };
  }
  const file = parsers.sql.parse(text);
  return sent(migration, workspace, { path, text, file, side: 'up' });
}

/** What a backfill through Ecto comes to. */
function backfillIn(text: string): readonly string[] {
  const [, table, prefix = 'public'] = /from\(\w+ in "(\w+)",\s*(?:prefix: "(\w+)")?/.exec(text) ?? [];
  const [, column, value] = /update: \[\s*set: \[(\w+): fragment\("(.*?)"\)\]/.exec(text) ?? [];
  return column === undefined
    ? []
    : [`update ${prefix}.${table} set ${column} = ${value} where ${column} is null`];
}

function downOf(migration: Migration, workspace: Workspace): Sent | null {
  if (migration.layout === 'ecto') return null;
  const { path, text } = migration.file;
  const file = parsers.sql.parse(text);
  if (file.directives.some((one) => /^down\b/.test(one.text))) {
    return sent(migration, workspace, { path, text, file, side: 'down' });
  }
  const downPath = layoutNamed(migration.layout).downPath(path);
  const down = downPath === null ? undefined : workspace.files.get(downPath);
  if (down === undefined) return null;
  return sent(migration, workspace, {
    path: down.path,
    text: down.text,
    file: parsers.sql.parse(down.text),
    side: 'down',
  });
}

interface Side {
  readonly path: string;
  readonly text: string;
  readonly file: SqlFile;
  readonly side: 'up' | 'down';
}

function sent(migration: Migration, workspace: Workspace, { path, text, file, side }: Side): Sent {
  const { layout, version } = migration;
  const twoWay = file.directives.some((one) => /^up\b/.test(one.text));
  const statements = file.statements
    .filter((one) => !twoWay || one.section === side)
    .map(({ statement }) => statement.text);
  const script = { path, text, version, directives: file.directives };
  const rules = layoutNamed(layout).scripts(script);
  const asOne =
    rules.sendsOneByOne || layout === 'plain' || layout === 'flyway' ? statements : [statements.join(';\n')];
  return {
    path,
    texts: asOne,
    transaction: opensTransaction(migration, workspace, { path, text, file, side }, statements),
  };
}

function opensTransaction(
  { layout, version }: Migration,
  { files }: Workspace,
  { path, text, file, side }: Side,
  statements: readonly string[],
): boolean {
  const directive = file.directives.find((one) => new RegExp(`^${side}\\b`).test(one.text))?.text ?? '';
  const outside =
    statements.length > 0 && statements.every((sql) => /\bconcurrently\b|\bvacuum\b/i.test(sql));
  if (file.directives.some(({ kind }) => kind === 'sql-migrate')) return !directive.includes('notransaction');
  switch (layout) {
    case 'goose':
      return !file.directives.some((one) => one.text === 'no transaction');
    case 'dbmate':
      return !directive.includes('transaction:false');
    case 'flyway':
      return !outside && !files.has(`${path}.conf`);
    case 'diesel':
      return !files.has(path.replace(/[^/]*$/, 'metadata.toml'));
    case 'up-down':
      return version.length === 14 && !text.startsWith('-- no-transaction');
    case 'supabase':
      return !outside;
    default:
      return false;
  }
}
