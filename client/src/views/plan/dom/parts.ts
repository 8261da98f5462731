// The parts of the page around the table.

import { type Button, buttonsFor } from '../actions.js';
import type { NodeDetails, Section } from '../details.js';
import type { Action, Pending, ShownFailure } from '../messages.js';
import { askedText, type Summary } from '../summary.js';
import { icon } from './drawings.js';
import { element } from './element.js';

type Act = (action: Action) => void;

function buttonRow(shown: Pending | ShownFailure, act: Act): HTMLElement {
  return element(
    'div',
    { class: 'buttons' },
    buttonsFor(shown).map((button) => buttonElement(button, act)),
  );
}

export function summaryElement({ source, statement, facts, notes }: Summary): HTMLElement {
  return element('div', { class: 'summary' }, [
    element('div', { class: 'source' }, [
      element('h1', {}, [icon('database'), element('span', {}, [source])]),
      element(
        'dl',
        { class: 'facts' },
        facts.map(({ name, value }) =>
          element('div', {}, [element('dt', {}, [name]), element('dd', {}, [value])]),
        ),
      ),
    ]),
    statementElement(statement),
    notesElement(notes),
  ]);
}

/** More than one take the room of the plan: then they unfold. */
function notesElement(notes: readonly string[]): HTMLElement | null {
  const [first, ...others] = notes;
  if (first === undefined) return null;
  if (others.length === 0) return element('div', { class: 'notes' }, [first]);
  const list = element(
    'ul',
    {},
    notes.map((note) => element('li', {}, [note])),
  );
  return element('details', { class: 'notes' }, [
    element('summary', {}, [
      element('span', { class: 'notes-count' }, [`${notes.length} notes`]),
      element('span', { class: 'notes-first' }, [` ${first}`]),
    ]),
    list,
  ]);
}

/** A statement of one line that needs no unfolding. */
const SHORT = 60;
/** A line of more is never seen, and takes long to lay out. */
const LONGEST_LINE = 500;

/** One line, which unfolds when there is more. */
function statementElement(statement: string): HTMLElement | null {
  if (statement === '') return null;
  if (statement.length <= SHORT && !statement.includes('\n'))
    return element('code', { class: 'statement' }, [statement]);
  const line = statement.replace(/\s+/g, ' ').slice(0, LONGEST_LINE);
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
    buttonRow(shown, act),
  ]);
}

export function failureElement(shown: ShownFailure, act: Act): HTMLElement {
  const { message, whatToDo } = shown.failure;
  return element('main', { class: 'message' }, [
    element('h1', {}, [icon('warning'), element('span', {}, [`No plan from ${askedText(shown.request)}`])]),
    element('p', {}, [message]),
    ...(whatToDo === '' ? [] : whatToDo.split('\n').map((line) => element('p', {}, [line]))),
    buttonRow(shown, act),
  ]);
}

/** @param buttons stand beside its name, or below it */
export function detailsElements(
  { title, subtitle, sections }: NodeDetails,
  buttons: readonly HTMLElement[],
): readonly HTMLElement[] {
  return [
    element('div', { class: 'details-head' }, [
      element('h2', {}, [
        element('span', { class: 'title' }, [title]),
        ' ',
        subtitle === '' ? null : element('span', { class: 'target' }, [subtitle]),
      ]),
      ...buttons,
    ]),
    element('div', { class: 'details-more' }, sections.map(sectionElement)),
  ];
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

/** @param spoken what those hear who do not see what stands around it; left out: the label */
export function buttonElement({ action, label, hint }: Button, act: Act, spoken?: string): HTMLElement {
  const attributes = {
    type: 'button',
    'data-action': action.kind,
    ...(hint === undefined ? {} : { title: hint }),
    ...(spoken === undefined ? {} : { 'aria-label': spoken }),
  };
  const button = element('button', attributes, [label]);
  button.addEventListener('click', () => act(action));
  return button;
}
