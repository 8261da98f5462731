// Types that users make.

import type { Catalog, UserType } from '../../../server/src/catalog/catalog.js';
import { formatBareType, formatType } from '../../../server/src/catalog/types.js';
import { type CatalogFact, type FactFamily, nameOf, notOfExtension, words } from './fact.js';

const NAMED = `CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || t.typname`;
const TYPES = `pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
      WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND ${notOfExtension('pg_type', 't')}`;

type Kind = UserType['kind'];

function ofKind<K extends Kind>(
  catalog: Catalog,
  kind: K,
  facts: (type: Extract<UserType, { readonly kind: K }>) => readonly CatalogFact[],
): readonly CatalogFact[] {
  return [...catalog.types].flatMap(([key, type]) => {
    if (type.kind !== kind) return [];
    const found = facts(type as Extract<UserType, { readonly kind: K }>);
    return catalog.doubts.types.has(key) ? found.map((fact) => ({ ...fact, value: null })) : found;
  });
}

export const enums: FactFamily = {
  name: 'enums',
  query: `
    SELECT 'enum ' || ${NAMED} AS key, (SELECT coalesce(string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder), '') FROM pg_enum e WHERE e.enumtypid = t.oid) AS value
    FROM ${TYPES} AND t.typtype = 'e'`,
  of: (catalog) =>
    ofKind(catalog, 'enum', (type) => [{ key: `enum ${nameOf(type)}`, value: type.values.join(',') }]),
};

export const domains: FactFamily = {
  name: 'domains',
  query: `
    SELECT 'domain ' || ${NAMED} AS key, concat_ws(' ', format_type(t.typbasetype, t.typtypmod), CASE WHEN t.typnotnull THEN 'not null' END,
      CASE WHEN t.typdefault IS NOT NULL THEN 'default' END) AS value
    FROM ${TYPES} AND t.typtype = 'd'
    UNION ALL
    SELECT 'domain constraint ' || ${NAMED} || ' ' || k.conname, concat_ws(' ', k.contype::text, CASE WHEN NOT k.convalidated THEN 'not valid' END)
    FROM pg_constraint k JOIN ${TYPES.replace('WHERE', 'ON t.oid = k.contypid WHERE')}`,
  // Before version 17 NOT NULL had no name.
  of: (catalog, postgres) =>
    ofKind(catalog, 'domain', (type) => [
      {
        key: `domain ${nameOf(type)}`,
        value: words(formatType(type.base), type.notNull && 'not null', type.default !== null && 'default'),
      },
      ...type.constraints
        .filter(({ kind }) => kind === 'check' || postgres >= 17)
        .map(({ kind, name, validated }) => ({
          key: `domain constraint ${nameOf(type)} ${name}`,
          value: words(kind === 'check' ? 'c' : 'n', !validated && 'not valid'),
        })),
    ]),
};

export const composites: FactFamily = {
  name: 'composite types',
  query: `
    SELECT 'composite ' || ${NAMED} AS key,
      coalesce((SELECT string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod), ', ' ORDER BY a.attnum) FROM pg_attribute a
        WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped), '') AS value
    FROM ${TYPES} AND t.typtype = 'c' AND EXISTS (SELECT FROM pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c')`,
  of: (catalog) =>
    ofKind(catalog, 'composite', (type) => [
      {
        key: `composite ${nameOf(type)}`,
        value: type.attributes.map((one) => `${one.name} ${formatType(one.type)}`).join(', '),
      },
    ]),
};

export const ranges: FactFamily = {
  name: 'ranges',
  query: `
    SELECT 'range ' || ${NAMED} AS key, concat_ws(' ', format_type(g.rngsubtype, NULL), m.typname) AS value
    FROM pg_range g JOIN pg_type m ON m.oid = g.rngmultitypid JOIN ${TYPES.replace('WHERE', 'ON t.oid = g.rngtypid WHERE')}`,
  of: (catalog) =>
    ofKind(catalog, 'range', (type) => [
      { key: `range ${nameOf(type)}`, value: words(formatBareType(type.subtype), type.multirange?.name) },
    ]),
};

/** Of enums, domains, composite types, ranges and multiranges. */
export const arrays: FactFamily = {
  name: 'array types',
  query: `
    SELECT 'array of ' || ${NAMED} AS key, a.typname AS value
    FROM pg_type a JOIN ${TYPES.replace('WHERE', 'ON t.typarray = a.oid WHERE')}
      AND (t.typrelid = 0 OR EXISTS (SELECT FROM pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c'))`,
  of: (catalog) =>
    [...catalog.types].flatMap(([key, type]) =>
      type.arrayName === null
        ? []
        : [
            {
              key: `array of ${nameOf(type)}`,
              value: catalog.doubts.types.has(key) ? null : type.arrayName,
            },
          ],
    ),
};
