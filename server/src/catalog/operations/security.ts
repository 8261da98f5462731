// Operations on row-level security. See ../operation.ts.

import type { Span } from '../../text/span.js';
import type { Expression } from '../expression.js';
import type { LocalName, Name } from '../names.js';
import type { Located } from './located.js';

export interface SetRowLevelSecurity extends Located {
  readonly kind: 'set-row-level-security';
  readonly table: Name;
  /** `null` leaves it as it is. */
  readonly enabled: boolean | null;
  readonly forced: boolean | null;
}

/** What the expressions of a policy call; spans are those of the statement. */
export interface PolicyCalls {
  /**
   * The largest parts of USING that call a function and read neither a column nor a subquery: the server computes them for
   * every row, and once when they stand in a subquery (`(SELECT …)`).
   */
  readonly perRow: readonly PerRow[];
  /** Every `current_setting` with a name that is written out. */
  readonly settings: readonly SettingRead[];
  /** Where a subquery compares a column with itself; see {@link SelfComparison}. */
  readonly withItself: readonly SelfComparison[];
}

/**
 * `m.org_id = org_id` in a subquery that reads `m`: a plain name means a column of the subquery before one of the table around it.
 * https://www.postgresql.org/docs/current/functions-subquery.html
 */
export interface SelfComparison {
  readonly span: Span;
  /** As it is written before the dot. */
  readonly relation: string;
  readonly column: string;
}

export interface PerRow {
  readonly span: Span;
  /** Lower case, qualified when the author qualified them. */
  readonly functions: readonly string[];
}

export interface SettingRead {
  /** From the name of the function to its closing bracket. */
  readonly span: Span;
  readonly name: string;
  /** The second argument; `null` when it is no constant. */
  readonly missingOk: boolean | null;
  /** What it is cast to, unless `NULLIF(…, '')` is around it; `null` when it stays a text. */
  readonly cast: string | null;
}

export interface CreatePolicy extends Located, PolicyCalls {
  readonly kind: 'create-policy';
  readonly table: Name;
  readonly policy: LocalName;
  readonly command: PolicyCommand;
  readonly permissive: boolean;
  readonly roles: readonly string[];
  readonly using: Expression | null;
  readonly check: Expression | null;
}

export type PolicyCommand = 'all' | 'select' | 'insert' | 'update' | 'delete';

/** What is `null` stays as it is. */
export interface AlterPolicy extends Located, PolicyCalls {
  readonly kind: 'alter-policy';
  readonly table: Name;
  readonly policy: LocalName;
  /** Its new name. */
  readonly to: LocalName | null;
  readonly roles: readonly string[] | null;
  readonly using: Expression | null;
  readonly check: Expression | null;
}

export interface DropPolicy extends Located {
  readonly kind: 'drop-policy';
  readonly table: Name;
  readonly policy: LocalName;
  readonly ifExists: boolean;
}
