// Where an expression of code stands: what it may name and call.

import type { Catalog } from '../../catalog/catalog.js';
import type { SelectStmt } from '../../syntax/sql/nodes.js';
import type { Value } from './values.js';

/** A row of one FROM item while a query is evaluated. */
export interface Binding {
  readonly alias: string;
  /** `null` when its columns are not known: the rows of a table of the user's. */
  readonly values: Readonly<Record<string, Value>> | null;
  /** Why what is missing in `values` is not known. */
  readonly reason: string;
}

/** Where an expression stands. */
export interface Scope {
  readonly catalog: Catalog;
  /** Innermost last. */
  readonly bindings: readonly Binding[];
  /** `undefined` when there is no such variable. */
  variable(parts: readonly string[]): Value | undefined;
  /** What a routine of the user's returns; `undefined` for one that is not known. Runs it. */
  call(
    name: { readonly schema: string | null; readonly name: string },
    values: readonly Value[],
    names: readonly (string | null)[],
  ): Value | undefined;
  /** The values that a routine of the user's returns as a set; `null` when it is none, or they are not known. */
  callSet(
    name: { readonly schema: string | null; readonly name: string },
    values: () => readonly Value[],
  ): readonly Value[] | null;
  /** The rows of a subquery. */
  query(select: SelectStmt, scope: Scope): Rows;
  /** What is called meanwhile may not happen. */
  perhaps<T>(reason: string, work: () => T): T;
}

export interface Rows {
  readonly columns: readonly string[];
  readonly rows: readonly ResultRow[];
}

export interface ResultRow {
  readonly values: readonly Value[];
  /** Why it may not be among them; `null` when it surely is. */
  readonly doubt: string | null;
}
