import { contains } from '../../text/span.js';
import { elixir, given, query, rule, sql } from '../rule.js';
import { everyArmFixes, ownership, unscopedIn } from './unscoped.js';

const tables = sql`
  create table organizations (id bigint primary key, name text);
  create table projects (
    id bigint primary key,
    organization_id bigint not null references organizations (id),
    name text
  );
  create table labels (
    id bigint primary key,
    organization_id bigint not null references organizations (id),
    name text
  );
  create table devices (
    id bigint primary key,
    organization_id bigint not null references organizations (id),
    status text,
    public boolean
  );
`;
const schema = elixir`
  defmodule Shop.Device do
    use Ecto.Schema

    schema "devices" do
      field :status, :string
      field :public, :boolean
      field :organization_id, :integer
    end
  end
`;

export default rule({
  id: 'or-escapes-tenant',
  severity: 'warning',
  about: 'tenants',
  docs: {
    what: 'A query compares the tenant in one arm of an OR, and another arm lets rows of all tenants through.',
    why: 'AND binds stronger than OR: in `org_id = $1 AND a OR b` the tenant does not count where `b` is true. In Ecto `or_where` is an OR with all conditions before it, so a tenant that is compared before it is lost.',
    instead:
      'Put the OR in parentheses, so that the tenant is compared in every case. In Ecto, compare the tenant after the last `or_where`: a `where` holds for all that stands before it.',
    unless:
      'Silent when every arm compares the tenant, finds rows by a secret or a parent, or by the key of a row that the code has in hand, and where an arm is read from elsewhere. Info where the other arm finds one row by its key. As with query-without-tenant, silent in migrations, seeds, tests and tasks, and info in code that goes over all tenants.',
    references: ['https://hexdocs.pm/ecto/Ecto.Query.html#or_where/3'],
  },
  examples: {
    bad: [
      given(
        [tables],
        query`
          select * from devices where organization_id = $1 and status = 'online' or public;
                                                                                    ^^^^^^ warning or-escapes-tenant: rows of all of them
        `,
      ),
      given(
        [tables, { ...schema, path: 'lib/shop/device.ex' }],
        elixir`
          defmodule Shop.Devices do
            import Ecto.Query
            alias Shop.{Device, Repo}

            def list_visible(organization_id) do
              Device
              |> where(organization_id: ^organization_id)
              |> or_where([d], d.public == true)
                               ^^^^^^^^^^^^^^^^ warning or-escapes-tenant: rows of all of them
              |> Repo.all()
            end
          end
        `,
      ),
    ],
    good: [
      given(
        [tables],
        query`
          select * from devices where organization_id = $1 and (status = 'online' or public);

          select * from devices where organization_id = $1 and status = 'online' or organization_id = $1 and public;
        `,
      ),
      given(
        [tables, { ...schema, path: 'lib/shop/device.ex' }],
        elixir`
          defmodule Shop.Devices do
            import Ecto.Query
            alias Shop.{Device, Repo}

            def list_visible(organization_id) do
              Device
              |> where(status: "online")
              |> or_where([d], d.public == true)
              |> where(organization_id: ^organization_id)
              |> Repo.all()
            end
          end
        `,
      ),
    ],
  },
  covers: ['tenant-filter-missing-ecto'],
  on: ['query'],

  *check(subject, moment) {
    const found = unscopedIn(subject, moment);
    if (found === null) return;
    const { relation, scoping, loud } = found;
    if (!relation.throughOr) return;
    const arm = relation.escape;
    const at = arm !== null && contains(subject.span, arm) ? arm : subject.keyword;
    const what = relation.role === 'target' ? 'are changed' : 'come out';
    yield {
      at,
      ...loud,
      message: `${ownership(relation, scoping.root)}, but where this arm of the OR holds, rows of all of them ${what}. Compare the tenant in every case: put the OR in parentheses${subject.language === 'ecto' ? ', or compare it after the last or_where' : ''}.`,
      fixes: everyArmFixes(subject, relation),
    };
  },
});
