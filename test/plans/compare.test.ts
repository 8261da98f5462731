import assert from 'node:assert/strict';
import { type Comparison, changeText, comparePlans } from '../../server/src/plans/compare.js';
import { nodeTarget, nodeTitle } from '../../server/src/plans/names.js';
import { nodesOf } from '../../server/src/plans/nodes.js';
import { type Plan, parsePlan } from '../../server/src/plans/plan.js';
import { plansInText } from '../../server/src/plans/text.js';
import { recordedPairs } from './support/recorded-plan-texts.js';

describe('two plans side by side', () => {
  it('tells in words how a table is read now, and what that saves', () => {
    const { sentences, totals } = compared(
      plan(`
Seq Scan on orders  (cost=0.00..33713.00 rows=800 width=8)
  Filter: (status = 'failed'::text)`),
      plan(`
Index Scan using orders_status_idx on orders  (cost=0.42..602.09 rows=800 width=8)
  Index Cond: (status = 'failed'::text)`),
    );
    assert.deepEqual(sentences, [
      'Seq Scan on orders became Index Scan using orders_status_idx: cost 33,713.00 → 602.09 (56× less).',
    ]);
    assert.deepEqual(totals[0], {
      name: 'Cost',
      before: '33,713.00',
      after: '602.09',
      values: { before: 33713, after: 602.09 },
      verdict: '56× less',
      direction: 'less',
    });
    assert.equal(totals.find(({ name }) => name === 'Expected rows')?.verdict, 'the same');
  });

  it('finds nothing in the same plan', () => {
    for (const { name, json } of recordedPairs(18)) {
      const same = parsed(JSON.parse(json));
      const { rows, sentences } = compared(same, same);
      assert.deepEqual(sentences, [], name);
      assert.ok(
        rows.every(({ change, before, after }) => change === 'same' && before?.id === after?.id),
        name,
      );
    }
  });

  it('leaves a gap where a node comes or goes, and goes on below it', () => {
    assert.deepEqual(
      drawn(
        `
Limit  (cost=900.00..900.10 rows=10 width=8)
  ->  Sort  (cost=900.00..950.00 rows=500 width=8)
        Sort Key: at
        ->  Bitmap Heap Scan on orders  (cost=5.00..100.00 rows=500 width=8)
              ->  Bitmap Index Scan on orders_org  (cost=0.00..5.00 rows=500 width=0)`,
        `
Limit  (cost=0.42..12.00 rows=10 width=8)
  ->  Index Scan using orders_org_at on orders  (cost=0.42..700.00 rows=500 width=8)`,
      ),
      [
        'numbers  Limit | Limit',
        'removed    Sort | –',
        'changed      Bitmap Heap Scan orders | Index Scan orders using orders_org_at',
        'removed        Bitmap Index Scan orders_org | –',
      ],
    );
  });

  it('knows the sides of a join again when they are swapped', () => {
    assert.deepEqual(
      drawn(
        `
Hash Join  (cost=20.00..90.00 rows=50 width=8)
  Hash Cond: (o.id = e.org_id)
  ->  Seq Scan on orgs o  (cost=0.00..8.00 rows=50 width=8)
  ->  Hash  (cost=15.00..15.00 rows=50 width=8)
        ->  Seq Scan on events e  (cost=0.00..15.00 rows=50 width=8)`,
        `
Nested Loop  (cost=0.42..30.00 rows=50 width=8)
  ->  Seq Scan on events e  (cost=0.00..15.00 rows=50 width=8)
  ->  Index Scan using orgs_pkey on orgs o  (cost=0.42..0.50 rows=1 width=8)
        Index Cond: (id = e.org_id)`,
      ),
      [
        'changed  Hash Join | Nested Loop',
        'removed    Hash | –',
        'same         Seq Scan events e | Seq Scan events e',
        'changed    Seq Scan orgs o | Index Scan orgs o using orgs_pkey',
      ],
    );
  });

  it('says of a relation that is joined elsewhere that it has moved', () => {
    const scan = (name: string, cost = 9) => `Seq Scan on ${name}  (cost=0.00..${cost}.00 rows=5 width=8)`;
    const three = (a: string, b: string, c: string) => `
Nested Loop  (cost=0.00..90.00 rows=5 width=8)
  ->  Nested Loop  (cost=0.00..50.00 rows=5 width=8)
        ->  ${scan(a)}
        ->  ${scan(b)}
  ->  ${scan(c)}`;
    const { rows } = compared(plan(three('a', 'b', 'c')), plan(three('a', 'c', 'b')));
    assert.deepEqual(
      rows.map(({ change, after }) => `${change} ${after?.relation?.name ?? after?.type}`),
      ['same Nested Loop', 'same Nested Loop', 'same a', 'moved c', 'moved b'],
    );
    assert.match(rows[3]?.words ?? '', /stands elsewhere/);
  });

  it('tells changed conditions from changed numbers', () => {
    const { rows, sentences } = compared(
      plan(`
Seq Scan on t  (cost=0.00..10.00 rows=5 width=8)
  Filter: (a = 1)`),
      plan(`
Seq Scan on t  (cost=0.00..12.00 rows=5 width=8)
  Filter: (a = 2)`),
    );
    assert.equal(rows[0]?.change, 'changed');
    assert.deepEqual(sentences, [
      'Seq Scan on t: Filter: (a = 1) became Filter: (a = 2): cost 10.00 → 12.00 (20 % more).',
    ]);
  });

  it('takes for the same what is as near in a row as in the totals', () => {
    const changes = (cost: number) => {
      const scan = (total: number) => plan(`Seq Scan on t  (cost=0.00..${total}.00 rows=5 width=8)`);
      const { rows, totals } = compared(scan(1000), scan(cost));
      return [rows[0]?.change, totals[0]?.direction];
    };
    assert.deepEqual([1004, 1007].map(changes), [
      ['same', 'same'],
      ['numbers', 'more'],
    ]);
  });

  it('says of a row that it has other numbers where a cell of it says so, and only there', () => {
    const scan = (ms: number, rows = 5) =>
      plan(
        `Seq Scan on t  (cost=0.00..9.00 rows=5 width=8) (actual time=0.01..${ms} rows=${rows} loops=1)\nExecution Time: ${ms} ms`,
      );
    const changes = (before: Plan, after: Plan) => {
      const { columns, rows } = compared(before, after);
      const told = rows[0]?.cells.flatMap(({ verdict }, at) =>
        verdict === '' ? [] : `${columns[at]} ${verdict}`,
      );
      return [rows[0]?.change, ...(told ?? [])];
    };
    assert.deepEqual(changes(scan(0.1), scan(0.4)), ['same']);
    assert.deepEqual(changes(scan(10), scan(10.9)), ['same']);
    assert.deepEqual(changes(scan(10), scan(40)), ['numbers', 'Own time 4× more']);
    assert.deepEqual(changes(scan(10, 5), scan(10, 50)), ['numbers', 'Rows, all loops 10× more']);
    const plans = recordedPairs(18).map(({ json }) => parsed(JSON.parse(json)));
    for (const before of plans) {
      for (const { change, cells } of plans.flatMap((after) => compared(before, after).rows)) {
        const differs = cells.some(({ direction }) => direction !== 'same');
        if (change === 'same' || change === 'numbers')
          assert.equal(changeText(change), differs ? 'other numbers' : 'unchanged');
      }
    }
  });

  it('takes what was never run for nothing', () => {
    const join = (inner: string) =>
      plan(`Nested Loop  (cost=0.00..9.00 rows=5 width=8) (actual time=0.1..9.0 rows=0 loops=1)
  ->  Seq Scan on a  (cost=0.00..4.00 rows=5 width=8) (actual time=0.1..8.0 rows=0 loops=1)
  ->  Seq Scan on b  (cost=0.00..4.00 rows=5 width=8) (${inner})
Execution Time: 9.1 ms`);
    const { rows } = compared(join('never executed'), join('actual time=0.1..0.2 rows=7 loops=1'));
    assert.deepEqual(
      rows.map(({ change }) => change),
      ['same', 'same', 'numbers'],
    );
    assert.deepEqual(rows[2]?.cells[1], { before: '0', after: '7', verdict: 'more', direction: 'more' });
  });

  it('warns of a plan that is cut off', () => {
    const whole = plan(
      'Limit  (cost=0.00..9.00 rows=5 width=8)\n  ->  Seq Scan on t  (cost=0.00..9.00 rows=5 width=8)',
    );
    const cut = plan('Limit  (cost=0.00..9.00 rows=5 width=8)');
    assert.deepEqual(compared(whole, whole).cautions, []);
    assert.deepEqual(compared(whole, cut).cautions, [
      'The plan after is cut off or damaged: what is missing in it is no change.',
    ]);
  });

  it('puts first where most of the time was, not the cost of what was never run', () => {
    const two = (filter: number) =>
      plan(`
Append  (cost=0.00..100.00 rows=2 width=8) (actual time=0.1..9.0 rows=1 loops=1)
  ->  Seq Scan on dear  (cost=0.00..95.00 rows=1 width=8) (never executed)
        Filter: (a = ${filter})
  ->  Seq Scan on slow  (cost=0.00..4.00 rows=1 width=8) (actual time=0.1..8.9 rows=1 loops=1)
        Filter: (a = ${filter})
Execution Time: 9.1 ms`);
    const { sentences } = compared(two(1), two(2));
    assert.match(sentences[0] ?? '', /^Seq Scan on slow: /);
  });

  it('shows each node of both plans once, whatever the plans', () => {
    const plans = recordedPairs(18).map(({ json }) => parsed(JSON.parse(json)));
    for (const before of plans) {
      for (const after of plans) {
        const { rows } = compared(before, after);
        for (const [side, whole] of [
          ['before', before],
          ['after', after],
        ] as const) {
          const shown = rows.flatMap((row) => row[side]?.id ?? []).sort();
          assert.deepEqual(
            shown,
            nodesOf(whole)
              .map(({ id }) => id)
              .sort(),
          );
        }
      }
    }
  });

  it('compares two plans of a thousand partitions', () => {
    const partitions = (index: boolean) =>
      plan(
        `Append  (cost=0.00..99999.00 rows=1000 width=8)\n${Array.from({ length: 1000 }, (_, n) =>
          index && n % 2 === 0
            ? `  ->  Index Scan using p${n}_idx on p${n}  (cost=0.00..9.00 rows=1 width=8)`
            : `  ->  Seq Scan on p${n}  (cost=0.00..99.00 rows=1 width=8)`,
        ).join('\n')}`,
      );
    const { rows, sentences } = compared(partitions(false), partitions(true));
    assert.equal(rows.length, 1001);
    assert.equal(rows.filter(({ change }) => change === 'changed').length, 500);
    assert.match(sentences.at(-1) ?? '', /^And 488 more/);
  }).timeout(10_000);
});

/** Of one statement, on one server. */
function compared(before: Plan, after: Plan): Comparison {
  const source = { kind: 'embedded', name: '', postgres: '18.6', statistics: 'none' } as const;
  return comparePlans({ sql: '', source, plan: before }, { sql: '', source, plan: after });
}

function plan(text: string): Plan {
  return parsed(plansInText(text)[0]?.json);
}

function parsed(json: unknown): Plan {
  const read = parsePlan(json);
  assert.ok(read.kind === 'plan');
  return read;
}

function drawn(before: string, after: string): readonly string[] {
  return compared(plan(before), plan(after)).rows.map(({ level, change, ...row }) => {
    const side = (node: typeof row.before) =>
      node === null ? '–' : `${nodeTitle(node)} ${nodeTarget(node)}`.trim();
    return `${change.padEnd(7)}${'  '.repeat(level)}${side(row.before)} | ${side(row.after)}`;
  });
}
