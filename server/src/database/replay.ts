// Runs migrations on an empty server and goes on where they fail: what matters is the schema that they leave. Roles and schemas
// that nobody created, extensions that nobody has and their types are made up, and of a table is kept what the server takes.
// A statement that ends the server ends the replay, and the caller begins anew without it.

import { extensionWithType } from '../catalog/extension-objects.js';
import { quoted } from '../text/quoted.js';
import type { Assumption, MigrationGroup } from './database.js';
import type { EmbeddedSession } from './pglite-session.js';
import { type Pieces, piecesOf } from './pieces.js';
import type { Answer, LostAnswer, ServerError } from './session.js';
import { missingType, standInFor } from './stand-ins.js';

export interface ReplayTools {
  /** Called before a statement is sent, with its place among all statements of all groups. */
  begins(index: number): void;
  /** Makes the files of an extension available. `version` only when the server lacks that one. */
  provideExtension(name: string, version: string | null): 'shipped' | 'made-up';
}

export interface SkippedIndex {
  readonly index: number;
  readonly code: string | null;
  readonly message: string;
  /** What of the statement was left out; `null` when all of it was. */
  readonly part: string | null;
}

export interface ReplayOutcome {
  readonly skipped: readonly SkippedIndex[];
  readonly assumptions: readonly Assumption[];
  /** The statement at which the server was lost; `null` when all have run. */
  readonly lostAt: number | null;
}

/** A statement is tried again as long as something new can be done about its error, but not for ever. */
const ATTEMPTS = 20;

/**
 * @param groups what is to be run
 * @param passedOver statements that are not to be sent, by index
 */
export async function replay(
  session: EmbeddedSession,
  groups: readonly MigrationGroup[],
  passedOver: ReadonlySet<number>,
  tools: ReplayTools,
): Promise<ReplayOutcome> {
  const skipped: SkippedIndex[] = [];
  const assumptions = new Map<string, Assumption>();
  const statements = groups.flatMap((group) => group.statements);
  let index = -1;
  const replaying: Replaying = {
    session,
    tools,
    assumptions,
    isMadeLater: (name) => statements.slice(index + 1).some(({ sql }) => makes(sql, name)),
  };
  const skip = ({ code, message }: ServerError, part: string | null = null) => {
    skipped.push({ index, code, message, part });
  };
  for (const group of groups) {
    if (group.transaction) await session.query('BEGIN', 'simple');
    for (const { sql } of group.statements) {
      index += 1;
      if (passedOver.has(index)) continue;
      tools.begins(index);
      const { answer, leftOut } = await runTolerantly(replaying, sql, group.transaction);
      if (answer.kind === 'lost') return { skipped, assumptions: [...assumptions.values()], lostAt: index };
      if (answer.kind === 'error') skip(answer.error);
      for (const { part, error } of leftOut) skip(error, part);
    }
    const end = await finish(session);
    if (end?.kind === 'error' && index >= 0) skip(end.error);
  }
  return { skipped, assumptions: [...assumptions.values()], lostAt: null };
}

interface Replaying {
  readonly session: EmbeddedSession;
  readonly tools: ReplayTools;
  readonly assumptions: Map<string, Assumption>;
  /** Whether a later statement makes a type of that name: then one that is made up is in its way. */
  isMadeLater(name: string): boolean;
}

interface Ran {
  readonly answer: Answer;
  readonly leftOut: readonly LeftOut[];
}

interface LeftOut {
  readonly part: string;
  readonly error: ServerError;
}

async function runTolerantly(replaying: Replaying, sql: string, transaction: boolean): Promise<Ran> {
  // The data would have to follow, and PGlite waits for it for ever.
  if (/^\s*copy\b[^;]*\bfrom\s+stdin\b/i.test(sql)) {
    return { answer: refused('COPY FROM STDIN without its data'), leftOut: [] };
  }
  const { session } = replaying;
  const expectsTransaction = transaction || (session.transaction === 'open' && !controlsTransactions(sql));
  const answer = await runMended(replaying, sql, runOnce);
  const pieces = answer.kind === 'error' && mayRunInPart(answer.error) ? piecesOf(sql) : null;
  const inPart = pieces === null ? null : await runInPart(replaying, pieces);
  // What follows has the transaction that it expects, though we or the migration itself ended it.
  if (expectsTransaction && session.transaction === 'none') await session.query('BEGIN', 'simple');
  return inPart ?? { answer, leftOut: [] };
}

type RunOnce = (session: EmbeddedSession, sql: string) => Promise<Answer>;

async function runMended(replaying: Replaying, sql: string, run: RunOnce): Promise<Answer> {
  let answer = await run(replaying.session, sql);
  for (let attempt = 1; attempt < ATTEMPTS && answer.kind === 'error'; attempt++) {
    if (!(await mend(replaying, sql, answer.error))) break;
    answer = await run(replaying.session, sql);
  }
  return answer;
}

/** What cannot be read, or is there already, is no better in part. */
function mayRunInPart({ code }: ServerError): boolean {
  return /^(42|3F|0A|22)/.test(code) && !['42601', '42P07'].includes(code);
}

/** Runs what the server takes of a statement that it refuses; `null` when it takes nothing of it. */
async function runInPart(
  replaying: Replaying,
  { head, elements, end, options }: Pieces,
): Promise<Ran | null> {
  const kept: string[] = [];
  const keptOptions: string[] = [];
  const leftOut: LeftOut[] = [];
  let lost: LostAnswer | null = null;
  // Actions run one after the other; a table has to be made at once.
  const isTable = end !== '';
  const statement = (element: readonly string[], option: readonly string[]) =>
    [`${head}${[...(isTable ? kept : []), ...element].join(', ')}${end}`, ...keptOptions, ...option].join(
      ' ',
    );
  /** Why the server does not take it besides what is kept; `null` when it does, or is lost. */
  const refusalOf = async (element: readonly string[], option: readonly string[] = []) => {
    if (lost !== null) return null;
    const answer = await runMended(replaying, statement(element, option), tryOnce);
    if (answer.kind === 'lost') lost = answer;
    return answer.kind === 'error' ? answer.error : null;
  };
  const run = async (element: readonly string[]) => {
    const answer = await runOnce(replaying.session, statement(element, []));
    if (answer.kind === 'lost') lost = answer;
    return answer;
  };
  const addOptions = async (added: readonly string[]) => {
    for (const option of added) {
      const error = await refusalOf([], [option]);
      if (error === null) keptOptions.push(option);
      else leftOut.push({ part: option, error });
    }
  };
  const isParents = (option: string) => /^inherits\b/i.test(option);

  if (isTable && (await refusalOf([])) !== null) return null;
  await addOptions(options.filter(isParents));
  for (const { base, clauses } of elements) {
    const whole = [base, ...clauses].join(' ');
    const refused = await refusalOf([whole]);
    const withoutClauses = refused === null || clauses.length === 0 ? refused : await refusalOf([base]);
    if (withoutClauses !== null) {
      leftOut.push({ part: whole, error: withoutClauses });
      continue;
    }
    let element = refused === null ? whole : base;
    for (const clause of refused === null ? [] : clauses) {
      const error = await refusalOf([`${element} ${clause}`]);
      if (error === null) element = `${element} ${clause}`;
      else leftOut.push({ part: clause, error });
    }
    if (!isTable && lost === null) await run([element]);
    kept.push(element);
  }
  await addOptions(options.filter((option) => !isParents(option)));
  const answer: Answer =
    isTable && lost === null && kept.length > 0 ? await run([]) : { kind: 'rows', rows: [] };
  if (lost !== null) return { answer: lost, leftOut: [] };
  return kept.length === 0 || answer.kind === 'error' ? null : { answer, leftOut };
}

/** Whether the server takes it; of what it does nothing stays. */
async function tryOnce(session: EmbeddedSession, sql: string): Promise<Answer> {
  const isAlone = session.transaction === 'none';
  await session.query(isAlone ? 'BEGIN' : 'SAVEPOINT plumbline', 'simple');
  const answer = await session.query(sql, 'simple');
  await session.query(
    isAlone ? 'ROLLBACK' : 'ROLLBACK TO SAVEPOINT plumbline; RELEASE SAVEPOINT plumbline',
    'simple',
  );
  return answer;
}

/** Does what makes an error go away; false when nothing does. */
async function mend(replaying: Replaying, sql: string, error: ServerError): Promise<boolean> {
  const { session, tools, assumptions } = replaying;
  const assume = (assumption: Assumption) => {
    const key = `${assumption.kind} ${assumption.name}`;
    const isNew = !assumptions.has(key);
    assumptions.set(key, assumption);
    return isNew;
  };
  switch (error.code) {
    // Cannot run in a transaction block; a new enum label cannot be used in the transaction that adds it.
    case '25001':
    case '55P04':
      if (session.transaction !== 'open') return false;
      await session.query('COMMIT', 'simple');
      return true;
    case '3F000': {
      const [, schema] = /^schema "(.+)" does not exist$/s.exec(error.message) ?? [];
      if (schema === undefined || !definesSomething(sql)) return false;
      const made = await runOnce(session, `CREATE SCHEMA ${quoted(schema)}`);
      if (made.kind !== 'rows') return false;
      assume({ kind: 'schema', name: schema });
      return true;
    }
    case '42704': {
      const [, role] = /^role "(.+)" does not exist$/s.exec(error.message) ?? [];
      if (role === undefined) return makeType(replaying, sql, error.message, assume);
      if (!assume({ kind: 'role', name: role })) return false;
      await session.query(`CREATE ROLE ${quoted(role)}`, 'simple');
      return true;
    }
    case '0A000': {
      const [, name] = /^extension "(.+)" is not available$/s.exec(error.message) ?? [];
      if (name === undefined) return false;
      return tools.provideExtension(name, null) === 'shipped' || assume({ kind: 'extension', name });
    }
    case '22023': {
      const [, name, version] =
        /^extension "(.+)" has no installation script nor update path for version "(.+)"$/s.exec(
          error.message,
        ) ?? [];
      if (name === undefined || version === undefined || !assumptions.has(`extension ${name}`)) return false;
      return tools.provideExtension(name, version) === 'made-up';
    }
    default:
      return false;
  }
}

async function makeType(
  { session, tools, isMadeLater }: Replaying,
  sql: string,
  message: string,
  assume: (assumption: Assumption) => boolean,
): Promise<boolean> {
  const type = missingType(message);
  if (type === null || !definesSomething(sql) || isMadeLater(type.name)) return false;
  const extension = extensionWithType(type.name);
  if (extension !== null && tools.provideExtension(extension, null) === 'shipped') {
    const schema = type.schema === null ? '' : ` SCHEMA ${quoted(type.schema)}`;
    const installed = await runOnce(session, `CREATE EXTENSION ${quoted(extension)}${schema} CASCADE`);
    if (installed.kind === 'rows') {
      assume({ kind: 'installed-extension', name: extension });
      return true;
    }
  }
  const made = await runOnce(session, standInFor(type));
  if (made.kind !== 'rows') return false;
  assume({ kind: 'type', name: type.schema === null ? type.name : `${type.schema}.${type.name}` });
  return true;
}

/** Not of what drops, renames or describes: it fails for what is not there, and nothing is missing then. */
function definesSomething(sql: string): boolean {
  return /^\s*(create|alter\s+(foreign\s+)?table|do)\b/i.test(sql);
}

/** Tables have types, too. */
function makes(sql: string, name: string): boolean {
  const escaped = name.replace(/[^\w]/g, '\\$&');
  const pattern = `\\bcreate\\s+(?:[a-z]+\\s+)*?(?:type|domain|table)\\s+(?:if\\s+not\\s+exists\\s+)?(?:[\\w"]+\\.)?"?${escaped}(?![\\w])`;
  return new RegExp(pattern, 'i').test(sql);
}

/** Inside a transaction an error must cost only its own statement. */
async function runOnce(session: EmbeddedSession, sql: string): Promise<Answer> {
  if (session.transaction === 'failed') await session.query('ROLLBACK', 'simple');
  if (session.transaction === 'none' || controlsTransactions(sql)) return session.query(sql, 'simple');
  await session.query('SAVEPOINT plumbline', 'simple');
  const answer = await session.query(sql, 'simple');
  if (session.transaction === 'failed') await session.query('ROLLBACK TO SAVEPOINT plumbline', 'simple');
  if (session.transaction === 'open') await session.query('RELEASE SAVEPOINT plumbline', 'simple');
  return answer;
}

/** Ends what a migration left open and undoes its settings; the next one has a session of its own. */
async function finish(session: EmbeddedSession): Promise<Answer | null> {
  let end: Answer | null = null;
  if (session.transaction === 'open') end = await session.query('COMMIT', 'simple');
  else if (session.transaction === 'failed') end = await session.query('ROLLBACK', 'simple');
  await session.query('RESET SESSION AUTHORIZATION; RESET ALL', 'simple');
  return end;
}

function controlsTransactions(sql: string): boolean {
  return /^\s*(begin|start\s+transaction|commit|end|rollback|abort|savepoint|release|prepare\s+transaction)\b/i.test(
    sql,
  );
}

function refused(message: string): Answer {
  return { kind: 'error', error: { code: '0A000', message, detail: null, hint: null, position: null } };
}
