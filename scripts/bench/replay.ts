// What the catalog costs: replaying a history of so many migrations from nothing, the memory that it holds, and an edit to its
// last and to its middle migration. Run with --expose-gc and the folder of the product's bundles, in a process of its own: other
// parts leave their traces in the heap.

import { loadParsers } from '../../server/src/hosts/parsers.js';
import type { Parsers } from '../../server/src/lint/reading.js';
import { createWorkspace, updateWorkspace, type Workspace } from '../../server/src/lint/workspace.js';
import { RULES } from '../../server/src/rules/index.js';
import { sourceFile } from '../../server/src/text/source-file.js';
import { ectoApplication, type NamedText, sqlMigrations } from './inputs.js';
import { quantile } from './language-server.js';

const ROOT = '/bench';
const COUNTS = [250, 500, 1000, 2000];

function open(parsers: Parsers, files: readonly NamedText[]): Workspace {
  return createWorkspace(
    { root: ROOT, parsers, ruleIds: new Set(RULES.map(({ id }) => id)), projectRoots: [ROOT] },
    files.map(({ path, text }) => sourceFile(`${ROOT}/${path}`, text)),
  );
}

function timeOf(work: () => void): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}

function heap(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

/** The middle of the time that an edit takes; each edit changes the schema. */
function editing(workspace: Workspace, { path, text }: NamedText): number {
  let current = workspace;
  const times = Array.from({ length: 21 }, (_, round) => {
    const changed = path.endsWith('.sql')
      ? `${text}CREATE TABLE made_${round} (id bigint);\n`
      : text.replace('  def change do\n', `  def change do\n    create table(:made_${round})\n`);
    return timeOf(() => {
      current = updateWorkspace(current, [
        { path: `${ROOT}/${path}`, file: sourceFile(`${ROOT}/${path}`, changed) },
      ]);
    });
  });
  return quantile(times, 0.5);
}

function measure(parsers: Parsers, title: string, filesOf: (count: number) => readonly NamedText[]): void {
  console.log(`\n  ${title}`);
  open(parsers, filesOf(50));
  let first: number | null = null;
  for (const count of COUNTS) {
    const files = filesOf(count);
    const cold = quantile(
      [1, 2, 3].map(() => timeOf(() => open(parsers, files))),
      0.5,
    );
    const before = heap();
    const workspace = open(parsers, files);
    const held = heap() - before;
    const latest = workspace.histories[0]?.history.latest;
    const tables = [...(latest?.relations.values() ?? [])].filter(({ kind }) => kind === 'table').length;
    const migrations = files.filter(({ path }) => path.includes('/migrations/'));
    const end = editing(workspace, migrations.at(-1) as NamedText);
    const middle = editing(workspace, migrations[Math.floor(migrations.length / 2)] as NamedText);
    const perFile = cold / count;
    first ??= perFile;
    console.log(
      `    ${String(count).padStart(5)} migrations  cold ${ms(cold)}  a file ${ms(perFile)} (${(perFile / first).toFixed(2)} of that at ${COUNTS[0]})` +
        `  edit at the end ${ms(end)}  in the middle ${ms(middle)}  ${tables} tables, ${((held / tables) * (1000 / 2 ** 20)).toFixed(0)} MiB for 1,000`,
    );
  }
}

function ms(time: number): string {
  return `${time.toFixed(time < 10 ? 2 : 0)} ms`;
}

async function main(folder: string): Promise<void> {
  const parsers = await loadParsers(folder);
  measure(parsers, 'SQL', sqlMigrations);
  measure(parsers, 'Ecto', ectoApplication);
}

void main(process.argv[2] ?? '.');
