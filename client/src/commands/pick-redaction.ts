// Asks which values of rows a file of statistics may hold.

import * as vscode from 'vscode';
import type { Redaction } from '../../../server/src/hosts/lsp/extensions.js';

/** What is recommended first. */
const ITEMS: Readonly<Record<Redaction, vscode.QuickPickItem>> = {
  text: {
    label: 'No texts',
    description: 'recommended',
    detail: 'Numbers, dates, uuids and enums are told: no text, JSON, bytea or other values.',
  },
  all: {
    label: 'No values at all',
    detail: 'Sizes, row counts, numbers of distinct values. Plans are less exact.',
  },
  none: {
    label: 'All values',
    detail: 'Also names, e-mail addresses, JSON: do not commit the file.',
  },
};

/** `null` when none was chosen. */
export async function pickRedaction(title: string): Promise<Redaction | null> {
  const placeHolder = 'Which common values of rows may be in the file? Names of columns always are.';
  const items = (Object.keys(ITEMS) as Redaction[]).map((redact) => ({ ...ITEMS[redact], redact }));
  const chosen = await vscode.window.showQuickPick(items, { title, placeHolder });
  return chosen?.redact ?? null;
}
