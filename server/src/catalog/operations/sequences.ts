// Operations on sequences. See ../operation.ts.

import type { Name } from '../names.js';
import type { TypeName } from '../types.js';
import type { Located } from './located.js';

export interface CreateSequence extends Located {
  readonly kind: 'create-sequence';
  readonly sequence: Name;
  readonly ifNotExists: boolean;
  readonly owner: SequenceOwner | null;
  readonly options: SequenceChanges;
  readonly temporary: boolean;
  readonly unlogged: boolean;
}

/** What is absent stays as it is, or is as the server has it; `null` is NO MINVALUE and NO MAXVALUE. */
export interface SequenceChanges {
  readonly type?: TypeName;
  readonly start?: string;
  readonly increment?: string;
  readonly min?: string | null;
  readonly max?: string | null;
  readonly cache?: string;
  readonly cycle?: boolean;
}

/** `OWNED BY`: the sequence goes with the column. */
export interface SequenceOwner {
  /** `null` for OWNED BY NONE. */
  readonly table: Name | null;
  readonly column: string;
}

export interface AlterSequence extends Located {
  readonly kind: 'alter-sequence';
  readonly sequence: Name;
  /** `null` leaves it as it is. */
  readonly owner: SequenceOwner | null;
  readonly options: SequenceChanges;
}

export interface DropSequence extends Located {
  readonly kind: 'drop-sequence';
  readonly sequence: Name;
  readonly ifExists: boolean;
  readonly cascade: boolean;
}
