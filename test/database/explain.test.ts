// What is sent to a server for a plan, and how what it answers reads.

import assert from 'node:assert/strict';
import type { ExplainRequest } from '../../server/src/database/database.js';
import { doingOf, explainSteps, refusalOf } from '../../server/src/database/explain.js';
import {
  failureOfNetworkError,
  failureOfRefusal,
  failureOfServerError,
  positionIn,
  redact,
} from '../../server/src/database/failure.js';
import type { ServerError } from '../../server/src/database/session.js';

function steps(major: number, more: Partial<ExplainRequest> = {}): readonly string[] {
  const request = { statement: 'SELECT 1', writes: false, parameters: 0, analyze: false, ...more };
  return explainSteps(request, { major, text: `${major}.1` }, 'p').map(
    ({ sql, protocol }) => `${protocol}: ${sql.replaceAll('\n', ' ')}`,
  );
}

const TYPES =
  "extended: SELECT array_to_json(parameter_types::text[]) FROM pg_prepared_statements WHERE name = 'p'";

const SHOP = { name: 'shop', port: 5432, user: 'ann' };

describe('EXPLAIN', () => {
  it('goes by the protocol that lets only one statement through', () => {
    assert.deepEqual(steps(18), ['extended: EXPLAIN (FORMAT JSON, VERBOSE, SETTINGS) SELECT 1']);
    assert.deepEqual(steps(12), steps(18));
  });

  it('measures on request', () => {
    assert.deepEqual(steps(15, { analyze: true }), [
      'extended: EXPLAIN (FORMAT JSON, VERBOSE, SETTINGS, ANALYZE, BUFFERS) SELECT 1',
    ]);
  });

  it('has a word for parameters since PostgreSQL 16', () => {
    assert.deepEqual(steps(16, { parameters: 2 }), [
      'extended: PREPARE p AS SELECT 1',
      TYPES,
      'simple: EXPLAIN (FORMAT JSON, VERBOSE, SETTINGS, GENERIC_PLAN) SELECT 1',
    ]);
  });

  it('goes by a prepared statement before', () => {
    assert.deepEqual(steps(15, { parameters: 2 }), [
      'extended: PREPARE p AS SELECT 1',
      TYPES,
      'extended: SET LOCAL plan_cache_mode = force_generic_plan',
      'extended: EXPLAIN (FORMAT JSON, VERBOSE, SETTINGS) EXECUTE p(NULL, NULL)',
    ]);
  });

  it('gives values to the server as literals, and never as part of the statement', () => {
    const values = ["it's; DROP TABLE t; --", null, 'C:\\dir'];
    for (const major of [12, 18]) {
      assert.deepEqual(steps(major, { parameters: 3, values, analyze: true }), [
        'extended: PREPARE p AS SELECT 1',
        TYPES,
        'extended: SET LOCAL plan_cache_mode = force_custom_plan',
        "extended: EXPLAIN (FORMAT JSON, VERBOSE, SETTINGS, ANALYZE, BUFFERS) EXECUTE p('it''s; DROP TABLE t; --', NULL, E'C:\\\\dir')",
      ]);
    }
  });

  it('refuses values that are not those of the parameters', () => {
    const request = { statement: 'SELECT $1', writes: false, parameters: 1, analyze: true };
    assert.match(refusalOf(request)?.message ?? '', /no values/);
    assert.equal(refusalOf({ ...request, values: ['1'] }), null);
    assert.match(refusalOf({ ...request, values: [] })?.message ?? '', /1 parameters, and 0 values/);
    assert.match(refusalOf({ ...request, values: ['a\0b'] })?.message ?? '', /NUL/);
  });

  it('ends no line comment of the statement', () => {
    const [step] = explainSteps(
      { statement: '-- first\nSELECT 1', writes: false, parameters: 0, analyze: false },
      { major: 18, text: '18.1' },
      'p',
    );
    assert.equal(step?.sql.slice(step.statementAt ?? 0), '-- first\nSELECT 1');
  });
});

describe('a failure', () => {
  const circumstances = {
    database: 'shop on h',
    timeoutMs: 5000,
    doing: 'planning' as const,
    statement: { text: 'SELECT 1', start: 10 },
  };
  const serverError = (code: string, more: Partial<ServerError> = {}): ServerError => ({
    code,
    message: 'the server says so',
    detail: null,
    hint: null,
    position: null,
    ...more,
  });

  for (const [code, kind] of [
    ['57014', 'timeout'],
    ['55P03', 'locked'],
    ['25006', 'read-only'],
    ['42501', 'refused'],
    ['57P01', 'lost'],
    ['42P01', 'sql-error'],
  ] as const) {
    it(`${code} is ${kind}`, () =>
      assert.equal(failureOfServerError(serverError(code), circumstances).kind, kind));
  }

  it('of time says what may help with what was asked for', () => {
    const whatToDo = (analyze: boolean) => {
      const doing = doingOf({ statement: 'SELECT 1', writes: false, parameters: 0, analyze });
      return failureOfServerError(serverError('57014'), { ...circumstances, doing }).whatToDo;
    };
    assert.match(whatToDo(false), /while it is planned/);
    assert.match(whatToDo(true), /^Measuring runs the whole statement/);
  });

  it('of a statement carries what the server added', () => {
    const error = serverError('42703', { position: 14, hint: 'Perhaps x.', detail: 'There is x.' });
    assert.deepEqual(failureOfServerError(error, circumstances), {
      kind: 'sql-error',
      message: 'the server says so: There is x.',
      whatToDo: 'Perhaps x.',
      code: '42703',
      position: 3,
      hint: 'Perhaps x.',
    });
  });

  for (const [code, kind] of [
    ['28P01', 'unauthorized'],
    ['28000', 'refused'],
    ['3D000', 'refused'],
    ['53300', 'refused'],
    ['57P03', 'unreachable'],
    ['XX000', 'refused'],
  ] as const) {
    it(`to connect, ${code}, is ${kind}`, () =>
      assert.equal(failureOfRefusal(serverError(code), SHOP).kind, kind));
  }

  for (const [code, message, kind] of [
    ['ECONNREFUSED', '', 'unreachable'],
    ['ENOTFOUND', 'getaddrinfo ENOTFOUND h', 'unreachable'],
    ['ETIMEDOUT', '', 'unreachable'],
    ['ECONNRESET', '', 'lost'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate', 'refused'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'Hostname/IP does not match', 'refused'],
    ['CERT_HAS_EXPIRED', 'certificate has expired', 'refused'],
    [undefined, 'The server does not support SSL connections', 'refused'],
    [undefined, 'something else', 'unreachable'],
  ] as const) {
    it(`of the network, ${code ?? message}, is ${kind}`, () => {
      assert.equal(failureOfNetworkError(code, message, SHOP).kind, kind);
    });
  }

  it('points at characters as the server counts them', () => {
    const statement = { text: `SELECT '😀é', x`, start: 4 };
    const characters = [...statement.text];
    const place = (character: string) => 4 + characters.indexOf(character) + 1;
    assert.equal(positionIn(statement, place('x')), statement.text.indexOf('x'));
    assert.equal(positionIn(statement, place('S')), 0);
    assert.equal(positionIn(statement, 4), null, 'before the statement');
    assert.equal(positionIn(statement, 4 + characters.length + 1), statement.text.length);
    assert.equal(positionIn(statement, 4 + characters.length + 2), null, 'behind the statement');
    assert.equal(positionIn(statement, null), null);
  });

  for (const [text, expected] of [
    ['cannot reach postgres://ann:s3cret@h:5432/d now', 'cannot reach postgres://ann:***@h:5432/d now'],
    ['postgres://ann:p@ss@h/d', 'postgres://ann:***@h/d'],
    [`host=h password=s3cret user=ann`, `host=h password=*** user=ann`],
    [`password='s3 cret' x`, `password=*** x`],
    ['postgres://h/d?password=s3cret&x=1', 'postgres://h/d?password=***&x=1'],
    ['postgres://ann@h/d', 'postgres://ann@h/d'],
    ['column "password" does not exist', 'column "password" does not exist'],
  ] as const) {
    it(`keeps secrets: ${text}`, () => assert.equal(redact(text), expected));
  }
});
