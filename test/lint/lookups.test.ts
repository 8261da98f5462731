// What the habits of a project say of one of its lookups.

import assert from 'node:assert/strict';
import { lintFile } from '../../server/src/lint/lint.js';
import { memoryWorkspace, ROOT } from '../support/workspace.js';

const tables = {
  path: 'priv/repo/migrations/20240101000000_tables.sql',
  text: `
    create table orgs (id bigint primary key);
    create table notes (id bigint primary key, org_id bigint not null references orgs (id));
    create table files (id bigint primary key, org_id bigint not null references orgs (id));
    create table rules (id bigint primary key, org_id bigint not null references orgs (id));
  `,
};

const repeated = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n');

/** How loud it is about `select * from rules where id = $1` among that many lookups of each kind. */
function severityAmong(scoped: number, open: number): string | undefined {
  const others = [
    repeated(scoped, (index) => `select ${index} from notes where id = $1 and org_id = $2;`),
    repeated(open, (index) => `select ${index} from files where id = $1;`),
  ].join('\n');
  const workspace = memoryWorkspace([
    tables,
    { path: 'db/queries/others.sql', text: others },
    { path: 'db/queries/rules.sql', text: 'select * from rules where id = $1;' },
  ]);
  const found = lintFile(workspace, `${ROOT}/db/queries/rules.sql`);
  return found.find(({ rule }) => rule === 'key-lookup-without-tenant')?.severity;
}

/** The same about an id that a client sends. */
function severityOfClient(scoped: number, open: number): string | undefined {
  const own = `
    defmodule ShopWeb.NoteLive do
      use ShopWeb, :live_view

      def handle_event("close", %{"id" => id}, socket) do
        Shop.Repo.get!(Shop.Note, id)
        {:noreply, socket}
      end
    end
  `;
  const others = `
    defmodule Shop.Notes do
      ${repeated(scoped, (index) => `def own_${index}(org_id, id), do: Shop.Repo.get_by(Shop.Note, id: id, org_id: org_id)`)}
      ${repeated(open, (index) => `def any_${index}(id), do: Shop.Repo.get(Shop.Note, id)`)}
    end
  `;
  const schema = `
    defmodule Shop.Note do
      use Ecto.Schema

      schema "notes" do
        field :org_id, :integer
      end
    end
  `;
  const workspace = memoryWorkspace([
    tables,
    { path: 'lib/shop/note.ex', text: schema },
    { path: 'lib/shop/notes.ex', text: others },
    { path: 'lib/shop_web/live/note_live.ex', text: own },
  ]);
  const found = lintFile(workspace, `${ROOT}/lib/shop_web/live/note_live.ex`);
  return found.find(({ rule }) => rule === 'key-lookup-without-tenant')?.severity;
}

describe('a lookup by id among others', () => {
  for (const [scoped, open, severity] of [
    [0, 0, 'hint'],
    [18, 0, 'hint'],
    [19, 0, 'info'],
    [19, 7, 'info'],
    [19, 8, 'hint'],
    [0, 30, 'hint'],
  ] as const) {
    it(`${scoped} that compare the tenant and ${open} that do not: ${severity}`, () => {
      assert.equal(severityAmong(scoped, open), severity);
    });
  }

  for (const [scoped, open, severity] of [
    [0, 0, 'warning'],
    [0, 18, 'warning'],
    [0, 19, 'info'],
    [1, 25, 'info'],
    [10, 19, 'warning'],
  ] as const) {
    it(`by the id of a client, among ${scoped} and ${open}: ${severity}`, () => {
      assert.equal(severityOfClient(scoped, open), severity);
    });
  }
});
