// What `plumbline explain --advise` prints.

import type { Replay } from '../../../database/database.js';
import { sizeText } from '../../../features/index-report.js';
import { replayLines } from '../../../features/replay-lines.js';
import { sourceText } from '../../../plans/source.js';
import { costText } from '../../../text/numbers.js';
import type { Advised } from '../../advise-indexes.js';
import type { Format } from '../arguments.js';
import type { Colours } from '../output.js';
import { fromHere } from '../places.js';
import { replayShape } from './replay.js';

export type AskedQueries = readonly {
  readonly sql: string;
  /** 1-based; `null` for a text of the command line. */
  readonly line: number | null;
  /** What to know of it beside its plan. */
  readonly notes: readonly string[];
}[];

/** @param replay what came of the migrations */
/** @param besides members that only its JSON has */
export function indexAdviceIn(
  format: Format,
  advised: Advised,
  queries: AskedQueries,
  replay: Replay,
  colours: Colours,
  besides: Readonly<Record<string, unknown>> = {},
): string {
  return format === 'json'
    ? `${JSON.stringify({ ...indexAdviceShape(advised, queries, replay), ...besides }, null, 2)}\n`
    : inText(advised, queries, replay, colours);
}

function indexAdviceShape(advised: Advised, queries: AskedQueries, replay: Replay) {
  return {
    version: 1,
    source: advised.source,
    queries: queries.map(({ sql, line, notes }, place) => {
      const planned = advised.queries[place];
      if (planned?.kind !== 'planned') {
        return { line, sql, notes, cost: null, plan: null, failed: planned?.message ?? null };
      }
      const { plan, explained } = planned;
      return {
        line,
        sql,
        notes,
        cost: plan.root.estimate?.totalCost ?? null,
        plan: explained.plan,
        failed: null,
      };
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
    replay: replayShape(replay),
  };
}

function inText(advised: Advised, queries: AskedQueries, replay: Replay, { dim, bold }: Colours): string {
  const { source, indexes, notes, served } = advised;
  const best = indexes.filter(({ verdict }) => verdict === 'advised');
  const others = indexes.filter(({ verdict }) => verdict !== 'advised');
  const lines = [
    dim(sourceText(source, { analyzed: false })),
    ...[...notes, ...queries.flatMap(noteLines), ...replayLines(replay, fromHere)].map(dim),
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
    ...others.map((index) => `  ${index.title}${sizeText(index)}\n    ${index.message}`),
    ...(served.length === 0
      ? []
      : ['', `There already, and not tried again: ${served.map((name) => `"${name}"`).join(', ')}.`]),
  ];
  return `${lines.join('\n')}\n`;
}

function noteLines(query: AskedQueries[number]): readonly string[] {
  return query.notes.map((note) => `${lineText(query)}${note}`);
}

function failureLines(query: AskedQueries[number], planned: Advised['queries'][number] | undefined) {
  return planned === undefined || planned.kind === 'planned'
    ? []
    : [`${lineText(query)}not planned: ${planned.message}`];
}

function lineText(query: AskedQueries[number] | undefined): string {
  return query?.line == null ? '' : `line ${query.line}: `;
}
