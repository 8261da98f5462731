// A schema that was recorded from a server, and its comparison with a catalog. A record says less of some things than a server
// does and more of others, so both sides are put into facts of its own detail.

import { readFileSync } from 'node:fs';
import { relationKey } from '../../../server/src/catalog/attachments.js';
import type { Catalog, Column, Constraint, Index, RelationId } from '../../../server/src/catalog/catalog.js';
import { tablesOf } from '../../../server/src/catalog/lookup.js';
import { formatType } from '../../../server/src/catalog/types.js';
import { type Comparison, compare } from '../facts/compare.js';
import { type CatalogFact, type Fact, nameOf, ofTable, words } from '../facts/fact.js';

export interface RecordedSchema {
  readonly tables: readonly RecordedTable[];
  readonly enums: readonly (Named & { readonly labels: readonly string[] })[] | null;
  readonly domains: readonly (Named & { readonly base: string })[] | null;
  /** With their schemas before them. */
  readonly sequences: readonly string[] | null;
  readonly extensions: readonly string[] | null;
  readonly schemas: readonly string[] | null;
}

interface Named {
  readonly schema: string;
  readonly name: string;
}

interface RecordedTable extends Named {
  readonly columns: readonly RecordedColumn[];
  readonly primary_key?: { readonly name: string; readonly columns: readonly string[] };
  readonly unique_constraints?: readonly { readonly name: string; readonly columns: readonly string[] }[];
  readonly foreign_keys?: readonly RecordedForeignKey[];
  readonly checks?: readonly { readonly name: string; readonly validated: boolean }[];
  readonly exclusions?: readonly { readonly name: string }[];
  readonly indexes?: readonly RecordedIndex[];
  readonly unlogged?: boolean;
  readonly comment?: string;
}

interface RecordedColumn {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly default?: string;
  /** The expression of a generated column. */
  readonly generated?: string;
}

interface RecordedForeignKey {
  readonly name: string;
  readonly columns: readonly string[];
  readonly ref_schema: string;
  readonly ref_table: string;
  readonly ref_columns: readonly string[];
  readonly on_delete: string;
  readonly on_update: string;
  readonly validated: boolean;
}

interface RecordedIndex {
  readonly name: string;
  readonly unique: boolean;
  readonly using: string;
  readonly valid?: boolean;
  readonly columns: readonly { readonly column?: string; readonly expr?: string; readonly dir?: string }[];
  readonly include?: readonly string[];
  readonly where?: string | null;
  /** The letter of the constraint that it stands behind. */
  readonly constraint?: string;
}

/** @returns `null` when the file holds no recorded schema */
export function recordedSchemaIn(path: string): RecordedSchema | null {
  const json: unknown = JSON.parse(readFileSync(path, 'utf8'));
  if (typeof json !== 'object' || json === null || !('schema' in json)) return null;
  const { schema } = json as { readonly schema: RecordedSchema | undefined };
  return schema === undefined || !Array.isArray(schema.tables) ? null : schema;
}

export function compareWithRecord(catalog: Catalog, record: RecordedSchema): Comparison {
  const { everything, newObjects } = catalog.doubts;
  const knowsAll = everything === null && newObjects === null;
  return compare(factsOf(catalog), factsOfRecord(record), knowsAll);
}

/** What the recorder took along with an extension: objects that its script makes. */
const OF_EXTENSIONS: ReadonlySet<string> = new Set(['domain earth']);

/** `schema_migrations` is the runner's. */
function isOfRunner({ name }: { readonly name: string }): boolean {
  return name === 'schema_migrations';
}

function factsOfRecord(record: RecordedSchema): readonly Fact[] {
  const facts: Fact[] = [
    ...(record.schemas ?? []).map((name) => ({ key: `schema ${name}`, value: '' })),
    ...(record.extensions ?? []).map((name) => ({ key: `extension ${name}`, value: '' })),
    ...(record.enums ?? []).map((one) => ({ key: `enum ${nameOf(one)}`, value: one.labels.join(',') })),
    ...(record.domains ?? []).map((one) => ({ key: `domain ${nameOf(one)}`, value: one.base })),
    ...(record.sequences ?? []).map((name) => ({
      key: `sequence ${name.replace(/^public\./, '')}`,
      value: '',
    })),
    ...record.tables.filter((table) => !isOfRunner(table)).flatMap(factsOfRecordedTable),
  ];
  return facts.filter(({ key }) => !OF_EXTENSIONS.has(key));
}

function factsOfRecordedTable(table: RecordedTable): readonly Fact[] {
  const name = nameOf(table);
  const key = table.primary_key;
  const constraint = (own: string, value: string): Fact => ({ key: `constraint ${name} ${own}`, value });
  return [
    {
      key: `table ${name}`,
      value: words(table.unlogged === true && 'unlogged', table.columns.map((column) => column.name).join()),
    },
    ...(table.comment === undefined ? [] : [{ key: `comment ${name}`, value: table.comment }]),
    ...table.columns.map((column) => ({
      key: `column ${name}.${column.name}`,
      value: words(
        column.type,
        !column.nullable && 'not null',
        column.default !== undefined && `default ${plainDefault(column.default)}`,
        column.generated !== undefined && 'generated',
      ),
    })),
    ...(key === undefined ? [] : [constraint(key.name, `p (${key.columns})`)]),
    ...(table.unique_constraints ?? []).map((own) => constraint(own.name, `u (${own.columns})`)),
    ...(table.foreign_keys ?? []).map((own) =>
      constraint(
        own.name,
        words(
          `f (${own.columns}) -> ${nameOf({ schema: own.ref_schema, name: own.ref_table })} (${own.ref_columns})`,
          `${own.on_delete}/${own.on_update}`,
          !own.validated && 'not valid',
        ),
      ),
    ),
    ...(table.checks ?? []).map((own) => constraint(own.name, words('c', !own.validated && 'not valid'))),
    ...(table.exclusions ?? []).map((own) => constraint(own.name, 'x')),
    ...(table.indexes ?? []).map((index) => ({
      key: `index ${name} ${index.name}`,
      value: words(
        index.unique && 'unique',
        index.using.toLowerCase(),
        `(${index.columns.map(({ column, dir }) => words(column ?? '*', dir === 'desc' && 'desc'))})`,
        (index.include ?? []).length > 0 && `include (${index.include})`,
        typeof index.where === 'string' && 'partial',
        index.constraint !== undefined && 'constraint',
      ),
    })),
  ];
}

function factsOf(catalog: Catalog): readonly CatalogFact[] {
  const relations = [...catalog.relations.values()];
  const types = [...catalog.types.values()];
  return [
    ...[...catalog.schemas].map((name) => ({ key: `schema ${name}`, value: '' })),
    ...[...catalog.extensions].map((name) => ({ key: `extension ${name}`, value: '' })),
    ...types.flatMap((type): CatalogFact[] => {
      if (type.kind === 'enum') return [{ key: `enum ${nameOf(type)}`, value: type.values.join(',') }];
      return type.kind === 'domain' ? [{ key: `domain ${nameOf(type)}`, value: formatType(type.base) }] : [];
    }),
    ...relations.flatMap((one) =>
      one.kind === 'sequence' ? [{ key: `sequence ${nameOf(one)}`, value: '' }] : [],
    ),
    ...tablesOf(catalog).flatMap((table) => {
      const name = nameOf(table);
      const own = relations.filter((one) => one.kind === 'sequence' && one.ownedBy === table.id);
      const sequenceOf = (column: Column) =>
        own.find((one) => one.kind === 'sequence' && one.ownerColumn === column.name);
      const comment = commentOn(catalog, table.id);
      return ofTable(catalog, table, [
        {
          key: `table ${name}`,
          value: words(table.unlogged && 'unlogged', table.columns.map((column) => column.name).join()),
        },
        ...(comment === null ? [] : [{ key: `comment ${name}`, value: comment }]),
        ...table.columns.map((column) => {
          const sequence = sequenceOf(column);
          const serial = sequence === undefined ? '' : plainDefault(`nextval('${nameOf(sequence)}')`);
          return {
            key: `column ${name}.${column.name}`,
            value: words(
              formatType(column.type),
              column.notNull && 'not null',
              column.generated === null && column.serial && `default ${serial}`,
              column.generated === null &&
                !column.serial &&
                column.default !== null &&
                `default ${plainDefault(column.default.text)}`,
              column.generated !== null && 'generated',
            ),
          };
        }),
        ...table.constraints.flatMap((one): CatalogFact[] => {
          const value = constraintValue(catalog, one);
          return value === null ? [] : [{ key: `constraint ${name} ${one.name}`, value }];
        }),
        ...table.indexes.map((index) => ({ key: `index ${name} ${index.name}`, value: indexValue(index) })),
      ]);
    }),
  ];
}

function commentOn(catalog: Catalog, id: RelationId): string | null {
  return catalog.attached.get(relationKey(id))?.comment ?? null;
}

function constraintValue(catalog: Catalog, constraint: Constraint): string | null {
  switch (constraint.kind) {
    case 'primary-key':
      return `p (${constraint.columns})`;
    case 'unique':
      return `u (${constraint.columns})`;
    case 'foreign-key': {
      const target =
        constraint.references === null ? undefined : catalog.relations.get(constraint.references);
      const to = target === undefined ? '?' : nameOf(target);
      return words(
        `f (${constraint.columns}) -> ${to} (${constraint.referencedColumns})`,
        `${constraint.onDelete}/${constraint.onUpdate}`,
        !constraint.validated && 'not valid',
      );
    }
    case 'check':
      return words('c', !constraint.validated && 'not valid');
    case 'exclusion':
      return 'x';
    case 'not-null':
      return null;
  }
}

function indexValue(index: Index): string {
  return words(
    index.unique && 'unique',
    index.method.toLowerCase(),
    `(${index.keys.map(({ column, descending }) => words(column ?? '*', descending && 'desc'))})`,
    index.include.length > 0 && `include (${index.include})`,
    index.where !== null && 'partial',
    index.constraint !== null && 'constraint',
  );
}

const CAST =
  /::(?:"[^"]*"|[\w.]+(?: varying| with(?:out)? time zone| precision)?)(?:\(\d+(?:,\d+)?\))?(?:\[\])*/g;

/** Without what the server adds when it prints a default: casts, brackets, blanks, quotes around names, small letters. */
function plainDefault(text: string): string {
  return text
    .replace(CAST, '')
    .replace(/[\s()"]+/g, '')
    .replace(/^b'/i, "'")
    .replace(/'public\./, "'")
    .toLowerCase();
}
