// What an operation does to those who use its table meanwhile, and what ties a query to a tenant, in Markdown.

import { durationWords } from '../analysis/lock-duration.js';
import {
  effectWords,
  heldWords,
  lockPicture,
  type StatementPicture,
  waitWords,
} from '../analysis/lock-picture.js';
import { isInTransaction } from '../analysis/transactions.js';
import { lockName } from '../catalog/lock-modes.js';
import type { RelationName } from '../catalog/names.js';
import type { Operation } from '../catalog/operation.js';
import { configFor, migrationAt, type Workspace } from '../lint/workspace.js';
import { type Span, shift, touches } from '../text/span.js';
import { tenantHover } from './tenant-scope.js';

export interface HoverText {
  readonly span: Span;
  readonly markdown: string;
}

/** `null` where no operation of a migration stands, and no query of which something is known. */
export function hover(workspace: Workspace, path: string, offset: number): HoverText | null {
  const found = migrationAt(workspace, path);
  if (found === null) return tenantHover(workspace, path, offset);
  const { step, history } = found;
  const { file, statements } = step.migration;
  for (const [index, statement] of statements.entries()) {
    const operations = statement.operations.filter((operation) =>
      touches(shift(operation.span, statement.start), offset),
    );
    const [smallest] = [...operations].sort((a, b) => length(a.span) - length(b.span));
    if (smallest === undefined) continue;
    if (statement.operations.every(isOfSession)) return null;
    const { postgres } = configFor(workspace, path);
    const picture = lockPicture(step, history.history.migrations, postgres)[index];
    if (picture === undefined) return null;
    const markdown = describe(picture, {
      sql: statement.sql,
      inTransaction: isInTransaction(step, index),
      postgres,
      lineOf(other) {
        const one = statements[other] ?? statement;
        return file.lines.positionAt(one.start + one.span.start).line + 1;
      },
    });
    return { span: shift(smallest.span, statement.start), markdown };
  }
  return null;
}

function length({ start, end }: Span): number {
  return end - start;
}

function isOfSession({ kind }: Operation): boolean {
  return kind === 'transaction' || kind === 'set-parameter';
}

interface Surroundings {
  readonly sql: string;
  readonly inTransaction: boolean | 'unknown';
  readonly postgres: number;
  /** Of a statement of the same file, by its index. */
  readonly lineOf: (statement: number) => number;
}

function describe(picture: StatementPicture, { sql, inTransaction, postgres, lineOf }: Surroundings): string {
  const { facts, held, why, sources, traced, outsideOnly } = picture;
  const notes = [
    ...why,
    ...effectWords(facts, spelled),
    ...facts.locks.flatMap(({ relation, because }) =>
      because === null ? [] : [`locks ${spelled(relation)}: ${because}`],
    ),
    ...howLong(picture, inTransaction),
    ...(held.length === 0 ? [] : [`still held by then: ${heldWords(held, lineOf, spelled)}`]),
    ...(outsideOnly ? ['the server refuses it inside a transaction'] : []),
    ...(facts.certain || facts.locks.length === 0 ? [] : ['a part of this is not known for sure']),
  ];
  const references = sources.map(({ manual, code }) => `[manual](${manual}), \`${code}\``).join('; ');
  return [
    ...heading(picture),
    '',
    ...notes.map((note) => `- ${note}`),
    '',
    '```sql',
    shorten(sql),
    '```',
    '',
    `Predicted for PostgreSQL ${postgres}${traced ? '' : ', not traced'}: ${references}`,
  ].join('\n');
}

function heading({ facts, duration }: StatementPicture): readonly string[] {
  if (facts.locks.length === 0) {
    return [
      facts.certain
        ? '**Blocks nobody**: it locks no table that others can see.'
        : 'What it locks is not known for sure.',
    ];
  }
  return [
    '| relation | lock | meanwhile | for |',
    '| --- | --- | --- | --- |',
    ...facts.locks.map(
      ({ relation, mode }) =>
        `| ${spelled(relation)} | ${lockName(mode)} | ${waitWords(mode)} | ${durationWords(duration)} |`,
    ),
  ];
}

function howLong(
  { facts, duration }: StatementPicture,
  inTransaction: boolean | 'unknown',
): readonly string[] {
  if (facts.locks.length === 0) return [];
  return [
    ...(duration === 'instant'
      ? ['takes no time by itself, but waits for what runs, and others wait behind it']
      : []),
    ...(inTransaction === true ? ['runs in a transaction: the locks are held until its end'] : []),
  ];
}

function spelled({ schema, name }: RelationName): string {
  return `\`${schema}.${name}\``;
}

const LONGEST = 600;

function shorten(sql: string): string {
  return sql.length <= LONGEST ? sql : `${sql.slice(0, LONGEST)} …`;
}
