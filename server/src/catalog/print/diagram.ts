// What a drawing of a schema shows: tables, and who refers to whom how often. Partitions are folded into their tables, since
// they have the same columns and there may be thousands of them.

import { memberKey, relationKey } from '../attachments.js';
import type { Catalog, Column, ForeignKey, Table } from '../catalog.js';
import { doubtAbout, findType, foreignKeysOf, primaryKeyOf, tableById } from '../lookup.js';
import { formatType, type TypeName } from '../types.js';
import { byName, relationsOf } from './names.js';

export interface Diagram {
  readonly entities: readonly Entity[];
  readonly relationships: readonly Relationship[];
  readonly enums: readonly Enum[];
}

export interface Entity {
  readonly table: Table;
  readonly primaryKey: readonly string[];
  /** Columns that alone are a unique key. */
  readonly unique: ReadonlySet<string>;
  readonly references: ReadonlySet<string>;
  /** How many partitions it has, those of partitions among them. */
  readonly partitions: number;
  /** Why it may differ from what is shown; `null` when we are sure. */
  readonly doubt: string | null;
  /** The comment on it, and those on its columns, by their names. */
  readonly comment: string | null;
  readonly columnComments: ReadonlyMap<string, string>;
}

export interface Relationship {
  readonly foreignKey: ForeignKey;
  readonly from: Table;
  readonly to: Table;
  readonly toColumns: readonly string[];
  /** A row may refer to nothing. */
  readonly optional: boolean;
  /** No two rows refer to the same one. */
  readonly single: boolean;
  /** What refers is a part of the primary key. */
  readonly identifying: boolean;
}

export interface Enum {
  readonly schema: string;
  readonly name: string;
  readonly values: readonly string[];
}

export function diagramOf(catalog: Catalog): Diagram {
  const tables = relationsOf(catalog, 'table');
  const partitions = new Map<Table, number>();
  for (const table of tables) {
    const root = rootOf(catalog, table);
    if (root !== table) partitions.set(root, (partitions.get(root) ?? 0) + 1);
  }
  const entities = tables
    .filter((table) => rootOf(catalog, table) === table)
    .map((table): Entity => {
      return {
        table,
        primaryKey: primaryKeyOf(table) ?? [],
        unique: new Set(uniqueKeys(table).flatMap((columns) => (columns.length === 1 ? columns : []))),
        references: new Set(foreignKeysOf(table).flatMap(({ columns }) => columns)),
        partitions: partitions.get(table) ?? 0,
        doubt: doubtAbout(catalog, table),
        comment: catalog.attached.get(relationKey(table.id))?.comment ?? null,
        columnComments: new Map(
          table.columns.flatMap(({ name }) => {
            const comment = catalog.attached.get(memberKey(table.id, 'column', name))?.comment;
            return comment === undefined ? [] : [[name, comment]];
          }),
        ),
      };
    });
  return {
    entities,
    relationships: entities.flatMap(({ table }) => relationshipsOf(catalog, table)),
    enums: [...catalog.types.values()].filter((type) => type.kind === 'enum').sort(byName),
  };
}

/** The columns of each unique index that holds every row: those behind keys, and others. */
function uniqueKeys({ indexes }: Table): readonly (readonly string[])[] {
  return indexes.flatMap(({ unique, where, keys }) => {
    const columns = keys.flatMap(({ column }) => column ?? []);
    return unique && where === null && columns.length === keys.length ? [columns] : [];
  });
}

/** The table that the partition is a part of, by however many steps; the table itself when it is none. */
function rootOf(catalog: Catalog, table: Table): Table {
  let root = table;
  // Replay refuses no circle, so steps are counted.
  for (let steps = 0; root.partitionOf !== null && steps < 100; steps += 1) {
    const parent = tableById(catalog, root.partitionOf);
    if (parent === null) return root;
    root = parent;
  }
  return root;
}

function relationshipsOf(catalog: Catalog, table: Table): readonly Relationship[] {
  return foreignKeysOf(table).flatMap((foreignKey) => {
    const target = foreignKey.references === null ? null : tableById(catalog, foreignKey.references);
    if (target === null) return [];
    const { columns } = foreignKey;
    const primaryKey = primaryKeyOf(table) ?? [];
    return [
      {
        foreignKey,
        from: table,
        to: rootOf(catalog, target),
        toColumns: foreignKey.referencedColumns,
        optional: table.columns.some((column) => columns.includes(column.name) && !column.notNull),
        single: uniqueKeys(table).some((key) => key.every((column) => columns.includes(column))),
        identifying: columns.length > 0 && columns.every((column) => primaryKey.includes(column)),
      },
    ];
  });
}

/** The enum that the type is, or is an array of. */
export function enumOf(catalog: Catalog, type: TypeName): Enum | null {
  const found = findType(catalog, type);
  return found?.kind === 'enum' ? found : null;
}

const SHORT: readonly (readonly [RegExp, string])[] = [
  [/^character varying/, 'varchar'],
  [/^character/, 'char'],
  [/^bit varying/, 'varbit'],
  [/^double precision/, 'float8'],
  [/^(time(?:stamp)?)((?:\(\d+\))?) without time zone/, '$1$2'],
  [/^(time(?:stamp)?)((?:\(\d+\))?) with time zone/, '$1tz$2'],
];

/** The type by its short name, as people write it: `varchar(80)`, `timestamptz`. */
export function shortType({ type }: Column): string {
  const full = formatType(type);
  const [pattern, short] = SHORT.find(([candidate]) => candidate.test(full)) ?? [];
  return pattern === undefined || short === undefined ? full : full.replace(pattern, short);
}
