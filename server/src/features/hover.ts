// What an operation does to those who use its table meanwhile, in Markdown.

import { type Effect, type LockFacts, locksOf, merge } from '../analysis/locks.js';
import { isInTransaction } from '../analysis/transactions.js';
import { apply } from '../catalog/apply.js';
import { blocks, lockName } from '../catalog/lock-modes.js';
import { findRelation } from '../catalog/lookup.js';
import type { Operation } from '../catalog/operation.js';
import { configFor, migrationAt, type Workspace } from '../lint/workspace.js';
import { type ReplayedMigration, stateBefore } from '../migrations/history.js';
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
    const facts = factsOfStatement(workspace, step, index);
    const markdown = describe(facts, statement.sql, isInTransaction(step, index), statement.operations);
    return markdown === null ? null : { span: shift(smallest.span, statement.start), markdown };
  }
  return null;
}

function length({ start, end }: Span): number {
  return end - start;
}

/** The facts of all operations of a statement together; relations that its migration made are left out. */
export function factsOfStatement(workspace: Workspace, step: ReplayedMigration, index: number): LockFacts {
  const { path } = step.migration.file;
  const { postgres } = configFor(workspace, path);
  const statement = step.migration.statements[index];
  let { catalog } = stateBefore(step, index);
  const facts: LockFacts[] = [];
  for (const [operationIndex, operation] of (statement?.operations ?? []).entries()) {
    facts.push(locksOf(operation, catalog));
    catalog = apply(catalog, operation, {
      origin: { path, statement: index, operation: operationIndex, constraint: null },
      postgres,
    });
  }
  const before = stateBefore(step, index).catalog;
  const isOld = ({ relation }: { relation: { schema: string; name: string } }) => {
    const found = findRelation(before, relation);
    if (found === null || found.kind === 'index') return true;
    return found.origin?.path !== path && !(found.kind === 'table' && found.temporary);
  };
  const { locks, rewrites, scans, certain } = merge(facts);
  return {
    locks: locks.filter(isOld),
    rewrites: unique(rewrites.filter(isOld)),
    scans: unique(scans.filter(isOld)),
    certain,
  };
}

function unique(effects: readonly Effect[]): readonly Effect[] {
  const seen = new Set<string>();
  return effects.filter(({ relation }) => {
    const key = `${relation.schema}.${relation.name}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
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
    lines.push('**Blocks nobody**: it locks no table that others can see.');
  } else {
    lines.push('| table | lock | meanwhile |', '| --- | --- | --- |');
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
  if (facts.locks.length > 0 && facts.rewrites.length + facts.scans.length === 0) {
    lines.push('- takes no time by itself, but waits for what runs, and others wait behind it');
  }
  if (inTransaction === true && facts.locks.length > 0) {
    lines.push('- runs in a transaction: the locks are held until its end');
  }
  if (!facts.certain) lines.push('- a part of this is not known for sure');
  return [...lines, '', '```sql', shorten(sql), '```'].join('\n');
}

const LONGEST = 600;

function shorten(sql: string): string {
  return sql.length <= LONGEST ? sql : `${sql.slice(0, LONGEST)} …`;
}
