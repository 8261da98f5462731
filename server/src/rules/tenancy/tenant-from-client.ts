import { isOfClient } from '../../analysis/key-lookups.js';
import type { ColumnPin } from '../../analysis/scoping.js';
import { levelsInWords, loudness } from '../../analysis/tenant-levels.js';
import { isCalledKey } from '../../queries/column-names.js';
import { JOINS_UNKNOWN } from '../../queries/query.js';
import { elixir, given, rule } from '../rule.js';
import { schema, tables } from './example-tables.js';
import { siteAt } from './unscoped.js';

export default rule({
  id: 'tenant-from-client',
  severity: 'warning',
  about: 'tenants',
  docs: {
    what: 'The tenant that a query is compared with is what the client says it is.',
    why: 'Who sends the id of another tenant gets the rows of that one. Only what the server knows of the client itself, its session or its user, says whose rows it may see.',
    instead:
      'Compare with the tenant of the session or of the user, or check that the user belongs to the tenant before the query.',
    unless: [
      'Silent where the value may have been checked: it comes from a job, a session or a row that is loaded.',
      'Silent where the query asks for a key of the session as well, as for a membership of who is signed in, and behind such a query for one row.',
      'Silent behind a comparison of the value with one of the session, and behind a function that is called like a check and given both, in the function itself or in a plug of its controller.',
      'Silent where only who has a role may name the tenant.',
      'Silent where the Repo compares that of the session as well, and where code decides what is joined.',
      ...levelsInWords('from-client'),
    ],
    references: [
      'https://cheatsheetseries.owasp.org/cheatsheets/Insecure_Direct_Object_Reference_Prevention_Cheat_Sheet.html',
    ],
  },
  examples: {
    bad: [
      given(
        [tables, { ...schema, path: 'lib/shop/device.ex' }],
        elixir`
          defmodule ShopWeb.DeviceResolver do
            import Ecto.Query
            alias Shop.{Device, Repo}

            def list(_parent, %{input: input}, %{context: %{current_user: user}}) do
              organization_id = input[:organization_id] || user.organization_id
              {:ok, Repo.all(from d in Device, where: d.organization_id == ^organization_id)}
                    ^^^^^^^^ warning tenant-from-client: "organization_id"
            end
          end
        `,
      ),
    ],
    good: [
      given(
        [tables, { ...schema, path: 'lib/shop/device.ex' }],
        elixir`
          defmodule ShopWeb.DeviceResolver do
            import Ecto.Query
            alias Shop.{Device, Repo}

            def list(_parent, _args, %{context: %{current_user: user}}) do
              {:ok, Repo.all(from d in Device, where: d.organization_id == ^user.organization_id)}
            end
          end
        `,
      ),
    ],
  },
  on: ['query'],

  *check(subject, moment) {
    const scoping = moment.scoping(subject);
    if (scoping === null || scoping.verdict !== 'scoped') return;
    const { relations, hook } = scoping;
    // The Repo compares the tenant of the session as well.
    if (hook?.effect === 'applied') return;
    if (subject.block.opaque === JOINS_UNKNOWN) return;
    // A membership of who is signed in ties the tenant to the session all the same.
    if (relations.some(({ reason, pins }) => reason !== 'given' && pins.some(isOfSession))) return;
    for (const relation of relations) {
      const { role, table, reason, column, pins } = relation;
      const isSet = reason === 'given' && relation.class !== 'root';
      if (role === 'filter' || (reason !== 'tenant' && !isSet)) continue;
      const pin = pins.find((one) => one.column === column);
      if (pin === undefined) continue;
      const site = siteAt(subject, scoping, relation, moment);
      const loud = isOfClient(pin.value, site.callers) ? loudness('from-client', site) : null;
      if (loud === null) continue;
      yield {
        at: subject.keyword,
        ...loud,
        message: isSet
          ? `Whose rows of "${table}" these become is what the client says: "${column}" is set to "${pin.value.text}". Set it to the tenant of the session, or check first that the user belongs to it.`
          : `Whose rows of "${table}" these are is what the client says: "${column}" is compared with "${pin.value.text}". Compare it with the tenant of the session, or check first that the user belongs to it.`,
      };
      return;
    }
  },
});

function isOfSession({ column, value }: ColumnPin): boolean {
  return value.origin === 'trusted' && isCalledKey(column);
}
