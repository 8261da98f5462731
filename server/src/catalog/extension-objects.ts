// What the common extensions bring, by name: what goes with them. Source: their scripts in contrib, PostGIS and pgvector.

export interface ExtensionObjects {
  readonly types: readonly string[];
  readonly functions: readonly string[];
  readonly operatorClasses: readonly string[];
  readonly accessMethods: readonly string[];
  /** The access method for which it makes classes for plain types. */
  readonly defaultFor: string | null;
}

/** `null` for an extension that is not listed. */
export function extensionObjects(name: string): ExtensionObjects | null {
  return Object.hasOwn(OBJECTS, name) ? (OBJECTS[name] ?? null) : null;
}

/** The extension that brings a type, or `null` when none that is listed does. */
export function extensionWithType(type: string): string | null {
  return Object.keys(OBJECTS).find((name) => OBJECTS[name]?.types.includes(type)) ?? null;
}

interface Listed {
  readonly types?: string;
  readonly functions?: string;
  readonly classes?: string;
  readonly methods?: string;
  readonly defaultFor?: string;
}

function words(text = ''): readonly string[] {
  return text === '' ? [] : text.split(' ');
}

function objects({ types, functions, classes, methods, defaultFor }: Listed): ExtensionObjects {
  return {
    types: words(types),
    functions: words(functions),
    operatorClasses: words(classes),
    accessMethods: words(methods),
    defaultFor: defaultFor ?? null,
  };
}

const OBJECTS: Readonly<Record<string, ExtensionObjects>> = {
  plpgsql: objects({}),
  pg_stat_statements: objects({
    functions: 'pg_stat_statements pg_stat_statements_reset pg_stat_statements_info',
  }),
  citext: objects({
    types: 'citext',
    functions: 'citext citext_hash citext_cmp citext_eq citext_larger citext_smaller',
    classes: 'citext_ops citext_pattern_ops',
  }),
  hstore: objects({
    types: 'hstore ghstore',
    functions:
      'hstore akeys avals skeys svals each exist exists_any exists_all defined delete slice hstore_to_json ' +
      'hstore_to_jsonb hstore_to_json_loose hstore_to_jsonb_loose hstore_to_array hstore_to_matrix populate_record tconvert',
    classes: 'hstore_ops gist_hstore_ops gin_hstore_ops btree_hstore_ops hash_hstore_ops',
  }),
  ltree: objects({
    types: 'ltree lquery ltxtquery ltree_gist',
    functions: 'subltree subpath nlevel lca text2ltree ltree2text index_ltree',
    classes: 'ltree_ops gist_ltree_ops gist__ltree_ops hash_ltree_ops',
  }),
  'uuid-ossp': objects({
    functions:
      'uuid_nil uuid_ns_dns uuid_ns_url uuid_ns_oid uuid_ns_x500 uuid_generate_v1 uuid_generate_v1mc uuid_generate_v3 ' +
      'uuid_generate_v4 uuid_generate_v5',
  }),
  pgcrypto: objects({
    functions:
      'digest hmac crypt gen_salt encrypt decrypt encrypt_iv decrypt_iv gen_random_bytes pgp_sym_encrypt pgp_sym_decrypt ' +
      'pgp_sym_encrypt_bytea pgp_sym_decrypt_bytea pgp_pub_encrypt pgp_pub_decrypt pgp_pub_encrypt_bytea ' +
      'pgp_pub_decrypt_bytea pgp_key_id armor dearmor pgp_armor_headers',
  }),
  pg_trgm: objects({
    types: 'gtrgm',
    functions:
      'similarity word_similarity strict_word_similarity show_trgm show_limit set_limit similarity_op similarity_dist',
    classes: 'gin_trgm_ops gist_trgm_ops',
  }),
  unaccent: objects({ functions: 'unaccent' }),
  fuzzystrmatch: objects({
    functions:
      'levenshtein levenshtein_less_equal soundex difference metaphone dmetaphone dmetaphone_alt daitch_mokotoff',
  }),
  btree_gist: objects({
    types: 'gbtreekey2 gbtreekey4 gbtreekey8 gbtreekey16 gbtreekey32 gbtreekey_var',
    functions:
      'cash_dist date_dist float4_dist float8_dist int2_dist int4_dist int8_dist interval_dist ts_dist',
    classes:
      'gist_oid_ops gist_int2_ops gist_int4_ops gist_int8_ops gist_float4_ops gist_float8_ops gist_timestamp_ops ' +
      'gist_timestamptz_ops gist_time_ops gist_timetz_ops gist_date_ops gist_interval_ops gist_cash_ops gist_macaddr_ops ' +
      'gist_text_ops gist_bpchar_ops gist_bytea_ops gist_numeric_ops gist_bit_ops gist_vbit_ops gist_inet_ops ' +
      'gist_cidr_ops gist_uuid_ops gist_macaddr8_ops gist_enum_ops gist_bool_ops',
    defaultFor: 'gist',
  }),
  btree_gin: objects({
    classes:
      'int2_ops int4_ops int8_ops float4_ops float8_ops money_ops oid_ops timestamp_ops timestamptz_ops time_ops ' +
      'timetz_ops date_ops interval_ops macaddr_ops inet_ops cidr_ops text_ops varchar_ops bytea_ops bit_ops varbit_ops ' +
      'numeric_ops uuid_ops name_ops bool_ops bpchar_ops enum_ops macaddr8_ops',
    defaultFor: 'gin',
  }),
  cube: objects({
    types: 'cube',
    functions:
      'cube cube_dim cube_ll_coord cube_ur_coord cube_is_point cube_distance cube_subset cube_union cube_inter cube_enlarge',
    classes: 'cube_ops gist_cube_ops',
  }),
  earthdistance: objects({
    types: 'earth',
    functions:
      'earth sec_to_gc gc_to_sec ll_to_earth latitude longitude earth_distance earth_box geo_distance',
  }),
  isn: objects({
    types: 'ean13 isbn13 ismn13 issn13 isbn ismn issn upc',
    functions: 'isbn13 ismn13 issn13 isbn ismn issn upc isn_weak make_valid is_valid',
    classes: 'ean13_ops isbn13_ops ismn13_ops issn13_ops isbn_ops ismn_ops issn_ops upc_ops',
  }),
  intarray: objects({
    types: 'query_int intbig_gkey',
    functions: 'icount sort sort_asc sort_desc uniq idx subarray intset boolop bqarr_in',
    classes: 'gist__int_ops gist__intbig_ops gin__int_ops',
  }),
  tablefunc: objects({
    types: 'tablefunc_crosstab_2 tablefunc_crosstab_3 tablefunc_crosstab_4',
    functions: 'normal_rand crosstab crosstab2 crosstab3 crosstab4 connectby',
  }),
  vector: objects({
    types: 'vector halfvec sparsevec',
    functions:
      'l2_distance inner_product cosine_distance l1_distance vector_dims vector_norm l2_normalize binary_quantize subvector ' +
      'array_to_vector vector_to_float4 hamming_distance jaccard_distance',
    classes:
      'vector_ops vector_l2_ops vector_ip_ops vector_cosine_ops vector_l1_ops halfvec_ops halfvec_l2_ops halfvec_ip_ops ' +
      'halfvec_cosine_ops halfvec_l1_ops sparsevec_ops sparsevec_l2_ops sparsevec_ip_ops sparsevec_cosine_ops ' +
      'sparsevec_l1_ops bit_hamming_ops bit_jaccard_ops',
    methods: 'ivfflat hnsw',
  }),
};
