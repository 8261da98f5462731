// Whether a statement may leave its transaction, or its place: to run last, in a migration after all that are there, what it
// needs must still be there then, and nothing that runs before may need it.

import {
  constraintOf,
  findRelation,
  findTable,
  meansSame,
  type Reference,
  relationName,
} from '../catalog/lookup.js';
import type { CreateIndex, Operation } from '../catalog/operation.js';
import { stateBefore } from '../migrations/history.js';
import {
  catalogsAround,
  indexLasts,
  isLast,
  isNamedAfter,
  isProvedAfter,
  isSameTable,
  staysDropped,
} from './lasting.js';
import type { Site, Undoes } from './place.js';

/** True for what is as good outside a transaction as in one. */
export function isAsGoodOutside(operation: Operation): boolean {
  const { kind } = operation;
  if (kind === 'set-parameter') return !operation.local;
  if (kind === 'maintenance') return operation.action !== 'lock-table';
  return kind === 'create-index' || kind === 'drop-index' || kind === 'comment';
}

/** True for what the server refuses outside a transaction, or what then does nothing. */
export function needsTransaction(operation: Operation): boolean {
  switch (operation.kind) {
    case 'maintenance':
      return operation.action === 'lock-table';
    case 'set-parameter':
      return operation.local;
    case 'transaction':
      return operation.action !== 'begin' && operation.action !== 'commit';
    default:
      return false;
  }
}

/** Whether the migration does one thing only: without it, it would be empty, or set what nothing uses. */
export function standsAlone({ step }: Site): boolean {
  const all = step?.migration.statements ?? [];
  return all.filter(({ operations }) => operations.length === 0 || !operations.every(isAround)).length === 1;
}

/** SET, BEGIN and COMMIT are there for others. */
function isAround({ kind }: Operation): boolean {
  return kind === 'set-parameter' || kind === 'transaction';
}

/** Whether an operation runs outside a transaction where it stands. */
export function runsOutside({ step }: Site, operation: Operation): boolean {
  const index =
    step?.migration.statements.findIndex(({ operations }) => operations.includes(operation)) ?? -1;
  if (step === null || step.migration.transaction !== 'none') return false;
  return index < 0 || stateBefore(step, index).transaction === null;
}

/** Whether a statement may run after all migrations that are there. */
export function mayRunLast(site: Site, operation: Operation): boolean {
  switch (operation.kind) {
    case 'create-index':
      return indexLasts(site, operation);
    case 'drop-index':
      return staysDropped(site, operation);
    case 'detach-partition': {
      const { table, partition } = operation;
      return [table, partition].every(
        (one) => findTable(site.latest, one) !== null && !isNamedAfter(site, operation, one.name),
      );
    }
    case 'maintenance':
      return operation.relation === null || findRelation(site.latest, operation.relation) !== null;
    case 'validate-constraint': {
      const { table, constraint } = operation;
      const known = findTable(site.latest, table);
      return (
        known !== null &&
        constraintOf(known, constraint.name) !== null &&
        !isNamedAfter(site, operation, constraint.name) &&
        !isProvedAfter(site, operation, table.name)
      );
    }
    default: {
      const names = namesIn(operation);
      if (names.length === 0) return isLast(site, operation);
      return !names.some((name) => isNamedAfter(site, operation, name));
    }
  }
}

/** What undoes an operation. */
export function undoingOf(site: Site, operation: Operation): Undoes {
  const isSame = (a: Reference, b: Reference) => isSameTable(site, a, b);
  switch (operation.kind) {
    case 'create-index':
      return (other) => other.kind === 'drop-index' && isIndexOf(site, operation, other.index);
    case 'drop-index':
      return (other) => other.kind === 'create-index' && isIndexOf(site, other, operation.index);
    case 'detach-partition':
      return (other) => other.kind === 'attach-partition' && isSame(other.partition, operation.partition);
    case 'attach-partition':
      return (other) => other.kind === 'detach-partition' && isSame(other.partition, operation.partition);
    case 'rename-column':
    case 'rename-table':
    case 'rename-constraint':
    case 'rename-index':
      return (other) => other.kind === operation.kind && other.to.name === namesIn(operation).at(-1);
    default: {
      const kind = INVERSE.get(operation.kind);
      const about = subjectsOf(operation);
      return (other) => {
        if (kind === undefined || other.kind !== kind || about.length === 0) return false;
        const of = subjectsOf(other);
        return of.length === about.length && about.every((one, index) => isSame(one, of[index] ?? one));
      };
    }
  }
}

const PAIRS = [
  ['create-table', 'drop-table'],
  ['add-column', 'drop-column'],
  ['add-constraint', 'drop-constraint'],
  ['set-not-null', 'drop-not-null'],
  ['set-default', 'drop-default'],
  ['create-enum', 'drop-type'],
  ['create-type', 'drop-type'],
  ['create-view', 'drop-view'],
  ['create-schema', 'drop-schema'],
  ['create-sequence', 'drop-sequence'],
  ['create-extension', 'drop-extension'],
  ['create-function', 'drop-function'],
  ['create-trigger', 'drop-trigger'],
  ['create-policy', 'drop-policy'],
  ['alter-column-type', 'alter-column-type'],
  ['set-row-level-security', 'set-row-level-security'],
] as const;

const INVERSE: ReadonlyMap<string, string> = new Map(
  PAIRS.flatMap(([a, b]) => [
    [a, b],
    [b, a],
  ]),
);

const SUBJECTS = [
  'table',
  'relation',
  'type',
  'view',
  'sequence',
  'function',
  'schema',
  'extension',
  'column',
  'constraint',
  'trigger',
  'policy',
  'index',
] as const;

function namesIn(operation: Operation): readonly string[] {
  return subjectsOf(operation).map(({ name }) => name);
}

/** What an operation is about, the outermost first: a table, then its column. */
function subjectsOf(operation: Operation): readonly Reference[] {
  const parts: Readonly<Record<string, unknown>> = { ...operation };
  return SUBJECTS.flatMap((subject) => nameOf(parts[subject]) ?? []);
}

/** Of a name, or of a definition that has one. */
function nameOf(part: unknown): Reference | null {
  if (typeof part !== 'object' || part === null || !('name' in part)) return null;
  if (typeof part.name !== 'string') return nameOf(part.name);
  const schema = 'schema' in part && typeof part.schema === 'string' ? part.schema : null;
  return { schema, name: part.name };
}

/** An index is in the schema of its table. */
function isIndexOf(site: Site, { index, table }: CreateIndex, named: Reference): boolean {
  return catalogsAround(site).some((catalog) => {
    const { schema } = relationName(catalog, table);
    return index !== null && meansSame(catalog, { schema, name: index.name }, named);
  });
}
