// Plans as the view gets them: made by a real PostgreSQL 18, or put together for a test.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Plan, parsePlan } from '../../../server/src/plans/plan.js';

const FOLDER = join(import.meta.dirname, '../../plans/recorded/18');

export function recordedPlan(name: string): Plan {
  const plan = parsePlan(JSON.parse(readFileSync(join(FOLDER, `${name}.plan`), 'utf8')));
  assert.ok(plan.kind === 'plan');
  return plan;
}

export function recordedPlans(): readonly string[] {
  return readdirSync(FOLDER).flatMap((file) => (file.endsWith('.plan') ? [file.slice(0, -5)] : []));
}

/** The plan whose root has these keys of EXPLAIN. */
export function planOf(raw: object): Plan {
  const plan = parsePlan([{ Plan: node(raw) }]);
  assert.ok(plan.kind === 'plan');
  return plan;
}

/** A node that is not run, with what every node has. */
export function node(raw: object): object {
  return { 'Startup Cost': 0, 'Total Cost': 10, 'Plan Rows': 5, 'Plan Width': 8, ...raw };
}
