// The one SELECT that makes a file of statistics: the export and the script for psql both run it, so that there is one
// definition of what leaves a database. It gives the whole file as text, and runs on PostgreSQL 12 to 18: where a later
// version has a column more, the row is asked for it as JSON, which gives NULL on the others.
// What surprises: what is withheld is left out by the server itself, so that it does not even travel.

import { MAIN_SETTINGS, OTHER_SETTINGS } from '../../catalog/planner-settings.js';
import type { Redaction } from '../../catalog/statistics.js';
import { literal } from '../../text/quoted.js';

export interface Wanted {
  readonly redacted: Redaction;
  /** Columns as `schema.table.column` whose values are told though their type would withhold them; only with `text`. */
  readonly keep: readonly string[];
}

/** How long the server may take, and wait for a lock, such as that of an ALTER TABLE. */
export const EXPORT_TIMEOUT_MS = 60_000;
const LOCK_TIMEOUT_MS = 2_000;

/** What has to follow BEGIN: timeouts, and how values and definitions are printed whatever the server's settings are. */
export const EXPORT_SETTINGS: readonly string[] = [
  `SET LOCAL statement_timeout = ${EXPORT_TIMEOUT_MS}`,
  `SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`,
  `SET LOCAL search_path = ''`,
  `SET LOCAL standard_conforming_strings = on`,
  `SET LOCAL datestyle = 'ISO, YMD'`,
  `SET LOCAL intervalstyle = 'postgres'`,
  `SET LOCAL timezone = 'UTC'`,
  `SET LOCAL bytea_output = 'hex'`,
  `SET LOCAL extra_float_digits = 1`,
  `SET LOCAL jit = off`,
];

const SUMMARY: Readonly<Record<Redaction, string>> = {
  none:
    'Nothing is left out: the most common values and the bounds of histograms below are values of your data, ' +
    'whatever they say.',
  text:
    'The most common values and the bounds of histograms are told of numbers, booleans, dates, times, uuids, enums, ' +
    'and arrays and ranges of these. No value of text, json, bytea or any other type is in this file.',
  all:
    'No value of any row is in this file: of a column it tells the share of NULL, the average width, the number of ' +
    'distinct values and how far the rows are in its order.',
};

const NAMES = 'It names schemas, tables, columns, types and indexes.';

function array(texts: readonly string[]): string {
  return `ARRAY[${texts.map(literal).join(', ')}]::text[]`;
}

/** One SELECT, without a `;`, of one row with one text. */
export function statisticsQuery(wanted: Wanted): string {
  return `WITH RECURSIVE
wanted AS (
  SELECT ${literal(wanted.redacted)}::text AS redacted, ${array(wanted.keep)} AS keep
),
-- Tables, partitioned tables and materialized views of users; those of extensions are none. Numbers of pages have 32 bits in a
-- type with a sign: from 16 TB on they are negative.
relation AS MATERIALIZED (
  SELECT c.oid, c.relkind AS kind, n.nspname AS schema, c.relname, n.nspname || '.' || c.relname AS name,
    CASE WHEN c.relkind <> 'p' THEN c.relpages::bigint & 4294967295 END AS analyzed_pages,
    CASE WHEN c.relkind <> 'p' THEN c.relallvisible::bigint & 4294967295 END AS all_visible,
    CASE WHEN c.relkind <> 'p' THEN (to_jsonb(c) ->> 'relallfrozen')::bigint & 4294967295 END AS all_frozen,
    c.relpartbound AS bound,
    CASE
      WHEN c.reltuples > 0 OR c.relpages <> 0 THEN c.reltuples::bigint
      WHEN c.reltuples = 0 AND current_setting('server_version_num')::int >= 140000 THEN 0
    END AS analyzed_rows,
    CASE WHEN c.relkind <> 'p' THEN pg_relation_size(c.oid) / current_setting('block_size')::int END AS pages
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'm') AND c.relpersistence <> 't'
    AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
    AND NOT EXISTS (
      SELECT FROM pg_depend d
      WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
    )
),
index AS MATERIALIZED (
  SELECT c.oid, i.indrelid AS owner, r.schema, c.relname AS name, i.indisvalid AS valid, i.indexprs::text AS expressions,
    CASE WHEN c.relkind = 'i' THEN c.relpages::bigint & 4294967295 END AS analyzed_pages,
    CASE WHEN c.relkind = 'i' AND (c.reltuples > 0 OR c.relpages <> 0) THEN greatest(c.reltuples, 0)::bigint END AS rows,
    CASE WHEN c.relkind = 'i' THEN pg_relation_size(c.oid) / current_setting('block_size')::int END AS pages,
    pg_get_indexdef(c.oid) AS definition
  FROM pg_index i JOIN relation r ON r.oid = i.indrelid JOIN pg_class c ON c.oid = i.indexrelid
),
attribute AS MATERIALIZED (
  SELECT a.attrelid AS relation, r.owner, r.schema, r.relname, a.attnum AS number, a.attname AS name, a.atttypid AS type,
    format_type(a.atttypid, a.atttypmod) AS type_name,
    has_column_privilege(a.attrelid, a.attnum, 'SELECT') AND NOT row_security_active(r.owner) AS readable
  FROM pg_attribute a
  JOIN (
    SELECT oid, oid AS owner, schema, relname FROM relation
    UNION ALL
    SELECT oid, owner, schema, name FROM index WHERE expressions IS NOT NULL
  ) r ON r.oid = a.attrelid
  WHERE a.attnum > 0 AND NOT a.attisdropped
),
-- What a type is made of: the base of a domain, elements of an array, bounds of a range.
made_of AS (
  SELECT DISTINCT type, type AS part FROM attribute
  UNION
  SELECT made_of.type, next.part
  FROM made_of
  JOIN pg_type t ON t.oid = made_of.part
  LEFT JOIN pg_range r ON r.rngtypid = t.oid OR (to_jsonb(r) ->> 'rngmultitypid')::oid = t.oid
  CROSS JOIN LATERAL (
    SELECT CASE
      WHEN t.typtype = 'd' THEN t.typbasetype
      WHEN r.rngtypid IS NOT NULL THEN r.rngsubtype
      WHEN t.typcategory = 'A' THEN t.typelem
    END AS part
  ) next
  WHERE next.part <> 0
),
simple_type AS MATERIALIZED (
  SELECT DISTINCT made_of.type
  FROM made_of JOIN pg_type t ON t.oid = made_of.part
  WHERE t.typtype = 'e'
    OR t.typtype = 'b' AND t.typnamespace = 'pg_catalog'::regnamespace
      AND (t.typcategory IN ('N', 'B', 'D', 'T') AND t.typname !~ '^reg' OR t.typname = 'uuid')
),
range_type AS MATERIALIZED (
  SELECT DISTINCT made_of.type
  FROM made_of JOIN pg_type t ON t.oid = made_of.part
  WHERE t.typtype IN ('r', 'm')
),
-- Whether values of a column of a table may be told.
told_column AS MATERIALIZED (
  SELECT a.*,
    CASE w.redacted
      WHEN 'none' THEN true
      WHEN 'text' THEN a.type IN (SELECT type FROM simple_type) OR r.name || '.' || a.name = ANY (w.keep)
      ELSE false
    END AS told
  FROM attribute a JOIN relation r ON r.oid = a.relation CROSS JOIN wanted w
),
-- An expression of an index may tell as much as each column that the index uses; one of a whole row uses all.
withheld_index AS MATERIALIZED (
  SELECT d.objid AS index
  FROM pg_depend d JOIN told_column c ON c.relation = d.refobjid AND c.number = d.refobjsubid
  WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND NOT c.told
  UNION
  SELECT i.oid FROM index i
  WHERE i.expressions ~ ':varattno 0 ' AND i.owner IN (SELECT relation FROM told_column WHERE NOT told)
),
judged AS MATERIALIZED (
  SELECT * FROM told_column
  UNION ALL
  SELECT a.*,
    CASE w.redacted
      WHEN 'none' THEN true
      WHEN 'text' THEN a.type IN (SELECT type FROM simple_type) AND a.relation NOT IN (SELECT index FROM withheld_index)
      ELSE false
    END
  FROM attribute a CROSS JOIN wanted w
  WHERE a.relation <> a.owner
),
-- Joined by all three names at once, and to nothing else: the planner, which guesses few rows, would join by columns first.
stats AS MATERIALIZED (
  SELECT a.relation, a.owner, a.number, a.name, s.inherited, a.told,
    s.most_common_vals IS NOT NULL OR s.histogram_bounds IS NOT NULL OR s.most_common_elems IS NOT NULL
      OR a.type IN (SELECT type FROM range_type) AND current_setting('server_version_num')::int >= 170000 AS has_values,
    to_json(a.name)::text || ': ' || (
      SELECT json_strip_nulls(row_to_json(fields))::text
      FROM (
        SELECT a.type_name AS type, s.null_frac, s.avg_width, s.n_distinct, s.correlation,
          CASE WHEN a.told THEN s.most_common_vals::text::text[] END AS most_common_vals,
          CASE WHEN a.told THEN s.most_common_freqs END AS most_common_freqs,
          CASE WHEN a.told THEN s.histogram_bounds::text::text[] END AS histogram_bounds,
          CASE WHEN a.told THEN s.most_common_elems::text::text[] END AS most_common_elems,
          CASE WHEN a.told THEN s.most_common_elem_freqs END AS most_common_elem_freqs,
          s.elem_count_histogram,
          CASE WHEN later.row ->> 'range_length_histogram' IS NOT NULL THEN
            ARRAY(SELECT jsonb_array_elements_text(later.row -> 'range_length_histogram'))
          END AS range_length_histogram,
          later.row -> 'range_empty_frac' AS range_empty_frac,
          CASE WHEN later.row ->> 'range_bounds_histogram' IS NOT NULL THEN
            ARRAY(SELECT jsonb_array_elements_text(later.row -> 'range_bounds_histogram'))
          END AS range_bounds_histogram
      ) fields
    ) AS line
  FROM pg_stats s
  JOIN judged a ON a.schema = s.schemaname AND a.relname = s.tablename AND a.name = s.attname
  CROSS JOIN LATERAL (
    SELECT CASE WHEN a.told AND a.type IN (SELECT type FROM range_type) THEN to_jsonb(s) END AS row OFFSET 0
  ) later
),
-- The columns that were asked for: whether each is there, and whether values of it are in the file for that reason alone.
asked AS MATERIALIZED (
  SELECT DISTINCT keep.name, c.relation IS NOT NULL AS is_there,
    c.type NOT IN (SELECT type FROM simple_type)
      AND EXISTS (SELECT FROM stats s WHERE s.relation = c.relation AND s.number = c.number AND s.has_values) AS told
  FROM wanted w CROSS JOIN LATERAL unnest(w.keep) AS keep(name)
  LEFT JOIN (told_column c JOIN relation r ON r.oid = c.relation) ON r.name || '.' || c.name = keep.name
),
stats_lines AS MATERIALIZED (
  SELECT relation, inherited, array_agg(line ORDER BY number) AS lines FROM stats GROUP BY relation, inherited
),
-- What CREATE STATISTICS measured of columns together. The server names them by their numbers: "2, 3" and "2 => 3".
extended AS (
  SELECT e.stxrelid AS owner, e.stxname AS name, coalesce((to_jsonb(s) ->> 'inherited')::boolean, r.kind = 'p') AS inherited,
    e.stxkeys::int2[] AS keys, s.n_distinct::text::json AS n_distinct, s.dependencies::text::json AS dependencies
  FROM pg_statistic_ext e
  JOIN relation r ON r.oid = e.stxrelid
  JOIN pg_namespace n ON n.oid = e.stxnamespace
  JOIN pg_stats_ext s ON s.statistics_schemaname = n.nspname AND s.statistics_name = e.stxname
  WHERE to_jsonb(e) ->> 'stxexprs' IS NULL AND (s.n_distinct IS NOT NULL OR s.dependencies IS NOT NULL)
),
extended_line AS (
  SELECT e.owner, e.name, e.inherited, (
    SELECT json_strip_nulls(row_to_json(fields))::text
    FROM (
      SELECT e.name, CASE WHEN e.inherited THEN true END AS inherited,
        (
          SELECT json_agg(a.name ORDER BY key.place)
          FROM unnest(e.keys) WITH ORDINALITY AS key(number, place)
          JOIN attribute a ON a.relation = e.owner AND a.number = key.number
        ) AS columns,
        (
          SELECT json_agg(json_build_object('columns', (
            SELECT json_agg(a.name ORDER BY key.place)
            FROM regexp_split_to_table(item.key, ', ') WITH ORDINALITY AS key(number, place)
            JOIN attribute a ON a.relation = e.owner AND a.number = key.number::int
          ), 'distinct', item.value))
          FROM json_each(e.n_distinct) item
        ) AS ndistinct,
        (
          SELECT json_agg(json_build_object('columns', (
            SELECT json_agg(a.name ORDER BY key.place)
            FROM regexp_split_to_table(split_part(item.key, ' => ', 1), ', ') WITH ORDINALITY AS key(number, place)
            JOIN attribute a ON a.relation = e.owner AND a.number = key.number::int
          ), 'determines', a.name, 'degree', item.value))
          FROM json_each(e.dependencies) item
          JOIN attribute a ON a.relation = e.owner AND a.number = split_part(item.key, ' => ', 2)::int
        ) AS dependencies
    ) fields
  ) AS line
  FROM extended e
),
extended_lines AS MATERIALIZED (
  SELECT owner, array_agg(line ORDER BY name COLLATE "C", inherited) AS lines FROM extended_line GROUP BY owner
),
index_line AS (
  SELECT i.owner, i.name, to_json(i.name)::text || ': ' || (
    SELECT left(json_strip_nulls(row_to_json(fields))::text, -1)
    FROM (
      SELECT
        CASE
          WHEN w.redacted = 'none' THEN i.definition
          WHEN i.definition ~ '"[^"]*''[^"]*"' THEN NULL
          WHEN w.redacted = 'text' THEN regexp_replace(i.definition, '''([^'']|'''')*''', '''…''', 'g')
          ELSE regexp_replace(
            regexp_replace(i.definition, '''([^'']|'''')*''', '''…''', 'g'),
            '(^|[^A-Za-z0-9_"$.])[0-9]+(\\.[0-9]+)?', '\\10', 'g'
          )
        END AS definition,
        CASE WHEN NOT i.valid THEN false END AS valid, i.rows, i.pages, i.analyzed_pages AS "analyzedPages"
    ) fields
  ) || coalesce(
    ', "columns": {' || array_to_string(s.lines, ', ') || '}', ''
  ) || '}' AS line
  FROM index i CROSS JOIN wanted w LEFT JOIN stats_lines s ON s.relation = i.oid
),
index_lines AS MATERIALIZED (
  SELECT owner, array_agg(line ORDER BY name COLLATE "C") AS lines FROM index_line GROUP BY owner
),
-- The keys of a partitioned table may be told if each is a column whose values may.
told_key AS (
  SELECT p.partrelid AS relation, w.redacted = 'none' OR coalesce(bool_and(coalesce(c.told, false)), false) AS told
  FROM pg_partitioned_table p
  CROSS JOIN wanted w
  CROSS JOIN LATERAL unnest(p.partattrs::int2[]) AS key(number)
  LEFT JOIN told_column c ON c.relation = p.partrelid AND c.number = key.number
  GROUP BY p.partrelid, w.redacted
),
table_line AS (
  SELECT r.name, '    ' || to_json(r.name)::text || E': {\\n      ' || (
    SELECT substr(left(json_strip_nulls(row_to_json(fields))::text, -1), 2)
    FROM (
      SELECT
        CASE r.kind WHEN 'p' THEN 'partitioned' WHEN 'm' THEN 'materialized-view' ELSE 'table' END AS kind,
        coalesce(r.analyzed_rows, tree.rows) AS rows,
        r.pages,
        r.analyzed_pages AS "analyzedPages",
        r.all_visible AS "allVisible",
        r.all_frozen AS "allFrozen",
        coalesce(tree.bytes, pg_total_relation_size(r.oid)) AS bytes,
        to_char(greatest(t.last_analyze, t.last_autoanalyze), 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS analyzed,
        t.n_mod_since_analyze AS "changedSince"
    ) fields
  ) || coalesce(E',\\n      "partition": ' || CASE WHEN parent.oid IS NOT NULL THEN json_strip_nulls(json_build_object(
    'of', parent.name, 'bound', CASE WHEN key.told THEN pg_get_expr(r.bound, r.oid) END
  ))::text END, '') || coalesce(
    E',\\n      "columns": {\\n        ' || array_to_string(own.lines, E',\\n        ') || E'\\n      }', ''
  ) || coalesce(
    E',\\n      "inherited": {\\n        ' || array_to_string(inherited.lines, E',\\n        ') || E'\\n      }', ''
  ) || coalesce(
    E',\\n      "extended": [\\n        ' || array_to_string(extended.lines, E',\\n        ') || E'\\n      ]', ''
  ) || coalesce(
    E',\\n      "indexes": {\\n        ' || array_to_string(indexes.lines, E',\\n        ') || E'\\n      }', ''
  ) || E'\\n    }' AS line
  FROM relation r
  LEFT JOIN pg_stat_all_tables t ON t.relid = r.oid
  LEFT JOIN LATERAL (
    SELECT sum(pg_total_relation_size(part.relid))::bigint AS bytes, sum(leaf.analyzed_rows)::bigint AS rows
    FROM pg_partition_tree(r.oid) part LEFT JOIN relation leaf ON leaf.oid = part.relid AND part.isleaf
    WHERE r.kind = 'p'
  ) tree ON true
  LEFT JOIN pg_inherits i ON i.inhrelid = r.oid AND r.bound IS NOT NULL
  LEFT JOIN relation parent ON parent.oid = i.inhparent
  LEFT JOIN told_key key ON key.relation = i.inhparent
  LEFT JOIN stats_lines own ON own.relation = r.oid AND NOT own.inherited
  LEFT JOIN stats_lines inherited ON inherited.relation = r.oid AND inherited.inherited
  LEFT JOIN extended_lines extended ON extended.owner = r.oid
  LEFT JOIN index_lines indexes ON indexes.owner = r.oid
),
setting AS (
  SELECT name, CASE
    WHEN unit ~ '^[0-9]*kB$' THEN (
      SELECT CASE
        WHEN kb > 0 AND kb % 1048576 = 0 THEN kb / 1048576 || 'GB'
        WHEN kb > 0 AND kb % 1024 = 0 THEN kb / 1024 || 'MB'
        ELSE kb || 'kB'
      END
      FROM (SELECT reset_val::bigint * coalesce(nullif(regexp_replace(unit, 'kB$', ''), ''), '1')::bigint AS kb) size
    )
    ELSE reset_val
  END AS value
  FROM pg_settings
  WHERE name = ANY (${array(MAIN_SETTINGS)})
    OR name ~ ${literal(OTHER_SETTINGS)} AND reset_val IS DISTINCT FROM boot_val
),
-- Columns by table: those that carry values, and those whose values were left out.
account AS (
  SELECT told, string_agg('      ' || to_json(name)::text || ': ' || columns::text, E',\\n' ORDER BY name COLLATE "C") AS lines
  FROM (
    SELECT r.name, s.told, json_agg(s.label ORDER BY s.label COLLATE "C") AS columns
    FROM (
      SELECT DISTINCT stats.owner, stats.told, coalesce(index.name || '.', '') || stats.name AS label
      FROM stats LEFT JOIN index ON index.oid = stats.relation
      WHERE stats.has_values
    ) s
    JOIN relation r ON r.oid = s.owner
    GROUP BY r.name, s.told
  ) tables
  GROUP BY told
),
unreadable AS (
  SELECT r.name || CASE WHEN whole THEN '' ELSE '.' || a.name END AS name
  FROM (SELECT *, NOT bool_or(readable) OVER (PARTITION BY relation) AS whole FROM attribute) a
  JOIN relation r ON r.oid = a.relation
  WHERE NOT a.readable
  UNION
  SELECT r.name || '.' || i.name
  FROM attribute a JOIN index i ON i.oid = a.relation JOIN relation r ON r.oid = i.owner
  WHERE NOT a.readable AND r.oid IN (SELECT relation FROM attribute WHERE readable)
),
database AS (
  SELECT datcollate, coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale') AS locale,
    CASE to_jsonb(d) ->> 'datlocprovider' WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END AS provider,
    pg_encoding_to_char(encoding) AS encoding
  FROM pg_database d WHERE datname = current_database()
)
SELECT concat(
  E'{\\n  "version": 1,\\n  "exported": ', to_json(to_char(now(), 'YYYY-MM-DD"T"HH24:MI:SS"Z"')),
  E',\\n  "redacted": ', to_json((SELECT redacted FROM wanted)),
  E',\\n  "holds": {\\n    "summary": ', to_json(concat(
    ${literal(SUMMARY[wanted.redacted])}::text,
    ' But values of ' || (SELECT string_agg(name, ', ' ORDER BY name COLLATE "C") FROM asked WHERE told)
      || ' are, because they were asked for.',
    ${literal(` ${NAMES}`)}
  )),
  E',\\n    "values": {\\n' || (SELECT lines FROM account WHERE told) || E'\\n    }',
  E',\\n    "withheld": {\\n' || (SELECT lines FROM account WHERE NOT told) || E'\\n    }',
  E',\\n    "unreadable": ',
  (SELECT coalesce(json_agg(name ORDER BY name COLLATE "C"), '[]') FROM unreadable),
  E',\\n    "missing": ' || (SELECT json_agg(name ORDER BY name COLLATE "C") FROM asked WHERE NOT is_there)::text,
  E'\\n  },\\n  "server": ', (
    SELECT row_to_json(fields) FROM (
      SELECT split_part(current_setting('server_version'), ' ', 1) AS version,
        current_setting('server_version_num')::int / 10000 AS major,
        current_setting('server_version_num')::int AS number,
        encoding, coalesce(locale, datcollate) AS collate, provider,
        current_setting('block_size')::int AS "blockSize"
      FROM database
    ) fields
  ),
  E',\\n  "settings": ', 
  (
    SELECT E'{\\n    ' || string_agg(to_json(name)::text || ': ' || to_json(value)::text, E',\\n    ' ORDER BY name COLLATE "C") || E'\\n  }'
    FROM setting
  ),
  E',\\n  "tables": {\\n',
  (SELECT string_agg(line, E',\\n' ORDER BY name COLLATE "C") FROM table_line),
  E'\\n  }\\n}'
) AS statistics`;
}
