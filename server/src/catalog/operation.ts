// One schema change, whichever language it was written in. SQL and Ecto lower to the same operations, so rules never see a parser.
// The kinds are in operations/, by what they are about.
//
// Spans are relative to the statement that holds the operation (see migrations/migration.ts); a host places them.
// One SQL statement may give several operations: each action of an ALTER TABLE is one.

import type {
  AddColumn,
  AlterColumnType,
  DropColumn,
  DropDefault,
  DropNotNull,
  RenameColumn,
  SetDefault,
  SetNotNull,
} from './operations/columns.js';
import type {
  AddConstraint,
  AlterConstraint,
  DropConstraint,
  RenameConstraint,
  ValidateConstraint,
} from './operations/constraints.js';
import type { AlterIndex, CreateIndex, DropIndex, RenameIndex } from './operations/indexes.js';
import type {
  AlterFunction,
  ChangeEventTrigger,
  ChangeRule,
  CreateFunction,
  CreateTrigger,
  DropFunction,
  DropTrigger,
  RenameTrigger,
} from './operations/routines.js';
import type {
  CreateExtension,
  CreateSchema,
  DropExtension,
  DropSchema,
  RenameSchema,
} from './operations/schemas.js';
import type { AlterPolicy, CreatePolicy, DropPolicy, SetRowLevelSecurity } from './operations/security.js';
import type { AlterSequence, CreateSequence, DropSequence } from './operations/sequences.js';
import type {
  Comment,
  Maintenance,
  Other,
  Prepare,
  SetParameter,
  Transaction,
  Unknown,
  WriteRows,
} from './operations/session.js';
import type {
  AlterTableOther,
  AttachPartition,
  CreateTable,
  DetachPartition,
  DropTable,
  RenameTable,
  SetSchema,
} from './operations/tables.js';
import type {
  AddEnumValue,
  AlterDomain,
  AlterType,
  CreateEnum,
  CreateType,
  DropType,
  RenameEnumValue,
  RenameType,
  SetTypeSchema,
} from './operations/types.js';
import type { AlterView, CreateView, DropView } from './operations/views.js';

export type * from './operations/attachments.js';
export type * from './operations/columns.js';
export type * from './operations/constraints.js';
export type * from './operations/indexes.js';
export type { LongName, OutsideUse } from './operations/located.js';
export type * from './operations/query-shape.js';
export type * from './operations/routines.js';
export type * from './operations/schemas.js';
export type * from './operations/security.js';
export type * from './operations/sequences.js';
export type * from './operations/session.js';
export type * from './operations/tables.js';
export type * from './operations/types.js';
export type * from './operations/views.js';

export type Operation =
  | CreateTable
  | DropTable
  | RenameTable
  | SetSchema
  | AddColumn
  | DropColumn
  | RenameColumn
  | AlterColumnType
  | SetDefault
  | DropDefault
  | SetNotNull
  | DropNotNull
  | AddConstraint
  | ValidateConstraint
  | DropConstraint
  | RenameConstraint
  | AlterConstraint
  | CreateIndex
  | DropIndex
  | RenameIndex
  | AlterIndex
  | CreateEnum
  | AddEnumValue
  | RenameEnumValue
  | CreateType
  | DropType
  | RenameType
  | SetTypeSchema
  | AlterDomain
  | AlterType
  | SetRowLevelSecurity
  | CreatePolicy
  | AlterPolicy
  | DropPolicy
  | CreateView
  | AlterView
  | DropView
  | CreateSchema
  | RenameSchema
  | DropSchema
  | CreateSequence
  | AlterSequence
  | DropSequence
  | CreateExtension
  | DropExtension
  | CreateFunction
  | AlterFunction
  | DropFunction
  | CreateTrigger
  | RenameTrigger
  | DropTrigger
  | ChangeEventTrigger
  | ChangeRule
  | AttachPartition
  | DetachPartition
  | AlterTableOther
  | WriteRows
  | Prepare
  | SetParameter
  | Transaction
  | Maintenance
  | Comment
  | Unknown
  | Other;

export type OperationKind = Operation['kind'];
export type OperationOf<K extends OperationKind> = Extract<Operation, { readonly kind: K }>;
