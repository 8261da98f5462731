// Every query of the workspace with what can be said of it and tenants, for people and programs that want to see all of them.

import type { QueryScoping, Verdict } from '../analysis/scoping.js';
import type { TenantModel } from '../analysis/tenancy.js';
import type { Query } from '../queries/query.js';
import type { Severity } from '../rules/rule.js';
import { type Span, shift } from '../text/span.js';
import { lintFile } from './lint.js';
import { byPath, factsOf, type Reading } from './reading.js';
import { scopingFor } from './scoping.js';
import { tenancyFor } from './tenancy.js';
import { migrationAt, type Workspace } from './workspace.js';

export interface TenantSite {
  readonly path: string;
  /** In the file. */
  readonly span: Span;
  readonly language: Query['language'];
  /** `Repo.all`; the verb in SQL. */
  readonly sink: string;
  /** Tables that it reads or writes, by their keys in the model. */
  readonly tables: readonly string[];
  readonly verdict: Verdict;
  /** How loud the rules about tenants are here. */
  readonly level: Exclude<Severity, 'error'> | 'none';
  /** For people, as a clause. */
  readonly reason: string;
}

/** The model that holds for the file. */
export function tenantModelFor(workspace: Workspace, path: string): TenantModel {
  return tenancyFor(workspace, path);
}

/** Queries that are run, file by file; those of migrations are left out. */
export function tenantSites(workspace: Workspace): readonly TenantSite[] {
  return [...workspace.readings.values()].sort(byPath).flatMap((reading) => sitesIn(workspace, reading));
}

function sitesIn(workspace: Workspace, reading: Reading): readonly TenantSite[] {
  const { path } = reading.file;
  if (migrationAt(workspace, path) !== null) return [];
  const placed = queriesIn(reading).filter(({ query }) => query.language === 'sql' || query.sink !== null);
  if (placed.length === 0) return [];
  const levels = levelsAt(workspace, path);
  return placed.flatMap(({ query, start }) => {
    const scoping = scopingFor(workspace, path, query);
    if (scoping === null) return [];
    const counted = scoping.relations.filter(({ role }) => role !== 'filter');
    return [
      {
        path,
        span: shift(query.span, start),
        language: query.language,
        sink: query.sink?.name ?? query.block.verb,
        tables: [...new Set(counted.map(({ table }) => table).filter((table) => table !== ''))],
        verdict: scoping.verdict,
        level: levels.get(query.keyword.start + start) ?? (scoping.verdict === 'by-key' ? 'hint' : 'none'),
        reason: reasonFor(scoping),
      },
    ];
  });
}

function queriesIn(reading: Reading): readonly { readonly query: Query; readonly start: number }[] {
  if (reading.kind === 'elixir') {
    return [...reading.queries, ...reading.sqlTexts.map(({ query }) => query)].map((query) => ({
      query,
      start: 0,
    }));
  }
  return reading.sql.statements.flatMap(({ statement, start }) =>
    factsOf(statement).queries.map((query) => ({ query, start })),
  );
}

function levelsAt(workspace: Workspace, path: string): ReadonlyMap<number, TenantSite['level']> {
  const levels = new Map<number, TenantSite['level']>();
  for (const { rule, severity, span } of lintFile(workspace, path)) {
    if (rule.endsWith('-without-tenant')) levels.set(span.start, severity === 'error' ? 'warning' : severity);
  }
  return levels;
}

/** Why the verdict is what it is, as a clause. */
function reasonFor({ verdict, decisive, root }: QueryScoping): string {
  if (decisive === null) return 'it reads no table';
  const { table, columns, column, reason } = decisive;
  const named = columns.join(', ');
  switch (reason) {
    case 'tenant':
      return verdict === 'optional'
        ? `${named} is compared unless that is switched off`
        : `${named} is compared`;
    case 'given':
      return named === '' ? `it adds one of ${root}` : `${named} is given`;
    case 'division':
    case 'person':
      return `${named} is compared`;
    case 'related':
      return `${table} hangs on a row that is ${verdict === 'by-key' ? 'found by its key' : 'of one tenant'}`;
    case 'loaded':
      return 'its rows hang on a row that is loaded already';
    case 'primary-key':
    case 'unique-key':
    case 'secret':
    case 'parent':
      return `${table} is found by ${named === '' ? 'its parent' : named}`;
    case 'unread':
      return 'a part of it cannot be read here';
    case 'no-row':
      return `${table} has no row in it`;
    case 'table-not-known':
      return `${table === '' ? 'what it reads' : table} is not known`;
    case 'not-a-tenant-table':
      return `${table} belongs to no tenant`;
    case 'unique-key-without-tenant':
      return `${named} is unique only together with ${column}`;
    case 'primary-key-without-tenant':
      return `the primary key of ${table} holds ${column} too`;
    case 'insert-without-tenant':
      return `${column} is not given`;
    case 'nothing':
      return verdict === 'global' ? `it lists ${root}` : `nothing ties ${table} to one of ${root}`;
  }
}
