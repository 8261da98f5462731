// What `prepare_query` of a Repo adds to every query.

import assert from 'node:assert/strict';
import { repoHooksIn } from '../../server/src/queries/repo-hooks.js';
import { elixirParser, sqlParser } from '../support/parsers.js';

function hooksIn(text: string) {
  return repoHooksIn(elixirParser.parse(text), sqlParser);
}

describe('hooks of a Repo', () => {
  it('reads the columns that one compares, and the options that it looks at', () => {
    const hooks = hooksIn(`
      defmodule Shop.Repo do
        use Ecto.Repo, otp_app: :shop
        require Ecto.Query

        def prepare_query(_operation, query, opts) do
          cond do
            opts[:skip_org_id] || opts[:schema_migration] -> {query, opts}
            org_id = opts[:org_id] -> {Ecto.Query.where(query, org_id: ^org_id), opts}
            true -> raise "expected org_id"
          end
        end
      end
    `);
    assert.deepEqual(hooks, [
      { module: 'Shop.Repo', columns: ['org_id'], options: ['skip_org_id', 'schema_migration', 'org_id'] },
    ]);
  });

  it('reads one that a Repo gets by use', () => {
    const hooks = hooksIn(`
      defmodule Shop.RepoHelpers do
        defmacro __using__(_) do
          quote do
            def prepare_query(_, query, opts), do: {from(q in query, where: q.tenant_id == ^tenant()), opts}
          end
        end
      end
    `);
    assert.deepEqual(hooks, [{ module: 'Shop.RepoHelpers', columns: ['tenant_id'], options: [] }]);
  });

  it('sees that one leaves out what is deleted, and compares nothing', () => {
    const hooks = hooksIn(`
      defmodule Shop.Repo do
        def prepare_query(_, query, opts), do: {where(query, [x], is_nil(x.deleted_at)), opts}
      end
    `);
    assert.deepEqual(hooks, [{ module: 'Shop.Repo', columns: [], options: [] }]);
  });

  it('finds none elsewhere', () => {
    assert.deepEqual(hooksIn('defmodule Shop.Repo do\n  def prepare_query(query), do: query\nend'), []);
  });
});
