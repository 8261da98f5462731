// Operations on constraints. See ../operation.ts.

import type { Span } from '../../text/span.js';
import type { StorageParameters } from '../catalog.js';
import type { Expression } from '../expression.js';
import type { LocalName, Name } from '../names.js';
import type { IndexKey } from './indexes.js';
import type { OnTable } from './located.js';

export interface AddConstraint extends OnTable {
  readonly kind: 'add-constraint';
  readonly constraint: ConstraintDefinition;
  /** The column that is made by the same ALTER TABLE and carries this constraint alone (Ecto's `add :x, references(…)`). */
  readonly onNewColumn: boolean;
  /** The same ALTER TABLE does something else, too, and holds the strongest lock of them all. */
  readonly amongOthers: boolean;
}

export interface ValidateConstraint extends OnTable {
  readonly kind: 'validate-constraint';
  readonly constraint: LocalName;
}

export interface DropConstraint extends OnTable {
  readonly kind: 'drop-constraint';
  readonly constraint: LocalName;
  readonly ifExists: boolean;
  readonly cascade: boolean;
}

export interface RenameConstraint extends OnTable {
  readonly kind: 'rename-constraint';
  readonly constraint: LocalName;
  readonly to: LocalName;
}

/** ALTER TABLE … ALTER CONSTRAINT. What is `null` stays as it is. */
export interface AlterConstraint extends OnTable {
  readonly kind: 'alter-constraint';
  readonly constraint: LocalName;
  readonly deferrable: boolean | null;
  readonly deferred: boolean | null;
  readonly enforced: boolean | null;
  readonly noInherit: boolean | null;
}

export type ConstraintDefinition =
  | PrimaryKeyDefinition
  | UniqueDefinition
  | ForeignKeyDefinition
  | CheckDefinition
  | ExclusionDefinition
  | NotNullDefinition;

interface ConstraintBase {
  /** `null` when the server is to name it. */
  readonly name: LocalName | null;
  readonly span: Span;
  /** The words that make it one: `REFERENCES`, `FOREIGN KEY`, `CHECK`, `references`. */
  readonly keyword: Span;
}

export interface PrimaryKeyDefinition extends ConstraintBase {
  readonly kind: 'primary-key';
  readonly columns: readonly string[];
  readonly include: readonly string[];
  /** `USING INDEX`. */
  readonly usingIndex: string | null;
  readonly deferrable: boolean;
  readonly deferred: boolean;
  /** WITHOUT OVERLAPS on the last column. */
  readonly temporal: boolean;
  readonly parameters: StorageParameters;
}

export interface UniqueDefinition extends ConstraintBase {
  readonly kind: 'unique';
  readonly columns: readonly string[];
  readonly include: readonly string[];
  readonly usingIndex: string | null;
  readonly nullsNotDistinct: boolean;
  readonly deferrable: boolean;
  readonly deferred: boolean;
  readonly temporal: boolean;
  readonly parameters: StorageParameters;
}

export interface ForeignKeyDefinition extends ConstraintBase {
  readonly kind: 'foreign-key';
  readonly columns: readonly string[];
  readonly references: Name;
  /** Empty when the author left it to the primary key. */
  readonly referencedColumns: readonly string[];
  readonly onDelete: ReferentialAction;
  readonly onUpdate: ReferentialAction;
  /** False for NOT VALID. */
  readonly validated: boolean;
  /** Where it says so: `NOT VALID`, `validate: false`; `null` when it does not. */
  readonly notValid: Span | null;
  readonly enforced: boolean;
  readonly deferrable: boolean;
  readonly deferred: boolean;
  readonly matchFull: boolean;
  /** Of ON DELETE SET NULL and SET DEFAULT; empty for all. */
  readonly onDeleteColumns: readonly string[];
  /** PERIOD on the last column. */
  readonly temporal: boolean;
}

export type ReferentialAction = 'NO ACTION' | 'RESTRICT' | 'CASCADE' | 'SET NULL' | 'SET DEFAULT';

export interface CheckDefinition extends ConstraintBase {
  readonly kind: 'check';
  readonly expression: Expression;
  readonly validated: boolean;
  readonly notValid: Span | null;
  readonly enforced: boolean;
  readonly noInherit: boolean;
}

export interface ExclusionDefinition extends ConstraintBase {
  readonly kind: 'exclusion';
  readonly method: string;
  readonly keys: readonly IndexKey[];
  /** One for each key. */
  readonly operators: readonly string[];
  readonly include: readonly string[];
  readonly where: Expression | null;
  readonly deferrable: boolean;
  readonly deferred: boolean;
  readonly parameters: StorageParameters;
}

/** PostgreSQL 18's table constraint `NOT NULL column`; and what a column's NOT NULL says beside. */
export interface NotNullDefinition extends ConstraintBase {
  readonly kind: 'not-null';
  readonly column: string;
  readonly validated: boolean;
  readonly notValid: Span | null;
  readonly noInherit: boolean;
}
