// npm run bench: how fast Plumbline is, beside squawk and postgres-language-server in the same run. Absolute times move with the
// machine; the ratios are what counts.
//
//   npm run bench                 everything
//   npm run bench -- keystrokes   only that part; also: cold, replay, tenancy, plans, viewer

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ectoApplication, type NamedText, sqlMigrations, sqlOfLines } from './bench/inputs.js';
import {
  type Latency,
  measureTyping,
  peakMemory,
  quantile,
  type ServerCommand,
} from './bench/language-server.js';
import { planViewer } from './bench/plan-viewer.js';

const root = join(import.meta.dirname, '..');

const PEERS = { 'squawk-cli': '2.66.0', '@postgres-language-server/cli': '0.25.5' };

/** The peers, installed into a cache: they are measured, not depended on. `null` where they cannot be had. */
function peers(): { readonly squawk: string; readonly postgresLanguageServer: string } | null {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'plumbline', 'bench');
  const bin = (name: string) => join(cache, 'node_modules', '.bin', name);
  if (!existsSync(bin('squawk')) || !existsSync(bin('postgres-language-server'))) {
    mkdirSync(cache, { recursive: true });
    writeFileSync(join(cache, 'package.json'), JSON.stringify({ private: true, dependencies: PEERS }));
    const { status } = spawnSync('npm', ['install', '--no-audit', '--no-fund'], {
      cwd: cache,
      stdio: 'ignore',
    });
    if (status !== 0) return null;
  }
  return { squawk: bin('squawk'), postgresLanguageServer: bin('postgres-language-server') };
}

function servers(): readonly ServerCommand[] {
  const found = peers();
  const ours: ServerCommand = {
    name: 'plumbline',
    command: process.execPath,
    arguments: [join(root, 'dist/cli.cjs'), 'lsp', '--stdio'],
  };
  if (found === null) {
    console.log(
      'squawk and postgres-language-server cannot be installed here: Plumbline is measured alone.\n',
    );
    return [ours];
  }
  return [
    ours,
    { name: 'squawk', command: found.squawk, arguments: ['server'] },
    {
      name: 'postgres-language-server',
      command: found.postgresLanguageServer,
      arguments: ['lsp-proxy'],
    },
  ];
}

function withFolder<T>(files: readonly NamedText[], work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-bench-'));
  for (const { path, text } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const clean = () => rmSync(folder, { recursive: true, force: true });
  const result = work(folder);
  if (result instanceof Promise) return result.finally(clean) as T;
  clean();
  return result;
}

const KEYSTROKES = 40;

async function keystrokes(): Promise<void> {
  const all = servers();
  console.log('Keystroke to diagnostics, in a comment in the middle of the file');
  for (const lines of [120, 1000, 10_000]) {
    const path = `migrations/0001_large.sql`;
    await withFolder([{ path, text: sqlOfLines(lines) }], async (folder) => {
      console.log(`\n  a SQL migration of ${lines} lines`);
      const ours = await show(all[0], folder, join(folder, path), null);
      for (const peer of all.slice(1)) await show(peer, folder, join(folder, path), ours);
    });
  }
  const application = ectoApplication(400);
  const newest = application.findLast(({ path }) => path.endsWith('.exs') && path.includes('migrations'));
  await withFolder(application, async (folder) => {
    console.log('\n  the newest of 400 Ecto migrations');
    await show(all[0], folder, join(folder, newest?.path ?? ''), null);
  });
}

async function show(
  server: ServerCommand | undefined,
  folder: string,
  path: string,
  ours: Latency | null,
): Promise<Latency | null> {
  if (server === undefined) return null;
  try {
    const latency = await measureTyping(server, folder, path, KEYSTROKES);
    const { p50, p95, open, findings, peakMemory } = latency;
    const ratio = ours === null ? '' : `   Plumbline takes ${(ours.p50 / p50).toFixed(2)} of it`;
    console.log(
      `    ${server.name.padEnd(26)} p50 ${ms(p50)}  p95 ${ms(p95)}  open ${ms(open)}  findings ${String(findings).padStart(5)}  ` +
        `peak ${peakMemory === null ? '?' : Math.round(peakMemory)} MiB${ratio}`,
    );
    return latency;
  } catch (error) {
    console.log(`    ${server.name.padEnd(26)} failed: ${error instanceof Error ? error.message : error}`);
    return null;
  }
}

function ms(time: number): string {
  return `${time.toFixed(1).padStart(7)} ms`;
}

interface Run {
  readonly seconds: number;
  readonly peakMemory: number | null;
}

/** Runs a command to its end; what it prints is thrown away. */
function timed(command: string, words: readonly string[], cwd: string): Promise<Run> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn('/usr/bin/env', [command, ...words], { cwd, stdio: ['ignore', 'ignore', 'ignore'] });
    let peak: number | null = null;
    const watch = setInterval(() => {
      peak = peakMemory(child.pid) ?? peak;
    }, 20);
    child.on('error', reject);
    child.on('exit', () => {
      clearInterval(watch);
      resolve({ seconds: (performance.now() - started) / 1000, peakMemory: peak });
    });
  });
}

async function cold(): Promise<void> {
  const found = peers();
  const cli = join(root, 'dist/cli.cjs');
  const check = (folder: string) => timed(process.execPath, [cli, 'check', '.', '--format', 'json'], folder);
  console.log('\nCold check of a folder, the whole process, median of 5');
  await withFolder(sqlMigrations(1000), async (folder) => {
    console.log('\n  1,000 SQL migrations');
    const ours = await runs('plumbline', () => check(folder), null);
    if (found === null) return;
    const files = sqlMigrations(1000).map(({ path }) => path);
    await runs('squawk', () => timed(found.squawk, files, folder), ours);
  });
  await withFolder(ectoApplication(1000), async (folder) => {
    console.log('\n  1,000 Ecto migrations with their schemas');
    await runs('plumbline', () => check(folder), null);
  });
}

/** Prints the median of five runs and gives its seconds. */
async function runs(name: string, run: () => Promise<Run>, ours: number | null): Promise<number> {
  const all: Run[] = [];
  for (let i = 0; i < 5; i++) all.push(await run());
  const seconds = quantile(
    all.map((one) => one.seconds),
    0.5,
  );
  const memory = Math.max(...all.map((one) => one.peakMemory ?? 0));
  const ratio = ours === null ? '' : `   Plumbline takes ${(ours / seconds).toFixed(2)} of it`;
  console.log(`    ${name.padEnd(26)} ${seconds.toFixed(2)} s  peak ${Math.round(memory)} MiB${ratio}`);
  return seconds;
}

/** In a process of its own, bundled as the product is, with the garbage collector at hand. */
async function apart(title: string, name: string): Promise<void> {
  console.log(`\n${title}`);
  build('--script', `scripts/bench/${name}.ts`);
  const words = ['--expose-gc', join(root, 'out/bench', `${name}.cjs`), join(root, 'dist')];
  const { status } = spawnSync(process.execPath, words, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}

const PARTS: Readonly<Record<string, () => Promise<void>>> = {
  keystrokes,
  cold,
  replay: () => apart('Reading and replaying a history, and editing it', 'replay'),
  tenancy: () => apart('Which rows the queries of an application reach', 'tenancy'),
  plans: () => apart('Plans from the embedded PostgreSQL', 'plans'),
  viewer: () => planViewer(join(root, 'dist')),
};

function build(...words: string[]): void {
  spawnSync(process.execPath, [join(root, 'scripts/build.mjs'), ...words], { cwd: root, stdio: 'inherit' });
}

build('--production');
const asked = process.argv.slice(2);
for (const part of asked.length > 0 ? asked : Object.keys(PARTS)) {
  const work = PARTS[part];
  if (work === undefined)
    throw new Error(`there is no part ${part}; there are ${Object.keys(PARTS).join(', ')}`);
  await work();
}
