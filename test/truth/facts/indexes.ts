// Indexes of tables and materialized views, those behind constraints too.

import type { Table, View } from '../../../server/src/catalog/catalog.js';
import type { IndexKey } from '../../../server/src/catalog/operation.js';
import { type FactFamily, nameOf, ofTable, words } from './fact.js';

export const indexes: FactFamily = {
  name: 'indexes',
  query: `
    SELECT 'index ' || r.name || ' ' || i.relname AS key,
      concat_ws(' ', CASE WHEN x.indisunique THEN 'unique' END, m.amname,
        (SELECT '(' || string_agg(coalesce(a.attname, '*') || CASE WHEN x.indoption[o.n - 1] & 1 = 1 THEN ' desc' ELSE '' END ||
            CASE WHEN x.indoption[o.n - 1] & 3 IN (1, 2) THEN ' nulls reversed' ELSE '' END, ',' ORDER BY o.n) || ')'
          FROM unnest(x.indkey) WITH ORDINALITY o(num, n) LEFT JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = o.num WHERE o.n <= x.indnkeyatts),
        (SELECT 'include (' || string_agg(a.attname, ',' ORDER BY o.n) || ')'
          FROM unnest(x.indkey) WITH ORDINALITY o(num, n) JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = o.num WHERE o.n > x.indnkeyatts),
        CASE WHEN (to_jsonb(x) ->> 'indnullsnotdistinct')::bool THEN 'nulls not distinct' END,
        CASE WHEN x.indpred IS NOT NULL THEN 'partial' END,
        'with ' || (SELECT string_agg(o, ',' ORDER BY o) FROM unnest(i.reloptions) o),
        'of ' || (SELECT p.relname FROM pg_inherits h JOIN pg_class p ON p.oid = h.inhparent WHERE h.inhrelid = i.oid),
        CASE WHEN NOT x.indisvalid THEN 'invalid' END) AS value
    FROM pg_index x JOIN relations r ON r.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_am m ON m.oid = i.relam
    WHERE r.relkind IN ('r', 'p', 'f', 'm')`,
  of: (catalog) => {
    const names = new Map(
      [...catalog.relations.values()].flatMap((relation) =>
        relation.kind === 'index' ? [[relation.id, relation.name] as const] : [],
      ),
    );
    const facts = (owner: Table | View) =>
      owner.indexes.map((index) => {
        const parameters = Object.entries(index.parameters).map(([name, value]) => `${name}=${value}`);
        return {
          key: `index ${nameOf(owner)} ${index.name}`,
          value: words(
            index.unique && 'unique',
            index.method,
            `(${index.keys.map(keyText)})`,
            index.include.length > 0 && `include (${index.include})`,
            index.nullsNotDistinct && 'nulls not distinct',
            index.where !== null && 'partial',
            parameters.length > 0 && `with ${parameters.sort()}`,
            index.parent !== null && `of ${names.get(index.parent)}`,
            !index.valid && 'invalid',
          ),
        };
      });
    return [...catalog.relations.values()].flatMap((relation) => {
      if (relation.kind === 'view') return facts(relation);
      return relation.kind === 'table' ? ofTable(catalog, relation, facts(relation)) : [];
    });
  },
};

function keyText({ column, descending, nullsFirst }: IndexKey): string {
  return `${column ?? '*'}${descending ? ' desc' : ''}${nullsFirst === descending ? '' : ' nulls reversed'}`;
}
