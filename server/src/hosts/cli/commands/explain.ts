// plumbline explain

import { join, resolve } from 'node:path';
import { connectionSettings } from '../../../database/connection.js';
import type { Database, Explained, Failure } from '../../../database/database.js';
import { openEmbedded } from '../../../database/pglite.js';
import { type Plan, type PlanNode, parsePlan } from '../../../database/plan.js';
import { openPostgres } from '../../../database/postgres.js';
import {
  type ExplainTarget,
  explainTargetAt,
  explainTargetOf,
  type NoTarget,
} from '../../../features/explain-target.js';
import { historyFor } from '../../../lint/workspace.js';
import { drawSnippet } from '../../../text/snippet.js';
import { portable } from '../../files.js';
import { migrationGroups } from '../../migration-groups.js';
import type { Arguments } from '../arguments.js';
import type { Opened } from '../open.js';
import type { Output } from '../output.js';
import type { World } from '../world.js';

/** `FILE:LINE` of the arguments, or `null`. */
export interface Asked {
  readonly path: string;
  readonly line: number;
}

/** What the shell gives for a program that Ctrl+C ended. */
const INTERRUPTED = 130;

/** Gives the exit status. */
export async function explain(
  opened: Opened,
  asked: Asked | null,
  args: Arguments,
  world: World,
): Promise<number> {
  const { output } = world;
  const target = targetOf(opened, asked, args);
  if ('message' in target) return complain(output, target.message, target.whatToDo);
  const request = {
    statement: target.sql,
    writes: target.writes,
    parameters: target.parameters,
    analyze: args.analyze,
  };
  const answer = await world.interruptible((signal) =>
    withDatabase(opened, asked, args, world, (database) => database.explain(request, signal)),
  );
  if (answer.kind === 'cancelled') {
    complain(output, answer.message, answer.whatToDo);
    return INTERRUPTED;
  }
  if (answer.kind !== 'explained') {
    const at = answer.kind === 'sql-error' ? answer.position : null;
    const file = asked === null ? undefined : opened.workspace.files.get(asked.path);
    if (at !== null && file !== undefined) {
      const start = target.toFile(at);
      output.complain(`${drawSnippet(file, { start, end: start + 1 }, output.colours)}\n`);
    }
    return complain(output, answer.message, answer.whatToDo);
  }
  if (args.format === 'json') {
    const shape = { version: 1, source: answer.source, plan: answer.plan, advice: [] };
    output.write(`${JSON.stringify(shape, null, 2)}\n`);
    return 0;
  }
  return printPlan(answer, output);
}

function complain(output: Output, message: string, whatToDo: string): number {
  output.complain(`${message}${whatToDo === '' ? '' : `\n${whatToDo}`}\n`);
  return 2;
}

function targetOf({ workspace }: Opened, asked: Asked | null, args: Arguments): ExplainTarget | NoTarget {
  if (args.sql !== null) return explainTargetOf(workspace, args.sql);
  const file = asked === null ? undefined : workspace.files.get(asked.path);
  if (asked === null || file === undefined) {
    return {
      kind: 'none',
      message: 'Which query?',
      whatToDo: 'Name it as FILE:LINE, or give its text with --sql.',
    };
  }
  if (asked.line < 1 || asked.line > file.lines.lineCount) {
    const last = file.lines.lineCount;
    return {
      kind: 'none',
      message: `There is no line ${asked.line}: the last one is ${last}.`,
      whatToDo: '',
    };
  }
  // The first thing on the line decides.
  const start = file.lines.startOf(asked.line - 1);
  const indent = /^\s*/.exec(file.text.slice(start, file.lines.endOf(asked.line - 1)))?.[0].length ?? 0;
  const target = explainTargetAt(workspace, asked.path, start + indent);
  const whatToDo =
    'Name a line of a SELECT, INSERT, UPDATE or DELETE statement, or of a string that holds one.';
  return 'message' in target ? { ...target, whatToDo } : target;
}

async function withDatabase(
  { workspace }: Opened,
  asked: Asked | null,
  args: Arguments,
  { output, assets, environment }: World,
  ask: (database: Database) => Promise<Explained | Failure>,
): Promise<Explained | Failure> {
  // An empty variable counts as one that is not set, as for libpq.
  const url = args.database ?? (environment.DATABASE_URL || undefined);
  if (url !== undefined || environment.PGHOST || environment.PGDATABASE) {
    const settings = connectionSettings({ url }, environment);
    if (settings.kind !== 'settings') return settings;
    return closing(openPostgres(settings, environment), ask);
  }
  const history = historyFor(workspace, asked?.path ?? `${workspace.root}/x`);
  const embedded = openEmbedded({
    worker: join(assets, 'database-worker.cjs'),
    onProgress: ({ phase, done, total }) => {
      if (phase === 'replaying' && done === total) output.complain(`Replayed ${total} statements.\n`);
    },
  });
  // An embedded server that is not closed keeps the process alive.
  try {
    return await ask(embedded.after(history === null ? [] : migrationGroups(history.history)));
  } finally {
    await embedded.close();
  }
}

async function closing<T>(database: Database, ask: (database: Database) => Promise<T>): Promise<T> {
  try {
    return await ask(database);
  } finally {
    await database.close();
  }
}

function printPlan({ plan: json, source, notes }: Explained, output: Output): number {
  const plan = parsePlan(json);
  if (plan.kind === 'unreadable') return complain(output, plan.reason, '');
  const { dim } = output.colours;
  output.write(`${dim(`PostgreSQL ${source.postgres}, ${source.name}, statistics: ${source.statistics}`)}\n`);
  for (const note of notes) output.write(`${dim(note)}\n`);
  output.write(`${lines(plan.root, 0, plan).join('\n')}\n`);
  if (plan.executionMs !== null) output.write(`Execution: ${plan.executionMs.toFixed(1)} ms\n`);
  return 0;
}

/** A node a line: share of cost, what it does, what was expected and what came. */
function lines(node: PlanNode, depth: number, plan: Plan): readonly string[] {
  const share = node.cost === null ? '' : `${Math.round(node.cost.share * 100)}%`.padStart(4);
  const on = node.relation === null ? '' : ` on ${node.relation.name}`;
  const using = node.index === null ? '' : ` using ${node.index}`;
  const cost =
    node.estimate === null ? '' : `  cost ${node.estimate.totalCost.toFixed(2)}, rows ${node.estimate.rows}`;
  const actual =
    node.actual === null || node.actual.kind === 'never-executed'
      ? ''
      : `; actual rows ${node.actual.rows}, own time ${node.actual.ownMs?.toFixed(2) ?? '?'} ms`;
  const indent = '  '.repeat(depth);
  return [
    `${share}  ${indent}${node.type}${using}${on}${cost}${actual}`,
    ...node.conditions.map(({ kind, text }) => `      ${indent}  ${kind}: ${text}`),
    ...node.children.flatMap((child) => lines(child, depth + 1, plan)),
  ];
}

/** Takes `FILE:LINE` apart. */
export function askedPlace(word: string | undefined): Asked | null {
  const match = word === undefined ? null : /^(.*):(\d+)$/.exec(word);
  if (match === null) return null;
  const [, path = '', line = ''] = match;
  return { path: portable(resolve(path)), line: Number(line) };
}
