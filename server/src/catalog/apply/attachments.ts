// What statements do to comments, owners, rights, statistics objects and publications, and what becomes of those when
// their objects are renamed or go.

import { globalKey, memberKey, namedKey, type Publication, relationKey } from '../attachments.js';
import { type Catalog, nameKey, type RelationId } from '../catalog.js';
import { renameColumnIn } from '../expression.js';
import { childrenOf, findRelation, findStatistics, findTable, findType, type Reference } from '../lookup.js';
import { type Name, truncateIdentifier } from '../names.js';
import type { Attachment, ChangePublication, Comment, CreateStatistics, Operation } from '../operation.js';
import { chooseName, columnsPart } from '../server-names.js';
import { isThere, keyOf, moveKey, put } from './attached.js';
import { type Context, creationSchema } from './relations.js';
import { changeDefaultRights, changeRights, giveDefaults } from './rights.js';

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
    case 'default-rights':
      return changeDefaultRights(catalog, change, context);
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

function createStatistics(
  catalog: Catalog,
  { statistics, table: on, columns, expressions, kinds }: CreateStatistics,
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
  const made = { schema, name, table: table.id, columns, expressions, kinds };
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

function followNames(before: Catalog, after: Catalog, operation: Operation): Catalog {
  switch (operation.kind) {
    case 'rename-column': {
      const table = findRelation(before, operation.table);
      return table === null
        ? after
        : columnFollows(after, table.id, operation.column.name, operation.to.name);
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

/** In partitions and heirs a column is renamed, too. */
function columnFollows(catalog: Catalog, table: RelationId, from: string, to: string): Catalog {
  const moved = moveKey(catalog, memberKey(table, 'column', from), memberKey(table, 'column', to));
  const one = (name: string | null) => (name === from ? to : name);
  const statistics = moved.statistics.map((object) =>
    object.table === table
      ? {
          ...object,
          columns: object.columns.map(one),
          expressions: object.expressions.map((each) => renameColumnIn(each, from, to)),
        }
      : object,
  );
  const key = relationKey(table);
  const attached = moved.attached.get(key);
  const next = { ...moved, statistics };
  const given =
    attached?.rights === undefined
      ? next
      : put(next, key, {
          ...attached,
          rights: attached.rights.map((right) => ({ ...right, column: one(right.column) })),
        });
  return childrenOf(catalog, table).reduce((all, child) => columnFollows(all, child.id, from, to), given);
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
