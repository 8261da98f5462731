// What is asked of a server's system tables to know its schema: one query for each kind of object. Objects of the system and of
// extensions are left out. Columns of the answers are what catalog.ts and its neighbours read.

import type { Row } from '../session.js';

/** Names of queries, in the order in which they are asked. */
export type Subject =
  | 'schemas'
  | 'extensions'
  | 'types'
  | 'relations'
  | 'columns'
  | 'constraints'
  | 'indexes'
  | 'sequences'
  | 'functions'
  | 'triggers'
  | 'policies'
  | 'rules'
  | 'eventTriggers'
  | 'statistics'
  | 'publications'
  | 'comments'
  | 'rights'
  | 'defaultRights';

export type Answers = Readonly<Record<Subject, readonly Row[]>>;

/** Major versions before this one are not asked: their system tables are others. */
export const OLDEST_INTROSPECTED = 12;

/** @param major of the server */
export function introspectionQueries(major: number): Readonly<Record<Subject, string>> {
  const since = (version: number, column: string, otherwise: string) =>
    major >= version ? column : otherwise;
  return {
    schemas: `SELECT n.nspname AS name FROM pg_namespace n WHERE ${OURS} AND ${notOfExtension('pg_namespace', 'n')}`,
    extensions: `SELECT e.extname AS name, n.nspname AS schema FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace`,
    types: `
      SELECT t.oid::int8::text AS oid, n.nspname AS schema, t.typname AS name, t.typtype::text AS kind, a.typname AS array_name,
        t.typnotnull AS not_null, pg_get_expr(t.typdefaultbin, 0) AS default,
        CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END AS base,
        (SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid) AS labels,
        (SELECT json_agg(json_build_object('name', k.conname, 'kind', k.contype, 'expression', pg_get_constraintdef(k.oid), 'validated', k.convalidated) ORDER BY k.oid)
          FROM pg_constraint k WHERE k.contypid = t.oid) AS constraints,
        (SELECT json_agg(json_build_object('name', c.attname, 'type', format_type(c.atttypid, c.atttypmod)) ORDER BY c.attnum)
          FROM pg_attribute c WHERE c.attrelid = t.typrelid AND c.attnum > 0 AND NOT c.attisdropped) AS attributes,
        (SELECT format_type(r.rngsubtype, NULL) FROM pg_range r WHERE r.rngtypid = t.oid) AS subtype,
        ${since(14, `(SELECT m.typname FROM pg_range r JOIN pg_type m ON m.oid = r.rngmultitypid WHERE r.rngtypid = t.oid)`, 'NULL::text')} AS multirange
      FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
        LEFT JOIN pg_type a ON a.oid = t.typarray
        LEFT JOIN pg_class c ON c.oid = t.typrelid
      WHERE ${OURS} AND ${notOfExtension('pg_type', 't')} AND t.typtype IN ('e', 'd', 'c', 'r', 'b')
        AND (t.typtype <> 'c' OR c.relkind = 'c')
        AND (t.typtype <> 'b' OR NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid))
      ORDER BY t.oid`,
    relations: `
      SELECT c.oid::int8::text AS oid, n.nspname AS schema, c.relname AS name, c.relkind::text AS kind, c.relpersistence::text AS persistence,
        c.relrowsecurity AS row_security, c.relforcerowsecurity AS force_row_security, c.relispopulated AS populated,
        pg_get_expr(c.relpartbound, c.oid) AS bound, ${TYPE_OF} AS of_type,
        coalesce(c.reloptions, '{}') AS options, coalesce(x.reloptions, '{}') AS toast_options,
        CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END AS query,
        p.partstrat::text AS strategy, p.partattrs::text AS partition_columns, pg_get_expr(p.partexprs, c.oid) AS partition_expressions,
        (SELECT json_agg(i.inhparent::int8::text ORDER BY i.inhseqno) FROM pg_inherits i WHERE i.inhrelid = c.oid) AS parents,
        (SELECT json_agg(DISTINCT d.refobjid::int8::text) FROM pg_rewrite w JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid
          WHERE w.ev_class = c.oid AND w.rulename = '_RETURN' AND d.refclassid IN ('pg_class'::regclass, 'pg_proc'::regclass, 'pg_type'::regclass) AND d.refobjid <> c.oid) AS reads
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_class x ON x.oid = c.reltoastrelid
        LEFT JOIN pg_partitioned_table p ON p.partrelid = c.oid
      WHERE ${OURS} AND ${notOfExtension('pg_class', 'c')} AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
      ORDER BY c.oid`,
    columns: `
      SELECT a.attrelid::int8::text AS relation, a.attname AS name, a.attnum::int AS number, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS not_null,
        pg_get_expr(d.adbin, d.adrelid) AS default, a.attgenerated::text AS generated, a.attidentity::text AS identity,
        CASE WHEN a.attcollation <> t.typcollation THEN (SELECT CASE WHEN pg_collation_is_visible(o.oid) THEN '' ELSE m.nspname || '.' END || o.collname
          FROM pg_collation o JOIN pg_namespace m ON m.oid = o.collnamespace WHERE o.oid = a.attcollation) END AS collation,
        CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage::text END AS storage,
        ${since(14, `nullif(a.attcompression::text, '')`, 'NULL::text')} AS compression,
        a.attislocal AS local, a.attinhcount::int AS inherited,
        (SELECT x.refobjid::int8::text FROM pg_depend x JOIN pg_class s ON s.oid = x.refobjid AND s.relkind = 'S'
          WHERE x.classid = 'pg_attrdef'::regclass AND x.objid = d.oid AND x.refclassid = 'pg_class'::regclass LIMIT 1) AS default_sequence,
        (SELECT x.objid::int8::text FROM pg_depend x JOIN pg_class s ON s.oid = x.objid AND s.relkind = 'S'
          WHERE x.classid = 'pg_class'::regclass AND x.refclassid = 'pg_class'::regclass AND x.deptype = 'i'
            AND (x.refobjid = a.attrelid AND x.refobjsubid = a.attnum OR c.relispartition AND a.attidentity <> '' AND x.refobjid = pg_partition_root(a.attrelid)
              AND x.refobjsubid = (SELECT r.attnum FROM pg_attribute r WHERE r.attrelid = pg_partition_root(a.attrelid) AND r.attname = a.attname)) LIMIT 1) AS identity_sequence
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_type t ON t.oid = a.atttypid
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
      WHERE ${OURS} AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND a.attnum > 0 AND NOT a.attisdropped
      ORDER BY a.attrelid, a.attnum`,
    constraints: `
      SELECT k.conrelid::int8::text AS relation, k.conname AS name, k.contype::text AS kind, pg_get_constraintdef(k.oid) AS definition,
        pg_get_expr(k.conbin, k.conrelid) AS expression,
        ${columnNames('k.conkey', 'k.conrelid')} AS columns, ${columnNames('k.confkey', 'k.confrelid')} AS referenced_columns,
        nullif(k.confrelid, 0)::int8::text AS references, k.confdeltype::text AS on_delete, k.confupdtype::text AS on_update,
        k.confmatchtype = 'f' AS match_full, ${since(15, columnNames('k.confdelsetcols', 'k.conrelid'), 'NULL::json')} AS on_delete_columns,
        k.condeferrable AS deferrable, k.condeferred AS deferred, k.convalidated AS validated, ${since(18, 'k.conenforced', 'true')} AS enforced,
        ${since(18, 'k.conperiod', 'false')} AS temporal, k.connoinherit AS no_inherit, k.conislocal AS local, k.coninhcount::int AS inherited,
        (SELECT json_agg(o.oprname ORDER BY u.n) FROM unnest(k.conexclop) WITH ORDINALITY u(op, n) JOIN pg_operator o ON o.oid = u.op) AS operators,
        (SELECT q.conname FROM pg_constraint q WHERE q.oid = k.conparentid AND k.conparentid <> 0) AS parent
      FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE ${OURS} AND k.contype <> 't'
        AND NOT EXISTS (SELECT FROM pg_constraint q WHERE q.oid = k.conparentid AND q.conrelid = k.conrelid)
      ORDER BY k.conrelid, k.oid`,
    indexes: `
      SELECT x.indrelid::int8::text AS relation, x.indexrelid::int8::text AS oid, i.relname AS name, m.amname AS method, x.indisunique AS unique,
        x.indisvalid AS valid, ${since(15, 'x.indnullsnotdistinct', 'false')} AS nulls_not_distinct, pg_get_expr(x.indpred, x.indrelid, true) AS where,
        coalesce(i.reloptions, '{}') AS options, k.conname AS constraint, pg_get_indexdef(x.indexrelid) AS definition,
        (SELECT h.inhparent::int8::text FROM pg_inherits h WHERE h.inhrelid = x.indexrelid) AS parent,
        (SELECT json_agg(json_build_object(
            'column', CASE WHEN u.num > 0 THEN (SELECT a.attname FROM pg_attribute a WHERE a.attrelid = x.indrelid AND a.attnum = u.num) END,
            'definition', pg_get_indexdef(x.indexrelid, u.n::int, true),
            'key', u.n <= x.indnkeyatts,
            'option', CASE WHEN u.n <= x.indnkeyatts THEN x.indoption[u.n - 1] END,
            'class', (SELECT CASE WHEN p.opcdefault THEN NULL ELSE CASE WHEN pg_opclass_is_visible(p.oid) THEN '' ELSE quote_ident(s.nspname) || '.' END || quote_ident(p.opcname) END
              FROM pg_opclass p JOIN pg_namespace s ON s.oid = p.opcnamespace WHERE u.n <= x.indnkeyatts AND p.oid = x.indclass[u.n - 1]),
            'options', ${since(13, `(SELECT array_to_string(b.attoptions, ', ') FROM pg_attribute b WHERE b.attrelid = x.indexrelid AND b.attnum = u.n)`, 'NULL')},
            'collation', (SELECT CASE WHEN pg_collation_is_visible(o.oid) THEN '' ELSE s.nspname || '.' END || o.collname
              FROM pg_collation o JOIN pg_namespace s ON s.oid = o.collnamespace
              WHERE u.n <= x.indnkeyatts AND u.num > 0 AND o.oid = x.indcollation[u.n - 1]
                AND o.oid <> (SELECT a.attcollation FROM pg_attribute a WHERE a.attrelid = x.indrelid AND a.attnum = u.num))
          ) ORDER BY u.n) FROM unnest(x.indkey) WITH ORDINALITY u(num, n)) AS keys
      FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_am m ON m.oid = i.relam
        LEFT JOIN pg_constraint k ON k.conindid = x.indexrelid AND k.conrelid = x.indrelid AND k.contype IN ('p', 'u', 'x')
      WHERE ${OURS} ORDER BY x.indrelid, x.indexrelid`,
    sequences: `
      SELECT c.oid::int8::text AS oid, n.nspname AS schema, c.relname AS name, c.relpersistence::text AS persistence,
        format_type(s.seqtypid, NULL) AS type, s.seqstart::text AS start, s.seqincrement::text AS increment,
        s.seqmin::text AS min, s.seqmax::text AS max, s.seqcache::text AS cache, s.seqcycle AS cycle,
        d.refobjid::int8::text AS owner, a.attname AS owner_column
      FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0
        LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
      WHERE ${OURS} AND ${notOfExtension('pg_class', 'c')} ORDER BY c.oid`,
    functions: `
      SELECT p.oid::int8::text AS oid, n.nspname AS schema, p.proname AS name, p.prokind::text AS kind, l.lanname AS language, p.prosrc AS source, ${AGGREGATE} AS aggregate,
        ${since(14, `pg_get_function_sqlbody(p.oid)`, 'NULL::text')} AS sql_body,
        CASE WHEN p.prokind <> 'p' THEN format_type(p.prorettype, NULL) END AS returns, p.proretset AS returns_set,
        p.provolatile::text AS volatility, p.proisstrict AS strict, p.prosecdef AS security_definer, p.proleakproof AS leakproof,
        p.proparallel::text AS parallel, coalesce(p.proconfig, '{}') AS settings,
        (SELECT json_agg(json_build_object('name', p.proargnames[u.n], 'mode', coalesce(p.proargmodes[u.n]::text, 'i'), 'type', format_type(u.type, NULL),
            'default', CASE WHEN coalesce(p.proargmodes[u.n]::text, 'i') IN ('i', 'b', 'v') THEN pg_get_function_arg_default(p.oid, u.n::int) END) ORDER BY u.n)
          FROM unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) WITH ORDINALITY u(type, n)) AS parameters,
        (SELECT json_agg(DISTINCT d.refobjid::int8::text) FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid
          AND d.refclassid IN ('pg_class'::regclass, 'pg_proc'::regclass)) AS reads,
        (SELECT json_agg(e.extname ORDER BY e.extname) FROM pg_depend d JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND e.oid = d.refobjid
          WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'x') AS extensions
      FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
      WHERE ${OURS} AND ${notOfExtension('pg_proc', 'p')}
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'i')
      ORDER BY p.oid`,
    triggers: `
      SELECT t.tgrelid::int8::text AS relation, t.tgname AS name, t.tgtype::int AS type, t.tgenabled::text AS state, t.tgconstraint <> 0 AS constraint,
        t.tgdeferrable AS deferrable, t.tginitdeferred AS deferred, t.tgoldtable AS old_table, t.tgnewtable AS new_table,
        ${columnNames('t.tgattr::int2[]', 't.tgrelid')} AS columns, t.tgfoid::int8::text AS function, p.proname AS function_name, s.nspname AS function_schema,
        encode(t.tgargs, 'hex') AS arguments, pg_get_triggerdef(t.oid) AS definition,
        ${since(13, 't.tgparentid <> 0', "EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_trigger'::regclass AND d.objid = t.oid AND d.deptype IN ('P', 'S'))")} AS inherited
      FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_namespace s ON s.oid = p.pronamespace
      WHERE ${OURS} AND NOT t.tgisinternal ORDER BY t.tgrelid, t.tgname`,
    policies: `
      SELECT p.polrelid::int8::text AS relation, p.polname AS name, p.polcmd::text AS command, p.polpermissive AS permissive,
        (SELECT json_agg(CASE u.role WHEN 0 THEN 'public' ELSE pg_get_userbyid(u.role)::text END) FROM unnest(p.polroles) u(role)) AS roles,
        pg_get_expr(p.polqual, p.polrelid) AS using, pg_get_expr(p.polwithcheck, p.polrelid) AS check
      FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE ${OURS} ORDER BY p.polrelid, p.oid`,
    rules: `
      SELECT w.ev_class::int8::text AS relation, w.rulename AS name FROM pg_rewrite w JOIN pg_class c ON c.oid = w.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE ${OURS} AND w.rulename <> '_RETURN' ORDER BY w.ev_class, w.rulename`,
    eventTriggers: `
      SELECT e.evtname AS name, e.evtevent AS event, e.evtenabled::text AS state, e.evtfoid::int8::text AS function, p.proname AS function_name, s.nspname AS function_schema
      FROM pg_event_trigger e JOIN pg_proc p ON p.oid = e.evtfoid JOIN pg_namespace s ON s.oid = p.pronamespace
      WHERE ${notOfExtension('pg_event_trigger', 'e')} ORDER BY e.evtname`,
    statistics: `
      SELECT n.nspname AS schema, s.stxname AS name, s.stxrelid::int8::text AS relation, ${columnNames('s.stxkeys::int2[]', 's.stxrelid')} AS columns,
        ${since(14, 'to_json(pg_get_statisticsobjdef_expressions(s.oid))', 'NULL::json')} AS expressions, s.stxkind::text[] AS kinds
      FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace WHERE ${OURS} ORDER BY n.nspname, s.stxname`,
    publications: `
      SELECT p.pubname AS name, p.puballtables AS all_tables,
        (SELECT json_agg(r.prrelid::int8::text ORDER BY r.oid) FROM pg_publication_rel r WHERE r.prpubid = p.oid) AS tables,
        ${since(15, '(SELECT json_agg(m.nspname ORDER BY s.oid) FROM pg_publication_namespace s JOIN pg_namespace m ON m.oid = s.pnnspid WHERE s.pnpubid = p.oid)', 'NULL::json')} AS schemas
      FROM pg_publication p ORDER BY p.pubname`,
    comments: `
      SELECT d.classoid::regclass::text AS class, d.objoid::int8::text AS oid, d.objsubid AS column_number, d.description AS text,
        (SELECT a.attname FROM pg_attribute a WHERE d.classoid = 'pg_class'::regclass AND a.attrelid = d.objoid AND a.attnum = d.objsubid AND d.objsubid > 0) AS column,
        coalesce(k.conname, p.polname, t.tgname, n.nspname, e.extname) AS name,
        coalesce(k.conrelid, p.polrelid, t.tgrelid)::int8::text AS relation
      FROM pg_description d
        LEFT JOIN pg_constraint k ON d.classoid = 'pg_constraint'::regclass AND k.oid = d.objoid
        LEFT JOIN pg_policy p ON d.classoid = 'pg_policy'::regclass AND p.oid = d.objoid
        LEFT JOIN pg_trigger t ON d.classoid = 'pg_trigger'::regclass AND t.oid = d.objoid
        LEFT JOIN pg_namespace n ON d.classoid = 'pg_namespace'::regclass AND n.oid = d.objoid
        LEFT JOIN pg_extension e ON d.classoid = 'pg_extension'::regclass AND e.oid = d.objoid
      WHERE d.classoid IN ('pg_class'::regclass, 'pg_type'::regclass, 'pg_proc'::regclass, 'pg_constraint'::regclass, 'pg_policy'::regclass, 'pg_trigger'::regclass, 'pg_namespace'::regclass)
        AND d.objoid >= 16384 OR d.classoid = 'pg_namespace'::regclass AND n.nspname = 'public' AND d.description <> 'standard public schema'`,
    rights: `
      WITH owner AS (SELECT datdba AS oid FROM pg_database WHERE datname = current_database()),
      objects AS (
        SELECT 'pg_class' AS class, c.oid, c.relowner AS owner, c.relacl AS acl, NULL::name AS column FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${OURS} AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
        UNION ALL SELECT 'pg_class', c.oid, c.relowner, a.attacl, a.attname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid WHERE ${OURS} AND a.attacl IS NOT NULL AND NOT a.attisdropped
        UNION ALL SELECT 'pg_proc', p.oid, p.proowner, p.proacl, NULL FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE ${OURS}
        UNION ALL SELECT 'pg_type', t.oid, t.typowner, t.typacl, NULL FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE ${OURS} AND t.typtype IN ('e', 'd', 'c', 'r')
        UNION ALL SELECT 'pg_namespace', n.oid, n.nspowner, n.nspacl, NULL FROM pg_namespace n WHERE ${OURS} AND n.nspname <> 'public'
      )
      SELECT o.class, o.oid::int8::text AS oid, o.column, (SELECT nspname FROM pg_namespace n WHERE o.class = 'pg_namespace' AND n.oid = o.oid) AS name,
        CASE WHEN o.column IS NULL AND o.owner <> (SELECT oid FROM owner) THEN pg_get_userbyid(o.owner) END AS owner,
        o.acl IS NOT NULL AS has_rights,
        (SELECT json_agg(json_build_object('role', CASE x.grantee WHEN 0 THEN 'public' ELSE pg_get_userbyid(x.grantee)::text END, 'right', lower(x.privilege_type), 'grantable', x.is_grantable))
          FROM aclexplode(o.acl) x WHERE x.grantee <> o.owner) AS rights
      FROM objects o WHERE o.acl IS NOT NULL OR o.owner <> (SELECT oid FROM owner)`,
    defaultRights: `
      SELECT n.nspname AS schema, d.defaclobjtype::text AS objects,
        (SELECT json_agg(json_build_object('role', CASE x.grantee WHEN 0 THEN 'public' ELSE pg_get_userbyid(x.grantee)::text END, 'right', lower(x.privilege_type), 'grantable', x.is_grantable))
          FROM aclexplode(d.defaclacl) x WHERE x.grantee <> d.defaclrole) AS rights
      FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace
      WHERE d.defaclrole = (SELECT datdba FROM pg_database WHERE datname = current_database())`,
  };
}

const OURS = `n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`;

/** Options of an aggregate; NULL for what has more of them than these. */
const AGGREGATE = `(SELECT concat_ws(', ', 'SFUNC = ' || g.aggtransfn::regproc, 'STYPE = ' || format_type(g.aggtranstype, NULL),
          'SSPACE = ' || nullif(g.aggtransspace, 0), 'FINALFUNC = ' || nullif(g.aggfinalfn, 0)::regproc, 'COMBINEFUNC = ' || nullif(g.aggcombinefn, 0)::regproc,
          'SERIALFUNC = ' || nullif(g.aggserialfn, 0)::regproc, 'DESERIALFUNC = ' || nullif(g.aggdeserialfn, 0)::regproc,
          'SORTOP = ' || (SELECT 'OPERATOR(' || quote_ident(s.nspname) || '.' || o.oprname || ')' FROM pg_operator o JOIN pg_namespace s ON s.oid = o.oprnamespace WHERE o.oid = g.aggsortop),
          'INITCOND = ' || quote_literal(g.agginitval), 'PARALLEL = ' || CASE p.proparallel WHEN 's' THEN 'SAFE' WHEN 'r' THEN 'RESTRICTED' END)
          FROM pg_aggregate g WHERE g.aggfnoid = p.oid AND g.aggkind = 'n' AND g.aggmtransfn = 0 AND NOT g.aggfinalextra)`;

const TYPE_OF = `CASE WHEN c.reloftype <> 0 THEN format_type(c.reloftype, NULL) END`;

function notOfExtension(systemTable: string, alias: string): string {
  return `NOT EXISTS (SELECT FROM pg_depend x WHERE x.classid = '${systemTable}'::regclass AND x.objid = ${alias}.oid AND x.deptype = 'e')`;
}

/** As JSON, in the order of the array. */
function columnNames(numbers: string, relation: string): string {
  return `(SELECT json_agg(a.attname ORDER BY u.n) FROM unnest(${numbers}) WITH ORDINALITY u(num, n) JOIN pg_attribute a ON a.attrelid = ${relation} AND a.attnum = u.num)`;
}
