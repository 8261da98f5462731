// Operations on types. See ../operation.ts.

import type { Expression } from '../expression.js';
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
  | {
      readonly kind: 'domain';
      readonly base: TypeName;
      readonly notNull: boolean;
      /** How many CHECKs it has. */
      readonly checks: number;
      readonly default: Expression | null;
      readonly constraints: readonly DomainConstraintDefinition[];
    }
  | { readonly kind: 'composite'; readonly attributes: readonly Attribute[] }
  | {
      readonly kind: 'range';
      readonly subtype: TypeName;
      /** `null` when the server is to name it. */
      readonly multirange: Name | null;
    }
  /** A base type; a shell is one without a definition. */
  | { readonly kind: 'base'; readonly shell: boolean };

export interface Attribute {
  readonly name: string;
  readonly type: TypeName;
}

export interface DomainConstraintDefinition {
  readonly kind: 'check' | 'not-null';
  /** `null` when the server is to name it. */
  readonly name: LocalName | null;
  /** `null` for NOT NULL. */
  readonly expression: Expression | null;
  readonly validated: boolean;
}

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

/** ALTER TYPE of a composite type. */
export interface AlterType extends Located {
  readonly kind: 'alter-type';
  readonly type: Name;
  readonly action:
    | { readonly kind: 'add-attribute'; readonly attribute: Attribute }
    | { readonly kind: 'drop-attribute'; readonly attribute: LocalName; readonly ifExists: boolean }
    | { readonly kind: 'alter-attribute'; readonly attribute: LocalName; readonly type: TypeName }
    | { readonly kind: 'rename-attribute'; readonly attribute: LocalName; readonly to: LocalName };
  /** Tables made OF the type follow. */
  readonly cascade: boolean;
}

export interface AlterDomain extends Located {
  readonly kind: 'alter-domain';
  readonly type: Name;
  readonly action:
    | 'add-check'
    | 'add-check-not-valid'
    | 'validate'
    | 'drop-constraint'
    | 'rename-constraint'
    | 'set-not-null'
    | 'drop-not-null'
    | 'set-default'
    | 'drop-default';
  /** What is added; `null` for all else. */
  readonly constraint: DomainConstraintDefinition | null;
  /** The constraint that is validated, dropped or renamed. */
  readonly name: LocalName | null;
  readonly to: LocalName | null;
  readonly default: Expression | null;
  readonly ifExists: boolean;
  readonly cascade: boolean;
}
