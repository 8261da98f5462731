// What is asked of the nodes of a plan: which there are, whether they ran, and what part of the whole they take.

import assert from 'node:assert/strict';
import { executed, hasTimes, nodeById, nodesOf, shareOf, wasNeverRun } from '../../server/src/plans/nodes.js';
import { type Plan, parsePlan } from '../../server/src/plans/plan.js';
import { plansInText } from '../../server/src/plans/text.js';

/** @param measured what EXPLAIN says of the first scan, which did all of the work */
function appended(measured: string, neverRun = ''): Plan {
  const text = `Append  (cost=0.00..100.00 rows=2 width=8)${measured}
  ->  Seq Scan on a  (cost=0.00..20.00 rows=1 width=8)${measured}
  ->  Seq Scan on b  (cost=0.00..80.00 rows=1 width=8)${neverRun}`;
  const plan = parsePlan(plansInText(text)[0]?.json);
  assert.ok(plan.kind === 'plan');
  return plan;
}

const shares = (plan: Plan) => nodesOf(plan).map((node) => shareOf(plan, node)?.toFixed(2) ?? null);

describe('the nodes of a plan', () => {
  it('take their part of the time where it was measured, and none when they never ran', () => {
    const plan = appended(' (actual time=0.1..9.0 rows=1 loops=1)', ' (never executed)');
    assert.ok(hasTimes(plan));
    assert.deepEqual(shares(plan), ['0.00', '1.00', '0.00']);
    assert.deepEqual(nodesOf(plan).map(wasNeverRun), [false, false, true]);
    assert.equal(executed(nodesOf(plan)[2] ?? plan.root), null);
  });

  it('take their part of the cost in an estimate, and where no times were measured', () => {
    const cost = ['0.00', '0.20', '0.80'];
    assert.deepEqual(shares(appended('')), cost);
    const untimed = appended(' (actual rows=1 loops=1)', ' (actual rows=1 loops=1)');
    assert.ok(untimed.analyzed && !hasTimes(untimed));
    assert.deepEqual(shares(untimed), cost);
  });

  it('are found by their ids', () => {
    const plan = appended('');
    assert.equal(nodeById(plan, '0.1')?.relation?.name, 'b');
    assert.equal(nodeById(plan, '0')?.type, 'Append');
    for (const id of ['0.2', '0.1.0', '1', '']) assert.equal(nodeById(plan, id), null, id);
  });
});
