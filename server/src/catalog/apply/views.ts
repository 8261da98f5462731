// What operations do to views and materialized views. A view keeps the names that its columns had when it was made.

import type { Catalog, Relation, RelationId, Table, View, ViewDefinition } from '../catalog.js';
import { findRelation } from '../lookup.js';
import { truncateIdentifier } from '../names.js';
import type { AlterView, CreateView, Maintenance, ViewOption } from '../operation.js';
import { columnsOfQuery } from '../query-columns.js';
import { addRelation, type Context, creationSchema, putRelation } from './relations.js';

export function createView(catalog: Catalog, operation: CreateView, context: Context): Catalog {
  const { columns, complete, dependsOn } = columnsOfQuery(
    catalog,
    operation.query,
    operation.columns,
    context.postgres,
  );
  // What reads a temporary table is temporary, too.
  const temporary = operation.temporary || readsTemporary(catalog, dependsOn.relations);
  const schema = temporary ? 'pg_temp' : creationSchema(catalog, operation.view.schema);
  const name = truncateIdentifier(operation.view.name);
  const present = findRelation(catalog, { schema, name });
  if (present !== null && !(operation.orReplace && present.kind === 'view')) return catalog;
  const old = present?.kind === 'view' ? present : null;
  const id = old?.id ?? catalog.sequence;
  const view: View = {
    kind: 'view',
    id,
    schema,
    name,
    materialized: operation.materialized,
    temporary,
    columns,
    complete,
    options: operation.options,
    populated: operation.populated,
    indexes: [],
    triggers: old?.triggers ?? [],
    rules: old?.rules ?? [],
    reads: operation.reads,
    definition: definitionOf(catalog, operation, context.postgres),
    dependsOn,
    origin: context.origin,
    madeAt: old?.madeAt ?? id,
  };
  const added = addRelation(catalog, view);
  return temporary && old === null ? { ...added, temporaryTables: [...added.temporaryTables, id] } : added;
}

/** Its rows are stored from now on, or thrown away. */
export function refreshView(catalog: Catalog, { relation, withData }: Maintenance): Catalog {
  const view = relation === null ? null : findRelation(catalog, relation);
  if (view?.kind !== 'view' || view.populated === withData) return catalog;
  return putRelation(catalog, { ...view, populated: withData });
}

function definitionOf(
  catalog: Catalog,
  { text: query, query: shape }: CreateView,
  postgres: number,
): ViewDefinition | null {
  if (query === null) return null;
  const { columns, complete } = columnsOfQuery(catalog, shape, [], postgres);
  return {
    query,
    outputs: complete ? columns.map(({ name }) => name) : [],
    searchPath: catalog.searchPath,
    relations: query.relations.map(({ relation }) => {
      const found = findRelation(catalog, relation);
      return {
        id: found?.id ?? null,
        columns: columnsIn(found ?? undefined).map(({ name }) => name),
        renamed: {},
      };
    }),
  };
}

/** A query goes on to call a column by the name that it had. */
function renamedInDefinition(
  definition: ViewDefinition | null,
  renamed: ReadonlySet<RelationId>,
  from: string,
  to: string,
): ViewDefinition | null {
  if (definition === null) return null;
  const relations = definition.relations.map((one) => {
    if (one.id === null || !renamed.has(one.id)) return one;
    const { [from]: was = from, ...others } = one.renamed;
    return { ...one, renamed: was === to ? others : { ...others, [to]: was } };
  });
  return { ...definition, relations };
}

function readsTemporary(catalog: Catalog, relations: readonly RelationId[]): boolean {
  return relations.some((id) => catalog.temporaryTables.includes(id));
}

export function alterView(catalog: Catalog, { view: name, action }: AlterView): Catalog {
  const view = findRelation(catalog, name);
  if (view?.kind !== 'view') return catalog;
  switch (action.kind) {
    case 'rename-column':
      return renameViewColumn(catalog, view, action.column.name, truncateIdentifier(action.to.name));
    case 'set-options':
      return putRelation(catalog, { ...view, options: withOptions(view.options, action.options) });
    case 'reset-options':
      return putRelation(catalog, {
        ...view,
        options: view.options.filter((option) => !action.names.includes(option.name)),
      });
    case 'other':
      return catalog;
  }
}

function withOptions(old: readonly ViewOption[], set: readonly ViewOption[]): readonly ViewOption[] {
  return [...old.filter(({ name }) => !set.some((one) => one.name === name)), ...set];
}

/** ALTER TABLE renames a view's column, too. */
export function renameViewColumn(catalog: Catalog, view: View, from: string, to: string): Catalog {
  const one = (name: string) => (name === from ? to : name);
  const renamed = putRelation(catalog, {
    ...view,
    columns: view.columns.map((column) => ({ ...column, name: one(column.name) })),
    indexes: view.indexes.map((index) => ({
      ...index,
      include: index.include.map(one),
      keys: index.keys.map((key) => ({ ...key, column: key.column === null ? null : one(key.column) })),
    })),
  });
  return followRenames(catalog, renamed, view.id, from, to);
}

/** Views know the columns that they read by their names, which have changed in these relations: also in partitions and heirs. */
export function followRenames(
  before: Catalog,
  after: Catalog,
  id: RelationId,
  from: string,
  to: string,
): Catalog {
  const renamed = new Set<RelationId>([id]);
  for (const relation of after.relations.values()) {
    const old = before.relations.get(relation.id);
    if (old !== relation && has(old, from) && !has(relation, from) && has(relation, to))
      renamed.add(relation.id);
  }
  let next = after;
  for (const view of after.relations.values()) {
    if (view.kind !== 'view') continue;
    const isHit = view.dependsOn.columns.some((one) => renamed.has(one.relation) && one.column === from);
    if (!isHit) continue;
    const columns = view.dependsOn.columns.map((one) =>
      renamed.has(one.relation) && one.column === from ? { ...one, column: to } : one,
    );
    const definition = renamedInDefinition(view.definition, renamed, from, to);
    next = putRelation(next, { ...view, definition, dependsOn: { ...view.dependsOn, columns } });
  }
  return next;
}

function has(relation: Relation | undefined, column: string): boolean {
  return columnsIn(relation).some(({ name }) => name === column);
}

function columnsIn(relation: Relation | undefined): Table['columns'] | View['columns'] {
  return relation?.kind === 'table' || relation?.kind === 'view' ? relation.columns : [];
}
