// The plan view inside its webview: shows what the extension sends, and sends back what the user asks for. VS Code ends it
// when it is hidden and starts it again when it is shown: what must outlive that is kept by `setState`.

import { detailsOf } from '../details.js';
import { element } from '../dom/element.js';
import { detailsElement, failureElement, pendingElement, summaryElement, toolbar } from '../dom/parts.js';
import { PlanTree } from '../dom/tree.js';
import {
  type Action,
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
const page = element('div', { class: 'page' });
document.body.append(page, announcer);

let state: ViewState | null = viewStateOf(host.getState());
let saving: ReturnType<typeof setTimeout> | null = null;

window.addEventListener('message', ({ data }: MessageEvent<Shown>) => {
  // A view that has been loaded again is sent what it already shows.
  if (JSON.stringify(data) === JSON.stringify(state?.shown)) return;
  const collapsed = data.kind === 'plan' ? initiallyCollapsed(planTable(data.result.plan)) : [];
  const isProgress = data.kind === 'pending' && state?.shown.kind === 'pending';
  state = { version: STATE_VERSION, shown: data, collapsed, selected: null };
  save();
  render();
  if (!isProgress) announce(spoken(data));
});

if (state !== null) render();
act('ready');

function act(action: Action): void {
  host.postMessage(action);
  if (action === 'copy-json') announce('Copied.');
}

function change(changes: Partial<Pick<ViewState, 'collapsed' | 'selected'>>): void {
  if (state === null) return;
  state = { ...state, ...changes };
  save();
}

function save(): void {
  if (saving !== null) clearTimeout(saving);
  saving = setTimeout(() => host.setState(state), SAVE_AFTER_MS);
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
  switch (shown.kind) {
    case 'pending':
      page.replaceChildren(pendingElement(shown, act));
      return;
    case 'failed':
      page.replaceChildren(failureElement(shown, act));
      return;
    case 'plan':
      renderPlan(shown, state);
  }
}

function renderPlan(shown: ShownPlan, { collapsed, selected }: ViewState): void {
  const { plan } = shown.result;
  const details = element('aside', {
    class: 'details',
    tabindex: 0,
    'aria-label': 'Details of the selected node',
  });
  const showDetails = (id: string) => {
    const node = nodeById(plan.root, id) ?? plan.root;
    details.replaceChildren(detailsElement(detailsOf(node)));
    details.scrollTop = 0;
  };
  const tree = new PlanTree(planTable(plan), {
    collapsed,
    selected,
    onSelect: (id) => {
      change({ selected: id });
      showDetails(id);
    },
    onCollapse: (ids) => change({ collapsed: ids }),
    onOpen: () => details.focus(),
  });
  details.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') tree.focus();
  });
  showDetails(selected ?? plan.root.id);
  page.replaceChildren(
    element('header', {}, [summaryElement(summaryOf(shown.result)), toolbar(shown, act)]),
    element('main', { class: 'plan-and-details' }, [
      element('div', { class: 'table' }, [tree.element]),
      details,
    ]),
  );
  if (document.hasFocus()) tree.focus();
}

function nodeById(node: ShownPlan['result']['plan']['root'], id: string): typeof node | null {
  if (node.id === id) return node;
  const child = node.children.find((candidate) => id === candidate.id || id.startsWith(`${candidate.id}.`));
  return child === undefined ? null : nodeById(child, id);
}
