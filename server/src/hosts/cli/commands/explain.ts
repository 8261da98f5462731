// plumbline explain

import { resolve } from 'node:path';
import type { Statistics } from '../../../catalog/statistics.js';
import { type ConnectionSettings, connectionSettings } from '../../../database/connection.js';
import type { Explained, ExplainRequest, Failure, Replay } from '../../../database/database.js';
import { refusalOf } from '../../../database/explain.js';
import { failure } from '../../../database/failure.js';
import { openPostgres } from '../../../database/postgres.js';
import {
  type ExplainTarget,
  explainTargetOf,
  explainTargetOnLine,
  type NoTarget,
} from '../../../features/explain-target.js';
import { adviceFor } from '../../../features/plan-advice.js';
import { replayLines } from '../../../features/replay-lines.js';
import { withAssumedSizes } from '../../../lint/sizes.js';
import { readStatistics } from '../../../lint/statistics-file.js';
import { configInForceFor } from '../../../lint/workspace.js';
import { parsePlan } from '../../../plans/plan.js';
import { drawSnippet } from '../../../text/snippet.js';
import { portable, readSource } from '../../files.js';
import { profilesFor } from '../../profiles.js';
import type { Arguments } from '../arguments.js';
import { onEmbedded } from '../embedded.js';
import { comparisonInText, type PrintedPlan, planIn } from '../formats/plan.js';
import type { Opened } from '../open.js';
import type { Output } from '../output.js';
import { fromHere } from '../places.js';
import type { World } from '../world.js';
import { savedPlan } from './explain-saved.js';

/** `FILE:LINE` of the arguments, or `null`. */
export interface Asked {
  readonly path: string;
  readonly line: number;
}

/** What the shell gives for a program that Ctrl+C ended. */
export const INTERRUPTED = 130;
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
  if (args.plan !== null) {
    const saved = await savedPlan(opened, args.plan);
    return 'message' in saved
      ? complain(output, saved.message, saved.whatToDo)
      : print(opened, { ...saved, replay: null }, args, output);
  }
  const target = targetOf(opened, asked, args);
  if ('message' in target) return complain(output, target.message, target.whatToDo);
  const production = await productionOf(opened, asked, args, output);
  if (production === 'unreadable') return FAILED;
  const request = {
    statement: target.sql,
    writes: target.writes,
    parameters: target.parameters,
    analyze: args.analyze,
    measureWrites: args.analyzeWrites,
  };
  const { answer, replay } = await world.interruptible((signal) =>
    answerTo(request, production, opened, asked, args, world, signal),
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
  const plan = parsePlan(answer.plan);
  if (plan.kind === 'unreadable') return complain(output, plan.reason, '');
  const { plan: json, source } = answer;
  const notes = [...(target.notes ?? []), ...answer.notes];
  const advice = adviceFor(opened.workspace, asked?.path ?? null, plan, { ...answer, statement: target.sql });
  return print(opened, { sql: target.sql, source, plan, json, notes, advice, replay }, args, output);
}

/** Prints it, or what has become of the plan that it is compared with. */
async function print(opened: Opened, printed: PrintedPlan, args: Arguments, output: Output): Promise<number> {
  if (args.compare === null) {
    output.write(planIn(args.format, printed, output.colours));
    return 0;
  }
  const before = await savedPlan(opened, args.compare);
  if ('message' in before) return complain(output, before.message, before.whatToDo);
  output.write(comparisonInText(before.plan, printed.plan, output.colours));
  return 0;
}

export function complain(output: Output, message: string, whatToDo: string): number {
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

export function targetOf(
  { workspace }: Opened,
  asked: Asked | null,
  args: Arguments,
): ExplainTarget | NoTarget {
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
  const span = { start: file.lines.startOf(asked.line - 1), end: file.lines.endOf(asked.line - 1) };
  const target = explainTargetOnLine(workspace, asked.path, span);
  const whatToDo =
    'Name a line of a SELECT, INSERT, UPDATE or DELETE statement, of a string that holds one, or of an Ecto query.';
  return 'message' in target && target.kind === 'none' ? { ...target, whatToDo } : target;
}

/** What the plan is made for: the file that is named, or the configuration's; what is wrong in the former is told. */
export async function productionOf(
  { workspace }: Opened,
  asked: Asked | null,
  args: Arguments,
  output: Output,
): Promise<Statistics | null | 'unreadable'> {
  const { config, production } = configInForceFor(workspace, asked?.path ?? `${workspace.root}/x`);
  if (args.statistics === null) return production;
  const { file, unreadable } = await readSource(args.statistics, 'data');
  if (file === null) {
    output.complain(`${args.statistics}: ${unreadable?.message ?? 'It cannot be read.'}\n`);
    return 'unreadable';
  }
  const { statistics, problems } = readStatistics(file.text);
  for (const { span, message } of problems) {
    output.complain(`${args.statistics}: ${message}\n${drawSnippet(file, span, output.colours)}\n`);
  }
  return problems.length > 0 ? 'unreadable' : withAssumedSizes(statistics, config.tables);
}

async function answerTo(
  request: ExplainRequest,
  production: Statistics | null,
  { workspace }: Opened,
  asked: Asked | null,
  args: Arguments,
  world: World,
  signal: AbortSignal,
): Promise<Answered> {
  const { environment } = world;
  // An empty variable counts as one that is not set, as for libpq.
  const url = args.database ?? (environment.DATABASE_URL || undefined);
  const isNamed = url !== undefined || environment.PGHOST || environment.PGDATABASE || environment.PGSERVICE;
  // A server has statistics of its own: other ones can be meant only for the embedded one.
  if (isNamed && args.statistics === null) {
    const settings = settingsFor(workspace, asked, url, environment);
    if (settings.kind !== 'settings') return { answer: settings, replay: null };
    const server = openPostgres(settings, environment);
    const answer = await closing(server, () => server.explain(request, signal));
    const isWriteRefused = refusalOf(request) !== null && request.writes && !request.measureWrites;
    if (!isWriteRefused || answer.kind !== 'not-allowed' || settings.production)
      return { answer, replay: null };
    const whatToDo =
      'Ask for its plan without measuring, or name a database that is not production and add --analyze-writes: then it is run there and rolled back.';
    return { answer: { ...answer, whatToDo }, replay: null };
  }
  const refusal = refusalOf(request);
  if (refusal !== null) return { answer: refusal, replay: null };
  return onEmbedded(workspace, asked?.path ?? `${workspace.root}/x`, production, world, async (database) => {
    const replay = await database.replay(signal);
    if (replay.kind !== 'replayed') return { answer: replay, replay: null };
    return { answer: await database.explain(request, signal), replay };
  });
}

/** By a URL, or by a name as in the editor: a connection of the configuration, `config/dev.exs`. */
function settingsFor(
  workspace: Opened['workspace'],
  asked: Asked | null,
  database: string | undefined,
  environment: World['environment'],
): ConnectionSettings | Failure {
  if (database === undefined || database.includes('://')) {
    return connectionSettings({ url: database }, environment);
  }
  const profiles = profilesFor(workspace, asked?.path ?? workspace.root, environment);
  const profile = profiles.find(({ name }) => name === database);
  if (profile !== undefined) return profile.settings(null);
  const names = profiles.map(({ name }) => name);
  const known = names.length === 0 ? 'There is none here.' : `Known here: ${names.join(', ')}.`;
  return failure(
    'misconfigured',
    `--database is neither a URL nor the name of a connection. ${known}`,
    'Write a URL as postgres://user@host:5432/database.',
  );
}

async function closing<T>(opened: { close(): Promise<void> }, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } finally {
    await opened.close();
  }
}

/** Takes `FILE:LINE` apart. */
export function askedPlace(word: string | undefined): Asked | null {
  const match = word === undefined ? null : /^(.*):(\d+)$/.exec(word);
  if (match === null) return null;
  const [, path = '', line = ''] = match;
  return { path: portable(resolve(path)), line: Number(line) };
}
