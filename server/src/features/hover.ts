// What an operation does to those who use its table meanwhile, in Markdown.

import type { LockFacts } from '../analysis/locks.js';
import { locksOfStatement } from '../analysis/statement-locks.js';
import { isInTransaction } from '../analysis/transactions.js';
import { blocks, lockName } from '../catalog/lock-modes.js';
import type { Operation, OperationKind } from '../catalog/operation.js';
import { configFor, migrationAt, type Workspace } from '../lint/workspace.js';
import { type Span, shift, touches } from '../text/span.js';

export interface HoverText {
  readonly span: Span;
  readonly markdown: string;
}

/** `null` where no operation of a migration stands. */
export function hover(workspace: Workspace, path: string, offset: number): HoverText | null {
  const found = migrationAt(workspace, path);
  if (found === null) return null;
  const { step } = found;
  for (const [index, statement] of step.migration.statements.entries()) {
    const operations = statement.operations.filter((operation) =>
      touches(shift(operation.span, statement.start), offset),
    );
    const [smallest] = [...operations].sort((a, b) => length(a.span) - length(b.span));
    if (smallest === undefined) continue;
    const { postgres } = configFor(workspace, path);
    const facts = locksOfStatement(step, index, postgres);
    const markdown = describe(facts, statement.sql, isInTransaction(step, index), statement.operations);
    return markdown === null ? null : { span: shift(smallest.span, statement.start), markdown };
  }
  return null;
}

function length({ start, end }: Span): number {
  return end - start;
}

function describe(
  facts: LockFacts,
  sql: string,
  inTransaction: boolean | 'unknown',
  operations: readonly Operation[],
): string | null {
  if (operations.every(({ kind }) => kind === 'transaction' || kind === 'set-parameter')) return null;
  const lines: string[] = [];
  if (facts.locks.length === 0) {
    lines.push(
      facts.certain
        ? '**Blocks nobody**: it locks no table that others can see.'
        : 'What it locks is not known for sure.',
    );
  } else {
    lines.push('| relation | lock | meanwhile |', '| --- | --- | --- |');
    for (const { relation, mode } of facts.locks) {
      const waiting = blocks(mode);
      const meaning = waiting === null ? 'reads and writes go on' : `${waiting} wait`;
      lines.push(`| \`${relation.schema}.${relation.name}\` | ${lockName(mode)} | ${meaning} |`);
    }
  }
  lines.push('');
  for (const { relation, because } of facts.rewrites)
    lines.push(`- writes \`${relation.name}\` anew: ${because}`);
  for (const { relation, because } of facts.scans)
    lines.push(`- reads all of \`${relation.name}\`: ${because}`);
  if (facts.locks.length > 0 && isInstant(facts, operations)) {
    lines.push('- takes no time by itself, but waits for what runs, and others wait behind it');
  }
  if (inTransaction === true && facts.locks.length > 0) {
    lines.push('- runs in a transaction: the locks are held until its end');
  }
  if (!facts.certain && facts.locks.length > 0) lines.push('- a part of this is not known for sure');
  return [...lines, '', '```sql', shorten(sql), '```'].join('\n');
}

/** Whose work grows with rows even where no table is read in full: by an index, by a query, by a sample. */
const TAKES_TIME: ReadonlySet<OperationKind> = new Set([
  'write-rows',
  'maintenance',
  'create-table',
  'create-view',
  'create-extension',
  'unknown',
]);

function isInstant({ rewrites, scans }: LockFacts, operations: readonly Operation[]): boolean {
  if (rewrites.length + scans.length > 0) return false;
  return operations.every(
    (operation) =>
      !TAKES_TIME.has(operation.kind) ||
      (operation.kind === 'maintenance' && operation.action === 'lock-table') ||
      (operation.kind === 'create-table' && !operation.fromQuery),
  );
}

const LONGEST = 600;

function shorten(sql: string): string {
  return sql.length <= LONGEST ? sql : `${sql.slice(0, LONGEST)} …`;
}
