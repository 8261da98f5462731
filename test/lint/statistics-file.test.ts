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
  [table('12'), '12: A table must be an object such as { "rows": 1200 }.'],
  [table('{ "rows": -2 }'), '-2: "rows" must be a number that is not negative.'],
  [table('{ "columns": [] }'), '[]: "columns" must be an object.'],
  [column('{ "null_frac": "none" }'), '"none": "null_frac" must be a number that is not negative.'],
  [column('{ "histogram_bounds": [1, 2] }'), '[1, 2]: "histogram_bounds" must be a list of texts.'],
  [column('{ "most_common_vals": ["a"] }'), `["a"]: ${PAIR}`],
  [column('{ "most_common_freqs": [0.5] }'), `[0.5]: ${PAIR}`],
  [column('{ "most_common_vals": ["a", "b"], "most_common_freqs": [0.5] }'), `["a", "b"]: ${PAIR}`],
  ['{ "version": 1, "tables": {', ': This is not JSON.'],
  ['', ': This is not JSON.'],
];

describe('a file of statistics', () => {
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
