// What stands in the way of dropping something without CASCADE, or of giving a column another type.

import type { Span } from '../../text/span.js';
import { dependentsOf, fallOf, type ObjectRef } from '../apply/dependencies.js';
import { findRoutine, functionById } from '../apply/routines.js';
import type { Catalog, Constraint, FunctionFacts, Relation, Table, UserType } from '../catalog.js';
import type { Expression } from '../expression.js';
import { findRelation, findType } from '../lookup.js';
import type { Name } from '../names.js';
import type { Operation } from '../operation.js';
import { asLookedUp, isCertain, kindOf } from './certainty.js';
import { called, type Refusal, type RefusalContext, type RefusedObject, refusal } from './refusal.js';

/** Asks for dependents of what one operation drops or changes; each answers `null` when there are none for sure. */
export interface Dependents {
  ofRelation(relation: Relation, name: Name): Refusal | null;
  ofColumn(table: Table, column: string): Refusal | null;
  /** Of a column whose type changes. */
  ofColumnType(table: Table, column: string): Refusal | null;
  ofConstraint(table: Table, constraint: Constraint): Refusal | null;
  ofIndex(table: Table, index: string): Refusal | null;
  ofType(type: UserType): Refusal | null;
  ofFunction(facts: FunctionFacts, name: Name): Refusal | null;
  ofExtension(name: string): Refusal | null;
}

export function dependentsIn(
  catalog: Catalog,
  operation: Operation,
  { statement, postgres }: RefusalContext,
): Dependents {
  const at = operation.keyword;
  /** The first that is certain of what would be left behind. */
  const left = (object: RefusedObject, own: ObjectRef, span: Span): Refusal | null => {
    const others = statement.flatMap((other) => (other === operation ? [] : droppedBy(catalog, other)));
    const fall = fallOf(catalog, [own, ...others], postgres);
    const tables = new Set(fall.own.flatMap((one) => (one.kind === 'relation' ? [one.id] : [])));
    const columns = new Set(
      fall.own.flatMap((one) => (one.kind === 'column' ? [`${one.relation}.${one.name}`] : [])),
    );
    for (const one of fall.dependents) {
      // A constraint goes with its table, a default with its column.
      if ('relation' in one && tables.has(one.relation)) continue;
      if (one.kind === 'default' && columns.has(`${one.relation}.${one.name}`)) continue;
      const by = isPlain(catalog, one) ? described(catalog, one) : null;
      if (by === null) continue;
      return refusal('dependents', '2BP01', `${by} depends on the ${called(object)}`, object, span);
    }
    return null;
  };
  return {
    ofRelation: (relation, name) =>
      left(
        { kind: kindOf(relation), schema: relation.schema, name: relation.name },
        { kind: 'relation', id: relation.id },
        name.span,
      ),
    ofColumn: (table, name) =>
      left({ kind: 'column', schema: null, name }, { kind: 'column', relation: table.id, name }, at),
    ofColumnType(table, column) {
      const by = readerOf(catalog, table, column, postgres);
      if (by === null) return null;
      const object = { kind: 'column', schema: null, name: column } as const;
      const message = `${by} uses the ${called(object)} of "${table.name}", whose type cannot change under it`;
      return refusal('dependents', '0A000', message, object, at);
    },
    ofConstraint(table, { name }) {
      const object = { kind: 'constraint', schema: null, name } as const;
      return isOnlyKey(table, name)
        ? left(object, { kind: 'constraint', relation: table.id, name }, at)
        : null;
    },
    ofIndex(table, name) {
      const object = { kind: 'index', schema: table.schema, name } as const;
      return isOnlyKey(table, name) ? left(object, { kind: 'index', relation: table.id, name }, at) : null;
    },
    ofType: ({ schema, name }) => left({ kind: 'type', schema, name }, { kind: 'type', schema, name }, at),
    ofFunction: ({ id, schema, name }, { span }) =>
      left({ kind: 'function', schema, name }, { kind: 'function', id }, span),
    ofExtension(name) {
      if (fallOf(catalog, [{ kind: 'extension', name }], postgres).doubtful.length > 0) return null;
      return left({ kind: 'extension', schema: null, name }, { kind: 'extension', name }, at);
    },
  };
}

/** What the operation drops by name, but for schemas and indexes; empty when it is not there. */
export function droppedBy(catalog: Catalog, operation: Operation): readonly ObjectRef[] {
  switch (operation.kind) {
    case 'drop-table':
      return relationAt(catalog, operation.table);
    case 'drop-view':
      return relationAt(catalog, operation.view);
    case 'drop-sequence':
      return relationAt(catalog, operation.sequence);
    case 'drop-type': {
      const type = findType(catalog, asLookedUp(operation.type));
      return type === null ? [] : [{ kind: 'type', schema: type.schema, name: type.name }];
    }
    case 'drop-function': {
      const routine = findRoutine(catalog, operation);
      return routine === null ? [] : [{ kind: 'function', id: routine.id }];
    }
    case 'drop-extension':
      return [{ kind: 'extension', name: operation.extension.name }];
    case 'drop-column': {
      const [table] = relationAt(catalog, operation.table);
      return table === undefined ? [] : [{ kind: 'column', relation: table.id, name: operation.column.name }];
    }
    case 'drop-constraint': {
      const [table] = relationAt(catalog, operation.table);
      return table === undefined
        ? []
        : [{ kind: 'constraint', relation: table.id, name: operation.constraint.name }];
    }
    default:
      return [];
  }
}

function relationAt(catalog: Catalog, name: Name): readonly Extract<ObjectRef, { kind: 'relation' }>[] {
  const relation = findRelation(catalog, asLookedUp(name));
  return relation === null ? [] : [{ kind: 'relation', id: relation.id }];
}

/** Of several keys on the same columns it is not known which one a foreign key leans on. */
function isOnlyKey({ indexes }: Table, name: string): boolean {
  const columnsOf = (index: Table['indexes'][number]) =>
    index.keys
      .map(({ column }) => column ?? '')
      .sort()
      .join('\0');
  const own = indexes.find((index) => index.name === name);
  return (
    own === undefined || indexes.filter((one) => one.unique && columnsOf(one) === columnsOf(own)).length < 2
  );
}

/** Whether it surely rests on it. In the subquery of a policy a name may be of another table. */
function isPlain(catalog: Catalog, object: ObjectRef): boolean {
  if (object.kind === 'relation' || 'relation' in object) {
    const relation = catalog.relations.get(object.kind === 'relation' ? object.id : object.relation);
    if (relation === undefined || !isCertain(catalog, relation)) return false;
    if (object.kind !== 'policy' || relation.kind !== 'table') return true;
    const policy = relation.policies.find(({ name }) => name === object.name);
    return policy !== undefined && !hasSubquery(policy.using) && !hasSubquery(policy.check);
  }
  return catalog.doubts.everything === null;
}

function hasSubquery(expression: Expression | null): boolean {
  return expression !== null && /\bselect\b/i.test(expression.text);
}

/** For people: `the view "open_orders"`; `null` for what is not there any more, and for schemas. */
export function described(catalog: Catalog, object: ObjectRef): string | null {
  const owner = (id: number) => catalog.relations.get(id)?.name ?? '';
  switch (object.kind) {
    case 'relation': {
      const relation = catalog.relations.get(object.id);
      return relation === undefined ? null : `the ${kindOf(relation)} "${relation.name}"`;
    }
    case 'column':
    case 'constraint':
    case 'index':
    case 'policy':
    case 'trigger':
      return `the ${object.kind} "${object.name}" of "${owner(object.relation)}"`;
    case 'default':
      return `the default of the column "${object.name}" of "${owner(object.relation)}"`;
    case 'type':
    case 'extension':
    case 'event-trigger':
      return `the ${object.kind.replace('-', ' ')} "${object.name}"`;
    case 'attribute':
    case 'domain-constraint':
      return `the type "${object.type}"`;
    case 'function': {
      const facts = functionById(catalog, object.id);
      return facts === null ? null : `the ${facts.routine} "${facts.name}"`;
    }
    case 'schema':
      return null;
  }
}

/** What keeps a column from getting another type. Keys, checks and indexes are made anew. */
function readerOf(catalog: Catalog, table: Table, column: string, postgres: number): string | null {
  for (const object of dependentsOf(
    catalog,
    [{ kind: 'column', relation: table.id, name: column }],
    postgres,
  )) {
    const relation = object.kind === 'relation' ? catalog.relations.get(object.id) : undefined;
    const isView =
      relation?.kind === 'view' &&
      relation.dependsOn.columns.some((one) => one.relation === table.id && one.column === column);
    const isOwn =
      (object.kind === 'column' || object.kind === 'policy' || object.kind === 'trigger') &&
      object.relation === table.id;
    if ((isView || isOwn) && isPlain(catalog, object)) return described(catalog, object);
  }
  return null;
}
