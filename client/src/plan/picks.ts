// Which plan is meant: one of several in a text, one to compare with, one of the history.

import * as vscode from 'vscode';
import type { PlanResult } from '../../../server/src/hosts/lsp/extensions.js';
import type { LanguageServer } from '../language-client.js';
import { type KeptPlan, shortLabel, wordsOf } from '../views/plan/history.js';

export interface PickedPlan {
  readonly result: PlanResult;
  /** In a few words: `10 minutes ago (cost 602.09)`, `plan.txt`. */
  readonly label: string;
  /** It shows values that nobody wanted to be kept. */
  readonly unkept?: true;
}

/** Asks where there are several; says why when there is none. `null` when none was chosen. */
export async function pickFromText(
  server: LanguageServer,
  name: string,
  text: string,
): Promise<PickedPlan | null> {
  const read = await server.readPlans({ textDocument: null, text, name });
  if (read.kind === 'failed') {
    await vscode.window.showErrorMessage(`${read.message} ${read.whatToDo}`.trim());
    return null;
  }
  const [first, ...others] = read.plans;
  if (first !== undefined && others.length === 0) return { result: first.result, label: name };
  const items = read.plans.map((plan) => ({ ...plan, label: plan.title }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: `${read.plans.length} Plans in ${name}`,
    matchOnDescription: true,
  });
  return chosen === undefined ? null : { result: chosen.result, label: `${name}, ${chosen.description}` };
}

/** What was kept, read again as it was when it was shown. */
export async function reopened(server: LanguageServer, kept: KeptPlan): Promise<PickedPlan | null> {
  const { sql, source, json, notes, parameters } = kept;
  const text = JSON.stringify({ version: 1, sql, source, parameters, plan: json, notes });
  const picked = await pickFromText(server, source.name, text);
  if (picked === null) return null;
  return {
    result: picked.result,
    label: shortLabel(kept, new Date()),
    ...(kept.kept ? {} : { unkept: true }),
  };
}

export async function pickFromFile(server: LanguageServer): Promise<PickedPlan | null> {
  const [uri] =
    (await vscode.window.showOpenDialog({
      title: 'Open a Saved Plan',
      filters: { 'Plans and logs': ['json', 'txt', 'log', 'plan', 'csv'], 'All files': ['*'] },
    })) ?? [];
  if (uri === undefined) return null;
  return pickFromText(server, nameOf(uri), new TextDecoder().decode(await vscode.workspace.fs.readFile(uri)));
}

export async function pickFromClipboard(server: LanguageServer): Promise<PickedPlan | null> {
  return pickFromText(server, 'the clipboard', await vscode.env.clipboard.readText());
}

export function nameOf(uri: vscode.Uri): string {
  return uri.path.split('/').at(-1) ?? uri.path;
}

export interface Candidates {
  /** Of the same query, then all others. */
  readonly history: readonly KeptPlan[];
  readonly query: string | null;
  /** Plans that are open in other views. */
  readonly open: readonly PickedPlan[];
}

/** One to compare with. `null` when none was chosen. */
export async function pickOther(
  server: LanguageServer,
  { history, query, open }: Candidates,
): Promise<PickedPlan | null> {
  const now = new Date();
  const heading = (label: string) => ({
    label,
    kind: vscode.QuickPickItemKind.Separator,
    pick: async () => null,
  });
  const ofHistory = (plan: KeptPlan) => ({ ...wordsOf(plan, now), pick: () => reopened(server, plan) });
  const same = history.filter((plan) => plan.query === query);
  const others = history.filter((plan) => plan.query !== query);
  const section = <T>(label: string, items: readonly T[]) =>
    items.length === 0 ? [] : [heading(label), ...items];
  const items = [
    ...section('plans of this query', same.map(ofHistory)),
    ...section(
      'open plans',
      open.map((plan) => ({ label: plan.label, pick: async () => plan })),
    ),
    heading('from elsewhere'),
    {
      label: 'A saved plan…',
      detail: 'A file with a plan as JSON or text, or a log.',
      pick: () => pickFromFile(server),
    },
    { label: 'The clipboard', pick: () => pickFromClipboard(server) },
    ...section('plans of other queries', others.map(ofHistory)),
  ];
  const chosen = await vscode.window.showQuickPick(items, {
    title: 'Compare with…',
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return chosen === undefined ? null : chosen.pick();
}

/** Of the history. `null` when none was chosen. */
export async function pickFromHistory(
  server: LanguageServer,
  history: readonly KeptPlan[],
): Promise<PickedPlan | null> {
  if (history.length === 0) {
    await vscode.window.showInformationMessage('No plan has been shown in this workspace yet.');
    return null;
  }
  const now = new Date();
  const items = history.map((plan) => ({ ...wordsOf(plan, now), plan }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: 'Plans of This Workspace',
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return chosen === undefined ? null : reopened(server, chosen.plan);
}
