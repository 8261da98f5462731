// What a reader of a plan should know of the statistics that it was made with, in sentences: where they come from, and what of
// them does not fit the tables of this plan. Other tables are no matter here.

import type { Statistics } from '../../catalog/statistics.js';
import { rawRelationsIn, recordsIn } from '../../plans/reader.js';
import type { Imported } from './import.js';

/** Above the empty tables of a replica without statistics; `null` for a plan that reads none. */
export function noteOnEmptyTables(plan: unknown): string | null {
  if (tablesIn(plan).size === 0) return null;
  return 'Every table is empty here, so this plan tells little of production: export statistics there, or assume sizes of tables in the configuration.';
}

/**
 * @param plan the value of EXPLAIN (FORMAT JSON, VERBOSE)
 * @param postgres the version that planned: `18.6`
 */
export function notesOnStatistics(
  plan: unknown,
  statistics: Statistics,
  imported: Imported,
  postgres: string,
): readonly string[] {
  const { exported, server } = statistics;
  if (imported.sizesFailed !== null) {
    return [
      `Sizes not applied: this build of the embedded PostgreSQL does not take them (${imported.sizesFailed}). Every table is empty here, so this plan tells little of production.`,
    ];
  }
  const planned = tablesIn(plan);
  const keys = [...planned].flatMap((key) => [key, ...(imported.tables.get(key)?.parents ?? [])]);
  const tables = new Set(keys);
  const there =
    server === null ? '' : ` (PostgreSQL ${server.version} there, the planner of ${postgres} here)`;
  return [
    exported === null
      ? 'Planned with sizes that the configuration assumes; which values the columns hold is guessed.'
      : `Planned with the statistics of ${exported.slice(0, 10)}${there}.`,
    ...[...planned]
      .filter((key) => imported.tables.get(key)?.isKnown === false)
      .map((key) => `${key} is empty here: neither the statistics nor the configuration know its size.`),
    ...limited([...tables].flatMap((key) => imported.tables.get(key)?.differences ?? [])),
    ...withheldIn(plan, statistics, tables),
    ...(imported.settings.length === 0
      ? []
      : [`Settings that this server does not take: ${imported.settings.join(', ')}.`]),
  ];
}

const SHOWN = 5;

function limited(lines: readonly string[]): readonly string[] {
  const rest = lines.length - SHOWN;
  return rest > 1 ? [...lines.slice(0, SHOWN), `And ${rest} more that differ.`] : lines;
}

/** Columns in conditions of the plan about whose values the file says nothing. */
function withheldIn(plan: unknown, { holds }: Statistics, tables: ReadonlySet<string>): readonly string[] {
  const conditions = recordsIn(plan).flatMap((node) =>
    Object.entries(node).flatMap(([key, value]) => (/Cond$|Filter$/.test(key) ? [String(value)] : [])),
  );
  const words = new Set(conditions.flatMap((condition) => condition.match(/[\w$]+/g) ?? []));
  const columns = [...tables].flatMap((key) =>
    (holds.withheld.get(key) ?? []).filter((name) => words.has(name)).map((name) => `${key}.${name}`),
  );
  if (columns.length === 0) return [];
  return [`Values of ${columns.join(', ')} are not in the statistics, so how many rows match is guessed.`];
}

/** `schema.name` of the tables that are read or written. */
function tablesIn(plan: unknown): ReadonlySet<string> {
  return new Set(rawRelationsIn(plan).map(({ schema, name }) => `${schema ?? 'public'}.${name}`));
}
