// A catalog as the JSON that `plumbline schema --format json` prints. The shape is API: docs/json.md.

import type { Catalog, Check, Column, ForeignKey, Index, Table } from './catalog.js';
import { foreignKeysOf, tableById } from './lookup.js';
import { formatType } from './types.js';

export function catalogJson(catalog: Catalog) {
  const relations = [...catalog.relations.values()].sort((a, b) =>
    `${a.schema}.${a.name}` < `${b.schema}.${b.name}` ? -1 : 1,
  );
  return {
    tables: relations.flatMap((relation) =>
      relation.kind === 'table' ? [tableJson(catalog, relation)] : [],
    ),
    enums: [...catalog.types.values()].flatMap((type) =>
      type.kind === 'enum' ? [{ schema: type.schema, name: type.name, values: type.values }] : [],
    ),
    domains: [...catalog.types.values()].flatMap((type) =>
      type.kind === 'domain' ? [{ schema: type.schema, name: type.name, base: formatType(type.base) }] : [],
    ),
    views: relations.flatMap((relation) =>
      relation.kind === 'view'
        ? [{ schema: relation.schema, name: relation.name, materialized: relation.materialized }]
        : [],
    ),
    sequences: relations.flatMap((relation) =>
      relation.kind === 'sequence' ? [{ schema: relation.schema, name: relation.name }] : [],
    ),
    extensions: [...catalog.extensions].sort(),
  };
}

function tableJson(catalog: Catalog, table: Table) {
  const primaryKey = table.constraints.find((constraint) => constraint.kind === 'primary-key');
  const parent = table.partitionOf === null ? null : tableById(catalog, table.partitionOf);
  return {
    schema: table.schema,
    name: table.name,
    columns: table.columns.map((column) => columnJson(table, column)),
    primary_key:
      primaryKey?.kind === 'primary-key' ? { name: primaryKey.name, columns: primaryKey.columns } : null,
    foreign_keys: foreignKeysOf(table).map((foreignKey) => foreignKeyJson(catalog, foreignKey)),
    indexes: table.indexes.map(indexJson),
    checks: table.constraints
      .filter((constraint): constraint is Check => constraint.kind === 'check')
      .map(({ name, validated }) => ({ name, validated })),
    exclusions: table.constraints.flatMap((constraint) =>
      constraint.kind === 'exclusion' ? [{ name: constraint.name }] : [],
    ),
    partition_of: parent === null ? null : `${parent.schema}.${parent.name}`,
    row_level_security: {
      ...table.rowLevelSecurity,
      policies: table.policies.map(({ name, command, permissive }) => ({ name, command, permissive })),
    },
  };
}

function columnJson(table: Table, column: Column) {
  const sequence = `${table.name}_${column.name}_seq`;
  const value = column.serial ? `nextval('${sequence}'::regclass)` : (column.default?.text ?? null);
  return {
    name: column.name,
    type: formatType(column.type),
    nullable: !column.notNull,
    ...(value === null ? {} : { default: value }),
  };
}

function foreignKeyJson(catalog: Catalog, foreignKey: ForeignKey) {
  const target = foreignKey.references === null ? null : tableById(catalog, foreignKey.references);
  return {
    name: foreignKey.name,
    columns: foreignKey.columns,
    ref_schema: target?.schema ?? null,
    ref_table: target?.name ?? null,
    ref_columns: foreignKey.referencedColumns,
    on_delete: foreignKey.onDelete,
    on_update: foreignKey.onUpdate,
    validated: foreignKey.validated,
  };
}

function indexJson(index: Index) {
  return {
    name: index.name,
    unique: index.unique,
    using: index.method,
    columns: index.keys.map((key) =>
      key.column === null ? { expr: key.expression?.text ?? '' } : { column: key.column },
    ),
    include: index.include,
    where: index.where?.text ?? null,
    valid: true,
  };
}
