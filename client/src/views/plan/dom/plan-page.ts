// The page of a plan: what holds for all of it, what to do about it, and the views of it with the details of the selected
// node beside them.

import { nodeById } from '../../../../../server/src/plans/nodes.js';
import { adviceItems } from '../advice.js';
import { detailsOf } from '../details.js';
import type { Action, ShownPlan, ViewState } from '../messages.js';
import { summaryOf } from '../summary.js';
import { adviceElement } from './advice.js';
import { element } from './element.js';
import { buttonElement, detailsElement, summaryElement, toolbar } from './parts.js';
import { TAB_PANEL, tabId, tabList } from './tabs.js';
import type { MountedView, PlanPage } from './view.js';
import { PLAN_VIEWS } from './views.js';

/** What of the page outlives it. */
export type PageState = Pick<ViewState, 'collapsed' | 'selected' | 'view'>;

export interface PageOptions {
  send(action: Action): void;
  announce(text: string): void;
  onChange(state: PageState): void;
}

export class PlanPageElement {
  readonly element: HTMLElement;
  private readonly page: PlanPage;
  private readonly tabs = element('div', {});
  private readonly panel = element('div', { class: 'view', role: 'tabpanel', id: TAB_PANEL });
  private readonly details = element('aside', {
    class: 'details',
    tabindex: 0,
    'aria-label': 'Details of the selected node',
  });
  private readonly main = element('main', { class: 'plan-and-details' }, [this.panel, this.details]);
  private mounted: MountedView | null = null;

  constructor(
    private readonly shown: ShownPlan,
    private state: PageState,
    private readonly options: PageOptions,
  ) {
    const { send, announce } = options;
    this.page = {
      selected: () => this.selected,
      collapsed: () => this.state.collapsed,
      select: (node) => this.select(node, this.mounted),
      collapse: (collapsed) => this.change({ collapsed }),
      openDetails: () => this.details.focus(),
      send,
      announce,
    };
    this.details.addEventListener('keydown', ({ key }) => {
      if (key === 'Escape') this.focus();
    });
    this.element = element('div', { class: 'page' }, [
      element('header', {}, [summaryElement(summaryOf(shown.result)), toolbar(shown, send)]),
      adviceElement(adviceItems(shown.result), { send, select: (node) => this.select(node) }),
      this.tabs,
      this.main,
    ]);
    this.open(state.view);
    this.showDetails();
  }

  focus(): void {
    this.mounted?.focus();
  }

  /** Whoever asks for it, every view shows it. An id that the plan does not have is left alone. */
  select(node: string, by: MountedView | null = null): void {
    if (nodeById(this.shown.result.plan, node) === null) return;
    if (node !== this.state.selected) {
      this.change({ selected: node });
      this.showDetails();
      this.options.send({ kind: 'select-node', node });
    }
    if (by === null) this.mounted?.select(node);
  }

  close(): void {
    this.mounted?.close?.();
    this.mounted = null;
  }

  private get selected(): string {
    return this.state.selected ?? this.shown.result.plan.root.id;
  }

  private open(id: string | null): void {
    const views = PLAN_VIEWS.filter((view) => view.available(this.shown));
    const view = views.find((one) => one.id === id) ?? views[0];
    if (view === undefined) return;
    this.close();
    this.mounted = view.mount(this.shown, this.page);
    this.panel.setAttribute('aria-labelledby', tabId(view.id));
    this.panel.replaceChildren(this.mounted.element);
    this.details.hidden = this.mounted.wide === true;
    this.main.classList.toggle('wide', this.mounted.wide === true);
    this.tabs.replaceChildren(tabList(views, view.id, (next) => this.open(next)));
    this.change({ view: view.id });
    this.mounted.select(this.selected);
  }

  private showDetails(): void {
    const { plan } = this.shown.result;
    const node = nodeById(plan, this.selected) ?? plan.root;
    const { places } = this.shown.result;
    const hasPlace = places?.nodes[node.id] !== undefined;
    const goTo = {
      action: { kind: 'go-to-node', node: node.id },
      label: 'Go to its place in the query',
    } as const;
    this.details.replaceChildren(
      detailsElement(detailsOf(node), hasPlace ? buttonElement(goTo, this.options.send) : null),
    );
    this.details.scrollTop = 0;
  }

  private change(changes: Partial<PageState>): void {
    this.state = { ...this.state, ...changes };
    this.options.onChange(this.state);
  }
}
