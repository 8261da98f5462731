// The keys by which comments, owners and rights are kept, and what is kept under them.

import { type Attached, functionKey, globalKey, memberKey, namedKey, relationKey } from '../attachments.js';
import { type Catalog, nameKey } from '../catalog.js';
import { findRelation, findStatistics, findType, functionsNamed } from '../lookup.js';
import type { ObjectReference, Parameter } from '../operation.js';
import { formatType } from '../types.js';

export function put(catalog: Catalog, key: string, attached: Attached): Catalog {
  const nothing = Object.keys(attached).length === 0;
  return {
    ...catalog,
    attached: nothing ? catalog.attached.delete(key) : catalog.attached.set(key, attached),
  };
}

/** The types by which functions of one name are told apart. */
function signature(parameters: readonly Parameter[]): string {
  return parameters
    .filter(({ mode }) => mode !== 'out' && mode !== 'table')
    .map(({ type }) => formatType(type))
    .join();
}

/** `null` when there is no such object. */
export function keyOf(
  catalog: Catalog,
  { kind, name, member, arguments: types }: ObjectReference,
): string | null {
  switch (kind) {
    case 'relation': {
      const relation = findRelation(catalog, name);
      return relation === null ? null : relationKey(relation.id);
    }
    case 'column':
    case 'constraint':
    case 'policy':
    case 'trigger': {
      const relation = findRelation(catalog, name);
      return relation === null ? null : memberKey(relation.id, kind, member ?? '');
    }
    case 'schema':
    case 'extension':
      return globalKey(kind, name.name);
    case 'type': {
      const type = findType(catalog, name);
      return type === null ? null : namedKey('type', type.schema, type.name);
    }
    case 'function': {
      const found = functionsNamed(catalog, name);
      const wanted = types?.map(formatType).join();
      const meant = found.find(({ parameters }) => signature(parameters) === wanted) ?? found[0];
      return meant === undefined ? null : functionKey(meant.id);
    }
    case 'statistics': {
      const found = findStatistics(catalog, name);
      return found === null ? null : namedKey('statistics', found.schema, found.name);
    }
  }
}

export function moveKey(catalog: Catalog, from: string, to: string): Catalog {
  const attached = catalog.attached.get(from);
  if (attached === undefined) return catalog;
  return { ...catalog, attached: catalog.attached.delete(from).set(to, attached) };
}

export function isThere(catalog: Catalog, key: string): boolean {
  const [kind, first = '', second = ''] = key.split('\0');
  switch (kind) {
    case 'relation':
      return catalog.relations.has(Number(first));
    case 'schema':
      return catalog.schemas.has(first);
    case 'extension':
      return catalog.extensions.has(first);
    case 'type':
      return catalog.types.has(nameKey(first, second));
    case 'function':
      return catalog.functions.some((all) => all.some(({ id }) => id === Number(first)));
    case 'statistics':
      return catalog.statistics.has(nameKey(first, second));
    default: {
      const relation = catalog.relations.get(Number(first));
      if (relation?.kind !== 'table') return relation !== undefined;
      const named = (all: readonly (string | { readonly name: string })[]) =>
        all.some((one) => (typeof one === 'string' ? one : one.name) === second);
      if (kind === 'column') return named(relation.columns);
      if (kind === 'constraint') return named(relation.constraints);
      return kind === 'policy' ? named(relation.policies) : named(relation.triggers);
    }
  }
}
