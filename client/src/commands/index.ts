// The table of commands.

import * as vscode from 'vscode';
import { adviseIndexesForFile } from './advise-indexes-for-file.js';
import { adviseIndexesForQuery } from './advise-indexes-for-query.js';
import { clearPlanHistory } from './clear-plan-history.js';
import type { Command, Parts } from './command.js';
import { copyStatisticsScript } from './copy-statistics-script.js';
import { explainAnalyzeQuery } from './explain-analyze-query.js';
import { explainOnConnection } from './explain-on-connection.js';
import { explainQuery } from './explain-query.js';
import { explainSafePath } from './explain-safe-path.js';
import { explainWithValues } from './explain-with-values.js';
import { exportStatistics } from './export-statistics.js';
import { forgetPassword } from './forget-password.js';
import { openRulePage } from './open-rule-page.js';
import { openSavedPlan } from './open-saved-plan.js';
import { restartServer } from './restart-server.js';
import { setPassword } from './set-password.js';
import { showInPlan } from './show-in-plan.js';
import { showOutput } from './show-output.js';
import { showPlan } from './show-plan.js';
import { showPlanHistory } from './show-plan-history.js';
import { showPlanInClipboard } from './show-plan-in-clipboard.js';
import { showSchema } from './show-schema.js';
import { showScope } from './show-scope.js';
import { showTenantModel } from './show-tenant-model.js';
import { suppress } from './suppress.js';
import { traceLocks } from './trace-locks.js';

const COMMANDS: readonly Command[] = [
  explainQuery,
  explainAnalyzeQuery,
  explainOnConnection,
  explainWithValues,
  adviseIndexesForQuery,
  adviseIndexesForFile,
  showInPlan,
  openSavedPlan,
  showPlan,
  showPlanInClipboard,
  showPlanHistory,
  clearPlanHistory,
  explainSafePath,
  exportStatistics,
  copyStatisticsScript,
  setPassword,
  forgetPassword,
  suppress,
  traceLocks,
  showSchema,
  showTenantModel,
  showScope,
  openRulePage,
  restartServer,
  showOutput,
];

export function registerCommands(parts: Parts): vscode.Disposable {
  return vscode.Disposable.from(
    ...COMMANDS.map(({ id, run }) =>
      vscode.commands.registerCommand(id, (argument?: unknown) => run(parts, argument)),
    ),
  );
}
