// What every operation has. See ../operation.ts.

import type { Span } from '../../text/span.js';
import type { Name } from '../names.js';

export interface Located {
  /** The whole operation. */
  readonly span: Span;
  /** The words that make it one, on one line: `create index`, `ADD COLUMN`, `references`. Findings point here. */
  readonly keyword: Span;
  /**
   * Why it may not run, as a clause for people; absent when it surely does. What it does to the catalog is then doubtful,
   * there or not.
   */
  readonly maybe?: string;
  /** It stands in code that the server runs (a DO block, a function that is called): always in a transaction, and not rewritten. */
  readonly inBody?: true;
  /** A library sends it, whose code is not the user's to mend. */
  readonly ofLibrary?: true;
  /** `ALTER … IF EXISTS`: nothing is done when what is altered is not there. */
  readonly onlyIfThere?: true;
  /** Of DROP and TRUNCATE where the word CASCADE stands. */
  readonly cascadeAt?: Span;
  /** Names of its statement of which the server keeps the beginning alone; with the statement's first operation. */
  readonly longNames?: readonly LongName[];
  /** Literals of its statement with a password in them; with the statement's first operation. */
  readonly secrets?: readonly Span[];
  /** What its statement reaches outside of the database; with the statement's first operation. */
  readonly outside?: readonly OutsideUse[];
}

/** A program or a file of the server, or a connection that the server opens. */
export interface OutsideUse {
  /** The function, lower case; `program` of COPY. */
  readonly what: string;
  readonly span: Span;
}

export interface LongName {
  /** Folded, without quotes. */
  readonly written: string;
  /** What the server makes of it. */
  readonly kept: string;
  readonly span: Span;
}

/** An operation on a table that there is. */
export interface OnTable extends Located {
  readonly table: Name;
  /** `ALTER TABLE ONLY`: its partitions and the tables that inherit from it are left alone. */
  readonly only: boolean;
}
