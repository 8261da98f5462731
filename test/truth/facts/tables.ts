// Tables and their columns.

import { formatType } from '../../../server/src/catalog/types.js';
import { type FactFamily, nameOf, ofTable, tablesOf, words } from './fact.js';

/** With the order of the columns. */
export const tables: FactFamily = {
  name: 'tables',
  query: `
    SELECT 'table ' || r.name AS key,
      concat_ws(' ', CASE r.relpersistence WHEN 'u' THEN 'unlogged' END, CASE r.relkind WHEN 'p' THEN 'partitioned' END, CASE WHEN r.relispartition THEN
          (SELECT 'of ' || p.name FROM pg_inherits i JOIN relations p ON p.oid = i.inhparent WHERE i.inhrelid = r.oid) END,
        (SELECT string_agg(a.attname, ',' ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped)) AS value
    FROM relations r WHERE r.relkind IN ('r', 'p', 'f')`,
  of: (catalog) =>
    tablesOf(catalog).flatMap((table) => {
      const parent = table.partitionOf === null ? undefined : catalog.relations.get(table.partitionOf);
      const value = words(
        table.unlogged && 'unlogged',
        table.partitioned && 'partitioned',
        parent !== undefined && `of ${nameOf(parent)}`,
        table.columns.map(({ name }) => name).join(','),
      );
      return ofTable(catalog, table, [{ key: `table ${nameOf(table)}`, value }]);
    }),
};

export const columns: FactFamily = {
  name: 'columns',
  query: `
    SELECT 'column ' || r.name || '.' || a.attname AS key,
      concat_ws(' ', format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN 'not null' END,
        CASE WHEN a.atthasdef AND a.attgenerated = '' THEN 'default' END,
        CASE a.attgenerated WHEN 's' THEN 'stored' WHEN 'v' THEN 'virtual' END,
        CASE a.attidentity WHEN 'a' THEN 'identity always' WHEN 'd' THEN 'identity by-default' END) AS value
    FROM relations r JOIN pg_attribute a ON a.attrelid = r.oid
    WHERE r.relkind IN ('r', 'p', 'f') AND a.attnum > 0 AND NOT a.attisdropped`,
  of: (catalog) =>
    tablesOf(catalog).flatMap((table) =>
      ofTable(
        catalog,
        table,
        table.columns.map((column) => ({
          key: `column ${nameOf(table)}.${column.name}`,
          value: words(
            formatType(column.type),
            column.notNull && 'not null',
            column.generated === null && (column.serial || column.default !== null) && 'default',
            column.generated,
            column.identity !== null && `identity ${column.identity}`,
          ),
        })),
      ),
    ),
};
