// What a reader of a plan should know of the statistics that it was made with, in sentences: where they come from, and what of
// them does not fit the tables of this plan. Other tables are no matter here.

import { type Statistics, tellsColumns } from '../../catalog/statistics.js';
import { rawRelationsIn, recordsIn } from '../../plans/raw.js';
import type { PlannedTable } from '../database.js';
import type { Imported } from './import.js';

/** Above the tables of a replica without statistics, which have rows only where migrations insert them; `null` for a plan of none. */
export function noteOnEmptyTables(plan: unknown, tables: readonly PlannedTable[]): string | null {
  if ([...tablesIn(plan)].every((key) => /^(?:pg_catalog|information_schema)\./.test(key))) return null;
  const hold = tables.some(({ bytes }) => bytes !== null && bytes > 0)
    ? 'have only rows that migrations insert'
    : 'are empty';
  return `The tables of this plan ${hold} here, so it tells little of production: export statistics there, or assume sizes of tables in the configuration.`;
}

/**
 * @param plan the value of EXPLAIN (FORMAT JSON, VERBOSE)
 * @param postgres the version that planned: `18.6`
 * @param now when it is read
 */
export function notesOnStatistics(
  plan: unknown,
  statistics: Statistics,
  imported: Imported,
  postgres: string,
  now: Date,
): readonly string[] {
  if (imported.sizesFailed !== null) {
    return [
      `Sizes not applied: this build of the embedded PostgreSQL does not take them (${imported.sizesFailed}), so this plan tells little of production.`,
    ];
  }
  const planned = tablesIn(plan);
  const keys = [...planned].flatMap((key) => [key, ...(imported.tables.get(key)?.parents ?? [])]);
  const tables = new Set(keys);
  return [
    origin(statistics, postgres, now),
    ...withoutTables(statistics, imported),
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

/** Where the statistics come from. */
function origin(statistics: Statistics, postgres: string, now: Date): string {
  const { exported, fromFile, server } = statistics;
  const there =
    server === null ? '' : ` (PostgreSQL ${server.version} there, the planner of ${postgres} here)`;
  if (exported !== null) {
    return `Planned with the statistics of ${exported.slice(0, 10)}${there}.${ageOf(exported, now)}`;
  }
  if (tellsColumns(statistics)) return `Planned with the statistics file, which has no date${there}.`;
  const sizes = fromFile
    ? 'sizes of the statistics file, without a date'
    : 'sizes that the configuration assumes';
  return `Planned with ${sizes}; which values the columns hold is guessed.`;
}

const DAY = 24 * 60 * 60 * 1000;
/** Tables of most applications do not change their sizes by much before. */
const OLD = 90;

/** What to think of the date, as a sentence with a space before it; empty where there is nothing to think. */
function ageOf(exported: string, now: Date): string {
  const days = Math.floor((now.getTime() - Date.parse(exported)) / DAY);
  // Clocks and time zones differ.
  if (days < -1) return ' That is in the future: how old they are is not known.';
  if (!(days >= OLD)) return '';
  const months = Math.floor(days / 30.44);
  const age = months < 24 ? `${months} months` : `${Math.floor(months / 12)} years`;
  return ` They are ${age} old: production may hold more by now, and may be planned otherwise. Export them again.`;
}

/** A file of another database, or names that are written otherwise: then it says nothing about any plan. */
function withoutTables({ tables, fromFile }: Statistics, imported: Imported): readonly string[] {
  if (tables.size === 0 || [...imported.tables.values()].some(({ isKnown }) => isKnown)) return [];
  const names = [...tables.keys()];
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '';
  return [
    `None of the tables of the ${fromFile ? 'statistics' : 'configuration'} is in this schema: ${names.slice(0, SHOWN).join(', ')}${more}. Names must be as the server has them, with their schema where it is not public.`,
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
