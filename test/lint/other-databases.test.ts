// What belongs to another database is left alone.

import assert from 'node:assert/strict';
import { lintFile } from '../../server/src/lint/lint.js';
import { updateWorkspace } from '../../server/src/lint/workspace.js';
import { sourceFile } from '../../server/src/text/source-file.js';
import { type MemoryFile, memoryWorkspace, ROOT } from '../support/workspace.js';

const repo = (name: string, adapter: string): MemoryFile => ({
  path: `lib/shop/${name.toLowerCase()}.ex`,
  text: `defmodule Shop.${name} do\n  use Ecto.Repo, otp_app: :shop, adapter: Ecto.Adapters.${adapter}\nend`,
});

const migrations = (folder: string): readonly MemoryFile[] => [
  {
    path: `priv/${folder}/migrations/20240101000000_users.exs`,
    text: 'defmodule A do\n  use Ecto.Migration\n  def change, do: create table(:users)\nend',
  },
  {
    path: `priv/${folder}/migrations/20240102000000_index.exs`,
    text: 'defmodule B do\n  use Ecto.Migration\n  def change, do: create index(:users, [:id])\nend',
  },
];

const rulesIn = (files: readonly MemoryFile[]) => {
  const workspace = memoryWorkspace(files);
  return files.flatMap(({ path }) =>
    lintFile(workspace, `${ROOT}/${path}`)
      .map(({ rule }) => rule)
      .filter((rule) => rule === 'create-index-blocking-writes'),
  );
};

describe('other databases', () => {
  it('the migrations of a Repo of PostgreSQL are checked', () => {
    assert.deepEqual(rulesIn([repo('Repo', 'Postgres'), ...migrations('repo')]), [
      'create-index-blocking-writes',
    ]);
  });

  it('those of a Repo of another database are not', () => {
    assert.deepEqual(rulesIn([repo('Repo', 'SQLite3'), ...migrations('repo')]), []);
    assert.deepEqual(
      rulesIn([
        repo('Repo', 'Postgres'),
        repo('EventsRepo', 'ClickHouse'),
        ...migrations('repo'),
        ...migrations('events_repo'),
      ]),
      ['create-index-blocking-writes'],
    );
  });

  it('they are as soon as the Repo is one of PostgreSQL', () => {
    const before = memoryWorkspace([repo('Repo', 'SQLite3'), ...migrations('repo')]);
    const { path, text } = repo('Repo', 'Postgres');
    const file = sourceFile(`${ROOT}/${path}`, text);
    const after = updateWorkspace(before, [{ path: file.path, file }]);
    const last = `${ROOT}/${migrations('repo')[1]?.path}`;
    assert.deepEqual(lintFile(before, last), []);
    assert.ok(lintFile(after, last).length > 0);
  });

  it('files called after one are not read, and neither are those that speak its SQL', () => {
    const create = 'create table users (id integer primary key';
    assert.deepEqual(
      rulesIn([
        { path: 'migrations/001_users.mysql.up.sql', text: `${create} auto_increment);` },
        { path: 'cache/schema.sql', text: `${create} autoincrement);\nselect * fro users;` },
      ]),
      [],
    );
  });
});
