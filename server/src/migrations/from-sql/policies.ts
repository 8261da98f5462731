// CREATE POLICY and ALTER POLICY, with what their expressions say of the rows that they let through.

import type { ColumnPin, Expression } from '../../catalog/expression.js';
import type {
  AlterPolicy,
  CreatePolicy,
  PerRow,
  PolicyCalls,
  PolicyCommand,
  SelfComparison,
  SettingRead,
} from '../../catalog/operation.js';
import { formatType } from '../../catalog/types.js';
import { expressionFacts } from '../../syntax/sql/expression.js';
import { nodeRange } from '../../syntax/sql/node-span.js';
import {
  type A_Expr,
  type AlterPolicyStmt,
  allOf,
  asNode,
  type CreatePolicyStmt,
  columnParts,
  constantOf,
  type FuncCall,
  type Node,
  qualified,
  stringOf,
  stringsOf,
  type Tagged,
  tagged,
  walk,
} from '../../syntax/sql/nodes.js';
import {
  closerOf,
  findWords,
  groupAt,
  identifierAt,
  keywordSpan,
  nameAtOffset,
  spanOf,
  type TokenText,
  wholeRange,
} from '../../syntax/sql/segments.js';
import { expressionIn, local, relationAt, typeFrom, wholeSpan } from './reading.js';

export function createPolicy(of: TokenText, statement: CreatePolicyStmt): CreatePolicy {
  const commands: readonly string[] = ['all', 'select', 'insert', 'update', 'delete'];
  const command = statement.cmd_name ?? 'all';
  return {
    span: wholeSpan(of),
    keyword: keywordSpan(of, 0, 'create', 'policy'),
    kind: 'create-policy',
    table: relationAt(of, statement.table),
    policy: local(identifierAt(of, 2), statement.policy_name ?? '', wholeSpan(of)),
    command: (commands.includes(command) ? command : 'all') as PolicyCommand,
    permissive: statement.permissive ?? false,
    roles: allOf(statement.roles, 'RoleSpec').map((role) => role.rolename ?? 'public'),
    ...expressionsOf(of, statement),
  };
}

export function alterPolicy(of: TokenText, statement: AlterPolicyStmt): AlterPolicy {
  const roles = allOf(statement.roles, 'RoleSpec').map((role) => role.rolename ?? 'public');
  return {
    span: wholeSpan(of),
    keyword: keywordSpan(of, 0, 'alter', 'policy'),
    kind: 'alter-policy',
    table: relationAt(of, statement.table),
    policy: local(identifierAt(of, 2), statement.policy_name ?? '', wholeSpan(of)),
    to: null,
    roles: roles.length === 0 ? null : roles,
    ...expressionsOf(of, statement),
  };
}

function expressionsOf(
  of: TokenText,
  { qual, with_check }: CreatePolicyStmt | AlterPolicyStmt,
): Pick<CreatePolicy, 'using' | 'check'> & PolicyCalls {
  const expressions = [qual, with_check].filter((node) => node !== undefined);
  return {
    using: inGroup(of, qual, 'using'),
    check: inGroup(of, with_check, 'with', 'check'),
    perRow: qual === undefined ? [] : perRowIn(of, qual),
    settings: expressions.flatMap((node) => settingsIn(of, node, null)),
    withItself: expressions.flatMap((node) => withItselfIn(of, node)),
  };
}

function withItselfIn(of: TokenText, expression: Node): readonly SelfComparison[] {
  const found: SelfComparison[] = [];
  walk(expression, ({ kind, value }) => {
    if (kind !== 'SelectStmt') return true;
    const own = new Set<string>();
    for (const item of value.fromClause ?? []) {
      walk(item, (node) => {
        if (node.kind === 'RangeVar') own.add(node.value.alias?.aliasname ?? node.value.relname ?? '');
        return node.kind !== 'RangeSubselect';
      });
    }
    for (const condition of value.whereClause === undefined ? [] : [value.whereClause]) {
      visit(condition, (node, wrapped) => {
        const range = nodeRange(of, wrapped);
        const compared = node.kind === 'A_Expr' ? comparedWithItself(node.value, own) : null;
        if (compared !== null && range !== null) found.push({ ...compared, span: spanOf(of, range) });
        return node.kind !== 'SubLink';
      });
    }
    return true;
  });
  return found;
}

/** @param own relations that the subquery reads itself */
function comparedWithItself({ kind, name, lexpr, rexpr }: A_Expr, own: ReadonlySet<string>) {
  if (kind !== 'AEXPR_OP' || stringsOf(name).at(-1) !== '=') return null;
  const sides = [lexpr, rexpr].map((side) => {
    const column = asNode(side, 'ColumnRef');
    return column === null ? [] : columnParts(column);
  });
  const plain = sides.find(({ length }) => length === 1)?.[0];
  const [relation, column] = sides.find(({ length }) => length === 2) ?? [];
  if (relation === undefined || column === undefined || column !== plain || !own.has(relation)) return null;
  return { relation, column };
}

/** An expression in the parentheses after these words. */
function inGroup(of: TokenText, node: Node | undefined, ...words: readonly string[]): Expression | null {
  const at = findWords(of, wholeRange(of), ...words);
  const group = at < 0 ? null : groupAt(of, at + words.length);
  if (node === undefined || group === null) return null;
  return { ...expressionIn(of, node, group), pins: pinsIn(of, node) };
}

/** Those that hold in every case in which the expression is true. */
function pinsIn(of: TokenText, node: Node | undefined): readonly ColumnPin[] {
  const found = tagged(node);
  switch (found?.kind) {
    case 'BoolExpr': {
      const branches = (found.value.args ?? []).map((branch) => pinsIn(of, branch));
      if (found.value.boolop === 'AND_EXPR') return branches.flat();
      if (found.value.boolop !== 'OR_EXPR') return [];
      const [first = [], ...others] = branches;
      const alike = (pin: ColumnPin) =>
        others.map((pins) => pins.find(({ column }) => column === pin.column));
      return first.flatMap((pin) => {
        const all = alike(pin);
        // The weakest of them tells of the whole.
        return all.includes(undefined) ? [] : [all.find((one) => one?.by === 'function') ?? pin];
      });
    }
    case 'A_Expr':
      return comparedIn(of, found.value);
    case 'SubLink': {
      const { subLinkType, testexpr, operName, subselect } = found.value;
      const column = columnNamed(testexpr);
      if (subLinkType === 'ANY_SUBLINK' && [undefined, '='].includes(stringsOf(operName)[0])) {
        return column === null ? [] : [{ column, by: 'subquery', function: null }];
      }
      if (subLinkType !== 'EXISTS_SUBLINK' || subselect === undefined) return [];
      const { columns } = expressionFacts(of, { SubLink: { ...found.value, subselect } });
      return columns.map(({ name }) => ({ column: name, by: 'subquery', function: null }));
    }
    case 'FuncCall': {
      const name = stringsOf(found.value.funcname).join('.');
      return (found.value.args ?? []).flatMap((arg) => {
        const column = columnNamed(arg);
        return column === null ? [] : [{ column, by: 'function', function: name }];
      });
    }
    case 'TypeCast':
      return pinsIn(of, found.value.arg);
    default:
      return [];
  }
}

/** `=`, `= ANY (…)`, `IN (…)`. */
function comparedIn(of: TokenText, { kind, name, lexpr, rexpr }: A_Expr): readonly ColumnPin[] {
  if (stringsOf(name).at(-1) !== '=') return [];
  const pin = (column: string | null): ColumnPin[] =>
    column === null ? [] : [{ column, by: 'value', function: null }];
  switch (kind) {
    case 'AEXPR_OP': {
      // `is_member(org_id) = true`
      if (asNode(rexpr, 'A_Const')?.boolval?.boolval === true) return pinsIn(of, lexpr);
      if (!readsColumn(rexpr)) return pin(columnNamed(lexpr));
      return readsColumn(lexpr) ? [] : pin(columnNamed(rexpr));
    }
    case 'AEXPR_OP_ANY':
    case 'AEXPR_IN':
      return readsColumn(rexpr) ? [] : pin(columnNamed(lexpr));
    default:
      return [];
  }
}

/** The column that it is, whatever it is cast to. */
function columnNamed(node: Node | undefined): string | null {
  const cast = asNode(node, 'TypeCast');
  if (cast !== null) return columnNamed(cast.arg);
  const column = asNode(node, 'ColumnRef');
  return column === null ? null : (columnParts(column).at(-1) ?? null);
}

/** Outside subqueries: those that begin with a SELECT usually read nothing of the row. */
function readsColumn(node: Node | undefined): boolean {
  let found = false;
  walk(node, ({ kind }) => {
    if (kind === 'ColumnRef') found = true;
    return !found && kind !== 'SubLink';
  });
  return found;
}

function perRowIn(of: TokenText, expression: Node): readonly PerRow[] {
  const parts: PerRow[] = [];
  visit(expression, (node, wrapped) => {
    if (node.kind === 'SubLink') return false;
    if (!NOT_VALUES.has(node.kind) && !readsColumn(wrapped) && !hasSubquery(wrapped)) {
      const functions = calledIn(wrapped);
      const range = nodeRange(of, wrapped);
      if (functions.length > 0 && range !== null) parts.push({ span: spanOf(of, range), functions });
      return false;
    }
    return true;
  });
  return parts;
}

/** Parts of a call or a cast that are no expressions by themselves. */
const NOT_VALUES: ReadonlySet<string> = new Set(['String', 'List', 'BoolExpr']);

/** Nodes with the object that wraps each, which is what a span is told by; those alone that stand for a value. */
function visit(root: Node, enter: (node: Tagged, wrapped: Node) => boolean): void {
  const node = tagged(root);
  if (node === null || !enter(node, root)) return;
  for (const field of Object.values(node.value)) {
    for (const one of Array.isArray(field) ? field : [field]) {
      if (typeof one === 'object' && one !== null && tagged(one as Node) !== null) visit(one as Node, enter);
    }
  }
}

function hasSubquery(node: Node): boolean {
  let found = asNode(node, 'SubLink') !== null;
  walk(node, ({ kind }) => {
    found ||= kind === 'SubLink';
    return !found;
  });
  return found;
}

function calledIn(node: Node): readonly string[] {
  const names = new Set<string>();
  walk(node, (one) => {
    if (one.kind === 'FuncCall') names.add(stringsOf(one.value.funcname).join('.'));
    return true;
  });
  return [...names];
}

/** @param cast what is made of the value right there */
function settingsIn(of: TokenText, node: Node, cast: string | null): readonly SettingRead[] {
  const found = tagged(node);
  if (found === null) return [];
  if (found.kind === 'TypeCast') {
    const type = typeFrom(found.value.typeName, wholeSpan(of));
    return found.value.arg === undefined
      ? []
      : settingsIn(of, found.value.arg, TEXTS.has(type.name) ? null : formatType(type));
  }
  if (found.kind === 'FuncCall') {
    const read = settingRead(of, found.value, cast);
    if (read !== null) return [read];
  }
  return Object.values(found.value).flatMap((field) =>
    (Array.isArray(field) ? field : [field]).flatMap((one) =>
      typeof one === 'object' && one !== null && tagged(one as Node) !== null
        ? settingsIn(of, one as Node, HANDS_ON.has(found.kind) ? cast : null)
        : [],
    ),
  );
}

/** The value of `(SELECT …)` is that of its target. */
const HANDS_ON: ReadonlySet<string> = new Set(['SubLink', 'SelectStmt', 'ResTarget']);

const TEXTS: ReadonlySet<string> = new Set(['text', 'varchar', 'bpchar', 'name']);

function settingRead(of: TokenText, { funcname, args, location }: FuncCall, cast: string | null) {
  const { name: called } = qualified(stringsOf(funcname));
  const [first, second] = args ?? [];
  const name = stringOf(first);
  const constant = constantOf(first);
  const text = name ?? ('value' in constant && typeof constant.value === 'string' ? constant.value : null);
  const place = nameAtOffset(of, location ?? 0);
  if (called !== 'current_setting' || text === null || place === null) return null;
  const end = of.tokens[closerOf(of, place.next)]?.span.end ?? place.span.end;
  const given = second === undefined ? null : constantOf(second);
  const missingOk = given === null ? false : 'value' in given ? given.value === true : null;
  return {
    span: { start: place.span.start, end },
    name: text,
    missingOk,
    cast,
  };
}
