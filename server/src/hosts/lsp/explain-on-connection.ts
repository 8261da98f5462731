// A plan from a server of the user's. What would run the statement there is asked about first, each time.

import { type ConnectionSettings, describeConnection } from '../../database/connection.js';
import type { Explained, ExplainRequest, Failure } from '../../database/database.js';
import { failure } from '../../database/failure.js';
import { openPostgres, refusalOn } from '../../database/postgres.js';
import { answerOf, onConnection } from './connect.js';
import { MAY_RUN, type MayRunParams } from './extensions.js';
import type { Session } from './session.js';

export function explainOnConnection(
  session: Session,
  path: string,
  connection: string,
  asked: ExplainRequest,
  signal: AbortSignal,
): Promise<Explained | Failure> {
  const request = { ...asked, measureWrites: asked.writes };
  let isAgreed = !request.analyze;
  return onConnection(session, path, connection, async (settings) => {
    const refusal = refusalOn(settings, request);
    if (refusal !== null) return refusal;
    isAgreed ||= await mayRun(session, connection, settings, request);
    if (!isAgreed) return failure('not-agreed', 'The statement was not run, since nobody agreed to it.');
    const database = openPostgres(settings, process.env);
    try {
      return await database.explain(request, signal);
    } finally {
      await database.close();
    }
  });
}

/** Only `true` is a yes: a client that cannot ask has nobody who agreed. */
async function mayRun(
  session: Session,
  connection: string,
  settings: ConnectionSettings,
  { statement, writes }: ExplainRequest,
): Promise<boolean> {
  const { host, database } = settings;
  const description = describeConnection(settings);
  const params: MayRunParams = { connection, description, host, database, statement, writes };
  return (await answerOf<unknown>(session, MAY_RUN, params, false)) === true;
}
