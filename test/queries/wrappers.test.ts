// Modules that run queries for others: what they add to a query that is handed to them.

import assert from 'node:assert/strict';
import { codeIn } from '../../server/src/queries/from-ecto/code.js';
import { type QueryWrapper, queryWrappersIn, wrapped } from '../../server/src/queries/wrappers.js';
import { elixirParser, sqlParser } from '../support/parsers.js';

function wrappersIn(text: string): readonly QueryWrapper[] {
  return queryWrappersIn(codeIn(elixirParser.parse(text), text), sqlParser);
}

/** What becomes of a query that goes through that function and then through the other. */
function fate(wrappers: readonly QueryWrapper[], name: string, run: string): string | null {
  return wrapped(wrappers, { module: 'Shop.Safe', name, run }, 'org_id');
}

const structs = `
  defmodule Shop.Safe do
    import Ecto.Query
    alias Shop.Repo

    defmodule Scoped do
      defstruct [:subject, :queryable]
    end

    defmodule Unscoped do
      defstruct [:queryable]
    end

    def scoped(queryable, %Subject{} = subject), do: %Scoped{queryable: queryable, subject: subject}
    def unscoped(queryable), do: %Unscoped{queryable: queryable}

    def all(%Scoped{queryable: queryable, subject: %Subject{org: %{id: org_id}} = subject}) do
      with :ok <- permit(:read, subject) do
        queryable |> filter(org_id) |> Repo.all()
      end
    end

    def all(%Unscoped{queryable: queryable}), do: Repo.all(queryable)

    def delete_all(%Scoped{queryable: queryable, subject: subject}, opts \\\\ []) do
      case permit(:delete, subject) do
        :ok ->
          {:ok, count} = Repo.transact(fn -> {:ok, Repo.delete_all(filter(queryable, subject.org.id), opts)} end)
          count

        {:error, :unauthorized} ->
          {:error, :unauthorized}
      end
    end

    def update_all(%Scoped{queryable: queryable}, updates), do: Repo.update_all(queryable, updates)
    def update_all(%Unscoped{queryable: queryable}, updates), do: Repo.update_all(queryable, updates)

    defp filter(Shop.Org, org_id), do: where(Shop.Org, id: ^org_id)
    defp filter(queryable, org_id), do: where(queryable, org_id: ^org_id)
  end
`;

describe('wrappers of queries', () => {
  const wrappers = wrappersIn(structs);

  it('adds the tenant when it runs what it was handed', () => {
    assert.equal(fate(wrappers, 'scoped', 'all'), 'scoped');
    assert.equal(fate(wrappers, 'scoped', 'delete_all'), 'scoped');
  });

  it('takes unscoped for what its author says', () => {
    assert.equal(fate(wrappers, 'unscoped', 'all'), 'unscoped');
    assert.equal(fate(wrappers, 'unscoped', 'update_all'), 'unscoped');
  });

  it('takes what is handed on without a tenant for unscoped, where one struct serves for both', () => {
    const one = wrappersIn(`
      defmodule Shop.Safe do
        import Ecto.Query
        alias Shop.Repo
        defstruct [:query, :org]

        def scoped(query, org), do: %__MODULE__{query: query, org: org}
        def unscoped(query), do: %__MODULE__{query: query}
        def all(%__MODULE__{} = safe), do: safe |> narrowed() |> Repo.all()

        defp narrowed(%{query: query, org: nil}), do: query
        defp narrowed(%{query: query, org: org}), do: where(query, [x], x.org_id == ^org.id)
      end
    `);
    assert.equal(fate(one, 'scoped', 'all'), 'scoped');
    assert.equal(fate(one, 'unscoped', 'all'), 'unscoped');
  });

  it('does not take its word where it forgets the tenant', () => {
    assert.equal(fate(wrappers, 'scoped', 'update_all'), null);
  });

  it('takes its word for what it runs in ways that are not understood', () => {
    assert.equal(fate(wrappers, 'scoped', 'list'), 'scoped');
  });

  it('knows nothing of other columns, functions and modules', () => {
    assert.equal(wrapped(wrappers, { module: 'Shop.Safe', name: 'scoped', run: 'all' }, 'team_id'), null);
    assert.equal(fate(wrappers, 'permit', 'all'), null);
    assert.equal(wrapped(wrappers, { module: 'Shop.Other', name: 'scoped', run: 'all' }, 'org_id'), null);
  });

  it('reads tuples and maps like structs', () => {
    const tuples = wrappersIn(`
      defmodule Shop.Safe do
        import Ecto.Query
        alias Shop.Repo

        def as(query, org), do: {query, org}
        def all({query, org}), do: Repo.all(from q in query, where: q.org_id == ^org.id)
      end
    `);
    assert.equal(fate(tuples, 'as', 'all'), 'scoped');
  });

  it('is none where nothing is compared, or nothing is run', () => {
    const logging = wrappersIn(`
      defmodule Shop.Safe do
        def timed(query, label), do: %Timed{query: query, label: label}
        def all(%Timed{query: query}), do: Shop.Repo.all(query)
      end
    `);
    assert.equal(fate(logging, 'timed', 'all'), null);
    const page = wrappersIn(`
      defmodule Shop.Safe do
        def new(query, size), do: %Page{query: query, size: size}
      end
    `);
    assert.deepEqual(page, []);
  });
});
