// Operations on functions, procedures and triggers. See ../operation.ts.

import type { LocalName, Name } from '../names.js';
import type { Located } from './located.js';

/** CREATE FUNCTION, and an ALTER FUNCTION that says how volatile it is. */
export interface CreateFunction extends Located {
  readonly kind: 'create-function';
  readonly function: Name;
  readonly orReplace: boolean;
  readonly volatility: 'volatile' | 'stable' | 'immutable';
}

export interface DropFunction extends Located {
  readonly kind: 'drop-function';
  readonly function: Name;
  readonly ifExists: boolean;
  readonly cascade: boolean;
}

export interface CreateTrigger extends Located {
  readonly kind: 'create-trigger';
  readonly table: Name;
  readonly trigger: LocalName;
  /** `FOR EACH ROW`: of a partitioned table each partition gets one, too. */
  readonly forEachRow: boolean;
}

export interface RenameTrigger extends Located {
  readonly kind: 'rename-trigger';
  readonly table: Name;
  readonly trigger: LocalName;
  readonly to: LocalName;
}

export interface DropTrigger extends Located {
  readonly kind: 'drop-trigger';
  readonly table: Name;
  readonly trigger: LocalName;
  readonly ifExists: boolean;
}
