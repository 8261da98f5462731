// plumbline explain

import { join, resolve } from 'node:path';
import { connectionSettings } from '../../../database/connection.js';
import type { Explained, ExplainRequest, Failure, Replay } from '../../../database/database.js';
import { refusalOf } from '../../../database/explain.js';
import { openEmbedded } from '../../../database/pglite.js';
import { type Plan, type PlanNode, parsePlan } from '../../../database/plan.js';
import { openPostgres } from '../../../database/postgres.js';
import {
  type ExplainTarget,
  explainTargetAt,
  explainTargetOf,
  type NoTarget,
} from '../../../features/explain-target.js';
import { replayLines } from '../../../features/replay-lines.js';
import { historyFor } from '../../../lint/workspace.js';
import { drawSnippet } from '../../../text/snippet.js';
import { portable } from '../../files.js';
import { migrationGroups } from '../../migration-groups.js';
import type { Arguments } from '../arguments.js';
import { replayShape } from '../formats/replay.js';
import type { Opened } from '../open.js';
import type { Output } from '../output.js';
import { fromHere } from '../places.js';
import type { World } from '../world.js';

/** `FILE:LINE` of the arguments, or `null`. */
export interface Asked {
  readonly path: string;
  readonly line: number;
}

/** What the shell gives for a program that Ctrl+C ended. */
const INTERRUPTED = 130;
const FAILED = 2;

interface Answered {
  readonly answer: Explained | Failure;
  /** What came of the migrations; `null` for a server of the user's. */
  readonly replay: Replay | null;
}

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
  const { answer, replay } = await world.interruptible((signal) =>
    answerTo(request, opened, asked, args, world, signal),
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
    complain(output, answer.message, answer.whatToDo);
    // What is missing may be what they would have made.
    if (answer.kind === 'sql-error' && replay !== null) {
      for (const line of missingLines(opened, replay)) output.complain(`${line}\n`);
    }
    return FAILED;
  }
  if (args.format === 'json') {
    const shape = {
      version: 1,
      source: answer.source,
      plan: answer.plan,
      advice: [],
      ...(replay === null ? {} : { replay: replayShape(replay) }),
    };
    output.write(`${JSON.stringify(shape, null, 2)}\n`);
    return 0;
  }
  return printPlan(answer, replay, output);
}

function complain(output: Output, message: string, whatToDo: string): number {
  output.complain(`${message}${whatToDo === '' ? '' : `\n${whatToDo}`}\n`);
  return FAILED;
}

/** What the embedded server lacks, after a query that it refused. */
function missingLines({ workspace }: Opened, replay: Replay): readonly string[] {
  if (replay.statements > 0) return replayLines(replay, fromHere);
  return workspace.histories.length > 1
    ? ['There are migrations of several databases here: name the query as FILE:LINE.']
    : ['There are no migrations here, so the embedded PostgreSQL has no tables.'];
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
  return 'message' in target && target.kind === 'none' ? { ...target, whatToDo } : target;
}

async function answerTo(
  request: ExplainRequest,
  { workspace }: Opened,
  asked: Asked | null,
  args: Arguments,
  { output, assets, environment }: World,
  signal: AbortSignal,
): Promise<Answered> {
  // An empty variable counts as one that is not set, as for libpq.
  const url = args.database ?? (environment.DATABASE_URL || undefined);
  if (url !== undefined || environment.PGHOST || environment.PGDATABASE) {
    const settings = connectionSettings({ url }, environment);
    if (settings.kind !== 'settings') return { answer: settings, replay: null };
    const server = openPostgres(settings, environment);
    return { answer: await closing(server, () => server.explain(request, signal)), replay: null };
  }
  const refusal = refusalOf(request);
  if (refusal !== null) return { answer: refusal, replay: null };
  const history = historyFor(workspace, asked?.path ?? `${workspace.root}/x`);
  const embedded = openEmbedded({
    worker: join(assets, 'database-worker.cjs'),
    onProgress: ({ phase, done, total }) => {
      if (phase === 'replaying' && done === total) output.complain(`Replayed ${total} statements.\n`);
    },
  });
  // An embedded server that is not closed keeps the process alive.
  return closing(embedded, async () => {
    const database = embedded.after(history === null ? [] : migrationGroups(history.history));
    const replay = await database.replay(signal);
    if (replay.kind !== 'replayed') return { answer: replay, replay: null };
    return { answer: await database.explain(request, signal), replay };
  });
}

async function closing<T>(opened: { close(): Promise<void> }, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } finally {
    await opened.close();
  }
}

function printPlan({ plan: json, source, notes }: Explained, replay: Replay | null, output: Output): number {
  const plan = parsePlan(json);
  if (plan.kind === 'unreadable') return complain(output, plan.reason, '');
  const { dim } = output.colours;
  output.write(`${dim(`PostgreSQL ${source.postgres}, ${source.name}, statistics: ${source.statistics}`)}\n`);
  const gaps = replay === null ? [] : replayLines(replay, fromHere);
  for (const note of [...notes, ...gaps]) output.write(`${dim(note)}\n`);
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
