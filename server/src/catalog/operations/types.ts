// Operations on types. See ../operation.ts.

import type { LocalName, Name } from '../names.js';
import type { TypeName } from '../types.js';
import type { Located } from './located.js';

export interface CreateEnum extends Located {
  readonly kind: 'create-enum';
  readonly type: Name;
  readonly values: readonly string[];
}

export interface AddEnumValue extends Located {
  readonly kind: 'add-enum-value';
  readonly type: Name;
  readonly value: LocalName;
  readonly ifNotExists: boolean;
  /** Where it goes; `null` means last. */
  readonly position: { readonly side: 'before' | 'after'; readonly value: string } | null;
}

export interface RenameEnumValue extends Located {
  readonly kind: 'rename-enum-value';
  readonly type: Name;
  readonly from: string;
  readonly to: string;
}

/** A type that is not an enum. */
export interface CreateType extends Located {
  readonly kind: 'create-type';
  readonly type: Name;
  readonly definition: TypeDefinition;
}

export type TypeDefinition =
  | { readonly kind: 'domain'; readonly base: TypeName; readonly notNull: boolean; readonly checks: number }
  | { readonly kind: 'composite' }
  | { readonly kind: 'range' }
  | { readonly kind: 'base' };

export interface DropType extends Located {
  readonly kind: 'drop-type';
  readonly type: Name;
  readonly ifExists: boolean;
  readonly cascade: boolean;
}

export interface RenameType extends Located {
  readonly kind: 'rename-type';
  readonly type: Name;
  readonly to: LocalName;
}

export interface SetTypeSchema extends Located {
  readonly kind: 'set-type-schema';
  readonly type: Name;
  readonly to: LocalName;
}

export interface AlterDomain extends Located {
  readonly kind: 'alter-domain';
  readonly type: Name;
  readonly action:
    | 'add-check'
    | 'add-check-not-valid'
    | 'validate'
    | 'drop-constraint'
    | 'set-not-null'
    | 'drop-not-null';
}
