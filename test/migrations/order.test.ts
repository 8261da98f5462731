// The order in which migrations run.

import assert from 'node:assert/strict';
import type { Config } from '../../server/src/lint/config.js';
import { memoryWorkspace, ROOT } from '../support/workspace.js';

function orderOf(paths: readonly string[], config: Partial<Config> = {}): readonly string[] {
  const text = (path: string) =>
    path.endsWith('.exs') ? 'defmodule M do\n  use Ecto.Migration\nend' : 'select 1;';
  const files = paths.map((path) => ({ path, text: path.includes('.formatter') ? '[]' : text(path) }));
  const workspace = memoryWorkspace(files, config);
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

describe('folders that the configuration names', () => {
  const cases: readonly (readonly [string, Partial<Config>, readonly string[], readonly string[]])[] = [
    ['names', { migrations: ['sql'] }, ['sql/a.sql', 'sql/b.sql'], []],
    ['names after numbers', { migrations: ['sql'] }, ['sql/2_b.sql', 'sql/10_c.sql', 'sql/a.sql'], []],
    ['those of the layout', { migrations: ['sql'], layout: 'plain' }, ['sql/V1__a.sql', 'sql/b.sql'], []],
    ['not of a tool that wants numbers', { migrations: ['sql'], layout: 'goose' }, [], ['sql/a.sql']],
    ['not beside the files of such a tool', { migrations: ['sql'] }, ['sql/V1__a.sql'], ['sql/b.sql']],
    ['not those that Flyway repeats', { migrations: ['sql'] }, ['sql/a.sql'], ['sql/R__b.sql']],
    ['not below', { migrations: ['sql'] }, ['sql/a.sql', 'sql/x/1_b.sql'].toReversed(), ['sql/x/b.sql']],
    ['not the way down', { migrations: ['sql'] }, ['sql/a.up.sql'], ['sql/a.down.sql']],
    ['not elsewhere', { migrations: ['sql'] }, ['sql/a.sql'], ['db/a.sql', 'migrations/1_a.sql']],
    [
      'Ecto',
      { migrations: ['m'], layout: 'ecto' },
      ['m/1_x.exs', 'm/a.exs', 'm/b.exs'],
      ['m/.formatter.exs', 'm/a.sql'],
    ],
  ];
  for (const [why, config, ordered, others] of cases) {
    it(why, () => assert.deepEqual(orderOf([...others, ...ordered.toReversed()], config), ordered));
  }
});
