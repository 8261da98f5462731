// A table that all tenants share, written into the configuration: comments, layout and what stands there already are kept.

import assert from 'node:assert/strict';
import { shareTable, useStatistics } from '../../server/src/lint/config-edits.js';
import { configFor } from '../../server/src/lint/workspace.js';
import { applyEdits } from '../../server/src/text/edits.js';
import { type MemoryFile, memoryWorkspace, ROOT } from '../support/workspace.js';

const QUERY = { path: 'app/query.sql', text: 'select 1;' };

/** The files that the change touches, as they are then. */
function shared(files: readonly MemoryFile[]): Readonly<Record<string, string>> | null {
  const workspace = memoryWorkspace([...files, QUERY]);
  const change = shareTable(workspace, `${ROOT}/${QUERY.path}`, 'posts');
  if (change === null) return null;
  const edited = change.edits.map(({ path, edits }): [string, string] => [
    path,
    applyEdits(workspace.files.get(path)?.text ?? '', edits),
  ]);
  const made = change.creates.map(({ path, text }): [string, string] => [path, text]);
  return Object.fromEntries([...edited, ...made].map(([path, text]) => [path.slice(ROOT.length + 1), text]));
}

describe('a shared table in plumbline.jsonc', () => {
  const cases: readonly (readonly [what: string, before: string, after: string])[] = [
    ['nothing in it', '{}\n', '{ "tenancy": { "globalTables": ["posts"] } }\n'],
    [
      'only a comment',
      '{\n  // later\n}\n',
      '{\n  // later\n  "tenancy": { "globalTables": ["posts"] }\n}\n',
    ],
    [
      'a comment behind the last setting',
      '{\n  "postgres": 16 // as in production\n}\n',
      '{\n  "postgres": 16, // as in production\n  "tenancy": { "globalTables": ["posts"] }\n}\n',
    ],
    [
      'a comma there already',
      '{\n\t"postgres": 16,\n}\n',
      '{\n\t"postgres": 16,\n\t"tenancy": { "globalTables": ["posts"] },\n}\n',
    ],
    ['one line', '{ "postgres": 16 }', '{ "postgres": 16, "tenancy": { "globalTables": ["posts"] } }'],
    [
      'CRLF',
      '{\r\n  "postgres": 16\r\n}\r\n',
      '{\r\n  "postgres": 16,\r\n  "tenancy": { "globalTables": ["posts"] }\r\n}\r\n',
    ],
    [
      'something about tenants',
      '{\n  "tenancy": {\n    "root": "orgs"\n  }\n}\n',
      '{\n  "tenancy": {\n    "root": "orgs",\n    "globalTables": ["posts"]\n  }\n}\n',
    ],
    [
      'a list on one line',
      '{ "tenancy": { "globalTables": ["plans"] } }',
      '{ "tenancy": { "globalTables": ["plans", "posts"] } }',
    ],
    [
      'an empty list',
      '{ "tenancy": { "globalTables": [] } }',
      '{ "tenancy": { "globalTables": ["posts"] } }',
    ],
    [
      'one table instead of a list',
      '{ "tenancy": { "globalTables": "plans" } }',
      '{ "tenancy": { "globalTables": ["plans", "posts"] } }',
    ],
    [
      'a list with comments',
      '{\n  "tenancy": {\n    "globalTables": [\n      // Prices.\n      "plans" // of all, really\n    ]\n  }\n}\n',
      '{\n  "tenancy": {\n    "globalTables": [\n      // Prices.\n      "plans", // of all, really\n      "posts"\n    ]\n  }\n}\n',
    ],
  ];
  for (const [what, before, after] of cases) {
    it(what, () => {
      assert.deepEqual(shared([{ path: 'plumbline.jsonc', text: before }]), { 'plumbline.jsonc': after });
      const then = memoryWorkspace([{ path: 'plumbline.jsonc', text: after }, QUERY]);
      const { globalTables } = configFor(then, `${ROOT}/${QUERY.path}`).tenancy;
      assert.ok(globalTables.includes('posts'));
      assert.equal(globalTables.includes('plans'), before.includes('plans'));
      assert.deepEqual(then.configs.problems.get(`${ROOT}/plumbline.jsonc`), []);
    });
  }

  it('makes a file where there is none', () => {
    assert.deepEqual(shared([]), {
      'plumbline.jsonc': '{\n  "tenancy": { "globalTables": ["posts"] }\n}\n',
    });
  });

  it('keeps what an extended file shares, whose list it takes the place of', () => {
    const files = [
      { path: 'plumbline.jsonc', text: '{ "extends": "base.jsonc" }' },
      { path: 'base.jsonc', text: '{ "tenancy": { "globalTables": ["plans"] } }' },
    ];
    assert.deepEqual(shared(files), {
      'plumbline.jsonc': '{ "extends": "base.jsonc", "tenancy": { "globalTables": ["plans", "posts"] } }',
    });
  });

  it('changes the nearest file', () => {
    const files = [
      { path: 'plumbline.jsonc', text: '{}' },
      { path: 'app/plumbline.jsonc', text: '{}' },
    ];
    assert.deepEqual(Object.keys(shared(files) ?? {}), ['app/plumbline.jsonc']);
  });

  it('is nothing to do where it is said already, or where the file is no JSON', () => {
    assert.equal(
      shared([{ path: 'plumbline.jsonc', text: '{ "tenancy": { "globalTables": ["posts"] } }' }]),
      null,
    );
    assert.equal(shared([{ path: 'plumbline.jsonc', text: 'tenancy:' }]), null);
  });
});

describe('a file of statistics in plumbline.jsonc', () => {
  function named(config: string | null, statistics: string, path = 'plumbline.jsonc'): string | null {
    const files = config === null ? [QUERY] : [QUERY, { path, text: config }];
    const workspace = memoryWorkspace(files);
    const change = useStatistics(workspace, `${ROOT}/${QUERY.path}`, statistics);
    const [made] = change?.creates ?? [];
    const edits = change?.edits[0]?.edits;
    return made?.text ?? (edits === undefined || config === null ? null : applyEdits(config, edits));
  }

  const cases: readonly (readonly [what: string, before: string | null, after: string | null])[] = [
    ['no file', null, '{\n  "statistics": "production.json"\n}\n'],
    ['nothing about it', '{ "postgres": 16 }', '{ "postgres": 16, "statistics": "production.json" }'],
    ['another', '{ "statistics": "old.json" /* ours */ }', '{ "statistics": "production.json" /* ours */ }'],
    ['the same', '{ "statistics": "./production.json" }', null],
  ];
  for (const [what, before, after] of cases) {
    it(`with ${what}`, () => assert.equal(named(before, `${ROOT}/production.json`), after));
  }

  it('from elsewhere', () =>
    assert.equal(
      named('{}', `${ROOT}/stats/production.json`, 'app/plumbline.jsonc'),
      '{ "statistics": "../stats/production.json" }',
    ));
});
