// Names that the server chooses in a catalog. Three ways, which look at different things: a relation's name must be free among
// relations, a constraint's among the constraints of the schema, and that of an index behind a constraint among both.
// Source: ChooseRelationName and ChooseIndexName in indexcmds.c, ChooseConstraintName in pg_constraint.c.

import type { Catalog } from '../catalog.js';
import { chooseName, columnsPart } from '../server-names.js';
import { constraintNameTaken, relationNameTaken } from './relations.js';

interface Placed {
  readonly schema: string;
  readonly name: string;
}

export function chooseRelationName(
  catalog: Catalog,
  { schema, name }: Placed,
  second: string,
  label: string,
): string {
  return chooseName(name, second, label, (candidate) => relationNameTaken(catalog, schema, candidate));
}

/** @param others names that constraints of the same statement have, which are not in the catalog yet */
export function chooseConstraintName(
  catalog: Catalog,
  { schema, name }: Placed,
  second: string,
  label: string,
  others: ReadonlySet<string> = new Set(),
): string {
  return chooseName(
    name,
    second,
    label,
    (candidate) => others.has(candidate) || constraintNameTaken(catalog, schema, candidate),
  );
}

/**
 * @param constraint the kind of constraint that it stands behind, if any
 * @param labels what its columns are called
 */
export function chooseIndexName(
  catalog: Catalog,
  { schema, name }: Placed,
  constraint: 'primary-key' | 'unique' | 'exclusion' | null,
  labels: readonly string[],
): string {
  const second = constraint === 'primary-key' ? '' : columnsPart(labels);
  return chooseName(
    name,
    second,
    LABELS[constraint ?? 'none'],
    (candidate) =>
      relationNameTaken(catalog, schema, candidate) ||
      (constraint !== null && constraintNameTaken(catalog, schema, candidate)),
  );
}

const LABELS = { 'primary-key': 'pkey', unique: 'key', exclusion: 'excl', none: 'idx' } as const;
