// What the embedded server's worker is asked and what it answers. Everything here is cloned between threads.

import type { Statistics } from '../catalog/statistics.js';
import type {
  Explained,
  ExplainRequest,
  Failure,
  IndexTrial,
  MigrationGroup,
  Traced,
  TraceStatement,
  TriedIndex,
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
  /** From then on it only plans. */
  | { readonly kind: 'statistics'; readonly statistics: Statistics }
  | { readonly kind: 'explain'; readonly request: ExplainRequest }
  /** Only once it has statistics. */
  | { readonly kind: 'try-index'; readonly trial: IndexTrial }
  | { readonly kind: 'trace'; readonly statements: readonly TraceStatement[] }
  | { readonly kind: 'dump'; readonly collation: Collation };

/** What plans depend on: whether text is ordered by bytes. `kept`: as the database has it. */
export type Collation = 'kept' | 'C';

export interface WorkerAnswers {
  readonly start: { readonly kind: 'started' };
  readonly replay: ReplayOutcome;
  readonly statistics: { readonly kind: 'imported' };
  readonly explain: Explained | Failure;
  readonly 'try-index': TriedIndex | Failure;
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
