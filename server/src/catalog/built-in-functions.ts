// What the functions give that every database has, and those of common extensions. Those whose result depends on more than
// listed here are left out: then it is not known. Source: pg_proc.

import { isKnownType, type TypeName, typeNamed } from './types.js';

const FIXED: ReadonlyMap<string, string> = new Map(
  Object.entries({
    int8:
      'count row_number rank dense_rank nextval currval lastval setval pg_database_size pg_relation_size pg_table_size ' +
      'pg_total_relation_size pg_indexes_size txid_current hashtextextended regr_count ',
    int4:
      'length char_length character_length octet_length bit_length position strpos ascii array_length array_lower ' +
      'array_upper array_ndims cardinality json_array_length jsonb_array_length array_position ntile pg_backend_pid ' +
      'hashtext width_bucket get_byte get_bit family masklen regexp_count regexp_instr levenshtein nlevel num_nonnulls ' +
      'num_nulls grouping ',
    float8:
      'random pi degrees radians sin cos tan cot asin acos atan atan2 sinh cosh tanh percent_rank cume_dist corr ' +
      'covar_pop covar_samp regr_avgx regr_avgy regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy date_part ' +
      'cbrt earth_distance st_x st_y st_distance st_area st_length st_perimeter st_z',
    float4: 'similarity word_similarity strict_word_similarity ts_rank ts_rank_cd show_limit',
    text:
      ' concat concat_ws replace split_part left right lpad rpad initcap repeat translate chr md5 to_char ' +
      'format quote_ident quote_literal quote_nullable regexp_replace regexp_substr array_to_string ' +
      'json_typeof jsonb_typeof jsonb_extract_path_text json_extract_path_text jsonb_array_elements_text ' +
      'json_array_elements_text jsonb_object_keys json_object_keys jsonb_pretty encode to_hex current_setting set_config ' +
      'version pg_size_pretty pg_get_viewdef pg_get_constraintdef pg_get_indexdef pg_get_functiondef pg_get_expr ' +
      'obj_description col_description shobj_description format_type gen_salt crypt unaccent ts_headline normalize ' +
      'host abbrev timeofday st_astext st_asgeojson ' +
      'st_geometrytype soundex metaphone dmetaphone regexp_split_to_table string_to_table to_bin to_oct ltree2text',
    name: 'current_database current_schema ',
    bool:
      'bool_and bool_or every isfinite isempty starts_with pg_try_advisory_lock pg_try_advisory_xact_lock ' +
      'pg_advisory_unlock jsonb_path_exists jsonb_path_match ' +
      'has_table_privilege has_schema_privilege has_column_privilege has_function_privilege pg_has_role ' +
      'pg_is_in_recovery regexp_like lower_inf upper_inf st_contains st_within st_intersects ' +
      'st_dwithin st_isvalid st_covers row_security_active xpath_exists xmlexists pg_table_is_visible ',
    timestamptz:
      'now transaction_timestamp statement_timestamp clock_timestamp to_timestamp make_timestamptz',
    timestamp: 'make_timestamp',
    date: 'make_date to_date',
    time: 'make_time',
    interval: 'age make_interval justify_days justify_hours justify_interval',
    uuid: 'gen_random_uuid uuid_generate_v1 uuid_generate_v1mc uuid_generate_v3 uuid_generate_v4 uuid_generate_v5 uuid_nil uuidv4 uuidv7',
    numeric: 'to_number ',
    json:
      'to_json row_to_json array_to_json json_agg json_object_agg json_build_object json_build_array json_object ' +
      'json_strip_nulls json_extract_path json_array_elements',
    jsonb:
      'to_jsonb jsonb_agg jsonb_object_agg jsonb_build_object jsonb_build_array jsonb_object jsonb_strip_nulls ' +
      'jsonb_extract_path jsonb_array_elements jsonb_set jsonb_set_lax jsonb_insert jsonb_path_query ' +
      'jsonb_path_query_first jsonb_path_query_array ',
    tsvector: 'to_tsvector setweight strip array_to_tsvector json_to_tsvector jsonb_to_tsvector ',
    tsquery: 'to_tsquery plainto_tsquery phraseto_tsquery websearch_to_tsquery',
    bytea:
      'decode digest hmac gen_random_bytes convert_to pgp_sym_encrypt sha224 sha256 sha384 sha512 st_asbinary',
    inet: 'inet_client_addr inet_server_addr broadcast ',
    'text[]': 'string_to_array regexp_split_to_array regexp_match regexp_matches show_trgm tsvector_to_array',
    xml: 'xmlagg xmlcomment xmlelement xmlconcat table_to_xml query_to_xml',
    oid: ' lo_create',
    regclass: 'to_regclass',
    geometry:
      'st_makepoint st_setsrid st_transform st_buffer st_union st_centroid st_geomfromtext st_geomfromgeojson ' +
      'st_point st_collect st_envelope st_makeenvelope st_intersection st_simplify',
  }).flatMap(([type, names]) =>
    names
      .trim()
      .split(/ +/)
      .map((name): [string, string] => [name, type]),
  ),
);

/** What a call gives; `null` when that is not known. @param args `null` for one of unknown type, `literal` for a string constant */
export function resultOfBuiltIn(
  name: string,
  args: readonly (TypeName | 'literal' | null)[],
  postgres: number,
): TypeName | null {
  const [first = null, second = null] = args;
  const one = first === 'literal' ? typeNamed('text') : first;
  const dependent = DEPENDENT[name];
  if (dependent !== undefined)
    return one === null && args.length > 0 ? null : dependent(one, second, postgres);
  const fixed = FIXED.get(name);
  if (fixed === undefined) return null;
  return fixed.endsWith('[]') ? { ...typeNamed(fixed.slice(0, -2)), arrayDimensions: 1 } : typeNamed(fixed);
}

/** Whether every database has a function of that name; by far not all are listed. */
export function isBuiltIn(name: string): boolean {
  return FIXED.has(name) || Object.hasOwn(DEPENDENT, name);
}

type Rule = (
  first: TypeName | null,
  second: TypeName | 'literal' | null,
  postgres: number,
) => TypeName | null;

/** The type without length or precision, which no function keeps. */
const same: Rule = (type) => (type === null ? null : { ...type, modifiers: [] });
const element: Rule = (type) =>
  type === null || type.arrayDimensions === 0 ? null : { ...type, arrayDimensions: 0, modifiers: [] };
const asArray: Rule = (type) => (type === null ? null : { ...type, arrayDimensions: 1, modifiers: [] });
const array: Rule = (type) =>
  type === null || type.arrayDimensions === 0 ? null : { ...type, modifiers: [] };

/** By the name of the argument's type. */
function by(table: Readonly<Record<string, string>>): Rule {
  return (type) => {
    if (type === null || type.arrayDimensions > 0 || type.schema !== null) return null;
    const result = table[type.name];
    return result === undefined ? null : typeNamed(result);
  };
}

const text = by({ text: 'text', varchar: 'text', bpchar: 'text', name: 'text', citext: 'text' });
const sum = by({
  int2: 'int8',
  int4: 'int8',
  int8: 'numeric',
  numeric: 'numeric',
  float4: 'float4',
  float8: 'float8',
  interval: 'interval',
  money: 'money',
});
const average = by({
  int2: 'numeric',
  int4: 'numeric',
  int8: 'numeric',
  numeric: 'numeric',
  float4: 'float8',
  float8: 'float8',
  interval: 'interval',
});
/** Deviations and logarithms have no variant for integers: those of numeric and double precision are there. */
const deviation = by({
  int2: 'numeric',
  int4: 'numeric',
  int8: 'numeric',
  numeric: 'numeric',
  float4: 'float8',
  float8: 'float8',
});
/** Of integers double precision is preferred. */
const rounded = by({
  int2: 'float8',
  int4: 'float8',
  int8: 'float8',
  numeric: 'numeric',
  float4: 'float8',
  float8: 'float8',
});
const absolute = by({
  int2: 'int2',
  int4: 'int4',
  int8: 'int8',
  numeric: 'numeric',
  float4: 'float4',
  float8: 'float8',
});
const RANGES: Readonly<Record<string, string>> = {
  int4range: 'int4',
  int8range: 'int8',
  numrange: 'numeric',
  tsrange: 'timestamp',
  tstzrange: 'timestamptz',
  daterange: 'date',
};

/** min and max of what can be ordered; text and its kin give text. */
const extreme: Rule = (type, second, postgres) => {
  if (type === null) return null;
  if (type.arrayDimensions > 0) return same(type, second, postgres);
  if (type.schema === null && /^(?:varchar|name)$/.test(type.name)) return typeNamed('text');
  return same(type, second, postgres);
};

const textOrRange: Rule = (type, second, postgres) =>
  text(type, second, postgres) ?? by(RANGES)(type, second, postgres);
const textOrBytes: Rule = (type, second, postgres) =>
  type?.name === 'bytea' ? typeNamed('bytea') : text(type, second, postgres);

/** date_trunc(text, value). */
const truncated: Rule = (_field, second, postgres) => {
  if (second === null || second === 'literal') return null;
  return by({
    timestamptz: 'timestamptz',
    timestamp: 'timestamp',
    date: 'timestamptz',
    interval: 'interval',
  })(second, null, postgres);
};

/** `value AT TIME ZONE zone`, which the grammar turns into timezone(zone, value). */
const zoned: Rule = (_zone, second, postgres) => {
  if (second === null || second === 'literal') return null;
  return by({
    timestamptz: 'timestamp',
    timestamp: 'timestamptz',
    date: 'timestamp',
    timetz: 'timetz',
    time: 'timetz',
  })(second, null, postgres);
};

/** Both numbers numeric, or double precision where neither is; a whole number is as good as its partner. */
const power: Rule = (type, second, postgres) => {
  const other = second === null || second === 'literal' ? null : second;
  const names = [type?.name, other?.name];
  if (names.includes('float8') || names.includes('float4')) return typeNamed('float8');
  return names.includes('numeric') ? typeNamed('numeric') : rounded(type, second, postgres);
};

/** round(numeric, integer) exists for numeric alone. */
const round: Rule = (type, second, postgres) =>
  second === null ? rounded(type, second, postgres) : type === null ? null : typeNamed('numeric');

/** The value as `=` takes it: which there is for each kind of number, and for text alone of its kin. */
const nullIf: Rule = (type, second) => {
  if (type === null) return null;
  if (type.schema === null && type.name === 'varchar' && type.arrayDimensions === 0) return typeNamed('text');
  if (second === null) return null;
  const other = second === 'literal' ? type : second;
  const isSame =
    other.name === type.name &&
    other.schema === type.schema &&
    other.arrayDimensions === type.arrayDimensions;
  const isWhole = (one: TypeName) => /^int[248]$/.test(one.name) && one.arrayDimensions === 0;
  return isSame || (isWhole(type) && isWhole(other)) ? type : null;
};

const DEPENDENT: Readonly<Record<string, Rule>> = {
  sum,
  avg: average,
  min: extreme,
  max: extreme,
  nullif: nullIf,
  any_value: same,
  mode: same,
  stddev: deviation,
  stddev_pop: deviation,
  stddev_samp: deviation,
  variance: deviation,
  var_pop: deviation,
  var_samp: deviation,
  bit_and: same,
  bit_or: same,
  bit_xor: same,
  array_agg: (type, second, postgres) =>
    type !== null && type.arrayDimensions > 0
      ? array(type, second, postgres)
      : asArray(type, second, postgres),
  string_agg: textOrBytes,
  lag: same,
  lead: same,
  first_value: same,
  last_value: same,
  nth_value: same,
  abs: absolute,
  mod: (type, second) =>
    type === null || second === null || second === 'literal' || type.name !== second.name
      ? null
      : typeNamed(type.name),
  ceil: rounded,
  ceiling: rounded,
  floor: rounded,
  trunc: round,
  round,
  sign: rounded,
  sqrt: rounded,
  exp: rounded,
  ln: rounded,
  log: (type, second, postgres) => (second === null ? rounded(type, second, postgres) : typeNamed('numeric')),
  power,
  pow: power,
  div: () => typeNamed('numeric'),
  lower: textOrRange,
  upper: textOrRange,
  reverse: text,
  substring: textOrBytes,
  substr: textOrBytes,
  overlay: textOrBytes,
  btrim: textOrBytes,
  ltrim: textOrBytes,
  rtrim: textOrBytes,
  extract: (_field, _value, postgres) => typeNamed(postgres >= 14 ? 'numeric' : 'float8'),
  date_trunc: truncated,
  timezone: zoned,
  unnest: element,
  array_append: array,
  array_cat: array,
  array_remove: array,
  array_replace: array,
  array_shuffle: array,
  array_prepend: (_element, second) =>
    second === null || second === 'literal' ? null : { ...second, modifiers: [] },
  generate_series: (type, second, postgres) =>
    by({
      int2: 'int4',
      int4: second !== null && second !== 'literal' && second.name !== 'int4' ? second.name : 'int4',
      int8: 'int8',
      numeric: 'numeric',
      timestamp: 'timestamp',
      timestamptz: 'timestamptz',
      date: 'timestamptz',
    })(type, second, postgres),
  generate_subscripts: () => typeNamed('int4'),
  percentile_cont: (fraction, second) =>
    second === null || second === 'literal' || (fraction?.arrayDimensions ?? 0) > 0
      ? null
      : typeNamed(second.name === 'interval' ? 'interval' : 'float8'),
  percentile_disc: (fraction, second) =>
    second === null || second === 'literal' || (fraction?.arrayDimensions ?? 0) > 0
      ? null
      : { ...second, modifiers: [] },
};

/** The columns of functions that give several. */
const RECORDS: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  json_each: [
    ['key', 'text'],
    ['value', 'json'],
  ],
  jsonb_each: [
    ['key', 'text'],
    ['value', 'jsonb'],
  ],
  json_each_text: [
    ['key', 'text'],
    ['value', 'text'],
  ],
  jsonb_each_text: [
    ['key', 'text'],
    ['value', 'text'],
  ],
  each: [
    ['key', 'text'],
    ['value', 'text'],
  ],
  ts_stat: [
    ['word', 'text'],
    ['ndoc', 'int4'],
    ['nentry', 'int4'],
  ],
};

/** The columns of a function in FROM that gives records or a value with a name of its own; `null` for any other. */
export function columnsOfBuiltIn(
  name: string,
): readonly { readonly name: string; readonly type: TypeName }[] | null {
  const columns = RECORDS[name] ?? NAMED[name];
  return columns?.map(([column, type]) => ({ name: column, type: typeNamed(type) })) ?? null;
}

/** Their single OUT parameter has a name. */
const NAMED: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  json_array_elements: [['value', 'json']],
  jsonb_array_elements: [['value', 'jsonb']],
  json_array_elements_text: [['value', 'text']],
  jsonb_array_elements_text: [['value', 'text']],
};

/** The subtype of a built-in range. */
export function rangeElement(type: TypeName): TypeName | null {
  const found = isKnownType(type) && type.schema === null ? RANGES[type.name] : undefined;
  return found === undefined ? null : typeNamed(found);
}
