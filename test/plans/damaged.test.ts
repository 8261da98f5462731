// Texts that lost something on their way: reading them never throws, and says no number that the whole plan does not say,
// unless it says that something is missing.

import assert from 'node:assert/strict';
import { nodesOf } from '../../server/src/plans/nodes.js';
import { type Plan, type PlanNode, parsePlan } from '../../server/src/plans/plan.js';
import { savedPlansIn } from '../../server/src/plans/saved-plan.js';
import { randomFrom } from '../support/random.js';
import { recordedPairs } from './support/recorded-plan-texts.js';

const PAIRS = recordedPairs(18);

describe('a text that was damaged', () => {
  it('by a line that is gone', () => {
    let noticed = 0;
    for (const { name, text } of PAIRS) {
      const whole = onlyPlan(text);
      const lines = text.trimEnd().split('\n');
      for (const [at, line] of lines.entries()) {
        // Whose time an initial plan's is follows from the conditions that name it.
        if (/InitPlan|\$\d/.test(line)) continue;
        const left = [...lines.slice(0, at), ...lines.slice(at + 1)].join('\n');
        noticed += check(left, whole, `${name}, without line ${at + 1}: ${lines[at]}`);
      }
    }
    assert.ok(noticed > 100, `only ${noticed} were noticed`);
  });

  it('by a line that is gone from a table of psql, which counts', () => {
    for (const { name, text } of PAIRS.slice(0, 20)) {
      const lines = text.trimEnd().split('\n');
      for (const at of lines.keys()) {
        if (at === 0) continue;
        const left = lines.filter((_, one) => one !== at).map((line) => ` ${line}`);
        const table = ['   QUERY PLAN   ', '----------------', ...left, `(${lines.length} rows)`].join('\n');
        const plans = plansIn(table);
        const missing = plans.flatMap((plan) => plan.missing);
        assert.ok(plans.length === 0 || missing.length > 0, `${name}, without line ${at + 1}: ${lines[at]}`);
      }
    }
  });

  it('by its end', () => {
    for (const { name, text } of PAIRS) {
      const whole = onlyPlan(text);
      for (let end = text.length - 1; end > 0; end -= 41) {
        check(text.slice(0, end), whole, `${name}, cut at ${end}: ${text.slice(end - 30, end)}`);
      }
    }
  });

  it('by whatever', () => {
    for (let seed = 0; seed < 1000; seed++) {
      const random = randomFrom(seed);
      let lines = (PAIRS[random.below(PAIRS.length)]?.text ?? '').split('\n');
      for (let times = 1 + random.below(3); times > 0; times--) {
        const at = random.below(lines.length);
        const width = 20 + random.below(80);
        lines = random.pick([
          () => lines.filter((_, one) => one !== at),
          () => lines.slice(at),
          () => lines.slice(0, at + 1),
          () => lines.map((line) => line.replace(/^ {4,8}/, '\t')),
          () => lines.map((line) => line.replace(/ {2,}/g, ' ')),
          () => lines.flatMap((line) => line.match(new RegExp(`.{1,${width}}`, 'g')) ?? ['']),
          () => lines.map((line) => line.slice(0, width)),
          () => lines.map((line, one) => (one === at ? line.slice(random.below(line.length + 1)) : line)),
          () => [
            ...lines.slice(0, at),
            ...(PAIRS[random.below(PAIRS.length)]?.text ?? '').split('\n').slice(0, 5),
            ...lines.slice(at),
          ],
        ])();
      }
      plansIn(lines.join('\n'));
    }
  });
});

/** 1 when it is said that something is missing, or there is no plan; 0 when what is read is right. */
function check(text: string, whole: Plan, seed: string): 0 | 1 {
  const plans = plansIn(text);
  if (plans.length === 0 || plans.some(({ missing }) => missing.length > 0)) return 1;
  assert.equal(plans.length, 1, seed);
  // Of a plan that was cut off behind its costs, nobody can see that it was measured.
  const isMeasured = plans.every(({ analyzed }) => analyzed);
  const known = new Set(nodesOf(whole).map((node) => numbersOf(node, whole, isMeasured)));
  for (const plan of plans) {
    for (const node of nodesOf(plan)) {
      // Cut off in its name, a root looks as without costs: no number is said.
      if (node.estimate === null) continue;
      assert.ok(known.has(numbersOf(node, plan, isMeasured)), `${seed}\n${numbersOf(node, plan, true)}`);
    }
  }
  return 0;
}

/** What is said of a node, and of those above it, in numbers. */
function numbersOf(node: PlanNode, plan: Plan, isMeasured: boolean): string {
  const { type, relation, index, alias, estimate, actual } = node;
  const seen = isMeasured ? actual : null;
  const measured =
    seen?.kind === 'executed' ? [seen.loops, seen.rowsPerLoop, seen.elapsedMs, seen.ownMs] : [seen?.kind];
  const above = nodesOf(plan).filter(({ id }) => node.id.startsWith(`${id}.`));
  return JSON.stringify([
    ...[type, relation?.name, index, alias, estimate, measured],
    ...above.map((one) => [one.type, one.estimate?.totalCost]),
  ]);
}

function onlyPlan(text: string): Plan {
  const [plan, ...others] = plansIn(text);
  assert.ok(plan !== undefined && others.length === 0);
  assert.deepEqual(plan.missing, []);
  return plan;
}

function plansIn(text: string): readonly Plan[] {
  const found = savedPlansIn(text);
  if ('kind' in found) return [];
  return found.map(({ json }) => {
    const plan = parsePlan(json);
    assert.ok(plan.kind === 'plan');
    return plan;
  });
}
