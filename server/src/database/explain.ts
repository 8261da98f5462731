// EXPLAIN as both engines send it. The statement is planned in a read-only transaction, since planning runs functions that
// are marked stable or immutable, and those may write; only one that writes and may be measured has a transaction that can.
// Each transaction is rolled back.
// What surprises: GENERIC_PLAN takes `$1` only by the simple protocol, which would also run a second statement hidden in
// the text. So a PREPARE by the extended protocol, in which the server refuses that, always comes first. Values never
// become part of the statement: EXECUTE is given them as literals, which the server reads by the parameters' types.

import type { DatabaseSource } from '../plans/source.js';
import { literal } from '../text/quoted.js';
import {
  type Explained,
  type ExplainRequest,
  type Failure,
  MEASURE_TIMEOUT_MS,
  PLAN_TIMEOUT_MS,
  type PlannedTable,
} from './database.js';
import { type Circumstances, type Doing, failure, failureOfServerError, lost } from './failure.js';
import { valueText } from './parameter-values.js';
import { plannedTables, tablesQuery } from './planned-tables.js';
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
  readonly gives: 'nothing' | 'types' | 'plan';
  /** Where each value of a parameter starts in `sql`, in UTF-16 units; absent when it has none. */
  readonly valuesAt?: readonly number[];
}

/**
 * What is sent between BEGIN READ ONLY and ROLLBACK.
 * @param name of a prepared statement, unused so far
 * @param types of the parameters, as the step that asks for them gave them: those after it rest on them
 */
export function explainSteps(
  request: ExplainRequest,
  server: ServerVersion,
  name: string,
  types: readonly string[] = [],
): readonly ExplainStep[] {
  const { statement, values } = request;
  const explain = `EXPLAIN (${explainOptions(request, server)})`;
  if (request.parameters === 0) return [step('plan', `${explain}\n`, statement)];

  const prepared = [
    step('nothing', `PREPARE ${name} AS\n`, statement),
    step(
      'types',
      `SELECT array_to_json(parameter_types::text[]) FROM pg_prepared_statements WHERE name = '${name}'`,
    ),
  ];
  if (values === undefined && server.major >= 16) {
    return [...prepared, { ...step('plan', `${explain}\n`, statement), protocol: 'simple' }];
  }
  // Without force_generic_plan the NULLs would be planned as values: `One-Time Filter: false`.
  const given = values ?? Array.from({ length: request.parameters }, () => null);
  const execute = `${explain} EXECUTE ${name}(`;
  const literals = given.map((value, at) => literalOf(valueText(value, types[at] ?? '')));
  return [
    ...prepared,
    step('nothing', `SET LOCAL plan_cache_mode = force_${values === undefined ? 'generic' : 'custom'}_plan`),
    { ...step('plan', `${execute}${literals.join(', ')})`), valuesAt: startsIn(literals, execute.length) },
  ];
}

function literalOf(value: string | null): string {
  return value === null ? 'NULL' : literal(value);
}

/** Where texts start that are joined by `, `, the first of them at `start`. */
function startsIn(texts: readonly string[], start: number): readonly number[] {
  return texts.map((_, index) => start + texts.slice(0, index).join(', ').length + (index === 0 ? 0 : 2));
}

function explainOptions(request: ExplainRequest, server: ServerVersion): string {
  const options = ['FORMAT JSON', 'VERBOSE', 'SETTINGS'];
  if (request.analyze) options.push('ANALYZE', 'BUFFERS');
  if (request.parameters > 0 && request.values === undefined && server.major >= 16)
    options.push('GENERIC_PLAN');
  return options.join(', ');
}

export function doingOf({ analyze }: ExplainRequest): Doing {
  return analyze ? 'measuring' : 'planning';
}

/** How long the server may take, in milliseconds. */
export function timeoutOf({ timeoutMs, analyze }: ExplainRequest): number {
  return timeoutMs ?? (analyze ? MEASURE_TIMEOUT_MS : PLAN_TIMEOUT_MS);
}

/** Why the request cannot be carried out anywhere, or `null`. */
export function refusalOf(request: ExplainRequest): Failure | null {
  const wrong = wrongValues(request);
  if (wrong !== null)
    return failure('wrong-values', wrong, 'Give a value for each parameter, or none for any.');
  if (!request.analyze) return null;
  if (request.writes && request.measureWrites !== true) {
    return failure(
      'writes',
      'Measuring runs the statement, and this one writes.',
      'Ask for its plan without measuring, or measure it on a database of yours that is not production.',
    );
  }
  if (request.parameters > 0 && request.values === undefined) {
    return failure(
      'no-values',
      'Measuring runs the statement, and its parameters have no values.',
      'Explain it with values, put them in place of $1 and so on, or ask for the plan without measuring.',
    );
  }
  return null;
}

function wrongValues({ parameters, values }: ExplainRequest): string | null {
  if (values === undefined) return null;
  if (values.length !== parameters) {
    return `The statement has ${parameters} parameters, and ${values.length} values were given.`;
  }
  return values.some((value) => valueText(value, '')?.includes('\0'))
    ? 'PostgreSQL has no texts with a NUL character.'
    : null;
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
  const begin = `BEGIN ${runsWrite(request) ? 'READ WRITE' : 'READ ONLY'}`;
  const begun = await session.query(preamble === '' ? begin : `${begin}; ${preamble}`, 'simple');
  let result: Explained | Failure = lost(source.name);
  let parameterTypes: readonly string[] = [];
  let isPrepared = false;
  if (begun.kind !== 'rows') result = failureOfAnswer(begun, request, null, source.name);
  let steps = begun.kind === 'rows' ? explainSteps(request, server, name) : [];
  for (let at = 0; at < steps.length; at++) {
    const step = steps[at] as ExplainStep;
    const asked = performance.now();
    const answer = await session.query(step.sql, step.protocol);
    if (answer.kind !== 'rows') {
      result = failureOfAnswer(answer, request, step, source.name, performance.now() - asked);
      break;
    }
    isPrepared = request.parameters > 0;
    if (step.gives === 'types') {
      parameterTypes = typesOf(answer.rows);
      steps = explainSteps(request, server, name, parameterTypes);
    }
    if (step.gives === 'plan') {
      const notes = notesOn(request, server);
      const plan = planOf(answer.rows);
      const tables = await tablesOf(plan, session);
      result = { kind: 'explained', source, plan, parameterTypes, tables, notes };
    }
  }
  // A prepared statement outlives the transaction, and behind a pooler also us. There it has to go in the same message:
  // the next one may reach another session.
  await session.query(isPrepared ? `ROLLBACK; DEALLOCATE ${name}` : 'ROLLBACK', 'simple');
  return result;
}

/** Whether the statement changes rows, until it is rolled back. */
function runsWrite({ analyze, writes, measureWrites }: ExplainRequest): boolean {
  return analyze && writes && measureWrites === true;
}

/** Empty when the server does not say. */
async function tablesOf(plan: unknown, session: Session): Promise<readonly PlannedTable[]> {
  const query = tablesQuery(plan);
  const answer = query === '' ? null : await session.query(query, 'extended');
  return answer?.kind === 'rows' ? plannedTables(answer.rows) : [];
}

function step(gives: ExplainStep['gives'], prefix: string, statement?: string): ExplainStep {
  return {
    gives,
    sql: statement === undefined ? prefix : prefix + statement,
    protocol: 'extended',
    statementAt: statement === undefined ? null : prefix.length,
  };
}

function planOf(rows: Parameters<typeof singleValue>[0]): unknown {
  const value = singleValue(rows);
  return typeof value === 'string' ? JSON.parse(value) : value;
}

function typesOf(rows: Parameters<typeof singleValue>[0]): readonly string[] {
  const value = singleValue(rows);
  const types: unknown = typeof value === 'string' ? JSON.parse(value) : value;
  return Array.isArray(types) ? types.map(String) : [];
}

function notesOn(request: ExplainRequest, server: ServerVersion): readonly string[] {
  return [...(runsWrite(request) ? ROLLED_BACK : []), ...notesOnValues(request, server)];
}

/** Sequences: manual, section 9.17. Deferred triggers fire at COMMIT, which there is none of. */
const ROLLED_BACK: readonly string[] = [
  'The statement was run and then rolled back: all rows are as they were. Numbers that sequences gave are used up.',
  'What is deferred to the end of a transaction, such as deferred constraints, was not run and is not in the times.',
];

function notesOnValues(request: ExplainRequest, server: ServerVersion): readonly string[] {
  if (request.parameters === 0) return [];
  if (request.values !== undefined) {
    return ['The plan is the one for the values that were given: for others the server may choose another.'];
  }
  const generic = 'The plan is the generic one: it holds for any value of the parameters.';
  if (server.major >= 16) return [generic];
  return [generic, `PostgreSQL ${server.major} leaves out partitions that it would choose by a parameter.`];
}

function failureOfAnswer(
  answer: Exclude<Answer, { kind: 'rows' }>,
  request: ExplainRequest,
  step: ExplainStep | null,
  database: string,
  ranMs?: number,
): Failure {
  if (answer.kind === 'lost') return lost(database);
  const circumstances: Circumstances = {
    database,
    timeoutMs: timeoutOf(request),
    ...(ranMs === undefined ? {} : { ranMs }),
    doing: doingOf(request),
    statement: step?.statementAt == null ? null : { text: request.statement, start: step.statementAt },
    ...(step?.valuesAt === undefined ? {} : { values: { sql: step.sql, starts: step.valuesAt } }),
  };
  return failureOfServerError(answer.error, circumstances);
}
