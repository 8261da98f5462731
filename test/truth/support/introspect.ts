// What a server holds, as lines of text that can be compared: tables, columns, constraints, indexes, policies, enums.

import type { RealServer } from './real-server.js';

/** Objects of extensions and of the system are left out. */
const FACTS = `
  WITH relations AS (
    SELECT c.oid, c.relkind, c.relrowsecurity, c.relforcerowsecurity,
      CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname AS name
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  )
  SELECT 'table ' || name FROM relations WHERE relkind IN ('r', 'p')
  UNION ALL
  SELECT 'column ' || r.name || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
    || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
    || CASE WHEN a.atthasdef AND a.attgenerated = '' THEN ' default' ELSE '' END
  FROM relations r JOIN pg_attribute a ON a.attrelid = r.oid
  WHERE r.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
  UNION ALL
  SELECT 'constraint ' || r.name || ' ' || k.conname || ' ' || k.contype::text || CASE WHEN k.convalidated THEN '' ELSE ' not valid' END
    || coalesce(' -> ' || (SELECT f.name FROM relations f WHERE f.oid = k.confrelid), '')
  FROM pg_constraint k JOIN relations r ON r.oid = k.conrelid
  WHERE k.contype <> 'n'
  UNION ALL
  SELECT 'index ' || r.name || ' ' || i.relname || CASE WHEN x.indisunique THEN ' unique' ELSE '' END
    || CASE WHEN x.indpred IS NULL THEN '' ELSE ' partial' END
  FROM pg_index x JOIN relations r ON r.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
  UNION ALL
  SELECT 'rls ' || name || CASE WHEN relforcerowsecurity THEN ' forced' ELSE '' END FROM relations WHERE relrowsecurity
  UNION ALL
  SELECT 'policy ' || r.name || ' ' || p.polname FROM pg_policy p JOIN relations r ON r.oid = p.polrelid
  UNION ALL
  SELECT 'enum ' || CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || t.typname || ' ' || string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder)
  FROM pg_type t JOIN pg_enum e ON e.enumtypid = t.oid JOIN pg_namespace n ON n.oid = t.typnamespace GROUP BY n.nspname, t.typname
  UNION ALL
  SELECT 'sequence ' || name FROM relations WHERE relkind = 'S'
`;

/** Sorted. */
export async function factsOfServer(server: RealServer, database: string): Promise<readonly string[]> {
  const rows = await server.run(database, FACTS);
  return rows.map((row) => String(Object.values(row)[0])).sort();
}
