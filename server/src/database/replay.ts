// Runs migrations on an empty server and goes on where they fail: what matters is the schema that they leave. Roles that
// nobody created and extensions that nobody has are made up. A statement that ends the server ends the replay, and the
// caller begins anew without it.

import { quoted } from '../text/quoted.js';
import type { Assumption, MigrationGroup } from './database.js';
import type { EmbeddedSession } from './pglite-session.js';
import type { Answer, ServerError } from './session.js';

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
  let index = -1;
  for (const group of groups) {
    if (group.transaction) await session.query('BEGIN', 'simple');
    for (const { sql } of group.statements) {
      index += 1;
      if (passedOver.has(index)) continue;
      tools.begins(index);
      const answer = await runTolerantly(session, sql, group.transaction, tools, assumptions);
      if (answer.kind === 'lost') return { skipped, assumptions: [...assumptions.values()], lostAt: index };
      if (answer.kind === 'error')
        skipped.push({ index, code: answer.error.code, message: answer.error.message });
    }
    const end = await finish(session);
    if (end?.kind === 'error' && index >= 0)
      skipped.push({ index, code: end.error.code, message: end.error.message });
  }
  return { skipped, assumptions: [...assumptions.values()], lostAt: null };
}

async function runTolerantly(
  session: EmbeddedSession,
  sql: string,
  transaction: boolean,
  tools: ReplayTools,
  assumptions: Map<string, Assumption>,
): Promise<Answer> {
  // The data would have to follow, and PGlite waits for it for ever.
  if (/^\s*copy\b[^;]*\bfrom\s+stdin\b/i.test(sql)) return refused('COPY FROM STDIN without its data');
  let inTransaction = transaction;
  let answer = await runOnce(session, sql);
  for (let attempt = 1; attempt < ATTEMPTS && answer.kind === 'error'; attempt++) {
    const mended = await mend(session, answer.error, tools, assumptions);
    if (mended === 'no') break;
    if (mended === 'outside') inTransaction = true;
    answer = await runOnce(session, sql);
  }
  // What follows has the transaction that it expects, though we or the migration itself ended it.
  if (inTransaction && session.transaction === 'none') await session.query('BEGIN', 'simple');
  return answer;
}

/** Does what makes an error go away. `outside`: the statement's transaction is now closed. */
async function mend(
  session: EmbeddedSession,
  error: ServerError,
  tools: ReplayTools,
  assumptions: Map<string, Assumption>,
): Promise<'no' | 'inside' | 'outside'> {
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
      if (session.transaction !== 'open') return 'no';
      await session.query('COMMIT', 'simple');
      return 'outside';
    case '42704': {
      const [, role] = /^role "(.+)" does not exist$/s.exec(error.message) ?? [];
      if (role === undefined || !assume({ kind: 'role', name: role })) return 'no';
      await session.query(`CREATE ROLE ${quoted(role)}`, 'simple');
      return 'inside';
    }
    case '0A000': {
      const [, name] = /^extension "(.+)" is not available$/s.exec(error.message) ?? [];
      if (name === undefined) return 'no';
      if (tools.provideExtension(name, null) === 'made-up' && !assume({ kind: 'extension', name }))
        return 'no';
      return 'inside';
    }
    case '22023': {
      const [, name, version] =
        /^extension "(.+)" has no installation script nor update path for version "(.+)"$/s.exec(
          error.message,
        ) ?? [];
      if (name === undefined || version === undefined || !assumptions.has(`extension ${name}`)) return 'no';
      return tools.provideExtension(name, version) === 'made-up' ? 'inside' : 'no';
    }
    default:
      return 'no';
  }
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
