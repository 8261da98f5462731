// Plans that somebody saved, as a workspace has them: with its advice, and with what stands for what nobody wrote down.

import type { Advice } from '../advice/advice.js';
import type { Workspace } from '../lint/workspace.js';
import type { PlanParameter } from '../plans/given-values.js';
import { nodeName } from '../plans/names.js';
import { type Plan, parsePlan, type UnreadablePlan } from '../plans/plan.js';
import type { SavedPlan } from '../plans/saved-plan.js';
import type { PlanSource } from '../plans/source.js';
import { adviceFor } from './plan-advice.js';

export interface OpenedPlan {
  /** Empty where nobody wrote it down. */
  readonly sql: string;
  readonly source: PlanSource;
  /** `$1` first; empty where nobody wrote them down. */
  readonly parameters: readonly PlanParameter[];
  readonly plan: Plan;
  /** EXPLAIN (FORMAT JSON). */
  readonly json: unknown;
  readonly notes: readonly string[];
  readonly advice: readonly Advice[];
}

/**
 * @param path of the file whose schema and configuration hold; `null` for those of the workspace
 * @param name what the plan is said to be from, where it does not tell itself
 */
export function openedPlan(
  workspace: Workspace,
  path: string | null,
  { json, sql, source: told, parameters, notes: known }: SavedPlan,
  name: string,
): OpenedPlan | UnreadablePlan {
  const plan = parsePlan(json);
  if (plan.kind === 'unreadable') return plan;
  const source: PlanSource = told ?? { kind: 'saved', name, postgres: '', statistics: 'none' };
  const advice = adviceFor(workspace, path, plan, { source, tables: [], statement: sql });
  // One that was saved again has them already.
  const notes = [...new Set([...known, ...missingNotes(plan)])];
  return { sql: sql ?? '', source, parameters, plan, json, notes, advice };
}

/** What is missing of a plan that was cut off, and what that means. */
function missingNotes({ missing }: Plan): readonly string[] {
  if (missing.length === 0) return [];
  const told = missing.slice(0, MOST_TOLD).join(' ');
  const more = missing.length > MOST_TOLD ? ` And ${missing.length - MOST_TOLD} more.` : '';
  return [`This plan is cut off or damaged. ${told}${more} What is said of it may be said of a part alone.`];
}

const MOST_TOLD = 3;

export interface SavedPlanTitle {
  /** Its statement on one line, or the root of the plan where that is not known; empty for what is no plan. */
  readonly title: string;
  /** Milliseconds, of the whole statement where that was logged; `null` for what was not measured. */
  readonly tookMs: number | null;
}

/** For a list of several. */
export function titleOfSaved({ json, sql, durationMs }: SavedPlan): SavedPlanTitle {
  const plan = parsePlan(json);
  const root = plan.kind === 'plan' ? nodeName(plan.root) : '';
  const executionMs = plan.kind === 'plan' ? plan.executionMs : null;
  return { title: sql?.replace(/\s+/g, ' ').trim() || root, tookMs: durationMs ?? executionMs };
}
