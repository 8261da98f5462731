// What is said of a file of statistics that was just exported.

import type { Statistics, TableStatistics } from '../catalog/statistics.js';
import { didYouMean } from '../text/similar.js';
import { count } from '../text/words.js';

/**
 * Sentences, a line each: what was read, how much of it is in the file, and what the role may not see.
 * @param keep columns whose values were asked for
 */
export function statisticsReport(
  database: string,
  statistics: Statistics,
  keep: readonly string[],
): readonly string[] {
  const { server, tables, holds } = statistics;
  const columns = count([...tables.values()].flatMap(columnsOf).length, 'column');
  const version = server === null ? '' : `, PostgreSQL ${server.version}`;
  const never = [...tables].filter(([, table]) => table.rows === null && table.kind !== 'partitioned');
  return [
    `Read the statistics of ${database}${version}: ${count(tables.size, 'table')}, ${columns}.`,
    `Values are told of ${count(size(holds.values), 'column')} and withheld of ${size(holds.withheld)}.`,
    ...inVain(statistics, keep),
    ...(holds.unreadable.length === 0
      ? []
      : [
          `The role may not read ${some(holds.unreadable)}: of these only sizes are in the file. ` +
            'It needs SELECT on them, or the role pg_read_all_data (from PostgreSQL 14 on).',
        ]),
    ...(never.length === 0
      ? []
      : [`Never analysed: ${some(never.map(([name]) => name))}. ANALYZE them first for better plans.`]),
  ];
}

/** Columns that were asked for and of which no values are in the file. */
function inVain({ tables, holds }: Statistics, keep: readonly string[]): readonly string[] {
  const known = [...tables].flatMap(([name, { columns, inherited }]) =>
    [...columns.keys(), ...inherited.keys()].map((column) => `${name}.${column}`),
  );
  const told = new Set(
    [...holds.values].flatMap(([table, columns]) => columns.map((column) => `${table}.${column}`)),
  );
  return [...new Set(keep)].flatMap((column) => {
    if (told.has(column)) return [];
    if (holds.missing.includes(column)) {
      return [`There is no column ${column}, so no values of it are told.${didYouMean(column, known)}`];
    }
    return [
      `Nothing is known of the values of ${column}: the role may not read it, or its table was never analysed.`,
    ];
  });
}

/** As many distinct values are labels rather than data about somebody. */
const FEW = 50;

/** Columns as `schema.table.column` whose values were withheld though they are few: a person may say that they can be told. */
export function fewValues({ tables, holds }: Statistics): readonly string[] {
  return [...holds.withheld].flatMap(([table, columns]) => {
    const known = tables.get(table);
    return columns.flatMap((name) => {
      const column = known?.columns.get(name) ?? known?.inherited.get(name);
      const distinct = column?.n_distinct ?? 0;
      return distinct > 0 && distinct <= FEW ? [`${table}.${name}`] : [];
    });
  });
}

/** Those of which something is known, its expressions in indexes included. */
function columnsOf({ columns, inherited, indexes }: TableStatistics): readonly string[] {
  const expressions = [...indexes.values()].flatMap((index) => [...index.columns.keys()]);
  return [...new Set([...columns.keys(), ...inherited.keys()]), ...expressions];
}

function size(columns: ReadonlyMap<string, readonly string[]>): number {
  return [...columns.values()].flat().length;
}

const SHOWN = 5;

function some(names: readonly string[]): string {
  const more = names.length - SHOWN;
  return `${names.slice(0, SHOWN).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
