// Operations on indexes. See ../operation.ts.

import type { Span } from '../../text/span.js';
import type { StorageParameters } from '../catalog.js';
import type { Expression } from '../expression.js';
import type { LocalName, Name } from '../names.js';
import type { Located } from './located.js';

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
  readonly parameters: StorageParameters;
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

/** ALTER INDEX … ATTACH PARTITION, SET (…), RESET (…), SET TABLESPACE. */
export interface AlterIndex extends Located {
  readonly kind: 'alter-index';
  readonly index: Name;
  readonly action:
    | { readonly kind: 'attach'; readonly partition: Name }
    | { readonly kind: 'set'; readonly parameters: StorageParameters }
    | { readonly kind: 'reset'; readonly names: readonly string[] }
    | { readonly kind: 'set-tablespace' }
    /** SET STATISTICS, …: nothing that the catalog holds. */
    | { readonly kind: 'other' };
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
