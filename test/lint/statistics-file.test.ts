// The file of statistics as it is read: what holds, and what is wrong at its place.

import assert from 'node:assert/strict';
import { withAssumedSizes } from '../../server/src/lint/sizes.js';
import { readStatistics } from '../../server/src/lint/statistics-file.js';

/** Each problem with the text that it is at. */
function problemsOf(text: string): readonly string[] {
  return readStatistics(text).problems.map(
    ({ span, message }) => `${text.slice(span.start, span.end)}: ${message}`,
  );
}

const table = (inside: string) => `{ "version": 1, "tables": { "public.orders": ${inside} } }`;
const column = (inside: string) => table(`{ "columns": { "status": ${inside} } }`);

const common = (values: string, shares: string) =>
  column(`{ "most_common_vals": ${values}, "most_common_freqs": ${shares} }`);

const extended = (inside: string) => table(`{ "extended": [${inside}] }`);

const settings = (inside: string) => `{ "version": 1, "settings": ${inside}, "tables": {} }`;

const COUNT = 'a whole number that is not negative';
const ROWS = 'a whole number from 0 to 1,249,835,482,554, which is what a table can hold';
const PAGES = 'a whole number from 0 to 4,294,967,294, which is what a table can hold';
const UNORDERED = '"histogram_bounds" must be in order: the one before is greater.';
const PAIR = '"most_common_vals" and "most_common_freqs" belong together, with a frequency for each value.';

const WRONG: readonly (readonly [text: string, ...problems: readonly string[]])[] = [
  ['[]', '[]: These are no statistics of Plumbline: "version" must be 1.'],
  ['{ "version": 2 }', '2: These are no statistics of Plumbline: "version" must be 1.'],
  [
    '{ "version": 1 }',
    '{ "version": 1 }: "tables" must be an object with a table for each key: { "public.orders": { "rows": 1200 } }.',
  ],
  [
    '{ "version": 1, "exported": "soon", "tables": {} }',
    '"soon": "exported" must be a date, such as "2026-11-20".',
  ],
  [
    '{ "version": 1, "exported": "20 May 2026", "tables": {} }',
    '"20 May 2026": "exported" must be a date, such as "2026-11-20".',
  ],
  [
    settings('{ "search_path": "nope" }'),
    '"nope": "search_path" is no setting of the planner, so it is not used.',
  ],
  [
    settings('{ "role": "ann", "work_mem": "4MB" }'),
    '"ann": "role" is no setting of the planner, so it is not used.',
  ],
  [settings('{ "a.b_cost": "1" }'), '"1": "a.b_cost" is no setting of the planner, so it is not used.'],
  [settings('{ "work_mem": 64 }'), '64: "work_mem" must be a text.'],
  [settings('{ "work_mem": "much" }'), '"much": "work_mem" must be a size, such as "64MB".'],
  [settings('{ "enable_seqscan": "maybe" }'), '"maybe": "enable_seqscan" must be "on" or "off".'],
  [
    settings('{ "random_page_cost": "low" }'),
    '"low": "random_page_cost" must be a number in quotation marks, such as "1.1".',
  ],
  [
    settings('{ "constraint_exclusion": "some" }'),
    '"some": "constraint_exclusion" must be "partition", "on" or "off".',
  ],
  [settings('[]'), '[]: "settings" must be an object.'],
  [table('12'), '12: A table must be an object such as { "rows": 1200 }.'],
  [table('{ "rows": -2 }'), `-2: "rows" must be ${ROWS}.`],
  [table('{ "rows": 1.5 }'), `1.5: "rows" must be ${ROWS}.`],
  [table('{ "rows": 1e13 }'), `1e13: "rows" must be ${ROWS}.`],
  [table('{ "kind": "partitioned", "rows": 1e300 }'), `1e300: "rows" must be ${COUNT}.`],
  [table('{ "bytes": 0.5 }'), `0.5: "bytes" must be ${COUNT}.`],
  [table('{ "changedSince": -1 }'), `-1: "changedSince" must be ${COUNT}.`],
  [table('{ "pages": 4294967295 }'), `4294967295: "pages" must be ${PAGES}.`],
  [table('{ "analyzedPages": 1.5 }'), `1.5: "analyzedPages" must be ${PAGES}.`],
  [table('{ "indexes": { "i": { "pages": -1 } } }'), `-1: "pages" must be ${PAGES}.`],
  [table('{ "columns": [] }'), '[]: "columns" must be an object.'],
  [column('{ "null_frac": "none" }'), '"none": "null_frac" must be a number from 0 to 1.'],
  [column('{ "null_frac": 7 }'), '7: "null_frac" must be a number from 0 to 1.'],
  [
    column('{ "avg_width": 4.5 }'),
    '4.5: "avg_width" must be a whole number from 0 to 1,073,741,824, a gigabyte.',
  ],
  [column('{ "n_distinct": -1.5 }'), '-1.5: "n_distinct" must be a number, at least -1.'],
  [column('{ "correlation": 9 }'), '9: "correlation" must be a number from -1 to 1.'],
  [column('{ "histogram_bounds": "1" }'), '"1": "histogram_bounds" must be a list.'],
  [column('{ "histogram_bounds": ["1", 2] }'), '2: Each of "histogram_bounds" must be a text.'],
  [
    column('{ "histogram_bounds": ["1"] }'),
    '["1"]: "histogram_bounds" must be at least two, the least and the greatest.',
  ],
  [column('{ "type": "integer", "histogram_bounds": ["9", "10", "2"] }'), `"2": ${UNORDERED}`],
  [column('{ "type": "numeric(9,2)", "histogram_bounds": ["1.5", "-2"] }'), `"-2": ${UNORDERED}`],
  [
    column('{ "type": "date", "histogram_bounds": ["2026-01-02", "2026-01-01"] }'),
    `"2026-01-01": ${UNORDERED}`,
  ],
  [
    column('{ "type": "bigint", "histogram_bounds": ["1", "many"] }'),
    '"many": This is no value of the type bigint.',
  ],
  [column('{ "most_common_vals": ["a"] }'), `["a"]: ${PAIR}`],
  [column('{ "most_common_freqs": [0.5] }'), `[0.5]: ${PAIR}`],
  [column('{ "most_common_vals": ["a", "b"], "most_common_freqs": [0.5] }'), `["a", "b"]: ${PAIR}`],
  [common('["a", "b"]', '[0.5, 2]'), '2: Each of "most_common_freqs" must be a number from 0 to 1.'],
  [
    common('["a", "b"]', '[0.6, 0.6]'),
    '[0.6, 0.6]: "most_common_freqs" are shares of all rows: their sum is at most 1.',
  ],
  [
    column('{ "null_frac": 0.5, "most_common_vals": ["a"], "most_common_freqs": [0.7] }'),
    '[0.7]: "most_common_freqs" are shares of all rows: their sum, together with "null_frac", is at most 1.',
  ],
  [
    common('["a", "b"]', '[0.1, 0.2]'),
    '0.2: The value before it is less common: the most common one comes first.',
  ],
  [common('["a", "b", "a"]', '[0.3, 0.2, 0.1]'), '"a": "most_common_vals" has this value twice.'],
  [
    column('{ "type": "integer", "most_common_vals": ["x"], "most_common_freqs": [0.1] }'),
    '"x": This is no value of the type integer.',
  ],
  [
    column('{ "elem_count_histogram": [1, 3, 2, 2.5] }'),
    '2: "elem_count_histogram" must be in order, with the average behind it.',
  ],
  [column('{ "range_empty_frac": 3 }'), '3: "range_empty_frac" must be a number from 0 to 1.'],
  [
    extended('{ "columns": ["a", "b"] }'),
    '{ "columns": ["a", "b"] }: Extended statistics must say "name" and "columns".',
  ],
  [
    extended(
      '{ "name": "s", "columns": ["a", "b", "c"], "ndistinct": [{ "columns": ["a", "b"], "distinct": 4 }] }',
    ),
    '[{ "columns": ["a", "b"], "distinct": 4 }]: "ndistinct" must tell of each combination of two and more of the columns.',
  ],
  [
    extended(
      '{ "name": "s", "columns": ["a", "b"], "dependencies": [{ "columns": ["a"], "determines": "c", "degree": 1 }] }',
    ),
    '"c": "determines" must be another one of the columns.',
  ],
  [
    extended(
      '{ "name": "s", "columns": ["a", "b"], "dependencies": [{ "columns": ["c"], "determines": "b", "degree": 2 }] }',
    ),
    '"c": These are statistics of a, b alone.',
    '2: "degree" must be a number from 0 to 1.',
  ],
  ['{ "version": 1, "tables": {', ': This is not JSON.'],
  ['', ': This is not JSON.'],
];

/** What a server may say, or nobody can tell to be wrong. */
const RIGHT: readonly string[] = [
  table('{ "rows": -1, "pages": 0, "bytes": 0 }'),
  table('{ "rows": 1249835482554, "pages": 4294967294 }'),
  table('{ "kind": "partitioned", "rows": 9000000000000 }'),
  column('{ "null_frac": 1, "avg_width": 0, "n_distinct": 0, "correlation": -1 }'),
  column('{ "n_distinct": -0.25 }'),
  column('{ "most_common_vals": [], "most_common_freqs": [], "histogram_bounds": [] }'),
  column('{ "n_distinct": 12.5, "correlation": 0.3333 }'),
  // The sum of what was rounded.
  common('["a", "b", "c"]', '[0.3334, 0.3334, 0.3334]'),
  // A bound may come several times, and texts are in the order of a collation.
  column('{ "type": "integer", "histogram_bounds": ["-5", "3", "3", "20"] }'),
  column('{ "type": "text", "histogram_bounds": ["b", "B", "a"] }'),
  column('{ "histogram_bounds": ["10", "9"] }'),
  column('{ "type": "double precision", "histogram_bounds": ["-Infinity", "1e-5", "NaN"] }'),
  column(
    '{ "type": "date", "histogram_bounds": ["-infinity", "0044-03-15 BC", "2026-01-01", "10000-01-01"] }',
  ),
  column(
    '{ "type": "timestamp with time zone", "histogram_bounds": ["2026-01-01 00:00:00+00", "2026-01-01 00:00:00.5+00"] }',
  ),
  column('{ "elem_count_histogram": [1, 2, 2, 9, 3.5] }'),
  extended(
    '{ "name": "s", "columns": ["a", "b"], "ndistinct": [{ "columns": ["b", "a"], "distinct": 4 }], "dependencies": [{ "columns": ["a"], "determines": "b", "degree": 0.5 }] }',
  ),
  extended('{ "name": "s", "columns": ["a", "b"] }'),
  // Shares of elements stand in the order of the elements, and the least, the greatest and that of NULL behind them.
  column('{ "most_common_elems": ["a", "b"], "most_common_elem_freqs": [0.1, 1, 0.1, 1, 0] }'),
];

describe('a file of statistics', () => {
  for (const text of RIGHT) it(`takes ${text}`, () => assert.deepEqual(problemsOf(text), []));

  it('leaves out the values of which something is wrong, and no others', () => {
    const text = table(
      '{ "rows": 1e20, "pages": 7, "columns": { "status": { "n_distinct": 2, "correlation": 9, "most_common_vals": ["a", "b"], "most_common_freqs": [0.9, 0.9] } } }',
    );
    const found = readStatistics(text).statistics.tables.get('public.orders');
    assert.deepEqual([found?.rows, found?.pages], [null, 7]);
    const status = found?.columns.get('status');
    assert.deepEqual([status?.n_distinct, status?.correlation], [2, null]);
    assert.deepEqual([status?.most_common_vals, status?.most_common_freqs], [null, null]);
  });

  for (const [text, ...problems] of WRONG) {
    it(`is told what is wrong in ${text === '' ? 'an empty one' : text}`, () =>
      assert.deepEqual(problemsOf(text), problems));
  }

  it('holds as far as it is right', () => {
    const text = column(
      '{ "n_distinct": 5, "avg_width": "wide", "most_common_vals": ["a"], "most_common_freqs": [1] }',
    );
    const found = readStatistics(text).statistics.tables.get('public.orders')?.columns.get('status');
    assert.equal(found?.n_distinct, 5);
    assert.equal(found?.avg_width, null);
    assert.deepEqual(found?.most_common_vals, ['a']);
  });

  it('takes settings of the planner as servers and people write them', () => {
    const written = {
      work_mem: '64MB',
      effective_cache_size: '1.5 GB',
      min_parallel_table_scan_size: '0',
      jit: 'off',
      jit_above_cost: '-1',
      enable_partitionwise_join: 'on',
      random_page_cost: '1.1',
      cpu_tuple_cost: '1e-05',
      geqo_seed: '.5',
      constraint_exclusion: 'partition',
      plan_cache_mode: 'force_custom_plan',
      max_parallel_workers: '8',
    };
    const { statistics, problems } = readStatistics(settings(JSON.stringify({ ...written, role: 'ann' })));
    assert.equal(problems.length, 1);
    assert.deepEqual(Object.fromEntries(statistics.settings), written);
  });

  it('may be written by hand, with comments and without a schema', () => {
    const { statistics, problems } = readStatistics(
      '{ "version": 1, // ours\n "tables": { "orders": { "rows": 12, }, "never": { "rows": -1 } } }',
    );
    assert.deepEqual(problems, []);
    assert.equal(statistics.tables.get('public.orders')?.rows, 12);
    assert.equal(statistics.tables.get('public.orders')?.pages, null);
    assert.equal(statistics.tables.get('public.never')?.rows, null);
    assert.equal(statistics.server, null);
  });

  it('takes names as they are, those of JavaScript too', () => {
    const { statistics } = readStatistics(
      '{"version": 1, "tables": {"__proto__": {"rows": 1}, "a.constructor": {"rows": 2}}}',
    );
    assert.deepEqual([...statistics.tables.keys()], ['public.__proto__', 'a.constructor']);
  });
});

describe('sizes that the configuration assumes', () => {
  const { statistics } = readStatistics(
    '{"version": 1, "exported": "2026-11-20", "tables": {"orders": {"rows": 5}, "events": {"columns": {"id": {"n_distinct": 3}}}}}',
  );

  it('hold where no file tells', () => {
    const all = withAssumedSizes(statistics, {
      orders: { rows: 900, bytes: null },
      events: { rows: 700, bytes: null },
      'audit.log': { rows: null, bytes: 8192 },
    });
    assert.equal(all?.exported, '2026-11-20');
    assert.equal(all?.tables.get('public.orders')?.rows, 5);
    assert.equal(all?.tables.get('public.events')?.rows, 700);
    assert.equal(all?.tables.get('public.events')?.columns.get('id')?.n_distinct, 3);
    assert.equal(all?.tables.get('audit.log')?.bytes, 8192);
  });

  it('do without a file', () => {
    assert.equal(withAssumedSizes(null, {}), null);
    const assumed = withAssumedSizes(null, { orders: { rows: 900, bytes: null } });
    assert.equal(assumed?.exported, null);
    assert.equal(assumed?.tables.get('public.orders')?.rows, 900);
  });
});
