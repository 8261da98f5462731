// Where a plan is from: the server that made it, or nobody knows; and what that says of its numbers.

import type { Plan } from './plan.js';

/** The embedded server, as people are told of it. */
export const EMBEDDED_NAME = 'the embedded PostgreSQL';

/** Where a plan comes from; part of every result. */
export interface DatabaseSource {
  readonly kind: 'embedded' | 'database';
  readonly name: string;
  /** As the server says it, without its build: `18.6`. */
  readonly postgres: string;
  /**
   * `none` on the embedded server's empty tables, `assumed` with sizes of the configuration or of a file without a date; else
   * the ISO date of the statistics, today's for a server's own.
   */
  readonly statistics: string;
}

/** The same of any plan; of one that was saved nobody wrote down where, and `postgres` is empty. */
export interface PlanSource extends Omit<DatabaseSource, 'kind'> {
  readonly kind: DatabaseSource['kind'] | 'saved';
}

/** `Embedded PostgreSQL 18.6, no statistics: costs say little about production`. */
export function sourceText(source: PlanSource, { analyzed }: Pick<Plan, 'analyzed'>): string {
  const { kind, name, postgres, statistics } = source;
  if (kind === 'saved') return `${name}, ${analyzed ? 'measured' : 'planned'} on a server that is not named`;
  if (kind === 'database') return `${name}, PostgreSQL ${postgres}`;
  const embedded = `Embedded PostgreSQL ${postgres}`;
  if (analyzed) return `${embedded}, empty tables: times say nothing about production`;
  if (statistics === 'assumed') return `${embedded}, with assumed sizes`;
  return statistics === 'none'
    ? `${embedded}, no statistics: costs say little about production`
    : `${embedded}, with statistics of ${statistics}`;
}
