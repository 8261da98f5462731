// The buttons of the plan view: which there are, depends on what is shown.

import type { Action, Shown } from './messages.js';

export interface Button {
  readonly action: Action;
  readonly label: string;
}

export function buttonsFor(shown: Shown): readonly Button[] {
  switch (shown.kind) {
    case 'pending':
      return [{ action: 'cancel', label: 'Cancel' }];
    case 'failed':
      return [
        { action: 'again', label: 'Try again' },
        { action: 'other-connection', label: 'Other connection…' },
        { action: 'show-statement', label: 'Go to statement' },
      ];
    case 'plan': {
      const { source, plan } = shown.result;
      // The embedded server has no rows: to measure there says nothing.
      const measurable = source.kind === 'database' && !plan.analyzed;
      return [
        ...(measurable ? [{ action: 'measure', label: 'Run and measure…' } as const] : []),
        { action: 'other-connection', label: 'Other connection…' },
        { action: 'show-statement', label: 'Go to statement' },
        { action: 'copy-json', label: 'Copy as JSON' },
        { action: 'open-text', label: 'Open as text' },
      ];
    }
  }
}
