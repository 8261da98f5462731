// How much is known of the values of a column.

import assert from 'node:assert/strict';
import { distributionOf } from '../../server/src/catalog/statistics.js';
import { readStatistics } from '../../server/src/lint/statistics-file.js';

const { statistics, problems } = readStatistics(`{
  "version": 1, "exported": "2026-11-20", "redacted": "text",
  "holds": { "withheld": { "public.orders": ["email"] } },
  "tables": {
    "public.orders": {
      "rows": 1000,
      "columns": {
        "status": { "n_distinct": 2, "most_common_vals": ["a", "b"], "most_common_freqs": [0.6, 0.4] },
        "total": { "n_distinct": -1, "histogram_bounds": ["1", "2"] },
        "tags": { "most_common_elems": ["x"], "most_common_elem_freqs": [0.1, 0.1, 0.1] },
        "email": { "n_distinct": -1 },
        "payload": { "n_distinct": 0 }
      }
    },
    "audit.log": { "rows": 1000, "inherited": { "at": { "histogram_bounds": ["1", "2"] } } },
    "public.events": { "kind": "partitioned" },
    "public.events_1": {
      "partition": { "of": "public.events" },
      "columns": { "kind": { "most_common_vals": ["a"], "most_common_freqs": [1] } }
    }
  }
}`);

describe('what is known of the values of a column', () => {
  const orders = { schema: null, name: 'orders' };
  const events = { schema: 'public', name: 'events' };

  it('is measured where values are told, and where there are none to tell', () => {
    assert.deepEqual(problems, []);
    for (const column of ['status', 'total', 'tags', 'payload']) {
      assert.equal(distributionOf(statistics, orders, column), 'measured', column);
    }
    assert.equal(distributionOf(statistics, { schema: 'audit', name: 'log' }, 'at'), 'measured');
  });

  it('is a count where values were withheld, or somebody wrote no more', () => {
    assert.equal(distributionOf(statistics, orders, 'email'), 'counted');
    const byHand = readStatistics(
      '{ "version": 1, "tables": { "orders": { "rows": 9, "columns": { "status": { "n_distinct": 3 } } } } }',
    );
    assert.equal(distributionOf(byHand.statistics, orders, 'status'), 'counted');
  });

  it('is a guess where nothing is known', () => {
    assert.equal(distributionOf(statistics, orders, 'total_again'), 'guessed');
    assert.equal(distributionOf(statistics, { schema: 'audit', name: 'orders' }, 'total'), 'guessed');
  });

  it('is that of a partition, where nobody looked at the whole', () => {
    assert.equal(distributionOf(statistics, events, 'kind'), 'measured');
    assert.equal(distributionOf(statistics, events, 'at'), 'guessed');
  });
});
