// Who uses a table or a column, over the whole workspace.

import { type FileUses, type RelationUse, type Use, viewsUsing } from '../analysis/uses.js';
import type { Catalog } from '../catalog/catalog.js';
import { findTable, type Reference } from '../catalog/lookup.js';
import type { EctoSchema } from '../ecto/model.js';
import type { Query, RelationSource } from '../queries/query.js';
import { blocksOf, columnsIn } from '../queries/walk.js';
import type { Span } from '../text/span.js';
import { shift } from '../text/span.js';
import { byPath, factsOf, type Reading } from './reading.js';
import type { Workspace } from './workspace.js';

/** Whether the workspace holds code from which uses can be known. */
export function usesAreKnown(workspace: Workspace): boolean {
  return indexOf(workspace).code;
}

/**
 * What the code of today and the views of that moment use.
 *
 * @param column all uses of the table when `null`
 */
export function usesOf(
  workspace: Workspace,
  { before, latest }: { readonly before: Catalog; readonly latest: Catalog },
  name: Reference,
  column: string | null,
): readonly Use[] {
  const table = findTable(latest, name);
  const schema = table?.schema ?? name.schema ?? 'public';
  const index = indexOf(workspace);
  const key = relationKey(schema, table?.name ?? name.name);
  const direct = (index.relations.get(key) ?? [])
    .filter((use) => column === null || (use.columns?.includes(column) ?? false))
    .map(({ use }) => use);
  return [...direct, ...viewsUsing(before, { schema, name: table?.name ?? name.name }, column)];
}

interface Index {
  readonly code: boolean;
  readonly relations: ReadonlyMap<string, readonly RelationUse[]>;
}

const indexes = new WeakMap<
  Workspace['readings'],
  { readonly migrationFiles: Workspace['migrationFiles']; readonly index: Index }
>();

function indexOf({ readings, migrationFiles }: Workspace): Index {
  const cached = indexes.get(readings);
  if (cached?.migrationFiles === migrationFiles) return cached.index;
  // What a migration itself uses, it uses once.
  const all = [...readings.values()]
    .filter((reading) => !migrationFiles.has(reading.file.path) && usesIn(reading).relations.size > 0)
    .sort(byPath);
  const tables = tablesOfSchemas(all);
  const relations = new Map<string, RelationUse[]>();
  for (const reading of all) {
    for (const [written, uses] of usesIn(reading).relations) {
      const key = written.startsWith('module:') ? tables.get(written.slice(7)) : written;
      if (key === undefined) continue;
      const list = relations.get(key);
      if (list === undefined) relations.set(key, [...uses]);
      else list.push(...uses);
    }
  }
  const index = { code: all.length > 0, relations };
  indexes.set(readings, { migrationFiles, index });
  return index;
}

function tablesOfSchemas(readings: readonly Reading[]): ReadonlyMap<string, string> {
  const tables = new Map<string, string>();
  for (const reading of readings) {
    if (reading.kind !== 'elixir') continue;
    for (const schema of reading.schemas) {
      if (schema.table !== null)
        tables.set(schema.module, relationKey(schema.prefix ?? 'public', schema.table.name));
    }
  }
  return tables;
}

function relationKey(schema: string, name: string): string {
  return schema === 'public' ? name : `${schema}.${name}`;
}

const files = new WeakMap<Reading, FileUses>();

function usesIn(reading: Reading): FileUses {
  let uses = files.get(reading);
  if (uses === undefined) {
    uses = { relations: collect(reading) };
    files.set(reading, uses);
  }
  return uses;
}

function collect(reading: Reading): ReadonlyMap<string, readonly RelationUse[]> {
  const relations = new Map<string, RelationUse[]>();
  const add = (key: string, use: RelationUse) => {
    const list = relations.get(key);
    if (list === undefined) relations.set(key, [use]);
    else list.push(use);
  };
  const { path } = reading.file;
  if (reading.kind === 'elixir') {
    for (const schema of reading.schemas) addSchema(schema, path, add);
    for (const query of reading.queries) addQuery(query, 0, path, add);
    for (const { query } of reading.sqlTexts) addQuery(query, 0, path, add);
  } else {
    for (const { statement, start } of reading.sql.statements) {
      const { queries, operations } = factsOf(statement);
      if (operations.length > 0) continue;
      for (const query of queries) addQuery(query, start, path, add);
    }
  }
  return relations;
}

type Add = (key: string, use: RelationUse) => void;

function addSchema(schema: EctoSchema, path: string, add: Add): void {
  if (schema.table === null) return;
  const key = relationKey(schema.prefix ?? 'public', schema.table.name);
  const by = `the schema ${schema.module}`;
  add(key, { use: { kind: 'schema', by, at: { path, span: schema.table.span } }, columns: null });
  for (const field of schema.fields) {
    if (field.virtual) continue;
    const use: Use = { kind: 'schema', by, at: { path, span: field.nameSpan } };
    add(key, { use, columns: [field.column] });
  }
}

function addQuery(query: Query, start: number, path: string, add: Add): void {
  const by = query.within === null ? 'a query' : `a query in ${query.within.name}`;
  const at = (span: Span) => ({ path, span: shift(span, start) });
  for (const block of blocksOf(query.block)) {
    const columns = columnsIn(block);
    for (const relation of block.relations) {
      const key = sourceKey(relation.source);
      if (key === null) continue;
      const own = columns
        .filter(({ alias }) => alias === relation.alias || (alias === null && block.relations.length === 1))
        .map(({ column }) => column);
      add(key, { use: { kind: 'query', by, at: at(relation.span) }, columns: own });
    }
  }
}

function sourceKey(source: RelationSource): string | null {
  if (source.kind === 'schema') return `module:${source.module}`;
  return source.kind === 'table' ? relationKey(source.table.schema ?? 'public', source.table.name) : null;
}
