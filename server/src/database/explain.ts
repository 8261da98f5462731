// EXPLAIN as both engines send it. The statement is always planned in a read-only transaction, since planning runs
// functions that are marked stable or immutable, and those may write.
// What surprises: GENERIC_PLAN takes `$1` only by the simple protocol, which would also run a second statement hidden in
// the text. So a PREPARE by the extended protocol, in which the server refuses that, always comes first.

import {
  type DatabaseSource,
  DEFAULT_TIMEOUT_MS,
  type Explained,
  type ExplainRequest,
  type Failure,
} from './database.js';
import { type Circumstances, type Doing, failure, failureOfServerError, lost } from './failure.js';
import { type Answer, type Session, singleValue } from './session.js';

/** Major versions before this one lack `plan_cache_mode` and SETTINGS. */
export const OLDEST_MAJOR = 12;

export interface ServerVersion {
  /** `server_version_num / 10000`. */
  readonly major: number;
  /** `18.6`. */
  readonly text: string;
}

export interface ExplainStep {
  readonly sql: string;
  readonly protocol: 'simple' | 'extended';
  /** Where the request's statement starts in `sql`; `null` when it is not in it. */
  readonly statementAt: number | null;
}

/**
 * What is sent between BEGIN READ ONLY and ROLLBACK; the last step's answer is the plan.
 * @param name of a prepared statement, unused so far
 */
export function explainSteps(
  request: ExplainRequest,
  server: ServerVersion,
  name: string,
): readonly ExplainStep[] {
  const { statement } = request;
  if (request.parameters === 0) return [step(`EXPLAIN (${explainOptions(request, server)})\n`, statement)];

  const prepare = step(`PREPARE ${name} AS\n`, statement);
  if (server.major >= 16) {
    const explain = step(`EXPLAIN (${explainOptions(request, server)})\n`, statement);
    return [prepare, { ...explain, protocol: 'simple' }];
  }
  // Without force_generic_plan the NULLs would be planned as values: `One-Time Filter: false`.
  const nulls = Array.from({ length: request.parameters }, () => 'NULL').join(', ');
  return [
    prepare,
    step('SET LOCAL plan_cache_mode = force_generic_plan'),
    step(`EXPLAIN (${explainOptions(request, server)}) EXECUTE ${name}(${nulls})`),
  ];
}

function explainOptions(request: ExplainRequest, server: ServerVersion): string {
  const options = ['FORMAT JSON', 'VERBOSE', 'SETTINGS'];
  if (request.analyze) options.push('ANALYZE', 'BUFFERS');
  if (request.parameters > 0 && server.major >= 16) options.push('GENERIC_PLAN');
  return options.join(', ');
}

export function doingOf({ analyze }: ExplainRequest): Doing {
  return analyze ? 'measuring' : 'planning';
}

/** Why the request cannot be carried out anywhere, or `null`. */
export function refusalOf(request: ExplainRequest): Failure | null {
  if (!request.analyze) return null;
  if (request.writes) {
    return failure(
      'not-allowed',
      'Measuring runs the statement, and this one writes.',
      'Ask for its plan without measuring; Plumbline measures only what reads.',
    );
  }
  if (request.parameters > 0) {
    return failure(
      'not-allowed',
      'Measuring runs the statement, and its parameters have no values.',
      'Put values in place of $1 and so on, or ask for the plan without measuring.',
    );
  }
  return null;
}

/**
 * Explains in a session that has its timeouts. Leaves the session as it was, unless it is lost.
 * @param preamble what has to follow BEGIN, or an empty text
 */
export async function explainIn(
  session: Session,
  request: ExplainRequest,
  source: DatabaseSource,
  server: ServerVersion,
  preamble = '',
): Promise<Explained | Failure> {
  const name = `plumbline_${Math.random().toString(36).slice(2)}`;
  const begun = await session.query('BEGIN READ ONLY', 'simple');
  if (begun.kind !== 'rows') return failureOfAnswer(begun, request, null, source.name);
  if (preamble !== '') await session.query(preamble, 'simple');
  let result: Explained | Failure = lost(source.name);
  for (const step of explainSteps(request, server, name)) {
    const answer = await session.query(step.sql, step.protocol);
    if (answer.kind !== 'rows') {
      result = failureOfAnswer(answer, request, step, source.name);
      break;
    }
    result = { kind: 'explained', source, plan: planOf(answer.rows), notes: notesOn(request, server) };
  }
  await session.query('ROLLBACK', 'simple');
  // A prepared statement outlives the transaction, and behind a pooler also us.
  if (request.parameters > 0) await session.query(`DEALLOCATE ${name}`, 'simple');
  return result;
}

function step(prefix: string, statement?: string): ExplainStep {
  return {
    sql: statement === undefined ? prefix : prefix + statement,
    protocol: 'extended',
    statementAt: statement === undefined ? null : prefix.length,
  };
}

function planOf(rows: Parameters<typeof singleValue>[0]): unknown {
  const value = singleValue(rows);
  return typeof value === 'string' ? JSON.parse(value) : value;
}

function notesOn(request: ExplainRequest, server: ServerVersion): readonly string[] {
  if (request.parameters === 0) return [];
  const generic = 'The plan is the generic one: it holds for any value of the parameters.';
  if (server.major >= 16) return [generic];
  return [generic, `PostgreSQL ${server.major} leaves out partitions that it would choose by a parameter.`];
}

function failureOfAnswer(
  answer: Exclude<Answer, { kind: 'rows' }>,
  request: ExplainRequest,
  step: ExplainStep | null,
  database: string,
): Failure {
  if (answer.kind === 'lost') return lost(database);
  const circumstances: Circumstances = {
    database,
    timeoutMs: request.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    doing: doingOf(request),
    statement: step?.statementAt == null ? null : { text: request.statement, start: step.statementAt },
  };
  return failureOfServerError(answer.error, circumstances);
}
