// Row-level security.

import { tablesOf } from '../../../server/src/catalog/lookup.js';
import { type FactFamily, nameOf, ofTable, words } from './fact.js';

export const rowLevelSecurity: FactFamily = {
  name: 'row-level security',
  query: `
    SELECT 'row level security ' || name AS key, concat_ws(' ', CASE WHEN relrowsecurity THEN 'enabled' END, CASE WHEN relforcerowsecurity THEN 'forced' END) AS value
    FROM relations WHERE relrowsecurity OR relforcerowsecurity`,
  of: (catalog) =>
    tablesOf(catalog).flatMap((table) => {
      const { enabled, forced } = table.rowLevelSecurity;
      const value = words(enabled && 'enabled', forced && 'forced');
      return value === ''
        ? []
        : ofTable(catalog, table, [{ key: `row level security ${nameOf(table)}`, value }]);
    }),
};

export const policies: FactFamily = {
  name: 'policies',
  query: `
    SELECT 'policy ' || r.name || ' ' || p.polname AS key,
      concat_ws(' ', CASE WHEN p.polpermissive THEN 'permissive' ELSE 'restrictive' END,
        (SELECT 'to ' || string_agg(CASE r.oid WHEN 0 THEN 'public' ELSE pg_get_userbyid(r.oid)::text END, ',' ORDER BY pg_get_userbyid(r.oid)) FROM unnest(p.polroles) r(oid)),
        CASE p.polcmd WHEN '*' THEN 'all' WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert' WHEN 'w' THEN 'update' WHEN 'd' THEN 'delete' END,
        CASE WHEN p.polqual IS NOT NULL THEN 'using' END, CASE WHEN p.polwithcheck IS NOT NULL THEN 'check' END) AS value
    FROM pg_policy p JOIN relations r ON r.oid = p.polrelid`,
  of: (catalog) =>
    tablesOf(catalog).flatMap((table) =>
      ofTable(
        catalog,
        table,
        table.policies.map((policy) => ({
          key: `policy ${nameOf(table)} ${policy.name}`,
          value: words(
            policy.permissive ? 'permissive' : 'restrictive',
            `to ${[...policy.roles].sort()}`,
            policy.command,
            policy.using !== null && 'using',
            policy.check !== null && 'check',
          ),
        })),
      ),
    ),
};
