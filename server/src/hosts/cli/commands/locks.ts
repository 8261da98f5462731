// plumbline locks

import { locksOfStatement } from '../../../analysis/statement-locks.js';
import { isInTransaction } from '../../../analysis/transactions.js';
import { configFor } from '../../../lint/workspace.js';
import type { Arguments } from '../arguments.js';
import type { Opened } from '../open.js';
import type { Output } from '../output.js';
import { fromHere } from '../places.js';

interface LockedStatement {
  readonly path: string;
  readonly line: number;
  readonly sql: string;
  readonly in_transaction: boolean;
  readonly locks: Readonly<Record<string, readonly string[]>>;
  readonly rewrites: readonly string[];
  readonly scans: readonly string[];
  readonly certain: boolean;
}

/** Gives the exit status. */
export function locks({ workspace, chosen }: Opened, args: Arguments, output: Output): number {
  const asked = new Set(chosen);
  const operations: LockedStatement[] = [];
  for (const { history } of workspace.histories) {
    for (const step of history.migrations) {
      if (step.migration.isBaseline) continue;
      const { file, statements } = step.migration;
      if (!asked.has(file.path)) continue;
      const { postgres } = configFor(workspace, file.path);
      for (const [index, statement] of statements.entries()) {
        if (statement.operations.length === 0) continue;
        const facts = locksOfStatement(step, index, postgres);
        operations.push({
          path: fromHere(file.path),
          line: file.lines.positionAt(statement.start + statement.span.start).line + 1,
          sql: statement.sql,
          // Where the runner is not known, one transaction a file is assumed.
          in_transaction: isInTransaction(step, index) !== false,
          locks: Object.fromEntries(facts.locks.map(({ relation, mode }) => [named(relation), [mode]])),
          rewrites: facts.rewrites.map(({ relation }) => named(relation)),
          scans: facts.scans.map(({ relation }) => named(relation)),
          certain: facts.certain,
        });
      }
    }
  }
  if (workspace.histories.length === 0) output.complain('There are no migrations here.\n');
  if (args.format === 'json') output.write(`${JSON.stringify({ version: 1, operations }, null, 2)}\n`);
  else output.write(operations.map(textOf).join('\n'));
  return 0;
}

function named({ schema, name }: { readonly schema: string; readonly name: string }): string {
  return `${schema}.${name}`;
}

function textOf({ path, line, sql, locks, rewrites, scans, certain }: LockedStatement): string {
  const facts = [
    ...Object.entries(locks).map(([relation, modes]) => `  ${modes.join(', ')} on ${relation}`),
    ...rewrites.map((relation) => `  writes ${relation} anew`),
    ...scans.map((relation) => `  reads all of ${relation}`),
    ...(certain ? [] : ['  (a part of this is not known for sure)']),
  ];
  const first = sql.replace(/\s+/g, ' ').slice(0, 120);
  return `${path}:${line}  ${first}\n${facts.length === 0 ? '  blocks nobody' : facts.join('\n')}\n`;
}
