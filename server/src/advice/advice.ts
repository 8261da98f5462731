// What is said of a plan, as plain data, and an index that it wishes for.

import type { KeyUse } from '../catalog/serving-index.js';
import type { Severity } from './rule.js';

export interface Advice {
  /** Id of the rule, by which the configuration turns it off. */
  readonly rule: string;
  /** Id of the node that it is about; `0` where that is the whole plan. */
  readonly node: string;
  readonly severity: Severity;
  /** How much of the time, or of the cost, it may save: 5 is nearly all of it, 1 at most a fifth. */
  readonly score: 1 | 2 | 3 | 4 | 5;
  /** What is slow, with the numbers of this plan: a sentence or two. */
  readonly message: string;
  /** From which numbers on it is said: `10,000 rows removed, 10 times as many as are kept`. Empty when always. */
  readonly threshold: string;
  /** What to do, in a sentence or two. */
  readonly whatToDo: string;
  /** What to run or to write in SQL; `null` where that depends on what only people know. */
  readonly sql: string | null;
  /** The same in an Ecto project: a migration's body, or code around a query. */
  readonly ecto: string | null;
  readonly index: WishedIndex | null;
}

/** An index that the plan's conditions ask for. Nobody has tried it yet. */
export interface WishedIndex {
  readonly table: { readonly schema: string | null; readonly name: string };
  /** A partitioned table takes no index CONCURRENTLY. */
  readonly partitioned: boolean;
  readonly method: 'btree' | 'gin';
  readonly keys: readonly WishedKey[];
  readonly include: readonly string[];
  /** The predicate of a partial index. */
  readonly where: string | null;
}

export interface WishedKey {
  /** As SQL writes it: a column, quoted where it has to be, or an expression. */
  readonly expression: string;
  /** Whether it is a column alone. */
  readonly isColumn: boolean;
  readonly operatorClass: string | null;
  readonly descending: boolean;
  /** Where NULLs stand; `null` for where the direction puts them: last, and first in a descending one. */
  readonly nulls: 'first' | 'last' | null;
  /** What it is for: only of an order does the direction matter. */
  readonly use: KeyUse;
}
