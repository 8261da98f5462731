import { levelsInWords } from '../../analysis/tenant-levels.js';
import { elixir, given, query, rule, sql } from '../rule.js';
import { explanation, ownership, plainlyUnscoped, scopeFixes } from './unscoped.js';

const tables = sql`
  create table organizations (id bigint primary key, name text);
  create table users (id bigint primary key, email text);
  create table memberships (
    organization_id bigint not null references organizations (id),
    user_id bigint not null references users (id),
    primary key (organization_id, user_id)
  );
  create table projects (
    id bigint primary key,
    organization_id bigint not null references organizations (id),
    name text
  );
  create table devices (
    id bigint primary key,
    organization_id bigint not null references organizations (id),
    identifier text,
    status text,
    unique (organization_id, identifier)
  );
`;
const schema = elixir`
  defmodule Shop.Device do
    use Ecto.Schema

    schema "devices" do
      field :identifier, :string
      field :status, :string
      field :organization_id, :integer
    end
  end
`;

export default rule({
  id: 'query-without-tenant',
  severity: 'warning',
  about: 'tenants',
  docs: {
    what: 'A query reads rows of tenants, and nothing in it says of which tenant.',
    why: 'It gives rows of every tenant. Where the result reaches a person of one of them, that is a leak.',
    instead:
      "Compare the tenant's column with a value from outside, or join a row that does. A key that is unique only together with the tenant has to be looked up together with it.",
    unless: [
      'Plumbline cannot know when all tenants are meant: say so, with a reason.',
      'Silent where there is no table of tenants.',
      'Silent for what is looked up by its primary key, by a key that is unique for all tenants, by a foreign key (also one in a part of a column) or by a secret token.',
      'Silent for queries whose parts come from elsewhere, and where a value that is called like the tenant is compared with a part of a row.',
      'Silent where a Repo adds the tenant to every query.',
      ...levelsInWords('unscoped'),
    ],
    references: ['https://hexdocs.pm/ecto/multi-tenancy-with-foreign-keys.html'],
  },
  examples: {
    bad: [
      given(
        [tables],
        query`
          select * from devices where status = 'offline';
          ^^^^^^ warning query-without-tenant: nothing compares "organization_id"
        `,
      ),
      given(
        [tables],
        query`
          select * from devices where identifier = $1;
          ^^^^^^ warning query-without-tenant: "identifier" is unique only together with "organization_id"
        `,
      ),
      given(
        [tables, { ...schema, path: 'lib/shop/device.ex' }],
        elixir`
          defmodule Shop.Devices do
            import Ecto.Query
            alias Shop.{Device, Repo}

            def list_offline(organization_id) do
              Device
              |> where([d], d.status == "offline")
              |> Repo.all()
                 ^^^^^^^^ warning query-without-tenant: nothing compares "organization_id"
            end
          end
        `,
      ),
      given(
        [tables, { ...schema, path: 'lib/shop/device.ex' }],
        elixir`
          defmodule Shop.Devices do
            alias Shop.{Device, Repo}

            def get_device(organization_id, identifier) do
              Repo.get_by(Device, identifier: identifier)
              ^^^^^^^^^^^ warning query-without-tenant: "identifier" is unique only together with "organization_id"
            end
          end
        `,
      ),
    ],
    good: [
      given(
        [tables],
        query`
          select * from devices where organization_id = $1 and status = 'offline';

          select d.*
          from devices d
          join memberships m on m.organization_id = d.organization_id
          where m.user_id = $1;

          select * from devices where id = $1;
        `,
      ),
      given(
        [tables, { ...schema, path: 'lib/shop/device.ex' }],
        elixir`
          defmodule Shop.Devices do
            import Ecto.Query
            alias Shop.{Device, Repo}

            def list_offline(organization) do
              Repo.all(from d in Device, where: d.organization_id == ^organization.id and d.status == "offline")
            end

            def get_device(organization, identifier) do
              Repo.get_by(Device, organization_id: organization.id, identifier: identifier)
            end

            def offline_query, do: from(d in Device, where: d.status == "offline")
          end
        `,
      ),
    ],
  },
  covers: ['tenant-filter-missing-sql', 'tenant-filter-missing-ecto'],
  on: ['query'],

  *check(subject, moment) {
    const found = plainlyUnscoped(subject, moment);
    if (found === null) return;
    const { relation, scoping, loud, reliance } = found;
    if (relation.role !== 'rows') return;
    yield {
      at: subject.keyword,
      ...loud,
      message: `${ownership(relation, scoping.root)}, and this query can return rows of all of them: ${explanation(subject, relation)}.${reliance}`,
      fixes: scopeFixes(subject, relation),
    };
  },
});
