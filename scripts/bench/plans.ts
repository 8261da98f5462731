// What a plan from the embedded Postgres costs: the first one of a project, the first one of a day, and every other one; with
// empty tables and with statistics. Run with --expose-gc and the folder of the product's bundles, in a process of its own.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Table } from '../../server/src/catalog/catalog.js';
import type { Statistics } from '../../server/src/catalog/statistics.js';
import type { MigrationGroup, ReplayProgress } from '../../server/src/database/database.js';
import {
  type EmbeddedOptions,
  type EmbeddedPostgres,
  openEmbedded,
} from '../../server/src/database/pglite.js';
import { migrationGroups } from '../../server/src/hosts/migration-groups.js';
import { loadParsers } from '../../server/src/hosts/parsers.js';
import { readStatistics } from '../../server/src/lint/statistics-file.js';
import { createWorkspace } from '../../server/src/lint/workspace.js';
import { RULES } from '../../server/src/rules/index.js';
import { sourceFile } from '../../server/src/text/source-file.js';
import { sqlMigrations } from './inputs.js';
import { quantile } from './language-server.js';

const ROOT = '/bench';
const MIGRATIONS = 500;
const ROWS = 2_000_000;
const PAGES = 40_000;
const VALUES = 100;
const REPEATS = 21;

interface Subject {
  readonly migrations: readonly MigrationGroup[];
  readonly tables: readonly Table[];
}

async function main(dist: string): Promise<void> {
  const parsers = await loadParsers(dist);
  const workspace = createWorkspace(
    { root: ROOT, parsers, ruleIds: new Set(RULES.map(({ id }) => id)), projectRoots: [ROOT] },
    sqlMigrations(MIGRATIONS).map(({ path, text }) => sourceFile(`${ROOT}/${path}`, text)),
  );
  const history = workspace.histories[0]?.history;
  if (history === undefined) throw new Error('there are no migrations');
  const subject: Subject = {
    migrations: migrationGroups(history),
    tables: [...history.latest.relations.values()].filter((relation) => relation.kind === 'table'),
  };
  const statements = subject.migrations.reduce((count, group) => count + group.statements.length, 0);
  const file = statisticsOf(subject.tables);
  console.log(
    `\n  ${MIGRATIONS} SQL migrations of ${statements} statements, ${subject.tables.length} tables; statistics of ${Math.round(file.length / 1000)} kB`,
  );
  const { statistics } = readStatistics(file);
  const cacheFolder = mkdtempSync(join(tmpdir(), 'plumbline-bench-'));
  const open = { worker: join(dist, 'database-worker.cjs'), cacheFolder };
  try {
    await measure('empty tables, all replayed', open, subject, null);
    await measure('empty tables, from the cached dump', open, subject, null);
    await measure('with statistics, from the cached dump', open, subject, statistics);
  } finally {
    rmSync(cacheFolder, { recursive: true, force: true });
  }
}

/** Prints what the first plan takes, and of what; what every other takes; and the memory of the worker. */
async function measure(
  title: string,
  options: EmbeddedOptions,
  subject: Subject,
  statistics: Statistics | null,
): Promise<void> {
  const before = resident();
  const phases: { readonly phase: string; readonly at: number }[] = [];
  const onProgress = ({ phase }: ReplayProgress) => {
    if (phases.at(-1)?.phase !== phase) phases.push({ phase, at: performance.now() });
  };
  const embedded = openEmbedded({ ...options, onProgress });
  try {
    const first = await planning(embedded, subject, statistics);
    const end = performance.now();
    const parts = phases.map(
      ({ phase, at }, index) => `${phase} ${seconds((phases[index + 1]?.at ?? end) - at)}`,
    );
    const others: number[] = [];
    for (let round = 0; round < REPEATS; round++) others.push(await planning(embedded, subject, statistics));
    console.log(
      `    ${title.padEnd(38)} first ${seconds(first)} (${parts.join(', ')})  then ${quantile(others, 0.5).toFixed(1)} ms` +
        `  worker ${Math.round((resident() - before) / 2 ** 20)} MiB`,
    );
  } finally {
    await embedded.close();
  }
}

async function planning(
  embedded: EmbeddedPostgres,
  { migrations, tables }: Subject,
  statistics: Statistics | null,
): Promise<number> {
  const [one, other] = [tables.at(-1)?.name, tables.at(-2)?.name];
  const statement = `SELECT * FROM ${one} a JOIN ${other} b USING (organization_id) WHERE a.id = $1 ORDER BY b.inserted_at LIMIT 20`;
  const started = performance.now();
  const answer = await embedded
    .after(migrations, statistics)
    .explain({ statement, writes: false, parameters: 1, analyze: false });
  if (answer.kind !== 'explained') throw new Error(JSON.stringify(answer));
  return performance.now() - started;
}

/** The file of a server with as many values for each column as ANALYZE keeps by default. */
function statisticsOf(all: readonly Table[]): string {
  const numbers = (count: number) => Array.from({ length: count }, (_, index) => String(index * 1000));
  const column = (name: string) => ({
    null_frac: 0,
    avg_width: 8,
    n_distinct: -0.5,
    correlation: 0.3,
    ...(/(^|_)id$/.test(name)
      ? {
          most_common_vals: numbers(VALUES),
          most_common_freqs: numbers(VALUES).map(() => 0.001),
          histogram_bounds: numbers(VALUES + 1),
        }
      : {}),
  });
  return JSON.stringify({
    version: 1,
    exported: '2026-11-20',
    tables: Object.fromEntries(
      all.map(({ schema, name, columns, indexes }) => [
        `${schema}.${name}`,
        {
          rows: ROWS,
          pages: PAGES,
          analyzedPages: PAGES,
          columns: Object.fromEntries(columns.map((one) => [one.name, column(one.name)])),
          indexes: Object.fromEntries(
            [...indexes.map((one) => one.name), `${name}_pkey`].map((index) => [
              index,
              { rows: ROWS, pages: 5000 },
            ]),
          ),
        },
      ]),
    ),
  });
}

function resident(): number {
  globalThis.gc?.();
  return process.memoryUsage().rss;
}

function seconds(time: number): string {
  return `${(time / 1000).toFixed(2)} s`;
}

void main(process.argv[2] ?? '.');
