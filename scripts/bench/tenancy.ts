// What the tenancy analysis of an application costs: every query of it from nothing, and one edit. Run with --expose-gc and the folder
// of the product's bundles, in a process of its own. The time of the processor beside that of the clock counts what other threads do.

import { loadParsers } from '../../server/src/hosts/parsers.js';
import { lintFile } from '../../server/src/lint/lint.js';
import type { Parsers } from '../../server/src/lint/reading.js';
import { tenantSitesOf } from '../../server/src/lint/tenant-sites.js';
import { createWorkspace, updateWorkspace, type Workspace } from '../../server/src/lint/workspace.js';
import { RULES } from '../../server/src/rules/index.js';
import { sourceFile } from '../../server/src/text/source-file.js';
import { type NamedText, tenantApplication } from './inputs.js';
import { quantile } from './language-server.js';

const ROOT = '/bench';
const MODULES = [50, 1500];

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

/** The middle of the time from an edit of a file to the findings in it. */
function editing(start: Workspace, path: string, from: string, to: (round: number) => string): number {
  const full = `${ROOT}/${path}`;
  const text = start.files.get(full)?.text ?? '';
  let workspace = start;
  const times = Array.from({ length: 21 }, (_, round) =>
    timeOf(() => {
      const file = sourceFile(full, text.replace(from, to(round)));
      workspace = updateWorkspace(workspace, [{ path: full, file }]);
      lintFile(workspace, full);
    }),
  );
  return quantile(times, 0.5);
}

function measure(parsers: Parsers, count: number): void {
  const files = tenantApplication(count);
  let workspace = open(parsers, []);
  let sites = 0;
  const before = process.cpuUsage();
  const reading = timeOf(() => {
    workspace = open(parsers, files);
  });
  const asking = timeOf(() => {
    for (const { path } of files) sites += tenantSitesOf(workspace, `${ROOT}/${path}`).length;
  });
  const { user, system } = process.cpuUsage(before);
  globalThis.gc?.();
  const held = process.memoryUsage().heapUsed / 2 ** 20;
  const context = files.findLast(({ path }) => /^lib\/bench\/\w+\.ex$/.test(path))?.path ?? '';
  const own = editing(workspace, context, '[q], ilike', (round) => `[q], q.note == ${round} and ilike`);
  const shared = editing(
    workspace,
    'lib/bench/scopes.ex',
    'q.org_id ==',
    (round) => `q.note == ${round} and q.org_id ==`,
  );
  console.log(
    `  ${String(count).padStart(5)} modules  read ${ms(reading)}  ${sites} queries ${ms(asking)}  together ${ms(reading + asking)} (processor ${ms((user + system) / 1000)})` +
      `  an edit ${ms(own)}  in what all of them call ${ms(shared)}  ${held.toFixed(0)} MiB`,
  );
}

function ms(time: number): string {
  return `${time.toFixed(1).padStart(7)} ms`;
}

async function main(folder: string): Promise<void> {
  const parsers = await loadParsers(folder);
  for (const count of MODULES) measure(parsers, count);
}

void main(process.argv[2] ?? '.');
