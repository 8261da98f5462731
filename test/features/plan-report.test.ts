import assert from 'node:assert/strict';
import { planReport } from '../../server/src/features/plan-report.js';
import { type OpenedPlan, openedPlan } from '../../server/src/features/saved-plans.js';
import { type Plan, parsePlan } from '../../server/src/plans/plan.js';
import { savedPlansIn } from '../../server/src/plans/saved-plan.js';
import { plansInText } from '../../server/src/plans/text.js';
import { memoryWorkspace } from '../support/workspace.js';

const TEXT = `Hash Join  (cost=12.00..90.00 rows=8 width=40) (actual time=0.9..130.2 rows=7 loops=1)
  Hash Cond: ((o.name || '|') = c.name)
  ->  Seq Scan on orders o  (cost=0.00..80.00 rows=8 width=24) (actual time=0.3..128.7 rows=7 loops=1)
        Filter: (note <> '<script>alert(1)</script> \`x\`'::text)
  ->  Hash  (cost=8.00..8.00 rows=3 width=24) (never executed)
        ->  Seq Scan on "a_b*c" c  (cost=0.00..8.00 rows=3 width=24) (never executed)
Execution Time: 131.400 ms
`;
const PLAN = planOf(TEXT);
const REPORTED: OpenedPlan = {
  sql: "SELECT '<b>' -- ```\n",
  source: { kind: 'database', name: 'shop on db', postgres: '16.2', statistics: '2026-11-20' },
  parameters: [{ name: 'org.id', type: 'bigint' }],
  plan: PLAN,
  json: plansInText(TEXT)[0]?.json,
  notes: ['The plan is <generic>.'],
  advice: [
    {
      rule: 'seq-scan-discard',
      node: '0.0',
      severity: 'warning',
      score: 4,
      threshold: '',
      message: 'All of "orders" is read.',
      whatToDo: 'Add an index.',
      sql: 'CREATE INDEX ON orders (note);',
      ecto: null,
      index: null,
    },
  ],
};

describe('a plan as Markdown', () => {
  const text = planReport('markdown', REPORTED);

  it('has the statement, where it was planned, a row for each node, and what to do', () => {
    assert.equal(
      text,
      `## Query plan

\`\`\`\`sql
SELECT '<b>' -- \`\`\`
\`\`\`\`

shop on db, PostgreSQL 16.2. Run and measured.

- Execution: 131 ms
- Cost: 90.00

| Node | Own share | Own time | Total time | Rows | Expected | Cost | Loops |
| :--- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
| Hash Join<br>\`Hash Cond: ((o.name \\|\\| '\\|') = c.name)\` | 1 % | 1.5 ms | 130 ms | 7 | 8 | 90.00 | 1 |
| &nbsp;&nbsp;&nbsp;Seq Scan on orders o<br>&nbsp;&nbsp;&nbsp;\`\` Filter: (note <> '<script>alert(1)</script> \`x\`'::text) \`\` | 98 % | 129 ms | 129 ms | 7 | 8 | 80.00 | 1 |
| &nbsp;&nbsp;&nbsp;inner Hash |  |  |  | never run | 3 | 8.00 |  |
| &nbsp;&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;Seq Scan on "a\\_b\\*c" c |  |  |  | never run | 3 | 8.00 |  |

### What to do

- **Seq Scan on orders o**: All of "orders" is read. Add an index.

  \`\`\`sql
  CREATE INDEX ON orders (note);
  \`\`\`

### Notes

- The plan is \\<generic\\>.
`,
    );
  });

  it('has no more than there is', () => {
    const bare = planOf('Seq Scan on t\n  Filter: (a = 1)\n');
    const plain = planReport('markdown', { ...REPORTED, sql: '', plan: bare, notes: [], advice: [] });
    assert.match(plain, /\| Node \|\n\| :--- \|\n\| Seq Scan on t<br>`Filter: \(a = 1\)` \|\n$/);
    assert.doesNotMatch(plain, /What to do|Notes|```/);
  });
});

describe('a plan as a text', () => {
  const plan =
    planOf(`GroupAggregate  (cost=9.00..90.00 rows=8 width=40) (actual time=0.9..130.2 rows=7 loops=1)
  Group Key: o.kind
  Buffers: shared hit=4 read=300, local hit=2, temp read=9 written=9
  ->  Sort  (cost=8.00..80.00 rows=8 width=24) (actual time=0.3..128.7 rows=7 loops=2)
        Sort Key: o.kind
        Sort Method: external merge  Disk: 72kB
        Buffers: shared hit=4 read=300, local hit=2, temp read=9 written=9
        ->  Seq Scan on orders o  (cost=0.00..80.00 rows=8 width=24) (actual time=0.3..28.7 rows=7 loops=2)
              Filter: (total > 9)
              Rows Removed by Filter: 600
              Buffers: shared hit=4 read=300, local hit=2
Settings: work_mem = '64kB'
JIT:
  Functions: 12
  Timing: Generation 1.000 ms, Inlining 0.000 ms, Optimization 2.000 ms, Emission 3.000 ms, Total 6.000 ms
Trigger orders_touched on orders: time=3.200 calls=7
Execution Time: 131.400 ms
`);

  for (const format of ['markdown', 'html'] as const) {
    it(`says what holds for all of it, and below each node what it works by and what it did: ${format}`, () => {
      const text = planReport(format, { ...REPORTED, plan })
        .replace(/<\/dt><dd>/g, ': ')
        .replaceAll('\\', '');
      for (const said of [
        'Buffers: 6 hit, 300 read, 18 temporary',
        'Settings: work_mem = 64kB',
        'Just-in-time compilation: 12 functions, 6 ms',
        'Trigger orders_touched on orders: 7 calls, 3.2 ms',
        'Group Key: o.kind',
        'Sort Key: o.kind',
        'Sort Method: external merge, 72 kB on disk',
        'Rows Removed by Filter: 1,200 in all loops',
      ])
        assert.ok(text.includes(said), `${said}\n${text}`);
    });
  }

  it('as JSON is read again as it was', () => {
    const saved = savedPlansIn(planReport('json', REPORTED));
    assert.ok(!('kind' in saved) && saved[0] !== undefined);
    const again = openedPlan(memoryWorkspace([]), null, saved[0], 'plan.json');
    assert.ok(!('kind' in again));
    const { advice: _, ...told } = REPORTED;
    assert.deepEqual({ ...again, advice: undefined }, { ...told, advice: undefined });
  });

  it('tells what is missing of a damaged plan once, however often it is saved', () => {
    const reopened = (text: string) => {
      const saved = savedPlansIn(text);
      assert.ok(!('kind' in saved) && saved[0] !== undefined);
      const opened = openedPlan(memoryWorkspace([]), null, saved[0], 'cut.txt');
      assert.ok(!('kind' in opened));
      return opened;
    };
    const cut = reopened(TEXT.split('\n').slice(0, 3).join('\n'));
    assert.equal(cut.notes.length, 1);
    assert.deepEqual(reopened(planReport('json', cut)).notes, cut.notes);
  });
});

describe('a plan as HTML', () => {
  const text = planReport('html', REPORTED);

  it('is complete in itself, and runs nothing', () => {
    assert.match(text, /^<!doctype html>/);
    assert.doesNotMatch(text, /<script|<link|<img|https?:|@import|url\(/);
    assert.match(text, /&lt;script&gt;alert\(1\)&lt;\/script&gt;/);
    assert.match(text, /<pre>SELECT &#39;&lt;b&gt;&#39; -- ```<\/pre>/);
  });

  it('has a row for each node, with a bar of its share', () => {
    assert.equal(text.match(/<tr><td/g)?.length, 4);
    assert.match(text, /<td>98 %<div class="bar" style="width: 97\.\d%">/);
    assert.match(
      text,
      /<b>Seq Scan on orders o<\/b>: All of &quot;orders&quot; is read\. Add an index\.<pre>CREATE INDEX/,
    );
  });
});

function planOf(text: string): Plan {
  const plan = parsePlan(plansInText(text)[0]?.json);
  assert.ok(plan.kind === 'plan');
  return plan;
}
