// A migration file as a runner sees it: an ordered list of SQL statements, with the operations that they are.

import type { Operation } from '../catalog/operation.js';
import type { SourceFile } from '../text/source-file.js';
import type { Span } from '../text/span.js';
import type { LayoutId } from './layouts/layout.js';

/** Whether the runner wraps the file in a transaction of its own. */
export type RunnerTransaction = 'per-file' | 'none' | 'unknown';

export interface Migration {
  readonly file: SourceFile;
  readonly layout: LayoutId;
  /** The folder of migrations that it belongs to. */
  readonly folder: string;
  /** What the runner orders it by. */
  readonly version: string;
  /** The rest of its name, without the ending. */
  readonly name: string;
  readonly transaction: RunnerTransaction;
  /**
   * True when the runner holds a lock in a transaction of its own meanwhile, for which CREATE INDEX CONCURRENTLY
   * waits for ever (Ecto's default `migration_lock`).
   */
  readonly holdsMigrationLock: boolean;
  /** The schema that the history begins with, and no migration; absent for migrations. */
  readonly isBaseline?: true;
  /** What runs on the way up, in order. */
  readonly statements: readonly MigrationStatement[];
}

export interface MigrationStatement {
  /** What the server is asked to run. */
  readonly sql: string;
  /** Where in the file the spans of `operations`, and `span`, count from. */
  readonly start: number;
  readonly span: Span;
  /** Usually one; ALTER TABLE gives one for each action. The same array as long as the statement has not changed. */
  readonly operations: readonly Operation[];
  /** Where in the file a span of `sql` stands; absent when `sql` is the file's text from `start` on. */
  toSource?(span: Span): Span;
}
