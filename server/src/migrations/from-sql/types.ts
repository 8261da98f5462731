// Types, functions, triggers, policies, schemas, extensions.

import type { AlterDomain, Operation, PolicyCommand } from '../../catalog/operation.js';
import {
  type AlterDomainStmt,
  type AlterEnumStmt,
  type AlterFunctionStmt,
  type AlterPolicyStmt,
  type AlterSeqStmt,
  allOf,
  asNode,
  type CompositeTypeStmt,
  type CreateDomainStmt,
  type CreateEnumStmt,
  type CreateExtensionStmt,
  type CreateFunctionStmt,
  type CreatePolicyStmt,
  type CreateSchemaStmt,
  type CreateSeqStmt,
  type CreateTrigStmt,
  type Node,
  qualified,
  stringOf,
  stringsOf,
} from '../../syntax/sql/nodes.js';
import {
  findWords,
  firstLineOf,
  groupAt,
  identifierAt,
  keywordSpan,
  nameAt,
  type TokenText,
  wholeRange,
} from '../../syntax/sql/segments.js';
import { other, ownerIn } from './other.js';
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
    value: { name: statement.newVal ?? '', span: base.span },
    ifNotExists: statement.skipIfNewValExists ?? false,
    position:
      neighbour === undefined
        ? null
        : { side: statement.newValIsAfter === true ? 'after' : 'before', value: neighbour },
  };
}

export function createDomain(of: TokenText, statement: CreateDomainStmt): Operation {
  const constraints = allOf(statement.constraints, 'Constraint');
  const type = named(of, statement.domainname, 'domain');
  return {
    ...located(of, 'create', 'domain'),
    kind: 'create-type',
    type,
    definition: {
      kind: 'domain',
      base: typeFrom(statement.typeName, type.span),
      notNull: constraints.some(({ contype }) => contype === 'CONSTR_NOTNULL'),
      checks: constraints.filter(({ contype }) => contype === 'CONSTR_CHECK').length,
    },
  };
}

export function createComposite(of: TokenText, statement: CompositeTypeStmt): Operation {
  return {
    ...located(of, 'create', 'type'),
    kind: 'create-type',
    type: relationAt(of, statement.typevar),
    definition: { kind: 'composite' },
  };
}

/** Range types, and base types by DefineStmt. */
export function createOtherType(
  of: TokenText,
  name: readonly Node[] | undefined,
  kind: 'range' | 'base',
): Operation {
  return {
    ...located(of, 'create', 'type'),
    kind: 'create-type',
    type: named(of, name, 'type'),
    definition: { kind },
  };
}

export function createFunction(of: TokenText, statement: CreateFunctionStmt): Operation {
  const volatility = allOf(statement.options, 'DefElem').find(({ defname }) => defname === 'volatility');
  const word = stringOf(volatility?.arg);
  const kind = statement.is_procedure === true ? 'procedure' : 'function';
  return {
    ...located(of, 'create', 'or', 'replace', 'function', 'procedure'),
    kind: 'create-function',
    function: named(of, statement.funcname, kind),
    orReplace: statement.replace ?? false,
    volatility: word === 'stable' || word === 'immutable' ? word : 'volatile',
  };
}

export function createTrigger(of: TokenText, statement: CreateTrigStmt): Operation {
  const at = findWords(of, wholeRange(of), 'trigger');
  return {
    ...located(of, 'create', 'or', 'replace', 'constraint', 'trigger'),
    kind: 'create-trigger',
    table: relationAt(of, statement.relation),
    trigger: local(identifierAt(of, at + 1), statement.trigname ?? '', wholeSpan(of)),
    forEachRow: statement.row ?? false,
  };
}

/** Owner, name and schema of a domain are altered by other statements. */
export function alterDomain(of: TokenText, statement: AlterDomainStmt): Operation {
  const action = domainAction(statement);
  if (action === null) return other(of, 'AlterDomainStmt');
  const type = named(of, statement.typeName, 'domain');
  return { ...located(of, 'alter', 'domain'), kind: 'alter-domain', type, action };
}

/** Codes of `AlterDomainStmt.subtype` in parsenodes.h. */
function domainAction({ subtype, def }: AlterDomainStmt): AlterDomain['action'] | null {
  switch (subtype) {
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
      // T: the default.
      return null;
  }
}

/** Of what an ALTER FUNCTION can say only its volatility is in the catalog. */
export function alterFunction(of: TokenText, statement: AlterFunctionStmt): Operation {
  const option = allOf(statement.actions, 'DefElem').find(({ defname }) => defname === 'volatility');
  const word = stringOf(option?.arg);
  if (word === null) return other(of, 'AlterFunctionStmt');
  const kind = statement.objtype === 'OBJECT_FUNCTION' ? 'function' : 'routine';
  return {
    ...located(of, 'alter', kind),
    kind: 'create-function',
    function: named(of, statement.func?.objname, kind),
    orReplace: true,
    volatility: word === 'stable' || word === 'immutable' ? word : 'volatile',
  };
}

export function alterPolicy(of: TokenText, statement: AlterPolicyStmt): Operation {
  const roles = allOf(statement.roles, 'RoleSpec').map((role) => role.rolename ?? 'public');
  return {
    ...located(of, 'alter', 'policy'),
    kind: 'alter-policy',
    table: relationAt(of, statement.table),
    policy: local(identifierAt(of, 2), statement.policy_name ?? '', wholeSpan(of)),
    to: null,
    roles: roles.length === 0 ? null : roles,
    using: inGroup(of, statement.qual, 'using'),
    check: inGroup(of, statement.with_check, 'with', 'check'),
  };
}

/** An expression in the parentheses after these words. */
function inGroup(of: TokenText, node: Node | undefined, ...words: readonly string[]) {
  const at = findWords(of, wholeRange(of), ...words);
  const group = at < 0 ? null : groupAt(of, at + words.length);
  return node === undefined || group === null ? null : expressionIn(of, node, group);
}

export function createPolicy(of: TokenText, statement: CreatePolicyStmt): Operation {
  const commands: readonly string[] = ['all', 'select', 'insert', 'update', 'delete'];
  const command = statement.cmd_name ?? 'all';
  return {
    ...located(of, 'create', 'policy'),
    kind: 'create-policy',
    table: relationAt(of, statement.table),
    policy: local(identifierAt(of, 2), statement.policy_name ?? '', wholeSpan(of)),
    command: (commands.includes(command) ? command : 'all') as PolicyCommand,
    permissive: statement.permissive ?? false,
    roles: allOf(statement.roles, 'RoleSpec').map((role) => role.rolename ?? 'public'),
    using: inGroup(of, statement.qual, 'using'),
    check: inGroup(of, statement.with_check, 'with', 'check'),
  };
}

export function createSchema(of: TokenText, statement: CreateSchemaStmt): Operation {
  const at = findWords(of, wholeRange(of), 'schema');
  const role = statement.authrole?.rolename;
  return {
    ...located(of, 'create', 'schema'),
    kind: 'create-schema',
    schema: local(
      identifierAt(of, skipConditions(of, at + 1)),
      statement.schemaname ?? role ?? '',
      wholeSpan(of),
    ),
    ifNotExists: statement.if_not_exists ?? false,
  };
}

export function createExtension(of: TokenText, statement: CreateExtensionStmt): Operation {
  const at = findWords(of, wholeRange(of), 'extension');
  return {
    ...located(of, 'create', 'extension'),
    kind: 'create-extension',
    extension: local(identifierAt(of, skipConditions(of, at + 1)), statement.extname ?? '', wholeSpan(of)),
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
  };
}

export function alterSequence(of: TokenText, statement: AlterSeqStmt): Operation {
  return {
    ...located(of, 'alter', 'sequence'),
    kind: 'alter-sequence',
    sequence: relationAt(of, statement.sequence),
    owner: ownerIn(of, statement.options),
  };
}
