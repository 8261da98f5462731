// How printed schemas spell names and texts, and in which order they list what has a name.

import { type Catalog, nameKey, type Relation } from '../catalog.js';
import { quoteName } from '../keywords.js';

export interface Named {
  readonly schema: string;
  readonly name: string;
}

/** In SQL; the schema `public` is left out, since that is where a new database looks. */
export function qualified({ schema, name }: Named): string {
  return schema === 'public' ? quoteName(name) : `${quoteName(schema)}.${quoteName(name)}`;
}

/** `public` among the others, by its letters. */
export function byName(a: Named, b: Named): number {
  return compareText(a.schema, b.schema) || compareText(a.name, b.name);
}

/** By code units: the same on every machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The relations of a kind by their names. Of two that claim one name, it is the later one that has it. */
export function relationsOf<K extends Relation['kind']>(
  { relations, names }: Catalog,
  kind: K,
): readonly Extract<Relation, { readonly kind: K }>[] {
  return [...relations.values()]
    .filter(
      (relation): relation is Extract<Relation, { readonly kind: K }> =>
        relation.kind === kind && names.get(nameKey(relation.schema, relation.name)) === relation.id,
    )
    .sort(byName);
}
