// What a new column costs: https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES

import type { Catalog } from '../catalog/catalog.js';
import type { AddColumn } from '../catalog/operation.js';
import { underlying } from './type-changes.js';
import { volatilityOfExpression } from './volatility.js';

export interface RewriteOfNewColumn {
  /** As a clause: `every row gets the next number of a sequence`. */
  readonly because: string;
  /** False for a function of which it is not known whether it is volatile. */
  readonly certain: boolean;
  /** What is to blame: its DEFAULT, or what else it is (serial, identity, stored, of a domain with constraints). */
  readonly kind: 'default' | 'type';
}

/** Why adding the column writes the table anew; `null` when it does not. */
export function rewriteOfNewColumn({ column }: AddColumn, catalog: Catalog): RewriteOfNewColumn | null {
  if (column.generated?.kind === 'stored') {
    return { because: 'a stored generated column is computed for every row', certain: true, kind: 'type' };
  }
  if (column.type.serial || column.identity !== null) {
    return { because: 'every row gets the next number of a sequence', certain: true, kind: 'type' };
  }
  if (underlying(catalog, column.type)?.constrained === true) {
    return { because: `the domain "${column.type.name}" has constraints`, certain: true, kind: 'type' };
  }
  if (column.default === null) return null;
  const { volatility, because } = volatilityOfExpression(catalog, column.default);
  if (volatility === 'volatile') {
    return {
      because: `${because}() is volatile, so every row gets a value of its own`,
      certain: true,
      kind: 'default',
    };
  }
  if (volatility === 'unknown') {
    return { because: `${because}() may be volatile`, certain: false, kind: 'default' };
  }
  return null;
}
