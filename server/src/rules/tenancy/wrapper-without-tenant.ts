import { elixir, given, rule } from '../rule.js';
import { tables } from './example-tables.js';

export default rule({
  id: 'wrapper-without-tenant',
  severity: 'warning',
  docs: {
    what: 'A function that runs queries which were handed over to be scoped does not compare the tenant, though its siblings do.',
    why: 'Whoever writes `query |> Safe.scoped(user) |> Safe.delete_all()` trusts that the rest adds the tenant. This function runs the query as it is: on rows of all tenants.',
    instead: "Compare the tenant's column before the query is run, as the other functions of the module do.",
    unless:
      'Silent where most functions of the module compare nothing, for what is handed over by a function that says that all tenants are meant, for clauses that say that there is none (`nil`), for what is run in a way that is not understood, and where there are no tenants.',
    references: ['https://hexdocs.pm/ecto/multi-tenancy-with-foreign-keys.html'],
  },
  examples: {
    bad: [
      given(
        [tables],
        elixir`
          defmodule Shop.Safe do
            import Ecto.Query
            alias Shop.Repo

            def scoped(query, user), do: %Scoped{query: query, user: user}

            def all(%Scoped{query: query, user: user}) do
              query |> where(organization_id: ^user.organization_id) |> Repo.all()
            end

            def delete_all(%Scoped{query: query}), do: Repo.delete_all(query)
                ^^^^^^^^^^ warning wrapper-without-tenant: does not compare "organization_id"
          end
        `,
      ),
    ],
    good: [
      given(
        [tables],
        elixir`
          defmodule Shop.Safe do
            import Ecto.Query
            alias Shop.Repo

            def scoped(query, user), do: %Scoped{query: query, user: user}
            def unscoped(query), do: %Unscoped{query: query}

            def all(%Scoped{query: query, user: user}), do: query |> of(user) |> Repo.all()
            def all(%Unscoped{query: query}), do: Repo.all(query)

            def delete_all(%Scoped{query: query, user: user}), do: query |> of(user) |> Repo.delete_all()
            def delete_all(%Unscoped{query: query}), do: Repo.delete_all(query)

            defp of(query, user), do: where(query, organization_id: ^user.organization_id)
          end
        `,
      ),
    ],
  },
  covers: ['tenant-bypass'],
  on: ['query-wrapper'],

  *check({ module, functions }, { tenancy: { column, root } }) {
    if (column === null || root === null) return;
    const short = module.split('.').at(-1) ?? module;
    for (const { name, runs } of functions) {
      const comparing = runs.filter(({ columns }) => columns.includes(column));
      if (comparing.length * 2 < runs.length) continue;
      const like = comparing.slice(0, 2).map((run) => `"${run.name}"`);
      for (const run of runs) {
        if (comparing.includes(run)) continue;
        yield {
          at: run.nameSpan,
          message: `"${run.name}" runs what "${short}.${name}" was given, and does not compare "${column}" as ${like.join(' and ')} ${like.length === 1 ? 'does' : 'do'}: it reaches rows of all "${root}".`,
        };
      }
    }
  },
});
