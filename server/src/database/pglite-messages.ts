// What the embedded server's worker is asked and what it answers. Everything here is cloned between threads.

import type {
  Explained,
  ExplainRequest,
  Failure,
  MigrationGroup,
  Traced,
  TraceStatement,
} from './database.js';
import type { ReplayOutcome } from './replay.js';

/** Given to the worker when it starts. */
export interface WorkerStart {
  /** Folder with `pglite.wasm`, `pglite.data`, `base.tar.gz` and the extensions' archives. */
  readonly assets: string;
  /** A packed data folder to start from, or `null` for an empty database. */
  readonly dump: Uint8Array | null;
  /** The database's name for people. */
  readonly name: string;
}

export type WorkerRequest =
  | { readonly kind: 'start' }
  | {
      readonly kind: 'replay';
      readonly groups: readonly MigrationGroup[];
      readonly passedOver: readonly number[];
    }
  | { readonly kind: 'explain'; readonly request: ExplainRequest }
  | { readonly kind: 'trace'; readonly statements: readonly TraceStatement[] }
  | { readonly kind: 'dump' };

export interface WorkerAnswers {
  readonly start: { readonly kind: 'started' };
  readonly replay: ReplayOutcome;
  readonly explain: Explained | Failure;
  readonly trace: Traced | Failure;
  /** The data folder, packed. */
  readonly dump: Uint8Array;
}

export interface NumberedRequest {
  readonly id: number;
  readonly request: WorkerRequest;
}

export type WorkerMessage =
  /** The statement at `index` of what is replayed or traced is about to be sent. */
  | { readonly kind: 'begins'; readonly id: number; readonly index: number }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: WorkerAnswers[WorkerRequest['kind']] }
  /** The worker itself is at fault, or its files are. */
  | { readonly kind: 'broken'; readonly id: number; readonly message: string };
