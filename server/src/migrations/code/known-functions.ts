// What functions do to the schema that no migration makes: those of the server and of extensions that migrations call.

import builtin from '../../catalog/builtin-functions.json' with { type: 'json' };
import { type Node, qualified, stringsOf, walk } from '../../syntax/sql/nodes.js';

const BUILT_IN: ReadonlySet<string> = new Set(
  [builtin.immutable, builtin.stable, builtin.volatile].flatMap((names) => names.split(' ')),
);

/** Of extensions that compute, or that keep rows of their own. Source: their documentation. */
const HARMLESS =
  /^(?:uuid_|gen_|st_|_st_|hstore|crypt$|digest$|hmac$|pgp_|armor$|similarity$|word_similarity$|show_|unaccent$|levenshtein|soundex$|metaphone$|dmetaphone|jsonschema_|cube$|earth|ll_to_|ulid|nanoid|ksuid|cuid|postgis_.*version|immutable_)/;

const HARMLESS_SCHEMAS: ReadonlySet<string> = new Set([
  'cron',
  'vault',
  'net',
  'http',
  'pgsodium',
  'extensions',
]);

/** A built-in function that code may call for what it does: it sets the search path. */
const ACTING: ReadonlySet<string> = new Set(['set_config']);

/** Whether what the function does must be looked at, as far as its name tells. */
export function mayAct({ schema, name }: { readonly schema: string | null; readonly name: string }): boolean {
  if (schema === null || schema === 'pg_catalog')
    return ACTING.has(name) || !(BUILT_IN.has(name) || HARMLESS.test(name));
  return schema !== 'information_schema';
}

/** Whether a function that no migration makes surely leaves the schema as it is. */
export function isHarmless({
  schema,
  name,
}: {
  readonly schema: string | null;
  readonly name: string;
}): boolean {
  if (schema === null || schema === 'pg_catalog') return BUILT_IN.has(name) || HARMLESS.test(name);
  return HARMLESS_SCHEMAS.has(schema) || HARMLESS.test(name);
}

export interface KnownEffect {
  /** For people, as a clause. */
  readonly reason: string;
  /** Its argument that names a relation it changes, by place. */
  readonly relation: number | null;
  readonly makesObjects: boolean;
}

/** https://docs.timescale.com/api, https://github.com/pgpartman/pg_partman, https://github.com/pgmq/pgmq, https://postgis.net/docs */
const EFFECTS: Readonly<Record<string, KnownEffect>> = {
  create_hypertable: {
    reason: 'TimescaleDB adds indexes and a trigger to a hypertable',
    relation: 0,
    makesObjects: false,
  },
  create_distributed_hypertable: {
    reason: 'TimescaleDB adds indexes and a trigger to a hypertable',
    relation: 0,
    makesObjects: false,
  },
  add_dimension: { reason: 'TimescaleDB adds constraints to a hypertable', relation: 0, makesObjects: false },
  create_parent: { reason: 'pg_partman makes the partitions', relation: 0, makesObjects: true },
  addgeometrycolumn: { reason: 'PostGIS adds a column', relation: 0, makesObjects: false },
  create_distributed_table: { reason: 'Citus changes the table', relation: 0, makesObjects: false },
  create_reference_table: { reason: 'Citus changes the table', relation: 0, makesObjects: false },
  enable_tracking: { reason: 'supa_audit adds triggers to the table', relation: 0, makesObjects: false },
  disable_tracking: { reason: 'supa_audit drops triggers of the table', relation: 0, makesObjects: false },
};

/** TimescaleDB's jobs and settings are rows of its own. */
const ROWS_ALONE =
  /^(?:add_(?:retention|compression|columnstore|reorder|continuous_aggregate)_policy|add_job|remove_\w+_policy|set_chunk_time_interval|run_maintenance(?:_proc)?|alter_job)$/;

/** `null` when nothing is known of it. */
export function knownEffect({ name }: { readonly name: string }): KnownEffect | 'rows' | null {
  return ROWS_ALONE.test(name) ? 'rows' : (EFFECTS[name] ?? null);
}

/** Whether a query calls a function that may do something. */
export function callsIn(nodes: Node | readonly Node[] | undefined): boolean {
  let found = false;
  walk(nodes, ({ kind, value }) => {
    if (kind === 'FuncCall' && mayAct(qualified(stringsOf(value.funcname)))) found = true;
    return !found;
  });
  return found;
}
