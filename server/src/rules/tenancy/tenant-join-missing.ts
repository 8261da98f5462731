import type { RelationScoping } from '../../analysis/scoping.js';
import { elixir, given, query, rule, sql } from '../rule.js';
import { inQuotes, ownership, scopeFixes, unscopedIn } from './unscoped.js';

const tables = sql`
  create table organizations (id bigint primary key, name text);
  create table projects (
    id bigint primary key,
    organization_id bigint not null references organizations (id),
    label text
  );
  create table labels (
    id bigint primary key,
    organization_id bigint not null references organizations (id),
    name text
  );
  create table devices (
    id bigint primary key,
    organization_id bigint not null references organizations (id),
    project_id bigint references projects (id),
    label text
  );
`;
const schemas = elixir`
  defmodule Shop.Device do
    use Ecto.Schema

    schema "devices" do
      field :label, :string
      field :organization_id, :integer
    end
  end

  defmodule Shop.Label do
    use Ecto.Schema

    schema "labels" do
      field :name, :string
      field :organization_id, :integer
    end
  end
`;

export default rule({
  id: 'tenant-join-missing',
  severity: 'warning',
  about: 'tenants',
  docs: {
    what: 'A join brings in rows of tenants, and neither a key nor the tenant ties them to the rows beside them.',
    why: 'The tenant that the query is for is compared on one table alone. What the join brings in beside it is of every tenant: each row that has the same name or the same number, or, without any equality, each row that there is.',
    instead:
      "Compare the tenant's column of both tables in the ON of the join, or join by a foreign key. In a LEFT JOIN it has to stand in ON: in WHERE it takes rows away that the join would keep.",
    unless:
      'Silent where the tables are joined by a foreign key or a whole primary key, where the joined table is compared with the tenant itself, and where it only decides which rows come out. Info where a key that holds the tenant too is joined by its other part alone. As with query-without-tenant, silent in migrations, seeds, tests and tasks, and info in code that goes over all tenants.',
    references: ['https://hexdocs.pm/ecto/multi-tenancy-with-foreign-keys.html'],
  },
  examples: {
    bad: [
      given(
        [tables],
        query`
          select d.*, l.id from devices d left join labels l on l.name = d.label where d.organization_id = $1;
                                                    ^^^^^^ warning tenant-join-missing: "name"
        `,
      ),
      given(
        [tables, { ...schemas, path: 'lib/shop/device.ex' }],
        elixir`
          defmodule Shop.Devices do
            import Ecto.Query
            alias Shop.{Device, Label, Repo}

            def list_with_labels(organization_id) do
              Repo.all(
                from d in Device,
                  join: l in Label,
                             ^^^^^ warning tenant-join-missing: "name"
                  on: l.name == d.label,
                  where: d.organization_id == ^organization_id,
                  select: {d, l}
              )
            end
          end
        `,
      ),
    ],
    good: [
      given(
        [tables],
        query`
          select d.*, l.id
          from devices d
          left join labels l on l.name = d.label and l.organization_id = d.organization_id
          where d.organization_id = $1;

          select d.*, p.label from devices d join projects p on p.id = d.project_id where d.organization_id = $1;
        `,
      ),
    ],
  },
  covers: ['tenant-join-key-missing'],
  on: ['query'],

  *check(subject, moment) {
    const found = unscopedIn(subject, moment);
    if (found === null) return;
    const { relation, scoping, loud } = found;
    if (!relation.beside || relation.throughOr) return;
    const byKey = relation.tie === 'key-part' || relation.reason === 'primary-key-without-tenant';
    yield {
      at: relation.span,
      ...loud,
      message: `${ownership(relation, scoping.root)}, and ${tied(relation, byKey)}, so that rows of all of them are joined. ${mending(relation)}`,
      fixes: scopeFixes(subject, relation),
    };
  },
});

function tied({ tie, columns, column }: RelationScoping, byKey: boolean): string {
  if (byKey) return `its key holds "${column}" too, but it is joined by ${inQuotes(columns)} alone`;
  if (tie === 'none' || columns.length === 0) return 'nothing ties it to the rows that it is joined to';
  return `it is joined by ${inQuotes(columns)}, which other tenants may have as well`;
}

function mending({ field }: RelationScoping): string {
  return field === null
    ? 'Join it by a foreign key.'
    : `Compare "${field}" of both in the condition of the join.`;
}
