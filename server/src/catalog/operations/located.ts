// What every operation has. See ../operation.ts.

import type { Span } from '../../text/span.js';
import type { Name } from '../names.js';

export interface Located {
  /** The whole operation. */
  readonly span: Span;
  /** The words that make it one, on one line: `create index`, `ADD COLUMN`, `references`. Findings point here. */
  readonly keyword: Span;
}

/** An operation on a table that there is. */
export interface OnTable extends Located {
  readonly table: Name;
  /** `ALTER TABLE ONLY`: its partitions and the tables that inherit from it are left alone. */
  readonly only: boolean;
}
