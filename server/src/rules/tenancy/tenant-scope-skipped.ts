import { AROUND } from '../../analysis/tenant-levels/around.js';
import { levelsInWords, loudness } from '../../analysis/tenant-levels.js';
import { elixir, given, rule } from '../rule.js';
import { schema, tables } from './example-tables.js';
import { ownership, scopeFixes, siteAt } from './unscoped.js';

const repo = elixir`
  defmodule Shop.Repo do
    use Ecto.Repo, otp_app: :shop, adapter: Ecto.Adapters.Postgres
    require Ecto.Query

    def prepare_query(_operation, query, opts) do
      if opts[:skip_organization_id],
        do: {query, opts},
        else: {Ecto.Query.where(query, organization_id: ^opts[:organization_id]), opts}
    end
  end
`;

export default rule({
  id: 'tenant-scope-skipped',
  severity: 'info',
  about: 'tenants',
  docs: {
    what: 'A query asks the Repo not to add the tenant, and does not compare it itself.',
    why: 'The Repo of this project compares the tenant in every query, so nobody looks for it any more. This query goes without it, and reaches rows of all tenants.',
    instead:
      'Leave the option out, or compare the tenant in the query. Where all tenants are meant, silence it with a reason.',
    unless: [
      'Silent when the query compares the tenant itself.',
      'A hint where the option does nothing: the Repo adds no tenant to raw SQL.',
      ...levelsInWords('skips-hook'),
    ],
    references: ['https://hexdocs.pm/ecto/Ecto.Repo.html#c:prepare_query/3'],
  },
  examples: {
    bad: [
      given(
        [tables, { ...schema, path: 'lib/shop/device.ex' }, { ...repo, path: 'lib/shop/repo.ex' }],
        elixir`
          defmodule Shop.Devices do
            alias Shop.{Device, Repo}

            def get_device(id) do
              Repo.get(Device, id, skip_organization_id: true)
              ^^^^^^^^ info tenant-scope-skipped: "skip_organization_id"
            end
          end
        `,
      ),
    ],
    good: [
      given(
        [tables, { ...schema, path: 'lib/shop/device.ex' }, { ...repo, path: 'lib/shop/repo.ex' }],
        elixir`
          defmodule Shop.Devices do
            alias Shop.{Device, Repo}

            def get_device(id), do: Repo.get(Device, id)

            def get_device(organization_id, id) do
              Repo.get_by(Device, [id: id, organization_id: organization_id], skip_organization_id: true)
            end
          end
        `,
      ),
    ],
  },
  covers: ['tenant-bypass'],
  on: ['query'],

  *check(subject, moment) {
    const scoping = moment.scoping(subject);
    if (scoping === null || scoping.setting === 'once' || scoping.hook === null) return;
    const { hook, decisive: relation, root, verdict } = scoping;
    const at = subject.sink?.span ?? subject.keyword;
    if (hook.why === 'raw-sql' && hook.option !== null) {
      yield {
        at,
        severity: 'hint',
        message: `"${hook.option}" does nothing here: "${hook.module}" adds the tenant to queries of Ecto, and to no SQL that is sent as it is. Leave the option out, and compare "${hook.column}" in the SQL where one tenant is meant.`,
      };
      return;
    }
    if (hook.effect !== 'skipped' || relation === null) return;
    if (verdict !== 'unscoped' && verdict !== 'by-key' && verdict !== 'optional') return;
    const site = siteAt(subject, scoping, relation, moment);
    const loud = loudness('skips-hook', site);
    if (loud === null) return;
    const named = relation.columns.map((column) => `"${column}"`).join(', ');
    const found =
      verdict === 'by-key' && named !== ''
        ? ` What it finds, it finds by ${named} alone${AROUND['compared-with-client'](site) ? ', which comes from a client' : ''}.`
        : '';
    yield {
      at,
      ...loud,
      message: `${ownership(relation, root)}. "${hook.option ?? ''}" keeps the Repo from comparing that here, and the query does not compare it either.${found}`,
      fixes: scopeFixes(subject, relation),
    };
  },
});
