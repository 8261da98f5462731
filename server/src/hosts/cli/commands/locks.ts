// plumbline locks

import { type Duration, durationWords } from '../../../analysis/lock-duration.js';
import {
  effectWords,
  heldWords,
  lockPicture,
  releasedWords,
  type StatementPicture,
  waitWords,
} from '../../../analysis/lock-picture.js';
import { isInTransaction } from '../../../analysis/transactions.js';
import { lockName } from '../../../catalog/lock-modes.js';
import { type RelationName, sameRelation } from '../../../catalog/names.js';
import { configFor } from '../../../lint/workspace.js';
import type { Arguments } from '../arguments.js';
import type { Opened } from '../open.js';
import type { Output } from '../output.js';
import { fromHere } from '../places.js';

interface Printed {
  readonly path: string;
  readonly line: number;
  readonly sql: string;
  readonly inTransaction: boolean;
  readonly picture: StatementPicture;
  /** Of a statement of the same file, by its index. */
  readonly lineOf: (statement: number) => number;
}

/** Gives the exit status. */
export function locks({ workspace, chosen }: Opened, args: Arguments, output: Output): number {
  const asked = new Set(chosen);
  const printed: Printed[] = [];
  for (const { history } of workspace.histories) {
    for (const step of history.migrations) {
      if (step.migration.isBaseline) continue;
      const { file, statements } = step.migration;
      if (!asked.has(file.path)) continue;
      const pictures = lockPicture(step, history.migrations, configFor(workspace, file.path).postgres);
      const lineOf = (index: number) => {
        const statement = statements[index];
        return statement === undefined
          ? 1
          : file.lines.positionAt(statement.start + statement.span.start).line + 1;
      };
      for (const [index, { sql, operations }] of statements.entries()) {
        const picture = pictures[index];
        if (operations.length === 0 || picture === undefined) continue;
        printed.push({
          path: fromHere(file.path),
          line: lineOf(index),
          sql,
          // Where the runner is not known, one transaction a file is assumed.
          inTransaction: isInTransaction(step, index) !== false,
          picture,
          lineOf,
        });
      }
    }
  }
  if (workspace.histories.length === 0) output.complain('There are no migrations here.\n');
  if (args.format === 'json') {
    output.write(`${JSON.stringify({ version: 1, operations: printed.map(shapeOf) }, null, 2)}\n`);
  } else output.write(printed.map(textOf).join('\n'));
  return 0;
}

function shapeOf({ path, line, sql, inTransaction, picture, lineOf }: Printed) {
  const { facts, duration, held, outsideOnly, traced, why, sources } = picture;
  const builds = new Map<string, (string | null)[]>();
  for (const { relation, index } of facts.indexBuilds) {
    const key = named(relation);
    builds.set(key, [...(builds.get(key) ?? []), index]);
  }
  return {
    path,
    line,
    sql,
    in_transaction: inTransaction,
    transaction_allowed: !outsideOnly,
    locks: Object.fromEntries(
      facts.locks.map(({ relation, mode, also }) => [named(relation), [mode, ...also]]),
    ),
    rewrites: facts.rewrites.map(({ relation }) => named(relation)),
    scans: facts.scans.map(({ relation }) => named(relation)),
    index_builds: Object.fromEntries(builds),
    duration: duration satisfies Duration,
    held: held.map(({ relation, mode, statement }) => ({
      relation: named(relation),
      mode,
      line: lineOf(statement),
    })),
    reasons: [...effectWords(facts, named), ...why],
    sources: sources.flatMap(({ manual, code }) => [manual, code]),
    traced,
    certain: facts.certain,
  };
}

function named({ schema, name }: RelationName): string {
  return `${schema}.${name}`;
}

function textOf({ path, line, sql, inTransaction, picture, lineOf }: Printed): string {
  const { facts, duration, held, released, outsideOnly, traced, why } = picture;
  const elsewhere = held.filter(
    ({ relation }) => !facts.locks.some((lock) => sameRelation(lock.relation, relation)),
  );
  const lines = [
    ...facts.locks.map(({ relation, mode, because }) => {
      const reason = because === null ? '' : ` (${because})`;
      return `${lockName(mode)} on ${named(relation)}, for ${durationWords(duration)}: ${waitWords(mode)}${reason}`;
    }),
    ...(facts.locks.length === 0 && facts.certain ? ['blocks nobody'] : []),
    ...effectWords(facts, named),
    ...why,
    ...(facts.certain ? [] : ['(a part of this is not known for sure)']),
    ...(outsideOnly && inTransaction ? ['the server refuses it inside a transaction'] : []),
    ...(traced || facts.locks.length === 0
      ? []
      : ['(as other sessions see it: what runs outside a transaction cannot be traced from inside)']),
    ...(elsewhere.length === 0 ? [] : [`still held: ${heldWords(elsewhere, lineOf, named)}`]),
    ...released.map((one) => `until commit: ${releasedWords(one, lineOf(one.statement), named)}`),
  ];
  const first = sql.replace(/\s+/g, ' ').slice(0, 120);
  return `${path}:${line}  ${first}\n${lines.map((one) => `  ${one}\n`).join('')}`;
}
