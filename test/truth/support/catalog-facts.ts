// Our catalog as the same lines as introspect.ts gives for a server.

import type { Catalog, Constraint, Table } from '../../../server/src/catalog/catalog.js';
import { formatType } from '../../../server/src/catalog/types.js';

const LETTERS: Readonly<Record<Constraint['kind'], string>> = {
  'primary-key': 'p',
  unique: 'u',
  'foreign-key': 'f',
  check: 'c',
  exclusion: 'x',
  'not-null': 'n',
};

/** Sorted. */
export function factsOfCatalog(catalog: Catalog): readonly string[] {
  const named = ({ schema, name }: { schema: string; name: string }) =>
    schema === 'public' ? name : `${schema}.${name}`;
  const facts: string[] = [];
  for (const relation of catalog.relations.values()) {
    if (relation.kind === 'sequence') facts.push(`sequence ${named(relation)}`);
    if (relation.kind === 'table') facts.push(...factsOfTable(catalog, relation, named));
  }
  for (const type of catalog.types.values()) {
    if (type.kind === 'enum') facts.push(`enum ${named(type)} ${type.values.join(',')}`);
  }
  return facts.sort();
}

function factsOfTable(
  catalog: Catalog,
  table: Table,
  named: (relation: { schema: string; name: string }) => string,
): readonly string[] {
  const name = named(table);
  return [
    `table ${name}`,
    ...table.columns.map((column) => {
      const required = column.notNull ? ' not null' : '';
      const value = column.serial || (column.default !== null && column.generated === null) ? ' default' : '';
      return `column ${name}.${column.name} ${formatType(column.type)}${required}${value}`;
    }),
    ...table.constraints
      .filter(({ kind }) => kind !== 'not-null')
      .map((constraint) => {
        const pending = 'validated' in constraint && !constraint.validated ? ' not valid' : '';
        const target =
          constraint.kind === 'foreign-key' && constraint.references !== null
            ? catalog.relations.get(constraint.references)
            : undefined;
        return `constraint ${name} ${constraint.name} ${LETTERS[constraint.kind]}${pending}${target === undefined ? '' : ` -> ${named(target)}`}`;
      }),
    ...table.indexes.map(
      (index) =>
        `index ${name} ${index.name}${index.unique ? ' unique' : ''}${index.where === null ? '' : ' partial'}`,
    ),
    ...(table.rowLevelSecurity.enabled
      ? [`rls ${name}${table.rowLevelSecurity.forced ? ' forced' : ''}`]
      : []),
    ...table.policies.map((policy) => `policy ${name} ${policy.name}`),
  ];
}
