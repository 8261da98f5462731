// A catalog as DBML, for dbdiagram.io and its like: https://dbml.dbdiagram.io/docs. What it has no words for (views, functions,
// policies) is left out; a condition of an index is a note.

import type { Catalog, Check, Column, Index, Table } from '../catalog.js';
import {
  type Diagram,
  diagramOf,
  type Entity,
  type Enum,
  enumOf,
  type Relationship,
  shortType,
} from './diagram.js';
import type { Named } from './names.js';

/** @param comments lines that stand at the top as comments */
export function catalogDbml(catalog: Catalog, comments: readonly string[] = []): string {
  const diagram = diagramOf(catalog);
  const blocks = [
    ...(comments.length === 0 ? [] : [comments.map((line) => `// ${oneLine(line)}`).join('\n')]),
    ...diagram.enums.map(enumBlock),
    ...diagram.entities.map((entity) => tableBlock(catalog, entity)),
    ...references(diagram),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function enumBlock(type: Enum): string {
  if (type.values.length === 0) return `// Enum ${oneLine(type.name)} has no values.`;
  return block(`Enum ${qualified(type)}`, type.values.map(identifier));
}

function block(head: string, lines: readonly string[]): string {
  return `${head} {\n${lines.map((line) => `  ${line.replaceAll('\n', '\n  ')}`).join('\n')}\n}`;
}

function tableBlock(catalog: Catalog, entity: Entity): string {
  const { table, partitions, doubt, comment } = entity;
  if (table.columns.length === 0) return `// Table ${oneLine(table.name)}: no column is known.`;
  const notes = [
    ...(comment === null ? [] : [comment]),
    ...(partitions === 0 ? [] : [`${partitions} ${partitions === 1 ? 'partition' : 'partitions'}`]),
    ...(doubt === null ? [] : [`Not certain: ${doubt}`]),
  ];
  const indexes = table.indexes.flatMap((index) => indexLine(entity, index));
  const checks = table.constraints.filter((constraint): constraint is Check => constraint.kind === 'check');
  return block(`Table ${qualified(table)}`, [
    ...table.columns.map((column) => columnLine(catalog, entity, column)),
    ...(indexes.length === 0 ? [] : [block('indexes', indexes)]),
    ...(checks.length === 0
      ? []
      : [
          block(
            'checks',
            checks.map(({ name, expression }) => `${code(expression.text)} [name: ${string(name)}]`),
          ),
        ]),
    ...(notes.length === 0 ? [] : [`Note: ${string(notes.join('\n'))}`]),
  ]);
}

function columnLine(
  catalog: Catalog,
  { primaryKey, unique, columnComments }: Entity,
  column: Column,
): string {
  const isKey = primaryKey.length === 1 && primaryKey[0] === column.name;
  const value = column.generated === null ? column.default : null;
  const notes = [
    ...[columnComments.get(column.name)].flatMap((note) => note ?? []),
    ...(column.generated === null ? [] : [`generated: ${column.default?.text ?? '?'}`]),
  ];
  const settings = [
    isKey && 'pk',
    (column.serial || column.identity !== null) && 'increment',
    !isKey && unique.has(column.name) && 'unique',
    column.notNull && !isKey && 'not null',
    value !== null && !column.serial && `default: ${defaultValue(value.text)}`,
    notes.length > 0 && `note: ${string(notes.join('\n'))}`,
  ];
  return `${identifier(column.name)} ${typeName(catalog, column)}${settingsText(settings)}`;
}

function settingsText(settings: readonly (string | false)[]): string {
  const given = settings.filter((setting) => setting !== false);
  return given.length === 0 ? '' : ` [${given.join(', ')}]`;
}

function typeName(catalog: Catalog, column: Column): string {
  const type = enumOf(catalog, column.type);
  if (type !== null) return `${qualified(type)}${column.type.arrayDimensions > 0 ? '[]' : ''}`;
  const short = shortType(column);
  return /^[a-z_][a-z0-9_]*(?:\(\d+(?:,\d+)?\))?$/i.test(short) ? short : name(short);
}

/** `null` for what the line of a column says. */
function indexLine({ table, primaryKey }: Entity, index: Index): readonly string[] {
  const isKey = table.constraints.some(
    ({ kind, name }) => kind === 'primary-key' && name === index.constraint,
  );
  const saysColumn =
    index.constraint !== null && index.keys.length === 1 && index.include.length === 0 && index.unique;
  if (saysColumn || (isKey && primaryKey.length === 1)) return [];
  const named = index.keys.flatMap(({ column }) => column ?? []);
  if (!has(table, named)) return [`// ${oneLine(index.name)} is on columns that are not known.`];
  const keys = index.keys.map(({ column, expression }) =>
    column === null ? code(expression?.text ?? '?') : identifier(column),
  );
  const notes = [
    index.include.length > 0 && `INCLUDE (${index.include.join(', ')})`,
    index.nullsNotDistinct && 'NULLS NOT DISTINCT',
    index.where !== null && `WHERE ${index.where.text}`,
  ].filter((note) => note !== false);
  const settings = [
    isKey && 'pk',
    `name: ${string(index.name)}`,
    index.unique && !isKey && 'unique',
    index.method !== 'btree' && `type: ${identifier(index.method)}`,
    notes.length > 0 && `note: ${string(notes.join(' '))}`,
  ];
  // The same key again says nothing, and DBML refuses it.
  return [`(${[...new Set(keys)].join(', ')})${settingsText(settings)}`];
}

/** DBML draws one line between the same columns. */
function references({ relationships }: Diagram): readonly string[] {
  const drawn = new Set<string>();
  return relationships.map((relationship) => {
    const { foreignKey, from, to, toColumns, single } = relationship;
    const left = endpoint(from, foreignKey.columns);
    const right = endpoint(to, toColumns);
    const key = [left, right].sort().join(' ');
    const comment = left === right || drawn.has(key) || !isDrawn(relationship) ? '// ' : '';
    drawn.add(key);
    const settings = [
      foreignKey.onDelete !== 'NO ACTION' && `delete: ${foreignKey.onDelete.toLowerCase()}`,
      foreignKey.onUpdate !== 'NO ACTION' && `update: ${foreignKey.onUpdate.toLowerCase()}`,
    ];
    return `${comment}Ref ${identifier(foreignKey.name)}: ${left} ${single ? '-' : '>'} ${right}${settingsText(settings)}`;
  });
}

/** Both sides must be there. */
function isDrawn({ from, to, foreignKey, toColumns }: Relationship): boolean {
  return (
    toColumns.length === foreignKey.columns.length && has(from, foreignKey.columns) && has(to, toColumns)
  );
}

function has(table: Table, columns: readonly string[]): boolean {
  return columns.every((name) => table.columns.some((column) => column.name === name));
}

function endpoint(table: Table, columns: readonly string[]): string {
  const [only, ...others] = columns.map(identifier);
  return `${qualified(table)}.${others.length === 0 ? (only ?? '?') : `(${[only, ...others].join(', ')})`}`;
}

function defaultValue(text: string): string {
  if (/^(?:-?\d+(?:\.\d+)?|true|false|null)$/i.test(text)) return text.toLowerCase();
  const plain = /^'([^'\\\n]*)'(?:::[\w ]+)?$/.exec(text)?.[1];
  return plain === undefined ? code(text) : string(plain);
}

/** Words that begin something else where a name can stand. */
const WORDS =
  /^(?:as|checks|dep|enum|indexes|metadata|note|project|records|ref|table|tablegroup|tablepartial|diagramview|use|import)$/i;

function qualified({ schema, name: local }: Named): string {
  return schema === 'public' ? identifier(local) : `${identifier(schema)}.${identifier(local)}`;
}

function identifier(text: string): string {
  return /^[a-z_][a-z0-9_]*$/i.test(text) && !WORDS.test(text) ? text : name(text);
}

/** A name in quotes, which has to be on one line. */
function name(text: string): string {
  return `"${oneLine(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** Of several lines between three quotes. */
function string(text: string): string {
  if (/[\r\n]/.test(text)) return `'''${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'''`;
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** An expression in backticks, for which there is no escape. */
function code(text: string): string {
  return `\`${oneLine(text).replaceAll('`', "'")}\``;
}

function oneLine(text: string): string {
  return text.replace(/\s*[\r\n]\s*/g, ' ');
}
