// The package is complete in itself: unpacked in an empty folder, with no node_modules in reach and every connection
// refused, its command line and its language server work. Builds the package anew, so it cannot look at an old one.

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  createProtocolConnection,
  ExitNotification,
  InitializedNotification,
  InitializeRequest,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node';
import { readVsix, unpackVsix } from './e2e/vsix.js';

interface Manifest {
  readonly version: string;
  readonly main: string;
  readonly icon?: string;
  readonly contributes?: unknown;
}

const MEGABYTE = 1_000_000;
const LIMIT = 16 * MEGABYTE;
const BUILD_TIMEOUT = 180_000;

const root = join(import.meta.dirname, '..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
const vsix = join(root, `plumbline-${manifest.version}.vsix`);
const run = promisify(execFile);

/** Loaded into every process under test, its workers too. */
const NO_NETWORK = `
  const { Socket } = require('node:net');
  Socket.prototype.connect = () => { throw new Error('this test allows no connections'); };
`;

describe('the package', () => {
  let folder = '';
  let extension = '';
  let files: string[] = [];

  before(async function () {
    this.timeout(BUILD_TIMEOUT);
    await run(process.execPath, ['scripts/package.mjs'], { cwd: root });
    folder = mkdtempSync(join(tmpdir(), 'plumbline-package-'));
    extension = unpackVsix(vsix, folder);
    files = [...readVsix(vsix).keys()];
    writeFileSync(join(folder, 'no-network.cjs'), NO_NETWORK);
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  it('is at most 16 MB', () => {
    assert.ok(statSync(vsix).size <= LIMIT, `${(statSync(vsix).size / MEGABYTE).toFixed(1)} MB`);
  });

  it('holds what people read', () => {
    const names = ['readme.md', 'changelog.md', 'LICENSE.txt', 'dist/THIRD_PARTY_NOTICES.txt', 'docs/rules/'];
    const missing = names.filter((name) => !files.some((file) => file.startsWith(`extension/${name}`)));
    assert.deepEqual(missing, []);
  });

  it('holds every file that the manifest names', () => {
    const named = [manifest.main, manifest.icon ?? [], pathsIn(manifest.contributes)].flat();
    const missing = named.filter((path) => !existsSync(join(extension, path)));
    assert.deepEqual(missing, []);
  });

  it('holds no sources, tests, source maps or packages', () => {
    const unwanted = files.filter((file) =>
      /\.(ts|mts|map|vsix)$|\/(node_modules|test|scripts|out|server|client)\//.test(file),
    );
    assert.deepEqual(unwanted, []);
  });

  it('is the same for the same sources', async function () {
    this.timeout(BUILD_TIMEOUT);
    const again = join(folder, 'again.vsix');
    rmSync(join(root, 'out/cache'), { recursive: true });
    await run(process.execPath, ['scripts/package.mjs', again], { cwd: root });
    assert.equal(digest(again), digest(vsix));
  });

  it('has a command line that knows its version', async () => {
    const { stdout } = await node('dist/cli.cjs', ['--version']);
    assert.equal(stdout.trim(), manifest.version);
  });

  it('has a command line that finds', async () => {
    const path = '20240101000000_index.sql';
    writeFileSync(join(folder, path), 'create index users_email_idx on users (email);\n');
    const result = await node('dist/cli.cjs', ['check', '--format', 'json', path]).catch((error) => error);
    assert.equal(result.code, 1, result.stderr);
    const { findings } = JSON.parse(result.stdout) as { findings: { rule: string; docs: string }[] };
    const finding = findings.find(({ rule }) => rule === 'create-index-blocking-writes');
    assert.ok(finding);
    assert.ok(existsSync(join(extension, finding.docs)), finding.docs);
  });

  it('has a language server that starts and ends', async () => {
    const server = spawn(process.execPath, [join(extension, 'dist/server.cjs'), '--stdio'], isolated());
    const connection = createProtocolConnection(
      new StreamMessageReader(server.stdout),
      new StreamMessageWriter(server.stdin),
    );
    connection.listen();
    const ended = once(server, 'exit');
    const { capabilities } = await connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      rootUri: null,
      workspaceFolders: null,
      capabilities: {},
    });
    assert.ok(capabilities.textDocumentSync);
    await connection.sendNotification(InitializedNotification.type, {});
    await connection.sendRequest(ShutdownRequest.type);
    await connection.sendNotification(ExitNotification.type);
    assert.deepEqual(await ended, [0, null]);
  });

  function node(program: string, args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
    return run(process.execPath, [join(extension, program), ...args], isolated());
  }

  function isolated(): { cwd: string; env: NodeJS.ProcessEnv } {
    const { NODE_PATH: _, ...env } = process.env;
    return { cwd: folder, env: { ...env, NODE_OPTIONS: `--require=${join(folder, 'no-network.cjs')}` } };
  }
});

/** All strings in a part of the manifest that are paths in the package. */
function pathsIn(value: unknown): string[] {
  if (typeof value === 'string') return value.startsWith('./') ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(pathsIn) : [];
}

function digest(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
