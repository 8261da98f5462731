// One schema change, whichever language it was written in. SQL and Ecto lower to the same operations, so rules never see a parser.
//
// Spans are relative to the statement that holds the operation (see migrations/migration.ts); a host places them.
// One SQL statement may give several operations: each action of an ALTER TABLE is one.

import type { Span } from '../text/span.js';
import type { Expression } from './expression.js';
import type { LockMode } from './lock-modes.js';
import type { LocalName, Name } from './names.js';
import type { TypeName } from './types.js';

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
  | CreateIndex
  | DropIndex
  | RenameIndex
  | CreateEnum
  | AddEnumValue
  | RenameEnumValue
  | CreateType
  | DropType
  | RenameType
  | SetTypeSchema
  | AlterDomain
  | SetRowLevelSecurity
  | CreatePolicy
  | AlterPolicy
  | DropPolicy
  | CreateView
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
  | DropFunction
  | CreateTrigger
  | RenameTrigger
  | DropTrigger
  | AttachPartition
  | DetachPartition
  | AlterTableOther
  | WriteRows
  | SetParameter
  | Transaction
  | Maintenance
  | Comment
  | Unknown
  | Other;

export type OperationKind = Operation['kind'];
export type OperationOf<K extends OperationKind> = Extract<Operation, { readonly kind: K }>;

interface Located {
  /** The whole operation. */
  readonly span: Span;
  /** The words that make it one, on one line: `create index`, `ADD COLUMN`, `references`. Findings point here. */
  readonly keyword: Span;
}

/** An operation on a table that there is. */
interface OnTable extends Located {
  readonly table: Name;
  /** `ALTER TABLE ONLY`: its partitions and the tables that inherit from it are left alone. */
  readonly only: boolean;
}

export interface CreateTable extends Located {
  readonly kind: 'create-table';
  readonly table: Name;
  readonly ifNotExists: boolean;
  readonly temporary: boolean;
  readonly unlogged: boolean;
  readonly columns: readonly ColumnDefinition[];
  /** Table constraints; those written on a column are with the column. */
  readonly constraints: readonly ConstraintDefinition[];
  /** The parent when this is `PARTITION OF`. */
  readonly partitionOf: Name | null;
  /** `PARTITION OF … DEFAULT`. */
  readonly isDefault: boolean;
  readonly partitioned: boolean;
  readonly inherits: readonly Name[];
  readonly like: readonly Name[];
  /** `CREATE TABLE … AS` and `SELECT INTO`: columns come from a query and are not known. */
  readonly fromQuery: boolean;
}

export interface DropTable extends Located {
  readonly kind: 'drop-table';
  readonly table: Name;
  readonly ifExists: boolean;
  readonly cascade: boolean;
}

export interface RenameTable extends Located {
  readonly kind: 'rename-table';
  readonly table: Name;
  readonly to: LocalName;
  readonly ifExists: boolean;
}

/** `ALTER TABLE … SET SCHEMA`, also of views and sequences. */
export interface SetSchema extends Located {
  readonly kind: 'set-schema';
  readonly table: Name;
  readonly to: LocalName;
}

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

export interface CreateIndex extends Located {
  readonly kind: 'create-index';
  readonly table: Name;
  /** `null` when the server is to name it. */
  readonly index: LocalName | null;
  readonly keys: readonly IndexKey[];
  readonly include: readonly string[];
  readonly unique: boolean;
  /** Where it says so: `CONCURRENTLY`, `concurrently: true`; `null` when it does not. */
  readonly concurrently: Span | null;
  readonly ifNotExists: boolean;
  /** `ON ONLY`: the parent's definition alone, partitions are left alone. */
  readonly only: boolean;
  /** `btree` when the author named none. */
  readonly method: string;
  readonly where: Expression | null;
  readonly nullsNotDistinct: boolean;
}

export interface IndexKey {
  /** `null` when the key is an expression. */
  readonly column: string | null;
  readonly expression: Expression | null;
  /** What a name that the server makes for the index calls it: the column, or what an expression is called. */
  readonly label: string;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
  readonly operatorClass: string | null;
  readonly collation: string | null;
}

export interface DropIndex extends Located {
  readonly kind: 'drop-index';
  readonly index: Name;
  readonly concurrently: Span | null;
  readonly ifExists: boolean;
  readonly cascade: boolean;
  /** How many indexes the same statement drops; CONCURRENTLY allows one. */
  readonly together: number;
}

export interface RenameIndex extends Located {
  readonly kind: 'rename-index';
  readonly index: Name;
  readonly to: LocalName;
}

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

export interface CreateView extends Located {
  readonly kind: 'create-view';
  readonly view: Name;
  readonly materialized: boolean;
  readonly orReplace: boolean;
  readonly ifNotExists: boolean;
  /** Tables and views that its query names, with the columns it names of them where that is plain to see. */
  readonly reads: readonly RelationRead[];
}

export interface RelationRead {
  readonly relation: Name;
  /** Those that are certainly of this relation; a name alone, in a query of several, may be of another one. */
  readonly columns: readonly string[];
  /** By `*`. */
  readonly all: boolean;
}

export interface DropView extends Located {
  readonly kind: 'drop-view';
  readonly view: Name;
  readonly materialized: boolean;
  readonly ifExists: boolean;
  readonly cascade: boolean;
}

export interface CreateSchema extends Located {
  readonly kind: 'create-schema';
  readonly schema: LocalName;
  readonly ifNotExists: boolean;
}

export interface RenameSchema extends Located {
  readonly kind: 'rename-schema';
  readonly schema: LocalName;
  readonly to: LocalName;
}

export interface DropSchema extends Located {
  readonly kind: 'drop-schema';
  readonly schema: LocalName;
  readonly ifExists: boolean;
  readonly cascade: boolean;
}

export interface CreateSequence extends Located {
  readonly kind: 'create-sequence';
  readonly sequence: Name;
  readonly ifNotExists: boolean;
  readonly owner: SequenceOwner | null;
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
}

export interface DropSequence extends Located {
  readonly kind: 'drop-sequence';
  readonly sequence: Name;
  readonly ifExists: boolean;
  readonly cascade: boolean;
}

export interface CreateExtension extends Located {
  readonly kind: 'create-extension';
  readonly extension: LocalName;
  readonly ifNotExists: boolean;
}

export interface DropExtension extends Located {
  readonly kind: 'drop-extension';
  readonly extension: LocalName;
  readonly cascade: boolean;
}

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

export interface AttachPartition extends Located {
  readonly kind: 'attach-partition';
  readonly table: Name;
  readonly partition: Name;
  /** `DEFAULT` in place of bounds. */
  readonly isDefault: boolean;
}

export interface DetachPartition extends Located {
  readonly kind: 'detach-partition';
  readonly table: Name;
  readonly partition: Name;
  readonly concurrently: Span | null;
}

/** An ALTER TABLE action without an operation of its own. */
export interface AlterTableOther extends OnTable {
  readonly kind: 'alter-table-other';
  /** As in the grammar: `SetLogged`, `SetStorage`, `ReplicaIdentity`, … */
  readonly action: string;
  /** The column that it is about; `null` when it is about the whole table. */
  readonly onColumn: LocalName | null;
  /** Of ADD GENERATED … AS IDENTITY and SET GENERATED. */
  readonly identity: 'always' | 'by-default' | null;
  /** Of INHERIT and NO INHERIT: the parent. */
  readonly parent: Name | null;
}

/** A change of rows, not of the schema: it fills new tables and holds row locks. */
export interface WriteRows extends Located {
  readonly kind: 'write-rows';
  readonly verb: 'insert' | 'update' | 'delete' | 'merge' | 'copy' | 'truncate';
  /** `null` when it cannot be told. */
  readonly table: Name | null;
  readonly only: boolean;
  /** `given`: those that it writes out; `all`: every row of the table; `some`: those that a condition or a query finds. */
  readonly rows: 'given' | 'all' | 'some';
  /** TRUNCATE … CASCADE: the tables that refer to this one, too. */
  readonly cascade: boolean;
  /** TRUNCATE … RESTART IDENTITY. */
  readonly restartIdentity: boolean;
}

/** `SET` and `RESET` of a run-time parameter. */
export interface SetParameter extends Located {
  readonly kind: 'set-parameter';
  readonly parameter: string;
  /** `null` for RESET and DEFAULT. */
  readonly value: string | null;
  /** `SET LOCAL`. */
  readonly local: boolean;
}

export interface Transaction extends Located {
  readonly kind: 'transaction';
  readonly action: 'begin' | 'commit' | 'rollback' | 'savepoint' | 'release' | 'rollback-to';
  /** The savepoint's name. */
  readonly savepoint: string | null;
}

/** VACUUM, ANALYZE, REINDEX, CLUSTER, REFRESH MATERIALIZED VIEW, LOCK TABLE. */
export interface Maintenance extends Located {
  readonly kind: 'maintenance';
  readonly action: 'vacuum' | 'vacuum-full' | 'analyze' | 'reindex' | 'cluster' | 'refresh' | 'lock-table';
  /** For REINDEX INDEX the index; `null` when it names none. */
  readonly relation: Name | null;
  readonly concurrently: Span | null;
  /** Of LOCK TABLE. */
  readonly mode: LockMode | null;
  readonly only: boolean;
}

/** COMMENT ON and SECURITY LABEL. Only comments on relations and columns lock anything. */
export interface Comment extends Located {
  readonly kind: 'comment';
  /** `null` for a comment on anything else. */
  readonly relation: Name | null;
}

/** Something that we could not read. What it may have touched is unknown from here on. */
export interface Unknown extends Located {
  readonly kind: 'unknown';
  /** For people, as a clause: `the table's name is computed at run time`. */
  readonly reason: string;
  readonly touches: Touch;
}

/** What an unreadable operation may have changed, as narrow as the code allows. */
export type Touch =
  | { readonly kind: 'everything' }
  | { readonly kind: 'relation'; readonly relation: Name }
  | { readonly kind: 'column'; readonly relation: Name; readonly column: string }
  /** New objects may exist, those we know are as they were. */
  | { readonly kind: 'new-objects' }
  /** Rows only. */
  | { readonly kind: 'rows' };

/** A statement that is understood and changes nothing that the catalog holds. */
export interface Other extends Located {
  readonly kind: 'other';
  /** Of the grammar, without `Stmt`: `Grant`, `CreateRole`, … */
  readonly statement: string;
  readonly locks: readonly { readonly relation: Name; readonly mode: LockMode }[];
}

export interface ColumnDefinition {
  readonly name: LocalName;
  readonly type: TypeName;
  readonly notNull: boolean;
  readonly default: Expression | null;
  readonly generated: { readonly kind: 'stored' | 'virtual'; readonly expression: Expression } | null;
  readonly identity: 'always' | 'by-default' | null;
  readonly collation: string | null;
  readonly constraints: readonly ConstraintDefinition[];
  readonly span: Span;
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
}

export interface UniqueDefinition extends ConstraintBase {
  readonly kind: 'unique';
  readonly columns: readonly string[];
  readonly include: readonly string[];
  readonly usingIndex: string | null;
  readonly nullsNotDistinct: boolean;
  readonly deferrable: boolean;
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
  readonly deferrable: boolean;
}

export type ReferentialAction = 'NO ACTION' | 'RESTRICT' | 'CASCADE' | 'SET NULL' | 'SET DEFAULT';

export interface CheckDefinition extends ConstraintBase {
  readonly kind: 'check';
  readonly expression: Expression;
  readonly validated: boolean;
  readonly enforced: boolean;
  readonly noInherit: boolean;
}

export interface ExclusionDefinition extends ConstraintBase {
  readonly kind: 'exclusion';
  readonly method: string;
}

/** PostgreSQL 18's table constraint `NOT NULL column`. */
export interface NotNullDefinition extends ConstraintBase {
  readonly kind: 'not-null';
  readonly column: string;
  readonly validated: boolean;
}
