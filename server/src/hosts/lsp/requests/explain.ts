// plumbline/explain: the plan of the statement at a place, from the embedded PostgreSQL or from a connection.

import type { Explained, ExplainRequest } from '../../../database/database.js';
import { refusalOnEmbedded } from '../../../database/pglite.js';
import { explainRequestOf, explainTargetAt } from '../../../features/explain-target.js';
import { linesAfterFailure, replayLines } from '../../../features/replay-lines.js';
import { configInForceFor, historyFor } from '../../../lint/workspace.js';
import { relativePath } from '../../../text/source-file.js';
import type { AfterReplay } from '../../after-replay.js';
import type { EmbeddedEngine } from '../embedded-engine.js';
import { explainOnConnection } from '../explain-on-connection.js';
import type { ExplainParams, ExplainResult } from '../extensions.js';
import { documentOf, failed, failedBy } from '../failed.js';
import { offsetOf } from '../from-protocol.js';
import { planResult } from '../plan-result.js';
import type { Session } from '../session.js';
import { toRange } from '../to-protocol.js';

export async function explainOf(
  session: Session,
  engine: EmbeddedEngine,
  { textDocument, position, connection, analyze, values }: ExplainParams,
  signal: AbortSignal,
  report: (message: string) => void,
): Promise<ExplainResult> {
  const { workspace } = session;
  const file = documentOf(workspace, textDocument);
  if ('kind' in file) return file;
  const target = explainTargetAt(workspace, file.path, offsetOf(file.lines, position));
  if ('message' in target) return failed(target.message, target.whatToDo);
  const request = explainRequestOf(target, { analyze, values });
  const { answer, replay } =
    connection === null
      ? await explainOnEmbedded(session, engine, file.path, request, signal, report)
      : {
          answer: await explainOnConnection(session, file.path, connection, request, signal),
          replay: null,
        };
  const shown = (path: string) => relativePath(session.root, path);
  if (answer.kind !== 'explained') {
    const at = answer.kind === 'sql-error' ? answer.position : null;
    const span = at === null ? null : { start: target.toFile(at), end: target.toFile(at) + 1 };
    const range = span === null ? null : toRange(file.lines, span);
    return failedBy(answer, linesAfterFailure(answer, replay, shown), range);
  }
  return planResult(workspace, file, target, answer, replay === null ? [] : replayLines(replay, shown));
}

/** What is refused anyway need not wait for the migrations. */
async function explainOnEmbedded(
  { workspace }: Session,
  engine: EmbeddedEngine,
  path: string,
  request: ExplainRequest,
  signal: AbortSignal,
  report: (message: string) => void,
): Promise<AfterReplay<Explained>> {
  const { statistics } = configInForceFor(workspace, path);
  const refusal = refusalOnEmbedded(request, statistics);
  if (refusal !== null) return { answer: refusal, replay: null };
  const history = historyFor(workspace, path)?.history ?? null;
  return engine.ask(history, statistics, signal, report, (database) => database.explain(request, signal));
}
