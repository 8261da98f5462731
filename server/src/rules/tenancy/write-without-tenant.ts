import { levelsInWords, loudness } from '../../analysis/tenant-levels.js';
import type { Query } from '../../queries/query.js';
import { contains } from '../../text/span.js';
import { elixir, type Finding, given, type Moment, query, rule, sql } from '../rule.js';
import { explanation, ownership, plainlyUnscoped, scopeFixes, siteAt } from './unscoped.js';

const tables = sql`
  create table organizations (id bigint primary key, name text);
  create table projects (
    id bigint primary key,
    organization_id bigint not null references organizations (id),
    name text
  );
  create table devices (
    id bigint primary key,
    organization_id bigint not null references organizations (id),
    status text
  );
  create table tokens (
    id bigint primary key,
    organization_id bigint not null references organizations (id),
    revoked boolean
  );
`;
const schema = elixir`
  defmodule Shop.Token do
    use Ecto.Schema

    schema "tokens" do
      field :revoked, :boolean
      field :organization_id, :integer
    end
  end
`;

export default rule({
  id: 'write-without-tenant',
  severity: 'warning',
  about: 'tenants',
  docs: {
    what: 'An UPDATE or DELETE changes rows of tenants, and nothing in it says of which tenant; an INSERT does not say whose the row is; or an UPDATE gives rows to another tenant.',
    why: 'It changes the rows of every tenant at once. Rows that change hands leave behind those that refer to them.',
    instead: "Compare the tenant's column with a value from outside, or join a row that does.",
    unless: [
      'As with query-without-tenant: silent in migrations, seeds, tests and tasks, for rows that are found by a key, and for queries whose parts come from elsewhere.',
      'As there, info where the code is called like something that goes over all tenants, where the column may be NULL, and where rows are picked by their age.',
      'An INSERT is fine where a default or a trigger may fill the column in.',
      'An UPDATE that sets the tenant is fine where it sets what its rows have already.',
      'Where an UPDATE sets the tenant:',
      ...levelsInWords('update'),
    ],
    references: ['https://hexdocs.pm/ecto/multi-tenancy-with-foreign-keys.html'],
  },
  examples: {
    bad: [
      given(
        [tables],
        query`
          update devices set status = 'offline' where status = 'online';
          ^^^^^^ warning write-without-tenant: nothing compares "organization_id"
        `,
      ),
      given(
        [tables],
        query`
          update devices set organization_id = $1 where id = $2;
                             ^^^^^^^^^^^^^^^ warning write-without-tenant: to another of "organizations"
        `,
      ),
      given(
        [tables],
        query`
          insert into devices (status) values ('new');
          ^^^^^^ warning write-without-tenant: does not say to which of them
        `,
      ),
      given(
        [tables, { ...schema, path: 'lib/shop/token.ex' }],
        elixir`
          defmodule Shop.Tokens do
            import Ecto.Query
            alias Shop.{Repo, Token}

            def revoke(organization_id) do
              Repo.update_all(from(t in Token, where: not t.revoked), set: [revoked: true])
              ^^^^^^^^^^^^^^^ warning write-without-tenant: nothing compares "organization_id"
            end
          end
        `,
      ),
    ],
    good: [
      given(
        [tables],
        query`
          update devices set status = 'offline' where organization_id = $1;

          delete from devices d using projects p where p.organization_id = d.organization_id and p.organization_id = $1;

          insert into devices (organization_id, status) values ($1, 'new');
        `,
      ),
      given(
        [tables, { ...schema, path: 'lib/shop/token.ex' }],
        elixir`
          defmodule Shop.Tokens do
            import Ecto.Query
            alias Shop.{Repo, Token}

            def revoke(organization) do
              Token
              |> where(organization_id: ^organization.id)
              |> Repo.update_all(set: [revoked: true])
            end
          end
        `,
      ),
    ],
  },
  covers: ['tenant-insert-without-key', 'tenant-filter-missing-sql', 'tenant-filter-missing-ecto'],
  on: ['query'],

  *check(subject, moment) {
    yield* movedRows(subject, moment);
    const found = plainlyUnscoped(subject, moment);
    if (found === null || found.relation.role !== 'target') return;
    const { relation, scoping, loud, reliance } = found;
    const inserted = relation.reason === 'insert-without-tenant';
    const owned = ownership(relation, scoping.root);
    yield {
      at: subject.keyword,
      ...loud,
      message: inserted
        ? `${owned}, and this statement does not say to which of them the row belongs.`
        : `${owned}, and this statement can change rows of all of them: ${explanation(subject, relation)}.${reliance}`,
      fixes: scopeFixes(subject, relation),
    };
  },
});

/** An UPDATE that sets the tenant. */
function* movedRows(query: Query, moment: Moment): Iterable<Finding> {
  const scoping = moment.scoping(query);
  const target = scoping?.relations.find(({ role }) => role === 'target');
  if (scoping?.moves?.by !== 'update' || target === undefined) return;
  const { moves, root } = scoping;
  const { table } = target;
  const loud = loudness('update', siteAt(query, scoping, target, moment));
  if (loud === null) return;
  yield {
    ...loud,
    at: contains(query.span, moves.span) ? moves.span : query.keyword,
    message: `Setting "${moves.column}" gives rows of "${table}" to another of "${root}", and what refers to them stays with the one that had them. Leave it out, or make new rows.`,
  };
}
