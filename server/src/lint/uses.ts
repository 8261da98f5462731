// Who uses a table or a column, among the code of the workspace that works with the same database.

import { type FileUses, type RelationUse, type Use, viewsUsing } from '../analysis/uses.js';
import type { Catalog } from '../catalog/catalog.js';
import { findTable, type Reference } from '../catalog/lookup.js';
import type { Operation } from '../catalog/operation.js';
import type { EctoSchema } from '../ecto/model.js';
import type { Query, RelationSource } from '../queries/query.js';
import { blocksOf, columnsIn } from '../queries/walk.js';
import { fileName } from '../text/source-file.js';
import type { Span } from '../text/span.js';
import { shift } from '../text/span.js';
import { queriesOf } from './queries.js';
import { byPath, factsOf, type Reading } from './reading.js';
import { historiesFor, migrationAt, type Workspace, type WorkspaceHistory } from './workspace.js';

/** Whether the workspace holds code from which uses can be known, of the database that the migration changes. */
export function usesAreKnown(workspace: Workspace, migration: string): boolean {
  return indexFor(workspace, migration)?.code ?? false;
}

/**
 * What the code of today and the views of that moment use.
 *
 * @param migration the path of the migration that changes the table; code for other databases does not count
 * @param column all uses of the table when `null`
 */
export function usesOf(
  workspace: Workspace,
  migration: string,
  { before, latest }: { readonly before: Catalog; readonly latest: Catalog },
  name: Reference,
  column: string | null,
): readonly Use[] {
  const table = findTable(latest, name);
  const schema = table?.schema ?? name.schema ?? 'public';
  const key = relationKey(schema, table?.name ?? name.name);
  const direct = (indexFor(workspace, migration)?.relations.get(key) ?? [])
    .filter((use) => column === null || use.all || (use.columns?.includes(column) ?? false))
    .map(({ use }) => use);
  return [...direct, ...viewsUsing(before, { schema, name: table?.name ?? name.name }, column)];
}

/** What the code that works with one database uses. */
interface Index {
  code: boolean;
  readonly relations: Map<string, RelationUse[]>;
}

type Indexes = ReadonlyMap<WorkspaceHistory, Index>;

const indexes = new WeakMap<Workspace['histories'], { readonly readings: object; readonly index: Indexes }>();

function indexFor(workspace: Workspace, migration: string): Index | undefined {
  const history = migrationAt(workspace, migration)?.history;
  return history === undefined ? undefined : indexesOf(workspace).get(history);
}

function indexesOf(workspace: Workspace): Indexes {
  const { readings, histories, migrationFiles } = workspace;
  const cached = indexes.get(histories);
  if (cached?.readings === readings) return cached.index;
  // What a migration itself uses, it uses once.
  const all = [...readings.values()]
    .filter(({ file }) => !migrationFiles.has(file.path) || isRepeatableMigration(file.path))
    .filter((reading) => usesIn(workspace, reading).relations.size > 0)
    .sort(byPath);
  const schemas = tablesOfSchemas(all);
  const index = new Map(histories.map((history): [WorkspaceHistory, Index] => [history, newIndex()]));
  for (const reading of all) {
    const { path } = reading.file;
    const own = historiesFor(workspace, path);
    // Repeatable migrations are no code: those who have nothing else may have their code elsewhere.
    const isCode = !isRepeatableMigration(path);
    const [only] = own;
    if (isCode && own.length === 1 && only !== undefined) indexIn(index, only).code = true;
    for (const [written, uses] of usesIn(workspace, reading).relations) {
      const schema = written.startsWith('module:') ? schemas.get(written.slice(7)) : undefined;
      if (schema === undefined && written.startsWith('module:')) continue;
      // A query of a schema goes where the schema is at home.
      const candidates = schema === undefined ? own : historiesFor(workspace, schema.path);
      const key = schema?.key ?? written;
      for (const history of holding(candidates, key)) {
        const found = indexIn(index, history);
        if (isCode) found.code = true;
        addUses(found, key, uses);
      }
    }
  }
  indexes.set(histories, { readings, index });
  return index;
}

function newIndex(): Index {
  return { code: false, relations: new Map() };
}

function indexIn(indexes: Indexes, history: WorkspaceHistory): Index {
  return indexes.get(history) ?? newIndex();
}

function addUses(index: Index, key: string, uses: readonly RelationUse[]): void {
  const list = index.relations.get(key);
  if (list === undefined) index.relations.set(key, [...uses]);
  else list.push(...uses);
}

/** Those that have such a table in the end; all of them when none does, since it may be just dropped. */
function holding(histories: readonly WorkspaceHistory[], key: string): readonly WorkspaceHistory[] {
  if (histories.length < 2) return histories;
  const [name = '', schema = 'public'] = key.split('.').reverse();
  const found = histories.filter(({ history }) => findTable(history.latest, { schema, name }) !== null);
  return found.length > 0 ? found : histories;
}

interface SchemaTable {
  readonly path: string;
  readonly key: string;
}

function tablesOfSchemas(readings: readonly Reading[]): ReadonlyMap<string, SchemaTable> {
  const tables = new Map<string, SchemaTable>();
  for (const reading of readings) {
    if (reading.kind !== 'elixir') continue;
    for (const { module, table, prefix } of reading.schemas) {
      if (table === null) continue;
      tables.set(module, { path: reading.file.path, key: relationKey(prefix ?? 'public', table.name) });
    }
  }
  return tables;
}

/**
 * Flyway runs it after all versions whenever it has changed, so what it makes is there while they run.
 * Source: https://documentation.red-gate.com/flyway, "Repeatable migrations".
 */
function isRepeatableMigration(path: string): boolean {
  return /^R__.+\.sql$/.test(fileName(path));
}

function relationKey(schema: string, name: string): string {
  return schema === 'public' ? name : `${schema}.${name}`;
}

interface KnownUses {
  readonly queries: readonly Query[];
  readonly uses: FileUses;
}

const files = new WeakMap<Reading, KnownUses>();

function usesIn(workspace: Workspace, reading: Reading): FileUses {
  const queries = reading.kind === 'elixir' ? queriesOf(workspace, reading.file.path) : noQueries;
  const known = files.get(reading);
  if (known?.queries === queries) return known.uses;
  const uses = { relations: collect(reading, queries) };
  files.set(reading, { queries, uses });
  return uses;
}

const noQueries: readonly Query[] = [];

/** @param ecto its queries in Elixir */
function collect(reading: Reading, ecto: readonly Query[]): ReadonlyMap<string, readonly RelationUse[]> {
  const relations = new Map<string, RelationUse[]>();
  const add = (key: string, use: RelationUse) => {
    const list = relations.get(key);
    if (list === undefined) relations.set(key, [use]);
    else list.push(use);
  };
  const { path } = reading.file;
  if (reading.kind === 'elixir') {
    for (const schema of reading.schemas) addSchema(schema, path, add);
    for (const query of ecto) addQuery(query, 0, path, add);
    for (const { query } of reading.sqlTexts) addQuery(query, 0, path, add);
  } else {
    const isRepeatable = isRepeatableMigration(path);
    for (const { statement, start } of reading.sql.statements) {
      const { queries, operations } = factsOf(statement);
      if (isRepeatable) for (const operation of operations) addView(operation, start, path, add);
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
  add(key, { use: { kind: 'schema', by, at: { path, span: schema.table.span } }, columns: null, all: false });
  for (const field of schema.fields) {
    if (field.virtual) continue;
    const use: Use = { kind: 'schema', by, at: { path, span: field.nameSpan } };
    add(key, { use, columns: [field.column], all: false });
  }
}

function addQuery(query: Query, start: number, path: string, add: Add): void {
  const by = query.within === null ? 'a query' : `a query in ${query.within.name}`;
  const at = (span: Span) => ({ path, span: shift(span, start) });
  for (const block of blocksOf(query.block)) {
    const columns = columnsIn(block);
    const conflict = block.insert?.conflict ?? null;
    for (const [index, relation] of block.relations.entries()) {
      const key = sourceKey(relation.source);
      if (key === null) continue;
      const own = columns
        .filter(({ alias }) => alias === relation.alias || (alias === null && block.relations.length === 1))
        .map(({ column }) => column);
      const use: Use = { kind: 'query', by, at: at(relation.span) };
      const upsert = index === 0 && conflict !== null ? { conflict } : {};
      add(key, { use: { ...use, ...upsert }, columns: own, all: false });
    }
  }
}

/** It does not follow when something is renamed, as a view does: its text has to stay possible. */
function addView(operation: Operation, start: number, path: string, add: Add): void {
  if (operation.kind !== 'create-view') return;
  const by = `the view ${operation.view.name} of ${fileName(path)}`;
  for (const { relation, columns, all } of operation.reads) {
    const use: Use = { kind: 'query', by, at: { path, span: shift(relation.span, start) } };
    add(relationKey(relation.schema ?? 'public', relation.name), { use, columns, all });
  }
}

function sourceKey(source: RelationSource): string | null {
  if (source.kind === 'schema') return `module:${source.module}`;
  return source.kind === 'table' ? relationKey(source.table.schema ?? 'public', source.table.name) : null;
}
