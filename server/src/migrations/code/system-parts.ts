// The system tables that hold what tables have: columns, constraints, indexes, triggers, policies.

import type { Catalog, Constraint, Index, Relation, Table } from '../../catalog/catalog.js';
import { columnKey, doubtAbout, findRelation } from '../../catalog/lookup.js';
import { formatType, type TypeName } from '../../catalog/types.js';
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
  typeId,
  withUnseen,
} from './system-rows.js';
import { list, unknown, type Value } from './values.js';

interface Attribute {
  readonly table: Table;
  readonly doubt: string | null;
  readonly values: SystemRow['values'];
}

function attributesOf(catalog: Catalog, table: Table): readonly Attribute[] {
  const broad = doubtAbout(catalog, table);
  const own = table.columns.map((column, index): Attribute => {
    const type = formatType(column.type);
    return {
      table,
      doubt: table.complete
        ? (broad ?? catalog.doubts.columns.get(columnKey(table.id, column.name))?.reason ?? null)
        : doubtOf(catalog, table),
      values: {
        attname: column.name,
        column_name: column.name,
        attnum: index + 1,
        ordinal_position: index + 1,
        attnotnull: column.notNull,
        is_nullable: column.notNull ? 'NO' : 'YES',
        attisdropped: false,
        atthasdef: column.default !== null || column.serial,
        attidentity: column.identity === null ? '' : column.identity === 'always' ? 'a' : 'd',
        is_identity: column.identity === null ? 'NO' : 'YES',
        identity_generation:
          column.identity === null ? null : column.identity === 'always' ? 'ALWAYS' : 'BY DEFAULT',
        attgenerated: column.generated === null ? '' : column.generated === 'stored' ? 's' : 'v',
        is_generated: column.generated === null ? 'NEVER' : 'ALWAYS',
        atttypid: typeId(catalog, column.type),
        column_default:
          column.default === null && !column.serial
            ? null
            : unknown('how the server prints a default is not known'),
        data_type: dataType(catalog, column.type),
        udt_name: column.type.arrayDimensions > 0 ? `_${column.type.name}` : column.type.name,
        character_maximum_length: lengthOf(type),
      },
    };
  });
  const reason = broad ?? doubtedColumn(catalog, table);
  if (reason === null) return own;
  return [
    ...own,
    {
      table,
      doubt: reason,
      values: anyRow(
        reason,
        ['attname', 'column_name'],
        table.columns.map(({ name }) => name),
      ).values,
    },
  ];
}

/** A column of the table may be other than we hold. */
function doubtedColumn(catalog: Catalog, table: Table): string | null {
  for (const [key, { reason }] of catalog.doubts.columns) if (key.startsWith(`${table.id}.`)) return reason;
  return null;
}

/** As information_schema has it: without modifiers, `ARRAY`, `USER-DEFINED`. */
function dataType(catalog: Catalog, type: TypeName): Value {
  if (type.arrayDimensions > 0) return 'ARRAY';
  if (type.schema !== null || typeId(catalog, type).key.includes('.')) return 'USER-DEFINED';
  return formatType({ ...type, modifiers: [] });
}

function lengthOf(type: string): number | null {
  const found = /^character(?: varying)?\((\d+)\)$/.exec(type);
  return found === null ? null : Number(found[1]);
}

export const attributes: Reader = (catalog) => {
  const rows = relationsOf(catalog).flatMap((relation) =>
    relation.kind === 'table'
      ? attributesOf(catalog, relation).map(
          ({ table, doubt, values }): SystemRow => ({
            doubt,
            values: {
              ...values,
              attrelid: relationId(catalog, table),
              table_name: table.name,
              table_schema: schemaName(table),
              table_catalog: DATABASE,
            },
          }),
        )
      : relation.kind === 'view'
        ? [anyViewColumn(catalog, relation)]
        : [],
  );
  return withUnseen(catalog, rows, ['table_name', 'attrelid'], relationNames(catalog));
};

function anyViewColumn(catalog: Catalog, view: Relation): SystemRow {
  const reason = `the columns of the view "${view.name}" are not told apart`;
  return {
    doubt: reason,
    values: {
      attrelid: relationId(catalog, view),
      table_name: view.name,
      table_schema: schemaName(view),
      table_catalog: DATABASE,
    },
  };
}

const CONSTRAINT_TYPES: Readonly<Record<Constraint['kind'], readonly [string, string]>> = {
  'primary-key': ['p', 'PRIMARY KEY'],
  unique: ['u', 'UNIQUE'],
  'foreign-key': ['f', 'FOREIGN KEY'],
  check: ['c', 'CHECK'],
  exclusion: ['x', 'EXCLUDE'],
  'not-null': ['n', 'CHECK'],
};

/** One row for each constraint, or for each of its columns. */
export function constraintRows(
  catalog: Catalog,
  columnsOf: ((constraint: Constraint) => readonly string[]) | null,
): readonly SystemRow[] {
  const rows: SystemRow[] = [];
  for (const table of relationsOf(catalog)) {
    if (table.kind !== 'table') continue;
    const doubt = doubtAbout(catalog, table);
    for (const constraint of table.constraints) {
      const [contype, constraint_type] = CONSTRAINT_TYPES[constraint.kind];
      const target =
        constraint.kind === 'foreign-key' && constraint.references !== null
          ? catalog.relations.get(constraint.references)
          : undefined;
      const values = {
        oid: {
          kind: 'oid',
          key: `constraint ${table.id} ${constraint.name}`,
          text: '0',
          name: constraint.name,
        } as const,
        conname: constraint.name,
        constraint_name: constraint.name,
        conkey: keysOf(table, keyColumns(constraint)),
        confkey:
          constraint.kind === 'foreign-key' && target?.kind === 'table'
            ? keysOf(target, constraint.referencedColumns)
            : null,
        contype,
        constraint_type,
        conrelid: relationId(catalog, table),
        confrelid: target === undefined ? 0 : relationId(catalog, target),
        connamespace: schemaId(schemaName(table)),
        convalidated: !('validated' in constraint) || constraint.validated,
        constraint_schema: schemaName(table),
        constraint_catalog: DATABASE,
        table_schema: schemaName(table),
        table_name: table.name,
        table_catalog: DATABASE,
      };
      for (const column of columnsOf?.(constraint) ?? [null]) {
        // Of a foreign key the columns are used of the other table.
        const used =
          columnsOf === usedColumns && target !== undefined
            ? { table_name: target.name, table_schema: schemaName(target) }
            : {};
        rows.push({ doubt, values: { ...values, ...used, column_name: column } });
      }
    }
    if (doubt !== null) {
      const names = table.constraints.map(({ name }) => name);
      const any = anyRow(doubt, ['conname', 'constraint_name'], names);
      rows.push({
        ...any,
        values: {
          ...any.values,
          conrelid: relationId(catalog, table),
          table_name: table.name,
          table_schema: schemaName(table),
          table_catalog: DATABASE,
        },
      });
    }
  }
  return withUnseen(catalog, rows, ['table_name', 'conrelid'], relationNames(catalog));
}

/** The numbers of the columns, as pg_attribute has them here. */
function keysOf(table: Table, columns: readonly string[]): Value {
  return list(columns.map((name) => table.columns.findIndex((column) => column.name === name) + 1));
}

export function keyColumns(constraint: Constraint): readonly string[] {
  switch (constraint.kind) {
    case 'primary-key':
    case 'unique':
    case 'foreign-key':
      return constraint.columns;
    default:
      return [];
  }
}

export function usedColumns(constraint: Constraint): readonly string[] {
  if (constraint.kind === 'foreign-key') return constraint.referencedColumns;
  return constraint.kind === 'check' ? constraint.expression.columns : keyColumns(constraint);
}

export const indexes: Reader = (catalog) => {
  const rows: SystemRow[] = [];
  for (const table of relationsOf(catalog)) {
    if (table.kind !== 'table') continue;
    const doubt = doubtAbout(catalog, table);
    for (const index of table.indexes) rows.push({ doubt, values: indexValues(catalog, table, index) });
    if (doubt === null) continue;
    // An index that we do not hold has the name of nothing that we hold.
    const any = anyRow(doubt, ['indexname'], relationNames(catalog));
    rows.push({
      ...any,
      values: {
        ...any.values,
        tablename: table.name,
        schemaname: schemaName(table),
        indrelid: relationId(catalog, table),
      },
    });
  }
  return withUnseen(catalog, rows, ['indexname', 'tablename', 'indrelid'], relationNames(catalog));
};

function indexValues(catalog: Catalog, table: Table, index: Index): SystemRow['values'] {
  const relation = findRelation(catalog, { schema: table.schema, name: index.name });
  return {
    schemaname: schemaName(table),
    tablename: table.name,
    indexname: index.name,
    indrelid: relationId(catalog, table),
    ...(relation === null ? {} : { indexrelid: relationId(catalog, relation) }),
    indisunique: index.unique,
    indisprimary: table.constraints.some(
      ({ kind, name }) => kind === 'primary-key' && name === index.constraint,
    ),
    indnatts: index.keys.length + index.include.length,
    indnkeyatts: index.keys.length,
  };
}

export const triggers: Reader = (catalog) => {
  const rows = relationsOf(catalog).flatMap((relation): SystemRow[] => {
    if (relation.kind !== 'table') return [];
    const doubt = doubtAbout(catalog, relation);
    const around = {
      tgrelid: relationId(catalog, relation),
      event_object_table: relation.name,
      event_object_schema: schemaName(relation),
      trigger_schema: schemaName(relation),
    };
    const own = relation.triggers.map(
      ({ name }): SystemRow => ({
        doubt,
        values: { ...around, tgname: name, trigger_name: name, tgisinternal: false },
      }),
    );
    if (doubt === null) return own;
    const any = anyRow(
      doubt,
      ['tgname', 'trigger_name'],
      relation.triggers.map(({ name }) => name),
    );
    return [...own, { ...any, values: { ...any.values, ...around } }];
  });
  return withUnseen(catalog, rows, ['event_object_table', 'tgrelid'], relationNames(catalog));
};

export const policies: Reader = (catalog) => {
  const rows = relationsOf(catalog).flatMap((relation): SystemRow[] => {
    if (relation.kind !== 'table') return [];
    const doubt = doubtAbout(catalog, relation);
    const around = {
      schemaname: schemaName(relation),
      tablename: relation.name,
      polrelid: relationId(catalog, relation),
    };
    const own = relation.policies.map(
      ({ name, command, permissive, roles }): SystemRow => ({
        doubt,
        values: {
          ...around,
          policyname: name,
          polname: name,
          cmd: command.toUpperCase(),
          permissive: permissive ? 'PERMISSIVE' : 'RESTRICTIVE',
          roles: list(roles.length === 0 ? ['public'] : [...roles]),
        },
      }),
    );
    if (doubt === null) return own;
    const any = anyRow(
      doubt,
      ['policyname', 'polname'],
      relation.policies.map(({ name }) => name),
    );
    return [...own, { ...any, values: { ...any.values, ...around } }];
  });
  return withUnseen(catalog, rows, ['tablename', 'polrelid'], relationNames(catalog));
};
