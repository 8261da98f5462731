// What becomes of tables when an extension goes. What an extension brings is not held, so its dependents are guessed from afar.

import type { Catalog, Doubt, Table } from '../catalog.js';
import { findType } from '../lookup.js';
import type { DropExtension } from '../operation.js';
import type { Context } from './relations.js';

/** With CASCADE, columns, indexes, defaults and checks that rest on the extension go: tables with such are doubted. */
export function dropExtension(catalog: Catalog, operation: DropExtension, { origin }: Context): Catalog {
  const without = { ...catalog, extensions: catalog.extensions.delete(operation.extension.name) };
  if (!operation.cascade) return without;
  const reason = `what of it rests on the extension "${operation.extension.name}" is not known`;
  const begun: Doubt = { reason, since: catalog.sequence, origin };
  const relations = catalog.doubts.relations.withMutations((map) => {
    for (const relation of catalog.relations.values()) {
      if (relation.kind === 'table' && mayUseExtension(catalog, relation)) map.set(relation.id, begun);
    }
  });
  return { ...without, doubts: { ...catalog.doubts, relations } };
}

/** Types that every database has. */
const BUILT_IN =
  /^(?:int[248]|float[48]|numeric|bool|text|varchar|bpchar|char|name|date|time|timetz|timestamp|timestamptz|interval|uuid|jsonb?|bytea|inet|cidr|macaddr8?|bit|varbit|money|xml|oid|point|line|lseg|box|path|polygon|circle|ts(?:vector|query)|(?:small|big)?serial|serial[248]|(?:int[48]|num|ts|tstz|date)(?:multi)?range)$/;

function mayUseExtension(catalog: Catalog, { columns, indexes, constraints }: Table): boolean {
  return (
    columns.some(
      ({ type, default: value }) =>
        (!BUILT_IN.test(type.name) && findType(catalog, type) === null) || (value?.functions.length ?? 0) > 0,
    ) ||
    indexes.some(
      ({ method, keys, where }) =>
        method !== 'btree' ||
        where !== null ||
        keys.some(({ expression, operatorClass }) => expression !== null || operatorClass !== null),
    ) ||
    constraints.some(({ kind }) => kind === 'check' || kind === 'exclusion')
  );
}
