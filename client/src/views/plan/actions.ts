// The buttons of the plan view: which there are, depends on what is shown.

import type { Action, PlainAction, Shown, ShownPlan } from './messages.js';

export interface Button {
  readonly action: Action;
  readonly label: string;
  /** In the menu "More" instead of beside the others. Left out: no. */
  readonly inMenu?: true;
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

function planButtons({ request, result, before }: ShownPlan): readonly Button[] {
  const { source, plan, parameters } = result;
  const button = (kind: PlainAction, label: string): Button => ({ action: { kind }, label });
  const inMenu = (kind: PlainAction, label: string): Button => ({ ...button(kind, label), inMenu: true });
  // The embedded server has no rows: to measure there says nothing.
  const measurable = request !== null && source.kind === 'database' && !plan.analyzed;
  const hasParameters = request !== null && parameters?.length > 0;
  return [
    ...(measurable ? [button('measure', 'Run and measure…')] : []),
    ...(hasParameters ? [button('explain-with-values', 'With values…')] : []),
    ...(request === null ? [] : [button('other-connection', 'Other connection…')]),
    ...(before === undefined
      ? []
      : [
          {
            action: { kind: 'compare', id: before.id },
            label: `Compare with the plan before (${before.label})`,
          } as const,
        ]),
    {
      action: { kind: 'compare', id: '' },
      label: 'Compare with…',
      ...(before === undefined ? {} : { inMenu: true }),
    },
    ...(request === null ? [] : [button('advise-indexes', 'Advise indexes…')]),
    ...(request === null ? [] : [button('show-statement', 'Go to statement')]),
    inMenu('history', 'History…'),
    inMenu('export', 'Export…'),
    inMenu('copy-json', 'Copy as JSON'),
    inMenu('open-text', 'Open as text'),
  ];
}
