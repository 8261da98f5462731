// How loud the rules about queries and tenants are, as data: what was found, in what kind of code, what stands around it, how loud, and
// why. The first row that fits decides. `tenant-levels/around` says what the names of the third column mean.

import type { Setting } from './setting.js';
import { AROUND, type Around, type Site } from './tenant-levels/around.js';

/**
 * What was found:
 *
 * - `unscoped`: nothing in the query says of which tenant the rows are.
 * - `by-key`: its rows are found by their key alone.
 * - `optional`: its caller can leave the tenant out.
 * - `skips-hook`: it asks the Repo not to add the tenant.
 * - `from-client`: the tenant that it is compared with is what a client says.
 * - `upsert`, `update`: it may give rows to another tenant.
 */
export type Found = 'unscoped' | 'by-key' | 'optional' | 'skips-hook' | 'from-client' | 'upsert' | 'update';

/** `none`: nothing is said. `usual`: as loud as the rule is. */
export type Loudness = 'none' | 'hint' | 'info' | 'usual' | 'warning';

export interface TenantLevel {
  readonly setting: Setting | 'any';
  /** What has to stand around it; `null` for whatever stands there. */
  readonly around: Around | null;
  readonly level: Loudness;
  /** A clause after "where". */
  readonly why: string;
}

type Row = readonly [Setting | 'any', Around | null, Loudness, why: string];

const ROWS: Readonly<Record<Found, readonly Row[]>> = {
  unscoped: [
    ['any', 'built-only', 'none', 'the query is only built, so that it may be completed elsewhere'],
    ['once', null, 'none', 'it stands in a migration, a seed, a test or a task, which a person runs'],
    ['any', 'skips-hook', 'none', 'it asks the Repo not to add the tenant, of which a rule of its own tells'],
    ['any', 'checked', 'none', 'what is found is compared with a tenant, a person or a parent afterwards'],
    [
      'any',
      'one-checked-by-callers',
      'none',
      'all callers compare the one row that they get, or have it authorized',
    ],
    [
      'any',
      'joined-by-part-of-key',
      'info',
      'it is joined by a part of a key that holds the tenant too, which most often is enough',
    ],
    ['any', 'says-all', 'hint', 'a wrapper is told that all tenants are meant'],
    ['any', 'or-by-key', 'info', 'the other arm of an OR finds one row by its key'],
    ['any', 'tenants-apart', 'hint', 'the result is counted or listed for each tenant'],
    [
      'any',
      'hangs-on-loaded',
      'hint',
      'the rows name a row that is loaded: of a person, or of something that all tenants share',
    ],
    ['any', 'called-by-nobody', 'hint', 'it stands in a private function that nothing calls'],
    ['any', 'called-by-sweeps-for-all', 'info', 'nothing but code that goes over all tenants calls it'],
    [
      'sweep',
      null,
      'info',
      'the code goes over all tenants: it is called so, as workers and `list_expired_…` are, a comment says so, or a process runs it when it starts',
    ],
    ['any', 'works-off-queue', 'info', 'it works off a queue (SKIP LOCKED)'],
    ['any', 'by-age', 'info', 'it looks for what is old or due, or walks through all rows by their key'],
    [
      'any',
      'tenant-nullable',
      'info',
      'the column may be NULL: rows without a tenant may be there for all of them',
    ],
    ['any', 'table-incomplete', 'info', 'not all columns and keys of the table are known'],
    ['any', 'row-level-security', 'info', 'row-level security that is forced keeps the table to one tenant'],
    ['any', 'asks-for-public', 'info', 'it asks for what is public'],
    ['any', 'hands-tenant-on', 'info', 'only keys come out, each with its tenant'],
    ['any', 'numbers-alone', 'info', 'only counts and sums come out, which show no row'],
    [
      'any',
      'many-by-address',
      'info',
      'all rows of an address are asked for, which are of one person, wherever that is',
    ],
    [
      'any',
      'one-by-column',
      'info',
      'one row is looked up by something that is not unique, which its author may know to be',
    ],
    ['any', 'by-address-alone', 'info', 'rows are looked up by an e-mail address, which names a person'],
    [
      'any',
      'by-part',
      'info',
      'a part of a column, which may be the key of another row, is compared with a value',
    ],
    [
      'any',
      'by-reference',
      'info',
      'rows are looked up by the key of something that all tenants share, or that is not known to be of one',
    ],
  ],
  'by-key': [
    ['any', 'built-only', 'none', 'the query is only built, so that it may be completed elsewhere'],
    ['once', null, 'none', 'it stands in a migration, a seed, a test or a task, which a person runs'],
    ['any', 'by-secret', 'none', 'a secret column such as a token is compared, which nobody can guess'],
    ['any', 'skips-hook', 'none', 'it asks the Repo not to add the tenant, of which a rule of its own tells'],
    ['any', 'keys-trusted', 'none', 'the key comes from a row that is loaded'],
    [
      'any',
      'checked',
      'none',
      'what is found is compared with a tenant, a person or a parent, or given to a function that authorizes, in the same function',
    ],
    ['any', 'checked-by-callers', 'none', 'all callers do so'],
    ['any', 'says-all', 'usual', 'a wrapper is told that all tenants are meant'],
    [
      'any',
      'found-by-upsert',
      'usual',
      'it is the row that an upsert finds, which most often it has made itself',
    ],
    ['any', 'called-by-nobody', 'usual', 'it stands in a private function that nothing calls'],
    ['application', 'key-of-client', 'warning', 'the key is what a client sends'],
    [
      'application',
      'key-of-client-by-habit',
      'info',
      'the key is what a client sends, and fewer than 10 % of the lookups by id compare the tenant, so that the project must keep tenants apart elsewhere',
    ],
    [
      'application',
      'key-of-callers-client',
      'info',
      'a caller gives it a key that its client sends, nobody in the file of that caller checks what comes back, and at least 10 % of the lookups by id compare the tenant',
    ],
    [
      'sweep',
      'key-of-client',
      'info',
      'the key is what a client sends, in pages for those who run the application',
    ],
    ['sweep', null, 'usual', 'the code goes over all tenants'],
    ['any', 'not-direct', 'usual', 'the table has no column for the tenant'],
    ['any', 'called-by-sweeps', 'usual', 'nothing but code that goes over all tenants calls it'],
    ['any', 'list-changed', 'info', 'all rows of a list of keys from elsewhere are changed at once, in Ecto'],
    ['any', 'by-address', 'usual', 'an e-mail address is compared, which names a person'],
    ['any', 'scoped-twin', 'info', 'a query beside it does the same and compares the tenant'],
    [
      'any',
      'scoped-by-habit',
      'info',
      'the project compares the tenant in at least 70 % of its lookups by id, and has 20 of them',
    ],
  ],
  optional: [
    ['any', 'built-only', 'none', 'the query is only built, so that it may be completed elsewhere'],
    ['once', null, 'none', 'it stands in a migration, a seed, a test or a task, which a person runs'],
    ['sweep', null, 'none', 'the code goes over all tenants'],
    ['any', 'skips-hook', 'none', 'it asks the Repo not to add the tenant, of which a rule of its own tells'],
    ['any', 'says-all', 'hint', 'a wrapper is told that all tenants are meant'],
    ['any', 'by-id-too', 'none', 'rows are found by a key besides'],
  ],
  'skips-hook': [
    ['once', null, 'none', 'it stands in a migration, a seed, a test or a task, which a person runs'],
    ['any', 'checked', 'none', 'what is found is compared with a tenant afterwards'],
    ['any', 'checked-by-callers', 'none', 'all callers compare what they get'],
    ['any', 'compared-with-client', 'warning', 'rows are found by what a client sends'],
    ['sweep', null, 'hint', 'the code goes over all tenants'],
  ],
  'from-client': [
    ['once', null, 'none', 'it stands in a migration, a seed, a test or a task, which a person runs'],
    [
      'any',
      'checked',
      'none',
      'what is found is compared with a value of the session, or given to a function that authorizes',
    ],
    ['any', 'checked-by-callers', 'none', 'all callers do so'],
    ['any', 'tenant-of-client', 'usual', 'the value is read from what a client sends in the same function'],
    [
      'application',
      'tenants-alone',
      'info',
      'a caller gives the table of tenants itself an id of its client, and nothing else is read',
    ],
    ['any', null, 'none', 'a caller gives the value, which may well have checked it'],
  ],
  upsert: [
    ['once', null, 'none', 'it stands in a migration, a seed, a test or a task, which a person runs'],
    [
      'any',
      'key-made-up',
      'info',
      'the statement leaves out by what the row is found, so that a default makes it up for each new row',
    ],
  ],
  update: [
    ['once', null, 'none', 'it stands in a migration, a seed, a test or a task, which a person runs'],
    ['sweep', null, 'none', 'the code goes over all tenants'],
    ['any', 'moved-by-code', 'info', 'Ecto code sets it to a value that no client sends'],
  ],
};

/** By what was found, in the order in which they are asked. */
export const TENANT_LEVELS: ReadonlyMap<Found, readonly TenantLevel[]> = new Map(
  (Object.keys(ROWS) as Found[]).map((found) => [
    found,
    ROWS[found].map(([setting, around, level, why]) => ({ setting, around, level, why })),
  ]),
);

/** The row that decides; `null` where none fits, and the rule is as loud as usual. */
export function tenantLevel(found: Found, site: Site): TenantLevel | null {
  const { setting } = site.scoping;
  const fits = (row: TenantLevel) =>
    (row.setting === 'any' || row.setting === setting) && (row.around === null || AROUND[row.around](site));
  return TENANT_LEVELS.get(found)?.find(fits) ?? null;
}

/** The same as a finding has it; `null` when there is nothing to say. */
export function loudness(
  found: Found,
  site: Site,
): { readonly severity?: Exclude<Loudness, 'none' | 'usual'> } | null {
  const level = tenantLevel(found, site)?.level ?? 'usual';
  if (level === 'none') return null;
  return level === 'usual' ? {} : { severity: level };
}

/** What the rows say, for the pages of rules: a sentence for each. */
export function levelsInWords(found: Found): readonly string[] {
  return (TENANT_LEVELS.get(found) ?? []).map(({ level, why }) => `${WORDS[level]} where ${why}.`);
}

const WORDS: Readonly<Record<Loudness, string>> = {
  none: 'Silent',
  hint: 'A hint',
  info: 'Info',
  usual: 'As usual',
  warning: 'A warning',
};
