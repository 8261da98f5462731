// The buttons of a plan in one line: those that have no room stand in the menu at its end, above those that are seldom needed.

import { buttonsFor, fitting } from '../actions.js';
import type { Action, ShownPlan } from '../messages.js';
import { element } from './element.js';
import { buttonElement } from './parts.js';

type Act = (action: Action) => void;

/** As in buttons.css. */
const GAP = 6;

export function toolbar(shown: ShownPlan, act: Act): HTMLElement {
  const buttons = buttonsFor(shown);
  const always = buttons.filter(({ inMenu }) => inMenu);
  // Each stands in both places, and is seen in one of them.
  const inBar = buttons.filter(({ inMenu }) => !inMenu);
  const inLine = inBar.map((button) => buttonElement(button, act));
  const inMenu = inBar.map((button) => buttonElement(button, act));
  const menu = menuElement([...inMenu, ...always.map((button) => buttonElement(button, act))]);
  const bar = element('div', { class: 'toolbar', role: 'group', 'aria-label': 'What to do with the plan' }, [
    ...inLine,
    menu,
  ]);
  const arrange = () => {
    for (const button of inLine) button.hidden = false;
    const count = fitting(
      inLine.map(({ offsetWidth }) => offsetWidth),
      bar.clientWidth - menu.offsetWidth - GAP,
      GAP,
    );
    inLine.forEach((button, at) => {
      button.hidden = at >= count;
    });
    inMenu.forEach((button, at) => {
      button.hidden = at < count;
    });
  };
  // Ends with the element: nothing else holds it.
  new ResizeObserver(arrange).observe(bar);
  return bar;
}

/** A button that opens a list of buttons; Escape and whatever is pressed close it. */
function menuElement(buttons: readonly HTMLElement[]): HTMLElement {
  const list = element('div', { class: 'menu-list' }, [...buttons]);
  const opener = element('summary', {}, ['More…']);
  const menu = element('details', { class: 'menu' }, [opener, list]);
  const close = () => menu.removeAttribute('open');
  list.addEventListener('click', close);
  menu.addEventListener('keydown', ({ key }) => {
    if (key !== 'Escape') return;
    close();
    opener.focus();
  });
  menu.addEventListener('focusout', ({ relatedTarget }) => {
    if (relatedTarget instanceof Node && !menu.contains(relatedTarget)) close();
  });
  return menu;
}
