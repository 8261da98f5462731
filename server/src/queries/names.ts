// What the names in a query mean. The readers of queries resolve nothing; whoever asks what a query reaches brings the answers.

import type { Catalog, Table, View } from '../catalog/catalog.js';
import { columnOf, findRelation, findTable, primaryKeyOf, type Reference } from '../catalog/lookup.js';
import { displayName } from '../catalog/names.js';
import { underscored } from '../ecto/literals.js';
import type { EctoSchema } from '../ecto/model.js';
import type { SqlParser } from '../syntax/sql/parse.js';
import { renamed } from './from-sql/relations.js';
import { queriesOf } from './from-sql.js';
import { ALL_COLUMNS, type Block, type RelationSource } from './query.js';

export interface Names {
  /** The table that a relation reads; `null` for a view, and for a table that no migration makes. */
  tableOf(source: RelationSource): Table | null;
  /** What a view is made of, with its columns by their names; its spans are not those of any file. `null` for all else. */
  viewOf(source: RelationSource): Block | null;
  /** The column in which a field of that relation is stored. In SQL a field is a column. */
  columnOf(source: RelationSource, field: string): string;
  /** The field in which a column of that relation is known; the column where there is none. */
  fieldOf(source: RelationSource, column: string): string;
  /** The column that `Repo.get` compares; `null` when there is none, or more than one. */
  keyOf(source: RelationSource): string | null;
  /** How an association leads from that relation to another one; `null` when that is not known. */
  association(source: RelationSource, name: string): readonly Hop[] | null;
  /** The relation to which every association of that name leads; `null` when there is none, or they lead to several. */
  associated(name: string): RelationSource | null;
}

/** One join of an association: the last hop is the relation that it names, those before it are tables in between. */
export interface Hop {
  readonly source: RelationSource;
  /** A column of the relation that the hop starts from. */
  readonly from: string;
  /** The column of {@link source} that is equal to it. */
  readonly to: string;
}

/**
 * What names mean with this schema of the database and these Ecto schemas, by the full names of their modules.
 * @param tables those of which the schemas know more than the catalog, by module
 * @param sql reads what views are made of; without it they are not known
 */
export function namesFrom(
  catalog: Catalog,
  schemas: ReadonlyMap<string, EctoSchema>,
  tables: ReadonlyMap<string, Table> = new Map(),
  sql: SqlParser | null = null,
): Names {
  const byName = new Map([...tables.values()].map((table) => [displayName(table), table]));
  const tableNamed = (name: Reference) => {
    const found = findTable(catalog, name);
    return found?.complete === true ? found : (byName.get(displayName(name)) ?? found);
  };
  const schemaOf = (source: RelationSource) =>
    source.kind === 'schema' ? (schemas.get(source.module) ?? null) : null;
  const nameOf = (source: RelationSource): Reference | null => {
    if (source.kind === 'table') return source.table;
    const schema = schemaOf(source);
    if (source.kind !== 'schema' || (schema === null && source.table === null)) return null;
    const name = source.table ?? schema?.table?.name ?? null;
    return name === null ? null : { schema: schema?.prefix ?? null, name };
  };
  const views = new Map<View, Block | null>();
  const associated = new Map<string, RelationSource | null>();
  const names: Names = {
    tableOf(source) {
      const name = nameOf(source);
      return name === null ? null : tableNamed(name);
    },
    viewOf(source) {
      const name = nameOf(source);
      const view = name === null ? null : findRelation(catalog, name);
      if (view?.kind !== 'view' || sql === null) return null;
      let block = views.get(view);
      if (block === undefined) {
        block = blockOfView(view, sql);
        views.set(view, block);
      }
      return block;
    },
    columnOf: (source, field) => columnOfField(schemaOf(source), field),
    fieldOf: (source, column) =>
      schemaOf(source)?.fields.find((field) => !field.virtual && field.column === column)?.name ?? column,
    keyOf(source) {
      if (source.kind !== 'schema') return null;
      const key = primaryKeyOfSchema(schemaOf(source));
      const table = names.tableOf(source);
      if (key === null || table === null || columnOf(table, key) !== null) return key;
      // What a wrapper of schemas decides by its options is not read.
      const [only, ...more] = primaryKeyOf(table) ?? [];
      return only !== undefined && more.length === 0 ? only : key;
    },
    association(source, name) {
      const schema = schemaOf(source);
      return schema === null ? null : associationPath(names, schema, name);
    },
    associated(name) {
      let found = associated.get(name);
      if (found === undefined) {
        found = onlyTarget(names, schemas, name);
        associated.set(name, found);
      }
      return found;
    },
  };
  return names;
}

function onlyTarget(
  names: Names,
  schemas: ReadonlyMap<string, EctoSchema>,
  name: string,
): RelationSource | null {
  const targets = new Map<string, RelationSource>();
  for (const schema of schemas.values()) {
    if (!schema.associations.some((association) => association.name === name)) continue;
    const source = associationPath(names, schema, name)?.at(-1)?.source;
    if (source?.kind !== 'schema') return null;
    targets.set(source.module, source);
  }
  const [only] = targets.values();
  return only === undefined || targets.size > 1 ? null : only;
}

function blockOfView({ definition, columns }: View, sql: SqlParser): Block | null {
  const [query] = definition === null ? [] : queriesOf(sql.statement(definition.query.text));
  const block = query?.block;
  if (block?.output == null) return null;
  // Those of a star are called in the view as they are in what it reads.
  const written = block.output.every(({ name }) => name !== ALL_COLUMNS);
  return written
    ? renamed(
        block,
        columns.map(({ name }) => name),
      )
    : block;
}

function columnOfField(schema: EctoSchema | null, name: string): string {
  const key = schema?.primaryKey;
  if (key?.kind === 'field' && key.name === name) return key.source ?? name;
  return schema?.fields.find((field) => field.name === name)?.column ?? name;
}

/** Ecto calls the key `id` unless told otherwise. */
function primaryKeyOfSchema(schema: EctoSchema | null): string | null {
  if (schema === null || schema.primaryKey.kind === 'unset') return 'id';
  if (schema.primaryKey.kind === 'field') return schema.primaryKey.source ?? schema.primaryKey.name;
  const [only, ...more] = schema.fields.filter(({ primaryKey }) => primaryKey);
  return only !== undefined && more.length === 0 ? only.column : null;
}

function associationPath(names: Names, schema: EctoSchema, name: string): readonly Hop[] | null {
  const association = schema.associations.find((candidate) => candidate.name === name);
  if (association === undefined) return null;
  if (association.through !== null) return throughPath(names, schema, association.through);
  if (association.module === null) return null;
  const own: RelationSource = { kind: 'schema', module: schema.module, table: null };
  const related: RelationSource = { kind: 'schema', module: association.module, table: null };
  const key = (of: RelationSource) => association.references ?? names.keyOf(of);
  switch (association.kind) {
    case 'belongs_to': {
      const from = columnOfField(schema, association.foreignKey ?? `${name}_id`);
      const to = key(related);
      return to === null ? null : [{ source: related, from, to: names.columnOf(related, to) }];
    }
    case 'many_to_many':
      return manyToManyPath(names, own, related, association.joinThrough);
    default: {
      const from = key(own);
      const to = association.foreignKey ?? foreignKeyTo(schema.module);
      if (from === null) return null;
      return [{ source: related, from: names.columnOf(own, from), to: names.columnOf(related, to) }];
    }
  }
}

function throughPath(names: Names, schema: EctoSchema, through: readonly string[]): readonly Hop[] | null {
  const path: Hop[] = [];
  let source: RelationSource = { kind: 'schema', module: schema.module, table: null };
  for (const name of through) {
    const hops = names.association(source, name);
    const last = hops?.at(-1);
    if (hops === null || last === undefined) return null;
    path.push(...hops);
    source = last.source;
  }
  return path;
}

function manyToManyPath(
  names: Names,
  own: RelationSource & { kind: 'schema' },
  related: RelationSource & { kind: 'schema' },
  joinThrough: string | null,
): readonly Hop[] | null {
  const ownKey = names.keyOf(own);
  const relatedKey = names.keyOf(related);
  if (joinThrough === null || ownKey === null || relatedKey === null) return null;
  const span = { start: 0, end: 0 };
  const between: RelationSource = /^[A-Z]/.test(joinThrough)
    ? { kind: 'schema', module: joinThrough, table: null }
    : { kind: 'table', table: { schema: null, name: joinThrough, span } };
  return [
    { source: between, from: ownKey, to: names.columnOf(between, foreignKeyTo(own.module)) },
    { source: related, from: names.columnOf(between, foreignKeyTo(related.module)), to: relatedKey },
  ];
}

/** `Shop.LineItem` → `line_item_id`, as Ecto's `has_many` and `many_to_many` have it. */
function foreignKeyTo(module: string): string {
  return `${underscored(module)}_id`;
}
