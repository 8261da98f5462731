import type { Site } from '../../analysis/tenant-levels/around.js';
import { levelsInWords, loudness, tenantLevel } from '../../analysis/tenant-levels.js';
import { elixir, given, query, rule } from '../rule.js';
import { schema, tables } from './example-tables.js';
import { inQuotes, ownership, scopeFixes, siteAt } from './unscoped.js';

export default rule({
  id: 'key-lookup-without-tenant',
  severity: 'hint',
  about: 'tenants',
  docs: {
    what: 'Rows of tenants are found by their key alone, so the key of any tenant finds one.',
    why: 'Who gets hold of, or guesses, the id of a row of another tenant reaches it. That is fine where the id comes from a row that is loaded already, or where the caller checks what it gets; so this is a hint, until something speaks for it.',
    instead:
      "Compare the tenant's column beside the key, or compare what was found with the tenant right behind the query.",
    unless: [
      'What a client sends makes it no louder where a name is compared that is unique among all tenants: it is an address.',
      ...levelsInWords('by-key'),
    ],
    references: [
      'https://cheatsheetseries.owasp.org/cheatsheets/Insecure_Direct_Object_Reference_Prevention_Cheat_Sheet.html',
    ],
  },
  examples: {
    bad: [
      given(
        [tables],
        query`
          select * from devices where id = $1;
          ^^^^^^ hint key-lookup-without-tenant: by "id" alone
        `,
      ),
      given(
        [tables, { ...schema, path: 'lib/shop/device.ex' }],
        elixir`
          defmodule ShopWeb.DeviceLive do
            use Phoenix.LiveView
            alias Shop.{Device, Repo}

            def handle_event("reset", %{"id" => id}, socket) do
              device = Repo.get!(Device, id)
                       ^^^^^^^^^ warning key-lookup-without-tenant: what a client sends
              {:noreply, assign(socket, device: device)}
            end
          end
        `,
      ),
      given(
        [tables, { ...schema, path: 'lib/shop/device.ex' }],
        elixir`
          defmodule Shop.Devices do
            alias Shop.{Device, Repo}

            def get_device(id), do: Repo.get_by(Device, id: id)
                                    ^^^^^^^^^^^ info key-lookup-without-tenant: "get_organization_device/2"

            def get_organization_device(organization_id, id) do
              Repo.get_by(Device, organization_id: organization_id, id: id)
            end
          end
        `,
      ),
    ],
    good: [
      given(
        [tables],
        query`
          select * from devices where id = $1 and organization_id = $2;
        `,
      ),
    ],
  },
  on: ['query'],

  *check(subject, moment) {
    const scoping = moment.scoping(subject);
    if (scoping === null || scoping.verdict !== 'by-key' || scoping.decisive === null) return;
    const { decisive: relation, root } = scoping;
    const site = siteAt(subject, scoping, relation, moment);
    const loud = loudness('by-key', site);
    if (loud === null) return;
    const evidence = evidenceOf(site);
    const found =
      relation.columns.length > 0 ? `by ${inQuotes(relation.columns)} alone` : 'by a row that they belong to';
    const what = relation.role === 'target' ? 'changed' : 'found';
    yield {
      at: subject.keyword,
      ...loud,
      message: `${ownership(relation, root)}, and its rows are ${what} ${found}, other tenants' as well${evidence === null ? '.' : `: ${evidence}.`}`,
      fixes: scopeFixes(subject, relation),
    };
  },
});

/** What speaks for the tenant being forgotten, as a clause; `null` when nothing does. */
function evidenceOf(site: Site): string | null {
  switch (tenantLevel('by-key', site)?.around) {
    case 'key-of-client':
    case 'key-of-client-by-habit':
      return 'the key is what a client sends';
    case 'key-of-callers-client':
      return 'a caller gives it what its client sends';
    case 'list-changed':
      return 'all rows of a list are changed at once';
    case 'scoped-twin':
      return `"${site.project.scopedTwin(site.query)}" does the same and compares "${site.relation.column}"`;
    case 'scoped-by-habit': {
      const { scoped, all } = site.project.lookupHabit().direct;
      return `${scoped} of ${all} lookups by id in this project compare the tenant`;
    }
    default:
      return null;
  }
}
