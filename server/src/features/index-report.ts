// What the index advisor found, as a page.

import { type DatabaseSource, sourceText } from '../plans/source.js';
import { bytesText, costText } from '../text/numbers.js';
import { count } from '../text/words.js';
import type { AdvisedIndex } from './index-advice.js';

export interface ReportedQuery {
  readonly sql: string;
  /** 1-based. */
  readonly line: number;
  /** Why it could not be planned; `null` when it was. */
  readonly failed: string | null;
  /** What to know of it beside its plan. */
  readonly notes: readonly string[];
}

export interface IndexReport {
  /** Of the file. */
  readonly name: string;
  readonly source: DatabaseSource;
  readonly queries: readonly ReportedQuery[];
  readonly indexes: readonly AdvisedIndex[];
  readonly served: readonly string[];
  readonly notes: readonly string[];
  /** What the migrations left out, in lines of which those that begin with spaces belong to the one before. */
  readonly gaps: readonly string[];
  /** Whether it is an Ecto project. */
  readonly ecto: boolean;
}

/** In Markdown. */
export function indexReport(report: IndexReport): string {
  const { name, source, queries, indexes, served, ecto } = report;
  const best = indexes.filter(({ verdict }) => verdict === 'advised');
  const others = indexes.filter(({ verdict }) => verdict !== 'advised');
  const failed = queries.filter((query) => query.failed !== null);
  const notes = noteLines(report);
  const blocks = [
    `# Indexes for ${name}`,
    `${count(queries.length, 'query', 'queries')}. Tried on: ${sourceText(source, { analyzed: false })}.`,
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
      : [
          '## Tried as well',
          others.map((index) => `- \`${index.title}\`${sizeText(index)}: ${index.message}`).join('\n'),
        ]),
    ...(served.length === 0
      ? []
      : [`There already, and not tried again: ${served.map((one) => `\`${one}\``).join(', ')}.`]),
    ...(failed.length === 0
      ? []
      : ['## Not planned', failed.map(({ line, failed: why }) => `- Line ${line}: ${why}`).join('\n')]),
    ...(notes.length === 0 ? [] : ['## To be known', notes.join('\n')]),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

/** Behind the title of one that was tried: ` (12 MB)`; empty for one that the server does not make. */
export function sizeText({ bytes }: AdvisedIndex): string {
  return bytes === null ? '' : ` (${bytesText(bytes)})`;
}

function noteLines({ queries, notes, gaps }: IndexReport): readonly string[] {
  return [
    ...notes.map((note) => `- ${note}`),
    ...queries.flatMap((query) => query.notes.map((note) => `- Line ${query.line}: ${note}`)),
    ...gaps.map((line) => line.replace(/^( *)/, '$1- ')),
  ];
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
