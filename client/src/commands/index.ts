// The table of commands.

import * as vscode from 'vscode';
import type { Command, Parts } from './command.js';
import { explainAnalyzeQuery } from './explain-analyze-query.js';
import { explainOnConnection } from './explain-on-connection.js';
import { explainQuery } from './explain-query.js';
import { explainSafePath } from './explain-safe-path.js';
import { forgetPassword } from './forget-password.js';
import { openRulePage } from './open-rule-page.js';
import { restartServer } from './restart-server.js';
import { setPassword } from './set-password.js';
import { showOutput } from './show-output.js';
import { showSchema } from './show-schema.js';
import { showScope } from './show-scope.js';
import { showTenantModel } from './show-tenant-model.js';
import { suppress } from './suppress.js';
import { traceLocks } from './trace-locks.js';

const COMMANDS: readonly Command[] = [
  explainQuery,
  explainAnalyzeQuery,
  explainOnConnection,
  explainSafePath,
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
