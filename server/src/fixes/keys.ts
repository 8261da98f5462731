// A UNIQUE or PRIMARY KEY constraint taken apart: the index that can be built while the table is in use, and the constraint
// made from it. https://www.postgresql.org/docs/current/sql-altertable.html (ADD table_constraint_using_index)

import type { AddConstraint, PrimaryKeyDefinition, UniqueDefinition } from '../catalog/operation.js';
import { findWords, type Range, spanOf, type TokenText, tokenAt } from '../syntax/sql/segments.js';
import { snakeCase } from '../text/words.js';
import type { SqlStyle } from './sql-style.js';
import type { FollowUp, Step } from './steps.js';

export interface KeyParts {
  /** CREATE UNIQUE INDEX CONCURRENTLY, without `;`. */
  readonly index: string;
  readonly dropIndex: string;
  /** ALTER TABLE … USING INDEX, without `;`. */
  readonly constraint: string;
  readonly dropConstraint: Step;
}

/** `null` for any other constraint, and for a key that is made from an index already. */
export function keyParts(
  of: TokenText,
  operation: AddConstraint,
  name: string,
  style: SqlStyle,
): KeyParts | null {
  const { constraint, table } = operation;
  if (constraint.kind !== 'unique' && constraint.kind !== 'primary-key') return null;
  if (constraint.usingIndex !== null) return null;
  const { words } = style;
  const on = style.table(table);
  const kind = constraint.kind === 'unique' ? 'unique' : 'primary key';
  const tail = tailOf(of, constraint);
  const index = style.table({ schema: table.schema, name });
  return {
    index: [
      `${words('create unique index concurrently')} ${style.name(name)} ${words('on')} ${on}`,
      style.list(constraint.columns),
      ...(constraint.include.length === 0 ? [] : [`${words('include')} ${style.list(constraint.include)}`]),
      ...(constraint.kind === 'unique' && constraint.nullsNotDistinct ? [words('nulls not distinct')] : []),
      ...(tail.storage === '' ? [] : [tail.storage]),
      ...(tail.tablespace === '' ? [] : [`${words('tablespace')} ${tail.tablespace}`]),
    ].join(' '),
    dropIndex: `${words('drop index concurrently if exists')} ${index}`,
    constraint: [
      `${words('alter table')} ${on} ${words('add constraint')} ${style.name(name)}`,
      `${words(`${kind} using index`)} ${style.name(name)}`,
      ...(tail.attributes === '' ? [] : [tail.attributes]),
    ].join(' '),
    dropConstraint: { kind: 'drop-constraint', table, constraint: name },
  };
}

export function keyFollowUp(name: string, parts: KeyParts): FollowUp {
  return {
    name: snakeCase('add', name),
    outside: false,
    notes: [],
    up: [{ kind: 'sql', sql: parts.constraint }],
    down: [parts.dropConstraint],
  };
}

/** Going down, the constraint has taken its index with it: then there is none left to drop. */
export function keyIndexFollowUp(name: string, parts: KeyParts, notes: readonly string[]): FollowUp {
  return {
    name: snakeCase('build', name),
    outside: true,
    notes,
    up: [{ kind: 'sql', sql: parts.index }],
    down: [{ kind: 'sql', sql: parts.dropIndex }],
  };
}

interface Tail {
  /** `WITH (…)`. */
  readonly storage: string;
  readonly tablespace: string;
  /** DEFERRABLE and what follows it. */
  readonly attributes: string;
}

/** What stands behind the columns of a key, as written. */
function tailOf(of: TokenText, { span }: UniqueDefinition | PrimaryKeyDefinition): Tail {
  const range: Range = { from: tokenAt(of, span.start), to: tokenAt(of, span.end) };
  const storage = findWords(of, range, 'with');
  const tablespace = findWords(of, range, 'using', 'index', 'tablespace');
  const attributes = first([
    findWords(of, range, 'deferrable'),
    findWords(of, range, 'not', 'deferrable'),
    findWords(of, range, 'initially'),
  ]);
  const until = (...ends: readonly number[]) => first(ends) ?? range.to;
  const text = (from: number, to: number) => {
    const { start, end } = spanOf(of, { from, to });
    return of.text.slice(start, end);
  };
  return {
    storage: storage < 0 ? '' : text(storage, until(tablespace, attributes ?? -1)),
    tablespace: tablespace < 0 ? '' : text(tablespace + 3, until(attributes ?? -1)),
    attributes: attributes === null ? '' : text(attributes, range.to),
  };
}

function first(indexes: readonly number[]): number | null {
  const found = indexes.filter((index) => index >= 0);
  return found.length === 0 ? null : Math.min(...found);
}
