// The plan view inside its webview: shows what the extension sends, and sends back what the user asks for. VS Code ends it
// when it is hidden and starts it again when it is shown: what must outlive that is kept by `setState`.

import { element } from '../dom/element.js';
import { failureElement, pendingElement } from '../dom/parts.js';
import { PlanPageElement } from '../dom/plan-page.js';
import {
  type Action,
  type Message,
  outlivesWindow,
  type Shown,
  type ShownPlan,
  STATE_VERSION,
  type ViewState,
  viewStateOf,
} from '../messages.js';
import { initiallyCollapsed, planTable } from '../rows.js';
import { summaryOf } from '../summary.js';

declare function acquireVsCodeApi(): {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
};

const SAVE_AFTER_MS = 200;

const host = acquireVsCodeApi();
const announcer = element('div', { class: 'announcer', role: 'status' });
const content = element('div', {});
document.body.append(content, announcer);

let state: ViewState | null = viewStateOf(host.getState());
let page: PlanPageElement | null = null;
let saving: ReturnType<typeof setTimeout> | null = null;

window.addEventListener('message', ({ data }: MessageEvent<Message>) => {
  if (data.kind === 'select') {
    page?.select(data.node);
    page?.focus();
    return;
  }
  // A view that has been loaded again is sent what it already shows.
  if (JSON.stringify(data) === JSON.stringify(state?.shown)) return;
  const collapsed = data.kind === 'plan' ? initiallyCollapsed(planTable(data.result.plan)) : [];
  const isProgress = data.kind === 'pending' && state?.shown.kind === 'pending';
  state = { version: STATE_VERSION, shown: data, collapsed, selected: null, view: viewFor(data) };
  save();
  render();
  if (!isProgress) announce(spoken(data));
});

// Whoever comes here by keyboard is in the plan at once.
window.addEventListener('focus', () => {
  if (document.activeElement === document.body) page?.focus();
});

if (state !== null) render();
send({ kind: 'ready' });

/** The tab that is asked for, else the one that is open. */
function viewFor(shown: Shown): string | null {
  return (shown.kind === 'plan' ? shown.view : undefined) ?? state?.view ?? null;
}

function send(action: Action): void {
  host.postMessage(action);
  if (action.kind === 'copy-json' || action.kind === 'copy') announce('Copied.');
}

function save(): void {
  if (saving !== null) clearTimeout(saving);
  saving = setTimeout(() => {
    host.setState(state !== null && outlivesWindow(state.shown) ? state : null);
  }, SAVE_AFTER_MS);
}

function announce(text: string): void {
  announcer.textContent = text;
}

function spoken(shown: Shown): string {
  switch (shown.kind) {
    case 'pending':
      return shown.message;
    case 'failed':
      return `There is no plan. ${shown.failure.message}`;
    case 'plan':
      return `Plan: ${summaryOf(shown.result).source}.`;
  }
}

function render(): void {
  if (state === null) return;
  const { shown } = state;
  page?.close();
  page = null;
  switch (shown.kind) {
    case 'pending':
      content.replaceChildren(pendingElement(shown, send));
      return;
    case 'failed':
      content.replaceChildren(failureElement(shown, send));
      return;
    case 'plan':
      page = planPage(shown, state);
      content.replaceChildren(page.element);
      if (document.hasFocus()) page.focus();
      if (state.selected !== null) page.reveal();
  }
}

function planPage(shown: ShownPlan, from: ViewState): PlanPageElement {
  return new PlanPageElement(shown, from, {
    send,
    announce,
    onChange(changes) {
      if (state === null) return;
      state = { ...state, ...changes };
      save();
    },
  });
}
