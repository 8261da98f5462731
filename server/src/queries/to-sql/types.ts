// Types of Ecto, as far as they decide how a literal is written and what it is cast to.
// https://hexdocs.pm/ecto/Ecto.Type.html

import type { ResolvedField } from '../../ecto/resolve.js';
import type { Literal } from './nodes.js';

export type EctoType =
  | { readonly kind: 'any' }
  /** `string`, `binary_id` and so on: the types that need no module. */
  | { readonly kind: 'base'; readonly name: string }
  | { readonly kind: 'array' | 'map'; readonly of: EctoType }
  /** What is stored for each atom; `null` where that is not known. */
  | { readonly kind: 'enum'; readonly values: ReadonlyMap<string, string | number> | null }
  /** A module of the project or of a library. */
  | { readonly kind: 'module'; readonly name: string };

export const anyType: EctoType = { kind: 'any' };

export function base(name: string): EctoType {
  return { kind: 'base', name };
}

/** Source: `@base` of Ecto.Type. */
const BASE: ReadonlySet<string> = new Set(
  'integer float decimal boolean string bitstring binary id binary_id map any utc_datetime naive_datetime date time utc_datetime_usec naive_datetime_usec time_usec duration'.split(
    ' ',
  ),
);

/** Whether a literal of another type is cast to it in the text. */
export function isBase(name: string): boolean {
  return BASE.has(name);
}

/** A type as the model of schemas has it: `:string`, `{:array, Ecto.Enum}`. */
function typeOfText(text: string, enumValues: ResolvedField['enumValues'] = null): EctoType {
  const composite = /^\{:(array|map), (.+)\}$/.exec(text);
  const [, kind, of] = composite ?? [];
  if (of !== undefined) return { kind: kind === 'array' ? 'array' : 'map', of: typeOfText(of, enumValues) };
  if (text === ':any') return anyType;
  if (text.startsWith(':')) return base(text.slice(1).replace(/^"(.*)"$/, '$1'));
  return text === 'Ecto.Enum' ? { kind: 'enum', values: enumValues ?? null } : { kind: 'module', name: text };
}

/** The type of a field; of one that is computed in the schema, any. */
export function typeOfField({ type, from, enumValues }: ResolvedField): EctoType {
  if (from === 'embed') return { kind: 'module', name: 'Ecto.Embedded' };
  return typeOfText(type, enumValues);
}

/**
 * What a cast to the type is written as; `null` where only the type's own code knows.
 * Source: `tagged_to_db` and `ecto_to_db` of Ecto.Adapters.Postgres.Connection
 *
 * @param mapType `config :ecto_sql, postgres_map_type: …`
 */
export function castName(type: EctoType, mapType: string): string | null {
  switch (type.kind) {
    case 'array': {
      const of = castName(type.of, mapType);
      return of === null ? null : `${of}[]`;
    }
    case 'map':
      return mapType;
    case 'base':
      return type.name === 'map' ? mapType : (CASTS.get(type.name) ?? type.name);
    case 'enum': {
      if (type.values === null) return null;
      const [first] = type.values.values();
      return typeof first === 'number' ? 'bigint' : 'varchar';
    }
    case 'module':
      return type.name === 'Ecto.UUID' ? 'uuid' : null;
    case 'any':
      return 'any';
  }
}

const CASTS: ReadonlyMap<string, string> = new Map([
  ['id', 'bigint'],
  ['integer', 'bigint'],
  ['identity', 'bigint'],
  ['binary_id', 'uuid'],
  ['string', 'varchar'],
  ['bitstring', 'varbit'],
  ['binary', 'bytea'],
  ['time_usec', 'time'],
  ['utc_datetime', 'timestamp'],
  ['utc_datetime_usec', 'timestamp'],
  ['naive_datetime', 'timestamp'],
  ['naive_datetime_usec', 'timestamp'],
  ['duration', 'interval'],
]);

export type Dumped =
  | { readonly kind: 'literal'; readonly literal: Literal }
  /** Ecto refuses it: the reason as a clause. */
  | { readonly kind: 'refused'; readonly reason: string };

/** What Ecto stores for a literal that stands where that type is expected. Source: `dump` of Ecto.Type */
export function dumped(literal: Literal, type: EctoType): Dumped {
  const same: Dumped = { kind: 'literal', literal };
  const refused = (reason: string): Dumped => ({ kind: 'refused', reason });
  switch (type.kind) {
    case 'any':
      return same;
    case 'enum': {
      if (literal.type !== 'atom') return refused('an Ecto.Enum takes atoms alone');
      if (type.values === null) return refused('the values of its Ecto.Enum are computed');
      const stored = type.values.get(literal.value);
      if (stored === undefined) return refused(`its Ecto.Enum has no :${literal.value}`);
      return {
        kind: 'literal',
        literal:
          typeof stored === 'number'
            ? { type: 'integer', value: String(stored) }
            : { type: 'string', value: stored },
      };
    }
    case 'base':
      return fits(literal, type.name) ? same : refused(`Ecto cannot store it as :${type.name}`);
    case 'array':
    case 'map':
      return refused('Ecto wants a pinned value for it');
    case 'module':
      return refused(`${type.name} decides what is stored for it`);
  }
}

function fits(literal: Literal, name: string): boolean {
  switch (name) {
    case 'string':
      return literal.type === 'string';
    case 'integer':
    case 'id':
      return literal.type === 'integer';
    case 'float':
      return literal.type === 'float';
    case 'decimal':
      return literal.type === 'integer' || literal.type === 'float';
    case 'boolean':
      return literal.type === 'boolean';
    default:
      // Dates, keys and bytes have no literals that Ecto takes.
      return false;
  }
}
