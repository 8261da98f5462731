// What rests on an extension: on its types, its functions, its operator classes.

import type { Catalog, Relation, RelationId, Table, View } from '../catalog.js';
import { extensionObjects } from '../extension-objects.js';
import { functionsOf } from '../lookup.js';
import type { Reference } from '../names.js';
import { userTypeOf } from '../type-lookup.js';
import type { TypeName } from '../types.js';
import type { ObjectRef } from './object-ref.js';
import { onCalls } from './resting-expressions.js';
import { functionsCalled } from './routines.js';

/** What is of a type. */
type OnType = (type: Reference) => readonly ObjectRef[];

/** Of extensions that are not in our list, what may rest on them is doubtful. */
export function onExtension(
  catalog: Catalog,
  name: string,
  doubtful: Set<RelationId>,
  onType: OnType,
): readonly ObjectRef[] {
  const objects = extensionObjects(name);
  const own = functionsOf(catalog)
    .filter(({ extensions }) => extensions.includes(name))
    .map(({ id }): ObjectRef => ({ kind: 'function', id }));
  if (objects === null) {
    for (const relation of catalog.relations.values()) {
      if (mayRestOnExtension(catalog, relation)) doubtful.add(relation.id);
    }
    return own;
  }
  const { types, functions, operatorClasses, accessMethods } = objects;
  const found: ObjectRef[] = [...own];
  for (const other of REQUIRED_BY[name] ?? []) {
    if (catalog.extensions.has(other)) found.push({ kind: 'extension', name: other });
  }
  // What we do not hold has no schema here: an extension may be anywhere.
  for (const type of types) {
    for (const schema of new Set([null, ...catalog.schemas])) {
      if (userTypeOf(catalog, { schema, name: type }) === null) found.push(...onType({ schema, name: type }));
    }
  }
  found.push(
    ...onCalls(catalog, doubtful, (called) => {
      const last = called.split('.').at(-1) ?? '';
      return functions.includes(last) && functionsCalled(catalog, called).length === 0 ? 'yes' : 'no';
    }),
  );
  for (const relation of catalog.relations.values()) {
    if (relation.kind === 'view' && relation.dependsOn.calls.some((one) => functions.includes(one))) {
      found.push({ kind: 'relation', id: relation.id });
    }
    if (relation.kind !== 'table' && relation.kind !== 'view') continue;
    for (const index of relation.indexes) {
      const rests =
        accessMethods.includes(index.method) ||
        index.keys.some(
          ({ operatorClass }) => operatorClass !== null && operatorClasses.includes(operatorClass),
        ) ||
        usesMadeClass(relation, index, objects.defaultFor);
      if (rests && index.constraint === null)
        found.push({ kind: 'index', relation: relation.id, name: index.name });
      else if (rests) found.push({ kind: 'constraint', relation: relation.id, name: index.constraint ?? '' });
    }
  }
  return found;
}

/** `requires` in the control files of contrib and PostGIS, the other way around. */
const REQUIRED_BY: Readonly<Record<string, readonly string[]>> = {
  cube: ['earthdistance'],
  hstore: ['hstore_plperl', 'hstore_plperlu', 'hstore_plpython3u'],
  ltree: ['ltree_plpython3u'],
  postgis: [
    'postgis_raster',
    'postgis_topology',
    'postgis_tiger_geocoder',
    'postgis_sfcgal',
    'pgrouting',
    'h3_postgis',
  ],
  fuzzystrmatch: ['postgis_tiger_geocoder'],
  vector: ['vectorscale', 'pg_tokenizer', 'ai'],
};

/** btree_gist and btree_gin make an access method take types that it does not know. */
function usesMadeClass(
  { columns }: Table | View,
  { method, keys }: Table['indexes'][number],
  defaultFor: string | null,
): boolean {
  return (
    defaultFor === method &&
    keys.some(({ column, operatorClass }) => {
      const type = columns.find(({ name }) => name === column)?.type;
      return (
        operatorClass === null && type !== undefined && type.arrayDimensions === 0 && SCALARS.has(type.name)
      );
    })
  );
}

const SCALARS: ReadonlySet<string> = new Set(
  (
    'int2 int4 int8 float4 float8 numeric timestamp timestamptz time timetz date interval oid money char text varchar ' +
    'bytea bit varbit macaddr macaddr8 inet cidr uuid bool bpchar name'
  ).split(' '),
);

/** Has something whose type, function or operator class is neither built in nor ours. */
function mayRestOnExtension(catalog: Catalog, relation: Relation): boolean {
  if (relation.kind === 'view') return !relation.dependsOn.certain;
  if (relation.kind !== 'table') return false;
  const { columns, indexes, constraints } = relation;
  return (
    columns.some(
      ({ type, default: value }) => !isOurs(catalog, type) || (value?.functions.length ?? 0) > 0,
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

function isOurs(catalog: Catalog, type: TypeName): boolean {
  return BUILT_IN.test(type.name) || userTypeOf(catalog, type) !== null;
}

/** Types that every database has. */
const BUILT_IN =
  /^(?:int[248]|float[48]|numeric|bool|text|varchar|bpchar|char|name|date|time|timetz|timestamp|timestamptz|interval|uuid|jsonb?|bytea|inet|cidr|macaddr8?|bit|varbit|money|xml|oid|point|line|lseg|box|path|polygon|circle|ts(?:vector|query)|(?:small|big)?serial|serial[248]|(?:int[48]|num|ts|tstz|date)(?:multi)?range)$/;
