// Keys that an operation makes of rows that are there, and how to see whether they hold.

import type { Table } from '../catalog/catalog.js';
import { quoteName, quoteReference } from '../catalog/keywords.js';
import { columnOf } from '../catalog/lookup.js';
import type { Name } from '../catalog/names.js';
import type { Operation } from '../catalog/operation.js';
import type { Span } from '../text/span.js';
import { onOneLine } from './spelling.js';

export interface UniqueKey {
  readonly table: Name;
  readonly keyword: Span;
  /** Its columns and expressions, as SQL. */
  readonly parts: readonly string[];
  /** Those of its parts that are columns. */
  readonly columns: readonly string[];
  /** A condition, as SQL; `null` for a key of all rows. */
  readonly where: string | null;
  /** Columns that are not NULL where the condition holds. */
  readonly neverNull: readonly string[];
  /** NULLS NOT DISTINCT, or a primary key, which has none. */
  readonly nullsAreAlike: boolean;
}

/** `null` for an operation that tries no key on rows. */
export function uniqueKeyOf(operation: Operation): UniqueKey | null {
  if (operation.kind === 'create-index') {
    const { unique, table, keyword, keys, where, nullsNotDistinct } = operation;
    if (!unique) return null;
    return {
      table,
      keyword,
      parts: keys.map(({ column, expression }) =>
        column === null ? onOneLine(expression?.text ?? '') : quoteName(column),
      ),
      columns: keys.flatMap(({ column }) => column ?? []),
      where: where === null ? null : onOneLine(where.text),
      neverNull: where?.provesNotNull ?? [],
      nullsAreAlike: nullsNotDistinct,
    };
  }
  if (operation.kind !== 'add-constraint') return null;
  const { table, constraint } = operation;
  if (constraint.kind !== 'unique' && constraint.kind !== 'primary-key') return null;
  if (constraint.usingIndex !== null || constraint.temporal) return null;
  return {
    table,
    keyword: constraint.keyword,
    parts: constraint.columns.map(quoteName),
    columns: constraint.columns,
    where: null,
    neverNull: [],
    nullsAreAlike: constraint.kind === 'primary-key' || constraint.nullsNotDistinct,
  };
}

/** Whether another key of all rows is on some of its columns alone: then no two rows are alike in all of them. */
export function isUniqueAlready(
  table: Table,
  { columns, nullsAreAlike }: Pick<UniqueKey, 'columns' | 'nullsAreAlike'>,
): boolean {
  const isWithin = (own: readonly (string | null)[]) =>
    own.every((name) => {
      if (name === null || !columns.includes(name)) return false;
      // Another key may allow several rows with NULL, which are alike for this one.
      return !nullsAreAlike || columnOf(table, name)?.notNull === true;
    });
  return table.indexes.some(
    ({ unique, where, valid, method, keys }) =>
      unique && valid && where === null && method === 'btree' && isWithin(keys.map(({ column }) => column)),
  );
}

/** A query for rows that are alike. @param table as far as it is known */
export function duplicatesQuery(
  { table, parts, columns, where, neverNull, nullsAreAlike }: UniqueKey,
  known: Table | null,
): string {
  const listed = parts.join(', ');
  const mayBeNull = nullsAreAlike
    ? []
    : columns.filter(
        (name) => !neverNull.includes(name) && (known === null || columnOf(known, name)?.notNull !== true),
      );
  const conditions = [
    ...(where === null ? [] : [where]),
    ...mayBeNull.map((name) => `${quoteName(name)} IS NOT NULL`),
  ];
  const condition = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
  return `SELECT ${listed}, count(*) FROM ${quoteReference(table)}${condition} GROUP BY ${listed} HAVING count(*) > 1;`;
}
