// Every query of a file that is run, with what is known of it and tenants and how loud the rules are about it:
// `plumbline tenants`.

import { type Scoping, scopingOf, type Verdict } from '../analysis/scoping.js';
import { scopingWords } from '../analysis/scoping-words.js';
import { noTenants } from '../analysis/tenancy.js';
import type { Loudness } from '../analysis/tenant-levels.js';
import type { Query } from '../queries/query.js';
import { blocksOf } from '../queries/walk.js';
import { RULES } from '../rules/index.js';
import { SEVERITIES } from '../rules/rule.js';
import { contains, type Span, shift } from '../text/span.js';
import { lintFile, type PlacedFinding } from './lint.js';
import { namesFor } from './names.js';
import { queriesInFunctions, queriesOfFile } from './placed-queries.js';
import { scopingFor } from './scoping.js';
import type { Workspace } from './workspace.js';

export interface TenantSite {
  /** Where the query stands in the file: for Ecto, from its source to its sink. */
  readonly span: Span;
  readonly keyword: Span;
  readonly language: Query['language'];
  /** As written, `Repo.all`; the verb for SQL, `select`. */
  readonly sink: string;
  /** By their keys in the model, each once, in the order of the query; as written where they are not known. */
  readonly tables: readonly string[];
  readonly verdict: Verdict;
  readonly level: TenantLevel;
  /** One line for people: the finding's message where there is one. */
  readonly reason: string;
}

/** How loud the rules about queries and tenants are: their most severe finding, as configured and not suppressed. */
export type TenantLevel = Exclude<Loudness, 'usual'>;

/** The rules whose findings say how a query stands to tenants. */
const ABOUT_QUERIES: ReadonlySet<string> = new Set(
  RULES.filter(({ about }) => about === 'tenants').map(({ id }) => id),
);

/** In the order in which they stand in the file. */
export function tenantSitesOf(workspace: Workspace, path: string): readonly TenantSite[] {
  const reading = workspace.readings.get(path);
  if (reading === undefined) return [];
  const queries = [...queriesOfFile(workspace, reading), ...queriesInFunctions(workspace, reading)].filter(
    ({ query }) => isRun(query),
  );
  if (queries.length === 0) return [];
  const findings = lintFile(workspace, path).filter(({ rule }) => ABOUT_QUERIES.has(rule));
  const placed = queries.map(({ query, start }) => ({
    query,
    span: shift(query.span, start),
    keyword: shift(query.keyword, start),
  }));
  const loudest = new Map<Placed, PlacedFinding>();
  for (const finding of findings) {
    for (const site of sitesOf(finding, placed)) {
      const before = loudest.get(site);
      if (before === undefined || loudness(finding) < loudness(before)) loudest.set(site, finding);
    }
  }
  return placed
    .map((site) => siteOf(site, loudest.get(site) ?? null, reachOf(workspace, path, site.query)))
    .sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
}

interface Placed {
  readonly query: Query;
  readonly span: Span;
  readonly keyword: Span;
}

function siteOf(
  { query, span, keyword }: Placed,
  finding: PlacedFinding | null,
  { scoping, reason }: Reach,
): TenantSite {
  return {
    span,
    keyword,
    language: query.language,
    sink: query.sink?.name ?? query.block.verb,
    tables: [...new Set(scoping.relations.map(({ table }) => table).filter((table) => table !== ''))],
    verdict: scoping.verdict,
    level: finding === null ? 'none' : levelOf(finding),
    reason: (finding?.message ?? reason).replace(/\s+/g, ' '),
  };
}

/** An Ecto query that is only built here is a part of another one, or run elsewhere. */
function isRun(query: Query): boolean {
  if (query.language === 'ecto') return query.sink !== null;
  return blocksOf(query.block).some(({ relations }) => relations.length > 0);
}

interface Reach {
  readonly scoping: Scoping;
  readonly reason: string;
}

/** Where there are no tenants, all that is told is what the query reads. */
function reachOf(workspace: Workspace, path: string, query: Query): Reach {
  const known = scopingFor(workspace, path, query);
  if (known !== null) return { scoping: known, reason: scopingWords(known) };
  const scoping = scopingOf(query, noTenants, namesFor(workspace, path));
  return { scoping, reason: 'no tenants are known here' };
}

/** The queries that a finding is about: those at whose keyword it stands, else the innermost in which it does. */
function sitesOf({ span }: PlacedFinding, sites: readonly Placed[]): readonly Placed[] {
  const same = sites.filter(({ keyword }) => keyword.start === span.start && keyword.end === span.end);
  if (same.length > 0) return same;
  const around = sites.filter((site) => contains(site.span, span));
  const smallest = Math.min(...around.map((site) => site.span.end - site.span.start));
  return around.filter((site) => site.span.end - site.span.start === smallest);
}

function levelOf({ severity }: PlacedFinding): TenantLevel {
  return severity === 'error' ? 'warning' : severity;
}

/** Less is louder. */
function loudness({ severity }: PlacedFinding): number {
  return SEVERITIES.indexOf(severity);
}
