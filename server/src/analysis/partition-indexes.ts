// The index of a partitioned table, made without blocking writes: that of each partition is built concurrently and attached.
// https://www.postgresql.org/docs/current/ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-MAINTENANCE

import type { Catalog, RelationId, Table } from '../catalog/catalog.js';
import { quoteName, quoteReference } from '../catalog/keywords.js';
import { childrenOf, findRelation } from '../catalog/lookup.js';
import type { CreateIndex, IndexKey } from '../catalog/operation.js';
import { columnsPart, objectName } from '../catalog/server-names.js';
import { onOneLine } from './spelling.js';

export interface PartitionIndex {
  readonly partition: RelationId;
  readonly name: string;
  /** CREATE INDEX CONCURRENTLY, without `;`. */
  readonly build: string;
  /** ALTER INDEX … ATTACH PARTITION. */
  readonly attach: string;
}

/** Statements, without `;`, for a migration of their own. */
export interface PartitionSteps {
  readonly name: string;
  /** Of a transaction: what is built concurrently. */
  readonly outside: boolean;
  readonly statements: readonly string[];
}

/**
 * What runs after the index was made ON ONLY the parent. Nothing undoes it: the parts go with the parent's index.
 * @param together whether the runner can build several concurrently in one file
 */
export function partitionSteps(
  index: string,
  parts: readonly PartitionIndex[],
  together: boolean,
): readonly PartitionSteps[] {
  const builds = together
    ? [{ name: `build_parts_of_${index}`, outside: true, statements: parts.map(({ build }) => build) }]
    : parts.map(({ name, build }) => ({ name: `build_${name}`, outside: true, statements: [build] }));
  const attach = parts.map((part) => part.attach);
  return [...builds, { name: `attach_parts_of_${index}`, outside: false, statements: attach }];
}

/** One for each partition; `null` where the index has no name, or partitions are not all plain tables. */
export function partitionIndexes(
  catalog: Catalog,
  parent: Table,
  operation: CreateIndex,
): readonly PartitionIndex[] | null {
  const { index, keys, include } = operation;
  const partitions = childrenOf(catalog, parent.id);
  if (index === null || partitions.length === 0) return null;
  if (partitions.some(({ partitioned, foreign }) => partitioned || foreign)) return null;
  const whole = quoteReference({ schema: operation.table.schema, name: index.name });
  const all = partitions.map((partition): PartitionIndex => {
    const schema = operation.table.schema === null ? null : partition.schema;
    const name = objectName(
      partition.name,
      columnsPart([...keys.map(({ label }) => label), ...include]),
      'idx',
    );
    return {
      partition: partition.id,
      name,
      build: `${head(operation)} ${quoteName(name)} ON ${quoteReference({ schema, name: partition.name })} ${tail(operation)}`,
      attach: `ALTER INDEX ${whole} ATTACH PARTITION ${quoteReference({ schema, name })}`,
    };
  });
  const isFree = ({ name }: PartitionIndex) =>
    findRelation(catalog, { schema: parent.schema, name }) === null;
  return all.every(isFree) && new Set(all.map(({ name }) => name)).size === all.length ? all : null;
}

function head({ unique }: CreateIndex): string {
  return `CREATE ${unique ? 'UNIQUE ' : ''}INDEX CONCURRENTLY`;
}

function tail({ method, keys, include, nullsNotDistinct, parameters, where }: CreateIndex): string {
  const settings = Object.entries(parameters).map(([name, value]) => `${name} = ${value}`);
  return [
    ...(method === 'btree' ? [] : [`USING ${method}`]),
    `(${keys.map(keySql).join(', ')})`,
    ...(include.length === 0 ? [] : [`INCLUDE (${include.map(quoteName).join(', ')})`]),
    ...(nullsNotDistinct ? ['NULLS NOT DISTINCT'] : []),
    ...(settings.length === 0 ? [] : [`WITH (${settings.join(', ')})`]),
    ...(where === null ? [] : [`WHERE ${onOneLine(where.text)}`]),
  ].join(' ');
}

function keySql({ column, expression, collation, operatorClass, descending, nullsFirst }: IndexKey): string {
  return [
    column === null ? `(${onOneLine(expression?.text ?? '')})` : quoteName(column),
    ...(collation === null ? [] : [`COLLATE ${quoteName(collation)}`]),
    ...(operatorClass === null ? [] : [quoteName(operatorClass)]),
    ...(descending ? ['DESC'] : []),
    ...(descending === nullsFirst ? [] : [nullsFirst ? 'NULLS FIRST' : 'NULLS LAST']),
  ].join(' ');
}
