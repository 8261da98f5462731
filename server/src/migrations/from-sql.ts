// SQL statements as operations. Everything that changes a schema comes through here: an Ecto migration too, as the SQL that
// Ecto sends.

import type { Operation } from '../catalog/operation.js';
import { type Tagged, tagged } from '../syntax/sql/nodes.js';
import type { SqlStatement } from '../syntax/sql/statement.js';
import { callsIn } from './code/known-functions.js';
import { alterTableOperations } from './from-sql/alter-table.js';
import { comment } from './from-sql/attachments.js';
import { callingStatement, doBlock } from './from-sql/code.js';
import { createForeignTable, createTable } from './from-sql/create.js';
import { schemaElements } from './from-sql/create-schema.js';
import { createTableAs, deallocate, prepare, selectInto } from './from-sql/create-table-as.js';
import { createMaterializedView, createView } from './from-sql/create-view.js';
import { dropOperations, renameOperations } from './from-sql/drop.js';
import { withGivenTexts } from './from-sql/given-texts.js';
import { createIndex } from './from-sql/indexes.js';
import { withLongNames } from './from-sql/long-names.js';
import { other, otherStatement, setSchema } from './from-sql/other.js';
import { alterPolicy, createPolicy } from './from-sql/policies.js';
import { withRemarks } from './from-sql/remarks.js';
import { alterDepends, alterFunction, createAggregate, createFunction } from './from-sql/routines.js';
import {
  deleteRows,
  insertRows,
  maintenance,
  setParameter,
  transaction,
  truncate,
  updateRows,
  writeRows,
} from './from-sql/session.js';
import { alterEventTrigger, createEventTrigger, createRule, createTrigger } from './from-sql/triggers.js';
import {
  alterDomain,
  alterEnum,
  alterSequence,
  createBaseType,
  createComposite,
  createDomain,
  createEnum,
  createExtension,
  createRange,
  createSchema,
  createSequence,
} from './from-sql/types.js';
import { type Hole, withHoles } from './holes.js';

const known = new WeakMap<SqlStatement, readonly Operation[]>();

/**
 * What the statement does, in order; spans are relative to it. Nothing for a plain SELECT, for what does not parse, and for
 * what the server would refuse anyway. The same objects each time.
 */
export function operationsOf(statement: SqlStatement): readonly Operation[] {
  let operations = known.get(statement);
  if (operations === undefined) {
    operations = readOperations(statement);
    known.set(statement, operations);
  }
  return operations;
}

function readOperations(statement: SqlStatement): readonly Operation[] {
  const node = statement.node === null ? null : tagged(statement.node);
  if (node === null) return statement.unread === null ? [] : [unread(statement, statement.unread)];
  const own = withCondition(node, read(statement, node));
  const operations = withRemarks(statement, withLongNames(statement, own));
  const holes = holesIn(statement);
  if (holes.length === 0) return operations;
  const words = holes.map(({ span }) => 'x'.repeat(span.end - span.start));
  return operations.flatMap((operation) => withHoles(operation, holes, statement.text, null, words));
}

/** ALTER … IF EXISTS. */
function withCondition(node: Tagged, operations: readonly Operation[]): readonly Operation[] {
  switch (node.kind) {
    case 'AlterTableStmt':
    case 'AlterObjectSchemaStmt':
    case 'RenameStmt':
      if (node.value.missing_ok !== true) return operations;
      return operations.map((operation) => ({ ...operation, onlyIfThere: true }));
    default:
      return operations;
  }
}

function read(of: SqlStatement, node: Tagged): readonly Operation[] {
  switch (node.kind) {
    case 'SelectStmt':
      if (node.value.intoClause !== undefined) return [selectInto(of, node.value, node.value.intoClause)];
      return callsIn(node.value.targetList) ? [callingStatement(of, false)] : [];
    case 'CallStmt':
      return [callingStatement(of, true)];
    case 'ExplainStmt':
    case 'VariableShowStmt':
      return [];
    case 'CreateStmt':
      return [createTable(of, node.value)];
    case 'CreateForeignTableStmt':
      return node.value.base === undefined ? [] : [createForeignTable(of, node.value.base)];
    case 'CreateTableAsStmt':
      return [
        node.value.objtype === 'OBJECT_MATVIEW'
          ? createMaterializedView(of, node.value)
          : createTableAs(of, node.value),
      ];
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
      return [createRange(of, node.value)];
    case 'DefineStmt':
      if (node.value.kind === 'OBJECT_AGGREGATE') return [createAggregate(of, node.value)];
      if (node.value.kind !== 'OBJECT_TYPE') break;
      return [createBaseType(of, node.value)];
    case 'CreateFunctionStmt':
      return [createFunction(of, node.value)];
    case 'AlterFunctionStmt':
      return [alterFunction(of, node.value)];
    case 'AlterObjectDependsStmt':
      return [alterDepends(of, node.value)];
    case 'CreateEventTrigStmt':
      return [createEventTrigger(of, node.value)];
    case 'AlterEventTrigStmt':
      return [alterEventTrigger(of, node.value)];
    case 'RuleStmt':
      return [createRule(of, node.value)];
    case 'CreateTrigStmt':
      return [createTrigger(of, node.value)];
    case 'CreatePolicyStmt':
      return [createPolicy(of, node.value)];
    case 'AlterPolicyStmt':
      return [alterPolicy(of, node.value)];
    case 'CreateSchemaStmt': {
      const schema = createSchema(of, node.value);
      if (schema.kind === 'unknown') return [schema];
      return [schema, ...schemaElements(of, node.value, schema.schema.name, read)];
    }
    case 'CreateExtensionStmt':
      return [createExtension(of, node.value)];
    case 'CreateSeqStmt':
      return [createSequence(of, node.value)];
    case 'AlterSeqStmt':
      return [alterSequence(of, node.value)];
    case 'InsertStmt':
      return [withGivenTexts(insertRows(of, node.value), node.value)];
    case 'UpdateStmt':
      return [withGivenTexts(updateRows(of, node.value), node.value)];
    case 'DeleteStmt':
      return [withGivenTexts(deleteRows(of, node.value), node.value)];
    case 'MergeStmt':
      return [writeRows(of, 'merge', node.value.relation, 'some')];
    case 'CopyStmt':
      if (node.value.is_from === true) return [writeRows(of, 'copy', node.value.relation, 'given')];
      return node.value.is_program === true ? [other(of, 'CopyStmt')] : [];
    case 'TruncateStmt':
      return truncate(of, node.value);
    case 'PrepareStmt':
      return [prepare(of, node.value.name ?? '', node.value.query)];
    case 'DeallocateStmt':
      return [deallocate(of, node.value.isall === true ? null : (node.value.name ?? ''))];
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

/** A template in a text; an array of arrays is none. */
const IN_TEXT = /\$\{[\w.:-]+\}|\{\{-?\s*[.$A-Za-z_][^{},]*\}\}/g;

/** What another program fills in, also in texts: literals and the bodies of functions. */
function holesIn({ text, holes, tokens }: SqlStatement): readonly Hole[] {
  const reason = 'a part of it is filled in by another program';
  const found = holes.map(({ span }) => ({ span, reason }));
  if (text.search(IN_TEXT) < 0) return found;
  for (const { kind, span } of tokens) {
    if (kind !== 'string') continue;
    for (const { 0: hole, index } of text.slice(span.start, span.end).matchAll(IN_TEXT)) {
      const start = span.start + index;
      found.push({ span: { start, end: start + hole.length }, reason });
    }
  }
  return found.sort((a, b) => a.span.start - b.span.start);
}
