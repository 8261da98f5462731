// The parts of the page around the table.

import { type Button, buttonsFor } from '../actions.js';
import type { NodeDetails, Section } from '../details.js';
import type { Action, Pending, Shown, ShownFailure } from '../messages.js';
import type { Summary } from '../summary.js';
import { icon } from './drawings.js';
import { element } from './element.js';

type Act = (action: Action) => void;

export function toolbar(shown: Shown, act: Act): HTMLElement {
  return element(
    'div',
    { class: 'buttons' },
    buttonsFor(shown).map((button) => buttonElement(button, act)),
  );
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
    notes.length === 0
      ? null
      : element(
          'ul',
          { class: 'notes' },
          notes.map((note) => element('li', {}, [note])),
        ),
  ]);
}

/** One line, which unfolds when there is more. */
function statementElement(statement: string): HTMLElement {
  if (!statement.includes('\n')) return element('code', { class: 'statement' }, [statement]);
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

export function detailsElement({ title, subtitle, sections }: NodeDetails): HTMLElement {
  return element('div', {}, [
    element('h2', {}, [
      element('span', { class: 'title' }, [title]),
      ' ',
      subtitle === '' ? null : element('span', { class: 'target' }, [subtitle]),
    ]),
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

function buttonElement({ action, label }: Button, act: Act): HTMLElement {
  const button = element('button', { type: 'button', 'data-action': action }, [label]);
  button.addEventListener('click', () => act(action));
  return button;
}
