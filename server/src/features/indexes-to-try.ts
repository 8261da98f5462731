// What the index advisor is to try for the plans of some queries: each index once for all. The trial itself is
// `ReplayedDatabase.tryIndex`; what came of it is put into words in index-advice.

import type { WishedIndex } from '../advice/advice.js';
import { indexDefinition, indexInSql, missingExtension } from '../advice/index-texts.js';
import { type Candidate, indexCandidates } from '../advice/indexes/candidates.js';
import { costOf } from '../advice/indexes/verdict.js';
import { Moment } from '../advice/moment.js';
import { tenantKey } from '../analysis/tenancy.js';
import type { Catalog, Table } from '../catalog/catalog.js';
import { quoteName } from '../catalog/keywords.js';
import { findTable } from '../catalog/lookup.js';
import { tellsColumns } from '../catalog/statistics.js';
import type { ExplainRequest, IndexTrial, PlannedTable } from '../database/database.js';
import { tenancyFor } from '../lint/tenancy.js';
import { historyFor, type Workspace } from '../lint/workspace.js';
import { nodesOf } from '../plans/nodes.js';
import type { Plan, PlanNode } from '../plans/plan.js';
import { indexNameFor } from './index-migration.js';
import { circumstancesOf, type PlanOrigin } from './plan-circumstances.js';

/** A query with its plan as things are. */
export interface PlannedQuery {
  readonly request: ExplainRequest;
  readonly plan: Plan;
  readonly tables: readonly PlannedTable[];
}

export interface IndexToTry {
  readonly candidate: Candidate;
  readonly trial: IndexTrial;
  /** Which of the queries it may help, in the order of the trial's requests. */
  readonly queries: readonly number[];
}

export interface IndexesToTry {
  readonly tries: readonly IndexToTry[];
  /** Names of indexes that do already what others would. */
  readonly served: readonly string[];
}

/** More than these cannot be waited for. */
const MOST = 40;

/**
 * What may help some of the queries, the same index once for all.
 * @param origin on what the queries were planned
 * @param only to be tried, where somebody wants to know of one
 */
export function indexesToTry(
  workspace: Workspace,
  path: string,
  queries: readonly PlannedQuery[],
  origin: Pick<PlanOrigin, 'source' | 'statistics'>,
  only: WishedIndex | null,
): IndexesToTry {
  const catalog = historyFor(workspace, path)?.history.latest ?? null;
  const tenants = tenancyFor(workspace, path).tables;
  // Where no column has statistics that is said once for all, and not of each index.
  const isTold = origin.statistics != null && tellsColumns(origin.statistics);
  const served = new Set<string>();
  const found = new Map<string, { candidate: Candidate; weight: number }>();
  if (only !== null)
    found.set('', { candidate: { index: only, columns: columnsOf(only), doubts: '' }, weight: 1 });
  for (const { plan, request, tables } of only === null ? queries : []) {
    const { statement } = request;
    const moment = new Moment(plan, circumstancesOf(workspace, path, { ...origin, tables, statement }));
    const tenantColumn = (table: Table) => tenants.get(tenantKey(table))?.column ?? null;
    const { candidates, served: names } = indexCandidates(moment, { tenantColumn });
    for (const name of names) served.add(name);
    candidates.forEach((candidate, place) => {
      const key = indexInSql(candidate.index);
      const weight = costOf(plan) / (place + 1);
      const known = found.get(key);
      found.set(key, {
        candidate: isTold ? candidate : { ...candidate, doubts: '' },
        weight: (known?.weight ?? 0) + weight,
      });
    });
  }
  const tries = [...found.values()]
    .toSorted((a, b) => b.weight - a.weight)
    .slice(0, MOST)
    .map(({ candidate }): IndexToTry => {
      const name = indexNameFor(workspace, path, candidate.index);
      const able = queries.flatMap((query, place) => (reads(query.plan, candidate, catalog) ? [place] : []));
      const extension = missingExtension(catalog, candidate.index);
      const trial: IndexTrial = {
        table: { schema: candidate.index.table.schema ?? 'public', name: candidate.index.table.name },
        name,
        create: `CREATE INDEX ${quoteName(name)} ${indexDefinition(candidate.index)}`,
        extensions: extension === null ? [] : [extension],
        requests: able.flatMap((place) => queries[place]?.request ?? []),
      };
      return { candidate, trial, queries: able };
    });
  return { tries, served: [...served] };
}

function columnsOf({ keys, include }: WishedIndex): readonly string[] {
  const names = keys
    .filter(({ isColumn }) => isColumn)
    .map(({ expression }) =>
      expression.startsWith('"') ? expression.slice(1, -1).replaceAll('""', '"') : expression,
    );
  return [...names, ...include];
}

/** Whether a plan reads the table, or a partition of it. */
function reads(plan: Plan, { index }: Candidate, catalog: Catalog | null): boolean {
  return nodesOf(plan).some(({ relation }: PlanNode) => {
    if (relation === null) return false;
    if (relation.name === index.table.name) return true;
    const table = catalog === null ? null : findTable(catalog, relation);
    return index.partitioned && table?.partitionOf != null;
  });
}
