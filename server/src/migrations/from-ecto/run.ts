// One run of a migration in our head: what has been sent to the server so far, and what waits to be. Commands are queued and sent
// when the callback returns or at `flush()`; what goes through the Repo directly is sent at once, before the commands above it.
// Source: Ecto.Migration.Runner, ecto_sql 3.13; seen on a server.

import type { Operation, Touch, Unknown } from '../../catalog/operation.js';
import type { Environment } from '../../syntax/elixir/aliases.js';
import type { ElixirModule } from '../../syntax/elixir/modules.js';
import type { Problem } from '../../syntax/problem.js';
import type { SqlParser } from '../../syntax/sql/parse.js';
import type { EmbeddedText } from '../../text/embedded.js';
import type { Span } from '../../text/span.js';
import type { Subject } from '../holes.js';
import type { MigrationStatement } from '../migration.js';
import type { SubCommand } from './column-sql.js';
import { lowered, unread } from './operations.js';
import type { Settings } from './settings.js';
import { type Sql, textFrom } from './sql-text.js';
import type { Surroundings } from './surroundings.js';
import type { CallPlace, Located } from './values.js';

export interface Run {
  /** All modules of the file: their functions are followed. */
  readonly modules: readonly ElixirModule[];
  /** Tables of the Ecto schemas of the file, by module. */
  readonly tables: ReadonlyMap<string, string>;
  readonly settings: Settings;
  readonly around: Surroundings;
  readonly direction: Direction;
  /** `change/0` runs down: its commands are reversed, and sent last to first. */
  readonly backward: boolean;
  readonly parser: SqlParser;
  readonly sent: MigrationStatement[];
  /** Commands that wait, and functions given to `execute`, which wait as well. */
  readonly queue: (MigrationStatement | (() => void))[];
  readonly problems: Problem[];
  /** What Ecto raises: the migration ends there, and is undone where it runs in a transaction. */
  readonly raises: Raised[];
  /** Notes of libraries that may have changed, and to what is not known: see `notes.ts`. */
  readonly forgets: Set<string>;
  readonly repoCalls: RepoCall[];
  readonly interpolated: Interpolated[];
  /** Functions and attributes that another file gives, by the `use` that brings them. */
  readonly broughtBy: Map<object, Span>;
  /** What is between `do` and `end` of `create table` and `alter table`, while it is read. */
  block: Block | null;
  /** Why what is read now may not run, or may run more than once; `null` when it surely runs once. */
  doubt: string | null;
  /** True while arguments are read: a call in them of something that we do not know is taken to compute a value. */
  inArgument: boolean;
  /** True while a function runs that was given to `execute`. */
  isExecuting: boolean;
  /** How many calls are open, and how many expressions have been read: a file must not keep us for ever. */
  depth: number;
  steps: number;
}

export type Direction = 'up' | 'down';

/** An error of Ecto's own, before anything reaches the server. */
export interface Raised {
  readonly span: Span;
  /** For people, as a clause. */
  readonly message: string;
  /** What has no way back, where that is why: commands of `change/0` that surely run. */
  readonly irreversible: readonly Irreversible[];
}

/** A command of `change/0`, or a sub-command of its `alter`, that Ecto cannot turn round. */
export interface Irreversible {
  /** As it is called: `drop`, `execute`, `remove`. */
  readonly verb: string;
  readonly call: CallPlace;
  /** What it drops, or the table that it alters; `null` for other commands. */
  readonly object: 'table' | 'constraint' | null;
  /** `null` where its name is not known, or it has none. */
  readonly table: Subject | null;
  /** The column, or the constraint. */
  readonly name: string | null;
}

/** A call of the Repo, which reaches the server at once. */
export interface RepoCall {
  readonly call: CallPlace;
  /** `update_all`, `query!`. */
  readonly name: string;
  /** Whether it writes rows, or runs SQL that changes something. */
  readonly changes: boolean;
  /** What stands above it and is sent after it: commands that wait for the next flush. */
  readonly waiting: readonly Operation[];
}

/** A part of a SQL text that is known at run time alone. */
export interface Interpolated {
  /** `#{…}`, or where the text is put together otherwise. */
  readonly span: Span;
  /** The text that it is a part of. */
  readonly text: Span;
  /** Whether it stands inside a quoted SQL string. */
  readonly inQuotes: boolean;
}

export interface Block {
  readonly subs: SubCommand[];
  /** Sub-commands that may not run, and those that are not read. */
  readonly unclear: UnclearSub[];
  /** {@link Run.doubt} when it began. */
  readonly doubt: string | null;
}

/** What is not known of a column, or, without its name, of the table. */
export interface UnclearSub {
  readonly call: CallPlace;
  readonly reason: string;
  readonly column: string | null;
}

/** What names mean where an expression stands. */
export interface Scope {
  readonly module: ElixirModule;
  aliases: Environment;
  readonly variables: Map<string, Located>;
  /** The call in the migration's file by which code of another file runs, to which all in it counts; `null` for its own code. */
  readonly away: Span | null;
}

const MOST_STEPS = 200_000;
const DEEPEST_CALL = 40;

/** Whether another step may be taken. */
export function step(run: Run): boolean {
  run.steps++;
  return run.steps <= MOST_STEPS && run.depth <= DEEPEST_CALL;
}

/** A scope inside another: what is bound in it is not seen outside. */
export function inner(scope: Scope): Scope {
  return { ...scope, variables: new Map(scope.variables) };
}

/** Reads what may not run. */
export function inDoubt<T>(run: Run, reason: string, read: () => T): T {
  const { doubt } = run;
  run.doubt ??= reason;
  const result = read();
  run.doubt = doubt;
  return result;
}

/** Reads arguments, or what else is only a part of something. */
export function asArgument<T>(run: Run, read: () => T): T {
  return withArgument(run, true, read);
}

/** Reads the body of a function. */
export function asBody<T>(run: Run, read: () => T): T {
  return withArgument(run, false, read);
}

function withArgument<T>(run: Run, inArgument: boolean, read: () => T): T {
  const outer = run.inArgument;
  run.inArgument = inArgument;
  const result = read();
  run.inArgument = outer;
  return result;
}

/** Queues a command of Ecto.Migration. */
export function queueSql(run: Run, call: CallPlace, sql: Sql, subject: Subject | null = null): void {
  run.queue.push(sqlStatement(run, call, sql, subject));
}

/** Queues a command, with what is not known of it behind it. */
export function queueWith(run: Run, call: CallPlace, sql: Sql, unclear: readonly Unknown[]): void {
  const statement = sqlStatement(run, call, sql, null);
  run.queue.push({ ...statement, operations: [...statement.operations, ...unclear] });
}

/** Queues SQL that a library sends by itself. */
export function queueOfLibrary(run: Run, call: CallPlace, sql: string): void {
  const statement = sqlStatement(run, call, textFrom(call.span, sql), null);
  const operations = statement.operations.map((operation) => ({ ...operation, ofLibrary: true as const }));
  run.queue.push({ ...statement, operations });
}

/** Queues something of which only the reach is known. */
export function queueUnknown(run: Run, call: CallPlace, reason: string, touches: Touch): void {
  run.queue.push(unread(call, reason, touches, ''));
}

/** Notes what of a SQL text is known at run time alone. */
export function noteInterpolated(run: Run, { text, holes, toOuter }: EmbeddedText): void {
  for (const hole of holes) {
    // Of two halves of a string, an odd number of quotes stands before the one that is inside.
    const inQuotes = (text.slice(0, hole.start).match(/'/g)?.length ?? 0) % 2 === 1;
    run.interpolated.push({ span: toOuter(hole), text: toOuter({ start: 0, end: text.length }), inQuotes });
  }
}

/** Notes a call of the Repo, as it is about to be sent. */
export function noteRepoCall(run: Run, call: CallPlace, name: string, changes: boolean): void {
  if (run.doubt !== null || run.isExecuting) return;
  const waiting = run.queue.flatMap((one) => (typeof one === 'function' ? [] : one.operations));
  // On the way back flush() raises at once, and nothing below it runs.
  if (run.raises.some(({ irreversible }) => irreversible.some(({ verb }) => verb === 'flush'))) return;
  run.repoCalls.push({ call, name, changes, waiting });
}

/** Ecto raises here. */
export function raise(
  run: Run,
  call: CallPlace,
  message: string,
  touches: Touch,
  irreversible: readonly Irreversible[] = [],
): void {
  const { span } = call;
  run.raises.push({ span, message, irreversible: run.doubt === null ? irreversible : [] });
  queueUnknown(run, call, `Ecto refuses it: ${message}`, touches);
}

/** Does a command. On the way back its statements come before those of the commands above it. */
export function asCommand<T>(run: Run, work: () => T): T {
  if (!run.backward) return work();
  const above = run.queue.splice(0);
  const result = work();
  run.queue.push(...above);
  return result;
}

/** Sends SQL at once. */
export function sendSql(run: Run, call: CallPlace, sql: Sql): void {
  run.sent.push(sqlStatement(run, call, sql, null));
}

/** Sends, at once, something of which only the reach is known. */
export function sendUnknown(run: Run, call: CallPlace, reason: string, touches: Touch): void {
  run.sent.push(unread(call, reason, touches, ''));
}

/** Sends, at once, an operation whose SQL is not worth knowing. */
export function sendOperation(run: Run, { span }: CallPlace, operation: Operation): void {
  run.sent.push({ sql: '', start: 0, span, operations: [operation] });
}

/** Queues a function: it runs when its turn comes, and commands in it wait for the next flush, if there is one. */
export function queueFunction(run: Run, execute: () => void): void {
  const { doubt } = run;
  run.queue.push(() => {
    const { doubt: now, isExecuting } = run;
    run.doubt = doubt;
    run.isExecuting = true;
    execute();
    run.isExecuting = isExecuting;
    run.doubt = now;
  });
}

export function flush(run: Run): void {
  for (const waiting of run.queue.splice(0)) {
    if (typeof waiting === 'function') waiting();
    else run.sent.push(waiting);
  }
}

function sqlStatement(run: Run, call: CallPlace, sql: Sql, subject: Subject | null): MigrationStatement {
  const { statement, problems, raised } = lowered({ sql, call, subject, doubt: run.doubt }, run.parser);
  run.problems.push(...problems);
  if (raised !== null) run.raises.push({ span: call.span, message: raised, irreversible: [] });
  return statement;
}

/** What is not known after a sub-command that is not read. */
export function unclearOperation({ call, reason, column }: UnclearSub, table: Subject): Unknown {
  const relation = { ...table, span: call.span };
  const touches: Touch =
    column === null ? { kind: 'relation', relation } : { kind: 'column', relation, column };
  return { kind: 'unknown', span: call.span, keyword: call.word, reason, touches };
}
