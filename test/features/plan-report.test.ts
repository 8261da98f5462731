import assert from 'node:assert/strict';
import { planHtml, planMarkdown, type ReportedPlan } from '../../server/src/features/plan-report.js';
import { type Plan, parsePlan } from '../../server/src/plans/plan.js';
import { plansInText } from '../../server/src/plans/text.js';

const TEXT = `Hash Join  (cost=12.00..90.00 rows=8 width=40) (actual time=0.9..130.2 rows=7 loops=1)
  Hash Cond: ((o.name || '|') = c.name)
  ->  Seq Scan on orders o  (cost=0.00..80.00 rows=8 width=24) (actual time=0.3..128.7 rows=7 loops=1)
        Filter: (note <> '<script>alert(1)</script> \`x\`'::text)
  ->  Hash  (cost=8.00..8.00 rows=3 width=24) (never executed)
        ->  Seq Scan on "a_b*c" c  (cost=0.00..8.00 rows=3 width=24) (never executed)
Execution Time: 131.400 ms
`;
const PLAN = planOf(TEXT);
const REPORTED: ReportedPlan = {
  sql: "SELECT '<b>' -- ```\n",
  source: { kind: 'database', name: 'shop on db', postgres: '16.2', statistics: '2026-11-20' },
  plan: PLAN,
  json: [],
  notes: ['The plan is <generic>.'],
  advice: [
    {
      node: '0.0',
      message: 'All of "orders" is read.',
      whatToDo: 'Add an index.',
      sql: 'CREATE INDEX ON orders (note);',
    },
  ],
};

describe('a plan as Markdown', () => {
  const text = planMarkdown(REPORTED);

  it('has the statement, where it was planned, a row for each node, and what to do', () => {
    assert.equal(
      text,
      `## Query plan

\`\`\`\`sql
SELECT '<b>' -- \`\`\`
\`\`\`\`

shop on db, PostgreSQL 16.2. Run and measured: execution 131 ms, cost 90.00.

| Node | Own share | Own time | Total time | Rows | Expected | Cost | Loops |
| :--- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
| Hash Join<br>\`Hash Cond: ((o.name \\|\\| '\\|') = c.name)\` | 1 % | 1.5 ms | 130 ms | 7 | 8 | 90.00 | 1 |
| &nbsp;&nbsp;&nbsp;Seq Scan on orders o<br>&nbsp;&nbsp;&nbsp;\`\` Filter: (note <> '<script>alert(1)</script> \`x\`'::text) \`\` | 98 % | 129 ms | 129 ms | 7 | 8 | 80.00 | 1 |
| &nbsp;&nbsp;&nbsp;inner Hash |  |  |  | never run | 3 | 8.00 |  |
| &nbsp;&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;Seq Scan on a\\_b\\*c c |  |  |  | never run | 3 | 8.00 |  |

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
    const plain = planMarkdown({ ...REPORTED, sql: '', plan: bare, notes: [], advice: [] });
    assert.match(plain, /\| Node \|\n\| :--- \|\n\| Seq Scan on t<br>`Filter: \(a = 1\)` \|\n$/);
    assert.doesNotMatch(plain, /What to do|Notes|```/);
  });
});

describe('a plan as HTML', () => {
  const text = planHtml(REPORTED);

  it('is complete in itself, and runs nothing', () => {
    assert.match(text, /^<!doctype html>/);
    assert.doesNotMatch(text, /<script|<link|<img|https?:|@import|url\(/);
    assert.match(text, /&lt;script&gt;alert\(1\)&lt;\/script&gt;/);
    assert.match(text, /<pre>SELECT &#39;&lt;b&gt;&#39; -- ```<\/pre>/);
  });

  it('has a row for each node, with a bar of its share', () => {
    assert.equal(text.match(/<tr><td/g)?.length, 4);
    assert.match(text, /width: 97\.\d%/);
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
