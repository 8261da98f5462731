// Types, schemas, extensions, sequences.

import type { Expression } from '../../catalog/expression.js';
import type { Name } from '../../catalog/names.js';
import type {
  AlterDomain,
  AlterType,
  Attachment,
  Attribute,
  CreateSchema,
  DomainConstraintDefinition,
  Operation,
  Unknown,
} from '../../catalog/operation.js';
import { nodeRange } from '../../syntax/sql/node-span.js';
import {
  type AlterDomainStmt,
  type AlterEnumStmt,
  type AlterSeqStmt,
  type AlterTableCmd,
  type AlterTableStmt,
  allOf,
  asNode,
  type ColumnDef,
  type CompositeTypeStmt,
  type Constraint,
  type CreateDomainStmt,
  type CreateEnumStmt,
  type CreateExtensionStmt,
  type CreateRangeStmt,
  type CreateSchemaStmt,
  type CreateSeqStmt,
  type DefineStmt,
  type Node,
  qualified,
  stringOf,
  stringsOf,
} from '../../syntax/sql/nodes.js';
import {
  findWords,
  firstLineOf,
  identifierAt,
  keywordSpan,
  nameAt,
  spanOf,
  type TokenText,
  wholeRange,
} from '../../syntax/sql/segments.js';
import type { Span } from '../../text/span.js';
import { roleName } from './attachments.js';
import { other, ownerIn } from './other.js';
import { sequenceChanges } from './parameters.js';
import { expressionIn, local, relationAt, typeFrom, wholeSpan } from './reading.js';

function located(of: TokenText, ...words: readonly string[]) {
  const keyword = keywordSpan(of, 0, ...words);
  return { span: wholeSpan(of), keyword: keyword.end > keyword.start ? keyword : firstLine(of) };
}

function firstLine(of: TokenText) {
  return firstLineOf(of, { from: 0, to: Math.min(2, of.tokens.length) });
}

/** A name of the grammar's list, with the place of the first token after these words. */
function named(of: TokenText, parts: readonly Node[] | undefined, ...after: readonly string[]) {
  const { schema, name } = qualified(stringsOf(parts));
  const at = findWords(of, wholeRange(of), ...after);
  const found = at < 0 ? null : nameAt(of, skipConditions(of, at + after.length));
  return { schema, name, span: found?.span ?? wholeSpan(of) };
}

function skipConditions(of: TokenText, index: number): number {
  for (const words of [
    ['if', 'not', 'exists'],
    ['if', 'exists'],
  ]) {
    if (findWords(of, { from: index, to: index + words.length }, ...words) === index)
      return index + words.length;
  }
  return index;
}

export function createEnum(of: TokenText, statement: CreateEnumStmt): Operation {
  return {
    ...located(of, 'create', 'type'),
    kind: 'create-enum',
    type: named(of, statement.typeName, 'type'),
    values: stringsOf(statement.vals),
  };
}

export function alterEnum(of: TokenText, statement: AlterEnumStmt): Operation {
  const type = named(of, statement.typeName, 'type');
  const base = located(of, 'alter', 'type');
  if (statement.oldVal !== undefined) {
    return {
      ...base,
      kind: 'rename-enum-value',
      type,
      from: statement.oldVal,
      to: statement.newVal ?? '',
    };
  }
  const neighbour = statement.newValNeighbor;
  return {
    ...base,
    kind: 'add-enum-value',
    type,
    value: { name: statement.newVal ?? '', span: literalAfter(of, 'add', 'value') },
    ifNotExists: statement.skipIfNewValExists ?? false,
    position:
      neighbour === undefined
        ? null
        : { side: statement.newValIsAfter === true ? 'after' : 'before', value: neighbour },
  };
}

/** The text in quotes that follows the words. */
function literalAfter(of: TokenText, ...words: readonly string[]): Span {
  const at = findWords(of, wholeRange(of), ...words);
  if (at < 0) return wholeSpan(of);
  const from = skipConditions(of, at + words.length);
  return spanOf(of, { from, to: from + 1 });
}

export function createDomain(of: TokenText, statement: CreateDomainStmt): Operation {
  const constraints = allOf(statement.constraints, 'Constraint');
  const type = named(of, statement.domainname, 'domain');
  const given = constraints.find(({ contype }) => contype === 'CONSTR_DEFAULT')?.raw_expr;
  return {
    ...located(of, 'create', 'domain'),
    kind: 'create-type',
    type,
    definition: {
      kind: 'domain',
      base: typeFrom(statement.typeName, type.span),
      notNull: constraints.some(({ contype }) => contype === 'CONSTR_NOTNULL'),
      checks: constraints.filter(({ contype }) => contype === 'CONSTR_CHECK').length,
      default: given === undefined ? null : expressionOf(of, given),
      constraints: constraints.flatMap((constraint) => domainConstraint(of, constraint) ?? []),
    },
  };
}

/** `null` for what is no constraint, such as a default. */
function domainConstraint(of: TokenText, constraint: Constraint): DomainConstraintDefinition | null {
  const name = constraint.conname === undefined ? null : { name: constraint.conname, span: wholeSpan(of) };
  const validated = constraint.skip_validation !== true;
  switch (constraint.contype) {
    case 'CONSTR_NOTNULL':
      return { kind: 'not-null', name, expression: null, validated };
    case 'CONSTR_CHECK': {
      const { raw_expr: condition } = constraint;
      const expression = condition === undefined ? null : expressionOf(of, condition);
      return { kind: 'check', name, expression, validated };
    }
    default:
      return null;
  }
}

/** Where it stands is told from its parts; a text without any (a lone constant) is not found. */
function expressionOf(of: TokenText, node: Node): Expression | null {
  const range = nodeRange(of, node);
  return range === null ? null : expressionIn(of, node, range);
}

export function createComposite(of: TokenText, statement: CompositeTypeStmt): Operation {
  return {
    ...located(of, 'create', 'type'),
    kind: 'create-type',
    type: relationAt(of, statement.typevar),
    definition: {
      kind: 'composite',
      attributes: allOf(statement.coldeflist, 'ColumnDef').map((column) => attributeFrom(of, column)),
    },
  };
}

function attributeFrom(of: TokenText, { colname, typeName }: ColumnDef): Attribute {
  return { name: colname ?? '', type: typeFrom(typeName, wholeSpan(of)) };
}

export function createRange(of: TokenText, statement: CreateRangeStmt): Operation {
  const type = named(of, statement.typeName, 'type');
  const parameter = (name: string) =>
    asNode(allOf(statement.params, 'DefElem').find(({ defname }) => defname === name)?.arg, 'TypeName');
  const multirange = parameter('multirange_type_name');
  return {
    ...located(of, 'create', 'type'),
    kind: 'create-type',
    type,
    definition: {
      kind: 'range',
      subtype: typeFrom(parameter('subtype') ?? undefined, type.span),
      multirange: multirange === null ? null : { ...qualified(stringsOf(multirange.names)), span: type.span },
    },
  };
}

/** CREATE TYPE of a base type; without a definition it is a shell. */
export function createBaseType(of: TokenText, statement: DefineStmt): Operation {
  return {
    ...located(of, 'create', 'type'),
    kind: 'create-type',
    type: named(of, statement.defnames, 'type'),
    definition: { kind: 'base', shell: (statement.definition ?? []).length === 0 },
  };
}

/** ALTER TYPE of a composite type. */
export function alterComposite(of: TokenText, statement: AlterTableStmt): readonly Operation[] {
  const type = relationAt(of, statement.relation);
  const base = located(of, 'alter', 'type');
  return allOf(statement.cmds, 'AlterTableCmd').map((command): Operation => {
    const action = attributeAction(of, command);
    if (action === null) {
      return { ...other(of, 'AlterTableStmt'), change: ownerOfType(type, command) };
    }
    return { ...base, kind: 'alter-type', type, action, cascade: command.behavior === 'DROP_CASCADE' };
  });
}

function ownerOfType(name: Name, command: AlterTableCmd): Attachment | null {
  const role = roleName(command.newowner);
  return role === null
    ? null
    : { kind: 'owner', object: { kind: 'type', name, member: null, arguments: null }, role };
}

function attributeAction(of: TokenText, command: AlterTableCmd): AlterType['action'] | null {
  const { subtype, name = '', def, missing_ok } = command;
  const attribute = { name, span: wholeSpan(of) };
  const definition = asNode(def, 'ColumnDef');
  switch (subtype) {
    case 'AT_AddColumn':
      return definition === null ? null : { kind: 'add-attribute', attribute: attributeFrom(of, definition) };
    case 'AT_DropColumn':
      return { kind: 'drop-attribute', attribute, ifExists: missing_ok ?? false };
    case 'AT_AlterColumnType':
      return { kind: 'alter-attribute', attribute, type: typeFrom(definition?.typeName, wholeSpan(of)) };
    default:
      return null;
  }
}

/** Owner, name and schema of a domain are altered by other statements. */
export function alterDomain(of: TokenText, statement: AlterDomainStmt): Operation {
  const action = domainAction(statement);
  if (action === null) return other(of, 'AlterDomainStmt');
  const { name, def, missing_ok, behavior } = statement;
  const constraint = asNode(def, 'Constraint');
  return {
    ...located(of, 'alter', 'domain'),
    kind: 'alter-domain',
    type: named(of, statement.typeName, 'domain'),
    action,
    constraint: constraint === null ? null : domainConstraint(of, constraint),
    name: name === undefined ? null : { name, span: wholeSpan(of) },
    to: null,
    default: action === 'set-default' && def !== undefined ? expressionOf(of, def) : null,
    ifExists: missing_ok ?? false,
    cascade: behavior === 'DROP_CASCADE',
  };
}

/** Codes of `AlterDomainStmt.subtype` in parsenodes.h. */
function domainAction({ subtype, def }: AlterDomainStmt): AlterDomain['action'] | null {
  switch (subtype) {
    case 'T':
      return def === undefined ? 'drop-default' : 'set-default';
    case 'O':
      return 'set-not-null';
    case 'N':
      return 'drop-not-null';
    case 'X':
      return 'drop-constraint';
    case 'V':
      return 'validate';
    case 'C': {
      const constraint = asNode(def, 'Constraint');
      if (constraint?.contype === 'CONSTR_NOTNULL') return 'set-not-null';
      return constraint?.skip_validation === true ? 'add-check-not-valid' : 'add-check';
    }
    default:
      return null;
  }
}

/** Without a name of its own it is called after its owner. */
export function createSchema(of: TokenText, statement: CreateSchemaStmt): CreateSchema | Unknown {
  const { schemaname, authrole } = statement;
  const base = located(of, 'create', 'schema');
  const name = schemaname ?? authrole?.rolename;
  if (name === undefined) {
    const reason = 'the schema is called after the role that runs the migration';
    return { ...base, kind: 'unknown', reason, touches: { kind: 'new-objects' } };
  }
  const at = findWords(of, wholeRange(of), schemaname === undefined ? 'authorization' : 'schema');
  return {
    ...base,
    kind: 'create-schema',
    schema: local(identifierAt(of, skipConditions(of, at + 1)), name, wholeSpan(of)),
    ifNotExists: statement.if_not_exists ?? false,
  };
}

export function createExtension(of: TokenText, statement: CreateExtensionStmt): Operation {
  const at = findWords(of, wholeRange(of), 'extension');
  return {
    ...located(of, 'create', 'extension'),
    kind: 'create-extension',
    extension: local(identifierAt(of, skipConditions(of, at + 1)), statement.extname ?? '', wholeSpan(of)),
    schema: stringOf(allOf(statement.options, 'DefElem').find(({ defname }) => defname === 'schema')?.arg),
    ifNotExists: statement.if_not_exists ?? false,
  };
}

export function createSequence(of: TokenText, statement: CreateSeqStmt): Operation {
  return {
    ...located(of, 'create', 'temp', 'temporary', 'unlogged', 'sequence'),
    kind: 'create-sequence',
    sequence: relationAt(of, statement.sequence),
    ifNotExists: statement.if_not_exists ?? false,
    owner: ownerIn(of, statement.options),
    options: sequenceChanges(statement.options, wholeSpan(of)),
    temporary: statement.sequence?.relpersistence === 't',
    unlogged: statement.sequence?.relpersistence === 'u',
  };
}

export function alterSequence(of: TokenText, statement: AlterSeqStmt): Operation {
  return {
    ...located(of, 'alter', 'sequence'),
    kind: 'alter-sequence',
    sequence: relationAt(of, statement.sequence),
    owner: ownerIn(of, statement.options),
    options: sequenceChanges(statement.options, wholeSpan(of)),
  };
}
