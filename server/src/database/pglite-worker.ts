// The thread in which the embedded server lives: PGlite runs a statement to its end whatever happens, so the one way to
// stop it is to end its thread. Answers one request after the other. See pglite-messages.ts.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { gunzipSync, gzipSync } from 'node:zlib';
import { PGlite } from '@electric-sql/pglite';
import type { Statistics } from '../catalog/statistics.js';
import type { DatabaseSource } from '../plans/source.js';
import type { Explained, ExplainRequest, Failure } from './database.js';
import { explainIn, type ServerVersion } from './explain.js';
import { emptyExtension, type ServerFile, shippedExtension } from './extensions.js';
import { tryIndex } from './index-trial.js';
import type {
  Collation,
  NumberedRequest,
  WorkerAnswers,
  WorkerMessage,
  WorkerRequest,
  WorkerStart,
} from './pglite-messages.js';
import { type EmbeddedSession, embeddedSession } from './pglite-session.js';
import { type ReplayTools, replay } from './replay.js';
import { singleValue } from './session.js';
import { type MemoryFileSystem, RelationFiles } from './statistics/fake-sizes.js';
import { type Imported, importStatistics } from './statistics/import.js';
import { noteOnEmptyTables, notesOnStatistics } from './statistics/notes.js';
import type { StatisticsReplica } from './statistics/replica.js';
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
/** Once there are some, there is no way back. */
let planning:
  | { readonly statistics: Statistics; readonly imported: Imported; readonly replica: StatisticsReplica }
  | undefined;

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
      return explain(server, request.request);
    case 'statistics': {
      const { statistics } = request;
      const replica = replicaOf(server);
      planning = { statistics, imported: await importStatistics(replica, statistics), replica };
      return { kind: 'imported' };
    }
    case 'try-index':
      if (planning === undefined) throw new Error('an index is tried only with statistics');
      return tryIndex(planning.replica, request.trial, (one) => explain(server, one));
    case 'trace':
      return {
        kind: 'traced',
        source: server.source,
        statements: await traceEach(server.session, request.statements, begins),
      };
    case 'dump':
      return dumpOf(server, request.collation);
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

async function explain(
  { session, source, version }: Server,
  request: ExplainRequest,
): Promise<Explained | Failure> {
  const answer = await explainIn(session, request, source, version);
  if (answer.kind !== 'explained') return answer;
  if (planning === undefined) {
    const note = noteOnEmptyTables(answer.plan, answer.tables);
    return note === null ? answer : { ...answer, notes: [note, ...answer.notes] };
  }
  const { statistics, imported } = planning;
  const notes = notesOnStatistics(answer.plan, statistics, imported, version.text, new Date());
  const known = statistics.exported?.slice(0, 10) ?? 'assumed';
  return {
    ...answer,
    source: { ...source, statistics: imported.sizesFailed === null ? known : 'none' },
    notes: [...notes, ...answer.notes],
  };
}

function replicaOf({ database, session }: Server): StatisticsReplica {
  return {
    session,
    // Its types do not tell of the members that only files in memory have; the self-test finds out.
    files: new RelationFiles(database.Module.FS as unknown as MemoryFileSystem),
    provideExtension(name) {
      put(database, shippedExtension(name, start.assets) ?? []);
    },
  };
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

async function dumpOf({ database, session }: Server, collation: Collation): Promise<Uint8Array> {
  // The server reads it when it starts. Whatever is indexed is in the order of bytes anyway: it has no other here.
  if (collation === 'C') await session.query(`UPDATE pg_database SET datcollate = 'C'`, 'simple');
  await session.query('CHECKPOINT', 'simple');
  const tar = await (await database.dumpDataDir('none')).arrayBuffer();
  return gzipSync(new Uint8Array(tar), { level: 1 });
}
