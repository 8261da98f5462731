// What is wrong in a plumbline.jsonc is said at its place, and all else in it holds.

import assert from 'node:assert/strict';
import { DEFAULT_CONFIG } from '../../server/src/lint/config.js';
import { readConfig } from '../../server/src/lint/config-reading.js';

const RULES = new Set(['create-index-blocking-writes', 'query-without-tenant']);

/** The text, the part of it that is marked, and what is said of it. */
const WRONG: readonly [text: string, part: string, message: string][] = [
  // Names.
  ['{ "postgress": 15 }', '"postgress"', 'There is no setting "postgress". Did you mean "postgres"?'],
  ['{ "colour": "red" }', '"colour"', 'There is no setting "colour".'],
  [
    '{ "tenancy": { "colum": "a" } }',
    '"colum"',
    'There is no setting "tenancy.colum". Did you mean "column"?',
  ],
  [
    '{ "overrides": [{ "files": [], "ruls": {} }] }',
    '"ruls"',
    'There is no setting "overrides.0.ruls". Did you mean "rules"?',
  ],
  [
    '{ "connections": { "dev": { "password": "x" } } }',
    '"password"',
    'There is no setting "connections.dev.password".',
  ],
  ['{ "constructor": 1 }', '"constructor"', 'There is no setting "constructor".'],
  // Rules.
  [
    '{ "rules": { "create-index-blocking-write": "off" } }',
    '"create-index-blocking-write"',
    'There is no rule "create-index-blocking-write". Did you mean "create-index-blocking-writes"?',
  ],
  ['{ "overrides": [{ "rules": { "nope": "off" } }] }', '"nope"', 'There is no rule "nope".'],
  [
    '{ "rules": { "query-without-tenant": "warn" } }',
    '"warn"',
    '"rules.query-without-tenant" must be one of "error", "warning", "info", "hint", "off".',
  ],
  ['{ "rules": { "query-without-tenant": 0 } }', '0', '"rules.query-without-tenant" must be a text.'],
  // Kinds of values.
  ['[]', '[]', 'The configuration must be an object.'],
  ['{ "rules": [] }', '[]', '"rules" must be an object.'],
  ['{ "postgres": "15" }', '"15"', '"postgres" must be a whole number.'],
  ['{ "postgres": 15.5 }', '15.5', '"postgres" must be a whole number.'],
  [
    '{ "connections": { "a": { "production": "yes" } } }',
    '"yes"',
    '"connections.a.production" must be true or false.',
  ],
  ['{ "startAfter": null }', 'null', '"startAfter" must be a text.'],
  ['{ "startAfter": 20240101 }', '20240101', '"startAfter" must be a text.'],
  ['{ "migrations": ["a", 1] }', '1', '"migrations.1" must be a text.'],
  ['{ "extends": [{}] }', '{}', '"extends.0" must be a text.'],
  ['{ "tenancy": { "hook": [1] } }', '1', '"tenancy.hook.0" must be a text.'],
  ['{ "tenancy": { "skipOptions": true } }', 'true', '"tenancy.skipOptions" must be a text.'],
  ['{ "tenancy": { "wrappers": ["Shop.Safe"] } }', '"Shop.Safe"', '"tenancy.wrappers.0" must be an object.'],
  [
    '{ "tenancy": { "wrappers": [{ "scoped": "scoped" }] } }',
    '{ "scoped": "scoped" }',
    '"tenancy.wrappers.0" must say "module".',
  ],
  [
    '{ "tenancy": { "wrappers": [{ "module": "Shop.Safe", "unscope": "all" }] } }',
    '"unscope"',
    'There is no setting "tenancy.wrappers.0.unscope". Did you mean "unscoped"?',
  ],
  // Values.
  ['{ "postgres": 9 }', '9', '"postgres" must be between 12 and 18.'],
  ['{ "transactions": "never" }', '"never"', '"transactions" must be one of "auto", "per-file", "none".'],
  ['{ "connections": { "a": { "port": 0 } } }', '0', '"connections.a.port" must be between 1 and 65535.'],
  [
    '{ "tables": { "orders": { "rows": 1e300 } } }',
    '1e300',
    '"tables.orders.rows" must be between 0 and 1249835482554.',
  ],
  // Syntax.
  ['{ "postgres": 16, "rules": {', '', 'This is not JSON: close brace expected.'],
  ['{ postgres: 16 }', 'postgres', 'This is not JSON: invalid symbol.'],
  ['', '', 'This is not JSON: value expected.'],
];

describe('a wrong configuration', () => {
  for (const [text, part, message] of WRONG) {
    it(`${text || 'an empty file'}: ${message}`, () => {
      const [problem, ...others] = readConfig(text, RULES).problems;
      assert.equal(problem?.message, message);
      assert.equal(text.slice(problem.span.start, problem.span.end), part);
      if (!message.startsWith('This is not JSON')) assert.deepEqual(others, []);
    });
  }

  it('holds as far as it is right', () => {
    const text = `{
      // a comment
      "postgres": "old", "transactions": "none", "startAfter": 3, "migrations": ["db/migrate", 4],
      "rules": { "nope": "off", "query-without-tenant": "off" },
      "tenancy": { "root": "orgs", "column": 1 },
      "connections": { "staging": { "port": 5433, "host": 1 } },
    }`;
    const { config } = readConfig(text, RULES);
    assert.deepEqual(config, {
      ...DEFAULT_CONFIG,
      transactions: 'none',
      migrations: ['db/migrate'],
      rules: { 'query-without-tenant': 'off' },
      tenancy: { ...DEFAULT_CONFIG.tenancy, root: 'orgs' },
      connections: {
        staging: { host: null, port: 5433, database: null, user: null, ssl: null, production: null },
      },
    });
  });

  it('may say how queries get their tenant', () => {
    const text = `{ "tenancy": {
      "hook": "Shop.Repo", "skipOptions": ["everywhere"],
      "wrappers": [{ "module": "Shop.Safe", "scoped": ["scoped", "as"] }, { "module": "Shop.Open", "unscoped": "all" }]
    } }`;
    const { config, problems } = readConfig(text, RULES);
    assert.deepEqual(problems, []);
    assert.deepEqual(config.tenancy, {
      ...DEFAULT_CONFIG.tenancy,
      hook: ['Shop.Repo'],
      skipOptions: ['everywhere'],
      wrappers: [
        { module: 'Shop.Safe', scoped: ['scoped', 'as'], unscoped: [] },
        { module: 'Shop.Open', scoped: [], unscoped: ['all'] },
      ],
    });
    const { config: extended } = readConfig('{ "tenancy": { "root": "orgs" } }', RULES, config);
    assert.deepEqual(extended.tenancy, { ...config.tenancy, root: 'orgs' });
  });

  it('holds up to where it breaks off', () => {
    const { config } = readConfig('{ "postgres": 16, "rules": { "query-without-tenant": "off", "cr', RULES);
    assert.equal(config.postgres, 16);
    assert.deepEqual(config.rules, { 'query-without-tenant': 'off' });
  });
});
