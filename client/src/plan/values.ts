// Asks for the values of a statement's parameters, one after the other, and whether the workspace may keep them.

import * as vscode from 'vscode';
import type { PlanParameter } from '../../../server/src/hosts/lsp/extensions.js';
import { problemOf, questionFor, typedOf, valueTyped } from '../views/plan/values.js';

export interface AskedValues {
  readonly values: readonly (string | null)[];
  readonly keep: boolean;
}

/** @param known values of the last time; `null` when the user thought better of it */
export async function askForValues(
  parameters: readonly PlanParameter[],
  known: readonly (string | null)[],
): Promise<AskedValues | null> {
  const values: (string | null)[] = [];
  for (const [at, { name, type }] of parameters.entries()) {
    const before = known[at];
    const typed = await vscode.window.showInputBox({
      title: `Explain with Values (${at + 1} of ${parameters.length})`,
      prompt: `${questionFor(at + 1, name, type)}. NULL is SQL's NULL; 'NULL' in quotes is a text.`,
      value: before === undefined ? '' : typedOf(before),
      ignoreFocusOut: true,
      validateInput: (text) => problemOf(text, type),
    });
    if (typed === undefined) return null;
    values.push(valueTyped(typed));
  }
  const once = {
    label: 'Use them once',
    detail: 'Neither they nor the plan are kept when the window is closed.',
  };
  const keep = {
    label: 'Use and remember them',
    detail: 'This workspace keeps them on this computer, with the plan.',
  };
  const chosen = await vscode.window.showQuickPick(known.length > 0 ? [keep, once] : [once, keep], {
    title: 'Explain with Values',
    ignoreFocusOut: true,
  });
  return chosen === undefined ? null : { values, keep: chosen === keep };
}
