// What a migration does follows from files around it, and is computed anew when one of them changes: not when others do.

import assert from 'node:assert/strict';
import { findTable } from '../../server/src/catalog/lookup.js';
import { updateWorkspace, type Workspace } from '../../server/src/lint/workspace.js';
import { sourceFile } from '../../server/src/text/source-file.js';
import { memoryWorkspace, ROOT } from '../support/workspace.js';

const HELPER = `defmodule Shop.Helpers do
  import Ecto.Migration
  def stamp, do: add(:stamped_at, :date)
end
`;

const MIGRATION = `defmodule Shop.Repo.Migrations.Start do
  use Ecto.Migration
  def change do
    create table(:a, primary_key: false) do
      Shop.Helpers.stamp()
      Shop.Absent.columns()
    end
  end
end
`;

const files = [
  { path: 'lib/helpers.ex', text: HELPER },
  { path: 'priv/repo/migrations/1_start.exs', text: MIGRATION },
  {
    path: 'priv/repo/migrations/2_oban.exs',
    text: 'defmodule Shop.Repo.Migrations.Oban do\n  use Ecto.Migration\n  def up, do: Oban.Migrations.up()\nend\n',
  },
  { path: 'mix.lock', text: '%{\n  "oban": {:hex, :oban, "2.23.1", "0b"},\n}\n' },
];

function columnsOf({ histories }: Workspace, name: string): readonly string[] {
  const [first] = histories;
  assert.ok(first !== undefined);
  const table = findTable(first.history.latest, { schema: null, name });
  return table?.columns.map((column) => `${column.name} ${column.type.name}`) ?? [];
}

function changed(workspace: Workspace, path: string, text: string): Workspace {
  const file = sourceFile(`${ROOT}/${path}`, text);
  return updateWorkspace(workspace, [{ path: file.path, file }]);
}

describe('what Ecto migrations take from other files', () => {
  let start: Workspace;
  beforeEach(() => {
    start = memoryWorkspace(files);
  });

  it('is read anew when it changes', () => {
    assert.deepEqual(columnsOf(start, 'a'), ['stamped_at date']);
    const after = changed(start, 'lib/helpers.ex', HELPER.replace(':date', ':text'));
    assert.deepEqual(columnsOf(after, 'a'), ['stamped_at text']);
  });

  it('is read when it comes', () => {
    const absent = HELPER.replace('Shop.Helpers', 'Shop.Absent')
      .replace('def stamp', 'def columns')
      .replace('stamped_at', 'more');
    const after = changed(start, 'lib/absent.ex', absent);
    assert.deepEqual(columnsOf(after, 'a'), ['stamped_at date', 'more date']);
  });

  it('is left alone when another file changes', () => {
    const after = changed(start, 'lib/other.ex', 'defmodule Shop.Other do\nend\n');
    assert.equal(after.histories[0]?.history, start.histories[0]?.history);
  });

  it('is the version of a library, too', () => {
    assert.equal(columnsOf(start, 'oban_peers').length, 4);
    const after = changed(start, 'mix.lock', '%{\n  "oban": {:hex, :oban, "2.1.0", "0b"},\n}\n');
    assert.deepEqual(columnsOf(after, 'oban_peers'), []);
  });
});
