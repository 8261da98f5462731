// What is remembered between two lints of a file, and that nothing of it outlives the workspace.

import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { identityOf } from '../../server/src/lint/identity.js';
import { lintFile } from '../../server/src/lint/lint.js';
import { catalogFor } from '../../server/src/lint/workspace.js';
import { memoryWorkspace, ROOT } from '../support/workspace.js';

describe('identities', () => {
  it('are the same as long as their parts are', () => {
    const [a, b] = [{}, {}];
    const identity = identityOf([a, b], ['x', 1]);
    assert.equal(identityOf([a, b], ['x', 1]), identity);
    for (const other of [
      identityOf([b, a], ['x', 1]),
      identityOf([a], ['x', 1]),
      identityOf([a, b], ['x', '1']),
      identityOf([a, b], ['x', 1, true]),
    ]) {
      assert.notEqual(other, identity);
    }
    // Others in between, as from another workspace with the same paths, change nothing.
    assert.equal(identityOf([a, b], ['x', 1]), identity);
  });

  it('do not keep the schema of a workspace that has gone', async () => {
    const catalog = new WeakRef(catalogOfLintedWorkspace());
    await nextTurn();
    setFlagsFromString('--expose-gc');
    runInNewContext('gc')();
    assert.ok(catalog.deref() === undefined);
  });
});

function catalogOfLintedWorkspace(): object {
  const path = 'db/migrations/20240101000000_users.sql';
  const text = 'create table users (id bigint primary key, email text);\ncreate index on users (email);';
  const workspace = memoryWorkspace([{ path, text }]);
  lintFile(workspace, `${ROOT}/${path}`);
  return catalogFor(workspace, `${ROOT}/${path}`);
}
