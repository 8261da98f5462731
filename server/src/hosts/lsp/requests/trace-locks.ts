// plumbline/traceLocks: runs a migration on the embedded PostgreSQL, after those before it, and tells what it locks there.

import { traceReport, traceTargetAt } from '../../../features/lock-trace.js';
import type { EmbeddedEngine } from '../embedded-engine.js';
import type { TraceLocksParams, TraceLocksResult } from '../extensions.js';
import { failed, failedBy } from '../failed.js';
import { pathOf } from '../from-protocol.js';
import type { Session } from '../session.js';

export async function traceLocksOf(
  { workspace }: Session,
  engine: EmbeddedEngine,
  { textDocument }: TraceLocksParams,
  signal: AbortSignal,
  report: (message: string) => void,
): Promise<TraceLocksResult> {
  const path = pathOf(textDocument.uri);
  const target = path === null ? null : traceTargetAt(workspace, path);
  if (path === null || target === null) {
    return failed('This file is no migration with a statement to run.', 'Open a migration first.');
  }
  const { answer, replay } = await engine.ask(target.before, null, signal, report, (database) =>
    database.trace(target.statements, signal),
  );
  if (replay === null) return failedBy(answer);
  if (answer.kind !== 'traced') return failedBy(answer);
  return { kind: 'traced', markdown: traceReport(workspace, path, target, replay, answer) };
}
