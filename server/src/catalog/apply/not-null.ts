// NOT NULL of columns. Since PostgreSQL 18 it is a constraint with a name, which tables below take over; before, a flag of the column.
// Source: ATExecSetNotNull, ATExecDropNotNull in tablecmds.c and AddRelationNotNullConstraints in heap.c.

import type { Catalog, NotNullConstraint, Origin, RelationId, Table } from '../catalog.js';
import { childrenOf, columnOf, tableById } from '../lookup.js';
import { chooseConstraintName } from './choose-names.js';
import { type Context, changeTable, putRelation } from './relations.js';

export interface NotNullPlan {
  readonly column: string;
  /** `null` when the server is to name it. */
  readonly name: string | null;
  readonly validated: boolean;
  readonly noInherit: boolean;
  readonly origin: Origin;
}

export function plainNotNull(column: string, { origin }: Context): NotNullPlan {
  return { column, name: null, validated: true, noInherit: false, origin };
}

/** Whether the server keeps NOT NULL as a constraint; one that is written as a constraint of the table is always kept. */
export function namesNotNull({ postgres }: Context): boolean {
  return postgres >= 18;
}

export function notNullOf({ constraints }: Table, column: string): NotNullConstraint | null {
  const found = constraints.find((one) => one.kind === 'not-null' && one.column === column);
  return found?.kind === 'not-null' ? found : null;
}

/**
 * Makes the column NOT NULL, and without ONLY the same column of the tables below.
 *
 * @param inherited whether a table above asks for it
 */
export function addNotNull(
  catalog: Catalog,
  id: RelationId,
  plan: NotNullPlan,
  recurse: boolean,
  context: Context,
  inherited = false,
): Catalog {
  const table = tableById(catalog, id);
  if (table === null || columnOf(table, plan.column) === null) return catalog;
  if (!namesNotNull(context)) return flagged(catalog, id, plan.column, true, recurse);
  const present = notNullOf(table, plan.column);
  if (present !== null) return confirmed(catalog, table, present, inherited, recurse);
  const children = childrenOf(catalog, id);
  const name = plan.name ?? chooseConstraintName(catalog, table, plan.column, 'not_null');
  const noInherit = plan.noInherit || (!recurse && children.length > 0);
  const constraint: NotNullConstraint = {
    kind: 'not-null',
    name,
    column: plan.column,
    validated: plan.validated,
    noInherit,
    local: !inherited,
    inherited: inherited ? 1 : 0,
    origin: plan.origin,
  };
  let next = putRelation(catalog, {
    ...withNotNull(table, plan.column, true),
    constraints: [...table.constraints, constraint],
  });
  if (noInherit) return next;
  for (const child of children) next = addNotNull(next, child.id, { ...plan, name }, true, context, true);
  return next;
}

/** The constraint is there already; then the tables below have it, too. */
function confirmed(
  catalog: Catalog,
  table: Table,
  present: NotNullConstraint,
  inherited: boolean,
  recurse: boolean,
): Catalog {
  if (inherited) return changeNotNull(catalog, table, { inherited: present.inherited + 1 }, present);
  if (!present.local) return changeNotNull(catalog, table, { local: true }, present);
  return present.validated ? catalog : validateNotNull(catalog, table, present, recurse);
}

export function validateNotNull(
  catalog: Catalog,
  table: Table,
  constraint: NotNullConstraint,
  recurse: boolean,
): Catalog {
  let next = changeNotNull(catalog, table, { validated: true }, constraint);
  if (!recurse || constraint.noInherit) return next;
  for (const child of childrenOf(next, table.id)) {
    const below = notNullOf(child, constraint.column);
    if (below !== null) next = validateNotNull(next, child, below, true);
  }
  return next;
}

export function changeNotNull(
  catalog: Catalog,
  table: Table,
  change: Partial<NotNullConstraint>,
  constraint: NotNullConstraint,
): Catalog {
  return putRelation(catalog, {
    ...table,
    constraints: table.constraints.map((one) => (one === constraint ? { ...constraint, ...change } : one)),
  });
}

/** Sets or takes away the flag alone. */
function flagged(
  catalog: Catalog,
  id: RelationId,
  column: string,
  notNull: boolean,
  recurse: boolean,
): Catalog {
  let next = changeTable(catalog, id, (table) => withNotNull(table, column, notNull));
  if (!recurse) return next;
  for (const child of childrenOf(catalog, id)) next = flagged(next, child.id, column, notNull, true);
  return next;
}

export function withNotNull(table: Table, column: string, notNull: boolean): Table {
  return {
    ...table,
    columns: table.columns.map((one) =>
      one.name === column && one.notNull !== notNull ? { ...one, notNull } : one,
    ),
  };
}

/** What a new table takes over of its parents. */
export interface InheritedNotNull {
  readonly column: string;
  readonly name: string;
}

/** The NOT NULL constraints of a table that is being made, all at once: those that are written, then those of its parents. */
export function createNotNulls(
  catalog: Catalog,
  id: RelationId,
  written: readonly NotNullPlan[],
  fromParents: readonly InheritedNotNull[],
  context: Context,
): Catalog {
  const table = tableById(catalog, id);
  if (table === null || (written.length === 0 && fromParents.length === 0)) return catalog;
  const taken = new Set(table.constraints.map(({ name }) => name));
  const made: NotNullConstraint[] = [];
  const add = (
    column: string,
    given: string | null,
    facts: Omit<NotNullConstraint, 'kind' | 'name' | 'column'>,
  ) => {
    const name = given ?? chooseConstraintName(catalog, table, column, 'not_null', taken);
    taken.add(name);
    made.push({ kind: 'not-null', name, column, ...facts });
  };
  const done = new Set<string>();
  for (const { column, validated, noInherit, origin } of written) {
    if (done.has(column)) continue;
    done.add(column);
    const name = written.find((one) => one.column === column && one.name !== null)?.name ?? null;
    const inherited = fromParents.filter((one) => one.column === column).length;
    add(column, name, { validated, noInherit, origin, local: true, inherited });
  }
  for (const { column, name } of fromParents) {
    if (done.has(column)) continue;
    done.add(column);
    const inherited = fromParents.filter((one) => one.column === column).length;
    const { origin } = context;
    const facts = { validated: true, noInherit: false, origin, local: false, inherited };
    add(column, taken.has(name) ? null : name, facts);
  }
  return putRelation(catalog, {
    ...table,
    columns: table.columns.map((column) =>
      done.has(column.name) && !column.notNull ? { ...column, notNull: true } : column,
    ),
    constraints: [...table.constraints, ...made],
  });
}
