// The plan as a treegrid, by the pattern of the ARIA Authoring Practices in which rows take the focus: arrow keys move and
// unfold, Home and End jump, `*` unfolds all, Enter goes to the details.

import type { Cell, PlanRow, PlanTable } from '../rows.js';
import { barOf, icon } from './drawings.js';
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

export class PlanTree {
  readonly element: HTMLElement;
  private readonly rows: readonly PlanRow[];
  private readonly elements: ReadonlyMap<string, HTMLTableRowElement>;
  private readonly collapsed: Set<string>;
  private selected: string;

  constructor(
    table: PlanTable,
    private readonly options: TreeOptions,
  ) {
    this.rows = table.rows;
    this.collapsed = new Set(options.collapsed);
    this.selected = this.row(options.selected)?.id ?? '0';
    this.elements = new Map(table.rows.map((row) => [row.id, rowElement(row)]));
    const body = element('tbody', { role: 'rowgroup' }, [...this.elements.values()]);
    this.element = element('table', { class: 'plan', role: 'treegrid', 'aria-label': 'Plan' }, [
      element('thead', { role: 'rowgroup' }, [
        element('tr', { role: 'row' }, [
          headerCell('Node', 'What is done, on which relation, and by which condition.', 'node'),
          ...table.columns.map(({ id, title, hint }) => headerCell(title, hint, id)),
        ]),
      ]),
      body,
    ]);
    body.addEventListener('keydown', (event) => this.keyDown(event));
    body.addEventListener('click', (event) => this.clicked(event));
    body.addEventListener('focusin', (event) => {
      const id = idOf(event.target);
      if (id !== null) this.select(id);
    });
    this.update();
  }

  focus(): void {
    this.elements.get(this.selected)?.focus();
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
    const act = keys[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  }

  private moveTo(id: string): void {
    this.select(id);
    this.focus();
    this.elements.get(id)?.scrollIntoView({ block: 'nearest' });
  }

  private select(id: string): void {
    if (id === this.selected) return;
    this.selected = id;
    this.update();
    this.options.onSelect(id);
  }

  private toggle(id: string): void {
    if ((this.row(id)?.children ?? 0) === 0) return;
    if (!this.collapsed.delete(id)) this.collapsed.add(id);
    this.collapsedChanged();
  }

  private unfoldAll(): void {
    this.collapsed.clear();
    this.collapsedChanged();
  }

  private collapsedChanged(): void {
    this.update();
    this.options.onCollapse([...this.collapsed]);
  }

  private update(): void {
    const visible = new Set(this.visibleRows().map(({ id }) => id));
    for (const { id, children } of this.rows) {
      const row = this.elements.get(id);
      if (row === undefined) continue;
      row.hidden = !visible.has(id);
      row.tabIndex = id === this.selected ? 0 : -1;
      row.setAttribute('aria-selected', String(id === this.selected));
      if (children > 0) row.setAttribute('aria-expanded', String(!this.collapsed.has(id)));
    }
  }

  private visibleRows(): readonly PlanRow[] {
    const hidden = new Set<string>();
    return this.rows.filter(({ id, parent }) => {
      if (parent === null || !(hidden.has(parent) || this.collapsed.has(parent))) return true;
      hidden.add(id);
      return false;
    });
  }

  private row(id: string | null): PlanRow | undefined {
    return this.rows.find((row) => row.id === id);
  }
}

function idOf(target: EventTarget | null): string | null {
  const row = target instanceof Element ? target.closest<HTMLElement>('tr[data-id]') : null;
  return row?.dataset.id ?? null;
}

function headerCell(title: string, hint: string, id: string): HTMLElement {
  return element('th', { role: 'columnheader', class: `column-${id}`, scope: 'col', title: hint }, [title]);
}

function rowElement(row: PlanRow): HTMLTableRowElement {
  const attributes = {
    role: 'row',
    'data-id': row.id,
    'aria-level': row.level,
    'aria-posinset': row.place,
    'aria-setsize': row.siblings,
    'aria-label': row.spoken,
    class: row.executed ? '' : 'not-run',
  };
  return element('tr', attributes, [nodeCell(row), ...row.cells.map(cellElement)]);
}

function nodeCell({ level, children, title, role, target, condition }: PlanRow): HTMLElement {
  const guides = Array.from({ length: level - 1 }, () => element('span', { class: 'guide' }));
  return element('td', { role: 'gridcell', class: 'node' }, [
    element('div', { class: 'node-line' }, [
      ...guides,
      element('span', { class: 'twistie' }, children > 0 ? [icon('chevron')] : []),
      element('div', { class: 'node-text' }, [
        element('div', { class: 'node-name' }, [
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

function cellElement({ text, aside, flag, bar }: Cell): HTMLElement {
  return element('td', { role: 'gridcell', class: bar === null ? 'number' : 'number with-bar' }, [
    element('div', { class: 'value' }, [bar === null ? null : barOf(bar), element('span', {}, [text])]),
    aside === '' ? null : element('div', { class: 'aside' }, [aside]),
    flag === null
      ? null
      : element('div', { class: `flag ${flag.severity}`, title: flag.hint }, [icon(flag.sign), flag.text]),
  ]);
}
