// The tabs over the plan, by the pattern of the ARIA Authoring Practices in which the focus stands on the tab that is open:
// arrow keys, Home and End open another one.

import { element } from './element.js';

export interface Tab {
  readonly id: string;
  readonly title: string;
}

export const TAB_PANEL = 'plan-view';

/** @param open what is opened by the user; the tabs are then made anew */
export function tabList(tabs: readonly Tab[], current: string, open: (id: string) => void): HTMLElement {
  const buttons = tabs.map(({ id, title }) => {
    const isOpen = id === current;
    const button = element(
      'button',
      {
        type: 'button',
        role: 'tab',
        class: 'tab',
        id: tabId(id),
        'aria-selected': String(isOpen),
        'aria-controls': TAB_PANEL,
        tabindex: isOpen ? 0 : -1,
      },
      [title],
    );
    button.addEventListener('click', () => open(id));
    return button;
  });
  const list = element(
    'div',
    { class: 'tabs', role: 'tablist', 'aria-label': 'Ways to see the plan' },
    buttons,
  );
  list.addEventListener('keydown', (event) => {
    const at = tabs.findIndex(({ id }) => id === current);
    const keys: Readonly<Record<string, number>> = {
      ArrowRight: (at + 1) % tabs.length,
      ArrowLeft: (at + tabs.length - 1) % tabs.length,
      Home: 0,
      End: tabs.length - 1,
    };
    const next = tabs[keys[event.key] ?? -1];
    if (next === undefined) return;
    event.preventDefault();
    open(next.id);
    document.getElementById(tabId(next.id))?.focus();
  });
  return list;
}

export function tabId(id: string): string {
  return `tab-${id}`;
}
