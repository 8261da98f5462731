// The page of a plan: what holds for all of it, what to do about it, and the views of it with the details of the selected
// node beside them.

import { nodeById } from '../../../../../server/src/plans/nodes.js';
import { adviceItems } from '../advice.js';
import { detailsOf } from '../details.js';
import type { Action, ShownPlan, ViewState } from '../messages.js';
import { summaryOf } from '../summary.js';
import { adviceElement } from './advice.js';
import { element } from './element.js';
import { buttonElement, detailsElements, summaryElement } from './parts.js';
import { TAB_PANEL, tabId, tabList } from './tabs.js';
import { toolbar } from './toolbar.js';
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
  private readonly tabs = element('div', { class: 'tabs-place' });
  private readonly panel = element('div', { class: 'view', role: 'tabpanel', id: TAB_PANEL });
  private readonly details = element('aside', {
    class: 'details',
    tabindex: 0,
    'aria-label': 'Details of the selected node',
  });
  private readonly main = element('main', { class: 'plan-and-details' }, [this.panel, this.details]);
  /** Opens and closes the details where they are a drawer. */
  private readonly toggle = element('button', { type: 'button', class: 'details-toggle' }, ['Details']);
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
      openDetails: () => {
        this.openDrawer(true);
        this.details.focus();
      },
      send,
      announce,
    };
    this.toggle.addEventListener('click', () => this.openDrawer(!this.details.classList.contains('open')));
    this.details.addEventListener('keydown', ({ key }) => {
      if (key !== 'Escape') return;
      this.openDrawer(false);
      this.focus();
    });
    this.element = element('div', { class: 'page' }, [
      element('header', {}, [summaryElement(summaryOf(shown.result))]),
      adviceElement(adviceItems(shown.result), {
        send,
        select: (node) => this.mark(node),
        show: (node) => {
          this.select(node);
          this.focus();
        },
      }),
      element('div', { class: 'plan-bar' }, [this.tabs, toolbar(shown, send)]),
      this.main,
    ]);
    this.openDrawer(false);
    this.open(state.view);
    this.showDetails();
  }

  focus(): void {
    this.mounted?.focus();
  }

  /** Whoever asks for it, every view shows it. An id that the plan does not have is left alone. */
  select(node: string, by: MountedView | null = null): void {
    this.mark(node, by);
    if (by === null) this.mounted?.reveal();
  }

  /** Scrolls to what is selected. */
  reveal(): void {
    this.mounted?.reveal();
  }

  /** Selects, and scrolls nothing. */
  private mark(node: string, by: MountedView | null = null): void {
    if (nodeById(this.shown.result.plan, node) === null) return;
    if (node !== this.state.selected) {
      this.change({ selected: node });
      this.showDetails();
      this.options.send({ kind: 'select-node', node });
    }
    if (by === null) this.mounted?.select(node);
  }

  private openDrawer(open: boolean): void {
    this.details.classList.toggle('open', open);
    this.toggle.setAttribute('aria-expanded', String(open));
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
    if (!this.mounted.fromTop) this.mounted.reveal();
  }

  private showDetails(): void {
    const { plan } = this.shown.result;
    const node = nodeById(plan, this.selected) ?? plan.root;
    const { places } = this.shown.result;
    const hasPlace = places?.nodes[node.id] !== undefined;
    const goTo = {
      action: { kind: 'go-to-node', node: node.id },
      label: 'Show in query',
      hint: 'Go to its place in the query',
    } as const;
    const buttons = [...(hasPlace ? [buttonElement(goTo, this.options.send)] : []), this.toggle];
    this.details.replaceChildren(...detailsElements(detailsOf(node), buttons));
    this.details.scrollTop = 0;
  }

  private change(changes: Partial<PageState>): void {
    this.state = { ...this.state, ...changes };
    this.options.onChange(this.state);
  }
}
