// GRANT, REVOKE and ALTER DEFAULT PRIVILEGES.

import { type DefaultRight, functionKey, type GrantedRight, relationKey } from '../attachments.js';
import type { Catalog, Relation } from '../catalog.js';
import { findRelation } from '../lookup.js';
import type {
  ChangeDefaultRights,
  ChangeRights,
  ObjectReference,
  RightsChange,
  RightsClass,
} from '../operation.js';
import { keyOf, put } from './attached.js';
import type { Context } from './relations.js';

/** What ALL stands for. Source: https://www.postgresql.org/docs/current/ddl-priv.html */
function allRights(objects: RightsClass, postgres: number): readonly string[] {
  switch (objects) {
    case 'tables': {
      const rights = ['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger'];
      return postgres >= 17 ? [...rights, 'maintain'] : rights;
    }
    case 'sequences':
      return ['usage', 'select', 'update'];
    case 'functions':
      return ['execute'];
    case 'types':
      return ['usage'];
    case 'schemas':
      return ['create', 'usage'];
  }
}

export function changeRights(
  catalog: Catalog,
  { objects, allIn, change }: ChangeRights,
  context: Context,
): Catalog {
  const keys = new Map<string, RightsClass>();
  for (const object of objects) {
    const key = keyOf(catalog, object);
    if (key !== null) keys.set(key, classOf(catalog, object));
  }
  if (allIn !== null) {
    for (const relation of catalog.relations.values()) {
      if (!allIn.schemas.includes(relation.schema) || rightsClass(relation) !== allIn.objects) continue;
      keys.set(relationKey(relation.id), allIn.objects);
    }
    if (allIn.objects === 'functions') {
      for (const { id, schema } of [...catalog.functions.values()].flat()) {
        if (allIn.schemas.includes(schema)) keys.set(functionKey(id), 'functions');
      }
    }
  }
  let next = catalog;
  for (const [key, objectClass] of keys) {
    const attached = next.attached.get(key) ?? {};
    const rights = changed(attached.rights ?? bornWith(objectClass), objectClass, change, context);
    next = put(next, key, { ...attached, rights });
  }
  return next;
}

/** Everybody may call a function and use a type, unless that is taken away. */
function bornWith(objects: RightsClass): readonly GrantedRight[] {
  if (objects !== 'functions' && objects !== 'types') return [];
  const right = objects === 'functions' ? 'execute' : 'usage';
  return [{ role: 'public', right, column: null, grantOption: false }];
}

function classOf(catalog: Catalog, { kind, name }: ObjectReference): RightsClass {
  if (kind === 'schema') return 'schemas';
  if (kind === 'type') return 'types';
  if (kind === 'function') return 'functions';
  const relation = findRelation(catalog, name);
  return relation?.kind === 'sequence' ? 'sequences' : 'tables';
}

function rightsClass({ kind }: Relation): RightsClass | null {
  if (kind === 'index') return null;
  return kind === 'sequence' ? 'sequences' : 'tables';
}

function changed(
  rights: readonly GrantedRight[],
  objects: RightsClass,
  { grants, rights: named, roles, grantOption }: RightsChange,
  { postgres }: Context,
): readonly GrantedRight[] {
  const every = allRights(objects, postgres);
  const asked = (named.length === 0 ? [{ right: 'all', columns: [] }] : named).flatMap(({ right, columns }) =>
    (right === 'all' ? every : [right]).flatMap((one) => {
      const where: readonly (string | null)[] = columns.length === 0 ? [null] : columns;
      return where.map((column) => ({ right: one, column }));
    }),
  );
  let next = [...rights];
  for (const role of roles) {
    for (const { right, column } of asked) {
      const same = (one: GrantedRight) => one.role === role && one.right === right && one.column === column;
      if (grants) {
        const before = next.find(same);
        const kept = { role, right, column, grantOption: grantOption || (before?.grantOption ?? false) };
        next = [...next.filter((one) => one !== before), kept];
      } else if (grantOption) {
        next = next.map((one) => (same(one) ? { ...one, grantOption: false } : one));
      } else {
        // What is taken from the whole table is taken from each of its columns.
        next = next.filter(
          (one) => !(same(one) || (column === null && one.role === role && one.right === right)),
        );
      }
    }
  }
  return next;
}

/** Of objects that other roles make nothing is known: the migration runs as one role. */
export function changeDefaultRights(
  catalog: Catalog,
  { objects, schemas, makers, change }: ChangeDefaultRights,
  context: Context,
): Catalog {
  if (makers.length > 0) return catalog;
  let all = catalog.defaultRights;
  for (const schema of schemas.length === 0 ? [null] : schemas) {
    const isHere = (one: DefaultRight) => one.objects === objects && one.schema === schema;
    const here = all.filter(isHere).map((one) => ({ ...one, column: null }));
    const next = changed(here, objects, change, context);
    all = [
      ...all.filter((one) => !isHere(one)),
      ...next.map(({ role, right, grantOption }) => ({ role, right, grantOption, objects, schema })),
    ];
  }
  // For one schema rights can only be added to those that objects have everywhere.
  const decides = objects === 'functions' && schemas.length === 0 && change.roles.includes('public');
  return {
    ...catalog,
    defaultRights: all,
    publicCallsNewFunctions: decides ? change.grants : catalog.publicCallsNewFunctions,
  };
}

/** What is made between the two gets the rights that are given by default. */
export function giveDefaults(before: Catalog, after: Catalog): Catalog {
  let next = after;
  for (let id = before.sequence; id < after.sequence; id++) {
    const relation = after.relations.get(id);
    const objects = relation === undefined ? null : rightsClass(relation);
    if (relation === undefined || objects === null) continue;
    const rights = after.defaultRights
      .filter((one) => one.objects === objects && (one.schema === null || one.schema === relation.schema))
      .map(({ role, right, grantOption }) => ({ role, right, grantOption, column: null }));
    if (rights.length > 0) next = put(next, relationKey(id), { rights });
  }
  return next;
}
