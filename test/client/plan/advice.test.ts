import assert from 'node:assert/strict';
import { adviceItems, marksOf, markText } from '../../../client/src/views/plan/advice.js';
import { planTable } from '../../../client/src/views/plan/rows.js';
import type { Advice, PlanResult } from '../../../server/src/hosts/lsp/extensions.js';
import { node, planOf } from './plans.js';

const plan = planOf({
  'Node Type': 'Sort',
  Plans: [node({ 'Node Type': 'Seq Scan', 'Relation Name': 'orders', Alias: 'o' })],
});

function result(...advice: readonly Partial<Advice>[]): PlanResult {
  const origin = { line: 0, character: 0 };
  return {
    kind: 'plan',
    sql: '',
    range: { start: origin, end: origin },
    source: { kind: 'embedded', name: '', postgres: '18', statistics: 'none' },
    plan,
    json: [],
    parameters: [],
    notes: [],
    advice: advice.map((one) => ({ ...ADVICE, ...one })),
    places: null,
  };
}

const ADVICE: Advice = {
  rule: 'seq-scan-discard',
  node: '0.0',
  severity: 'warning',
  score: 3,
  message: 'Reads 10 rows too many.',
  threshold: '5 rows',
  whatToDo: 'Add an index.',
  sql: 'create index',
  ecto: null,
  index: null,
};

describe('the list of advice', () => {
  it('names the node, and has the code that there is', () => {
    const [item] = adviceItems(result({}));
    assert.equal(item?.nodeText, 'Seq Scan on orders o');
    assert.deepEqual(item?.code, [{ language: 'SQL', text: 'create index' }]);
    assert.equal(item?.why, 'seq-scan-discard. Threshold: 5 rows.');
  });

  it('names the rule alone where it has no threshold', () => {
    const [item] = adviceItems(result({ rule: 'like-prefix', threshold: '', severity: 'info' }));
    assert.deepEqual([item?.why, item?.severityText], ['like-prefix', 'Information']);
  });

  it('says when it is about the whole plan', () => {
    assert.equal(adviceItems(result({ node: '0' }))[0]?.nodeText, 'the whole plan');
  });

  it('offers to try an index and to make it, but for a plan of nobody knows which database', () => {
    const index: Advice['index'] = {
      table: { schema: null, name: 'orders' },
      partitioned: false,
      method: 'btree',
      keys: [
        {
          expression: 'org_id',
          isColumn: true,
          operatorClass: null,
          descending: false,
          nulls: null,
          use: 'equality',
        },
      ],
      include: [],
      where: null,
    };
    const shown = result({}, { index });
    const labels = (one: PlanResult) =>
      adviceItems(one).map(({ actions }) => actions.map(({ label }) => label).join());
    assert.deepEqual(labels(shown), ['', 'Try index,Create migration']);
    assert.deepEqual(adviceItems(shown)[1]?.actions[0]?.action, { kind: 'try-index', advice: '1' });
    assert.deepEqual(labels({ ...shown, source: { ...shown.source, kind: 'saved' } }), ['', '']);
  });

  it('is empty for a plan that was kept before there was advice', () => {
    const { advice: _, ...old } = result({});
    assert.deepEqual(adviceItems(old as PlanResult), []);
  });
});

describe('a node that something is advised about', () => {
  const marks = marksOf(result({ severity: 'info' }, { severity: 'error' }, { severity: 'warning' }));

  it('is marked with the worst of it', () => {
    assert.deepEqual([...marks], [['0.0', { severity: 'error', count: 3 }]]);
  });

  it('says so in the table', () => {
    const [, row] = planTable(plan, marks).rows;
    assert.match(row?.spoken ?? '', /^Seq Scan on orders o, 3 pieces of advice, /);
    assert.equal(planTable(plan, marks).rows[0]?.mark, null);
    assert.equal(markText({ severity: 'info', count: 1 }), '1 piece of advice');
  });
});
