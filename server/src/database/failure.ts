// What the world's refusals mean for people: every wording of a failure, once. Error codes are those of the manual,
// appendix A; nothing here decides by the text of a server's message, which may be in any language.

import type { Failure, FailureKind, PlainFailure } from './database.js';
import type { ServerError } from './session.js';

/** What the server was asked to do with the statement: to plan it, to run it for its times or its locks, or nothing yet. */
export type Doing = 'planning' | 'measuring' | 'tracing' | 'connecting' | 'introspecting' | 'exporting';

/** What a message may need to name. */
export interface Circumstances {
  /** The database's name for people. */
  readonly database: string;
  /** How long the statement was allowed to take. */
  readonly timeoutMs: number;
  /** How long it took until it was stopped, where that is known. */
  readonly ranMs?: number;
  readonly doing: Doing;
  /** The statement that people know and where it starts in what was sent, both in UTF-16 units. */
  readonly statement: { readonly text: string; readonly start: number } | null;
  /** What was sent, where it gave the parameters values, and where those start in it. */
  readonly values?: { readonly sql: string; readonly starts: readonly number[] } | undefined;
}

export function failure(kind: FailureKind, message: string, whatToDo = ''): PlainFailure {
  return { kind, message, whatToDo };
}

export function cancelled(): PlainFailure {
  return failure('cancelled', 'Stopped before there was an answer.');
}

export function timedOut(database: string, timeoutMs: number, doing: Doing): PlainFailure {
  return failure(
    'timeout',
    `${database} gave no answer within ${seconds(timeoutMs)}, so the statement was stopped.`,
    WHAT_TO_DO_IN_TIME[doing],
  );
}

const WHAT_TO_DO_IN_TIME: Readonly<Record<Doing, string>> = {
  planning: 'Look for a function in the statement that runs while it is planned.',
  measuring:
    'Measuring runs the whole statement: ask for its plan without measuring, or measure a part of it.',
  tracing: '',
  introspecting: 'Try again when it is less busy.',
  exporting: 'Try again when it is less busy.',
  connecting: 'Try again later.',
};

export function lost(database: string): PlainFailure {
  return failure('lost', `${database} went away before it answered.`, 'Try again.');
}

/** Words what a server answered to a statement. */
export function failureOfServerError(error: ServerError, circumstances: Circumstances): Failure {
  const { database, statement } = circumstances;
  switch (error.code) {
    case '57014':
      return circumstances.ranMs !== undefined && circumstances.ranMs < circumstances.timeoutMs * 0.9
        ? failure(
            'lost',
            `Somebody stopped the statement on ${database}.`,
            'Ask who looks after it, or try again.',
          )
        : timedOut(database, circumstances.timeoutMs, circumstances.doing);
    case '55P03':
      if (circumstances.doing === 'exporting') {
        return failure(
          'locked',
          'Another session holds a lock on a table, and asking for its size would have to wait for it.',
          'Try again when that session is done; pg_stat_activity shows who it is.',
        );
      }
      return failure(
        'locked',
        circumstances.doing === 'measuring'
          ? 'Another session holds a lock on a table or a row of this statement, and running it would have to wait for it.'
          : 'Another session holds a lock on a table of this statement, and planning would have to wait for it.',
        'Try again when that session is done; pg_stat_activity shows who it is.',
      );
    case '25006':
      return failure(
        'read-only',
        `The statement, or a function that it calls, tries to write: ${error.message}.`,
        'Nothing was written: the transaction is a read-only one.',
      );
    case '42501':
      return failure(
        'refused',
        `${capitalised(error.message)}.`,
        'EXPLAIN needs the rights that running the statement needs: connect as a user who has them.',
      );
    case '08P01':
      if (statement !== null) break;
      return failure(
        'unsupported',
        `${database} is a pooler that does not do this: ${error.message}.`,
        'Connect to the server itself, or to a pool in session or transaction mode.',
      );
    case '57P01':
    case '57P02':
    case '57P03':
    case '57P05':
    case '25P03':
      return lost(database);
    case '42601':
      if (error.position === null)
        return failure(
          'not-explainable',
          'This is more than one statement, and a plan is made for one at a time.',
          'Choose one of them.',
        );
      break;
  }
  if (error.code === '42601' && statement !== null && !mayHavePlan(statement.text)) {
    return failure(
      'not-explainable',
      'PostgreSQL has plans only for SELECT, INSERT, UPDATE, DELETE, MERGE, VALUES and CREATE TABLE AS.',
    );
  }
  const said = error.detail === null ? error.message : `${error.message}: ${error.detail}`;
  const parameter = parameterOf(error, circumstances);
  return {
    kind: 'sql-error',
    message: shortened(parameter === null ? said : `The value of $${parameter} is wrong: ${said}`),
    whatToDo: whatToDoAbout(error, circumstances),
    code: error.code,
    position: statement === null ? null : positionIn(statement, error.position),
    hint: error.hint,
  };
}

/** Of a value that its type does not take, which parameter it was for: 1 for `$1`. The server points at the value. */
function parameterOf({ position }: ServerError, { values }: Circumstances): number | null {
  const at = values === undefined ? null : positionIn({ text: values.sql, start: 0 }, position);
  const found = at === null ? -1 : (values?.starts.indexOf(at) ?? -1);
  return found < 0 ? null : found + 1;
}

function whatToDoAbout({ code, hint, context }: ServerError, { statement }: Circumstances): string {
  if (UNKNOWN_TYPE.has(code) && statement?.text.includes('$')) return CAST;
  // feature_not_supported within a function: what one that is not VOLATILE gets for an INSERT.
  if (code === '0A000' && context !== undefined && hint === null) {
    return 'Nothing was written: the transaction was rolled back.';
  }
  return hint ?? '';
}

/** indeterminate_datatype, and ambiguous_function, which operators are too. */
const UNKNOWN_TYPE: ReadonlySet<string> = new Set(['42P18', '42725']);

const CAST =
  'If it is about a parameter, say which type that has: $1::int. Nothing else in the statement tells the server.';

/** Servers repeat what they were given, however long it is. */
function shortened(message: string): string {
  return message.length > 1_000 ? `${message.slice(0, 1_000)}…` : message;
}

/** Where it was, of a connection that did not come about. */
export interface Asked {
  /** For people, with the host in it. */
  readonly name: string;
  readonly port: number;
  readonly user: string;
}

/** Words what a server answered to our wish to connect. */
export function failureOfRefusal(error: ServerError, { name: database, user }: Asked): PlainFailure {
  switch (error.code) {
    case '28P01':
      return failure(
        'unauthorized',
        `The password of the user "${user}" for ${database} is wrong, or there is no such user.`,
        'Give the password anew, in the connection URL, PGPASSWORD or the password file.',
      );
    case '28000':
      return failure(
        'refused',
        `${database} refused the connection: ${error.message}.`,
        'Check the user name. If the server wants TLS, set sslmode=require ("ssl": "require" in the configuration); else ask for an entry in pg_hba.conf.',
      );
    case '3D000':
      return failure('refused', `${capitalised(error.message)}.`, 'Check the name of the database.');
    case '53300':
      return failure('refused', `${database} has no connection left for us.`, 'Try again later.');
    case '57P03':
      return failure('unreachable', `${database} is starting or stopping.`, 'Try again in a moment.');
    default:
      return failure('refused', `${database} refused the connection: ${error.message}.`);
  }
}

/** Words an error of the network or of TLS; `code` is Node's. */
export function failureOfNetworkError(
  code: string | undefined,
  message: string,
  { name: database, port, user }: Asked,
): Failure {
  switch (code) {
    case 'ECONNREFUSED':
    case 'ENOENT':
      return failure(
        'unreachable',
        `Nothing answers at ${database}.`,
        `Check that the server runs, and the port, which is ${port}.`,
      );
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return failure('unreachable', `There is no host of that name for ${database}.`, 'Check the host.');
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EHOSTDOWN':
      return failure(
        'unreachable',
        `${database} cannot be reached from here.`,
        'Check the network, or a VPN.',
      );
    case 'ECONNRESET':
    case 'EPIPE':
      return lost(database);
  }
  if (code !== undefined && isCertificateError(code)) {
    return failure(
      'refused',
      `The certificate of ${database} cannot be trusted: ${message}.`,
      'Name its authority with sslrootcert=FILE or PGSSLROOTCERT, or, if you know what you give up, set sslmode=no-verify ("ssl": "require" in the configuration).',
    );
  }
  if (/does not support SSL/.test(message)) {
    return failure(
      'refused',
      `${database} offers no TLS, and a password would travel in the clear.`,
      'If that is fine on your network, set sslmode=disable ("ssl": "off" in the configuration).',
    );
  }
  if (/SASL|password must be a string/i.test(message)) {
    return failure(
      'unauthorized',
      `${database} asks for a password of the user "${user}", and none that fits is known.`,
      'Give it in the connection URL, PGPASSWORD or the password file.',
    );
  }
  return failure('unreachable', `No connection to ${database}: ${message}.`);
}

export function notPostgres({ name: database, port }: Asked): PlainFailure {
  return failure(
    'unreachable',
    `What answers at ${database} does not speak PostgreSQL's protocol.`,
    `Check the host and the port, which is ${port}.`,
  );
}

export function unreachableInTime({ name: database, port }: Asked, timeoutMs: number): PlainFailure {
  return failure(
    'unreachable',
    `${database} did not answer within ${seconds(timeoutMs)}.`,
    `Check the host, the port, which is ${port}, and the network, or a VPN.`,
  );
}

/** Takes what looks like a password out of a text that came from elsewhere. */
export function redact(text: string): string {
  return text
    .replace(/(\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*):\S*@/gi, '$1:***@')
    .replace(/\b(password|sslpassword)(\s*=\s*)('(?:[^'\\]|\\.)*'|[^\s&]+)/gi, '$1$2***');
}

/**
 * Where in the statement the server points: it counts characters of the whole text, from 1.
 * @returns a UTF-16 offset; `null` when it points outside the statement
 */
export function positionIn(
  statement: { readonly text: string; readonly start: number },
  position: number | null,
): number | null {
  if (position === null) return null;
  // What we write before the statement is ASCII, so its characters are its UTF-16 units.
  let characters = position - 1 - statement.start;
  if (characters < 0) return null;
  let offset = 0;
  for (const character of statement.text) {
    if (characters === 0) return offset;
    characters -= 1;
    offset += character.length;
  }
  return characters === 0 ? offset : null;
}

/** Whether its first word is one that EXPLAIN takes whatever follows; CREATE is not, for most of what it creates. */
function mayHavePlan(statement: string): boolean {
  const start = statement.replace(/^(\s|--.*(\n|$)|\/\*[\s\S]*?\*\/|\()*/, '');
  return /^(select|insert|update|delete|merge|values|with|table|refresh|declare|execute)\b/i.test(start);
}

function isCertificateError(code: string): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|^ERR_TLS|^ERR_SSL|^EPROTO$/.test(code);
}

function seconds(ms: number): string {
  return `${ms / 1000} s`;
}

/** With a capital letter at its beginning. */
export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
