// Runs the query at the cursor to measure it: on the embedded PostgreSQL, or on the connection that it is given, and
// there only after the user has agreed.

import * as vscode from 'vscode';
import type { Command } from './command.js';
import { placeOf } from './place.js';

export const explainAnalyzeQuery: Command = {
  id: 'plumbline.explainAnalyzeQuery',

  async run({ plans }, argument) {
    const place = await placeOf(argument);
    if (place === null) return;
    const connection = connectionOf(argument);
    if (connection !== null && !(await agrees(connection))) return;
    await plans.explain({ ...place, connection, analyze: true });
  },
};

async function agrees(connection: string): Promise<boolean> {
  const run = 'Run It';
  const detail =
    'EXPLAIN ANALYZE executes the statement to measure it. It runs in a read-only transaction with a time limit, and is rolled back; functions that it calls may still act outside the database.';
  const answer = await vscode.window.showWarningMessage(
    `Run this statement on "${connection}"?`,
    { modal: true, detail },
    run,
  );
  return answer === run;
}

function connectionOf(argument: unknown): string | null {
  if (typeof argument !== 'object' || argument === null || !('connection' in argument)) return null;
  return typeof argument.connection === 'string' ? argument.connection : null;
}
