// A SQL expression inside DDL: a default, a CHECK, an index predicate. Kept as text with the facts that rules ask for.

import type { Span } from '../text/span.js';

export interface Expression {
  /** As the author wrote it. */
  readonly text: string;
  readonly span: Span;
  /** Columns it reads, each once, unqualified. */
  readonly columns: readonly string[];
  /** Functions it calls, lower case, qualified when the author qualified them. */
  readonly functions: readonly string[];
  /** Neither a column nor a function nor a subquery is read: the same value for every row. */
  readonly constant: boolean;
  /** Columns of which it says `IS NOT NULL` in every case in which it is true (top-level AND conjuncts). */
  readonly provesNotNull: readonly string[];
}
