// What `plumbline explain --advise` prints.

import { bytesText, costText } from '../../../text/numbers.js';
import type { Advised } from '../../advise-indexes.js';
import type { Format } from '../arguments.js';
import type { Colours } from '../output.js';

export type AskedQueries = readonly {
  readonly sql: string;
  /** 1-based; `null` for a text of the command line. */
  readonly line: number | null;
}[];

export function indexAdviceIn(
  format: Format,
  advised: Advised,
  queries: AskedQueries,
  colours: Colours,
): string {
  return format === 'json'
    ? `${JSON.stringify(indexAdviceShape(advised, queries), null, 2)}\n`
    : inText(advised, queries, colours);
}

function indexAdviceShape(advised: Advised, queries: AskedQueries) {
  return {
    version: 1,
    source: { kind: 'embedded', postgres: advised.postgres, statistics: advised.statistics },
    queries: queries.map(({ sql, line }, place) => {
      const planned = advised.queries[place];
      return planned?.kind === 'planned'
        ? { line, sql, cost: planned.plan.root.estimate?.totalCost ?? null, plan: planned.json, failed: null }
        : { line, sql, cost: null, plan: null, failed: planned?.message ?? null };
    }),
    indexes: advised.indexes.map(({ index, helps, plans, ...rest }) => ({
      ...rest,
      table: index.table.schema === null ? index.table.name : `${index.table.schema}.${index.table.name}`,
      helps: helps.map((help) => ({
        ...help,
        plan: plans.find(({ query }) => query === help.query)?.plan ?? null,
      })),
    })),
    served: advised.served,
    notes: advised.notes,
  };
}

function inText(advised: Advised, queries: AskedQueries, { dim, bold }: Colours): string {
  const { indexes, notes, served, postgres, statistics } = advised;
  const best = indexes.filter(({ verdict }) => verdict === 'advised');
  const others = indexes.filter(({ verdict }) => verdict !== 'advised');
  const lines = [
    dim(`PostgreSQL ${postgres}, the embedded PostgreSQL, statistics: ${statistics}`),
    ...notes.map(dim),
    ...queries.flatMap((query, place) => failureLines(query, advised.queries[place])),
    ...(best.length === 0 ? ['No index that was tried is worth it.'] : []),
    ...best.flatMap(({ sql, message, remarks, helps }) => [
      '',
      ...sql.split('\n').map((line) => bold(line)),
      `  ${message}`,
      ...remarks.map((remark) => `  ${remark}`),
      ...(queries.length === 1
        ? []
        : helps.map(
            ({ query, before, after }) =>
              `  ${lineText(queries[query])}${costText(before)} → ${costText(after)}`,
          )),
    ]),
    ...(others.length === 0 ? [] : ['', 'Tried as well:']),
    ...others.map(
      ({ title, message, bytes }) =>
        `  ${title}${bytes === null ? '' : ` (${bytesText(bytes)})`}\n    ${message}`,
    ),
    ...(served.length === 0
      ? []
      : ['', `There already, and not tried again: ${served.map((name) => `"${name}"`).join(', ')}.`]),
  ];
  return `${lines.join('\n')}\n`;
}

function failureLines(query: AskedQueries[number], planned: Advised['queries'][number] | undefined) {
  return planned === undefined || planned.kind === 'planned'
    ? []
    : [`${lineText(query)}not planned: ${planned.message}`];
}

function lineText(query: AskedQueries[number] | undefined): string {
  return query?.line == null ? '' : `line ${query.line}: `;
}
