// The tenant model and the queries that do not keep to one tenant, for people.

import type { Verdict } from '../../../analysis/scoping.js';
import type { TenantModel, TenantTable } from '../../../analysis/tenancy.js';
import type { TenantLevel } from '../../../lint/tenant-sites.js';
import { printable } from '../../../text/snippet.js';
import { count } from '../../../text/words.js';
import type { PrintedSite } from '../commands/tenants.js';
import type { Colours } from '../output.js';

export function tenantsText(model: TenantModel, sites: readonly PrintedSite[], colours: Colours): string {
  const told = VERDICTS.flatMap((verdict) =>
    sites.filter((site) => site.verdict === verdict && isTold(site, model)),
  );
  const parts = [
    modelLines(model, colours),
    [summaryOf(sites)],
    ...told.map((site) => siteLines(site, colours)),
  ];
  return parts.map((lines) => lines.map((line) => `${line}\n`).join('')).join('\n');
}

/** What keeps to one tenant, or is nobody's, is only counted. */
function isTold({ verdict, level }: PrintedSite, { root }: TenantModel): boolean {
  return level !== 'none' || (root !== null && verdict !== 'scoped' && verdict !== 'global');
}

function modelLines({ root, column, tables, evidence }: TenantModel, { bold, dim }: Colours): string[] {
  const reasons = evidence.map((line) => `  ${printable(line)}`);
  if (root === null) return ['No tenants are known: nothing is said of queries.', ...reasons];
  const rows = [...tables].sort(
    ([a, { class: ofA }], [b, { class: ofB }]) =>
      CLASSES.indexOf(ofA) - CLASSES.indexOf(ofB) || (a < b ? -1 : 1),
  );
  const width = Math.max(...rows.map(([name]) => name.length));
  const who = tables.has(root)
    ? `Tenants are the rows of "${root}"`
    : `Tenants ("${root}") are kept elsewhere`;
  return [
    bold(printable(`${who}; tables name theirs by "${column}".`)),
    ...reasons,
    '',
    ...rows.map(([name, table]) => {
      const words = tableWords(table);
      const line = `${name.padEnd(width)}  ${table.class.padEnd(10)}`;
      return `  ${printable(line)}  ${dim(printable(words))}`.trimEnd();
    }),
  ];
}

const CLASSES: readonly TenantTable['class'][] = [
  'root',
  'direct',
  'transitive',
  'membership',
  'global',
  'system',
];

/** How it belongs to a tenant, and whether rows need not. */
function tableWords({ nullable, divisions, evidence }: TenantTable): string {
  const parts = divisions.length === 0 ? [] : [`a part of one: ${divisions.join(', ')}`];
  return [evidence, ...(nullable ? ['rows may be shared'] : []), ...parts].join('; ');
}

/** Worst first. */
const VERDICTS: readonly Verdict[] = ['unscoped', 'optional', 'by-key', 'unknown', 'scoped', 'global'];
const LEVELS: readonly TenantLevel[] = ['warning', 'info', 'hint'];

/** `12 queries: 8 scoped, 3 by-key, 1 unscoped; 1 warning, 2 hints` */
function summaryOf(sites: readonly PrintedSite[]): string {
  const numbers = <T extends string>(values: readonly T[], of: (site: PrintedSite) => string) =>
    values.flatMap((value) => {
      const number = sites.filter((site) => of(site) === value).length;
      return number === 0 ? [] : [{ value, number }];
    });
  const verdicts = numbers(VERDICTS, ({ verdict }) => verdict).map(
    ({ value, number }) => `${number} ${value}`,
  );
  const levels = numbers(LEVELS, ({ level }) => level).map(({ value, number }) => count(number, value));
  const said = levels.length === 0 ? '' : `; ${levels.join(', ')}`;
  const all = count(sites.length, 'query', 'queries');
  return sites.length === 0 ? 'There are no queries.' : `${all}: ${verdicts.join(', ')}${said}`;
}

function siteLines(
  { path, line, verdict, level, sink, tables, reason }: PrintedSite,
  colours: Colours,
): string[] {
  const said = level === 'none' ? '' : ` ${colours[level](level)}`;
  const head = `${colours.bold(printable(`${path}:${line}`))}${said} ${verdict} ${printable(sink)}`;
  return [`${head} ${colours.dim(printable(tables.join(', ')))}`.trimEnd(), `  ${printable(reason)}`];
}
