// Columns of a schema as options of Ecto's `add`, `modify` and `remove`.

import type { Catalog, Column, Table } from '../catalog/catalog.js';
import type { Expression } from '../catalog/expression.js';
import { columnOf, foreignKeysOf, tableById } from '../catalog/lookup.js';
import { formatType, type TypeName } from '../catalog/types.js';
import { atom, string } from './ecto-style.js';

/** How a type is called; options belong to the column (`size: 20`). */
export interface EctoType {
  readonly type: string;
  readonly options: readonly string[];
}

/** Types by the server's names; what is not here Ecto sends as it is written. */
const TYPES: ReadonlyMap<string, string> = new Map([
  ['character varying(255)', ':string'],
  ['character varying', ':varchar'],
  ['double precision', ':float'],
  ['numeric', ':decimal'],
  ['bytea', ':binary'],
  ['jsonb', ':map'],
  ['timestamp(0) without time zone', ':naive_datetime'],
  ['timestamp without time zone', ':naive_datetime_usec'],
  ['timestamp with time zone', ':timestamptz'],
  ['time(0) without time zone', ':time'],
  ['time without time zone', ':time_usec'],
]);

export function ectoType(type: TypeName): EctoType {
  if (type.arrayDimensions > 0) {
    const { type: of, options } = ectoType({ ...type, arrayDimensions: 0 });
    return { type: `{:array, ${of}}`, options };
  }
  const name = formatType(type);
  const sized = /^character varying\((\d+)\)$/.exec(name)?.[1];
  if (name !== 'character varying(255)' && sized !== undefined) {
    return { type: ':string', options: [`size: ${sized}`] };
  }
  const [, precision, scale] = /^numeric\((\d+),(\d+)\)$/.exec(name) ?? [];
  if (precision !== undefined) {
    return { type: ':decimal', options: [`precision: ${precision}`, `scale: ${scale}`] };
  }
  return { type: TYPES.get(name) ?? atom(name), options: [] };
}

/**
 * A column as what stands behind its name in `add`; `null` for one that takes more than that: a sequence, a generated value, a
 * collation.
 */
export function ectoColumn(catalog: Catalog, table: Table, name: string): EctoType | null {
  const column = columnOf(table, name);
  if (column === null || !isPlain(column)) return null;
  const { type, options } = referenceOf(catalog, table, column) ?? ectoType(column.type);
  return {
    type,
    options: [
      ...options,
      ...(column.notNull ? ['null: false'] : []),
      ...(column.default === null ? [] : [`default: ${ectoDefault(column.default)}`]),
    ],
  };
}

export function isPlain({ serial, identity, generated, collation }: Column): boolean {
  return !serial && identity === null && generated === null && collation === null;
}

const ON_DELETE: ReadonlyMap<string, string | null> = new Map([
  ['NO ACTION', null],
  ['RESTRICT', ':restrict'],
  ['CASCADE', ':delete_all'],
  ['SET NULL', ':nilify_all'],
]);

const ON_UPDATE: ReadonlyMap<string, string | null> = new Map([
  ['NO ACTION', null],
  ['RESTRICT', ':restrict'],
  ['CASCADE', ':update_all'],
  ['SET NULL', ':nilify_all'],
]);

/** `references(…)` for a column with a foreign key of its own; `null` where it has none that Ecto can write. */
function referenceOf(catalog: Catalog, table: Table, column: Column): EctoType | null {
  const keys = foreignKeysOf(table).filter(({ columns }) => columns.includes(column.name));
  const [key] = keys;
  const target = key === undefined || key.references === null ? null : tableById(catalog, key.references);
  const [referenced] = key?.referencedColumns ?? [];
  if (key === undefined || keys.length > 1 || key.columns.length > 1) return null;
  const onDelete = ON_DELETE.get(key.onDelete);
  const onUpdate = ON_UPDATE.get(key.onUpdate);
  if (target === null || referenced === undefined || onDelete === undefined || onUpdate === undefined)
    return null;
  const { type, options } = ectoType(column.type);
  const other = target.schema === table.schema ? [] : [`prefix: ${string(target.schema)}`];
  const parts = [
    atom(target.name),
    ...(key.name === `${table.name}_${column.name}_fkey` ? [] : [`name: ${atom(key.name)}`]),
    ...(referenced === 'id' ? [] : [`column: ${atom(referenced)}`]),
    ...(type === ':bigint' ? [] : [`type: ${type}`, ...options]),
    ...other,
    ...(onDelete === null ? [] : [`on_delete: ${onDelete}`]),
    ...(onUpdate === null ? [] : [`on_update: ${onUpdate}`]),
    ...(key.validated ? [] : ['validate: false']),
  ];
  return { type: `references(${parts.join(', ')})`, options: [] };
}

/** A default as Elixir writes it. */
export function ectoDefault({ text }: Expression): string {
  if (/^(?:\d+(?:\.\d+)?|true|false)$/.test(text)) return text;
  const [, value] = /^'((?:[^'\\]|'')*)'(?:::(?:text|character varying|citext))?$/.exec(text) ?? [];
  return value === undefined ? `fragment(${string(text)})` : string(value.replaceAll("''", "'"));
}
