// SQL statements as operations. Everything that changes a schema comes through here: an Ecto migration too, as the SQL that
// Ecto sends.

import type { Operation, Unknown } from '../catalog/operation.js';
import { type Tagged, tagged } from '../syntax/sql/nodes.js';
import { findWords, firstLineOf, identifierAt, wholeRange } from '../syntax/sql/segments.js';
import type { SqlStatement } from '../syntax/sql/statement.js';
import { overlaps } from '../text/span.js';
import { alterTableOperations } from './from-sql/alter-table.js';
import { createIndex, createTable, createTableAs, createView } from './from-sql/create.js';
import { dropOperations, renameOperations } from './from-sql/drop.js';
import { relationAt, wholeSpan } from './from-sql/reading.js';
import {
  comment,
  doBlock,
  maintenance,
  setParameter,
  transaction,
  truncate,
  writeRows,
} from './from-sql/session.js';
import {
  alterEnum,
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
    case 'AlterObjectSchemaStmt': {
      if (node.value.objectType !== 'OBJECT_TABLE' || node.value.relation === undefined) break;
      const at = findWords(of, wholeRange(of), 'set', 'schema');
      const found = identifierAt(of, at + 2);
      const to = { name: node.value.newschema ?? '', span: found?.span ?? wholeSpan(of) };
      const keyword = firstLineOf(of, { from: at, to: at + 2 });
      return [
        { kind: 'set-schema', span: wholeSpan(of), keyword, table: relationAt(of, node.value.relation), to },
      ];
    }
    case 'DropStmt':
      return dropOperations(of, node.value);
    case 'RenameStmt':
      return renameOperations(of, node.value);
    case 'CreateEnumStmt':
      return [createEnum(of, node.value)];
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
    case 'CreateTrigStmt':
      return [createTrigger(of, node.value)];
    case 'CreatePolicyStmt':
      return [createPolicy(of, node.value)];
    case 'CreateSchemaStmt':
      return [createSchema(of, node.value)];
    case 'CreateExtensionStmt':
      return [createExtension(of, node.value)];
    case 'CreateSeqStmt':
      return [createSequence(of, node.value)];
    case 'InsertStmt':
      return [writeRows(of, 'insert', node.value.relation)];
    case 'UpdateStmt':
      return [writeRows(of, 'update', node.value.relation)];
    case 'DeleteStmt':
      return [writeRows(of, 'delete', node.value.relation)];
    case 'MergeStmt':
      return [writeRows(of, 'merge', node.value.relation)];
    case 'CopyStmt':
      return node.value.is_from === true ? [writeRows(of, 'copy', node.value.relation)] : [];
    case 'TruncateStmt':
      return truncate(of, node.value.relations);
    case 'VariableSetStmt':
      return [setParameter(of, node.value)];
    case 'TransactionStmt':
      return [transaction(of, node.value)];
    case 'CommentStmt':
      return [comment(of, node.value)];
    case 'DoStmt':
      return [doBlock(of, node.value.args)];
    default:
      break;
  }
  return maintenance(of, node) ?? [other(of, node)];
}

function other(of: SqlStatement, { kind }: Tagged): Operation {
  const keyword = firstLineOf(of, { from: 0, to: Math.min(2, of.tokens.length) });
  return { kind: 'other', statement: kind.replace(/Stmt$/, ''), span: wholeSpan(of), keyword };
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
  return {
    kind: 'unknown',
    span: operation.span,
    keyword: operation.keyword,
    reason: 'a name in it is filled in by another program',
    touches: makesNew(operation) ? { kind: 'new-objects' } : { kind: 'everything' },
  } satisfies Unknown;
}

function targetOf(operation: Operation) {
  if (operation.kind === 'write-rows' || operation.kind === 'maintenance') return null;
  if ('table' in operation) return operation.table;
  if ('index' in operation) return operation.index;
  if ('type' in operation) return operation.type;
  return 'view' in operation ? operation.view : null;
}

function makesNew({ kind }: Operation): boolean {
  return (
    kind === 'create-table' || kind === 'create-view' || kind === 'create-enum' || kind === 'create-type'
  );
}
