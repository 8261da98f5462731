// Operations on whole tables. See ../operation.ts.

import type { Span } from '../../text/span.js';
import type { LocalName, Name } from '../names.js';
import type { ColumnDefinition } from './columns.js';
import type { ConstraintDefinition } from './constraints.js';
import type { Located, OnTable } from './located.js';

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
  /** Of OWNER TO a role that is named. */
  readonly owner: string | null;
}
