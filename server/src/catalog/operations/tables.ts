// Operations on whole tables. See ../operation.ts.

import type { Span } from '../../text/span.js';
import type { PartitionKey, StorageParameters } from '../catalog.js';
import type { Expression } from '../expression.js';
import type { ExpressionTree } from '../expression-tree.js';
import type { LocalName, Name } from '../names.js';
import type { ColumnDefinition, IdentitySequence } from './columns.js';
import type { ConstraintDefinition } from './constraints.js';
import type { Located, OnTable } from './located.js';
import type { QueryShape } from './query-shape.js';

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
  /** `FOR VALUES …` or `DEFAULT`. */
  readonly bound: string | null;
  readonly limits: PartitionLimits | null;
  readonly partitioned: boolean;
  readonly partitionKey: PartitionKey | null;
  readonly inherits: readonly Name[];
  readonly like: readonly LikeClause[];
  /** `CREATE TABLE … OF type`. */
  readonly ofType: Name | null;
  readonly foreign: boolean;
  /** Of a temporary table. */
  readonly onCommit: 'preserve' | 'delete' | 'drop';
  readonly parameters: StorageParameters;
  /** `CREATE TABLE … AS` and `SELECT INTO`: columns come from a query. */
  readonly fromQuery: boolean;
  /** That query. */
  readonly query: QueryShape | null;
  /** Names for its first columns; empty when none are given. */
  readonly columnNames: readonly string[];
  /** False for WITH NO DATA. */
  readonly withData: boolean;
  /** Of `CREATE TABLE … AS EXECUTE` the name of the prepared statement. */
  readonly prepared: string | null;
}

/** What `FOR VALUES …` says. A value is `null` where it is not modelled. */
export type PartitionLimits =
  | { readonly kind: 'list'; readonly values: readonly (ExpressionTree | null)[] }
  /** One end for each key; the lower ones belong to the partition, the upper ones do not. */
  | { readonly kind: 'range'; readonly from: readonly RangeEnd[]; readonly to: readonly RangeEnd[] }
  | { readonly kind: 'hash'; readonly modulus: number; readonly remainder: number };

export type RangeEnd = ExpressionTree | 'minimum' | 'maximum' | null;

export interface LikeClause {
  readonly table: Name;
  /** How many columns are written before it. */
  readonly before: number;
  /** What is taken over beside the columns with their types, collations and NOT NULL. */
  readonly including: readonly LikeOption[];
}

export type LikeOption =
  | 'comments'
  | 'compression'
  | 'constraints'
  | 'defaults'
  | 'generated'
  | 'identity'
  | 'indexes'
  | 'statistics'
  | 'storage';

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

export interface AttachPartition extends Located {
  readonly kind: 'attach-partition';
  readonly table: Name;
  readonly partition: Name;
  /** `DEFAULT` in place of bounds. */
  readonly isDefault: boolean;
  /** `FOR VALUES …` or `DEFAULT`. */
  readonly bound: string | null;
  readonly limits: PartitionLimits | null;
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
  /** Of ADD GENERATED … AS IDENTITY. */
  readonly sequence: IdentitySequence | null;
  /** Of INHERIT and NO INHERIT: the parent. */
  readonly parent: Name | null;
  /** Of SET EXPRESSION. */
  readonly expression: Expression | null;
  /**
   * Of SET STORAGE and SET COMPRESSION: `main`, `pglz`; `default` for the one of the type. Of REPLICA IDENTITY: `default`,
   * `full`, `nothing`, `index`. Of SET ACCESS METHOD and SET TABLESPACE: the name; `null` for DEFAULT.
   */
  readonly value: string | null;
  /** Of SET (…); of RESET (…) the values are empty. */
  readonly parameters: StorageParameters;
  /** Of ENABLE and DISABLE TRIGGER and RULE its name; `null` for ALL and USER. */
  readonly trigger: string | null;
  /** Of OWNER TO a role that is named. */
  readonly owner: string | null;
}
