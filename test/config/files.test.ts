// Which configuration holds where: the nearest file upwards, what it extends, and what is wrong on the way.

import assert from 'node:assert/strict';
import { DEFAULT_CONFIG } from '../../server/src/lint/config.js';
import {
  type ConfigOptions,
  configInForce,
  namedPaths,
  readConfigs,
} from '../../server/src/lint/config-files.js';
import { readConfig } from '../../server/src/lint/config-reading.js';
import { sourceFile } from '../../server/src/text/source-file.js';

const OPTIONS: ConfigOptions = {
  root: '/work',
  ruleIds: new Set(),
  defaults: DEFAULT_CONFIG,
  enforced: {},
  onlyConfig: null,
};

type Texts = Readonly<Record<string, string>>;

const filesOf = (texts: Texts) =>
  new Map(Object.entries(texts).map(([path, text]) => [path, sourceFile(path, text, 'data')]));

const configOf = (texts: Texts, path: string, options: Partial<ConfigOptions> = {}) =>
  configInForce(readConfigs(filesOf(texts), { ...OPTIONS, ...options }), path).config;

/** `path: marked part: message`, by path. */
function problemsOf(texts: Texts): readonly string[] {
  const { problems } = readConfigs(filesOf(texts), OPTIONS);
  return [...problems]
    .flatMap(([path, list]) =>
      list.map(({ span, message }) => `${path}: ${texts[path]?.slice(span.start, span.end)}: ${message}`),
    )
    .sort();
}

describe('the configuration of a file', () => {
  it('is the nearest one upwards', () => {
    const texts = {
      '/plumbline.jsonc': '{ "postgres": 12 }',
      '/work/plumbline.jsonc': '{ "postgres": 13 }',
      '/work/apps/one/plumbline.jsonc': '{ "postgres": 14 }',
    };
    const majors = ['/elsewhere/x.sql', '/work/x.sql', '/work/apps/x.sql', '/work/apps/one/deep/x.sql'];
    assert.deepEqual(
      majors.map((path) => configOf(texts, path).postgres),
      [12, 13, 13, 14],
    );
  });

  it('is the default where there is none', () => {
    const texts = { '/work/one/plumbline.jsonc': '{ "postgres": 13 }' };
    assert.equal(configOf(texts, '/work/onerous/x.sql').postgres, DEFAULT_CONFIG.postgres);
  });

  it('builds on what it extends: later files win over earlier ones, and its own settings over all', () => {
    const texts = {
      '/work/plumbline.jsonc':
        '{ "extends": ["../shared/a.jsonc", "b.json"], "tenancy": { "column": "own" } }',
      '/shared/a.jsonc': '{ "extends": ["base.jsonc"], "postgres": 13, "transactions": "none" }',
      '/shared/base.jsonc':
        '{ "postgres": 12, "startAfter": "7", "tenancy": { "root": "base", "column": "base" } }',
      '/work/b.json': '{ "postgres": 14 }',
    };
    const { postgres, transactions, startAfter, tenancy } = configOf(texts, '/work/x.sql');
    assert.deepEqual([postgres, transactions, startAfter], [14, 'none', '7']);
    assert.deepEqual([tenancy.root, tenancy.column], ['base', 'own']);
    assert.deepEqual(problemsOf(texts), []);
  });

  it('keeps the thresholds of advice that only what it builds on says, files and editor settings alike', () => {
    const rules = (text: string) => `{ "advice": { ${text} } }`;
    const texts = {
      '/work/plumbline.jsonc':
        '{ "extends": "base.jsonc", "advice": { "seq-scan-discard": { "removed": 5 } } }',
      '/work/base.jsonc': rules('"seq-scan-discard": { "times": 100 }, "large-offset": { "skipped": 7 }'),
    };
    assert.deepEqual(configOf(texts, '/work/x.sql').advice, {
      'seq-scan-discard': { times: 100, removed: 5 },
      'large-offset': { skipped: 7 },
    });
    assert.deepEqual(problemsOf(texts), []);
    const settings = readConfig(rules('"seq-scan-discard": { "removed": 1, "times": 9 }'), OPTIONS.ruleIds);
    const own = { '/work/plumbline.jsonc': rules('"seq-scan-discard": { "removed": 5 }') };
    assert.deepEqual(configOf(own, '/work/x.sql', { defaults: settings.config }).advice, {
      'seq-scan-discard': { times: 9, removed: 5 },
    });
  });

  it('gives way to flags', () => {
    const texts = { '/work/plumbline.jsonc': '{ "postgres": 13, "transactions": "none" }' };
    const { postgres, transactions } = configOf(texts, '/work/x.sql', { enforced: { postgres: 18 } });
    assert.deepEqual([postgres, transactions], [18, 'none']);
    assert.equal(configOf({}, '/work/x.sql', { enforced: { postgres: 18 } }).postgres, 18);
  });

  it('is that which was given, for all files', () => {
    const texts = {
      '/work/plumbline.jsonc': '{ "postgres": 13 }',
      '/ci/strict.jsonc': '{ "extends": "base.jsonc", "transactions": "none" }',
      '/ci/base.jsonc': '{ "postgres": 17 }',
    };
    const { postgres, transactions } = configOf(texts, '/work/x.sql', { onlyConfig: '/ci/strict.jsonc' });
    assert.deepEqual([postgres, transactions], [17, 'none']);
  });
});

describe('what a configuration extends', () => {
  it('is found from the folder of the file that names it', () => {
    const file = sourceFile(
      '/work/a/plumbline.jsonc',
      '{ "extends": ["b.jsonc", "../c/d.jsonc", "/e.jsonc"] }',
    );
    assert.deepEqual(namedPaths(file), ['/work/a/b.jsonc', '/work/c/d.jsonc', '/e.jsonc']);
  });

  const wrong: readonly [what: string, texts: Texts, problems: readonly string[]][] = [
    [
      'may be missing',
      { '/work/plumbline.jsonc': '{ "extends": ["gone.jsonc"] }' },
      ['/work/plumbline.jsonc: "gone.jsonc": There is no file "gone.jsonc".'],
    ],
    [
      'may be the file itself',
      { '/work/plumbline.jsonc': '{ "extends": "./plumbline.jsonc" }' },
      ['/work/plumbline.jsonc: "./plumbline.jsonc": This file extends itself.'],
    ],
    [
      'may lead back to it',
      {
        '/work/plumbline.jsonc': '{ "extends": ["a.jsonc"] }',
        '/work/a.jsonc': '{ "extends": ["plumbline.jsonc"] }',
      },
      ['/work/a.jsonc: "plumbline.jsonc": The file named here extends this one in turn.'],
    ],
    [
      'may lead back from both sides, whichever is read first',
      {
        '/work/plumbline.jsonc': '{ "extends": ["a/plumbline.jsonc"] }',
        '/work/a/plumbline.jsonc': '{ "extends": ["../plumbline.jsonc"] }',
      },
      [
        '/work/a/plumbline.jsonc: "../plumbline.jsonc": The file named here extends this one in turn.',
        '/work/plumbline.jsonc: "a/plumbline.jsonc": The file named here extends this one in turn.',
      ],
    ],
    [
      'may be wrong itself',
      {
        '/work/plumbline.jsonc': '{ "extends": ["a.jsonc"] }',
        '/work/a.jsonc': '{ "postgres": 1 }',
      },
      ['/work/a.jsonc: 1: "postgres" must be between 12 and 18.'],
    ],
  ];
  for (const [what, texts, problems] of wrong) {
    it(`${what}, which is said, and the rest holds`, () => {
      const reversed = Object.fromEntries(Object.entries(texts).reverse());
      assert.deepEqual(problemsOf(texts), problems);
      assert.deepEqual(problemsOf(reversed), problems);
    });
  }
});
