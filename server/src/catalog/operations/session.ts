// Operations that change no schema, and what could not be read. See ../operation.ts.

import type { Span } from '../../text/span.js';
import type { LockMode } from '../lock-modes.js';
import type { LocalName, Name, Reference } from '../names.js';
import type { Attachment, ObjectReference } from './attachments.js';
import type { Located } from './located.js';
import type { QueryShape } from './query-shape.js';

/** A change of rows, not of the schema: it fills new tables and holds row locks. */
export interface WriteRows extends Located {
  readonly kind: 'write-rows';
  readonly verb: 'insert' | 'update' | 'delete' | 'merge' | 'copy' | 'truncate';
  /** `null` when it cannot be told. */
  readonly table: Name | null;
  readonly only: boolean;
  /** `given`: those that it writes out; `all`: every row of the table; `some`: those that a condition or a query finds. */
  readonly rows: 'given' | 'all' | 'some';
  /**
   * A value that a column is compared with, or a LIMIT, keeps them to a part: `id = 7`, `id BETWEEN 1 AND 1000`. With
   * `WHERE true` the author says that all are meant, which counts as much.
   */
  readonly narrowed?: true;
  /** Columns of which the condition wants one value each, `code = 'EUR'`; absent when there are none. */
  readonly pinned?: readonly string[];
  /** Of an UPDATE or DELETE in SQL without WHERE: where it would stand. */
  readonly whereAt?: Span;
  /** Of an UPDATE in SQL that gives one column a value, of all rows or of those that have none. */
  readonly fills?: Filling;
  /** Texts that INSERT, UPDATE and DELETE give or compare with, each once; absent when there are none. */
  readonly texts?: readonly GivenText[];
  /** Of INSERT and UPDATE a column that they give a value twice; absent when there is none. */
  readonly repeated?: LocalName;
  /** TRUNCATE … CASCADE: the tables that refer to this one, too. */
  readonly cascade: boolean;
  /** TRUNCATE … RESTART IDENTITY. */
  readonly restartIdentity: boolean;
  /** All tables of a TRUNCATE, as they are written; of others the table alone. */
  readonly together: readonly Name[];
}

export interface Filling {
  readonly column: string;
  /** An SQL expression; it may read other columns of the row, but no other table. */
  readonly value: string;
  /** The column that is the value; `null` for any other expression. */
  readonly source: string | null;
  /** `WHERE column IS NULL` of that column. */
  readonly onlyNull: boolean;
}

/** A text that a statement gives for a column of its table, for the n-th of them, or for a value of a type. */
export interface GivenText {
  readonly text: string;
  readonly for:
    | { readonly kind: 'column'; readonly column: string }
    | { readonly kind: 'position'; readonly position: number }
    | { readonly kind: 'type'; readonly type: Reference };
}

/** `SET` and `RESET` of a run-time parameter. */
export interface SetParameter extends Located {
  readonly kind: 'set-parameter';
  /** `all` for RESET ALL. */
  readonly parameter: string;
  /** `null` for RESET and DEFAULT. */
  readonly value: string | null;
  /** The server computes it: `value` is empty and says nothing. */
  readonly isComputed?: true;
  /** `SET LOCAL`. */
  readonly local: boolean;
  /** Where it says LOCAL. */
  readonly localAt?: Span;
  /** Where its value stands. */
  readonly valueAt?: Span;
}

export interface Transaction extends Located {
  readonly kind: 'transaction';
  readonly action: 'begin' | 'commit' | 'rollback' | 'savepoint' | 'release' | 'rollback-to';
  /** The savepoint's name. */
  readonly savepoint: string | null;
  /** COMMIT and ROLLBACK … AND CHAIN: another transaction begins at once. */
  readonly chain?: boolean;
}

/** VACUUM, ANALYZE, REINDEX, CLUSTER, REFRESH MATERIALIZED VIEW, LOCK TABLE. */
export interface Maintenance extends Located {
  readonly kind: 'maintenance';
  readonly action: 'vacuum' | 'vacuum-full' | 'analyze' | 'reindex' | 'cluster' | 'refresh' | 'lock-table';
  /** For REINDEX INDEX the index; `null` when it names none. */
  readonly relation: Name | null;
  /** Of REINDEX: the word behind it. */
  readonly reindexes: 'index' | 'table' | 'schema' | 'database' | 'system' | null;
  readonly concurrently: Span | null;
  /** Of LOCK TABLE. */
  readonly mode: LockMode | null;
  /** LOCK TABLE … NOWAIT. */
  readonly nowait: boolean;
  readonly only: boolean;
  /** False for REFRESH MATERIALIZED VIEW … WITH NO DATA. */
  readonly withData: boolean;
}

/** COMMENT ON and SECURITY LABEL. Only comments on relations and columns lock anything. */
export interface Comment extends Located {
  readonly kind: 'comment';
  /** `null` for a comment on anything else. */
  readonly relation: Name | null;
  /** What it is on; `null` for what the catalog does not hold, and for SECURITY LABEL. */
  readonly on: ObjectReference | null;
  /** `null` takes the comment away. */
  readonly text: string | null;
}

/** PREPARE, and DEALLOCATE. Only CREATE TABLE AS EXECUTE asks for it. */
export interface Prepare extends Located {
  readonly kind: 'prepare';
  /** `null` for DEALLOCATE ALL. */
  readonly statement: string | null;
  /** `null` for DEALLOCATE. */
  readonly query: QueryShape | null;
}

/** Something that we could not read. What it may have touched is unknown from here on. */
export interface Unknown extends Located {
  readonly kind: 'unknown';
  /** For people, as a clause: `the table's name is computed at run time`. */
  readonly reason: string;
  readonly touches: Touch;
  /** Of the grammar, without `Stmt`, when it is a statement whose effect is not known: `AlterExtension`, `DropOwned`. */
  readonly statement?: string;
  /** SQLSTATE of the error that the code surely raises: the server refuses the statement. */
  readonly raises?: string;
  /** What replay reads instead, with the schema of that moment at hand; absent where there is nothing to read. */
  readonly code?: Code;
}

/** Code that the server runs. */
export type Code =
  /** DO. `at` is where in the statement its body stands as it is written; `null` when no span of it is one of the statement. */
  | { readonly kind: 'block'; readonly language: string; readonly body: string; readonly at: number | null }
  /** A SELECT or CALL that may call routines of the user's. */
  | { readonly kind: 'query'; readonly text: string };

/** What an unreadable operation may have changed, as narrow as the code allows. */
export type Touch =
  | { readonly kind: 'everything' }
  | { readonly kind: 'relation'; readonly relation: Name }
  | { readonly kind: 'column'; readonly relation: Name; readonly column: string }
  | { readonly kind: 'type'; readonly type: Name }
  /** New objects may exist, those we know are as they were. */
  | { readonly kind: 'new-objects' }
  /** Rows only; `writes` is there when it surely writes some, of a table that is not known. */
  | { readonly kind: 'rows'; readonly writes?: WriteRows['verb'] };

/** A statement that is understood and changes no table or type. */
export interface Other extends Located {
  readonly kind: 'other';
  /** Of the grammar, without `Stmt`: `Grant`, `CreateRole`, … */
  readonly statement: string;
  /** What it does to what hangs on objects; `null` when the catalog does not hold it. */
  readonly change: Attachment | null;
  readonly locks: readonly { readonly relation: Name; readonly mode: LockMode }[];
  /** The server refuses it inside a transaction block. */
  readonly outsideOnly?: true;
}
