// The way down is checked where the configuration asks for it, by the rules of the way up.

import assert from 'node:assert/strict';
import { lintFile } from '../../server/src/lint/lint.js';
import { type MemoryFile, memoryWorkspace, ROOT } from '../support/workspace.js';

/** Findings about indexes and tables in the last file, with what they are about. */
function found(files: readonly MemoryFile[], checkDown = true): readonly string[] {
  const workspace = memoryWorkspace(files, { checkDown });
  const last = files.at(-1);
  assert.ok(last !== undefined);
  return lintFile(workspace, `${ROOT}/${last.path}`)
    .filter(({ rule }) =>
      /^(?:create-index-blocking-writes|drop-table-in-use|drop-index-blocking)$/.test(rule),
    )
    .map(({ rule, message, span, fixes }) => {
      const line = last.text.slice(span.start).split('\n', 1)[0]?.trim();
      const way = message.startsWith('On the way down: ') ? 'down' : 'up';
      return `${way}, ${fixes.length > 0 ? 'with fixes' : 'without'}: ${rule}: ${line}`;
    });
}

const ecto = (name: string, body: string): MemoryFile => ({
  path: `priv/repo/migrations/${name}.exs`,
  text: `defmodule Shop.Repo.Migrations.M${name} do\n  use Ecto.Migration\n${body}\nend\n`,
});

describe('the way down', () => {
  const users = ecto('20240101000000_users', 'def change do\n create table(:users)\nend');
  const apart = ecto(
    '20240102000000_apart',
    'def up do\n drop index(:users, [:id])\nend\ndef down do\n create index(:users, [:id])\nend',
  );

  it('is left alone unless it is asked for', () => {
    assert.deepEqual(found([users, apart], false), [
      'up, with fixes: drop-index-blocking: drop index(:users, [:id])',
    ]);
  });

  it('is down/0 of Ecto', () => {
    assert.deepEqual(found([users, apart]), [
      'up, with fixes: drop-index-blocking: drop index(:users, [:id])',
      'down, without: create-index-blocking-writes: create index(:users, [:id])',
    ]);
  });

  it('is change/0, turned round: what it made has been used since', () => {
    assert.deepEqual(found([users]), ['down, without: drop-table-in-use: create table(:users)']);
  });

  it('is the section of a script that undoes', () => {
    const first = {
      path: 'db/migrations/20240101000000_a.sql',
      text: '-- +goose Up\ncreate table users (id int);\n',
    };
    const text = [
      '-- +goose Up',
      'create table orders (id int);',
      'create index on orders (id);',
      '-- +goose Down',
      'drop table orders;',
      'create index users_id on users (id);',
      'create table logs (id int);',
      'create index logs_id on logs (id);',
    ].join('\n');
    assert.deepEqual(found([first, { path: 'db/migrations/20240102000000_b.sql', text }]), [
      'down, without: drop-table-in-use: drop table orders;',
      'down, without: create-index-blocking-writes: create index users_id on users (id);',
    ]);
  });

  it('is a file of its own', () => {
    const up = { path: 'db/migrations/0001_users.up.sql', text: 'create table users (id int);' };
    const more = { path: 'db/migrations/0002_more.up.sql', text: 'drop index if exists users_id;' };
    const down = {
      path: 'db/migrations/0002_more.down.sql',
      text: 'create index users_id on users (id);',
    };
    assert.deepEqual(found([up, more, down]), [
      'down, without: create-index-blocking-writes: create index users_id on users (id);',
    ]);
    assert.deepEqual(found([up, more, down], false), []);
  });

  it('is as good as released when its migration is', () => {
    const workspace = memoryWorkspace([users, apart], { checkDown: true, startAfter: '20240102000000' });
    const codes = lintFile(workspace, `${ROOT}/${apart.path}`).map(({ rule }) => rule);
    assert.deepEqual(codes, []);
  });
});
