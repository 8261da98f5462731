// The server's system tables as our catalog fills them, for code that asks whether something is there. What the catalog does not
// know for sure is in them as rows that may be there or not.

import type { Catalog, Relation, UserType } from '../../catalog/catalog.js';
import { doubtAbout } from '../../catalog/lookup.js';
import { mayBringTypes } from '../../catalog/refusals/extension-types.js';
import {
  attributes,
  constraintRows,
  indexes,
  keyColumns,
  policies,
  triggers,
  usedColumns,
} from './system-parts.js';
import {
  anyRow,
  DATABASE,
  doubtOf,
  type Reader,
  relationId,
  relationNames,
  relationsOf,
  type SystemRow,
  schemaId,
  schemaName,
  sure,
  typeId,
  withUnseen,
} from './system-rows.js';
import { unknown } from './values.js';

const known = new WeakMap<Catalog, Map<string, readonly SystemRow[]>>();

/** The rows of a system table; `null` for a name that is none, or none that we fill. */
export function systemTable(
  catalog: Catalog,
  { schema, name }: { readonly schema: string | null; readonly name: string },
): readonly SystemRow[] | null {
  const key = schema === 'information_schema' ? `information_schema.${name}` : name;
  const isSystem =
    schema === null ? name.startsWith('pg_') : /^(?:pg_catalog|information_schema)$/.test(schema);
  const reader = isSystem ? READERS[key] : undefined;
  if (reader === undefined) return null;
  let tables = known.get(catalog);
  if (tables === undefined) {
    tables = new Map();
    known.set(catalog, tables);
  }
  let rows = tables.get(key);
  if (rows === undefined) {
    rows = reader(catalog);
    tables.set(key, rows);
  }
  return rows;
}

/** Whether the name is one of the server's own tables, filled by us or not. */
export function isSystemTable({ schema, name }: { readonly schema: string | null; readonly name: string }) {
  return schema === null ? name.startsWith('pg_') : /^(?:pg_catalog|information_schema)$/.test(schema);
}

const KINDS: Readonly<Record<Relation['kind'], string>> = {
  table: 'r',
  view: 'v',
  sequence: 'S',
  index: 'i',
};

function kindOf(catalog: Catalog, relation: Relation): string {
  if (relation.kind === 'table' && relation.partitioned) return 'p';
  if (relation.kind === 'view' && relation.materialized) return 'm';
  if (relation.kind === 'index') {
    const table = catalog.relations.get(relation.table);
    if (table?.kind === 'table' && table.partitioned) return 'I';
  }
  return KINDS[relation.kind];
}

const classes: Reader = (catalog) => {
  const rows = relationsOf(catalog).map((relation): SystemRow => {
    const table = relation.kind === 'table' ? relation : null;
    return {
      doubt: doubtOf(catalog, relation),
      values: {
        oid: relationId(catalog, relation),
        relname: relation.name,
        relnamespace: schemaId(schemaName(relation)),
        relkind: kindOf(catalog, relation),
        relpersistence: table?.temporary === true ? 't' : table?.unlogged === true ? 'u' : 'p',
        relrowsecurity: table?.rowLevelSecurity.enabled ?? false,
        relforcerowsecurity: table?.rowLevelSecurity.forced ?? false,
        relispartition: table !== null && table.partitionOf !== null,
      },
    };
  });
  return withUnseen(catalog, rows, ['relname', 'oid'], relationNames(catalog));
};

/** One view of pg_class: those of some kinds. */
function listing(
  kinds: readonly string[],
  values: (relation: Relation, catalog: Catalog) => SystemRow['values'],
  nameColumn: string,
): Reader {
  return (catalog) => {
    const rows = relationsOf(catalog)
      .filter((relation) => kinds.includes(kindOf(catalog, relation)))
      .map(
        (relation): SystemRow => ({ doubt: doubtOf(catalog, relation), values: values(relation, catalog) }),
      );
    return withUnseen(catalog, rows, [nameColumn], relationNames(catalog));
  };
}

const TABLE_TYPES: Readonly<Record<string, string>> = { r: 'BASE TABLE', p: 'BASE TABLE', v: 'VIEW' };

const schemas: Reader = (catalog) => {
  const rows = [...catalog.schemas, 'pg_catalog', 'information_schema', 'pg_toast'].map((name) =>
    sure({ oid: schemaId(name), nspname: name, schema_name: name, catalog_name: DATABASE }),
  );
  return withUnseen(catalog, rows, ['nspname', 'schema_name'], [...catalog.schemas]);
};

const TYPE_KINDS: Partial<Readonly<Record<UserType['kind'], string>>> = {
  enum: 'e',
  domain: 'd',
  composite: 'c',
  range: 'r',
};

const types: Reader = (catalog) => {
  const rows = [...catalog.types.entries()].map(
    ([key, type]): SystemRow => ({
      doubt: catalog.doubts.types.get(key)?.reason ?? null,
      values: {
        oid: typeId(catalog, type),
        typname: type.name,
        typnamespace: schemaId(type.schema),
        typtype: TYPE_KINDS[type.kind] ?? unknown('what kind of type it is is not known'),
        domain_name: type.name,
        domain_schema: type.schema,
      },
    }),
  );
  // Each table is a type, too.
  const ofTables = relationsOf(catalog).flatMap((relation): SystemRow[] =>
    relation.kind === 'index' || relation.kind === 'sequence'
      ? []
      : [
          {
            doubt: doubtOf(catalog, relation),
            values: {
              typname: relation.name,
              typnamespace: schemaId(relation.schema),
              typtype: 'c',
              typrelid: relationId(catalog, relation),
            },
          },
        ],
  );
  const names = [...catalog.types.values()].map(({ name }) => name);
  const brought = mayBringTypes(catalog)
    ? [anyRow('the types of an extension are not known', ['typname'], names)]
    : [];
  return withUnseen(
    catalog,
    [...rows, ...ofTables, ...brought],
    ['typname'],
    [...names, ...relationNames(catalog)],
  );
};

const enumValues: Reader = (catalog) => {
  const rows = [...catalog.types.entries()].flatMap(([key, type]) =>
    type.kind !== 'enum'
      ? []
      : type.values.map(
          (value, index): SystemRow => ({
            doubt: catalog.doubts.types.get(key)?.reason ?? null,
            values: { enumtypid: typeId(catalog, type), enumlabel: value, enumsortorder: index + 1 },
          }),
        ),
  );
  return withUnseen(catalog, rows, [], []);
};

const extensions: Reader = (catalog) => {
  const rows = [...catalog.extensions].map((name) => sure({ extname: name }));
  return withUnseen(catalog, rows, ['extname'], catalog.extensions);
};

const routines: Reader = (catalog) => {
  const rows = [...catalog.functions.values()].flatMap((all) =>
    all.map(({ schema, name }) =>
      sure({
        proname: name,
        pronamespace: schemaId(schema),
        routine_name: name,
        routine_schema: schema,
        specific_schema: schema,
      }),
    ),
  );
  const names = [...catalog.functions.values()].flatMap((all) => all.map(({ name }) => name));
  const extended = [...catalog.extensions].filter((name) => name !== 'plpgsql');
  const brought =
    extended.length === 0
      ? []
      : [
          anyRow(
            `the functions of the extension "${extended[0]}" are not known`,
            ['proname', 'routine_name'],
            names,
          ),
        ];
  return withUnseen(catalog, [...rows, ...brought], ['proname', 'routine_name'], names);
};

const inheritance: Reader = (catalog) => {
  const rows = relationsOf(catalog).flatMap((relation) => {
    if (relation.kind !== 'table') return [];
    const parents = relation.partitionOf === null ? relation.inherits : [relation.partitionOf];
    return parents.flatMap((id): SystemRow[] => {
      const parent = catalog.relations.get(id);
      return parent === undefined
        ? []
        : [
            {
              doubt: doubtOf(catalog, relation),
              values: { inhrelid: relationId(catalog, relation), inhparent: relationId(catalog, parent) },
            },
          ];
    });
  });
  // What is whole inherits from nothing else.
  const whole = relationsOf(catalog).filter(
    (relation) => relation.kind !== 'table' || doubtAbout(catalog, relation) === null,
  );
  return withUnseen(
    catalog,
    rows,
    ['inhrelid'],
    whole.map(({ name }) => name),
  );
};

const publications: Reader = (catalog) => {
  const names = [...catalog.publications.keys()];
  return withUnseen(
    catalog,
    names.map((name) => sure({ pubname: name })),
    ['pubname'],
    names,
  );
};

const named = (relation: Relation) => ({
  table_name: relation.name,
  table_schema: schemaName(relation),
  table_catalog: DATABASE,
});

const READERS: Readonly<Record<string, Reader>> = {
  pg_class: classes,
  pg_namespace: schemas,
  pg_attribute: attributes,
  pg_constraint: (catalog) => constraintRows(catalog, null),
  pg_index: indexes,
  pg_indexes: indexes,
  pg_type: types,
  pg_enum: enumValues,
  pg_extension: extensions,
  pg_proc: routines,
  pg_trigger: triggers,
  pg_policy: policies,
  pg_policies: policies,
  pg_inherits: inheritance,
  pg_publication: publications,
  pg_tables: listing(
    ['r', 'p'],
    (relation) => ({
      schemaname: schemaName(relation),
      tablename: relation.name,
      rowsecurity: relation.kind === 'table' && relation.rowLevelSecurity.enabled,
      hasindexes: relation.kind === 'table' && relation.indexes.length > 0,
    }),
    'tablename',
  ),
  pg_views: listing(
    ['v'],
    (relation) => ({ schemaname: schemaName(relation), viewname: relation.name }),
    'viewname',
  ),
  pg_matviews: listing(
    ['m'],
    (relation) => ({ schemaname: schemaName(relation), matviewname: relation.name }),
    'matviewname',
  ),
  pg_sequences: listing(
    ['S'],
    (relation) => ({ schemaname: schemaName(relation), sequencename: relation.name }),
    'sequencename',
  ),
  'information_schema.tables': listing(
    ['r', 'p', 'v'],
    (relation, catalog) => ({ ...named(relation), table_type: TABLE_TYPES[kindOf(catalog, relation)] ?? '' }),
    'table_name',
  ),
  'information_schema.views': listing(['v'], named, 'table_name'),
  'information_schema.sequences': listing(
    ['S'],
    (relation) => ({ sequence_name: relation.name, sequence_schema: schemaName(relation) }),
    'sequence_name',
  ),
  'information_schema.schemata': schemas,
  'information_schema.columns': attributes,
  'information_schema.table_constraints': (catalog) => constraintRows(catalog, null),
  'information_schema.referential_constraints': (catalog) =>
    constraintRows(catalog, null).filter(
      ({ values }) => values.contype === undefined || values.contype === 'f',
    ),
  'information_schema.key_column_usage': (catalog) => constraintRows(catalog, keyColumns),
  'information_schema.constraint_column_usage': (catalog) => constraintRows(catalog, usedColumns),
  'information_schema.domains': (catalog) =>
    types(catalog).filter(({ values }) => values.typtype === undefined || values.typtype === 'd'),
  'information_schema.routines': routines,
  'information_schema.triggers': triggers,
};
