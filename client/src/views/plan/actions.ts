// The buttons of the plan view: which there are, depends on what is shown. The most needed come first.

import type { Action, PlainAction, Shown, ShownPlan } from './messages.js';

export interface Button {
  readonly action: Action;
  readonly label: string;
  /** Seldom needed: always in the menu "More…". Left out: in the line, where that has room. */
  readonly inMenu?: true;
  /** More about it, for those who wonder. Left out: the label says all. */
  readonly hint?: string;
}

/** How many of the first have room. Widths and the gap between two are in the same unit. */
export function fitting(widths: readonly number[], room: number, gap: number): number {
  let taken = -gap;
  const tooMuch = widths.findIndex((width) => {
    taken += gap + width;
    return taken > room;
  });
  return tooMuch === -1 ? widths.length : tooMuch;
}

export function buttonsFor(shown: Shown): readonly Button[] {
  switch (shown.kind) {
    case 'pending':
      return [{ action: { kind: 'cancel' }, label: 'Cancel' }];
    case 'failed':
      return [
        { action: { kind: 'again' }, label: 'Try again' },
        { action: { kind: 'other-connection' }, label: 'Other connection…' },
        { action: { kind: 'show-statement' }, label: 'Go to statement' },
      ];
    case 'plan':
      return planButtons(shown);
  }
}

function planButtons({ request, result, before, compare }: ShownPlan): readonly Button[] {
  const { source, plan, parameters } = result;
  const button = (kind: PlainAction, label: string): Button => ({ action: { kind }, label });
  const inMenu = (kind: PlainAction, label: string): Button => ({ ...button(kind, label), inMenu: true });
  // The embedded server has no rows: to measure there says nothing.
  const measurable = request !== null && source.kind === 'database' && !plan.analyzed;
  const isCompared = before !== undefined && compare?.id === before.id;
  const hasParameters = request !== null && parameters?.length > 0;
  return [
    ...(measurable ? [button('measure', 'Run and measure…')] : []),
    ...(hasParameters ? [button('explain-with-values', 'With values…')] : []),
    ...(before === undefined || isCompared
      ? []
      : [
          {
            action: { kind: 'compare', id: before.id },
            label: 'Compare with the plan before',
            hint: before.label,
          } as const,
        ]),
    { action: { kind: 'compare', id: '' }, label: 'Compare with…' },
    ...(request === null ? [] : [button('advise-indexes', 'Advise indexes…')]),
    ...(request === null ? [] : [button('other-connection', 'Other connection…')]),
    ...(request === null ? [] : [button('show-statement', 'Go to statement')]),
    inMenu('history', 'History…'),
    inMenu('export', 'Export…'),
    inMenu('copy-json', 'Copy as JSON'),
    inMenu('open-text', 'Open as text'),
  ];
}
