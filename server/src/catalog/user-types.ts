// Types that users make, as a catalog holds them.

import type { ViewColumn } from './catalog.js';
import type { Expression } from './expression.js';
import type { Reference } from './names.js';
import type { TypeName } from './types.js';

export type UserType = EnumType | DomainType | CompositeType | RangeType | OtherType;

interface TypeBase {
  readonly schema: string;
  readonly name: string;
  /** What its array type is called: `_name`, with more underscores where that is taken. */
  readonly arrayName: string | null;
}

export interface EnumType extends TypeBase {
  readonly kind: 'enum';
  readonly values: readonly string[];
}

export interface DomainType extends TypeBase {
  readonly kind: 'domain';
  readonly base: TypeName;
  readonly notNull: boolean;
  readonly default: Expression | null;
  readonly constraints: readonly DomainConstraint[];
  /** How many CHECKs it has. */
  readonly checks: number;
  /** Has a CHECK or NOT NULL. */
  readonly constrained: boolean;
}

export interface DomainConstraint {
  /** NOT NULL has a name since PostgreSQL 17. */
  readonly kind: 'check' | 'not-null';
  readonly name: string;
  readonly expression: Expression | null;
  readonly validated: boolean;
}

export interface CompositeType extends TypeBase {
  readonly kind: 'composite';
  readonly attributes: readonly ViewColumn[];
}

export interface RangeType extends TypeBase {
  readonly kind: 'range';
  readonly subtype: TypeName;
  /** In the same schema unless it says otherwise; `null` before PostgreSQL 14. */
  readonly multirange: Reference | null;
}

/** A base type, or a shell that waits to become one; also a multirange. */
export interface OtherType extends TypeBase {
  readonly kind: 'other';
  /** The range that a multirange is of. */
  readonly rangeName: string | null;
}
