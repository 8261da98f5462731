// What stands for a type that the embedded server does not have, such as PostGIS's geometry: a type that takes any text and any
// modifiers, and is compared as text is. Its functions and operators are missing, and so are indexes that need them.

import { quoted } from '../text/quoted.js';

export interface TypeName {
  /** `null`: wherever a new object goes. */
  readonly schema: string | null;
  readonly name: string;
}

/** What our own reading of migrations writes for what is known at run time alone: such a type could be any. */
const UNKNOWN_PART = /__computed__|__interpolated\d+__/;

/** The type that an error says does not exist, or `null`. */
export function missingType(message: string): TypeName | null {
  // Where the server looks at a function's parameters it quotes no name, and keeps the brackets of an array.
  if (UNKNOWN_PART.test(message)) return null;
  const [, found] = /^type "?(.+?)"? does not exist$/s.exec(message) ?? [];
  const parts = found?.replace(/(?:\[\])+$/, '').split('.') ?? [];
  const [name, schema = null, database] = parts.toReversed();
  return name === undefined || database !== undefined ? null : { schema, name };
}

/** SQL that makes the type; its owner must be a superuser. */
export function standInFor(type: TypeName): string {
  const named = (name: string) =>
    type.schema === null ? quoted(name) : `${quoted(type.schema)}.${quoted(name)}`;
  const [own, input, output] = [
    named(type.name),
    named(`plumbline_in_${type.name}`),
    named(`plumbline_out_${type.name}`),
  ];
  // PostgreSQL's own functions, which do not look at how they were declared: textin and textout keep the text as it is,
  // array_ndims gives the same number whatever the modifiers are, and void_out prints none.
  return `CREATE OR REPLACE FUNCTION pg_catalog.plumbline_modifiers_in(cstring[]) RETURNS integer LANGUAGE internal IMMUTABLE STRICT AS 'array_ndims';
CREATE OR REPLACE FUNCTION pg_catalog.plumbline_modifiers_out(integer) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'void_out';
CREATE TYPE ${own};
CREATE FUNCTION ${input}(cstring) RETURNS ${own} LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION ${output}(${own}) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE TYPE ${own} (INPUT = ${input}, OUTPUT = ${output}, LIKE = pg_catalog.text, COLLATABLE = true,
  TYPMOD_IN = pg_catalog.plumbline_modifiers_in, TYPMOD_OUT = pg_catalog.plumbline_modifiers_out);
CREATE CAST (${own} AS pg_catalog.text) WITHOUT FUNCTION AS IMPLICIT;
CREATE CAST (pg_catalog.text AS ${own}) WITHOUT FUNCTION AS ASSIGNMENT`;
}
