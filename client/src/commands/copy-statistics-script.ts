// The script by which somebody else exports statistics with psql, for who has no access to the database.

import * as vscode from 'vscode';
import type { Command } from './command.js';
import { pickRedaction } from './pick-redaction.js';

export const copyStatisticsScript: Command = {
  id: 'plumbline.copyStatisticsScript',

  async run({ server }) {
    const redact = await pickRedaction('Copy the Statistics Script');
    if (redact === null) return;
    const { sql } = await server.statisticsScript(redact);
    await vscode.env.clipboard.writeText(sql);
    await vscode.window.showInformationMessage(
      'The script is in the clipboard. Saved as statistics.sql, "psql -X -f statistics.sql > statistics.json" makes the file; it only reads.',
    );
  },
};
