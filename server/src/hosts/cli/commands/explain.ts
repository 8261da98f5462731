// plumbline explain

import type { Statistics } from '../../../catalog/statistics.js';
import type { Explained, ExplainRequest, Failure, Replay } from '../../../database/database.js';
import { refusalOnEmbedded } from '../../../database/pglite.js';
import { openPostgres } from '../../../database/postgres.js';
import {
  type ExplainTarget,
  explainRequestOf,
  explainTargetOf,
  explainTargetOnLine,
  explainTargetsIn,
  type NoTarget,
  unreadQueriesIn,
} from '../../../features/explain-target.js';
import { explainedPlan } from '../../../features/explained-plan.js';
import { linesAfterFailure } from '../../../features/replay-lines.js';
import { withAssumedSizes } from '../../../lint/sizes.js';
import { readStatistics } from '../../../lint/statistics-file.js';
import { configInForceFor, type Workspace } from '../../../lint/workspace.js';
import { EMBEDDED_NAME } from '../../../plans/source.js';
import { drawSnippet } from '../../../text/snippet.js';
import { anyFileIn, type SourceFile, sourceFile } from '../../../text/source-file.js';
import { readSource } from '../../files.js';
import type { Arguments } from '../arguments.js';
import { type AskedFile, lineSpan, readAsked } from '../asked-file.js';
import { databaseMeant, namesDatabase } from '../databases.js';
import { onEmbedded } from '../embedded.js';
import { complain, complainOfFailure, FAILED, whatToDoAbout } from '../failures.js';
import { faultsShape } from '../faults.js';
import { comparisonIn, type PrintedPlan, planIn } from '../formats/plan.js';
import { replayShape } from '../formats/replay.js';
import type { Opened } from '../open.js';
import type { Output } from '../output.js';
import { fromHere } from '../places.js';
import type { World } from '../world.js';
import { savedPlan } from './explain-saved.js';
import { valuesFor } from './explain-values.js';

interface Answered {
  readonly answer: Explained | Failure;
  /** The database that was asked, or would have been; `null` when it is not known which one that is. */
  readonly asked: { readonly kind: 'embedded' | 'database'; readonly name: string } | null;
  /** What came of the migrations; `null` for a server of the user's. */
  readonly replay: Replay | null;
}

/** Gives the exit status. */
export async function explain(
  opened: Opened,
  asked: AskedFile | null,
  args: Arguments,
  world: World,
): Promise<number> {
  const { output } = world;
  if (args.plan !== null) {
    const saved = await savedPlan(opened, args.plan);
    return 'message' in saved
      ? complain(output, saved.message, saved.whatToDo)
      : print(opened, { ...saved, replay: null, besides: faultsShape(opened) }, args, output);
  }
  const target = targetOf(opened, asked, args);
  const file = sourceOf(opened, asked, args);
  if ('message' in target) {
    if (target.at !== undefined) drawAt(file, target.at, output);
    return complain(output, target.message, target.whatToDo);
  }
  const statistics = await statisticsMeant(opened, asked, args, output);
  if (statistics === 'unreadable') return FAILED;
  const values = args.values === null ? undefined : valuesFor(target, args.values);
  if (values !== undefined && 'message' in values) return complain(output, values.message, values.whatToDo);
  const request = explainRequestOf(target, {
    values,
    analyze: args.analyze,
    measureWrites: args.analyzeWrites,
  });
  const {
    answer,
    replay,
    asked: server,
  } = await world.interruptible((signal) =>
    answerTo(request, statistics, opened, asked, args, world, signal),
  );
  if (answer.kind !== 'explained') {
    const at = answer.kind === 'sql-error' ? answer.position : null;
    if (at !== null) drawAt(file, target.toFile(at), output);
    const status = complainOfFailure(output, answer);
    if (answer.kind === 'sql-error' && server?.kind === 'database') {
      output.complain(`This is the answer of ${server.name}.\n`);
    }
    if (args.format === 'json') {
      output.write(failureJson(target.sql, server, answer, replay, faultsShape(opened)));
    }
    for (const line of missingLines(opened, answer, replay)) output.complain(`${line}\n`);
    return status;
  }
  const made = explainedPlan(opened.workspace, asked?.path ?? null, target, answer, statistics);
  if ('kind' in made) return complain(output, made.reason);
  return print(opened, { ...made, replay, besides: faultsShape(opened) }, args, output);
}

/** In place of a plan, for programs. */
function failureJson(
  sql: string,
  source: Answered['asked'],
  failure: Failure,
  replay: Replay | null,
  besides: Readonly<Record<string, unknown>>,
): string {
  const { kind, message } = failure;
  const failed = { kind, message, whatToDo: whatToDoAbout(failure) };
  const replayed = replay === null ? {} : { replay: replayShape(replay) };
  const shape = { version: 1, sql, source, plan: null, failed, ...besides, ...replayed };
  return `${JSON.stringify(shape, null, 2)}\n`;
}

/** Prints it, or what has become of the plan that it is compared with. */
async function print(opened: Opened, printed: PrintedPlan, args: Arguments, output: Output): Promise<number> {
  if (args.compare === null) {
    output.write(planIn(args.format, printed, output.colours));
    return 0;
  }
  const before = await savedPlan(opened, args.compare);
  if ('message' in before) return complain(output, before.message, before.whatToDo);
  output.write(comparisonIn(args.format, before, printed, output.colours));
  return 0;
}

/** What the embedded server lacks, after a query that it refused. */
export function missingLines(
  { workspace, otherProjects }: Opened,
  failure: Failure,
  replay: Replay | null,
): readonly string[] {
  if (failure.kind !== 'sql-error' || replay === null) return [];
  if (replay.statements > 0) return linesAfterFailure(failure, replay, fromHere);
  if (otherProjects.length > 0) {
    return [
      `There are ${otherProjects.length} projects here: do this in the folder of one, or name the query as FILE:LINE.`,
    ];
  }
  return workspace.histories.length > 1
    ? ['There are migrations of several databases here: name the query as FILE:LINE.']
    : ['There are no migrations here, so the embedded PostgreSQL has no tables.'];
}

/** What holds the query; `null` when there is none. */
function sourceOf({ workspace }: Opened, asked: AskedFile | null, { sql }: Arguments): SourceFile | null {
  if (sql !== null) return sourceFile('--sql', sql, 'sql');
  return asked === null ? null : (workspace.files.get(asked.path) ?? null);
}

function drawAt(file: SourceFile | null, start: number, output: Output): void {
  if (file !== null) output.complain(`${drawSnippet(file, { start, end: start + 1 }, output.colours)}\n`);
}

export function targetOf(opened: Opened, asked: AskedFile | null, args: Arguments): ExplainTarget | NoTarget {
  const { workspace } = opened;
  if (args.sql !== null) return explainTargetOf(workspace, args.sql);
  if (asked === null) return { kind: 'none', message: 'Which query?', whatToDo: NAME_IT };
  const file = readAsked(opened, asked);
  if ('message' in file) return { kind: 'none', message: file.message, whatToDo: '' };
  if (asked.line === null) return onlyTargetOf(workspace, file);
  const target = explainTargetOnLine(workspace, asked.path, lineSpan(file, asked.line));
  const whatToDo =
    'Name a line of a SELECT, INSERT, UPDATE or DELETE statement, of a string that holds one, or of an Ecto query.';
  return 'message' in target && target.kind === 'none' ? { ...target, whatToDo } : target;
}

const NAME_IT = 'Name it as FILE:LINE, or give its text with --sql.';

/** A file of one query need not be told a line. */
function onlyTargetOf(workspace: Workspace, { path }: SourceFile): ExplainTarget | NoTarget {
  const unread = unreadQueriesIn(workspace, path).map(({ refusal }) => refusal);
  const [only, ...others] = [...explainTargetsIn(workspace, path), ...unread];
  const name = fromHere(path);
  if (only !== undefined && others.length === 0) return only;
  return only === undefined
    ? { kind: 'none', message: `There is no query in ${name} that can be explained.`, whatToDo: '' }
    : {
        kind: 'none',
        message: `There are ${others.length + 1} queries in ${name}. Which one?`,
        whatToDo: `Name it by its line, as ${name}:12. For the indexes of all of them there is --advise.`,
      };
}

/** What the plan is made for: the file that is named, or the configuration's; what is wrong in the former is told. */
export async function statisticsMeant(
  { workspace }: Opened,
  asked: AskedFile | null,
  args: Arguments,
  output: Output,
): Promise<Statistics | null | 'unreadable'> {
  const { config, statistics: configured } = configInForceFor(
    workspace,
    asked?.path ?? anyFileIn(workspace.root),
  );
  if (args.statistics === null) return configured;
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

const EMBEDDED = { kind: 'embedded', name: EMBEDDED_NAME } as const;

async function answerTo(
  request: ExplainRequest,
  statistics: Statistics | null,
  { workspace }: Opened,
  asked: AskedFile | null,
  args: Arguments,
  world: World,
  signal: AbortSignal,
): Promise<Answered> {
  const { environment } = world;
  // A server has statistics of its own: other ones can be meant only for the embedded one.
  if (namesDatabase(args, environment) && args.statistics === null) {
    const settings = databaseMeant(workspace, asked?.path ?? workspace.root, args, environment);
    if (settings.kind !== 'settings') return { answer: settings, asked: null, replay: null };
    const server = openPostgres(settings, environment);
    const answer = await closing(server, () => server.explain(request, signal));
    return { answer, asked: { kind: 'database', name: settings.name }, replay: null };
  }
  const refusal = refusalOnEmbedded(request, statistics);
  if (refusal !== null) return { answer: refusal, asked: null, replay: null };
  const path = asked?.path ?? anyFileIn(workspace.root);
  const answered = await onEmbedded(workspace, path, statistics, world, signal, (database) =>
    database.explain(request, signal),
  );
  return { ...answered, asked: EMBEDDED };
}

async function closing<T>(opened: { close(): Promise<void> }, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } finally {
    await opened.close();
  }
}
