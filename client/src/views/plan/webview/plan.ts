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
  const isSame = JSON.stringify(data) === JSON.stringify(state?.shown);
  if (!isSame || state === null) {
    state = { version: STATE_VERSION, shown: data, collapsed: [], selected: null };
    if (data.kind === 'plan') change({ collapsed: initiallyCollapsed(planTable(data.result.plan)) });
    else change({});
    render();
  }
});

if (state !== null) render();
act('ready');

function act(action: Action): void {
  host.postMessage(action);
  if (action === 'copy-json') announce('Copied.');
}

function change(changes: Partial<Omit<ViewState, 'version'>>): void {
  if (state === null) return;
  state = { ...state, ...changes };
  if (saving !== null) clearTimeout(saving);
  saving = setTimeout(() => host.setState(state), SAVE_AFTER_MS);
}

function announce(text: string): void {
  announcer.textContent = text;
}

function render(): void {
  if (state === null) return;
  const { shown } = state;
  page.setAttribute('aria-busy', String(shown.kind === 'pending'));
  switch (shown.kind) {
    case 'pending':
      page.replaceChildren(pendingElement(shown), toolbar(shown, act));
      announce(shown.message);
      return;
    case 'failed':
      page.replaceChildren(failureElement(shown), toolbar(shown, act));
      announce(`There is no plan. ${shown.failure.message}`);
      return;
    case 'plan':
      renderPlan(shown, state);
  }
}

function renderPlan(shown: ShownPlan, { collapsed, selected }: ViewState): void {
  const { plan } = shown.result;
  const summary = summaryOf(shown.result);
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
    element('header', {}, [summaryElement(summary), toolbar(shown, act)]),
    element('main', {}, [element('div', { class: 'table' }, [tree.element]), details]),
  );
  announce(`Plan: ${summary.source}.`);
  if (document.hasFocus()) tree.focus();
}

function nodeById(node: ShownPlan['result']['plan']['root'], id: string): typeof node | null {
  if (node.id === id) return node;
  const child = node.children.find((candidate) => id === candidate.id || id.startsWith(`${candidate.id}.`));
  return child === undefined ? null : nodeById(child, id);
}
