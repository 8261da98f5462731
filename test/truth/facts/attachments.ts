// Comments, owners and rights of relations and what is in them; statistics objects; publications.

import { memberKey, relationKey } from '../../../server/src/catalog/attachments.js';
import type { Catalog, Relation } from '../../../server/src/catalog/catalog.js';
import { type CatalogFact, type FactFamily, nameOf, notOfExtension, words } from './fact.js';

export const comments: FactFamily = {
  name: 'comments',
  query: `
    SELECT 'comment ' || r.name || coalesce('.' || a.attname, '') AS key, d.description AS value
    FROM pg_description d JOIN relations r ON d.classoid = 'pg_class'::regclass AND d.objoid = r.oid
      LEFT JOIN pg_attribute a ON d.objsubid > 0 AND a.attrelid = r.oid AND a.attnum = d.objsubid
    UNION ALL
    SELECT 'comment constraint ' || r.name || ' ' || k.conname, d.description
    FROM pg_description d JOIN pg_constraint k ON d.classoid = 'pg_constraint'::regclass AND k.oid = d.objoid JOIN relations r ON r.oid = k.conrelid
    UNION ALL
    SELECT 'comment policy ' || r.name || ' ' || p.polname, d.description
    FROM pg_description d JOIN pg_policy p ON d.classoid = 'pg_policy'::regclass AND p.oid = d.objoid JOIN relations r ON r.oid = p.polrelid
    UNION ALL
    SELECT 'comment schema ' || n.nspname, d.description
    FROM pg_description d JOIN pg_namespace n ON d.classoid = 'pg_namespace'::regclass AND n.oid = d.objoid WHERE n.nspname !~ '^(pg_|information_schema|public)'
    UNION ALL
    SELECT 'comment type ' || CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || t.typname, d.description
    FROM pg_description d JOIN pg_type t ON d.classoid = 'pg_type'::regclass AND t.oid = d.objoid JOIN pg_namespace n ON n.oid = t.typnamespace
    WHERE n.nspname !~ '^(pg_|information_schema)' AND ${notOfExtension('pg_type', 't')}`,
  of: (catalog) => [
    ...inRelations(catalog, (relation) => [
      ...commentOf(catalog, `comment ${nameOf(relation)}`, relationKey(relation.id)),
      ...(relation.kind === 'table'
        ? [
            ...relation.columns.flatMap(({ name }) =>
              commentOf(
                catalog,
                `comment ${nameOf(relation)}.${name}`,
                memberKey(relation.id, 'column', name),
              ),
            ),
            ...relation.constraints.flatMap(({ name }) =>
              commentOf(
                catalog,
                `comment constraint ${nameOf(relation)} ${name}`,
                memberKey(relation.id, 'constraint', name),
              ),
            ),
            ...relation.policies.flatMap(({ name }) =>
              commentOf(
                catalog,
                `comment policy ${nameOf(relation)} ${name}`,
                memberKey(relation.id, 'policy', name),
              ),
            ),
          ]
        : []),
    ]),
    ...[...catalog.schemas].flatMap((name) =>
      commentOf(catalog, `comment schema ${name}`, `schema\0${name}`),
    ),
    ...[...catalog.types].flatMap(([key, type]) =>
      commentOf(catalog, `comment type ${nameOf(type)}`, `type\0${key}`),
    ),
  ],
};

function inRelations(
  catalog: Catalog,
  facts: (relation: Relation) => readonly CatalogFact[],
): readonly CatalogFact[] {
  return [...catalog.relations.values()].flatMap(facts);
}

function commentOf(catalog: Catalog, key: string, of: string): readonly CatalogFact[] {
  const comment = catalog.attached.get(of)?.comment;
  return comment === undefined ? [] : [{ key, value: ifSure(catalog, of, comment) }];
}

function ifSure({ doubts }: Catalog, of: string, value: string): string | null {
  return doubts.attached.has(of) ? null : value;
}

export const owners: FactFamily = {
  name: 'owners',
  query: `
    SELECT 'owner ' || r.name AS key, pg_get_userbyid(r.relowner)::text AS value FROM relations r
    WHERE r.relkind IN ('r', 'p', 'v', 'm') AND pg_get_userbyid(r.relowner) <> current_user`,
  of: (catalog) =>
    inRelations(catalog, (relation) => {
      const owner = catalog.attached.get(relationKey(relation.id))?.owner;
      if (owner === undefined || (relation.kind !== 'table' && relation.kind !== 'view')) return [];
      return [{ key: `owner ${nameOf(relation)}`, value: ifSure(catalog, relationKey(relation.id), owner) }];
    }),
};

/** The role by which tests run migrations: it owns what it makes, and its rights go without saying. */
const RUNS = 'postgres';

/** Those of the owner are left out. */
export const rights: FactFamily = {
  name: 'rights',
  query: `
    , granted AS (
      SELECT r.name AS object, r.relowner AS owner, x.* FROM relations r, aclexplode(r.relacl) x
      UNION ALL
      SELECT r.name || '.' || a.attname, r.relowner, x.* FROM relations r JOIN pg_attribute a ON a.attrelid = r.oid, aclexplode(a.attacl) x
    )
    SELECT 'right ' || object || ' ' || CASE grantee WHEN 0 THEN 'public' ELSE pg_get_userbyid(grantee)::text END || ' ' || lower(privilege_type) AS key,
      CASE WHEN is_grantable THEN 'grantable' ELSE '' END AS value
    FROM granted WHERE grantee <> owner AND pg_get_userbyid(grantee) <> '${RUNS}'`,
  of: (catalog) =>
    inRelations(catalog, (relation) => {
      const { rights = [], owner = RUNS } = catalog.attached.get(relationKey(relation.id)) ?? {};
      return rights
        .filter(({ role }) => role !== owner && role !== RUNS)
        .map(({ role, right, column, grantOption }) => ({
          key: `right ${nameOf(relation)}${column === null ? '' : `.${column}`} ${role} ${right}`,
          value: words(grantOption && 'grantable'),
        }));
    }),
};

export const statistics: FactFamily = {
  name: 'statistics',
  query: `
    SELECT 'statistics ' || CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || s.stxname AS key,
      r.name || ' (' || (SELECT coalesce(string_agg(a.attname, ',' ORDER BY a.attname), '') FROM unnest(s.stxkeys) k(num) JOIN pg_attribute a ON a.attrelid = s.stxrelid AND a.attnum = k.num) || ')' AS value
    FROM pg_statistic_ext s JOIN relations r ON r.oid = s.stxrelid JOIN pg_namespace n ON n.oid = s.stxnamespace`,
  of: (catalog) =>
    [...catalog.statistics.values()].flatMap((one) => {
      const table = catalog.relations.get(one.table);
      if (table === undefined) return [];
      const columns = one.columns.filter((column) => column !== null).sort();
      return [{ key: `statistics ${nameOf(one)}`, value: `${nameOf(table)} (${columns})` }];
    }),
};

export const publications: FactFamily = {
  name: 'publications',
  query: `
    SELECT 'publication ' || p.pubname AS key,
      concat_ws(' ', CASE WHEN p.puballtables THEN 'all tables' END,
        (SELECT string_agg(r.name, ',' ORDER BY r.name) FROM pg_publication_rel x JOIN relations r ON r.oid = x.prrelid WHERE x.prpubid = p.oid),
        (SELECT 'schemas ' || string_agg(n.nspname, ',' ORDER BY n.nspname) FROM pg_publication_namespace x JOIN pg_namespace n ON n.oid = x.pnnspid WHERE x.pnpubid = p.oid)) AS value
    FROM pg_publication p`,
  of: (catalog) =>
    [...catalog.publications.values()].map(({ name, allTables, tables, schemas }) => {
      const named = tables.flatMap((id) => {
        const table = catalog.relations.get(id);
        return table === undefined ? [] : [nameOf(table)];
      });
      return {
        key: `publication ${name}`,
        value: words(
          allTables && 'all tables',
          named.sort().join(),
          schemas.length > 0 && `schemas ${[...schemas].sort()}`,
        ),
      };
    }),
};
