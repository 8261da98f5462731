import { levelsInWords, loudness } from '../../analysis/tenant-levels.js';
import { contains } from '../../text/span.js';
import { elixir, given, query, rule, sql } from '../rule.js';
import { inQuotes, siteAt } from './unscoped.js';

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
    serial text unique,
    status text
  );
`;
const schema = elixir`
  defmodule Shop.Device do
    use Ecto.Schema

    schema "devices" do
      field :serial, :string
      field :status, :string
      field :organization_id, :integer
    end
  end
`;

export default rule({
  id: 'upsert-moves-tenant',
  severity: 'warning',
  about: 'tenants',
  docs: {
    what: 'An INSERT … ON CONFLICT DO UPDATE finds the row that is there by a key without the tenant, and sets its tenant.',
    why: "The row that is there may be another tenant's. The upsert then gives it to the tenant that inserts, with all that hangs on it.",
    instead:
      'Let the conflict be one of a unique key that holds the tenant, or leave the tenant out of what is set. Where rows of other tenants are to stay as they are, say so in a WHERE of the DO UPDATE.',
    unless: [
      'Silent when the key of the conflict holds the tenant, names a row of a tenant (a foreign key, or a type with an id) or is not known.',
      'Silent when the tenant is not set, and when a WHERE compares the tenant of the row that is there.',
      ...levelsInWords('upsert'),
    ],
    references: ['https://www.postgresql.org/docs/current/sql-insert.html#SQL-ON-CONFLICT'],
  },
  examples: {
    bad: [
      given(
        [tables],
        query`
          insert into devices (organization_id, serial, status) values ($1, $2, $3)
          on conflict (serial) do update set organization_id = excluded.organization_id, status = excluded.status;
                                             ^^^^^^^^^^^^^^^ warning upsert-moves-tenant: "serial"
        `,
      ),
      given(
        [tables, { ...schema, path: 'lib/shop/device.ex' }],
        elixir`
          defmodule Shop.Devices do
            alias Shop.{Device, Repo}

            def register(organization_id, serial) do
              Repo.insert_all(
              ^^^^^^^^^^^^^^^ warning upsert-moves-tenant: "serial"
                Device,
                [%{organization_id: organization_id, serial: serial}],
                on_conflict: {:replace, [:organization_id]},
                conflict_target: :serial
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
          insert into devices (organization_id, serial, status) values ($1, $2, $3)
          on conflict (serial) do update set status = excluded.status;
        `,
      ),
    ],
  },
  on: ['query'],

  *check(subject, moment) {
    const scoping = moment.scoping(subject);
    const target = scoping?.relations.find(({ role }) => role === 'target');
    if (scoping?.moves?.by !== 'upsert' || target === undefined) return;
    const { moves, root } = scoping;
    const loud = loudness('upsert', siteAt(subject, scoping, target, moment));
    if (loud === null) return;
    const inside = subject.language === 'sql' && contains(subject.span, moves.span);
    const found = moves.target === null ? 'a key' : inQuotes(moves.target);
    yield {
      ...loud,
      at: inside ? moves.span : subject.keyword,
      message: `A row of "${target.table}" that is there already is found by ${found} without "${moves.column}", so it may be of another of "${root}", and this gives it to the one that inserts. Leave "${moves.column}" out of what is set, or let the key of the conflict hold it.`,
    };
  },
});
