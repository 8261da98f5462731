// Comments, owners, rights, statistics objects, publications.

import type { Name } from '../../catalog/names.js';
import type {
  Attachment,
  ChangePublication,
  Comment,
  ObjectReference,
  Right,
  RightsChange,
  RightsClass,
} from '../../catalog/operation.js';
import { nodeRange } from '../../syntax/sql/node-span.js';
import {
  type AlterDefaultPrivilegesStmt,
  type AlterObjectSchemaStmt,
  type AlterOwnerStmt,
  type AlterPublicationStmt,
  type AlterTableCmd,
  allOf,
  asNode,
  type CommentStmt,
  type CreatePublicationStmt,
  type CreateStatsStmt,
  type GrantStmt,
  type Node,
  nameParts,
  qualified,
  type RangeVar,
  type RenameStmt,
  type RoleSpec,
  type SecLabelStmt,
  stringOf,
  stringsOf,
} from '../../syntax/sql/nodes.js';
import { keywordSpan, type TokenText } from '../../syntax/sql/segments.js';
import { expressionIn, relationAt, typeFrom, wholeSpan } from './reading.js';

/** COMMENT ON, and SECURITY LABEL, which locks like it. */
export function comment(of: TokenText, statement: CommentStmt | SecLabelStmt): Comment {
  const span = wholeSpan(of);
  const on = objectOf(of, statement.objtype, statement.object);
  return {
    kind: 'comment',
    span,
    keyword: keywordSpan(of, 0, 'comment', 'security', 'on', 'label'),
    relation:
      (on?.kind === 'relation' && statement.objtype !== 'OBJECT_INDEX') || on?.kind === 'column'
        ? on.name
        : null,
    on: 'comment' in statement || !('label' in statement || 'provider' in statement) ? on : null,
    text: 'comment' in statement ? (statement.comment ?? null) : null,
  };
}

/** What a statement names with the word of its kind; `null` for what the catalog does not hold. */
function objectOf(
  of: TokenText,
  objtype: string | undefined,
  object: Node | undefined,
): ObjectReference | null {
  const parts = nameParts(object);
  const whole = nameOf(of, parts);
  const plain = { name: whole, member: null, arguments: null };
  const member = { name: nameOf(of, parts.slice(0, -1)), member: parts.at(-1) ?? '', arguments: null };
  switch (objtype) {
    case 'OBJECT_TABLE':
    case 'OBJECT_FOREIGN_TABLE':
    case 'OBJECT_VIEW':
    case 'OBJECT_MATVIEW':
    case 'OBJECT_SEQUENCE':
    case 'OBJECT_INDEX':
      return { kind: 'relation', ...plain };
    case 'OBJECT_COLUMN':
      return { kind: 'column', ...member };
    case 'OBJECT_TABCONSTRAINT':
      return { kind: 'constraint', ...member };
    case 'OBJECT_POLICY':
      return { kind: 'policy', ...member };
    case 'OBJECT_TRIGGER':
      return { kind: 'trigger', ...member };
    case 'OBJECT_SCHEMA':
      return { kind: 'schema', ...plain };
    case 'OBJECT_EXTENSION':
      return { kind: 'extension', ...plain };
    case 'OBJECT_TYPE':
    case 'OBJECT_DOMAIN':
      return { kind: 'type', ...plain };
    case 'OBJECT_STATISTIC_EXT':
      return { kind: 'statistics', ...plain };
    case 'OBJECT_FUNCTION':
    case 'OBJECT_PROCEDURE':
    case 'OBJECT_ROUTINE':
    case 'OBJECT_AGGREGATE': {
      const named = asNode(object, 'ObjectWithArgs');
      const given = named?.args_unspecified === true ? null : allOf(named?.objargs, 'TypeName');
      const types = given?.map((type) => typeFrom(type, whole.span)) ?? null;
      return { kind: 'function', ...plain, arguments: types };
    }
    default:
      return null;
  }
}

function nameOf(of: TokenText, parts: readonly string[]): Name {
  return { ...qualified(parts), span: wholeSpan(of) };
}

/** `null` where it is about nothing that the catalog holds, or about the role that runs the statement. */
export function ownerChange(
  of: TokenText,
  { objectType, object, newowner }: AlterOwnerStmt,
): Attachment | null {
  const role = roleName(newowner);
  const owned = objectOf(of, objectType, object);
  return owned === null || role === null ? null : { kind: 'owner', object: owned, role };
}

/** OWNER TO among the actions of an ALTER of a relation. */
export function ownerOfRelation(
  of: TokenText,
  relation: RangeVar | undefined,
  commands: readonly AlterTableCmd[],
): Attachment | null {
  const role = roleName(commands.find(({ subtype }) => subtype === 'AT_ChangeOwner')?.newowner);
  if (role === null || relation === undefined) return null;
  const object = { kind: 'relation', name: relationAt(of, relation), member: null, arguments: null } as const;
  return { kind: 'owner', object, role };
}

/** `null` for CURRENT_USER and SESSION_USER: who that is, the migration does not say. */
export function roleName(role: RoleSpec | undefined): string | null {
  if (role?.roletype === 'ROLESPEC_PUBLIC') return 'public';
  return role?.roletype === 'ROLESPEC_CSTRING' ? (role.rolename ?? null) : null;
}

const CLASSES: Readonly<Record<string, RightsClass>> = {
  OBJECT_TABLE: 'tables',
  OBJECT_SEQUENCE: 'sequences',
  OBJECT_FUNCTION: 'functions',
  OBJECT_PROCEDURE: 'functions',
  OBJECT_ROUTINE: 'functions',
  OBJECT_TYPE: 'types',
  OBJECT_SCHEMA: 'schemas',
};

/** `null` for rights on databases, languages and the like. */
export function rightsChange(of: TokenText, statement: GrantStmt): Attachment | null {
  const change = changeOf(statement);
  const kind = CLASSES[statement.objtype ?? ''];
  if (kind === undefined || change === null) return null;
  if (statement.targtype === 'ACL_TARGET_ALL_IN_SCHEMA') {
    const allIn = { objects: kind, schemas: stringsOf(statement.objects) };
    return { kind: 'rights', objects: [], allIn, change };
  }
  const objects = (statement.objects ?? []).flatMap((object): readonly ObjectReference[] => {
    const relation = asNode(object, 'RangeVar');
    const named = relation === null ? objectOf(of, statement.objtype, object) : null;
    if (relation === null) return named === null ? [] : [named];
    return [{ kind: 'relation', name: relationAt(of, relation), member: null, arguments: null }];
  });
  return { kind: 'rights', objects, allIn: null, change };
}

function changeOf(statement: GrantStmt): RightsChange | null {
  const roles = allOf(statement.grantees, 'RoleSpec').flatMap((role) => roleName(role) ?? []);
  if (roles.length === 0) return null;
  const rights = allOf(statement.privileges, 'AccessPriv').map(
    ({ priv_name: right, cols }): Right => ({ right: right ?? 'all', columns: stringsOf(cols) }),
  );
  return {
    grants: statement.is_grant ?? false,
    rights,
    roles,
    grantOption: statement.grant_option ?? false,
  };
}

export function defaultRights({ options, action }: AlterDefaultPrivilegesStmt): Attachment | null {
  const change = action === undefined ? null : changeOf(action);
  const objects = CLASSES[action?.objtype ?? ''];
  if (change === null || objects === undefined) return null;
  const listed = (name: string) =>
    asNode(allOf(options, 'DefElem').find(({ defname }) => defname === name)?.arg, 'List')?.items;
  return {
    kind: 'default-rights',
    objects,
    schemas: stringsOf(listed('schemas')),
    makers: allOf(listed('roles'), 'RoleSpec').flatMap((role) => roleName(role) ?? []),
    change,
  };
}

/** `null` when it is on no single table. */
export function statisticsChange(of: TokenText, statement: CreateStatsStmt): Attachment | null {
  const [table] = allOf(statement.relations, 'RangeVar');
  if (table === undefined) return null;
  const parts = stringsOf(statement.defnames);
  return {
    kind: 'create-statistics',
    statistics: parts.length === 0 ? null : nameOf(of, parts),
    ifNotExists: statement.if_not_exists ?? false,
    table: relationAt(of, table),
    columns: allOf(statement.exprs, 'StatsElem').map(({ name }) => name ?? null),
    expressions: allOf(statement.exprs, 'StatsElem').flatMap(({ expr }) => {
      const range = expr === undefined ? null : nodeRange(of, expr);
      return expr === undefined || range === null ? [] : [expressionIn(of, expr, range)];
    }),
    kinds: stringsOf(statement.stat_types),
  };
}

const ACTIONS: Readonly<Record<string, ChangePublication['action']>> = {
  AP_AddObjects: 'add',
  AP_DropObjects: 'drop',
  AP_SetObjects: 'set',
};

/** `null` when it changes no more than options. */
export function publicationChange(
  of: TokenText,
  statement: CreatePublicationStmt | AlterPublicationStmt,
): Attachment | null {
  const objects = allOf(statement.pubobjects, 'PublicationObjSpec');
  const isAlter = 'action' in statement;
  if (isAlter && objects.length === 0) return null;
  return {
    kind: 'publication',
    publication: statement.pubname ?? '',
    action: isAlter ? (ACTIONS[statement.action ?? ''] ?? 'set') : 'create',
    allTables: statement.for_all_tables ?? false,
    tables: objects.flatMap(({ pubtable }) =>
      pubtable?.relation === undefined ? [] : [relationAt(of, pubtable.relation)],
    ),
    schemas: objects.flatMap(({ pubobjtype, name }) =>
      pubobjtype === 'PUBLICATIONOBJ_TABLES_IN_SCHEMA' && name !== undefined ? [name] : [],
    ),
  };
}

/** The statistics objects or publications of a DROP. */
export function droppedAttachments(
  of: TokenText,
  removeType: string | undefined,
  objects: readonly Node[],
): Attachment | null {
  if (removeType === 'OBJECT_STATISTIC_EXT') {
    return { kind: 'drop-statistics', statistics: objects.map((object) => nameOf(of, nameParts(object))) };
  }
  if (removeType !== 'OBJECT_PUBLICATION') return null;
  return { kind: 'drop-publication', publications: objects.flatMap((object) => stringOf(object) ?? []) };
}

export function renamedAttachment(
  of: TokenText,
  { renameType, object, newname: to = '' }: RenameStmt,
): Attachment | null {
  if (renameType === 'OBJECT_STATISTIC_EXT') {
    return { kind: 'rename-statistics', statistics: nameOf(of, nameParts(object)), to };
  }
  if (renameType !== 'OBJECT_PUBLICATION') return null;
  return { kind: 'rename-publication', publication: stringOf(object) ?? '', to };
}

export function movedAttachment(
  of: TokenText,
  { objectType, object, newschema: to = '' }: AlterObjectSchemaStmt,
): Attachment | null {
  if (objectType !== 'OBJECT_STATISTIC_EXT') return null;
  return { kind: 'move-statistics', statistics: nameOf(of, nameParts(object)), to };
}
