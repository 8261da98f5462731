// What an operation does to a catalog. Never throws: an operation that the server would refuse changes nothing here either.

import { attach, ownerOf, putComment, settleAttachments } from './apply/attachments.js';
import { addColumn, alterColumn, dropColumn, renameColumn } from './apply/columns.js';
import { addConstraint, dropConstraint, renameConstraint, validateConstraint } from './apply/constraints.js';
import { dropExtension } from './apply/extensions.js';
import { createIndex, dropIndex, renameIndex } from './apply/indexes.js';
import type { Context } from './apply/relations.js';
import { removeRelation } from './apply/relations.js';
import {
  alterPolicy,
  changeTrigger,
  createPolicy,
  dropPolicy,
  renameTrigger,
  setRowLevelSecurity,
} from './apply/security.js';
import {
  alterSequence,
  alterTableOther,
  attachPartition,
  createSequence,
  createTable,
  createView,
  dropTable,
  dropView,
  renameTable,
  setSchema,
  writeRows,
} from './apply/tables.js';
import {
  alterDomain,
  changeEnum,
  changeFunction,
  createType,
  dropSchema,
  dropType,
  moveType,
  renameSchema,
} from './apply/types.js';
import { type Catalog, type Doubt, emptyCatalog } from './catalog.js';
import { columnKey, findRelation } from './lookup.js';
import type { Operation, Touch } from './operation.js';

export type { Context };

/** The catalog after the operation; the same object when nothing changes. */
export function apply(catalog: Catalog, operation: Operation, context: Context): Catalog {
  const next = applyAlone(catalog, operation, context);
  return next === catalog ? catalog : settleAttachments(catalog, next, operation);
}

function applyAlone(catalog: Catalog, operation: Operation, context: Context): Catalog {
  switch (operation.kind) {
    case 'create-table':
      return createTable(catalog, operation, context);
    case 'drop-table':
      return dropTable(catalog, operation);
    case 'rename-table':
      return renameTable(catalog, operation, context);
    case 'set-schema':
      return setSchema(catalog, operation, context);
    case 'add-column':
      return addColumn(catalog, operation, context);
    case 'drop-column':
      return dropColumn(catalog, operation, context);
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
      return dropConstraint(catalog, operation, context);
    case 'rename-constraint':
      return renameConstraint(catalog, operation, context);
    case 'create-index':
      return createIndex(catalog, operation, context);
    case 'drop-index':
      return dropIndex(catalog, operation);
    case 'rename-index':
      return renameIndex(catalog, operation);
    case 'create-enum':
    case 'create-type':
      return createType(catalog, operation);
    case 'add-enum-value':
    case 'rename-enum-value':
      return changeEnum(catalog, operation);
    case 'drop-type':
      return dropType(catalog, operation);
    case 'rename-type':
    case 'set-type-schema':
      return moveType(catalog, operation);
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
    case 'drop-view':
      return dropView(catalog, operation);
    case 'create-schema':
      return { ...catalog, schemas: catalog.schemas.add(operation.schema.name) };
    case 'rename-schema':
      return renameSchema(catalog, operation);
    case 'drop-schema':
      return dropSchema(catalog, operation);
    case 'create-sequence':
      return createSequence(catalog, operation, context);
    case 'alter-sequence':
      return alterSequence(catalog, operation);
    case 'drop-sequence': {
      const sequence = findRelation(catalog, operation.sequence);
      return sequence?.kind === 'sequence' ? removeRelation(catalog, sequence) : catalog;
    }
    case 'create-extension':
      return { ...catalog, extensions: catalog.extensions.add(operation.extension.name) };
    case 'drop-extension':
      return dropExtension(catalog, operation, context);
    case 'create-function':
    case 'drop-function':
      return changeFunction(catalog, operation);
    case 'create-trigger':
    case 'drop-trigger':
      return changeTrigger(catalog, operation, context);
    case 'rename-trigger':
      return renameTrigger(catalog, operation, context);
    case 'attach-partition':
    case 'detach-partition':
      return attachPartition(catalog, operation, context);
    case 'write-rows':
      return writeRows(catalog, operation);
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
    case 'transaction':
    case 'maintenance':
      return catalog;
  }
}

/** What does not outlive the session of a migration: `SET search_path` and temporary tables. */
export function endSession(catalog: Catalog): Catalog {
  const { searchPath } = emptyCatalog;
  let next = catalog.searchPath === searchPath ? catalog : { ...catalog, searchPath };
  for (const id of catalog.temporaryTables) {
    const relation = next.relations.get(id);
    if (relation !== undefined) next = removeRelation(next, relation);
  }
  return next.temporaryTables.length === 0 ? next : { ...next, temporaryTables: [] };
}

function setParameter(catalog: Catalog, parameter: string, value: string | null): Catalog {
  if (parameter !== 'search_path') return catalog;
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
  switch (touches.kind) {
    case 'rows':
      return catalog;
    case 'new-objects':
      return { ...catalog, doubts: { ...doubts, newObjects: doubts.newObjects ?? begun } };
    case 'everything':
      return {
        ...catalog,
        sequence: catalog.sequence + 1,
        doubts: { ...doubts, everything: begun, newObjects: doubts.newObjects ?? begun },
      };
    case 'relation':
    case 'column': {
      const relation = findRelation(catalog, touches.relation);
      if (relation === null)
        return { ...catalog, doubts: { ...doubts, newObjects: doubts.newObjects ?? begun } };
      if (touches.kind === 'relation') {
        return { ...catalog, doubts: { ...doubts, relations: doubts.relations.set(relation.id, begun) } };
      }
      const key = columnKey(relation.id, touches.column);
      return { ...catalog, doubts: { ...doubts, columns: doubts.columns.set(key, begun) } };
    }
  }
}
