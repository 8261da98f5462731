// What an operation does to a catalog. Never throws: of one that the server would refuse it does what is meant, as far as that
// can be done; what cannot changes nothing. Whether the server would refuse it is for refusals.ts to say.

import { alterColumn } from './apply/alter-column.js';
import { attach, ownerOf, putComment, settleAttachments } from './apply/attachments.js';
import {
  alterConstraint,
  dropConstraint,
  renameConstraint,
  validateConstraint,
} from './apply/change-constraints.js';
import { addColumn } from './apply/columns.js';
import { addConstraint } from './apply/constraints.js';
import { createTable } from './apply/create-table.js';
import { cascadeFrom, dropObject } from './apply/drop.js';
import { dropColumn } from './apply/drop-column.js';
import { createExtension, followInExpressions } from './apply/expressions.js';
import { alterIndex, createIndex, dropIndex, renameIndex } from './apply/indexes.js';
import { eitherOf } from './apply/maybe.js';
import { attachPartition, detachPartition } from './apply/partitions.js';
import type { Context } from './apply/relations.js';
import { removeRelation } from './apply/relations.js';
import { renameColumn } from './apply/rename-column.js';
import { alterFunction, createFunction } from './apply/routines.js';
import { renameSchema } from './apply/schemas.js';
import { alterPolicy, createPolicy, dropPolicy, setRowLevelSecurity } from './apply/security.js';
import { alterSequence, createSequence } from './apply/sequences.js';
import { alterTableOther, renameTable, setSchema, writeRows } from './apply/tables.js';
import {
  changeEventTrigger,
  changeRule,
  createTrigger,
  dropTrigger,
  renameTrigger,
} from './apply/triggers.js';
import { alterDomain, alterType, changeEnum, createType, moveType } from './apply/types.js';
import { alterView, createView, refreshView } from './apply/views.js';
import { type Catalog, type Doubt, emptyCatalog, nameKey, type Table } from './catalog.js';
import { columnKey, findRelation, findType } from './lookup.js';
import type { Operation, Prepare, Touch } from './operation.js';
import { targetOf } from './operation-target.js';

export type { Context };

/** The catalog after the operation; the same object when nothing changes. */
export function apply(catalog: Catalog, operation: Operation, context: Context): Catalog {
  if (namesNothing(catalog, operation)) return catalog;
  const next = applyAlone(catalog, operation, context);
  if (next === catalog) return catalog;
  const settled = followInExpressions(
    catalog,
    settleAttachments(catalog, next, operation),
    operation,
    context,
  );
  return operation.maybe === undefined ? settled : eitherOf(catalog, settled, operation.maybe, context);
}

/** IF EXISTS says that nothing is to be done when what the operation names is not there. */
function namesNothing(catalog: Catalog, operation: Operation): boolean {
  const isPart = operation.kind === 'drop-policy' || operation.kind === 'drop-trigger';
  if (operation.onlyIfThere !== true && !(isPart && operation.ifExists)) return false;
  const target = targetOf(operation);
  return target !== null && findRelation(catalog, target) === null && findType(catalog, target) === null;
}

function applyAlone(catalog: Catalog, operation: Operation, context: Context): Catalog {
  switch (operation.kind) {
    case 'create-table':
      return createTable(catalog, operation, context);
    case 'drop-table':
    case 'drop-view':
    case 'drop-sequence':
    case 'drop-type':
    case 'drop-function':
    case 'drop-schema':
    case 'drop-extension':
      return dropObject(catalog, operation, context);
    case 'rename-table':
      return renameTable(catalog, operation, context);
    case 'set-schema':
      return setSchema(catalog, operation, context);
    case 'add-column':
      return addColumn(catalog, operation, context);
    case 'drop-column':
      return dropColumn(cascadeFrom(catalog, operation, context), operation, context);
    case 'rename-column':
      return renameColumn(catalog, operation, context);
    case 'alter-column-type':
    case 'set-default':
    case 'drop-default':
    case 'set-not-null':
    case 'drop-not-null':
      return alterColumn(catalog, operation, context);
    case 'add-constraint':
      return addConstraint(catalog, operation, context);
    case 'validate-constraint':
      return validateConstraint(catalog, operation, context);
    case 'drop-constraint':
      return dropConstraint(cascadeFrom(catalog, operation, context), operation, context);
    case 'rename-constraint':
      return renameConstraint(catalog, operation, context);
    case 'alter-constraint':
      return alterConstraint(catalog, operation, context);
    case 'create-index':
      return createIndex(catalog, operation, context);
    case 'drop-index':
      return dropIndex(cascadeFrom(catalog, operation, context), operation);
    case 'rename-index':
      return renameIndex(catalog, operation);
    case 'alter-index':
      return alterIndex(catalog, operation);
    case 'create-enum':
    case 'create-type':
      return createType(catalog, operation, context);
    case 'add-enum-value':
    case 'rename-enum-value':
      return changeEnum(catalog, operation);
    case 'rename-type':
    case 'set-type-schema':
      return moveType(catalog, operation, context);
    case 'alter-type':
      return alterType(catalog, operation, context);
    case 'alter-domain':
      return alterDomain(catalog, operation);
    case 'set-row-level-security':
      return setRowLevelSecurity(catalog, operation, context);
    case 'create-policy':
      return createPolicy(catalog, operation, context);
    case 'alter-policy':
      return alterPolicy(catalog, operation, context);
    case 'drop-policy':
      return dropPolicy(catalog, operation, context);
    case 'create-view':
      return createView(catalog, operation, context);
    case 'alter-view':
      return alterView(catalog, operation);
    case 'create-schema':
      return { ...catalog, schemas: catalog.schemas.add(operation.schema.name) };
    case 'rename-schema':
      return renameSchema(catalog, operation);
    case 'create-sequence':
      return createSequence(catalog, operation, context);
    case 'alter-sequence':
      return alterSequence(catalog, operation);
    case 'create-extension':
      return createExtension(catalog, operation);
    case 'create-function':
      return createFunction(catalog, operation, context);
    case 'alter-function':
      return alterFunction(catalog, operation);
    case 'create-trigger':
      return createTrigger(catalog, operation, context);
    case 'drop-trigger':
      return dropTrigger(catalog, operation, context);
    case 'change-event-trigger':
      return changeEventTrigger(catalog, operation);
    case 'change-rule':
      return changeRule(catalog, operation, context);
    case 'rename-trigger':
      return renameTrigger(catalog, operation, context);
    case 'attach-partition':
      return attachPartition(catalog, operation, context);
    case 'detach-partition':
      return detachPartition(catalog, operation, context);
    case 'write-rows':
      return writeRows(catalog, operation);
    case 'prepare':
      return prepare(catalog, operation);
    case 'set-parameter':
      return setParameter(catalog, operation.parameter, operation.value);
    case 'unknown':
      return doubt(catalog, operation.touches, operation.reason, context);
    case 'alter-table-other': {
      const { owner, table } = operation;
      const next = alterTableOther(catalog, operation, context);
      return owner === null ? next : attach(next, ownerOf(table, owner), context);
    }
    case 'comment':
      return putComment(catalog, operation);
    case 'other':
      return operation.change === null ? catalog : attach(catalog, operation.change, context);
    case 'maintenance':
      return operation.action === 'refresh' ? refreshView(catalog, operation) : catalog;
    case 'transaction':
      return catalog;
  }
}

/** What does not outlive the session of a migration: `SET search_path` and temporary tables. */
export function endSession(catalog: Catalog): Catalog {
  const { searchPath, preparedQueries } = emptyCatalog;
  const isFresh = catalog.searchPath === searchPath && catalog.preparedQueries.isEmpty();
  return withoutTemporary(isFresh ? catalog : { ...catalog, searchPath, preparedQueries }, () => true);
}

/** What does not outlive a transaction that is committed: temporary tables that say so. */
export function endTransaction(catalog: Catalog): Catalog {
  return withoutTemporary(catalog, ({ dropOnCommit }) => dropOnCommit);
}

function withoutTemporary(catalog: Catalog, goes: (table: Table) => boolean): Catalog {
  const { relations, temporaryTables } = catalog;
  if (temporaryTables.length === 0) return catalog;
  const going = temporaryTables.filter((id) => {
    const relation = relations.get(id);
    return relation?.kind !== 'table' || goes(relation);
  });
  if (going.length === 0) return catalog;
  let next = catalog;
  for (const id of going) {
    const relation = next.relations.get(id);
    if (relation !== undefined) next = removeRelation(next, relation);
  }
  return { ...next, temporaryTables: temporaryTables.filter((id) => !going.includes(id)) };
}

function prepare(catalog: Catalog, { statement, query }: Prepare): Catalog {
  const { preparedQueries } = catalog;
  if (statement === null) return { ...catalog, preparedQueries: preparedQueries.clear() };
  return {
    ...catalog,
    preparedQueries:
      query === null ? preparedQueries.delete(statement) : preparedQueries.set(statement, query),
  };
}

function setParameter(catalog: Catalog, parameter: string, value: string | null): Catalog {
  if (parameter !== 'search_path' && parameter !== 'all') return catalog;
  const searchPath =
    value === null
      ? emptyCatalog.searchPath
      : value.split(',').flatMap((part) => {
          const name = part.trim().replace(/^["']|["']$/g, '');
          return name === '' || name === '$user' ? [] : [name];
        });
  return { ...catalog, searchPath };
}

function doubt(catalog: Catalog, touches: Touch, reason: string, { origin }: Context): Catalog {
  const { doubts } = catalog;
  const begun: Doubt = { reason, since: catalog.sequence, origin };
  const { newObjects } = doubts;
  const opaque = newObjects === null || newObjects.baseIsMissing === true ? begun : newObjects;
  switch (touches.kind) {
    case 'rows':
      return catalog;
    case 'new-objects':
      return { ...catalog, doubts: { ...doubts, newObjects: opaque } };
    case 'everything':
      return {
        ...catalog,
        sequence: catalog.sequence + 1,
        doubts: { ...doubts, everything: begun, newObjects: opaque },
      };
    case 'type': {
      const type = findType(catalog, touches.type);
      if (type === null) return { ...catalog, doubts: { ...doubts, newObjects: opaque } };
      const key = nameKey(type.schema, type.name);
      return { ...catalog, doubts: { ...doubts, types: doubts.types.set(key, begun) } };
    }
    case 'relation':
    case 'column': {
      const relation = findRelation(catalog, touches.relation);
      if (relation === null) return { ...catalog, doubts: { ...doubts, newObjects: opaque } };
      if (touches.kind === 'relation') {
        return { ...catalog, doubts: { ...doubts, relations: doubts.relations.set(relation.id, begun) } };
      }
      const key = columnKey(relation.id, touches.column);
      return { ...catalog, doubts: { ...doubts, columns: doubts.columns.set(key, begun) } };
    }
  }
}
