// How the server spells expressions. Ours are `null` where we do not know how it would.

import type { Table } from '../../../server/src/catalog/catalog.js';
import {
  drawingText,
  type ExpressionUse,
  serverText,
} from '../../../server/src/catalog/deparse/server-text.js';
import type { Expression } from '../../../server/src/catalog/expression.js';
import { tablesOf } from '../../../server/src/catalog/lookup.js';
import { type CatalogFact, type FactFamily, nameOf, ofTable } from './fact.js';

/** Their keys begin so: not to know a spelling is no gap in what we know of the schema. */
export const SPELLING = 'spelling of ';

export const expressions: FactFamily = {
  name: 'expressions',
  query: `
    SELECT '${SPELLING}' || CASE a.attgenerated WHEN '' THEN 'default ' ELSE 'generated ' END || r.name || '.' || a.attname AS key, pg_get_expr(d.adbin, d.adrelid) AS value
    FROM pg_attrdef d JOIN relations r ON r.oid = d.adrelid JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = d.adnum
    WHERE r.relkind IN ('r', 'p', 'f')
    UNION ALL
    SELECT '${SPELLING}check ' || r.name || ' ' || k.conname, pg_get_expr(k.conbin, k.conrelid)
    FROM pg_constraint k JOIN relations r ON r.oid = k.conrelid WHERE k.contype = 'c'
    UNION ALL
    SELECT '${SPELLING}predicate ' || r.name || ' ' || i.relname, pg_get_expr(x.indpred, x.indrelid, true)
    FROM pg_index x JOIN relations r ON r.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid WHERE x.indpred IS NOT NULL AND r.relkind IN ('r', 'p')
    UNION ALL
    SELECT '${SPELLING}key ' || n || ' ' || r.name || ' ' || i.relname, pg_get_indexdef(x.indexrelid, n, true)
    FROM pg_index x JOIN relations r ON r.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid, generate_series(1, x.indnkeyatts::integer) n
    WHERE x.indkey[n - 1] = 0 AND r.relkind IN ('r', 'p')
    UNION ALL
    SELECT '${SPELLING}' || part || ' ' || r.name || ' ' || p.polname, pg_get_expr(expression, p.polrelid)
    FROM pg_policy p JOIN relations r ON r.oid = p.polrelid, LATERAL (VALUES ('using', p.polqual), ('with check', p.polwithcheck)) e (part, expression)
    WHERE expression IS NOT NULL`,
  of: (catalog, postgres) =>
    tablesOf(catalog).flatMap((table) => {
      const text = (expression: Expression, use: ExpressionUse, options = {}) =>
        serverText(catalog, table, expression, use, { postgres, ...options });
      const drawing = (sequence: number) => drawingText(catalog, sequence, postgres);
      return ofTable(catalog, table, factsOf(table, text, drawing));
    }),
};

type Spell = (expression: Expression, use: ExpressionUse, options?: object) => string | null;

function factsOf(
  table: Table,
  spell: Spell,
  drawing: (sequence: number) => string | null,
): readonly CatalogFact[] {
  const name = nameOf(table);
  const fact = (key: string, value: string | null) => ({ key: `${SPELLING}${key}`, value });
  const maybe = (key: string, expression: Expression | null, use: ExpressionUse) =>
    expression === null ? [] : [fact(key, spell(expression, use))];
  return [
    ...table.columns.flatMap((column) => {
      const use = column.generated === null ? 'default' : 'generated';
      const key = `${use} ${name}.${column.name}`;
      const { default: value, type: targetType, sequence } = column;
      if (column.serial) return [fact(key, sequence === null ? null : drawing(sequence))];
      return value === null ? [] : [fact(key, spell(value, use, { targetType, sequence }))];
    }),
    ...table.constraints.flatMap((constraint) =>
      constraint.kind === 'check'
        ? maybe(`check ${name} ${constraint.name}`, constraint.expression, 'check')
        : [],
    ),
    ...table.indexes.flatMap((index) => [
      ...maybe(`predicate ${name} ${index.name}`, index.where, 'predicate'),
      ...index.keys.flatMap((key, at) =>
        maybe(`key ${at + 1} ${name} ${index.name}`, key.expression, 'index'),
      ),
    ]),
    ...table.policies.flatMap((policy) => [
      ...maybe(`using ${name} ${policy.name}`, policy.using, 'policy'),
      ...maybe(`with check ${name} ${policy.name}`, policy.check, 'policy'),
    ]),
  ];
}
