// Plans that were shown, kept so that they can be compared: which are kept, which belong to the same query, and what they
// are called. Pure; client/src/plan/history.ts keeps them in the workspace.

import type { PlanResult } from '../../../../server/src/hosts/lsp/extensions.js';
import { costText, timeText } from '../../../../server/src/text/numbers.js';
import { shortStatement } from './summary.js';

export interface KeptPlan {
  readonly id: string;
  /** The same for all plans of a query, also when its text has changed in between. */
  readonly query: string;
  /** ISO. */
  readonly date: string;
  readonly sql: string;
  readonly source: PlanResult['source'];
  readonly analyzed: boolean;
  readonly cost: number | null;
  readonly executionMs: number | null;
  readonly notes: readonly string[];
  readonly parameters: PlanResult['parameters'];
  /** EXPLAIN (FORMAT JSON). */
  readonly json: unknown;
  /** False: only until the window is closed, since values were given that may be nobody's business. */
  readonly kept: boolean;
}

export interface Limits {
  readonly plans: number;
  readonly perQuery: number;
  /** UTF-16 units of all plans as JSON. */
  readonly size: number;
}

const LIMITS: Limits = { plans: 100, perQuery: 10, size: 2_000_000 };

/** What is kept of a result; its id is the date. */
export function keptPlan(result: PlanResult, query: string, date: Date, kept: boolean): KeptPlan {
  const { sql, source, plan, notes, parameters, json } = result;
  return {
    id: date.toISOString(),
    query,
    date: date.toISOString(),
    sql,
    source,
    analyzed: plan.analyzed,
    cost: plan.root.estimate?.totalCost ?? null,
    executionMs: plan.executionMs,
    notes,
    parameters,
    json,
    kept,
  };
}

/** The newest first; one that is the same as before takes its place. */
export function withPlan(
  plans: readonly KeptPlan[],
  plan: KeptPlan,
  limits: Limits = LIMITS,
): readonly KeptPlan[] {
  const content = JSON.stringify([plan.sql, plan.source, plan.json]);
  const others = plans.filter((one) => JSON.stringify([one.sql, one.source, one.json]) !== content);
  const counts = new Map<string, number>();
  let size = 0;
  return [plan, ...others].filter((one, at) => {
    const count = (counts.get(one.query) ?? 0) + 1;
    const length = JSON.stringify(one.json).length;
    if (count > limits.perQuery || at >= limits.plans || size + length > limits.size) return false;
    counts.set(one.query, count);
    size += length;
    return true;
  });
}

/** The query that a plan is of: that of the last plan of the same text, or a new one; without a text, its file's. */
export function queryOf(
  plans: readonly KeptPlan[],
  { sql, source }: Pick<PlanResult, 'sql' | 'source'>,
): string {
  const text = normalized(sql);
  if (text === '') return source.name;
  return plans.find((one) => normalized(one.sql) === text)?.query ?? text;
}

/** The plans of a query, the newest first. */
export function plansOf(plans: readonly KeptPlan[], query: string): readonly KeptPlan[] {
  return plans.filter((one) => one.query === query);
}

export interface KeptPlanWords {
  readonly label: string;
  readonly description: string;
  readonly detail: string;
}

/** For a list: what and when, where, how much. */
export function wordsOf(plan: KeptPlan, now: Date): KeptPlanWords {
  return {
    label: shortStatement(plan.sql) || plan.source.name,
    description: `${ageText(plan.date, now)}, ${measureText(plan)}`,
    detail: `${plan.source.name}${statisticsText(plan.source)}${plan.kept ? '' : ', until the window is closed'}`,
  };
}

/** `10 minutes ago (cost 602.09)`: names a plan in a button or a heading. */
export function shortLabel(plan: KeptPlan, now: Date): string {
  return `${ageText(plan.date, now)} (${measureText(plan)})`;
}

export function measureText({ cost, executionMs }: Pick<KeptPlan, 'cost' | 'executionMs'>): string {
  if (executionMs !== null) return timeText(executionMs);
  return cost === null ? 'no costs' : `cost ${costText(cost)}`;
}

function statisticsText({ kind, statistics }: PlanResult['source']): string {
  return kind === 'embedded' && statistics !== 'none' ? `, statistics of ${statistics}` : '';
}

function ageText(date: string, now: Date): string {
  const minutes = Math.floor((now.getTime() - new Date(date).getTime()) / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return minutes === 1 ? 'a minute ago' : `${minutes} minutes ago`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return hours === 1 ? 'an hour ago' : `${hours} hours ago`;
  return date.slice(0, 10);
}

function normalized(sql: string): string {
  return sql.replace(/\s+/g, ' ').trim();
}
