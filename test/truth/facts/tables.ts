// Tables and their columns.

import { columnKey, tablesOf } from '../../../server/src/catalog/lookup.js';
import { formatType } from '../../../server/src/catalog/types.js';
import { type FactFamily, nameOf, ofTable, words } from './fact.js';

/** With the order of the columns. */
export const tables: FactFamily = {
  name: 'tables',
  query: `
    SELECT 'table ' || r.name AS key,
      concat_ws(' ', CASE r.relpersistence WHEN 'u' THEN 'unlogged' END, CASE r.relkind WHEN 'p' THEN 'partitioned' WHEN 'f' THEN 'foreign' END,
        (SELECT CASE partstrat WHEN 'r' THEN 'range' WHEN 'l' THEN 'list' WHEN 'h' THEN 'hash' END || '(' ||
            (SELECT string_agg(coalesce(a.attname, '*'), ',' ORDER BY o.n) FROM unnest(p.partattrs) WITH ORDINALITY o(num, n) LEFT JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = o.num) || ')'
          FROM pg_partitioned_table p WHERE p.partrelid = r.oid),
        (SELECT CASE WHEN r.relispartition THEN 'of ' ELSE 'inherits ' END || string_agg(p.name, ',' ORDER BY i.inhseqno) FROM pg_inherits i JOIN relations p ON p.oid = i.inhparent WHERE i.inhrelid = r.oid),
        CASE WHEN r.relispartition THEN CASE WHEN pg_get_expr(r.relpartbound, r.oid) = 'DEFAULT' THEN 'default' ELSE 'for values' END END,
        CASE WHEN r.reloftype <> 0 THEN 'typed' END,
        'with ' || (SELECT string_agg(o, ',' ORDER BY o) FROM (
          SELECT unnest(r.reloptions) o UNION ALL SELECT 'toast.' || unnest(t.reloptions) FROM pg_class t WHERE t.oid = r.reltoastrelid) options),
        '(' || (SELECT string_agg(a.attname, ',' ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped) || ')') AS value
    FROM relations r WHERE r.relkind IN ('r', 'p', 'f')`,
  of: (catalog) =>
    tablesOf(catalog).flatMap((table) => {
      const named = (id: number) => {
        const relation = catalog.relations.get(id);
        return relation === undefined ? '?' : nameOf(relation);
      };
      const key = table.partitionKey;
      const parameters = Object.entries(table.parameters).map(([name, value]) => `${name}=${value}`);
      const value = words(
        table.unlogged && 'unlogged',
        table.partitioned && 'partitioned',
        table.foreign && 'foreign',
        key !== null && `${key.strategy}(${key.keys.map(({ column }) => column ?? '*')})`,
        table.partitionOf !== null && `of ${named(table.partitionOf)}`,
        table.inherits.length > 0 && `inherits ${table.inherits.map(named)}`,
        table.partitionOf !== null && (table.defaultPartition ? 'default' : 'for values'),
        table.ofType !== null && 'typed',
        parameters.length > 0 && `with ${parameters.sort()}`,
        table.columns.length > 0 && `(${table.columns.map(({ name }) => name)})`,
      );
      const isSure = table.columns.every(
        ({ name }) => !catalog.doubts.columns.has(columnKey(table.id, name)),
      );
      return ofTable(catalog, table, [{ key: `table ${nameOf(table)}`, value: isSure ? value : null }]);
    }),
};

export const columns: FactFamily = {
  name: 'columns',
  query: `
    SELECT 'column ' || r.name || '.' || a.attname AS key,
      concat_ws(' ', format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN 'not null' END,
        'collate ' || (SELECT collname FROM pg_collation c JOIN pg_type t ON t.oid = a.atttypid WHERE c.oid = a.attcollation AND a.attcollation <> t.typcollation),
        CASE WHEN a.atthasdef AND a.attgenerated = '' THEN 'default' END,
        'of ' || (SELECT s.name FROM pg_attrdef f JOIN pg_depend d ON d.classid = 'pg_attrdef'::regclass AND d.objid = f.oid AND d.refclassid = 'pg_class'::regclass
          JOIN relations s ON s.oid = d.refobjid AND s.relkind = 'S' WHERE f.adrelid = a.attrelid AND f.adnum = a.attnum),
        CASE a.attgenerated WHEN 's' THEN 'stored' WHEN 'v' THEN 'virtual' END,
        CASE a.attidentity WHEN 'a' THEN 'identity always' WHEN 'd' THEN 'identity by-default' END,
        (SELECT CASE a.attstorage WHEN 'p' THEN 'plain' WHEN 'm' THEN 'main' WHEN 'e' THEN 'external' WHEN 'x' THEN 'extended' END FROM pg_type t WHERE t.oid = a.atttypid AND t.typstorage <> a.attstorage),
        'compression ' || nullif(to_jsonb(a) ->> 'attcompression', ''),
        CASE WHEN NOT a.attislocal THEN 'not local' END, CASE WHEN a.attinhcount > 0 THEN 'inherited ' || a.attinhcount END) AS value
    FROM relations r JOIN pg_attribute a ON a.attrelid = r.oid
    WHERE r.relkind IN ('r', 'p', 'f') AND a.attnum > 0 AND NOT a.attisdropped`,
  of: (catalog) =>
    tablesOf(catalog).flatMap((table) =>
      ofTable(
        catalog,
        table,
        table.columns.map((column) => {
          const sequence =
            column.sequence === null || column.identity !== null
              ? undefined
              : catalog.relations.get(column.sequence);
          const key = `column ${nameOf(table)}.${column.name}`;
          if (catalog.doubts.columns.has(columnKey(table.id, column.name))) return { key, value: null };
          return {
            key,
            value: words(
              formatType(column.type),
              column.notNull && 'not null',
              column.collation !== null && `collate ${column.collation}`,
              column.generated === null && (column.serial || column.default !== null) && 'default',
              sequence !== undefined && `of ${nameOf(sequence)}`,
              column.generated,
              column.identity !== null && `identity ${column.identity}`,
              column.storage,
              column.compression !== null && `compression ${column.compression[0]}`,
              !column.local && 'not local',
              column.inherited > 0 && `inherited ${column.inherited}`,
            ),
          };
        }),
      ),
    ),
};
