// How a relation that nothing scopes is tied to the relations beside it.

import { keyOf } from '../../queries/frames.js';
import type { Row } from '../../queries/rows.js';
import { keysOf, type Member } from './member.js';

/**
 * - `none`: no column of it is equal to one of another relation.
 * - `key-part`: a column of a key is, which tells rows apart only together with the tenant.
 * - `columns`: other columns are, which rows of several tenants may share.
 */
export type Tie = 'none' | 'columns' | 'key-part';

export interface Tied {
  readonly kind: Tie;
  /** The columns of the relation that are equal to others. */
  readonly columns: readonly string[];
}

export function tieOf(row: Row, member: Member): Tied {
  const { place } = member;
  const columns = [...place.asked].filter((column) => {
    const key = keyOf(place, column);
    return [...row.present].some(
      (other) =>
        other !== place && [...other.asked].some((asked) => row.equalities.same(key, keyOf(other, asked))),
    );
  });
  const isPart = keysOf(member).parts.some((column) => columns.includes(column));
  return { kind: columns.length === 0 ? 'none' : isPart ? 'key-part' : 'columns', columns };
}
