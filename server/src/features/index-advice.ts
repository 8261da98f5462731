// The index advisor in a workspace: what is to be tried for the plans of some queries, and what is said of each index that was
// tried. The trial itself is `ReplayedDatabase.tryIndex`; who asks for it stands between `indexesToTry` and `indexAdvice`.

import type { WishedIndex } from '../advice/advice.js';
import { type Candidate, indexCandidates } from '../advice/indexes/candidates.js';
import { superfluousBeside } from '../advice/indexes/existing.js';
import {
  costOf,
  type Outcome,
  PARTIAL_SHARE,
  type Trial,
  timesOf,
  type Verdict,
  verdictsOn,
} from '../advice/indexes/verdict.js';
import { Moment } from '../advice/moment.js';
import { indexDefinition, indexInSql } from '../advice/wish.js';
import { tenantKey } from '../analysis/tenancy.js';
import type { Catalog, Index, Table } from '../catalog/catalog.js';
import { findTable } from '../catalog/lookup.js';
import { quoteIdentifier } from '../catalog/types.js';
import type { ExplainRequest, IndexTrial, PlannedTable, TriedIndex } from '../database/database.js';
import { indexNameFor, missingExtension } from '../lint/index-migration.js';
import { ectoWorld } from '../lint/names.js';
import { queriesOfFile } from '../lint/placed-queries.js';
import { tenancyFor } from '../lint/tenancy.js';
import { historyFor, type Workspace } from '../lint/workspace.js';
import { nodesOf } from '../plans/nodes.js';
import { type Plan, type PlanNode, parsePlan } from '../plans/plan.js';
import { planCondition, sortKey } from '../queries/plan-conditions.js';
import { bytesText, costText, factorText, percentText } from '../text/numbers.js';
import { relativePath } from '../text/source-file.js';
import { count } from '../text/words.js';

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

export interface AdvisedIndex {
  readonly verdict: Verdict['kind'] | 'refused';
  /** Why it is advised, or is not, with the numbers. */
  readonly message: string;
  readonly name: string;
  readonly index: WishedIndex;
  /** The statement that makes it. */
  readonly sql: string;
  /** `null` when the server does not make it. */
  readonly bytes: number | null;
  /** What it costs, and what else is to be known: sentences. */
  readonly remarks: readonly string[];
  /** Names of indexes that nobody needs beside it. */
  readonly superfluous: readonly string[];
  /** The queries that it helps, best first. */
  readonly helps: readonly IndexHelp[];
  /** The same with their plans; where it helps none, all that it could have helped. */
  readonly plans: readonly IndexedPlan[];
}

export interface IndexHelp {
  /** Which of the queries. */
  readonly query: number;
  /** Estimated costs. */
  readonly before: number;
  readonly after: number;
}

export interface IndexedPlan {
  /** Which of the queries. */
  readonly query: number;
  /** With the index: as EXPLAIN (FORMAT JSON) gave it. */
  readonly plan: unknown;
}

/** More than these cannot be waited for. */
const MOST = 40;

/**
 * What may help some of the queries, the same index once for all.
 * @param valuesKnown whether the statistics tell of columns, and not of sizes alone
 * @param only to be tried, where somebody wants to know of one
 */
export function indexesToTry(
  workspace: Workspace,
  path: string,
  queries: readonly PlannedQuery[],
  valuesKnown: boolean,
  only: WishedIndex | null,
): IndexesToTry {
  const { sql } = workspace.options.parsers;
  const catalog = historyFor(workspace, path)?.history.latest ?? null;
  const tenants = tenancyFor(workspace, path).tables;
  const served = new Set<string>();
  const found = new Map<string, { candidate: Candidate; weight: number }>();
  if (only !== null) found.set('', { candidate: { index: only, columns: columnsOf(only) }, weight: 1 });
  for (const { plan, request } of only === null ? queries : []) {
    const moment = new Moment(plan, {
      condition: (text) => planCondition(sql, text),
      sortKey: (text) => sortKey(sql, text),
      catalog,
      factsOf: () => null,
      source: { kind: 'embedded', statistics: 'assumed' },
      statement: request.statement,
    });
    const tenantColumn = (table: Table) => tenants.get(tenantKey(table))?.column ?? null;
    const { candidates, served: names } = indexCandidates(moment, { tenantColumn, valuesKnown });
    for (const name of names) served.add(name);
    candidates.forEach((candidate, place) => {
      const key = indexInSql(candidate.index);
      const weight = costOf(plan) / (place + 1);
      const known = found.get(key);
      found.set(key, { candidate, weight: (known?.weight ?? 0) + weight });
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
        create: `CREATE INDEX ${quoteIdentifier(name)} ${indexDefinition(candidate.index)}`,
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
    .map(({ expression }) => expression.replaceAll('"', ''));
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

/** What came of a trial; `refused` tells why the server does not make the index. */
export type TriedOrNot = TriedIndex | { readonly kind: 'refused'; readonly message: string };

/** What is advised first, then alternatives, then the rest. */
export function indexAdvice(
  workspace: Workspace,
  path: string,
  queries: readonly PlannedQuery[],
  tries: readonly (IndexToTry & { readonly tried: TriedOrNot })[],
): readonly AdvisedIndex[] {
  const trials = tries.map(({ candidate, queries: able, tried }): Trial => {
    const isTried = tried.kind === 'tried';
    return {
      names: isTried ? tried.names : [],
      bytes: isTried ? tried.bytes : 0,
      rows: isTried ? tried.rows : 0,
      tableRows: isTried ? tried.tableRows : 0,
      partial: candidate.index.where !== null,
      guessed: candidate.index.method === 'btree' && candidate.index.keys.some(({ isColumn }) => !isColumn),
      outcomes: isTried ? outcomesOf(queries, able, tried) : [],
    };
  });
  const updates = updatedColumns(workspace);
  const catalog = historyFor(workspace, path)?.history.latest ?? null;
  const advised = verdictsOn(trials).map((verdict, place): AdvisedIndex[] => {
    const [one, trial] = [tries[place], trials[place]];
    if (one === undefined || trial === undefined) return [];
    const { candidate, tried } = one;
    const { index } = candidate;
    const table = catalog === null ? null : findTable(catalog, index.table);
    const indexes = table?.indexes ?? [];
    const superfluous = superfluousBeside(indexes, index);
    const helps = 'helps' in verdict ? verdict.helps.toSorted((a, b) => timesOf(b) - timesOf(a)) : [];
    const isRefused = tried.kind === 'refused';
    return [
      {
        verdict: isRefused ? 'refused' : verdict.kind,
        message: isRefused
          ? `The server does not make it: ${tried.message}.`
          : messageOf(verdict, trial, queries),
        name: one.trial.name,
        index,
        sql: indexInSql(index).replace(' ON ', ` ${quoteIdentifier(one.trial.name)} ON `),
        bytes: isRefused ? null : trial.bytes,
        remarks:
          helps.length === 0 ? [] : remarksOn(candidate, trial, { catalog, indexes, superfluous, updates }),
        superfluous: helps.length === 0 ? [] : superfluous,
        helps: helps.map((outcome) => ({
          query: outcome.query,
          before: costOf(outcome.before),
          after: costOf(outcome.after),
        })),
        plans: (helps.length === 0 ? trial.outcomes : helps).map((outcome) => ({
          query: outcome.query,
          plan: jsonOf(one, outcome),
        })),
      },
    ];
  });
  return advised
    .flat()
    .toSorted((a, b) => RANKS.indexOf(a.verdict) - RANKS.indexOf(b.verdict) || gain(b) - gain(a));
}

const RANKS: readonly AdvisedIndex['verdict'][] = [
  'advised',
  'alternative',
  'little',
  'not-partial',
  'unused',
  'refused',
];

function gain({ helps }: AdvisedIndex): number {
  return helps.reduce((sum, { before, after }) => sum + before - after, 0);
}

function outcomesOf(
  queries: readonly PlannedQuery[],
  able: readonly number[],
  { plans }: TriedIndex,
): readonly Outcome[] {
  return able.flatMap((query, place) => {
    const answer = plans[place];
    const after = answer?.kind === 'explained' ? parsePlan(answer.plan) : null;
    const before = queries[query]?.plan;
    return after?.kind === 'plan' && before !== undefined ? [{ query, before, after }] : [];
  });
}

function jsonOf({ queries: able, tried }: IndexToTry & { tried: TriedOrNot }, { query }: Outcome): unknown {
  const answer = tried.kind === 'tried' ? tried.plans[able.indexOf(query)] : undefined;
  return answer?.kind === 'explained' ? answer.plan : null;
}

function messageOf(verdict: Verdict, trial: Trial, queries: readonly PlannedQuery[]): string {
  switch (verdict.kind) {
    case 'advised':
    case 'alternative': {
      const [most] = verdict.helps.toSorted((a, b) => timesOf(b) - timesOf(a));
      const which =
        queries.length === 1
          ? 'The estimated cost falls'
          : `It helps ${count(verdict.helps.length, 'query', 'queries')}; at best the estimated cost falls`;
      const beside = verdict.kind === 'advised' ? '' : ' Another index does that as well, or better.';
      return most === undefined ? '' : `${which} ${fallText(most)}.${beside}`;
    }
    case 'little':
      return `It would be used, for too little: the estimated cost falls ${fallText(verdict.outcome)}.`;
    case 'not-partial':
      return `It would hold ${percentText(trial.rows / Math.max(1, trial.tableRows))} of the rows: a partial index is for less than ${percentText(PARTIAL_SHARE)}.`;
    case 'unused':
      return 'The planner does not use it.';
  }
}

function fallText(outcome: Outcome): string {
  return `from ${costText(costOf(outcome.before))} to ${costText(costOf(outcome.after))} (${factorText(timesOf(outcome))})`;
}

interface Around {
  readonly catalog: Catalog | null;
  readonly indexes: readonly Index[];
  readonly superfluous: readonly string[];
  readonly updates: readonly Updated[];
}

function remarksOn({ index, columns }: Candidate, trial: Trial, around: Around): readonly string[] {
  const { catalog, indexes, superfluous, updates } = around;
  const { table, method } = index;
  const size =
    method === 'gin'
      ? `About ${bytesText(trial.bytes)}; statistics do not tell what a GIN index holds, so it may be several times as much.`
      : trial.guessed
        ? `About ${bytesText(trial.bytes)}; how long the values of the expression are is not known, so that is rough.`
        : `About ${bytesText(trial.bytes)}.`;
  const left = indexes.length + 1 - superfluous.length;
  const extension = missingExtension(catalog, index);
  return [
    size,
    `"${table.name}" would have ${count(left, 'index', 'indexes')}, and each new row is written to all of them${method === 'gin' ? '; a GIN index takes most' : ''}.`,
    ...hotRemark(index, columns, indexes, updates),
    ...(superfluous.length === 0
      ? []
      : [
          `Then nobody needs ${superfluous.map((name) => `"${name}"`).join(' and ')}: drop ${superfluous.length === 1 ? 'it' : 'them'} in a later migration.`,
        ]),
    ...(trial.guessed
      ? [
          'Until ANALYZE has run over it, the server guesses how many rows fit an expression; then it is likely to be better still.',
        ]
      : []),
    ...(extension === null ? [] : [`It needs the extension ${extension}, which is not in the schema yet.`]),
    ...(index.partitioned
      ? [
          'A partitioned table takes no index CONCURRENTLY, so writes wait while it is built: make it on each partition first, then attach them.',
        ]
      : []),
  ];
}

/** An UPDATE that changes no indexed column leaves all indexes alone (heap-only tuple). */
function hotRemark(
  { table }: WishedIndex,
  columns: readonly string[],
  indexes: readonly Index[],
  updates: readonly Updated[],
): readonly string[] {
  const isIndexed = (column: string) =>
    indexes.some(
      ({ keys, include }) => include.includes(column) || keys.some((key) => key.column === column),
    );
  const found = updates.find(
    (one) => one.table === table.name && columns.includes(one.column) && !isIndexed(one.column),
  );
  return found === undefined
    ? []
    : [
        `An UPDATE of "${found.column}", as in ${found.place}, leaves all indexes alone now (HOT); with this one it writes to each of them.`,
      ];
}

interface Updated {
  readonly table: string;
  readonly column: string;
  /** `lib/shop.ex:12` */
  readonly place: string;
}

/** As far as queries say it: what a changeset changes is not told. */
function updatedColumns(workspace: Workspace): readonly Updated[] {
  const { schemas } = ectoWorld(workspace);
  return [...workspace.readings.values()].flatMap((reading) =>
    queriesOfFile(workspace, reading).flatMap(({ query: { block, span }, start }) => {
      const source = block.verb === 'update' ? block.relations[0]?.source : undefined;
      const table =
        source?.kind === 'table'
          ? source.table.name
          : source?.kind === 'schema'
            ? (source.table ?? schemas.get(source.module)?.table?.name ?? null)
            : null;
      if (table === null) return [];
      const line = reading.file.lines.positionAt(start + span.start).line + 1;
      const place = `${relativePath(workspace.root, reading.file.path)}:${line}`;
      return block.assignments.map(({ column }) => ({ table, column, place }));
    }),
  );
}
