// What the server would hold, beside what the migrations mean. Whether that is right is for test/truth to say.

import assert from 'node:assert/strict';
import { findTable } from '../../server/src/catalog/lookup.js';
import { updateWorkspace } from '../../server/src/lint/workspace.js';
import { heldAfter, heldBy } from '../../server/src/migrations/held.js';
import type { History } from '../../server/src/migrations/history.js';
import { sourceFile } from '../../server/src/text/source-file.js';
import { memoryWorkspace, ROOT } from '../support/workspace.js';

describe('held', () => {
  it('is what the migrations mean when nothing is refused', () => {
    const history = historyOf('create table users (id bigint);', 'alter table users add column age integer;');
    assert.equal(heldBy(history).catalog, history.latest);
    assert.deepEqual(heldBy(history).refused, []);
  });

  it('is without a migration that is refused, and with those after it', () => {
    const history = historyOf(
      'create table users (id bigint);',
      'create table posts (id bigint); create table users (id bigint);',
      'create table notes (id bigint);',
    );
    const { catalog, refused } = heldBy(history);
    assert.deepEqual(
      refused.map(({ path, statement, refusal }) => [path, statement, refusal.code]),
      [[`${ROOT}/migrations/2_test.sql`, 1, '42P07']],
    );
    assert.deepEqual(
      ['users', 'posts', 'notes'].map((name) => findTable(catalog, { schema: null, name }) !== null),
      [true, false, true],
    );
    assert.notEqual(findTable(history.latest, { schema: null, name: 'posts' }), null);
  });

  it('before a migration knows nothing of those after it', () => {
    const history = historyOf(
      'create table users (id bigint);',
      'create table users (id bigint);',
      'drop table users;',
    );
    assert.equal(heldAfter(history, 1).catalog, history.migrations[0]?.after);
    assert.equal(heldAfter(history, 2).refused.length, 1);
    assert.notEqual(findTable(heldAfter(history, 2).catalog, { schema: null, name: 'users' }), null);
  });

  it('accepts what the database may have had before', () => {
    const history = historyOf('alter table users add column age integer;', 'drop table orders;');
    assert.equal(heldBy(history).catalog, history.latest);
  });

  it('follows an edit without a new replay of what comes before it', () => {
    const workspace = memoryWorkspace(
      files('create table users (id bigint);', 'create table posts (id bigint);', 'select 1;'),
    );
    const before = workspace.histories[0]?.history;
    const path = `${ROOT}/migrations/3_test.sql`;
    const edited = updateWorkspace(workspace, [{ path, file: sourceFile(path, 'create table posts ();') }]);
    const after = edited.histories[0]?.history;
    assert.ok(before !== undefined && after !== undefined);
    assert.deepEqual([heldBy(before).refused.length, heldBy(after).refused.length], [0, 1]);
    assert.equal(after.migrations[1], before.migrations[1]);
    assert.equal(heldBy(after).catalog, after.migrations[1]?.after);
  });
});

function historyOf(...texts: readonly string[]): History {
  const history = memoryWorkspace(files(...texts)).histories[0]?.history;
  assert.ok(history !== undefined);
  return history;
}

function files(...texts: readonly string[]) {
  return texts.map((text, index) => ({ path: `migrations/${index + 1}_test.sql`, text }));
}
