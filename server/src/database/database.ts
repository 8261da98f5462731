// The port to a PostgreSQL that answers questions: the user's own server, or the embedded one.
// Types and two numbers; nothing here knows pg or PGlite. A failure is an answer like any other, worded for people once.

import type { DatabaseSource } from '../plans/source.js';

export interface Database {
  /** For people: `shop on db.example.com`, `embedded PostgreSQL`. Holds no secret. */
  readonly name: string;
  /** Never rejects. Gives `cancelled` as soon as the signal fires, even if the server needs longer to stop. */
  explain(request: ExplainRequest, signal?: AbortSignal): Promise<Explained | Failure>;
  /** Stops what runs, which then is `cancelled`, and lets go of everything that would keep the process alive. */
  close(): Promise<void>;
}

export interface ExplainRequest {
  /** Exactly one statement, parsed and counted by the caller, without the `;` that ends it. */
  readonly statement: string;
  /** Whether it changes rows or makes a table: also by a query of its WITH. */
  readonly writes: boolean;
  /** The highest `n` of its `$n`; 0 when it has none. */
  readonly parameters: number;
  /** For which the plan is made. Absent: the plan is the generic one, which holds for any. */
  readonly values?: readonly ParameterValue[] | undefined;
  /** Runs the statement to measure it. */
  readonly analyze: boolean;
  /**
   * The user knows the server and has agreed that the statement is run there though it writes. It then runs in a transaction
   * that is rolled back; without this a statement that writes is not measured, and on production none is.
   */
  readonly measureWrites?: boolean | undefined;
  /** How long the server may take; absent: {@link PLAN_TIMEOUT_MS}, or {@link MEASURE_TIMEOUT_MS} to measure. */
  readonly timeoutMs?: number | undefined;
}

/** A text, which the server reads by the parameter's type; `null` is NULL; a list of JSON is written as that type has it. */
export type ParameterValue = string | null | readonly unknown[];

/** Enough for any plan. */
export const PLAN_TIMEOUT_MS = 5_000;

/** Measuring runs the whole statement; who waits can cancel. */
export const MEASURE_TIMEOUT_MS = 60_000;

export interface Explained {
  readonly kind: 'explained';
  readonly source: DatabaseSource;
  /** The value of EXPLAIN (FORMAT JSON), as Postgres gave it; `plan.ts` reads it. */
  readonly plan: unknown;
  /** Types of its parameters, `$1` first, as `format_type` prints them. */
  readonly parameterTypes: readonly string[];
  readonly tables: readonly PlannedTable[];
  /** What a reader of this plan should know, in sentences for people. */
  readonly notes: readonly string[];
}

/** A table that the plan reads, as the server's own statistics have it. `null` for what it does not say. */
export interface PlannedTable {
  readonly schema: string;
  readonly name: string;
  readonly rows: number | null;
  /** Of the table alone. */
  readonly bytes: number | null;
  /** Since ANALYZE last looked. */
  readonly changedRows: number | null;
  readonly analyzed: boolean | null;
}

/** What went wrong, as data. `message` and `whatToDo` are sentences for people and hold no secrets. */
export type Failure = PlainFailure | SqlFailure;

export type FailureKind =
  /** The settings of the connection cannot be used. */
  | 'misconfigured'
  /** Nobody answers, or not PostgreSQL. */
  | 'unreachable'
  /** The server, or our check of its certificate, says no. */
  | 'refused'
  /** The server wants a password, or another one. */
  | 'unauthorized'
  | 'timeout'
  | 'cancelled'
  /** Another session holds a lock that the statement needs. */
  | 'locked'
  /** Something wanted to write where only reading is allowed. */
  | 'read-only'
  /** The connection, or the embedded server, went away in the middle. */
  | 'lost'
  /** EXPLAIN takes no such statement. */
  | 'not-explainable'
  /** Measuring would run a statement that writes. */
  | 'writes'
  /** Measuring would run the statement on a production database. */
  | 'production'
  /** There is nothing to measure: the embedded server with statistics has no rows. */
  | 'no-rows'
  /** Trying an index tells nothing: the embedded server knows no sizes of tables. */
  | 'no-sizes'
  /** Measuring needs values of the parameters. */
  | 'no-values'
  /** The values that were given do not fit the parameters. */
  | 'wrong-values'
  /** The user was asked whether the statement may be run, and did not say yes. */
  | 'not-agreed'
  /** The user has not said that the workspace is trusted. */
  | 'untrusted'
  /** The server is too old. */
  | 'unsupported'
  /** The embedded server does not start. */
  | 'unavailable';

export interface PlainFailure {
  readonly kind: FailureKind;
  readonly message: string;
  /** One sentence, or empty when there is nothing to do. */
  readonly whatToDo: string;
}

export interface SqlFailure {
  readonly kind: 'sql-error';
  readonly message: string;
  readonly whatToDo: string;
  /** SQLSTATE. */
  readonly code: string;
  /** UTF-16 offset in the request's statement; `null` when the server points at none. */
  readonly position: number | null;
  readonly hint: string | null;
}

/** Statements of one migration file, in order. */
export interface MigrationGroup {
  readonly statements: readonly MigrationStatement[];
  /** Whether its runner wraps it in a transaction. */
  readonly transaction: boolean;
}

export interface MigrationStatement {
  readonly sql: string;
  /** Where people find it: path and 1-based line. */
  readonly path: string;
  readonly line: number;
}

/** What came of replaying migrations on an empty server. */
export interface Replay {
  readonly kind: 'replayed';
  readonly statements: number;
  /** Those that had no effect, and parts of others that had none, in order. */
  readonly skipped: readonly SkippedStatement[];
  /** What was made up so that others could run. */
  readonly assumptions: readonly Assumption[];
}

export interface SkippedStatement {
  readonly path: string;
  readonly line: number;
  readonly sql: string;
  /** SQLSTATE; `null` when it was stopped or never sent. */
  readonly code: string | null;
  readonly message: string;
  /** What of it was left out, a column or a constraint, so that the rest could run; `null` when all of it was. */
  readonly part: string | null;
}

export interface Assumption {
  readonly kind: AssumptionKind;
  readonly name: string;
}

export type AssumptionKind =
  /** One that is not shipped, created without objects. */
  | 'extension'
  /** One that is shipped, and that no migration creates. */
  | 'installed-extension'
  /** Created without rights. */
  | 'role'
  | 'schema'
  /** Kept as text, without its functions, its operators and what indexes need. */
  | 'type';

export interface ReplayProgress {
  readonly phase: 'starting' | 'replaying' | 'saving' | 'importing';
  readonly done: number;
  readonly total: number;
}

/** The embedded server, as a database whose schema is what the migrations make of an empty one. */
export interface ReplayedDatabase extends Database {
  /** Replays unless that is done; `explain` and `trace` do it too. */
  replay(signal?: AbortSignal): Promise<Replay | Failure>;
  /** Runs statements on a throwaway copy, one after the other, and tells what each locked. */
  trace(statements: readonly TraceStatement[], signal?: AbortSignal): Promise<Traced | Failure>;
  /**
   * What plans would be with an index that is not there. Only with statistics: over empty tables an index is worth nothing.
   * `sql-error` when the server does not make such an index.
   */
  tryIndex(trial: IndexTrial, signal?: AbortSignal): Promise<TriedIndex | Failure>;
}

export interface IndexTrial {
  readonly table: { readonly schema: string; readonly name: string };
  readonly name: string;
  /** The statement that makes it, with this name and without CONCURRENTLY. */
  readonly create: string;
  /** Extensions that it needs, such as `pg_trgm`. */
  readonly extensions: readonly string[];
  /** Others that are there as well: for indexes that help only together. */
  readonly beside?: readonly Pick<IndexTrial, 'table' | 'name' | 'create'>[];
  /** Whose plans are asked for while it is there. */
  readonly requests: readonly ExplainRequest[];
}

export interface TriedIndex {
  readonly kind: 'tried';
  /** Its own, and those of its parts on partitions. */
  readonly names: readonly string[];
  readonly bytes: number;
  /** Of the table those that it holds, and all. */
  readonly rows: number;
  readonly tableRows: number;
  /** Levels above the leaves of a b-tree, of the highest part. */
  readonly height: number;
  /** One for each request. */
  readonly plans: readonly (Explained | Failure)[];
}

export interface TraceStatement {
  readonly sql: string;
  /** Whether it would run in a transaction block. */
  readonly transaction: boolean;
}

export interface Traced {
  readonly kind: 'traced';
  readonly source: DatabaseSource;
  readonly statements: readonly TracedStatement[];
}

/** Relations are named `schema.name`; those that the statement itself creates are left out. */
export interface TracedStatement {
  readonly sql: string;
  /** False when it ran outside a transaction block, by its nature or by request. */
  readonly inTransaction: boolean;
  /** Lock modes by relation, weakest first, as in `pg_locks.mode`; AccessShareLock is left out. */
  readonly locks: Readonly<Record<string, readonly string[]>>;
  /** Relations whose file was replaced. */
  readonly rewrites: readonly string[];
  /** Tables that were read in full. */
  readonly scans: readonly string[];
  /** Indexes that were built, or built again, by table. */
  readonly indexBuilds: Readonly<Record<string, readonly string[]>>;
  /** False when the locks are those of the manual, since outside a transaction none can be seen. */
  readonly observed: boolean;
  /** Why it failed; what it had locked until then is not told. */
  readonly error: { readonly code: string; readonly message: string } | null;
}
