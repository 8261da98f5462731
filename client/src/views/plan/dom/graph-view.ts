// The plan as a graph, drawn by pev2, which is loaded only when it is asked for. It lives in a frame of its own: it styles and
// scripts whole documents (Bootstrap, one plan to a document, the address for the selected node). The frame has no address,
// so it inherits the page's policy; and VS Code gives files only to the page, which hands it what it needs as text.

import { hasTimes } from '../../../../../server/src/plans/nodes.js';
import { type GraphFrame, graphOrder } from '../graph.js';
import type { ShownPlan } from '../messages.js';
import { element } from './element.js';
import type { MountedView, PlanPage, PlanView } from './view.js';

const script = document.currentScript as HTMLScriptElement;

/** From here on a graph takes seconds to draw, and nobody can read it. */
const MANY_NODES = 150;

export const graphView: PlanView = {
  id: 'graph',
  title: 'Graph',
  available: () => true,

  mount({ result }, page): MountedView {
    const order = graphOrder(result.plan);
    const view = element('div', { class: 'graph-view' });
    let graph: GraphElement | null = null;
    const draw = () => {
      graph = new GraphElement(result, order, page);
      view.replaceChildren(graph.message, graph.frame);
    };
    if (order.length < MANY_NODES) draw();
    else view.append(warning(order.length, draw));
    return {
      element: view,
      wide: true,
      select: (id) => graph?.select(id),
      reveal: () => {},
      focus: () => graph?.frame.contentWindow?.focus(),
      close: () => graph?.close(),
    };
  },
};

function warning(nodes: number, draw: () => void): HTMLElement {
  const button = element('button', { type: 'button' }, ['Draw the graph']);
  button.addEventListener('click', draw);
  return element('div', { class: 'graph-message' }, [
    element('p', {}, [
      `This plan has ${nodes} nodes. To draw a graph of so many takes long, and it is hard to read: the table and the icicle show the plan at once.`,
    ]),
    button,
  ]);
}

class GraphElement {
  readonly message = element('p', { class: 'graph-message', role: 'status' }, ['Loading the graph…']);
  readonly frame = element('iframe', {
    class: 'graph',
    title: 'Graph of the plan',
    srcdoc: '<!doctype html>',
  });
  private inside: GraphFrame | null = null;
  private readonly themes: MutationObserver;

  constructor(
    private readonly result: ShownPlan['result'],
    private readonly order: readonly string[],
    private readonly page: PlanPage,
  ) {
    // VS Code changes the page's classes and variables when the theme changes.
    this.themes = new MutationObserver(() => {
      if (this.frame.contentDocument !== null) takeTheme(this.frame.contentDocument);
    });
    this.themes.observe(document.body, { attributes: true, attributeFilter: ['class'] });
    this.themes.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
    this.frame.addEventListener('load', () => void this.fill(), { once: true });
  }

  select(id: string): void {
    this.inside?.graph?.select(this.order.indexOf(id) + 1);
  }

  close(): void {
    this.themes.disconnect();
    this.inside?.graph?.close();
  }

  private async fill(): Promise<void> {
    const { contentWindow, contentDocument } = this.frame;
    if (contentWindow === null || contentDocument === null) return;
    const inside: GraphFrame = Object.assign(contentWindow, {
      // Its styles come from a file: those that it would add itself the policy refuses.
      FontAwesomeConfig: { autoAddCss: false },
      request: {
        plan: JSON.stringify(this.result.json),
        statement: this.result.sql,
        measure: hasTimes(this.result.plan) ? ('time' as const) : ('cost' as const),
        onSelect: (number: number) => {
          const id = this.order[number - 1];
          if (id !== undefined) this.page.select(id);
        },
        onLink: openLink,
      },
    });
    takeTheme(contentDocument);
    passKeys(contentDocument);
    try {
      const [styles, code] = await Promise.all([textBeside('plan-graph.css'), textBeside('plan-graph.js')]);
      // Another tab may have been opened meanwhile.
      if (!this.frame.isConnected) return;
      const sheet = new (contentWindow as unknown as typeof globalThis).CSSStyleSheet();
      sheet.replaceSync(styles);
      contentDocument.adoptedStyleSheets = [sheet];
      const element = contentDocument.createElement('script');
      element.nonce = script.nonce;
      element.textContent = code;
      contentDocument.head.append(element);
      if (inside.graph === undefined) throw new Error('the script of the graph has not run');
    } catch (error) {
      console.error(error);
      this.message.textContent =
        'The graph could not be loaded. The table and the icicle show the same plan.';
      return;
    }
    this.inside = inside;
    this.message.remove();
    // The whole plan is what it shows by itself.
    if (this.page.selected() !== this.order[0]) this.select(this.page.selected());
  }
}

/** VS Code opens what is pressed in the page itself, after it has asked the user. */
function openLink(address: string): void {
  const link = element('a', { href: address, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
}

/** The text of a file beside the page's script. */
async function textBeside(name: string): Promise<string> {
  const response = await fetch(script.src.replace('plan.js', name));
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  return response.text();
}

function takeTheme(inside: Document): void {
  const { classList } = document.body;
  const isDark =
    classList.contains('vscode-dark') ||
    (classList.contains('vscode-high-contrast') && !classList.contains('vscode-high-contrast-light'));
  inside.documentElement.style.cssText = document.documentElement.style.cssText;
  inside.documentElement.dataset.bsTheme = isDark ? 'dark' : 'light';
  inside.documentElement.lang = 'en';
  inside.body.className = document.body.className;
}

/** VS Code hears the keys of the page, and of no frame in it. */
function passKeys(inside: Document): void {
  for (const type of ['keydown', 'keyup'] as const) {
    inside.addEventListener(type, (event) => window.dispatchEvent(new KeyboardEvent(type, event)));
  }
}
