// Indexes, those behind constraints too.

import type { IndexKey } from '../../../server/src/catalog/operation.js';
import { type FactFamily, nameOf, ofTable, tablesOf, words } from './fact.js';

export const indexes: FactFamily = {
  name: 'indexes',
  query: `
    SELECT 'index ' || r.name || ' ' || i.relname AS key,
      concat_ws(' ', CASE WHEN x.indisunique THEN 'unique' END, m.amname,
        (SELECT '(' || string_agg(coalesce(a.attname, '*') || CASE WHEN x.indoption[o.n - 1] & 1 = 1 THEN ' desc' ELSE '' END, ',' ORDER BY o.n) || ')'
          FROM unnest(x.indkey) WITH ORDINALITY o(num, n) LEFT JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = o.num WHERE o.n <= x.indnkeyatts),
        (SELECT 'include (' || string_agg(a.attname, ',' ORDER BY o.n) || ')'
          FROM unnest(x.indkey) WITH ORDINALITY o(num, n) JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = o.num WHERE o.n > x.indnkeyatts),
        CASE WHEN x.indnullsnotdistinct THEN 'nulls not distinct' END,
        CASE WHEN x.indpred IS NOT NULL THEN 'partial' END,
        CASE WHEN NOT x.indisvalid THEN 'invalid' END) AS value
    FROM pg_index x JOIN relations r ON r.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_am m ON m.oid = i.relam
    WHERE r.relkind IN ('r', 'p', 'f', 'm')`,
  of: (catalog) =>
    tablesOf(catalog).flatMap((table) =>
      ofTable(
        catalog,
        table,
        table.indexes.map((index) => ({
          key: `index ${nameOf(table)} ${index.name}`,
          value: words(
            index.unique && 'unique',
            index.method,
            `(${index.keys.map(keyText)})`,
            index.include.length > 0 && `include (${index.include})`,
            index.nullsNotDistinct && 'nulls not distinct',
            index.where !== null && 'partial',
          ),
        })),
      ),
    ),
};

function keyText({ column, descending }: IndexKey): string {
  return `${column ?? '*'}${descending ? ' desc' : ''}`;
}
