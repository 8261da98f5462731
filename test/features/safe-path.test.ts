// The steps of a fix as they are told before anything is written.

import assert from 'node:assert/strict';
import { safePath, safePathPage } from '../../server/src/features/safe-path.js';
import { lintFile } from '../../server/src/lint/lint.js';
import { memoryWorkspace, ROOT } from '../support/workspace.js';

const users = `defmodule Shop.Repo.Migrations.Users do
  use Ecto.Migration

  def change do
    create table(:users) do
      add :email, :text
    end
  end
end
`;

const token = `defmodule Shop.Repo.Migrations.Token do
  use Ecto.Migration

  def change do
    alter table(:users) do
      add :token, :uuid, default: fragment("gen_random_uuid()")
    end
  end
end
`;

describe('the page of a safe path', () => {
  const path = 'priv/repo/migrations/20240102000000_token.exs';
  const workspace = memoryWorkspace([
    { path: 'priv/repo/migrations/20240101000000_users.exs', text: users },
    { path, text: token },
  ]);
  const finding = lintFile(workspace, `${ROOT}/${path}`).find(
    ({ rule }) => rule === 'add-column-volatile-default',
  );
  const change = finding?.fixes[0]?.change() ?? null;
  assert.ok(change !== null);
  const steps = safePath(workspace, change);

  it('has the files in the order in which they run, and the locks of their statements', () => {
    assert.deepEqual(
      steps.files.map(({ path: file, isNew, migration }) => ({
        file,
        isNew,
        transaction: migration?.transaction,
        locks: migration?.statements.map(({ locks }) => locks),
      })),
      [
        {
          file: path,
          isNew: false,
          transaction: 'per-file',
          locks: [
            [{ relation: 'users', mode: 'AccessExclusiveLock', held: 'instant' }],
            [{ relation: 'users', mode: 'AccessExclusiveLock', held: 'instant' }],
          ],
        },
        {
          file: 'priv/repo/migrations/20240102000001_backfill_token_of_users.exs',
          isNew: true,
          transaction: 'none',
          locks: [],
        },
      ],
    );
  });

  it('says what has to be known, and shows code that sends no statement of its own', () => {
    const page = safePathPage('Add the column first', steps);
    assert.match(page, /^# Add the column first\n\nTwo migrations, which run one after the other\./);
    assert.match(page, /```sql\nALTER TABLE users ALTER COLUMN token SET DEFAULT gen_random_uuid\(\)\n```/);
    assert.match(
      page,
      /Each batch is committed by itself.*Runs outside a transaction\.\n\n```elixir\ndefmodule/,
    );
  });

  it('leaves the workspace as it is', () => {
    assert.equal(workspace.files.size, 2);
    assert.equal(workspace.files.get(`${ROOT}/${path}`)?.text, token);
  });

  it('tells the longest work that is done while a lock is held', () => {
    const script = memoryWorkspace([
      { path: 'm/20240101000000_a.sql', text: '-- +goose Up\ncreate table users (id int, email text);\n' },
      {
        path: 'm/20240102000000_b.sql',
        text: '-- +goose Up\nalter table users add age int;\nalter table users alter email set not null;\n',
      },
    ]);
    const noChange = { edits: [{ path: `${ROOT}/m/20240102000000_b.sql`, edits: [] }], creates: [] };
    const held = safePath(script, noChange).files.flatMap(({ migration }) =>
      migration?.statements.flatMap(({ locks }) => locks.map((lock) => lock.held)),
    );
    assert.deepEqual(held, ['scan', 'scan']);
  });
});
