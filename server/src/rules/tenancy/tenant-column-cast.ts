import { tenantKey } from '../../analysis/tenancy.js';
import { elixir, given, rule, sql } from '../rule.js';

const tables = sql`
  create table organizations (id bigint primary key);
  create table notes (id bigint primary key, organization_id bigint not null references organizations (id));
  create table files (id bigint primary key, organization_id bigint not null references organizations (id));
  create table orders (
    id bigint primary key,
    organization_id bigint not null references organizations (id),
    status text
  );
`;

export default rule({
  id: 'tenant-column-cast',
  severity: 'hint',
  docs: {
    what: "A changeset casts the tenant's column.",
    why: 'Where what is cast was sent by a client, the client says to which tenant the row belongs; in an update it moves the row to another one.',
    instead: 'Set it on the struct, or with `put_change/3`, from what is known of who asks.',
    unless:
      'A hint, since many applications cast it and only ever give it from their own code, which cannot be seen here; info in a function whose name says that it updates. Silent where there is no table of tenants, for tables of members, and for lists of fields that cannot be read.',
    references: ['https://hexdocs.pm/ecto/Ecto.Changeset.html#cast/4'],
  },
  examples: {
    bad: [
      given(
        [tables],
        elixir`
          defmodule Shop.Order do
            use Ecto.Schema
            import Ecto.Changeset

            schema "orders" do
              field :status, :string
              field :organization_id, :integer
            end

            def update_changeset(order, attrs) do
              cast(order, attrs, [:status, :organization_id])
                                           ^^^^^^^^^^^^^^^^ info tenant-column-cast
            end
          end
        `,
      ),
    ],
    good: [
      given(
        [tables],
        elixir`
          defmodule Shop.Order do
            use Ecto.Schema
            import Ecto.Changeset

            schema "orders" do
              field :status, :string
              field :organization_id, :integer
            end

            def changeset(order, organization, attrs) do
              order
              |> cast(attrs, [:status])
              |> put_change(:organization_id, organization.id)
            end
          end
        `,
      ),
    ],
  },
  covers: ['tenant-changeset-cast'],
  on: ['changeset'],

  *check({ table, prefix, within, fields }, moment) {
    const tenant = moment.tenancy.tables.get(tenantKey({ schema: prefix, name: table }));
    if (tenant?.class !== 'direct') return;
    const cast = fields.find(({ column }) => column === tenant.column);
    if (cast === undefined) return;
    const { name, span, removed } = cast;
    const updates = /update|edit/.test(within);
    yield {
      at: span,
      ...(updates ? { severity: 'info' } : {}),
      message: updates
        ? `Whoever sends ${name} moves the row of "${table}" to another tenant: this casts it in an update. Leave it out.`
        : `Whoever sends ${name} says to which tenant a row of "${table}" belongs. Set it from what is known of who asks, unless only your own code gives it.`,
      fixes:
        removed === null
          ? []
          : [
              {
                title: `Do not cast ${name}`,
                safety: 'needs-review',
                edit: (editor) => editor.writeCode([{ span: removed, text: '' }]),
              },
            ],
    };
  },
});
