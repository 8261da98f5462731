// The list of advice over the plan. Each is one line that unfolds into what to do about it.

import type { AdviceItem, AdvisedCode } from '../advice.js';
import type { Action } from '../messages.js';
import { icon } from './drawings.js';
import { element } from './element.js';
import { buttonElement } from './parts.js';

export interface AdviceOptions {
  /** Selects the node that a piece of advice is about. */
  select(node: string): void;
  /** As that, and goes to it. */
  show(node: string): void;
  send(action: Action): void;
}

/** `null` when there is none. */
export function adviceElement(items: readonly AdviceItem[], options: AdviceOptions): HTMLElement | null {
  if (items.length === 0) return null;
  const list = (some: readonly AdviceItem[]) =>
    element(
      'ul',
      {},
      some.map((item) => element('li', { 'data-node': item.node }, [itemElement(item, options)])),
    );
  if (items.length <= FEW)
    return element('section', { class: 'advice', 'aria-label': 'Advice' }, [list(items)]);
  const more = items.slice(FIRST);
  return element('section', { class: 'advice', 'aria-label': 'Advice' }, [
    list(items.slice(0, FIRST)),
    element('details', {}, [
      element('summary', {}, [icon('chevron'), `${more.length} more pieces of advice`]),
      list(more),
    ]),
  ]);
}

/** What saves most comes first; of more than a few the others unfold, so that the plan is seen. */
const FEW = 3;
const FIRST = 2;

function itemElement(item: AdviceItem, options: AdviceOptions): HTMLElement {
  const { severity, severityText, message, node, nodeText, whatToDo, why, code, actions } = item;
  const link = element('button', { type: 'button', class: 'link', title: 'Go to it in the plan' }, [
    nodeText,
  ]);
  link.addEventListener('click', () => options.show(node));
  const unfolding = element('details', { class: `advice-item ${severity}` }, [
    element('summary', {}, [
      icon('chevron'),
      icon(severity),
      element('span', { class: 'severity' }, [severityText, ': ']),
      element('span', { class: 'said' }, [message]),
    ]),
    element('div', { class: 'advice-more' }, [
      element('p', {}, [whatToDo]),
      ...code.map((one) => codeElement(one, options)),
      actions.length === 0
        ? null
        : element(
            'div',
            { class: 'buttons' },
            actions.map((button) => buttonElement(button, options.send)),
          ),
      element('p', { class: 'why' }, ['About ', link, `. ${why}`]),
    ]),
  ]);
  // Whoever reads about a node sees it marked, and reads on.
  unfolding.addEventListener('toggle', () => {
    if (unfolding.open) options.select(node);
  });
  return unfolding;
}

function codeElement({ language, text }: AdvisedCode, { send }: AdviceOptions): HTMLElement {
  return element('div', { class: 'code' }, [
    element('div', { class: 'code-head' }, [
      element('span', {}, [language]),
      buttonElement({ action: { kind: 'copy', text }, label: 'Copy' }, send, `Copy the ${language}`),
    ]),
    element('pre', { tabindex: 0, 'aria-label': language }, [text]),
  ]);
}
