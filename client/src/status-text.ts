// What the status item says. "No findings" alone would also be said by a tool that looked at nothing: so the number of
// files is always there.

import type { Status } from '../../server/src/hosts/lsp/extensions.js';

export interface StatusText {
  readonly text: string;
  readonly detail: string;
  readonly busy: boolean;
  readonly failed: boolean;
}

/** @param status `null` before there is one */
export function statusText(status: Status | null): StatusText {
  if (status === null) return { text: 'Plumbline is starting', detail: '', busy: true, failed: false };
  const { state, message } = status;
  const base = { detail: [scope(status), engine(status), message].filter((part) => part !== '').join(' · ') };
  switch (state) {
    case 'indexing':
      return { ...base, text: 'Plumbline is reading the workspace', busy: true, failed: false };
    case 'failed':
      return { text: 'Plumbline has stopped', detail: message, busy: false, failed: true };
    case 'ready':
      return { ...base, text: `Plumbline: ${findings(status)}`, busy: false, failed: false };
  }
}

/** Who the tenants are: where it says that none are known, nothing is said about tenants anywhere else. */
export function tenantsText(status: Status | null): string {
  if (status === null || status.state === 'indexing') return 'Tenants: …';
  return `Tenants: ${status.tenants.length === 0 ? 'none known' : status.tenants.join(', ')}`;
}

/** Of open documents; quieter findings than these are not worth a number. */
function findings({ errors, warnings }: Status): string {
  const counts = [count(errors, 'error'), count(warnings, 'warning')].filter((part) => part !== '');
  return counts.length === 0 ? 'no errors or warnings' : counts.join(', ');
}

function scope({ files, migrations, tables }: Status): string {
  if (files === 0) return 'no SQL or Elixir files found';
  const parts = [
    count(files, 'file'),
    migrations === 0 ? 'no migrations found' : count(migrations, 'migration'),
    count(tables, 'table'),
  ];
  return parts.filter((part) => part !== '').join(', ');
}

function engine({ engine: state }: Status): string {
  const words = {
    off: '',
    starting: 'embedded PostgreSQL starting',
    ready: 'embedded PostgreSQL ready',
    failed: 'embedded PostgreSQL failed',
  };
  return words[state];
}

function count(number: number, noun: string): string {
  if (number === 0) return '';
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
}
