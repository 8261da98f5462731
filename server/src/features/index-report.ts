// What the index advisor found, as a page.

import { costText } from '../text/numbers.js';
import { count } from '../text/words.js';
import type { AdvisedIndex } from './index-advice.js';

export interface ReportedQuery {
  readonly sql: string;
  /** 1-based. */
  readonly line: number;
  /** Why it could not be planned; `null` when it was. */
  readonly failed: string | null;
}

export interface IndexReport {
  /** Of the file. */
  readonly name: string;
  /** `PostgreSQL 18.6, statistics of 2026-11-20` */
  readonly source: string;
  readonly queries: readonly ReportedQuery[];
  readonly indexes: readonly AdvisedIndex[];
  readonly served: readonly string[];
  readonly notes: readonly string[];
  /** Whether it is an Ecto project. */
  readonly ecto: boolean;
}

/** In Markdown. */
export function indexReport({ name, source, queries, indexes, served, notes, ecto }: IndexReport): string {
  const best = indexes.filter(({ verdict }) => verdict === 'advised');
  const others = indexes.filter(({ verdict }) => verdict !== 'advised');
  const failed = queries.filter((query) => query.failed !== null);
  const blocks = [
    `# Indexes for ${name}`,
    `${count(queries.length, 'query', 'queries')}. Tried on the embedded ${source}.`,
    ...(best.length === 0 ? ['No index that was tried is worth it.'] : []),
    ...best.flatMap((index) => [
      `## ${index.title}`,
      index.message,
      fence('sql', index.sql),
      ...(ecto ? [fence('elixir', index.ecto)] : []),
      index.remarks.map((remark) => `- ${remark}`).join('\n'),
      helpTable(index, queries),
    ]),
    ...(others.length === 0
      ? []
      : ['## Tried as well', others.map((index) => `- \`${index.title}\`: ${index.message}`).join('\n')]),
    ...(served.length === 0
      ? []
      : [`There already, and not tried again: ${served.map((one) => `\`${one}\``).join(', ')}.`]),
    ...(failed.length === 0
      ? []
      : ['## Not planned', failed.map(({ line, failed: why }) => `- Line ${line}: ${why}`).join('\n')]),
    ...(notes.length === 0 ? [] : ['## To be known', notes.map((note) => `- ${note}`).join('\n')]),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function helpTable({ helps }: AdvisedIndex, queries: readonly ReportedQuery[]): string {
  const rows = helps.map(({ query, before, after }) => {
    const { sql = '', line = 0 } = queries[query] ?? {};
    const text = sql.replace(/\s+/g, ' ').replaceAll('|', '\\|').replaceAll('`', "'");
    const short = text.length > 80 ? `${text.slice(0, 79)}…` : text;
    return `| ${line} | \`${short}\` | ${costText(before)} | ${costText(after)} |`;
  });
  return ['| Line | Query | Cost now | With the index |', '| --: | --- | --: | --: |', ...rows].join('\n');
}

function fence(language: string, code: string): string {
  return `\`\`\`${language}\n${code}\n\`\`\``;
}
