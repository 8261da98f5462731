// The order in which migrations run.

import assert from 'node:assert/strict';
import { memoryWorkspace, ROOT } from '../support/workspace.js';

function orderOf(paths: readonly string[]): readonly string[] {
  const workspace = memoryWorkspace(paths.map((path) => ({ path, text: 'select 1;' })));
  return workspace.histories.flatMap(({ set }) => set.files.map(({ path }) => path.slice(ROOT.length + 1)));
}

describe('the order of migrations', () => {
  for (const [why, ordered] of [
    ['numbers by value', ['db/2_b.up.sql', 'db/10_a.up.sql']],
    ['parts by value', ['db/V1.2__b.sql', 'db/V1.10__a.sql']],
    ['folders of numbers first', ['db/2/09_a.up.sql', 'db/10/01_b.up.sql', 'db/10/02_a.up.sql']],
    [
      'a lone folder of a number is a name',
      ['a/migrations/1_a.up.sql', 'db/2024/2_b.up.sql', 'a/migrations/3_c.up.sql'],
    ],
    [
      'SQL and Ecto together',
      [
        'priv/repo/migrations/20240101000000_a.exs',
        'db/20240102000000_b.up.sql',
        'priv/repo/migrations/20240103000000_c.exs',
      ],
    ],
  ] as const) {
    it(why, () => assert.deepEqual(orderOf(ordered.toReversed()), ordered));
  }
});
