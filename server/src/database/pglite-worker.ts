// The thread in which the embedded server lives: PGlite runs a statement to its end whatever happens, so the one way to
// stop it is to end its thread. Answers one request after the other. See pglite-messages.ts.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { gunzipSync, gzipSync } from 'node:zlib';
import { PGlite } from '@electric-sql/pglite';
import type { DatabaseSource } from './database.js';
import { explainIn, type ServerVersion } from './explain.js';
import { emptyExtension, type ServerFile, shippedExtension } from './extensions.js';
import type {
  NumberedRequest,
  WorkerAnswers,
  WorkerMessage,
  WorkerRequest,
  WorkerStart,
} from './pglite-messages.js';
import { type EmbeddedSession, embeddedSession } from './pglite-session.js';
import { type ReplayTools, replay } from './replay.js';
import { singleValue } from './session.js';
import { traceEach } from './trace.js';

/** Beside PGlite's own: little memory, little write-ahead log. */
const SETTINGS = [
  'shared_buffers=8MB',
  'min_wal_size=2MB',
  'max_wal_size=2MB',
  'wal_level=minimal',
  'max_wal_senders=0',
  'full_page_writes=off',
];

interface Server {
  readonly database: PGlite;
  readonly session: EmbeddedSession;
  readonly version: ServerVersion;
  readonly source: DatabaseSource;
}

const start: WorkerStart = workerData;
let starting: Promise<Server> | undefined;
let last: Promise<void> = Promise.resolve();

parentPort?.on('message', ({ id, request }: NumberedRequest) => {
  last = last.then(async () => {
    try {
      post({ kind: 'answer', id, answer: await answerTo(id, request) });
    } catch (error) {
      post({ kind: 'broken', id, message: error instanceof Error ? error.message : String(error) });
    }
  });
});

function post(message: WorkerMessage): void {
  parentPort?.postMessage(message);
}

async function answerTo(id: number, request: WorkerRequest): Promise<WorkerAnswers[WorkerRequest['kind']]> {
  starting ??= startServer();
  const server = await starting;
  const begins = (index: number) => post({ kind: 'begins', id, index });
  switch (request.kind) {
    case 'start':
      return { kind: 'started' };
    case 'replay':
      return replay(server.session, request.groups, new Set(request.passedOver), toolsOf(server, begins));
    case 'explain':
      return explainIn(server.session, request.request, server.source, server.version);
    case 'trace':
      return {
        kind: 'traced',
        source: server.source,
        statements: await traceEach(server.session, request.statements, begins),
      };
    case 'dump':
      return dumpOf(server);
  }
}

async function startServer(): Promise<Server> {
  const file = (name: string) => readFileSync(join(start.assets, name));
  const database = await PGlite.create({
    pgliteWasmModule: await WebAssembly.compile(file('pglite.wasm')),
    fsBundle: new Blob([file('pglite.data')]),
    loadDataDir: new Blob([gunzipSync(start.dump ?? file('base.tar.gz'))]),
    startParams: [...PGlite.defaultStartParams, ...SETTINGS.flatMap((setting) => ['-c', setting])],
  });
  const session = embeddedSession(database);
  const installed = await session.query('SELECT extname FROM pg_extension', 'simple');
  for (const row of installed.kind === 'rows' ? installed.rows : []) {
    put(database, shippedExtension(String(row.extname), start.assets) ?? []);
  }
  const answer = await session.query('SHOW server_version', 'simple');
  if (answer.kind !== 'rows') throw new Error('the embedded server does not know its version');
  const text = String(singleValue(answer.rows));
  const version = { text, major: Number.parseInt(text, 10) };
  const source: DatabaseSource = { kind: 'embedded', name: start.name, postgres: text, statistics: 'none' };
  return { database, session, version, source };
}

function toolsOf({ database }: Server, begins: (index: number) => void): ReplayTools {
  return {
    begins,
    provideExtension(name, version) {
      const shipped = version === null ? shippedExtension(name, start.assets) : null;
      put(database, shipped ?? emptyExtension(name, version ?? undefined));
      return shipped === null ? 'made-up' : 'shipped';
    },
  };
}

function put(database: PGlite, files: readonly ServerFile[]): void {
  for (const { path, data } of files) database.copyToFS(path, data);
}

async function dumpOf({ database, session }: Server): Promise<Uint8Array> {
  await session.query('CHECKPOINT', 'simple');
  const tar = await (await database.dumpDataDir('none')).arrayBuffer();
  return gzipSync(new Uint8Array(tar), { level: 1 });
}
