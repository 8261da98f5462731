import { loudness } from '../../analysis/tenant-levels.js';
import { contains } from '../../text/span.js';
import { elixir, given, query, rule } from '../rule.js';
import { schema, tables } from './example-tables.js';
import { ownership, siteAt } from './unscoped.js';

export default rule({
  id: 'tenant-filter-optional',
  severity: 'info',
  about: 'tenants',
  docs: {
    what: 'A query compares the tenant only when its caller gives one.',
    why: 'Who calls it without a tenant, by intent or because a value was not there, gets rows of all of them. Whether a caller may do so is not to be seen here.',
    instead:
      'Make two queries of it, one that needs the tenant and one whose name says that it is for all of them, or check the callers and silence it with a reason.',
    unless:
      'Silent in migrations, seeds, tests and tasks, and in code that goes over all tenants; and where rows are found by a key besides.',
    references: ['https://hexdocs.pm/ecto/multi-tenancy-with-foreign-keys.html'],
  },
  examples: {
    bad: [
      given(
        [tables],
        query`
          select * from devices where ($1::bigint is null or organization_id = $1) and status = 'online';
          ^^^^^^ info tenant-filter-optional
        `,
      ),
      given(
        [tables, { ...schema, path: 'lib/shop/device.ex' }],
        elixir`
          defmodule Shop.Devices do
            import Ecto.Query
            alias Shop.{Device, Repo}

            def list_online(organization_id \\ nil) do
              query = from(d in Device, where: d.status == "online")

              query =
                if organization_id,
                  do: where(query, [d], d.organization_id == ^organization_id),
                  else: query

              Repo.all(query)
              ^^^^^^^^ info tenant-filter-optional
            end
          end
        `,
      ),
    ],
    good: [
      given(
        [tables],
        query`
          select * from devices where organization_id = $1 and ($2::text is null or status = $2);
        `,
      ),
    ],
  },
  on: ['query'],

  *check(subject, moment) {
    const scoping = moment.scoping(subject);
    if (scoping === null || scoping.verdict !== 'optional' || scoping.decisive === null) return;
    const { decisive: relation, root } = scoping;
    const loud = loudness('optional', siteAt(subject, scoping, relation, moment));
    if (loud === null) return;
    const column = relation.columns[0] ?? relation.column;
    const what = relation.role === 'target' ? 'changes' : 'gives';
    const way = relation.escape;
    const at = way !== null && contains(subject.span, way) ? way : subject.keyword;
    const out =
      way === null
        ? `a caller can leave the comparison of "${column}" out`
        : `on one way of the code nothing compares "${column}"`;
    yield {
      at,
      ...loud,
      message: `${ownership(relation, root)}, and ${out}: then this ${what} rows of all of them.`,
    };
  },
});
