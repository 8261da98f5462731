// What the functions of Elixir's standard library have in common here.

import type { Span } from '../../../text/span.js';
import type { Run } from '../run.js';
import type { Located, Value } from '../values.js';

/**
 * A function: its value, or `null` where that is not known.
 *
 * @param at the call
 */
export type Library = (run: Run, args: readonly Located[], at: Span) => Value | null;

/** By module and name. */
export type Functions = Readonly<Record<string, Library>>;

export function list(items: readonly Located[]): Value {
  return { kind: 'list', items };
}

/** A map of pairs. */
export function mapOf(pairs: readonly Located[]): Value {
  const entries = pairs.flatMap(({ value }) => {
    const [key, entry] = value.kind === 'tuple' ? value.items : [];
    return key === undefined || entry === undefined ? [] : [{ key, value: entry }];
  });
  return { kind: 'map', entries };
}

export function listOrNull(items: readonly Located[] | null | undefined): Value | null {
  return items === null || items === undefined ? null : list(items);
}
