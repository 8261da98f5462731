// The plan as a treegrid, by the pattern of the ARIA Authoring Practices in which rows take the focus: arrow keys move and
// unfold, Home and End jump, letters go to a node or relation, `*` unfolds all, Enter goes to the details.

import { markText } from '../advice.js';
import type { Cell, PlanRow, PlanTable } from '../rows.js';
import { barOf, guidesOf, icon } from './drawings.js';
import { element } from './element.js';

export interface TreeOptions {
  readonly collapsed: readonly string[];
  readonly selected: string | null;
  onSelect(id: string): void;
  onCollapse(collapsed: readonly string[]): void;
  /** Enter: the user wants to know all about the selected node. */
  onOpen(): void;
}

const PAGE = 10;
/** Keys that follow each other faster than this spell one word. */
const TYPING_MS = 600;

export class PlanTree {
  readonly element: HTMLElement;
  private readonly body = element('tbody', { role: 'rowgroup' });
  private readonly rows: ReadonlyMap<string, PlanRow>;
  /** Of rows that have been visible: a large plan is mostly folded. */
  private readonly elements = new Map<string, HTMLTableRowElement>();
  private readonly columns: readonly string[];
  private readonly collapsed: Set<string>;
  private selected: string;
  private typed = '';
  private typedAt = 0;

  constructor(
    table: PlanTable,
    private readonly options: TreeOptions,
  ) {
    this.rows = new Map(table.rows.map((row) => [row.id, row]));
    this.collapsed = new Set(options.collapsed);
    this.selected = this.rows.has(options.selected ?? '') ? (options.selected ?? '0') : '0';
    this.columns = table.columns.map(({ id }) => id);
    const timed = this.columns.includes('time') ? ' timed' : '';
    this.element = element('table', { class: `plan${timed}`, role: 'treegrid', 'aria-label': 'Plan' }, [
      element('thead', { role: 'rowgroup' }, [
        element('tr', { role: 'row' }, [
          headerCell('Node', 'What is done, on which relation, and by which condition.', 'node'),
          ...table.columns.map(({ id, title, hint }) => headerCell(title, hint, id)),
        ]),
      ]),
      this.body,
    ]);
    const levels = table.rows.reduce((deepest, { level }) => Math.max(deepest, level), 1);
    this.element.style.setProperty('--levels', String(levels));
    this.body.addEventListener('keydown', (event) => this.keyDown(event));
    this.body.addEventListener('click', (event) => this.clicked(event));
    this.body.addEventListener('focusin', (event) => {
      const id = idOf(event.target);
      if (id !== null) this.select(id);
    });
    this.unfoldTo(this.selected);
    this.render();
  }

  focus(): void {
    this.elements.get(this.selected)?.focus({ preventScroll: true });
  }

  reveal(): void {
    this.elements.get(this.selected)?.scrollIntoView({ block: 'nearest' });
  }

  /** Selects a row from outside, and unfolds what hides it. */
  show(id: string): void {
    if (!this.rows.has(id)) return;
    if (this.unfoldTo(id)) this.collapsedChanged();
    this.mark(id);
  }

  private clicked({ target }: MouseEvent): void {
    const id = idOf(target);
    if (id === null) return;
    if (target instanceof Element && target.closest('.twistie') !== null) this.toggle(id);
    this.moveTo(id);
  }

  private keyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const visible = this.visibleRows();
    const at = visible.findIndex(({ id }) => id === this.selected);
    const row = visible[at];
    if (row === undefined) return;
    const go = (index: number) =>
      this.moveTo(visible[Math.max(0, Math.min(visible.length - 1, index))]?.id ?? row.id);
    const folded = this.collapsed.has(row.id);
    const keys: Readonly<Record<string, () => void>> = {
      ArrowDown: () => go(at + 1),
      ArrowUp: () => go(at - 1),
      PageDown: () => go(at + PAGE),
      PageUp: () => go(at - PAGE),
      Home: () => go(0),
      End: () => go(visible.length - 1),
      ArrowRight: () => (folded ? this.toggle(row.id) : row.children > 0 && go(at + 1)),
      ArrowLeft: () =>
        row.children > 0 && !folded ? this.toggle(row.id) : row.parent !== null && this.moveTo(row.parent),
      '*': () => this.unfoldAll(),
      Enter: () => this.options.onOpen(),
    };
    const act =
      keys[event.key] ?? (/^\S$/u.test(event.key) ? () => this.typeAhead(event.key, visible, at) : null);
    if (act === null) return;
    event.preventDefault();
    act();
  }

  /** To the next row whose node or relation begins with what is typed; the same letter again goes on to the next. */
  private typeAhead(key: string, visible: readonly PlanRow[], at: number): void {
    const now = performance.now();
    const goesOn = now - this.typedAt < TYPING_MS;
    this.typedAt = now;
    this.typed = goesOn && this.typed !== key ? this.typed + key : key;
    const word = this.typed.toLowerCase();
    // A word that is being spelled may go on in the row where it is.
    const from = word.length > 1 ? at : at + 1;
    const inOrder = [...visible.slice(from), ...visible.slice(0, from)];
    const found = inOrder.find(({ title, target }) =>
      [title, target].some((text) => text.toLowerCase().startsWith(word)),
    );
    if (found !== undefined) this.moveTo(found.id);
  }

  private moveTo(id: string): void {
    this.select(id);
    this.focus();
    this.reveal();
  }

  private select(id: string): void {
    if (id === this.selected) return;
    this.mark(id);
    this.options.onSelect(id);
  }

  private mark(id: string): void {
    const before = this.elements.get(this.selected);
    this.selected = id;
    for (const row of [before, this.elements.get(id)]) if (row !== undefined) this.markRow(row);
  }

  private markRow(row: HTMLTableRowElement): void {
    const isSelected = row.dataset.id === this.selected;
    row.tabIndex = isSelected ? 0 : -1;
    row.setAttribute('aria-selected', String(isSelected));
  }

  private toggle(id: string): void {
    if ((this.rows.get(id)?.children ?? 0) === 0) return;
    if (!this.collapsed.delete(id)) this.collapsed.add(id);
    this.collapsedChanged();
  }

  private unfoldAll(): void {
    this.collapsed.clear();
    this.collapsedChanged();
  }

  /** @returns whether something hid the row */
  private unfoldTo(id: string): boolean {
    let hidden = false;
    for (let up = this.rows.get(id)?.parent ?? null; up !== null; up = this.rows.get(up)?.parent ?? null) {
      hidden = this.collapsed.delete(up) || hidden;
    }
    return hidden;
  }

  private collapsedChanged(): void {
    const hadFocus = this.body.contains(document.activeElement);
    this.render();
    if (hadFocus) this.focus();
    this.options.onCollapse([...this.collapsed]);
  }

  private render(): void {
    const shown = this.visibleRows().map((row) => {
      const made = this.elements.get(row.id) ?? rowElement(row, this.columns);
      this.elements.set(row.id, made);
      if (row.children > 0) made.setAttribute('aria-expanded', String(!this.collapsed.has(row.id)));
      this.markRow(made);
      return made;
    });
    this.body.replaceChildren(...shown);
  }

  private visibleRows(): readonly PlanRow[] {
    const hidden = new Set<string>();
    return [...this.rows.values()].filter(({ id, parent }) => {
      if (parent === null || !(hidden.has(parent) || this.collapsed.has(parent))) return true;
      hidden.add(id);
      return false;
    });
  }
}

function idOf(target: EventTarget | null): string | null {
  const row = target instanceof Element ? target.closest<HTMLElement>('tr[data-id]') : null;
  return row?.dataset.id ?? null;
}

function headerCell(title: string, hint: string, id: string): HTMLElement {
  return element('th', { role: 'columnheader', class: `column-${id}`, scope: 'col', title: hint }, [title]);
}

function rowElement(row: PlanRow, columns: readonly string[]): HTMLTableRowElement {
  const attributes = {
    role: 'row',
    'data-id': row.id,
    'aria-level': row.level,
    'aria-posinset': row.place,
    'aria-setsize': row.siblings,
    'aria-label': row.spoken,
    class: row.executed ? '' : 'not-run',
  };
  return element('tr', attributes, [
    nodeCell(row),
    ...row.cells.map((cell, at) => cellElement(cell, columns[at] ?? '')),
  ]);
}

function nodeCell({ level, children, title, role, target, condition, mark }: PlanRow): HTMLElement {
  return element('td', { role: 'gridcell', class: 'node' }, [
    element('div', { class: 'node-line' }, [
      guidesOf(level),
      element('span', { class: 'twistie' }, children > 0 ? [icon('chevron')] : []),
      element('div', { class: 'node-text' }, [
        element('div', { class: 'node-name' }, [
          mark === null
            ? null
            : element('span', { class: `mark ${mark.severity}`, title: markText(mark) }, [
                icon(mark.severity),
              ]),
          role === '' ? null : element('span', { class: 'role' }, [role]),
          // The spaces are where a line may break.
          ' ',
          element('span', { class: 'title' }, [title]),
          ' ',
          target === '' ? null : element('span', { class: 'target', title: target }, breakable(target)),
        ]),
        condition === '' ? null : element('div', { class: 'condition', title: condition }, [condition]),
      ]),
    ]),
  ]);
}

/** Names of indexes are long: where there is no room for them they break between words. */
function breakable(text: string): readonly (Node | string)[] {
  return text.split(/(?<=[_.])/).flatMap((part, at) => (at === 0 ? [part] : [element('wbr'), part]));
}

function cellElement({ text, aside, flag, bar }: Cell, column: string): HTMLElement {
  const kind = bar === null ? 'number' : 'number with-bar';
  return element('td', { role: 'gridcell', class: `${kind} column-${column}` }, [
    element('div', { class: 'value' }, [bar === null ? null : barOf(bar), element('span', {}, [text])]),
    aside === '' ? null : element('div', { class: 'aside' }, [aside]),
    flag === null
      ? null
      : element('div', { class: `flag ${flag.severity}`, title: flag.hint }, [icon(flag.sign), flag.text]),
  ]);
}
