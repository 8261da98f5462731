// Constraints that are added, on their own or with a new table.
// Source: ATExecAddConstraint in tablecmds.c, AddRelationNewConstraints in heap.c, transformIndexConstraints in parse_utilcmd.c.

import type { Catalog, Check, Origin, RelationId, Table } from '../catalog.js';
import { childrenOf, columnOf, constraintOf, tableById } from '../lookup.js';
import { truncateIdentifier } from '../names.js';
import type {
  AddConstraint,
  CheckDefinition,
  ConstraintDefinition,
  ExclusionDefinition,
  PrimaryKeyDefinition,
  UniqueDefinition,
} from '../operation.js';
import { chooseConstraintName } from './choose-names.js';
import { addForeignKey } from './foreign-keys.js';
import { buildIndex, type IndexPlan, indexRenamed, numbered } from './indexes.js';
import { addNotNull, plainNotNull } from './not-null.js';
import { type Context, existingTable, putRelation } from './relations.js';

type KeyDefinition = PrimaryKeyDefinition | UniqueDefinition;

export function addConstraint(catalog: Catalog, operation: AddConstraint, context: Context): Catalog {
  const [present, table] = existingTable(catalog, operation.table, context);
  if (table === null) return present;
  const numberedOnes = numberedConstraints([operation.constraint], 0, context.origin);
  return addConstraints(present, table.id, numberedOnes, { recurse: !operation.only, isNew: false }, context);
}

/** A constraint with its place among those that the operation makes. */
export interface Written {
  readonly definition: ConstraintDefinition;
  readonly origin: Origin;
}

/** @param first the number of constraints that the operation has made before */
export function numberedConstraints(
  definitions: readonly ConstraintDefinition[],
  first: number,
  origin: Origin,
): readonly Written[] {
  return definitions.map((definition, index) => ({
    definition,
    origin: { ...origin, constraint: first + index },
  }));
}

interface Adding {
  /** Without ONLY. */
  readonly recurse: boolean;
  /** The columns are new, so that NOT VALID means nothing. */
  readonly isNew: boolean;
}

/** In the order in which the server makes them, which tells who gets which name: CHECKs, keys, foreign keys. */
export function addConstraints(
  catalog: Catalog,
  id: RelationId,
  written: readonly Written[],
  adding: Adding,
  context: Context,
): Catalog {
  const checked = addChecks(catalog, id, written, adding, context);
  return addForeignKeys(addKeys(checked, id, written, adding, context), id, written, adding, context);
}

/** CHECKs, and NOT NULLs that are written as constraints of the table. */
export function addChecks(
  catalog: Catalog,
  id: RelationId,
  written: readonly Written[],
  { recurse, isNew }: Adding,
  context: Context,
): Catalog {
  let next = catalog;
  for (const { definition, origin } of written) {
    const inside = { ...context, origin };
    if (definition.kind === 'check') {
      const validated = (isNew || definition.validated) && definition.enforced;
      next = addCheck(next, id, { ...definition, validated }, recurse, inside);
    } else if (definition.kind === 'not-null') {
      const { column, noInherit, validated } = definition;
      const name = definition.name === null ? null : truncateIdentifier(definition.name.name);
      // Whoever writes it so has a server that names it.
      const named = { ...inside, postgres: Math.max(18, context.postgres) };
      next = addNotNull(next, id, { column, name, validated, noInherit, origin }, recurse, named);
    }
  }
  return next;
}

function addCheck(
  catalog: Catalog,
  id: RelationId,
  definition: CheckDefinition,
  recurse: boolean,
  context: Context,
): Catalog {
  const table = tableById(catalog, id);
  if (table === null) return catalog;
  const { enforced, expression, noInherit, validated } = definition;
  const [first, ...others] = expression.columns;
  // The table's own name is its whole row, which gives the constraint no name.
  const only = first === table.name && columnOf(table, first) === null ? undefined : first;
  const check: Check = {
    kind: 'check',
    name:
      definition.name === null
        ? chooseConstraintName(catalog, table, only !== undefined && others.length === 0 ? only : '', 'check')
        : truncateIdentifier(definition.name.name),
    expression,
    validated,
    enforced,
    noInherit,
    local: true,
    inherited: 0,
    origin: context.origin,
  };
  return putCheck(catalog, table, check, recurse && !noInherit, context);
}

/** Puts it on the table and on those below; one of that name that is there is the same. */
export function putCheck(
  catalog: Catalog,
  table: Table,
  check: Check,
  recurse: boolean,
  context: Context,
): Catalog {
  const present = constraintOf(table, check.name);
  if (present !== null) {
    const source =
      table.partitionOf !== null && !check.local
        ? { local: false, inherited: 1 }
        : { local: present.local || check.local, inherited: present.inherited + check.inherited };
    const merged = present.kind === 'check' ? { ...present, ...source } : present;
    return putRelation(catalog, {
      ...table,
      constraints: table.constraints.map((one) => (one === present ? merged : one)),
    });
  }
  let next = putRelation(catalog, { ...table, constraints: [...table.constraints, check] });
  if (!recurse) return next;
  const below = { ...check, local: false, inherited: 1, origin: { ...context.origin, constraint: null } };
  for (const child of childrenOf(catalog, table.id)) next = putCheck(next, child, below, true, context);
  return next;
}

/** Primary and unique keys and exclusion constraints: the primary key first, and each only once. */
export function addKeys(
  catalog: Catalog,
  id: RelationId,
  written: readonly Written[],
  { recurse }: Adding,
  context: Context,
): Catalog {
  let next = catalog;
  for (const { definition, origin } of distinctKeys(written)) {
    const inside = { ...context, origin };
    if (definition.kind !== 'exclusion' && definition.usingIndex !== null) {
      next = adoptIndex(next, id, definition, definition.usingIndex, recurse, inside);
    } else next = addKey(next, id, definition, recurse, inside);
  }
  return next;
}

interface WrittenKey {
  readonly definition: KeyDefinition | ExclusionDefinition;
  readonly origin: Origin;
}

/** UNIQUE PRIMARY KEY is one key; if either has a name, that is its name. */
function distinctKeys(written: readonly Written[]): readonly WrittenKey[] {
  const keys = written.flatMap(({ definition, origin }): WrittenKey[] =>
    definition.kind === 'primary-key' || definition.kind === 'unique' || definition.kind === 'exclusion'
      ? [{ definition, origin }]
      : [],
  );
  const primary = keys.filter(({ definition }) => definition.kind === 'primary-key');
  const found = new Map<string, WrittenKey>();
  for (const key of [...primary, ...keys.filter((one) => !primary.includes(one))]) {
    const signature = signatureOf(key.definition);
    const prior = found.get(signature);
    if (prior === undefined) found.set(signature, key);
    else if (prior.definition.name === null) {
      found.set(signature, { ...prior, definition: { ...prior.definition, name: key.definition.name } });
    }
  }
  return [...found.values()];
}

function signatureOf(definition: KeyDefinition | ExclusionDefinition): string {
  const { deferrable, deferred, include } = definition;
  if (definition.kind === 'exclusion') {
    const { keys, method, operators, where } = definition;
    const parts = keys.map((key) => [key.column, key.expression?.text, key.operatorClass, key.collation]);
    return JSON.stringify([method, parts, operators, where?.text, include, deferrable, deferred]);
  }
  const { columns, temporal, usingIndex } = definition;
  const distinct = definition.kind === 'unique' && definition.nullsNotDistinct;
  return JSON.stringify([columns, temporal, usingIndex, include, deferrable, deferred, distinct]);
}

function addKey(
  catalog: Catalog,
  id: RelationId,
  definition: KeyDefinition | ExclusionDefinition,
  recurse: boolean,
  context: Context,
): Catalog {
  const required =
    definition.kind === 'primary-key'
      ? requireAll(catalog, id, definition.columns, recurse, context)
      : catalog;
  return buildIndex(required, id, planFor(definition), { parent: null, only: !recurse }, context);
}

function planFor(definition: KeyDefinition | ExclusionDefinition): IndexPlan {
  const { deferrable, deferred, include, parameters } = definition;
  const name = definition.name === null ? null : truncateIdentifier(definition.name.name);
  const shared = { include, name, parameters };
  if (definition.kind === 'exclusion') {
    const { kind, method, operators, where } = definition;
    const keys = numbered(definition.keys);
    const constraint = { kind, operators, deferrable, deferred };
    return { ...shared, keys, method, where, unique: false, nullsNotDistinct: false, constraint };
  }
  const { columns, kind, temporal } = definition;
  return {
    ...shared,
    keys: columns.map((column) => ({
      column,
      expression: null,
      descending: false,
      nullsFirst: false,
      label: column,
      operatorClass: null,
      collation: null,
    })),
    unique: true,
    // https://www.postgresql.org/docs/18/sql-createtable.html: WITHOUT OVERLAPS is kept by a GiST index.
    method: temporal ? 'gist' : 'btree',
    where: null,
    nullsNotDistinct: kind === 'unique' && definition.nullsNotDistinct,
    constraint: { kind, temporal, deferrable, deferred },
  };
}

/** The columns of a primary key are NOT NULL. */
function requireAll(
  catalog: Catalog,
  id: RelationId,
  columns: readonly string[],
  recurse: boolean,
  context: Context,
): Catalog {
  let next = catalog;
  const origin = { ...context.origin, constraint: null };
  for (const column of columns) {
    const isSo = tableById(next, id)?.columns.some((one) => one.name === column && one.notNull) ?? true;
    if (!isSo) next = addNotNull(next, id, plainNotNull(column, { ...context, origin }), recurse, context);
  }
  return next;
}

/** `USING INDEX`: the index gets the name of the constraint. */
function adoptIndex(
  catalog: Catalog,
  id: RelationId,
  definition: KeyDefinition,
  usingIndex: string,
  recurse: boolean,
  context: Context,
): Catalog {
  const index = tableById(catalog, id)?.indexes.find(({ name }) => name === usingIndex);
  if (index === undefined) return addKey(catalog, id, definition, recurse, context);
  const { deferrable, deferred, kind, temporal } = definition;
  const columns = index.keys.flatMap(({ column }) => column ?? []);
  const name = definition.name === null ? usingIndex : truncateIdentifier(definition.name.name);
  const named = name === usingIndex ? catalog : indexRenamed(catalog, index.id, name);
  const required = kind === 'primary-key' ? requireAll(named, id, columns, recurse, context) : named;
  const table = tableById(required, id);
  if (table === null) return required;
  const { origin } = context;
  return putRelation(required, {
    ...table,
    indexes: table.indexes.map((one) => (one.id === index.id ? { ...one, constraint: name } : one)),
    constraints: [
      ...table.constraints,
      { kind, name, columns, temporal, deferrable, deferred, local: true, inherited: 0, origin },
    ],
  });
}

export function addForeignKeys(
  catalog: Catalog,
  id: RelationId,
  written: readonly Written[],
  { isNew }: Adding,
  context: Context,
): Catalog {
  let next = catalog;
  for (const { definition, origin } of written) {
    if (definition.kind !== 'foreign-key') continue;
    next = addForeignKey(next, id, definition, isNew || definition.validated, { ...context, origin });
  }
  return next;
}
