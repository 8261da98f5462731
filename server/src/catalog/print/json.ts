// A catalog as the JSON that `plumbline schema --format json` prints. The shape is API: docs/json.md.

import { type MemberKind, memberKey, namedKey, relationKey } from '../attachments.js';
import type {
  Catalog,
  Check,
  Column,
  ForeignKey,
  FunctionFacts,
  Index,
  Sequence,
  Table,
  Trigger,
  View,
} from '../catalog.js';
import { doubtAbout, foreignKeysOf, tableById } from '../lookup.js';
import { formatType } from '../types.js';
import { byName, relationsOf } from './names.js';
import { respelled } from './spelling.js';
import { calledBy } from './sql-routine.js';
import { defaultOf, partitionKeyClause } from './sql-table.js';

/** @param postgres the major version of the server whose schema it is */
export function catalogJson(given: Catalog, postgres: number) {
  const catalog = respelled(given, postgres, 'all');
  const types = [...catalog.types.values()].sort(byName);
  return {
    tables: relationsOf(catalog, 'table').map((table) => tableJson(catalog, table)),
    enums: types.flatMap((type) =>
      type.kind === 'enum'
        ? [{ schema: type.schema, name: type.name, values: type.values, ...typeComment(catalog, type) }]
        : [],
    ),
    domains: types.flatMap((type) =>
      type.kind === 'domain'
        ? [
            {
              schema: type.schema,
              name: type.name,
              base: formatType(type.base),
              nullable: !type.notNull,
              ...(type.default === null ? {} : { default: type.default.text }),
              checks: type.constraints.flatMap(({ kind, name, expression, validated }) =>
                kind === 'check' ? [{ name, expr: expression?.text ?? null, validated }] : [],
              ),
              ...typeComment(catalog, type),
            },
          ]
        : [],
    ),
    composites: types.flatMap((type) =>
      type.kind === 'composite'
        ? [
            {
              schema: type.schema,
              name: type.name,
              attributes: type.attributes.map((one) => ({ name: one.name, type: formatType(one.type) })),
              ...typeComment(catalog, type),
            },
          ]
        : [],
    ),
    ranges: types.flatMap((type) =>
      type.kind === 'range'
        ? [
            {
              schema: type.schema,
              name: type.name,
              subtype: formatType(type.subtype),
              ...typeComment(catalog, type),
            },
          ]
        : [],
    ),
    views: relationsOf(catalog, 'view').map((view) => viewJson(catalog, view)),
    sequences: relationsOf(catalog, 'sequence').map((sequence) => sequenceJson(catalog, sequence)),
    functions: [...catalog.functions.values()].flat().sort(byName).map(functionJson),
    extensions: [...catalog.extensions].sort(),
  };
}

function typeComment(catalog: Catalog, { schema, name }: { readonly schema: string; readonly name: string }) {
  return commentJson(catalog, namedKey('type', schema, name));
}

/** Left out where there is none. */
function commentJson(catalog: Catalog, key: string): { readonly comment?: string } {
  const comment = catalog.attached.get(key)?.comment;
  return comment === undefined ? {} : { comment };
}

function tableJson(catalog: Catalog, table: Table) {
  const primaryKey = table.constraints.find((constraint) => constraint.kind === 'primary-key');
  const parent = table.partitionOf === null ? null : tableById(catalog, table.partitionOf);
  const member = (kind: MemberKind, name: string) => commentJson(catalog, memberKey(table.id, kind, name));
  return {
    schema: table.schema,
    name: table.name,
    columns: table.columns.map((column) => ({
      ...columnJson(catalog, column),
      ...member('column', column.name),
    })),
    primary_key:
      primaryKey?.kind === 'primary-key' ? { name: primaryKey.name, columns: primaryKey.columns } : null,
    foreign_keys: foreignKeysOf(table).map((foreignKey) => foreignKeyJson(catalog, foreignKey)),
    uniques: table.constraints.flatMap((one) =>
      one.kind === 'unique' ? [{ name: one.name, columns: one.columns }] : [],
    ),
    indexes: table.indexes.map(indexJson),
    checks: table.constraints
      .filter((constraint): constraint is Check => constraint.kind === 'check')
      .map(({ name, validated, expression }) => ({ name, validated, expr: expression.text })),
    exclusions: table.constraints.flatMap((constraint) =>
      constraint.kind === 'exclusion' ? [{ name: constraint.name }] : [],
    ),
    triggers: table.triggers.map((trigger) => triggerJson(catalog, trigger)),
    partition_of: parent === null ? null : `${parent.schema}.${parent.name}`,
    partition_bound: table.bound,
    partition_key:
      table.partitionKey === null
        ? null
        : partitionKeyClause(table.partitionKey).replace('PARTITION BY ', ''),
    inherits: table.inherits.flatMap((id) => {
      const above = tableById(catalog, id);
      return above === null ? [] : [`${above.schema}.${above.name}`];
    }),
    unlogged: table.unlogged,
    row_level_security: {
      ...table.rowLevelSecurity,
      policies: table.policies.map(({ name, command, permissive, roles, using, check }) => ({
        name,
        command,
        permissive,
        roles: roles.length === 0 ? ['public'] : roles,
        using: using?.text ?? null,
        check: check?.text ?? null,
      })),
    },
    complete: doubtAbout(catalog, table) === null,
    ...commentJson(catalog, relationKey(table.id)),
  };
}

function triggerJson(catalog: Catalog, trigger: Trigger) {
  const { name, timing, events, forEachRow, state } = trigger;
  const called = calledBy(catalog, trigger);
  return {
    name,
    timing,
    events,
    for_each: forEachRow ? 'row' : 'statement',
    function: called.schema === null ? called.name : `${called.schema}.${called.name}`,
    enabled: state !== 'disabled',
  };
}

function columnJson(catalog: Catalog, column: Column) {
  const value = column.generated === null ? defaultOf(catalog, column) : (column.default?.text ?? null);
  return {
    name: column.name,
    type: formatType(column.type),
    nullable: !column.notNull,
    ...(value === null ? {} : { default: value }),
    ...(column.generated === null ? {} : { generated: column.generated }),
    ...(column.identity === null ? {} : { identity: column.identity }),
    ...(column.collation === null ? {} : { collation: column.collation }),
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
    deferrable: foreignKey.deferrable,
  };
}

function indexJson(index: Index) {
  return {
    name: index.name,
    unique: index.unique,
    using: index.method,
    columns: index.keys.map((key) => ({
      ...(key.column === null ? { expr: key.expression?.text ?? '' } : { column: key.column }),
      ...(key.descending ? { descending: true } : {}),
      ...(key.nullsFirst === key.descending ? {} : { nulls: key.nullsFirst ? 'first' : 'last' }),
      ...(key.operatorClass === null ? {} : { opclass: key.operatorClass }),
      ...(key.collation === null ? {} : { collation: key.collation }),
    })),
    include: index.include,
    where: index.where?.text ?? null,
    nulls_not_distinct: index.nullsNotDistinct,
    valid: index.valid,
  };
}

function viewJson(catalog: Catalog, view: View) {
  return {
    schema: view.schema,
    name: view.name,
    materialized: view.materialized,
    columns: view.columns.map(({ name, type }) => ({
      name,
      type: type.name === 'unknown' ? null : formatType(type),
    })),
    complete: view.complete,
    indexes: view.indexes.map(indexJson),
    ...commentJson(catalog, relationKey(view.id)),
  };
}

function sequenceJson(catalog: Catalog, { schema, name, ownedBy, ownerColumn, options }: Sequence) {
  const owner = ownedBy === null ? null : tableById(catalog, ownedBy);
  return {
    schema,
    name,
    type: options.type,
    owned_by: owner === null ? null : { schema: owner.schema, table: owner.name, column: ownerColumn },
  };
}

function functionJson({
  schema,
  name,
  routine,
  parameters,
  returns,
  returnsSet,
  language,
  volatility,
  securityDefiner,
}: FunctionFacts) {
  return {
    schema,
    name,
    kind: routine,
    arguments: parameters.map((one) => ({ name: one.name, mode: one.mode, type: formatType(one.type) })),
    returns: returns === null ? null : `${returnsSet ? 'SETOF ' : ''}${formatType(returns)}`,
    language,
    volatility,
    security_definer: securityDefiner,
  };
}
