// The icicle of a plan, as a tree by the pattern of the ARIA Authoring Practices: arrow keys move, Space zooms in, Escape zooms
// out, Enter goes to the details. Widths are set through the style object: the page's policy allows no inline styles in markup.

import type { Work } from '../../../../../server/src/plans/node-types.js';
import { type Block, icicleOf, type Measure, measuresOf, zoomFor } from '../icicle.js';
import type { ShownPlan } from '../messages.js';
import { WORK } from '../work.js';
import { icon } from './drawings.js';
import { element } from './element.js';
import type { MountedView, PlanPage, PlanView } from './view.js';

/** What is narrower is not drawn: nobody could see or press it. */
const VISIBLE = 0.002;
/** So wide a node is when it is selected elsewhere. */
const LEGIBLE = 0.03;
/** More than fit on a screen with two lines for each. */
const MANY_LEVELS = 8;

const MEASURES: Readonly<Record<Measure, string>> = { time: 'Time', cost: 'Cost' };

export const icicleView: PlanView = {
  id: 'icicle',
  title: 'Icicle',
  available: ({ result }) => measuresOf(result.plan).length > 0,
  mount: (shown, page) => new Icicle(shown, page),
};

class Icicle implements MountedView {
  readonly element: HTMLElement;
  readonly fromTop = true;
  private readonly measures: readonly Measure[];
  private measure: Measure;
  private blocks: readonly Block[] = [];
  private drawn = new Map<string, HTMLElement>();
  private zoom = '0';
  private readonly tree = element('div', {
    class: 'icicle',
    role: 'tree',
    'aria-label': 'Icicle of the plan',
  });
  private readonly note = element('span', { class: 'icicle-note' });
  private readonly out = element('button', { type: 'button' }, ['Whole plan']);

  constructor(
    private readonly shown: ShownPlan,
    private readonly page: PlanPage,
  ) {
    this.measures = measuresOf(shown.result.plan);
    this.measure = this.measures[0] ?? 'cost';
    this.out.addEventListener('click', () => this.zoomTo('0'));
    this.tree.addEventListener('click', ({ target }) => this.clicked(target));
    this.tree.addEventListener('dblclick', ({ target }) => this.zoomTo(idOf(target) ?? this.zoom));
    this.tree.addEventListener('keydown', (event) => this.keyDown(event));
    this.tree.addEventListener('focusin', ({ target }) => this.choose(idOf(target)));
    this.element = element('div', { class: 'icicle-view' }, [
      element('div', { class: 'icicle-bar' }, [
        this.measures.length > 1 ? this.measureChoice() : null,
        this.out,
        this.note,
        element('span', { class: 'legend' }, this.legend()),
      ]),
      this.tree,
    ]);
    this.draw(this.measure);
  }

  select(id: string): void {
    const block = this.drawn.get(id);
    if (block === undefined || this.block(id).share / this.block(this.zoom).share < VISIBLE) {
      this.zoomTo(zoomFor(this.blocks, id, LEGIBLE));
    } else this.mark();
  }

  reveal(): void {
    this.drawn.get(this.page.selected())?.scrollIntoView({ block: 'nearest' });
  }

  focus(): void {
    this.tree.querySelector<HTMLElement>('[tabindex="0"]')?.focus({ preventScroll: true });
  }

  private draw(measure: Measure): void {
    this.measure = measure;
    this.blocks = icicleOf(this.shown.result.plan, measure);
    this.zoomTo(zoomFor(this.blocks, this.page.selected(), VISIBLE));
  }

  private zoomTo(id: string): void {
    const zoomed = this.block(id);
    if (zoomed.share === 0) return;
    this.zoom = id;
    const hadFocus = this.tree.contains(document.activeElement);
    const visible = this.blocks.flatMap((block) => {
      const place = placeIn(block, zoomed);
      return place === null ? [] : [{ block, place }];
    });
    this.drawn = new Map(visible.map(({ block, place }) => [block.id, blockElement(block, place)]));
    this.tree.replaceChildren(...this.drawn.values());
    const levels = visible.reduce((deepest, { block }) => Math.max(deepest, block.level), 1);
    this.tree.style.setProperty('--levels', String(levels));
    this.tree.classList.toggle('deep', levels > MANY_LEVELS);
    this.out.hidden = id === '0';
    this.mark();
    if (hadFocus) this.focus();
  }

  /** What is selected, or else what is zoomed to, can be reached by Tab. */
  private mark(): void {
    const selected = this.page.selected();
    const isDrawn = this.drawn.has(selected);
    const reachable = isDrawn ? selected : this.zoom;
    for (const [id, block] of this.drawn) {
      block.setAttribute('aria-selected', String(id === selected));
      block.tabIndex = id === reachable ? 0 : -1;
    }
    const little = this.measure === 'time' ? 'time' : 'cost';
    this.note.textContent = isDrawn ? '' : `The selected node takes too little ${little} to be drawn here.`;
  }

  private choose(id: string | null): void {
    if (id === null || id === this.page.selected()) return;
    this.page.select(id);
    this.mark();
  }

  private clicked(target: EventTarget | null): void {
    const id = idOf(target);
    if (id !== null) this.drawn.get(id)?.focus();
  }

  private keyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const id = idOf(event.target);
    if (id === null) return;
    const block = this.block(id);
    const beside = this.blocks.filter(({ id: one, level }) => level === block.level && this.drawn.has(one));
    const at = beside.indexOf(block);
    const keys: Readonly<Record<string, () => string | null | undefined>> = {
      ArrowDown: () => this.blocks.find(({ id: one, parent }) => parent === id && this.drawn.has(one))?.id,
      ArrowUp: () => block.parent,
      ArrowRight: () => beside[at + 1]?.id,
      ArrowLeft: () => beside[at - 1]?.id,
      Home: () => this.blocks[0]?.id,
      End: () => [...this.drawn.keys()].at(-1),
    };
    const acts: Readonly<Record<string, () => void>> = {
      ' ': () => this.zoomTo(id === this.zoom ? '0' : id),
      Escape: () => this.zoomTo(this.block(this.zoom).parent ?? '0'),
      Enter: () => this.page.openDetails(),
    };
    const move = keys[event.key];
    const act = acts[event.key];
    if (move === undefined && act === undefined) return;
    event.preventDefault();
    act?.();
    const next = move?.();
    if (next != null) this.drawn.get(next)?.focus();
  }

  private block(id: string): Block {
    const block = this.blocks.find((one) => one.id === id) ?? this.blocks[0];
    if (block === undefined) throw new Error('a plan has a node');
    return block;
  }

  private measureChoice(): HTMLElement {
    const choices = this.measures.map((measure) => {
      const input = element('input', {
        type: 'radio',
        name: 'measure',
        value: measure,
        checked: measure === this.measure,
      });
      input.addEventListener('change', () => this.draw(measure));
      return element('label', {}, [input, MEASURES[measure]]);
    });
    return element(
      'span',
      { class: 'measures', role: 'radiogroup', 'aria-label': 'Width of a node' },
      choices,
    );
  }

  /** Of the kinds of work that the plan has. */
  private legend(): readonly HTMLElement[] {
    const there = new Set(icicleOf(this.shown.result.plan, this.measure).map(({ work }) => work));
    return (Object.keys(WORK) as Work[])
      .filter((work) => there.has(work))
      .map((work) => element('span', { class: `work-${work}` }, [icon(work), WORK[work]]));
  }
}

interface Drawn {
  /** 0 to 1 of what is seen. */
  readonly start: number;
  readonly width: number;
  /** It stands above what is zoomed to. */
  readonly above: boolean;
}

/** What stands above the node that is zoomed to is as wide as all, so that the way back can be seen; `null`: not drawn. */
function placeIn(block: Block, zoomed: Block): Drawn | null {
  if (zoomed.id.startsWith(`${block.id}.`)) return { start: 0, width: 1, above: true };
  if (block.id !== zoomed.id && !block.id.startsWith(`${zoomed.id}.`)) return null;
  const width = block.share / zoomed.share;
  return width < VISIBLE ? null : { start: (block.start - zoomed.start) / zoomed.share, width, above: false };
}

function blockElement(block: Block, { start, width, above }: Drawn): HTMLElement {
  const { id, level, place, siblings, title, target, shareText, work, hint, spoken } = block;
  const attributes = {
    role: 'treeitem',
    class: `block work-${work}${above ? ' above' : ''}`,
    'data-id': id,
    'aria-level': level,
    'aria-posinset': place,
    'aria-setsize': siblings,
    'aria-label': spoken,
    title: `${[title, target].filter((part) => part !== '').join(' ')}\n${shareText}. ${hint}`,
  };
  const made = element('div', attributes, [
    element('div', { class: 'block-line' }, [
      element('div', { class: 'block-name' }, [icon(work), element('span', { class: 'title' }, [title])]),
      element('div', { class: 'block-more' }, [
        element('span', {}, [shareText]),
        target === '' ? null : element('span', { class: 'target' }, [target]),
      ]),
    ]),
  ]);
  made.style.left = `${start * 100}%`;
  made.style.width = `${width * 100}%`;
  made.style.setProperty('--level', String(level - 1));
  return made;
}

function idOf(target: EventTarget | null): string | null {
  const block = target instanceof Element ? target.closest<HTMLElement>('.block') : null;
  return block?.dataset.id ?? null;
}
