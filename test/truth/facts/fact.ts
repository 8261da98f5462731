// What a schema holds, as facts that can be compared: ours from a catalog, the server's from its system tables.
// One file for each family of objects, with both sides beside each other.

import type { Catalog, Table } from '../../../server/src/catalog/catalog.js';
import { doubtAbout } from '../../../server/src/catalog/lookup.js';

export interface Fact {
  /** What it is about: `column users.email`. Unique within a schema. */
  readonly key: string;
  /** What is so: `text not null`. */
  readonly value: string;
}

/** A fact of ours. */
export interface CatalogFact {
  readonly key: string;
  /** `null` when we do not claim to know it. */
  readonly value: string | null;
}

export interface FactFamily {
  readonly name: string;
  /** A query for `key` and `value`. The view `relations` (oid, relkind, name, …) of {@link RELATIONS} is at hand. */
  readonly query: string;
  /** @param postgres the major version of the server that is compared */
  of(catalog: Catalog, postgres: number): readonly CatalogFact[];
}

/** Objects of the system and of extensions are left out. Names are as {@link nameOf} gives them. */
export const RELATIONS = `
  WITH relations AS (
    SELECT c.*, CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname AS name
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND c.relname <> '__diesel_schema_migrations'
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
  )`;

/** `AND` this to leave out what an extension brought. */
export function notOfExtension(systemTable: string, alias: string): string {
  return `NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = '${systemTable}'::regclass AND d.objid = ${alias}.oid AND d.deptype = 'e')`;
}

export function nameOf({ schema, name }: { readonly schema: string; readonly name: string }): string {
  return schema === 'public' ? name : `${schema}.${name}`;
}

/** Facts about a table that may differ from what we hold are not claimed. */
export function ofTable(
  catalog: Catalog,
  table: Table,
  facts: readonly CatalogFact[],
): readonly CatalogFact[] {
  return doubtAbout(catalog, table) === null ? facts : facts.map(({ key }) => ({ key, value: null }));
}

/** Words that are there or not, with spaces between. */
export function words(...parts: readonly (string | false | null | undefined)[]): string {
  return parts.filter((part) => typeof part === 'string' && part !== '').join(' ');
}
