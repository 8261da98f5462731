// SQL statements as operations. Everything that changes a schema comes through here: an Ecto migration too, as the SQL that
// Ecto sends.

import type { Operation } from '../catalog/operation.js';
import {
  changesNoSchema,
  targetOf,
  touchOfUnnamed,
  unknownFrom,
  withoutTarget,
} from '../catalog/operation-target.js';
import { type Tagged, tagged } from '../syntax/sql/nodes.js';
import type { SqlStatement } from '../syntax/sql/statement.js';
import { overlaps } from '../text/span.js';
import { alterTableOperations } from './from-sql/alter-table.js';
import { comment } from './from-sql/attachments.js';
import { createIndex, createTable, createTableAs, createView, selectInto } from './from-sql/create.js';
import { dropOperations, renameOperations } from './from-sql/drop.js';
import { otherStatement, setSchema, unknown } from './from-sql/other.js';
import {
  doBlock,
  maintenance,
  rowsFound,
  rowsOfInsert,
  setParameter,
  transaction,
  truncate,
  writeRows,
} from './from-sql/session.js';
import {
  alterDomain,
  alterEnum,
  alterFunction,
  alterPolicy,
  alterSequence,
  createComposite,
  createDomain,
  createEnum,
  createExtension,
  createFunction,
  createOtherType,
  createPolicy,
  createSchema,
  createSequence,
  createTrigger,
} from './from-sql/types.js';

/**
 * What the statement does, in order; spans are relative to it. Nothing for a plain SELECT, for what does not parse, and for
 * what the server would refuse anyway.
 */
export function operationsOf(statement: SqlStatement): readonly Operation[] {
  const node = statement.node === null ? null : tagged(statement.node);
  if (node === null) return statement.unread === null ? [] : [unread(statement, statement.unread)];
  const operations = read(statement, node);
  return statement.holes.length === 0
    ? operations
    : operations.map((operation) => withHoles(operation, statement));
}

function read(of: SqlStatement, node: Tagged): readonly Operation[] {
  switch (node.kind) {
    case 'SelectStmt':
      return node.value.intoClause === undefined ? [] : [selectInto(of, node.value.intoClause)];
    case 'ExplainStmt':
    case 'VariableShowStmt':
      return [];
    case 'CreateStmt':
      return [createTable(of, node.value)];
    case 'CreateForeignTableStmt':
      return node.value.base === undefined ? [] : [createTable(of, node.value.base)];
    case 'CreateTableAsStmt':
      return [createTableAs(of, node.value)];
    case 'ViewStmt':
      return [createView(of, node.value)];
    case 'IndexStmt':
      return [createIndex(of, node.value)];
    case 'AlterTableStmt':
      return alterTableOperations(of, node.value);
    case 'AlterObjectSchemaStmt':
      return [setSchema(of, node.value)];
    case 'DropStmt':
      return dropOperations(of, node.value);
    case 'RenameStmt':
      return renameOperations(of, node.value);
    case 'CreateEnumStmt':
      return [createEnum(of, node.value)];
    case 'AlterDomainStmt':
      return [alterDomain(of, node.value)];
    case 'AlterEnumStmt':
      return [alterEnum(of, node.value)];
    case 'CreateDomainStmt':
      return [createDomain(of, node.value)];
    case 'CompositeTypeStmt':
      return [createComposite(of, node.value)];
    case 'CreateRangeStmt':
      return [createOtherType(of, node.value.typeName, 'range')];
    case 'DefineStmt':
      if (node.value.kind !== 'OBJECT_TYPE') break;
      return [createOtherType(of, node.value.defnames, 'base')];
    case 'CreateFunctionStmt':
      return [createFunction(of, node.value)];
    case 'AlterFunctionStmt':
      return [alterFunction(of, node.value)];
    case 'CreateTrigStmt':
      return [createTrigger(of, node.value)];
    case 'CreatePolicyStmt':
      return [createPolicy(of, node.value)];
    case 'AlterPolicyStmt':
      return [alterPolicy(of, node.value)];
    case 'CreateSchemaStmt': {
      const elements = node.value.schemaElts ?? [];
      const inside = unknown(of, 'what CREATE SCHEMA makes in it is not read', { kind: 'new-objects' });
      return [createSchema(of, node.value), ...(elements.length === 0 ? [] : [inside])];
    }
    case 'CreateExtensionStmt':
      return [createExtension(of, node.value)];
    case 'CreateSeqStmt':
      return [createSequence(of, node.value)];
    case 'AlterSeqStmt':
      return [alterSequence(of, node.value)];
    case 'InsertStmt':
      return [writeRows(of, 'insert', node.value.relation, rowsOfInsert(node.value))];
    case 'UpdateStmt':
      return [writeRows(of, 'update', node.value.relation, rowsFound(node.value, node.value.fromClause))];
    case 'DeleteStmt':
      return [writeRows(of, 'delete', node.value.relation, rowsFound(node.value, node.value.usingClause))];
    case 'MergeStmt':
      return [writeRows(of, 'merge', node.value.relation, 'some')];
    case 'CopyStmt':
      return node.value.is_from === true ? [writeRows(of, 'copy', node.value.relation, 'given')] : [];
    case 'TruncateStmt':
      return truncate(of, node.value);
    case 'VariableSetStmt':
      return [setParameter(of, node.value)];
    case 'TransactionStmt':
      return [transaction(of, node.value)];
    case 'CommentStmt':
    case 'SecLabelStmt':
      return [comment(of, node.value)];
    case 'DoStmt':
      return [doBlock(of, node.value.args)];
    default:
      break;
  }
  return maintenance(of, node) ?? [otherStatement(of, node)];
}

/** A statement that was not parsed although nothing is known to be wrong with it. Large ones are data. */
function unread({ text }: SqlStatement, reason: string): Operation {
  const isData = /^\s*(?:insert|copy|update|delete|select|with|values)\b/i.test(text);
  const span = { start: 0, end: text.length };
  const keyword = { start: 0, end: /\w+/.exec(text)?.[0].length ?? 0 };
  return { kind: 'unknown', reason, touches: { kind: isData ? 'rows' : 'everything' }, span, keyword };
}

/** An operation on a table whose name is filled in by another program may touch any table. */
function withHoles(operation: Operation, { holes }: SqlStatement): Operation {
  const named = targetOf(operation);
  if (named === null || !holes.some((hole) => overlaps(hole.span, named.span))) return operation;
  const reason = 'a name in it is filled in by another program';
  return changesNoSchema(operation)
    ? withoutTarget(operation, reason)
    : unknownFrom(operation, reason, touchOfUnnamed(operation));
}
