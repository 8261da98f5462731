// Two plans side by side: what has changed in words and in all, then node by node. Rows take the focus, as in the table:
// arrow keys move, `n` and `p` go to the next and the previous change.

import { type ComparedCell, changeText } from '../../../../../server/src/plans/compare.js';
import { type ComparisonPage, type ComparisonRow, comparisonOf } from '../comparison.js';
import { guidesOf } from './drawings.js';
import { element } from './element.js';
import type { PlanView } from './view.js';

export const compareView: PlanView = {
  id: 'compare',
  title: 'Comparison',
  available: ({ compare }) => compare !== undefined,

  mount(shown, page) {
    const { compare } = shown;
    if (compare === undefined) {
      return { element: element('div'), select: () => {}, reveal: () => {}, focus: () => {} };
    }
    const comparison = comparisonOf(shown, compare);
    const table = new ComparisonTable(comparison, (id) => page.select(id));
    return {
      element: element('div', { class: 'compare' }, [summary(comparison), table.element]),
      select: (id) => table.select(id),
      focus: () => table.focus(),
      reveal: () => table.reveal(),
      wide: true,
    };
  },
};

/** More of them would push the plans away, which show them, too. */
const FIRST_CHANGES = 3;

function summary({ totals, sentences, cautions }: ComparisonPage): HTMLElement {
  const list = (name: string, items: readonly string[], label: string) =>
    items.length === 0
      ? null
      : element(
          'ul',
          { class: name, 'aria-label': label },
          items.map((item) => element('li', {}, [item])),
        );
  const changed = totals.filter(({ direction }) => direction !== 'same');
  const same = totals
    .filter(({ direction }) => direction === 'same')
    .map(({ name, after }) => `${name} ${after}`)
    .join(', ');
  return element('div', { class: 'compare-summary' }, [
    element('dl', { class: 'totals' }, [
      ...changed.map(({ name, before, after, verdict, direction }) =>
        element('div', { class: direction }, [
          element('dt', {}, [name]),
          element('dd', {}, [
            element('span', { class: 'old' }, [before]),
            ' → ',
            element('span', { class: 'new' }, [after]),
            element('span', { class: 'verdict' }, [verdict]),
          ]),
        ]),
      ),
      same === '' ? null : element('div', {}, [element('dt', {}, ['The same']), element('dd', {}, [same])]),
    ]),
    sentences.length === 0
      ? element('p', { class: 'changes' }, ['Both plans do the same.'])
      : list('changes', sentences.slice(0, FIRST_CHANGES), 'What has changed'),
    sentences.length <= FIRST_CHANGES
      ? null
      : element('details', {}, [
          element('summary', {}, [`${sentences.length - FIRST_CHANGES} more changes`]),
          list('changes', sentences.slice(FIRST_CHANGES), 'More changes'),
        ]),
    list('cautions', cautions, 'With care'),
  ]);
}

class ComparisonTable {
  readonly element: HTMLElement;
  private readonly rows: readonly HTMLTableRowElement[];
  private current = 0;

  constructor(
    private readonly comparison: ComparisonPage,
    private readonly onSelect: (id: string) => void,
  ) {
    const { before, after, columns, rows } = comparison;
    this.rows = rows.map(rowElement);
    const body = element('tbody', {}, [...this.rows]);
    const side = (name: string, { label, source }: ComparisonPage['before']) =>
      element('th', { scope: 'col', class: 'side' }, [
        `${name}: ${label}`,
        source === '' ? null : element('div', { class: 'aside' }, [source]),
      ]);
    this.element = element(
      'table',
      { class: 'comparison', role: 'treegrid', 'aria-label': 'Comparison of two plans' },
      [
        element('thead', {}, [
          element('tr', {}, [
            side('Before', before),
            side('After', after),
            ...columns.map((title) => element('th', { scope: 'col', class: 'number' }, [title])),
          ]),
        ]),
        body,
      ],
    );
    this.element.style.setProperty('--measures', String(columns.length));
    const levels = rows.reduce((deepest, { level }) => Math.max(deepest, level), 1);
    this.element.style.setProperty('--levels', String(levels));
    body.addEventListener('keydown', (event) => this.keyDown(event));
    body.addEventListener('click', ({ target }) => {
      const row = target instanceof Element ? target.closest('tr') : null;
      const at = row === null ? -1 : this.rows.indexOf(row);
      if (at !== -1) this.moveTo(at);
    });
    this.mark();
  }

  focus(): void {
    this.rows[this.current]?.focus({ preventScroll: true });
  }

  reveal(): void {
    this.rows[this.current]?.scrollIntoView({ block: 'nearest' });
  }

  /** @param node of the plan that is shown */
  select(node: string): void {
    const at = this.comparison.rows.findIndex(({ shown }) => shown === node);
    if (at === -1) return;
    this.current = at;
    this.mark();
  }

  private keyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { rows } = this.comparison;
    const changed = (step: 1 | -1) => {
      for (let at = this.current + step; at >= 0 && at < rows.length; at += step) {
        const change = rows[at]?.change;
        if (change !== 'same' && change !== 'numbers') return at;
      }
      return this.current;
    };
    const keys: Readonly<Record<string, () => number>> = {
      ArrowDown: () => this.current + 1,
      ArrowUp: () => this.current - 1,
      PageDown: () => this.current + 10,
      PageUp: () => this.current - 10,
      Home: () => 0,
      End: () => rows.length - 1,
      n: () => changed(1),
      p: () => changed(-1),
    };
    const to = keys[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.moveTo(Math.max(0, Math.min(rows.length - 1, to())));
  }

  private moveTo(at: number): void {
    this.current = at;
    this.mark();
    this.focus();
    this.reveal();
    const node = this.comparison.rows[at]?.shown;
    if (node != null) this.onSelect(node);
  }

  private mark(): void {
    for (const [at, row] of this.rows.entries()) {
      row.tabIndex = at === this.current ? 0 : -1;
      row.setAttribute('aria-selected', String(at === this.current));
    }
  }
}

function rowElement(row: ComparisonRow): HTMLTableRowElement {
  const attributes = { role: 'row', class: row.change, 'aria-level': row.level, 'aria-label': row.spoken };
  return element('tr', attributes, [
    sideCell(row, 'before'),
    sideCell(row, 'after'),
    ...row.cells.map(numberCell),
  ]);
}

function sideCell(row: ComparisonRow, side: 'before' | 'after'): HTMLElement {
  const { level, change, words } = row;
  const node = row[side];
  if (node === null) return element('td', { role: 'gridcell', class: `side ${side} gap` });
  const { title, target, condition } = node;
  const told = change !== 'same' && change !== 'numbers' && (side === 'after' || row.after === null);
  return element('td', { role: 'gridcell', class: `side ${side}` }, [
    element('div', { class: 'node-line' }, [
      guidesOf(level),
      element('div', { class: 'node-text' }, [
        element('div', { class: 'node-name' }, [
          element('span', { class: 'title' }, [title]),
          ' ',
          target === '' ? null : element('span', { class: 'target' }, [target]),
          told ? ' ' : null,
          told ? element('span', { class: `mark-${change}`, title: words }, [changeText(change)]) : null,
        ]),
        condition === '' ? null : element('div', { class: 'condition', title: condition }, [condition]),
      ]),
    ]),
  ]);
}

function numberCell({ before, after, verdict, direction }: ComparedCell): HTMLElement {
  const both = before !== '' && after !== '' && before !== after;
  return element('td', { role: 'gridcell', class: `number ${direction}` }, [
    both
      ? element('div', { class: 'value' }, [
          element('span', { class: 'old' }, [before]),
          element('span', { class: 'new' }, [`→ ${after}`]),
        ])
      : element('div', { class: 'value' }, [after || before]),
    verdict === '' ? null : element('div', { class: 'verdict' }, [verdict]),
  ]);
}
