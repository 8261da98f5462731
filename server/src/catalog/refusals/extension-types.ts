// Types and relations that extensions bring. Of one that is not known here any type and any relation may come.

import type { Catalog } from '../catalog.js';
import { extensionObjects } from '../extension-objects.js';

/** Extensions that bring no type but those below, and no relation but those in {@link RELATIONS}. */
const KNOWN: ReadonlySet<string> = new Set(
  (
    'adminpack amcheck autoinc bloom btree_gin btree_gist citext cube dblink dict_int dict_xsyn earthdistance file_fdw ' +
    'fuzzystrmatch hstore hypopg insert_username intagg intarray isn lo ltree moddatetime pageinspect pg_buffercache ' +
    'pg_freespacemap pg_prewarm pg_stat_statements pg_surgery pg_trgm pg_visibility pg_walinspect pgcrypto pgrowlocks ' +
    'pgstattuple plpgsql plperl plpython3u pltcl postgres_fdw refint seg sslinfo tablefunc tcn tsm_system_rows ' +
    'tsm_system_time unaccent uuid-ossp vector xml2'
  ).split(' '),
);

const TYPES: ReadonlySet<string> = new Set(
  (
    'box2d box2df box3d citext cube earth ean13 gbtreekey16 gbtreekey32 geography geometry ghstore gidx gtrgm halfvec hll ' +
    'hstore isbn isbn13 ismn ismn13 issn issn13 lo lquery ltree ltree_gist ltxtquery pg_lsn pg_snapshot query_int raster ' +
    'roaringbitmap roaringbitmap64 seg semver sparsevec spheroid tdigest uint1 uint2 uint4 uint8 upc vector'
  ).split(' '),
);

/** Whether an extension brings a type of that name. Who runs the server may have made it outside of the migrations. */
export function isOfAnExtension(type: string): boolean {
  return TYPES.has(type);
}

/** Whether an extension is there of which we do not know all types. */
export function mayBringTypes({ extensions }: Catalog): boolean {
  return extensions.some((extension) => !KNOWN.has(extension) && extensionObjects(extension) === null);
}

/**
 * All tables and views of those that bring some.
 * Source: their scripts in contrib, and postgis.sql.in and rtpostgis.sql.in, which was a part of PostGIS before its version 3.
 */
const RELATIONS: Readonly<Record<string, readonly string[]>> = {
  hypopg: ['hypopg_hidden_indexes', 'hypopg_list_indexes'],
  pg_buffercache: ['pg_buffercache', 'pg_buffercache_numa', 'pg_buffercache_os_pages'],
  pg_stat_statements: ['pg_stat_statements', 'pg_stat_statements_info'],
  postgis: ['spatial_ref_sys', 'geometry_columns', 'geography_columns', 'raster_columns', 'raster_overviews'],
  postgis_raster: ['raster_columns', 'raster_overviews'],
};

/** Whether a relation of that name comes with an extension that is there. */
export function isRelationOfAnExtension({ extensions }: Catalog, name: string): boolean {
  return extensions.some((extension) => relationsOf(extension).includes(name));
}

/** Whether an extension is there of which we do not know all tables and views. */
export function mayBringRelations({ extensions }: Catalog): boolean {
  return extensions.some(
    (extension) =>
      relationsOf(extension).length === 0 && !KNOWN.has(extension) && extensionObjects(extension) === null,
  );
}

function relationsOf(extension: string): readonly string[] {
  return Object.hasOwn(RELATIONS, extension) ? (RELATIONS[extension] ?? []) : [];
}
