// The parts of the page around the table.

import { type Button, buttonsFor } from '../actions.js';
import type { NodeDetails, Section } from '../details.js';
import type { Action, Pending, Shown, ShownFailure } from '../messages.js';
import type { Summary } from '../summary.js';
import { icon } from './drawings.js';
import { element } from './element.js';

type Act = (action: Action) => void;

/** Buttons that are seldom needed stand in a menu at its end. */
export function toolbar(shown: Shown, act: Act): HTMLElement {
  const buttons = buttonsFor(shown);
  const [menu, bar] = [buttons.filter(({ inMenu }) => inMenu), buttons.filter(({ inMenu }) => !inMenu)];
  return element('div', { class: 'buttons' }, [
    ...bar.map((button) => buttonElement(button, act)),
    menu.length === 0 ? null : menuElement('More…', menu, act),
  ]);
}

export function summaryElement({ source, statement, facts, notes }: Summary): HTMLElement {
  return element('div', { class: 'summary' }, [
    element('h1', {}, [icon('database'), element('span', {}, [source])]),
    statementElement(statement),
    element(
      'dl',
      { class: 'facts' },
      facts.map(({ name, value }) =>
        element('div', {}, [element('dt', {}, [name]), element('dd', {}, [value])]),
      ),
    ),
    notesElement(notes),
  ]);
}

/** More than two take the room of the plan: then they unfold. */
function notesElement(notes: readonly string[]): HTMLElement | null {
  if (notes.length === 0) return null;
  const list = element(
    'ul',
    {},
    notes.map((note) => element('li', {}, [note])),
  );
  if (notes.length <= 2) return element('div', { class: 'notes' }, [list]);
  return element('details', { class: 'notes' }, [
    element('summary', {}, [
      element('span', { class: 'notes-count' }, [`${notes.length} notes`]),
      element('span', { class: 'notes-first' }, [` ${notes[0]}`]),
    ]),
    list,
  ]);
}

/** A statement of one line that needs no unfolding. */
const SHORT = 60;

/** One line, which unfolds when there is more. */
function statementElement(statement: string): HTMLElement {
  if (statement.length <= SHORT && !statement.includes('\n'))
    return element('code', { class: 'statement' }, [statement]);
  const line = statement.replace(/\s+/g, ' ');
  return element('details', { class: 'statement' }, [
    element('summary', { title: 'Show the whole statement' }, [element('code', {}, [line])]),
    element('pre', {}, [statement]),
  ]);
}

export function pendingElement(shown: Pending, act: Act): HTMLElement {
  const { message } = shown;
  return element('main', { class: 'message', 'aria-busy': 'true' }, [
    element('div', { class: 'progress', role: 'progressbar', 'aria-label': message }),
    element('h1', {}, [message]),
    toolbar(shown, act),
  ]);
}

export function failureElement(shown: ShownFailure, act: Act): HTMLElement {
  const { message, whatToDo } = shown.failure;
  return element('main', { class: 'message' }, [
    element('h1', {}, [icon('warning'), element('span', {}, ['There is no plan'])]),
    element('p', {}, [message]),
    ...(whatToDo === '' ? [] : whatToDo.split('\n').map((line) => element('p', {}, [line]))),
    toolbar(shown, act),
  ]);
}

/** @param button stands below its name */
export function detailsElement(
  { title, subtitle, sections }: NodeDetails,
  button: HTMLElement | null,
): HTMLElement {
  return element('div', {}, [
    element('h2', {}, [
      element('span', { class: 'title' }, [title]),
      ' ',
      subtitle === '' ? null : element('span', { class: 'target' }, [subtitle]),
    ]),
    button,
    ...sections.map(sectionElement),
  ]);
}

function sectionElement({ title, entries }: Section): HTMLElement {
  return element('section', {}, [
    element('h3', {}, [title]),
    element(
      'dl',
      {},
      entries.map(({ name, value, code }) =>
        element('div', { class: code ? 'with-code' : '' }, [
          element('dt', {}, [name]),
          element('dd', {}, [code ? element('code', {}, [value]) : value]),
        ]),
      ),
    ),
  ]);
}

/** A button that opens a list of buttons; Escape and whatever is pressed close it. */
function menuElement(label: string, buttons: readonly Button[], act: Act): HTMLElement {
  const list = element(
    'div',
    { class: 'menu-list' },
    buttons.map((button) => buttonElement(button, act)),
  );
  const opener = element('summary', {}, [label]);
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

/** @param spoken what those hear who do not see what stands around it; left out: the label */
export function buttonElement({ action, label }: Button, act: Act, spoken?: string): HTMLElement {
  const attributes = { type: 'button', 'data-action': action.kind };
  const named = spoken === undefined ? attributes : { ...attributes, 'aria-label': spoken };
  const button = element('button', named, [label]);
  button.addEventListener('click', () => act(action));
  return button;
}
