import assert from 'node:assert/strict';
import { type Config, DEFAULT_CONFIG } from '../../server/src/lint/config.js';
import { levelsFor } from '../../server/src/lint/levels.js';
import { RULES } from '../../server/src/rules/index.js';
import type { Finding, Rule } from '../../server/src/rules/rule.js';

const ID = 'create-index-blocking-writes';
const found = RULES.find(({ id }) => id === ID);
assert.ok(found !== undefined);
const rule: Rule = found;

const finding: Finding = { at: { start: 0, end: 1 }, message: 'x' };

function config(parts: Partial<Config>): Config {
  return { ...DEFAULT_CONFIG, ...parts };
}

describe('levels', () => {
  const quiet = { files: ['db/old/**'], rules: { [ID]: 'hint' } } as const;
  const off = { files: ['**/*_seed.sql', 'tmp/*'], rules: { [ID]: 'off' } } as const;
  const cases: readonly (readonly [what: string, config: Config, path: string, expected: string])[] = [
    ['the rule has its own', DEFAULT_CONFIG, 'a.sql', rule.severity],
    ['the configuration says otherwise', config({ rules: { [ID]: 'info' } }), 'a.sql', 'info'],
    ['the configuration turns it off', config({ rules: { [ID]: 'off' } }), 'a.sql', 'off'],
    ['an override for another file', config({ overrides: [quiet] }), 'db/new/a.sql', rule.severity],
    ['an override', config({ overrides: [quiet] }), 'db/old/b/a.sql', 'hint'],
    [
      'an override of the configuration',
      config({ rules: { [ID]: 'off' }, overrides: [quiet] }),
      'db/old/a.sql',
      'hint',
    ],
    ['the later of two overrides', config({ overrides: [quiet, off] }), 'db/old/a_seed.sql', 'off'],
    [
      'the later of two overrides, in the other order',
      config({ overrides: [off, quiet] }),
      'db/old/a_seed.sql',
      'hint',
    ],
    ['any glob of an override', config({ overrides: [off] }), 'tmp/a.sql', 'off'],
    ['* is one folder', config({ overrides: [off] }), 'tmp/b/a.sql', rule.severity],
    ['an empty glob', config({ overrides: [{ ...off, files: [''] }] }), 'a.sql', rule.severity],
    [
      'a glob that is no good',
      config({ overrides: [{ ...off, files: ['[', '{a', '(', '\\'] }] }),
      'a.sql',
      rule.severity,
    ],
  ];
  for (const [what, given, path, expected] of cases) {
    it(what, () => {
      const levels = levelsFor(given, path);
      assert.equal(levels.levelOf(rule), expected);
      assert.equal(levels.rulesOn('create-index').includes(rule), expected !== 'off');
      if (expected !== 'off') assert.equal(levels.severityOf(rule, finding), expected);
    });
  }

  it('a finding may be louder or quieter than its rule, unless the configuration says how loud', () => {
    const loud: Finding = { ...finding, severity: 'hint' };
    assert.equal(levelsFor(DEFAULT_CONFIG, 'a.sql').severityOf(rule, loud), 'hint');
    assert.equal(
      levelsFor(config({ rules: { [ID]: 'warning' } }), 'a.sql').severityOf(rule, loud),
      'warning',
    );
  });

  it('rules look only at what they are on', () => {
    const levels = levelsFor(DEFAULT_CONFIG, 'a.sql');
    for (const kind of ['create-index', 'query', 'problem'] as const) {
      assert.ok(levels.rulesOn(kind).every(({ on }) => on.includes(kind)));
    }
    assert.ok(!levels.rulesOn('drop-table').includes(rule));
  });

  it('are the same object for files to which the same overrides apply', () => {
    const given = config({ overrides: [quiet, off] });
    assert.equal(levelsFor(given, 'a.sql'), levelsFor(given, 'b.sql'));
    assert.equal(levelsFor(given, 'db/old/a.sql'), levelsFor(given, 'db/old/c.sql'));
    assert.notEqual(levelsFor(given, 'a.sql'), levelsFor(given, 'db/old/a.sql'));
    assert.equal(levelsFor(given, 'a.sql').rulesOn('query'), levelsFor(given, 'a.sql').rulesOn('query'));
  });
});
