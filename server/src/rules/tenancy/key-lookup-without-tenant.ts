import {
  type Callers,
  comparesNoTenants,
  comparesTenants,
  isCheckedLater,
  isOfClient,
} from '../../analysis/key-lookups.js';
import type { ColumnPin, QueryScoping, RelationScoping } from '../../analysis/scoping.js';
import type { Query } from '../../queries/query.js';
import { elixir, given, type Moment, query, rule, type Severity } from '../rule.js';
import { schema, tables } from './example-tables.js';
import { inQuotes, ownership, PERSON, scopeFixes } from './unscoped.js';

export default rule({
  id: 'key-lookup-without-tenant',
  severity: 'hint',
  about: 'tenants',
  docs: {
    what: 'Rows of tenants are found by their key alone, so the key of any tenant finds one.',
    why: 'Who gets hold of, or guesses, the id of a row of another tenant reaches it. That is fine where the id comes from a row that is loaded already, or where the caller checks what it gets; so this is a hint, until something speaks for it.',
    instead:
      "Compare the tenant's column beside the key, or compare what was found with the tenant right behind the query.",
    unless:
      'Silent for secret columns such as tokens, for keys that come from a row that is loaded, where what is found is compared with a tenant, a person or a parent, or given to a function that authorizes, in the same function or by all who call it, and in migrations, seeds, tests and tasks. A warning when the key is what a client sends, and info when a caller gives it such a key and nobody in the file of that caller checks what comes back; one step less each where fewer than 10 % of the lookups by id compare the tenant, so that the project must keep tenants apart elsewhere. Never more than a hint for a name that is unique among all tenants, and for the row that an upsert finds. Info, too, when a query beside it does the same and compares the tenant, when the project compares the tenant in at least 70 % of its lookups by id (and has 20 of them), and, in Ecto, when all rows of a list of keys from elsewhere are changed at once; but not in code that goes over all tenants or is called by nothing else, and not for an e-mail address, which names a person.',
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
    if (scoping === null || scoping.verdict !== 'by-key' || scoping.setting === 'once') return;
    const { decisive: relation, root, hook } = scoping;
    if (relation === null || relation.reason === 'secret' || hook?.effect === 'skipped') return;
    if (subject.language === 'ecto' && subject.sink === null) return;
    const keys = keysOf(relation);
    if (keys.length > 0 && keys.every(({ value }) => value.origin === 'trusted')) return;
    const callers = moment.callersOf(subject);
    if (isCheckedLater(subject, relation, callers)) return;
    const evidence = evidenceOf(subject, relation, scoping, callers, moment);
    const found =
      relation.columns.length > 0 ? `by ${inQuotes(relation.columns)} alone` : 'by a row that they belong to';
    const what = relation.role === 'target' ? 'changed' : 'found';
    yield {
      at: subject.keyword,
      ...(evidence === null ? {} : { severity: evidence.severity }),
      message: `${ownership(relation, root)}, and its rows are ${what} ${found}, other tenants' as well${evidence === null ? '.' : `: ${evidence.why}.`}`,
      fixes: scopeFixes(subject, relation),
    };
  },
});

function keysOf({ pins, columns }: RelationScoping): readonly ColumnPin[] {
  return pins.filter(({ column }) => columns.includes(column));
}

interface Evidence {
  readonly severity: Severity;
  /** As a clause. */
  readonly why: string;
}

/** What speaks for the tenant being forgotten; `null` when nothing does. */
function evidenceOf(
  query: Query,
  relation: RelationScoping,
  { setting, wrapper }: QueryScoping,
  callers: Callers | null,
  moment: Moment,
): Evidence | null {
  // Most upserts find the row that they have made themselves.
  if (wrapper?.effect === 'unscoped' || relation.reason === 'conflict-without-tenant') return null;
  const keys = keysOf(relation);
  const byClient = clientEvidence(relation, keys, callers, moment);
  // Pages for those who run the application have clients too.
  if (setting !== 'application')
    return byClient?.severity === 'warning' ? { ...byClient, severity: 'info' } : null;
  if (byClient !== null || relation.class !== 'direct' || callers?.sweep === true) return byClient;
  // In SQL files, where lists come from is not to be seen.
  const isFromElsewhere = keys.some(({ list, value }) => list && value.origin === undefined);
  if (relation.role === 'target' && isFromElsewhere && query.language === 'ecto') {
    return { severity: 'info', why: 'all rows of a list are changed at once' };
  }
  if (relation.columns.some((column) => PERSON.test(column))) return null;
  const twin = moment.scopedTwin(query);
  if (twin !== null) {
    return { severity: 'info', why: `"${twin}" does the same and compares "${relation.column}"` };
  }
  const habit = relation.reason === 'primary-key' ? moment.lookupHabit() : null;
  if (habit === null || !comparesTenants(habit)) return null;
  return {
    severity: 'info',
    why: `${habit.direct.scoped} of ${habit.direct.all} lookups by id in this project compare the tenant`,
  };
}

/** Keys that a client sends, here or one call away. */
function clientEvidence(
  { reason }: RelationScoping,
  keys: readonly ColumnPin[],
  callers: Callers | null,
  moment: Moment,
): Evidence | null {
  // A name that is unique among all tenants is an address.
  if (reason === 'unique-key' || keys.some(({ value }) => value.origin === 'trusted')) return null;
  const here = keys.some(({ value }) => value.origin === 'client');
  if (!here && !keys.some(({ value }) => isOfClient(value, callers))) return null;
  const isRule = comparesNoTenants(moment.lookupHabit());
  if (here) {
    return { severity: isRule ? 'info' : 'warning', why: 'the key is what a client sends' };
  }
  return isRule ? null : { severity: 'info', why: 'a caller gives it what its client sends' };
}
