// Operations on row-level security. See ../operation.ts.

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

export interface CreatePolicy extends Located {
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
export interface AlterPolicy extends Located {
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
