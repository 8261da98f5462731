// A plan beside another one: of the history, of an open view or from elsewhere, or the same query with an index that was tried.

import * as vscode from 'vscode';
import type {
  ExplainParams,
  PlanResult,
  TriedIndexInfo,
  WishedIndex,
} from '../../../server/src/hosts/lsp/extensions.js';
import { createIndexMigration, tryIndexes } from '../index-advice.js';
import type { LanguageServer } from '../language-client.js';
import type { KeptPlan } from '../views/plan/history.js';
import { outlivesWindow, type ShownPlan } from '../views/plan/messages.js';
import type { PlanHistory } from './history.js';
import type { PlanPanel } from './panel.js';
import { type PickedPlan, pickOther, reopened } from './picks.js';

export interface Others {
  readonly server: LanguageServer;
  readonly history: PlanHistory;
  /** The query of the history that the view shows. */
  readonly query: string | null;
  readonly panels: readonly PlanPanel[];
}

/** @param id of a plan of the history; of none of them, the user is asked which */
export async function compare(panel: PlanPanel, shown: ShownPlan, id: string, others: Others): Promise<void> {
  const { server, history, query } = others;
  const kept = history.find(id);
  const picked =
    kept === undefined
      ? await pickOther(server, {
          history: history.all().filter((plan) => !isOf(plan, shown)),
          query,
          open: othersOpen(panel, others.panels),
        })
      : await reopened(server, kept);
  if (picked === null) return;
  const { result, label, unkept } = picked;
  panel.show({
    ...shown,
    compare: {
      ...{ result, label, shownLabel: 'this plan', shownIs: 'after' },
      ...(kept === undefined ? {} : { id }),
      ...(unkept ? { unkept } : {}),
    },
    view: 'compare',
  });
}

/** Tries an index that was advised, and shows what becomes of the plan. */
export async function tryIndex(
  server: LanguageServer,
  panel: PlanPanel,
  shown: ShownPlan,
  index: WishedIndex,
): Promise<void> {
  if (shown.request === null) return;
  const { textDocument, position } = shown.request;
  const advised = await tryIndexes(server, { textDocument, position, index });
  const [tried] = advised?.indexes ?? [];
  if (tried === undefined) return;
  const [plan] = tried.plans;
  if (plan === undefined) {
    await vscode.window.showInformationMessage(`${tried.title}: ${tried.message}`);
    return;
  }
  // On the embedded PostgreSQL without and with it: the plan that is shown may be another server's.
  showTried(panel, { ...shown, result: plan.before }, plan.after, tried.title);
  const choice = await vscode.window.showInformationMessage(`${tried.title}: ${tried.message}`, CREATE);
  if (choice === CREATE) await createIndexMigration(server, textDocument.uri, index);
}

const CREATE = 'Create Migration';

/** The plan with an index beside the one without. */
export function showTried(panel: PlanPanel, shown: ShownPlan, after: PlanResult, title: string): void {
  const compare = {
    result: after,
    label: `with an index on ${title}`,
    shownLabel: 'now',
    shownIs: 'before',
  } as const;
  panel.show({ ...shown, compare, view: 'compare' });
}

/** What is shown of a query for which an index was tried outside of any view. */
export function triedPlan(
  textDocument: ExplainParams['textDocument'],
  { before }: TriedIndexInfo['plans'][number],
): ShownPlan & { readonly request: ExplainParams } {
  const position = before.range?.start ?? { line: 0, character: 0 };
  const request: ExplainParams = { textDocument, position, connection: null, analyze: false };
  return { kind: 'plan', request, result: before };
}

function othersOpen(panel: PlanPanel, panels: readonly PlanPanel[]): readonly PickedPlan[] {
  return panels.flatMap((other) => {
    if (other === panel || other.shown.kind !== 'plan') return [];
    const { compare: _, ...plain } = other.shown;
    const unkept = outlivesWindow(plain) ? {} : { unkept: true as const };
    return [{ result: other.shown.result, label: other.title, ...unkept }];
  });
}

function isOf({ sql, json }: KeptPlan, { result }: ShownPlan): boolean {
  return sql === result.sql && JSON.stringify(json) === JSON.stringify(result.json);
}
