import {
  asksWhoCalls,
  definerInForce,
  isCalledByPolicy,
  isForTriggers,
  isOpenToAll,
  usesRowLevelSecurity,
} from '../../analysis/definer-functions.js';
import { formatType } from '../../catalog/types.js';
import { given, rule, sql } from '../rule.js';

const orders = sql`
  create table orders (id bigint primary key, org_id bigint not null);
  alter table orders enable row level security;
  create policy tenant on orders using (org_id = (select current_setting('app.org_id')::bigint));
`;

export default rule({
  id: 'definer-function-open-to-all',
  severity: 'warning',
  docs: {
    what: 'A SECURITY DEFINER function that asks nobody who they are may be called by everybody.',
    why: 'PostgreSQL lets PUBLIC call every new function. This one does with the rights of its owner what the caller may not do: policies and rights on tables do not stand in the way.',
    instead: 'REVOKE EXECUTE … FROM PUBLIC, in the same migration, and grant it to the roles that need it.',
    unless:
      'Silent where execution has been taken from PUBLIC, there or by default privileges, for functions of triggers, for those that policies call (who reads the table has to call them), for those whose body asks who calls (`auth.uid()`, `current_setting`, `session_user`, a call like `is_member(…)`), and when a later migration drops the function or makes it anew. A hint where no table has row-level security.',
    references: [
      'https://www.postgresql.org/docs/current/sql-createfunction.html#SQL-CREATEFUNCTION-SECURITY',
      'https://supabase.com/docs/guides/database/database-advisors',
    ],
  },
  examples: {
    bad: [
      given(
        [orders],
        sql`
          create function close_orders() returns void language sql security definer set search_path = public as $$
                          ^^^^^^^^^^^^ definer-function-open-to-all
            delete from orders;
          $$;
        `,
      ),
    ],
    good: [
      given(
        [orders],
        sql`
          create function close_orders() returns void language sql security definer set search_path = public as $$
            delete from orders;
          $$;
          revoke execute on function close_orders() from public;
        `,
      ),
    ],
  },
  covers: ['security-definer-executable-by-public'],
  aliases: [
    'anon_security_definer_function_executable',
    'authenticated_security_definer_function_executable',
    '0028_anon_security_definer_function_executable',
    '0029_authenticated_security_definer_function_executable',
  ],
  on: ['create-function'],

  *check(operation, moment) {
    if (!operation.securityDefiner) return;
    const latest = moment.latest.whole();
    const found = definerInForce(latest, operation);
    if (!moment.before.whole().publicCallsNewFunctions) return;
    if (found === null || isForTriggers(found) || !isOpenToAll(latest, found)) return;
    if (found.body === null || asksWhoCalls(found) || isCalledByPolicy(latest, found)) return;
    const { schema, name } = operation.function;
    const types = operation.parameters
      .filter(({ mode }) => mode === 'in' || mode === 'inout' || mode === 'variadic')
      .map(({ type }) => formatType(type));
    const routine = `${operation.routine} ${schema === null ? '' : `"${schema}".`}"${name}"(${types.join(', ')})`;
    yield {
      at: operation.function.span,
      ...(usesRowLevelSecurity(latest) ? {} : { severity: 'hint' }),
      message: `Everybody may call "${name}", which runs with the rights of its owner and does not ask who calls. Revoke EXECUTE from PUBLIC and grant it to those who need it.`,
      fixes: [
        {
          title: 'Take it from PUBLIC',
          safety: 'needs-review',
          edit: (editor) =>
            editor.runAfter(operation, [
              {
                up: { kind: 'words', sql: `revoke execute on ${routine} from public` },
                down: { kind: 'words', sql: `grant execute on ${routine} to public` },
              },
            ]),
        },
      ],
    };
  },
});
