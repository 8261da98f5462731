// How SQL and Ecto write an index that is wished for.

import type { Catalog } from '../catalog/catalog.js';
import { quoteName, quoteReference } from '../catalog/keywords.js';
import type { WishedIndex, WishedKey } from './advice.js';

/** What is in it, for a message: `"org_id" and "lower(email)"`, `"org_id" (WHERE deleted_at IS NULL)`. */
export function keysText({ keys, where }: WishedIndex): string {
  const names = keys.map(({ expression }) => `"${expression.replaceAll('"', '')}"`);
  const of = where === null ? '' : ` (WHERE ${where})`;
  return `${names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`}${of}`;
}

/** The extension that the index needs and the schema lacks, or may lack. */
export function missingExtension(catalog: Catalog | null, { keys }: WishedIndex): string | null {
  const needs = keys.some(({ operatorClass }) => operatorClass === 'gin_trgm_ops');
  return needs && catalog?.extensions.has('pg_trgm') !== true ? 'pg_trgm' : null;
}

const WAITS =
  'Writes wait while it is built: the migration that Plumbline writes builds it partition by partition.';

/**
 * `CREATE INDEX CONCURRENTLY ON orders (org_id, inserted_at);`, with what it needs before it.
 * @param extension see {@link missingExtension}
 * @param name `null` to let the server find one
 */
export function indexInSql(
  index: WishedIndex,
  extension: string | null = null,
  name: string | null = null,
): string {
  const named = name === null ? '' : `${quoteName(name)} `;
  return [
    ...(extension === null ? [] : [`${createExtension(extension)};`]),
    ...(index.partitioned ? [`-- ${WAITS}`] : []),
    `CREATE INDEX ${index.partitioned ? '' : 'CONCURRENTLY '}${named}${indexDefinition(index)};`,
  ].join('\n');
}

export function createExtension(name: string): string {
  return `CREATE EXTENSION IF NOT EXISTS ${quoteName(name)}`;
}

/** `ON orders (org_id, inserted_at)`: what follows the name. */
export function indexDefinition(index: WishedIndex): string {
  return `ON ${quoteReference(index.table)}${indexBody(index)}`;
}

/** `orders (org_id, inserted_at)`, for people. */
export function indexTitle(index: WishedIndex): string {
  return indexDefinition(index).replace(/^ON /, '');
}

/** ` USING gin (tags)`: what follows the table. */
export function indexBody({ method, keys, include, where }: WishedIndex): string {
  return [
    method === 'btree' ? '' : ` USING ${method}`,
    ` (${keys.map(keyText).join(', ')})`,
    include.length === 0 ? '' : ` INCLUDE (${include.map(quoteName).join(', ')})`,
    where === null ? '' : ` WHERE ${where}`,
  ].join('');
}

function keyText({ expression, operatorClass, descending, nulls }: WishedKey): string {
  return [
    expression,
    operatorClass === null ? '' : ` ${operatorClass}`,
    descending ? ' DESC' : '',
    nulls === null ? '' : ` NULLS ${nulls.toUpperCase()}`,
  ].join('');
}

/** The body of a migration of its own; of another one before it, where an extension is missing. */
export function indexInEcto(index: WishedIndex, extension: string | null = null): string {
  const create = `create ${indexCall(index, null)}`;
  return [
    ...(extension === null
      ? []
      : ['# In a migration before this one:', `# execute "${createExtension(extension)}", ""`, '']),
    ...(index.partitioned
      ? [`# ${WAITS}`]
      : ['@disable_ddl_transaction true', '@disable_migration_lock true', '']),
    'def change do',
    `  ${create}`,
    'end',
  ].join('\n');
}

/**
 * `index(:orders, [:org_id], concurrently: true)`
 * @param name `null` to let Ecto give it one
 * @param how `only` makes that of a partitioned table alone, without its partitions; `null` blocks writes
 */
export function indexCall(
  index: WishedIndex,
  name: string | null,
  how: 'concurrently' | 'only' | null = index.partitioned ? null : 'concurrently',
): string {
  const { table, method, keys, include, where } = index;
  const columns = ectoKeys(index).map((key, at) => (isPlain(keys[at]) ? atom(key) : text(key)));
  const options = [
    ...(table.schema === null ? [] : [`prefix: ${text(table.schema)}`]),
    ...(method === 'btree' ? [] : [`using: :${method}`]),
    ...(include.length === 0 ? [] : [`include: [${include.map(atom).join(', ')}]`]),
    ...(where === null ? [] : [`where: ${text(where)}`]),
    ...(name === null ? [] : [`name: ${atom(name)}`]),
    ...(how === null ? [] : [`${how}: true`]),
  ];
  return `index(${[atom(table.name), `[${columns.join(', ')}]`, ...options].join(', ')})`;
}

/** As a migration of Ecto has them: the names of columns, and texts of SQL. */
export function ectoKeys({ keys }: WishedIndex): readonly string[] {
  return keys.map((key) => (isPlain(key) ? unquoted(key.expression) : keyText(key)));
}

function isPlain(key: WishedKey | undefined): boolean {
  return key?.isColumn === true && keyText(key) === key.expression;
}

function unquoted(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}

function atom(name: string): string {
  return /^[a-z_][A-Za-z0-9_]*$/.test(name) ? `:${name}` : `:${text(name)}`;
}

/** A string of Elixir. */
function text(value: string): string {
  return JSON.stringify(value).replaceAll('#{', '\\#{');
}
