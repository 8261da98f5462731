// Asks which values of rows a file of statistics may hold.

import * as vscode from 'vscode';
import type { Redaction } from '../../../server/src/hosts/lsp/extensions.js';

interface Item extends vscode.QuickPickItem {
  readonly redact: Redaction;
}

const ITEMS: readonly Item[] = [
  {
    redact: 'text',
    label: 'No texts',
    description: 'recommended',
    detail: 'Numbers, dates, uuids and enums are told: no text, JSON, bytea or other values.',
  },
  {
    redact: 'all',
    label: 'No values at all',
    detail: 'Sizes, row counts, numbers of distinct values. Plans are less exact.',
  },
  {
    redact: 'none',
    label: 'All values',
    detail: 'Also names, e-mail addresses, JSON: do not commit the file.',
  },
];

/** `null` when none was chosen. */
export async function pickRedaction(title: string): Promise<Redaction | null> {
  const placeHolder = 'Which common values of rows may be in the file? Names of columns always are.';
  const chosen = await vscode.window.showQuickPick(ITEMS, { title, placeHolder });
  return chosen?.redact ?? null;
}
