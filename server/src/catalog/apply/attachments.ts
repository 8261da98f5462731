// What statements do to comments, owners, rights, statistics objects and publications, and what becomes of those when
// their objects are renamed or go.

import {
  type Attached,
  type DefaultRight,
  type GrantedRight,
  globalKey,
  memberKey,
  namedKey,
  type Publication,
  relationKey,
} from '../attachments.js';
import { type Catalog, nameKey, type Relation } from '../catalog.js';
import { findRelation, findStatistics, findTable, findType, type Reference } from '../lookup.js';
import { type Name, truncateIdentifier } from '../names.js';
import type {
  Attachment,
  ChangePublication,
  ChangeRights,
  Comment,
  CreateStatistics,
  ObjectReference,
  Operation,
  RightsChange,
  RightsClass,
} from '../operation.js';
import { chooseName, columnsPart } from '../server-names.js';
import { type Context, creationSchema } from './relations.js';

/** A comment on what is not there changes nothing. */
export function putComment(catalog: Catalog, { on, text }: Comment): Catalog {
  const key = on === null ? null : keyOf(catalog, on);
  if (key === null) return catalog;
  const { comment: _, ...rest } = catalog.attached.get(key) ?? {};
  return put(catalog, key, text === null || text === '' ? rest : { ...rest, comment: text });
}

export function attach(catalog: Catalog, change: Attachment, context: Context): Catalog {
  switch (change.kind) {
    case 'owner': {
      const key = keyOf(catalog, change.object);
      return key === null ? catalog : put(catalog, key, { ...catalog.attached.get(key), owner: change.role });
    }
    case 'rights':
      return changeRights(catalog, change, context);
    case 'default-rights': {
      // Of objects that other roles make nothing is known here: the migration runs as one role.
      if (change.makers.length > 0) return catalog;
      const { defaultRights } = changeDefaults(
        catalog,
        change.objects,
        change.schemas,
        change.change,
        context,
      );
      return { ...catalog, defaultRights };
    }
    case 'create-statistics':
      return createStatistics(catalog, change);
    case 'drop-statistics':
      return {
        ...catalog,
        statistics: catalog.statistics.deleteAll(
          change.statistics.flatMap((name) => statisticsKey(catalog, name) ?? []),
        ),
      };
    case 'rename-statistics':
    case 'move-statistics': {
      const found = findStatistics(catalog, change.statistics);
      if (found === null) return catalog;
      const moved = { ...found, [change.kind === 'rename-statistics' ? 'name' : 'schema']: change.to };
      const statistics = catalog.statistics
        .delete(nameKey(found.schema, found.name))
        .set(nameKey(moved.schema, moved.name), moved);
      return { ...catalog, statistics };
    }
    case 'publication':
      return changePublication(catalog, change);
    case 'drop-publication':
      return { ...catalog, publications: catalog.publications.deleteAll(change.publications) };
    case 'rename-publication': {
      const found = catalog.publications.get(change.publication);
      if (found === undefined) return catalog;
      const publications = catalog.publications.delete(change.publication);
      return { ...catalog, publications: publications.set(change.to, { ...found, name: change.to }) };
    }
  }
}

export function ownerOf(relation: Name, role: string): Attachment {
  return { kind: 'owner', object: { kind: 'relation', name: relation, member: null, arguments: null }, role };
}

function put(catalog: Catalog, key: string, attached: Attached): Catalog {
  const nothing = Object.keys(attached).length === 0;
  return {
    ...catalog,
    attached: nothing ? catalog.attached.delete(key) : catalog.attached.set(key, attached),
  };
}

/** `null` when there is no such object. */
function keyOf(catalog: Catalog, { kind, name, member }: ObjectReference): string | null {
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
      const schemas = name.schema === null ? catalog.searchPath : [name.schema];
      const found = [...catalog.functions].find(
        ([, one]) => one.name === name.name && schemas.includes(one.schema),
      );
      return found === undefined ? null : namedKey('function', found[1].schema, found[0]);
    }
    case 'statistics': {
      const found = findStatistics(catalog, name);
      return found === null ? null : namedKey('statistics', found.schema, found.name);
    }
  }
}

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

function changeRights(catalog: Catalog, { objects, allIn, change }: ChangeRights, context: Context): Catalog {
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
      for (const [key, { schema }] of catalog.functions) {
        if (allIn.schemas.includes(schema)) keys.set(namedKey('function', schema, key), 'functions');
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

function changeDefaults(
  catalog: Catalog,
  objects: RightsClass,
  schemas: readonly string[],
  change: RightsChange,
  context: Context,
): Pick<Catalog, 'defaultRights'> {
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
  return { defaultRights: all };
}

function createStatistics(
  catalog: Catalog,
  { statistics, table: on, columns, kinds }: CreateStatistics,
): Catalog {
  const table = findRelation(catalog, on);
  if (table?.kind !== 'table' && table?.kind !== 'view') return catalog;
  const schema = statistics === null ? table.schema : creationSchema(catalog, statistics.schema);
  const taken = (name: string) => catalog.statistics.has(nameKey(schema, name));
  // ChooseExtendedStatisticName in src/backend/commands/statscmds.c
  const name =
    statistics === null
      ? chooseName(table.name, columnsPart(columns.map((column) => column ?? 'expr')), 'stat', taken)
      : truncateIdentifier(statistics.name);
  if (taken(name)) return catalog;
  const made = { schema, name, table: table.id, columns, kinds };
  return { ...catalog, statistics: catalog.statistics.set(nameKey(schema, name), made) };
}

function statisticsKey(catalog: Catalog, name: Reference): string | null {
  const found = findStatistics(catalog, name);
  return found === null ? null : nameKey(found.schema, found.name);
}

function changePublication(catalog: Catalog, change: ChangePublication): Catalog {
  const { publication: name, action, allTables } = change;
  const before = catalog.publications.get(name);
  if ((before === undefined) !== (action === 'create')) return catalog;
  const tables = change.tables.flatMap((table) => findTable(catalog, table)?.id ?? []);
  const { schemas } = change;
  const from: Publication = before ?? { name, allTables, tables: [], schemas: [] };
  const without = <T>(all: readonly T[], gone: readonly T[]) => all.filter((one) => !gone.includes(one));
  const next: Publication =
    action === 'set'
      ? { ...from, tables, schemas }
      : action === 'drop'
        ? { ...from, tables: without(from.tables, tables), schemas: without(from.schemas, schemas) }
        : {
            ...from,
            tables: [...without(from.tables, tables), ...tables],
            schemas: [...without(from.schemas, schemas), ...schemas],
          };
  return { ...catalog, publications: catalog.publications.set(name, next) };
}

/** What hangs on objects follows them to their new names, is given to new ones by default, and goes with them. */
export function settleAttachments(before: Catalog, after: Catalog, operation: Operation): Catalog {
  const given = before.defaultRights.length === 0 ? after : giveDefaults(before, after);
  const { attached, statistics, publications } = given;
  if (attached.isEmpty() && statistics.isEmpty() && publications.isEmpty()) return given;
  const renamed = followNames(before, given, operation);
  return renamed.relations.size < before.relations.size || /^drop-|^alter-type/.test(operation.kind)
    ? withoutOrphans(renamed)
    : renamed;
}

function giveDefaults(before: Catalog, after: Catalog): Catalog {
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

function followNames(before: Catalog, after: Catalog, operation: Operation): Catalog {
  switch (operation.kind) {
    case 'rename-column': {
      const table = findRelation(before, operation.table);
      if (table === null) return after;
      const { column, to } = operation;
      const moved = moveKey(
        after,
        memberKey(table.id, 'column', column.name),
        memberKey(table.id, 'column', to.name),
      );
      const one = (name: string | null) => (name === column.name ? to.name : name);
      const statistics = moved.statistics.map((object) =>
        object.table === table.id && object.columns.includes(column.name)
          ? { ...object, columns: object.columns.map(one) }
          : object,
      );
      const key = relationKey(table.id);
      const attached = moved.attached.get(key);
      const next = { ...moved, statistics };
      if (attached?.rights === undefined) return next;
      return put(next, key, {
        ...attached,
        rights: attached.rights.map((right) => ({ ...right, column: one(right.column) })),
      });
    }
    case 'rename-constraint':
    case 'rename-trigger': {
      const table = findRelation(before, operation.table);
      const [kind, from] =
        operation.kind === 'rename-trigger'
          ? (['trigger', operation.trigger.name] as const)
          : (['constraint', operation.constraint.name] as const);
      if (table === null) return after;
      return moveKey(after, memberKey(table.id, kind, from), memberKey(table.id, kind, operation.to.name));
    }
    case 'alter-policy': {
      const table = findRelation(before, operation.table);
      if (table === null || operation.to === null) return after;
      const from = memberKey(table.id, 'policy', operation.policy.name);
      return moveKey(after, from, memberKey(table.id, 'policy', operation.to.name));
    }
    case 'rename-type':
    case 'set-type-schema': {
      const type = findType(before, operation.type);
      if (type === null) return after;
      const schema = operation.kind === 'set-type-schema' ? operation.to.name : type.schema;
      const name = operation.kind === 'rename-type' ? operation.to.name : type.name;
      return moveKey(after, namedKey('type', type.schema, type.name), namedKey('type', schema, name));
    }
    case 'rename-schema': {
      const { name: from } = operation.schema;
      const { name: to } = operation.to;
      const inside = after.attached.mapKeys((key) => {
        const [kind = '', schema, ...rest] = key.split('\0');
        return schema === from && rest.length > 0 ? [kind, to, ...rest].join('\0') : key;
      });
      const statistics = after.statistics
        .map((one) => (one.schema === from ? { ...one, schema: to } : one))
        .mapKeys((_, one) => nameKey(one.schema, one.name));
      const publications = after.publications.map((one) => ({
        ...one,
        schemas: one.schemas.map((schema) => (schema === from ? to : schema)),
      }));
      const next = { ...after, attached: inside, statistics, publications };
      return moveKey(next, globalKey('schema', from), globalKey('schema', to));
    }
    default:
      return after;
  }
}

function moveKey(catalog: Catalog, from: string, to: string): Catalog {
  const attached = catalog.attached.get(from);
  if (attached === undefined) return catalog;
  return { ...catalog, attached: catalog.attached.delete(from).set(to, attached) };
}

function withoutOrphans(catalog: Catalog): Catalog {
  return {
    ...catalog,
    attached: catalog.attached.filter((_, key) => isThere(catalog, key)),
    statistics: catalog.statistics.filter(({ table, columns }) => {
      const relation = catalog.relations.get(table);
      if (relation?.kind !== 'table') return relation !== undefined;
      return columns.every(
        (name) => name === null || relation.columns.some((column) => column.name === name),
      );
    }),
    publications: catalog.publications.map((one) =>
      one.tables.every((id) => catalog.relations.has(id)) &&
      one.schemas.every((schema) => catalog.schemas.has(schema))
        ? one
        : {
            ...one,
            tables: one.tables.filter((id) => catalog.relations.has(id)),
            schemas: one.schemas.filter((schema) => catalog.schemas.has(schema)),
          },
    ),
  };
}

function isThere(catalog: Catalog, key: string): boolean {
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
      return catalog.functions.has(key.slice(key.indexOf('\0', kind.length + 1) + 1));
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
