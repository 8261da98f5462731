// npm run truth -- DIR: replays the migrations of a folder with our catalog and on a real PostgreSQL, and prints where they differ.
//
//   --layout ID       the layout of the migrations, where it is not recognised
//   --postgres MAJOR  18 unless told; of other versions a Debian-style installation is used where there is one
//   --history ID      of several histories in the folder, the one whose name ends so
//   --against FILE    compares with a recorded schema in place of a server

import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { findFiles, portable } from '../server/src/hosts/files.js';
import { DEFAULT_CONFIG } from '../server/src/lint/config.js';
import { createWorkspace, type WorkspaceHistory } from '../server/src/lint/workspace.js';
import { heldBy } from '../server/src/migrations/held.js';
import { LAYOUTS } from '../server/src/migrations/layouts/index.js';
import { RULES } from '../server/src/rules/index.js';
import { parsers } from '../test/support/parsers.js';
import { type Comparison, compare, factsOfCatalog, factsOfServer } from '../test/truth/facts/compare.js';
import { compareWithRecord, recordedSchemaIn } from '../test/truth/support/recorded-schema.js';
import { runMigrations } from '../test/truth/support/run-migrations.js';
import { type Major, startRealServer, stopRealServers } from '../test/truth/support/server-process.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    layout: { type: 'string' },
    postgres: { type: 'string', default: '18' },
    history: { type: 'string' },
    against: { type: 'string' },
  },
});

try {
  process.exitCode = await main(resolve(positionals[0] ?? '.'));
} finally {
  await stopRealServers();
}

async function main(root: string): Promise<number> {
  const histories = await historiesIn(root);
  if (histories.length === 0) {
    console.error('There are no migrations here.');
    return 2;
  }
  let status = 0;
  for (const one of histories) {
    const { set, history } = one;
    console.log(`${set.id.slice(root.length + 1) || '.'}: ${history.migrations.length} migrations`);
    const comparison =
      values.against === undefined ? await compareWithServer(one) : againstRecord(one, values.against);
    if (comparison === null) return 2;
    print(comparison);
    if (comparison.wrong.length > 0 || comparison.invented.length > 0) status = 1;
  }
  return status;
}

async function historiesIn(root: string): Promise<readonly WorkspaceHistory[]> {
  const found = await findFiles(root);
  const layout = LAYOUTS.find(({ id }) => id === values.layout)?.id ?? null;
  const { histories } = createWorkspace(
    {
      root: portable(root),
      parsers,
      ruleIds: new Set(RULES.map(({ id }) => id)),
      projectRoots: found.projectRoots,
      defaults: { ...DEFAULT_CONFIG, postgres: Number(values.postgres), layout },
    },
    found.files,
  );
  const wanted = values.history;
  return wanted === undefined ? histories : histories.filter(({ set }) => set.id.endsWith(wanted));
}

async function compareWithServer({ history }: WorkspaceHistory): Promise<Comparison | null> {
  const server = await startRealServer(Number(values.postgres) as Major);
  if (server === null) {
    console.error(`No PostgreSQL ${values.postgres} is installed.`);
    return null;
  }
  const database = await server.createDatabase();
  const held = heldBy(history);
  const expected = new Map(held.refused.map((one) => [one.path, one.refusal]));
  for (const { path, message } of await runMigrations(server, database, history)) {
    const ours = expected.get(path);
    expected.delete(path);
    console.log(`  refused  ${path}: ${message}${ours === undefined ? '' : ` (ours: ${ours.message})`}`);
  }
  for (const [path, { message }] of expected) console.log(`  accepted ${path}: we say that ${message}`);
  const { everything, newObjects } = held.catalog.doubts;
  const theirs = await factsOfServer(server, database);
  return compare(
    factsOfCatalog(held.catalog, undefined, Number(values.postgres)),
    theirs,
    everything === null && newObjects === null,
  );
}

function againstRecord({ history }: WorkspaceHistory, path: string): Comparison | null {
  const record = recordedSchemaIn(path);
  if (record === null) console.error(`${path} holds no recorded schema.`);
  return record === null ? null : compareWithRecord(history.latest, record);
}

function print({ equal, wrong, missing, invented, unknown, unspelled }: Comparison): void {
  for (const [label, lines] of Object.entries({ wrong, missing, invented, unknown, unspelled })) {
    for (const line of lines) console.log(`  ${label.padEnd(8)} ${line}`);
  }
  console.log(
    `  ${equal} equal, ${wrong.length} wrong, ${missing.length} missing, ${invented.length} invented, ${unknown.length} unknown, ${unspelled.length} not spelled`,
  );
}
