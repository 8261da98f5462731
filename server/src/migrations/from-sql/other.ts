// Statements without an operation of their own. Those that are known to change nothing of the catalog are listed here;
// any other is unknown, with what it may have touched.

import type { LockMode } from '../../catalog/lock-modes.js';
import type { Name } from '../../catalog/names.js';
import type { Operation, Other, Touch, Unknown } from '../../catalog/operation.js';
import {
  type AlterObjectSchemaStmt,
  type AlterTableCmd,
  allOf,
  asNode,
  type DiscardStmt,
  type Node,
  type NodeKind,
  nameParts,
  qualified,
  type RangeVar,
  stringOf,
  stringsOf,
  type Tagged,
} from '../../syntax/sql/nodes.js';
import {
  findWords,
  firstLineOf,
  identifierAt,
  type TokenText,
  wholeRange,
} from '../../syntax/sql/segments.js';
import {
  defaultRights,
  movedAttachment,
  ownerChange,
  ownerOfRelation,
  publicationChange,
  rightsChange,
  statisticsChange,
} from './attachments.js';
import { nameFrom, relationAt, wholeSpan } from './reading.js';
import { alteration, routineReference } from './routines.js';

/** What they make or change is not in the catalog, and no table is locked against anybody. */
const HARMLESS: ReadonlySet<NodeKind> = new Set<NodeKind>([
  // Roles, rights, settings.
  'AlterDatabaseRefreshCollStmt',
  'AlterDatabaseSetStmt',
  'AlterDatabaseStmt',
  'AlterRoleSetStmt',
  'AlterRoleStmt',
  'AlterSystemStmt',
  'CreateRoleStmt',
  'DropRoleStmt',
  'GrantRoleStmt',
  // The session.
  'CheckPointStmt',
  'ClosePortalStmt',
  'ConstraintsSetStmt',
  'DeclareCursorStmt',
  'FetchStmt',
  'ListenStmt',
  'LoadStmt',
  'NotifyStmt',
  'TransactionStmt',
  'UnlistenStmt',
  // Databases, table spaces, foreign servers, replication.
  'AlterFdwStmt',
  'AlterForeignServerStmt',
  'AlterSubscriptionStmt',
  'AlterTableSpaceOptionsStmt',
  'AlterUserMappingStmt',
  'CreateFdwStmt',
  'CreateForeignServerStmt',
  'CreateSubscriptionStmt',
  'CreateTableSpaceStmt',
  'CreateUserMappingStmt',
  'CreatedbStmt',
  'DropSubscriptionStmt',
  'DropTableSpaceStmt',
  'DropUserMappingStmt',
  'DropdbStmt',
  // Objects that the catalog does not hold.
  'AlterCollationStmt',
  'AlterExtensionContentsStmt',
  'AlterOpFamilyStmt',
  'AlterOperatorStmt',
  'AlterStatsStmt',
  'AlterTSConfigurationStmt',
  'AlterTSDictionaryStmt',
  'AlterTypeStmt',
  'CreateAmStmt',
  'CreateCastStmt',
  'CreateConversionStmt',
  'CreateOpClassStmt',
  'CreateOpFamilyStmt',
  'CreatePLangStmt',
  'CreateTransformStmt',
  'DefineStmt',
]);

interface Doubtful {
  readonly reason: string;
  readonly touches: Touch['kind'] & ('everything' | 'new-objects' | 'rows');
}

const DOUBTFUL: Partial<Readonly<Record<NodeKind, Doubtful>>> = {
  DropOwnedStmt: { reason: 'who owns what is not known', touches: 'everything' },
  ImportForeignSchemaStmt: {
    reason: 'which tables the other server has is not known',
    touches: 'new-objects',
  },
  ExecuteStmt: { reason: 'what was prepared is not looked up', touches: 'rows' },
  // Extensions look after what is theirs, which is not in the catalog.
  AlterExtensionStmt: { reason: 'the script of the extension is not read', touches: 'rows' },
  AlterTableMoveAllStmt: { reason: 'what is in the table space is not known', touches: 'rows' },
  ReassignOwnedStmt: { reason: 'who owns what is not known', touches: 'rows' },
  DiscardStmt: { reason: 'temporary tables are not told apart', touches: 'rows' },
};

/** A statement that nothing else reads. */
export function otherStatement(of: TokenText, node: Tagged): Operation {
  const { kind } = node;
  switch (node.kind) {
    case 'CreateStatsStmt': {
      const locks = locking(of, kind, tablesOf(of, node.value.relations), 'ShareUpdateExclusiveLock');
      return { ...locks, change: statisticsChange(of, node.value) };
    }
    case 'GrantStmt':
      return { ...other(of, kind), change: rightsChange(of, node.value) };
    case 'AlterDefaultPrivilegesStmt':
      return { ...other(of, kind), change: defaultRights(node.value) };
    case 'AlterOwnerStmt':
      return { ...other(of, kind), change: ownerChange(of, node.value) };
    case 'CreatePublicationStmt':
    case 'AlterPublicationStmt': {
      const tables = allOf(node.value.pubobjects, 'PublicationObjSpec').map(
        ({ pubtable }) => pubtable?.relation,
      );
      const locks = locking(of, kind, named(of, tables), 'ShareUpdateExclusiveLock');
      return { ...locks, change: publicationChange(of, node.value) };
    }
    case 'DiscardStmt':
      if (!dropsTables(node.value)) return other(of, kind);
      break;
    default:
      if (HARMLESS.has(kind)) {
        return isOutsideOnly(node) ? { ...other(of, kind), outsideOnly: true } : other(of, kind);
      }
      break;
  }
  const { reason, touches } = DOUBTFUL[kind] ?? {
    reason: 'this statement is not read',
    touches: 'everything',
  };
  return { ...unknown(of, reason, { kind: touches }), statement: kind.replace(/Stmt$/, '') };
}

/** What is done outside a transaction only: PreventInTransactionBlock in the server's source. */
function isOutsideOnly(node: Tagged): boolean {
  switch (node.kind) {
    case 'AlterSystemStmt':
    case 'CreateTableSpaceStmt':
    case 'CreatedbStmt':
    case 'DropTableSpaceStmt':
    case 'DropdbStmt':
      return true;
    case 'AlterDatabaseStmt':
      return allOf(node.value.options, 'DefElem').some(({ defname }) => defname === 'tablespace');
    case 'CreateSubscriptionStmt': {
      // A replication slot is made on the other server unless the options say otherwise.
      const makesNoSlot = allOf(node.value.options, 'DefElem').some(
        ({ defname, arg }) =>
          (defname === 'create_slot' || defname === 'connect') &&
          /^(?:false|off|0)$/i.test(stringOf(arg) ?? ''),
      );
      return !makesNoSlot;
    }
    default:
      return false;
  }
}

/** @param kind of the grammar */
export function other(of: TokenText, kind: string, locks: Other['locks'] = []): Other {
  const keyword = firstLineOf(of, { from: 0, to: Math.min(2, of.tokens.length) });
  return {
    kind: 'other',
    statement: kind.replace(/Stmt$/, ''),
    span: wholeSpan(of),
    keyword,
    locks,
    change: null,
  };
}

export function unknown(of: TokenText, reason: string, touches: Touch): Unknown {
  const keyword = firstLineOf(of, { from: 0, to: Math.min(2, of.tokens.length) });
  return { kind: 'unknown', reason, touches, span: wholeSpan(of), keyword };
}

export function locking(of: TokenText, kind: string, relations: readonly Name[], mode: LockMode): Other {
  return other(
    of,
    kind,
    relations.map((relation) => ({ relation, mode })),
  );
}

function named(of: TokenText, relations: readonly (RangeVar | undefined)[]): readonly Name[] {
  return relations.flatMap((relation) => (relation === undefined ? [] : [relationAt(of, relation)]));
}

function tablesOf(of: TokenText, relations: readonly Node[] | undefined): readonly Name[] {
  return named(of, allOf(relations, 'RangeVar'));
}

/** DISCARD PLANS and SEQUENCES leave the session's tables alone. */
function dropsTables({ target }: DiscardStmt): boolean {
  return target !== 'DISCARD_PLANS' && target !== 'DISCARD_SEQUENCES';
}

/** ALTER … SET SCHEMA. */
export function setSchema(of: TokenText, statement: AlterObjectSchemaStmt): Operation {
  const at = findWords(of, wholeRange(of), 'set', 'schema');
  const found = identifierAt(of, at + 2);
  const to = { name: statement.newschema ?? '', span: found?.span ?? wholeSpan(of) };
  const keyword = firstLineOf(of, { from: at, to: at + 2 });
  const located = { span: wholeSpan(of), keyword, to };
  switch (statement.objectType) {
    case 'OBJECT_TABLE':
    case 'OBJECT_FOREIGN_TABLE':
    case 'OBJECT_VIEW':
    case 'OBJECT_MATVIEW':
    case 'OBJECT_SEQUENCE':
      return { ...located, kind: 'set-schema', table: relationAt(of, statement.relation) };
    case 'OBJECT_TYPE':
    case 'OBJECT_DOMAIN': {
      const { schema, name } = qualified(nameParts(statement.object));
      return {
        ...located,
        kind: 'set-type-schema',
        type: { schema, name, span: nameFrom(of, 2, name).span },
      };
    }
    case 'OBJECT_FUNCTION':
    case 'OBJECT_PROCEDURE':
    case 'OBJECT_ROUTINE':
    case 'OBJECT_AGGREGATE':
      return alteration(
        of,
        routineReference(of, asNode(statement.object, 'ObjectWithArgs') ?? undefined, statement.objectType),
        {
          kind: 'set-schema',
          to,
        },
      );
    default:
      return { ...other(of, 'AlterObjectSchemaStmt'), change: movedAttachment(of, statement) };
  }
}

/** What an ALTER of a relation that is no table locks. Of indexes it is the index alone. */
export function alterOther(
  of: TokenText,
  objtype: string | undefined,
  relation: RangeVar | undefined,
  commands: readonly AlterTableCmd[],
): Operation {
  const change = ownerOfRelation(of, relation, commands);
  switch (objtype) {
    case 'OBJECT_INDEX':
      return other(of, 'AlterTableStmt');
    default:
      return { ...locking(of, 'AlterTableStmt', named(of, [relation]), 'AccessExclusiveLock'), change };
  }
}

/** The column that a list of strings names with its table; `null` for NONE. */
export function ownerIn(
  of: TokenText,
  options: readonly Node[] | undefined,
): { readonly table: Name | null; readonly column: string } | null {
  const owned = allOf(options, 'DefElem').find(({ defname }) => defname === 'owned_by');
  if (owned === undefined) return null;
  const parts = stringsOf(asNode(owned.arg, 'List')?.items);
  const column = parts.at(-1) ?? '';
  if (parts.length < 2) return { table: null, column };
  const { schema, name } = qualified(parts.slice(0, -1));
  return { table: { schema, name, span: wholeSpan(of) }, column };
}
