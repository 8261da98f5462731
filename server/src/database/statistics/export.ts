// Statistics of a server of the user's, read in one transaction that cannot write.

import type { ConnectionSettings } from '../connection.js';
import type { Failure } from '../database.js';
import { OLDEST_MAJOR } from '../explain.js';
import { cancelled, failure, failureOfServerError, lost, timedOut } from '../failure.js';
import type { Environment } from '../password-file.js';
import { connect, type PostgresConnection } from '../postgres-connection.js';
import { type Answer, singleValue } from '../session.js';
import { EXPORT_SETTINGS, EXPORT_TIMEOUT_MS, statisticsQuery, type Wanted } from './query.js';

export interface ExportedStatistics {
  readonly kind: 'exported';
  /** Of the database, for people. Holds no secret. */
  readonly name: string;
  /** The whole file. */
  readonly text: string;
}

/** Never rejects. Gives `cancelled` when the signal fires. */
export async function exportStatistics(
  settings: ConnectionSettings,
  environment: Environment,
  wanted: Wanted,
  signal: AbortSignal,
): Promise<ExportedStatistics | Failure> {
  if (signal.aborted) return cancelled();
  const target = { settings, environment, timeoutMs: EXPORT_TIMEOUT_MS };
  const connection = await connect(target, signal);
  if (connection.kind !== 'connection') return connection;
  const cancel = () => void connection.cancel();
  signal.addEventListener('abort', cancel);
  try {
    const result = await exportOn(connection, settings.name, wanted);
    return signal.aborted ? cancelled() : result;
  } finally {
    signal.removeEventListener('abort', cancel);
    await connection.end();
  }
}

async function exportOn(
  connection: PostgresConnection,
  name: string,
  wanted: Wanted,
): Promise<ExportedStatistics | Failure> {
  const version = await connection.query(`SELECT current_setting('server_version_num')`, 'simple');
  if (version.kind !== 'rows') return failureOf(version, connection, name);
  const number = Number(singleValue(version.rows));
  if (number < OLDEST_MAJOR * 10000) {
    const major = Math.floor(number / 10000);
    return failure(
      'unsupported',
      `${name} is PostgreSQL ${major}, and statistics need ${OLDEST_MAJOR} or later.`,
    );
  }
  const begin = ['BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', connection.preamble, ...EXPORT_SETTINGS];
  const begun = await connection.query(begin.filter((text) => text !== '').join('; '), 'simple');
  if (begun.kind !== 'rows') return failureOf(begun, connection, name);
  const answer = await connection.query(statisticsQuery(wanted), 'extended');
  if (answer.kind !== 'rows') return failureOf(answer, connection, name);
  await connection.query('ROLLBACK', 'simple');
  // psql ends what it prints with a line break, too.
  return { kind: 'exported', name, text: `${String(singleValue(answer.rows))}\n` };
}

function failureOf(
  answer: Exclude<Answer, { readonly kind: 'rows' }>,
  connection: PostgresConnection,
  name: string,
): Failure {
  const timeoutMs = EXPORT_TIMEOUT_MS;
  if (answer.kind === 'lost') return connection.silent ? timedOut(name, timeoutMs, 'exporting') : lost(name);
  return failureOfServerError(answer.error, {
    database: name,
    timeoutMs,
    doing: 'exporting',
    statement: null,
  });
}
