// plumbline/exportStatistics, plumbline/statisticsScript and plumbline/useStatistics: a file of statistics from a connection,
// the script that makes one elsewhere, and the edit by which the configuration names it.

import { exportStatistics } from '../../../database/statistics/export.js';
import { statisticsScript } from '../../../database/statistics/script.js';
import { fewValues, statisticsReport } from '../../../features/statistics-report.js';
import { useStatistics } from '../../../lint/config-edits.js';
import { readStatistics } from '../../../lint/statistics-file.js';
import { anyFileIn } from '../../../text/source-file.js';
import { onConnection } from '../connect.js';
import type {
  ExportStatisticsParams,
  ExportStatisticsResult,
  StatisticsScriptParams,
  StatisticsScriptResult,
  UseStatisticsParams,
  UseStatisticsResult,
} from '../extensions.js';
import { failedBy } from '../failed.js';
import { pathOf } from '../from-protocol.js';
import type { Session } from '../session.js';
import { toWorkspaceEdit } from '../to-protocol.js';
import { editOptions } from './code-action.js';

export async function exportStatisticsOf(
  session: Session,
  { textDocument, connection, redact, keep }: ExportStatisticsParams,
  signal: AbortSignal,
  report: (message: string) => void,
): Promise<ExportStatisticsResult> {
  const path = pathOf(textDocument.uri) ?? anyFileIn(session.root);
  report(`Reading the statistics of ${connection}…`);
  const result = await onConnection(session, path, connection, (settings) =>
    exportStatistics(settings, process.env, { redacted: redact, keep }, signal),
  );
  if (result.kind !== 'exported') return failedBy(result);
  const { statistics } = readStatistics(result.text);
  return {
    kind: 'statistics',
    text: result.text,
    report: statisticsReport(result.name, statistics, keep),
    fewValues: fewValues(statistics),
  };
}

export function statisticsScriptOf({ redact }: StatisticsScriptParams): StatisticsScriptResult {
  return { sql: statisticsScript({ redacted: redact, keep: [] }) };
}

export function useStatisticsOf(
  session: Session,
  { textDocument, file }: UseStatisticsParams,
): UseStatisticsResult {
  const { workspace, root } = session;
  const statistics = pathOf(file);
  const path = pathOf(textDocument.uri) ?? anyFileIn(root);
  const change = statistics === null ? null : useStatistics(workspace, path, statistics);
  return { edit: change === null ? null : toWorkspaceEdit(workspace, change, editOptions(session)) };
}
