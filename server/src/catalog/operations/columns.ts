// Operations on columns. See ../operation.ts.

import type { Span } from '../../text/span.js';
import type { Expression } from '../expression.js';
import type { LocalName, Name } from '../names.js';
import type { TypeName } from '../types.js';
import type { ConstraintDefinition, NotNullDefinition } from './constraints.js';
import type { OnTable } from './located.js';
import type { SequenceChanges } from './sequences.js';

export interface AddColumn extends OnTable {
  readonly kind: 'add-column';
  readonly column: ColumnDefinition;
  readonly ifNotExists: boolean;
}

export interface DropColumn extends OnTable {
  readonly kind: 'drop-column';
  readonly column: LocalName;
  readonly ifExists: boolean;
  readonly cascade: boolean;
}

export interface RenameColumn extends OnTable {
  readonly kind: 'rename-column';
  readonly column: LocalName;
  readonly to: LocalName;
}

export interface AlterColumnType extends OnTable {
  readonly kind: 'alter-column-type';
  readonly column: LocalName;
  readonly type: TypeName;
  /** `null` also for the column itself, cast to the type or not: that is what happens without it. */
  readonly using: Expression | null;
  readonly collation: string | null;
  /** The same ALTER TABLE makes a foreign key of the column, as Ecto's `modify` of a reference does. */
  readonly withForeignKey: boolean;
}

export interface SetDefault extends OnTable {
  readonly kind: 'set-default';
  readonly column: LocalName;
  readonly value: Expression;
}

export interface DropDefault extends OnTable {
  readonly kind: 'drop-default';
  readonly column: LocalName;
}

export interface SetNotNull extends OnTable {
  readonly kind: 'set-not-null';
  readonly column: LocalName;
  /** The same ALTER TABLE also sets the column's type, as Ecto's `modify` does: then its CHECKs are made anew and prove nothing. */
  readonly withType: boolean;
}

export interface DropNotNull extends OnTable {
  readonly kind: 'drop-not-null';
  readonly column: LocalName;
}

/** What is written of the sequence behind an identity. */
export interface IdentitySequence {
  /** `SEQUENCE NAME`, as pg_dump writes. */
  readonly name: Name | null;
  readonly options: SequenceChanges;
}

export interface GeneratedValue {
  readonly kind: 'stored' | 'virtual';
  readonly expression: Expression;
  /** Where it says STORED; `null` when it does not. */
  readonly stored: Span | null;
}

export interface ColumnDefinition {
  readonly name: LocalName;
  readonly type: TypeName;
  readonly notNull: boolean;
  readonly default: Expression | null;
  readonly generated: GeneratedValue | null;
  readonly identity: 'always' | 'by-default' | null;
  /** Behind an identity. */
  readonly sequence: IdentitySequence | null;
  readonly storage: string | null;
  readonly compression: string | null;
  readonly collation: string | null;
  readonly constraints: readonly ConstraintDefinition[];
  /** What its NOT NULL says beside, which PostgreSQL 18 keeps; `null` when it is not written. */
  readonly notNullConstraint: NotNullDefinition | null;
  readonly span: Span;
}
