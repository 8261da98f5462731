// The tree that PostgreSQL's grammar gives, typed, and short ways through it. A node is an object with one key, its kind:
// `{ ColumnRef: { fields, location } }`. Fields whose value is zero, false or empty are left out, so every field may be absent;
// a location that is absent is 0, and one that is -1 is not known.

import type { A_Const, ColumnRef, Node, RangeVar, TypeName } from '@pgsql/types';

export type {
  A_ArrayExpr,
  A_Const,
  A_Expr,
  A_Indirection,
  Alias,
  AlterDefaultPrivilegesStmt,
  AlterDomainStmt,
  AlterEnumStmt,
  AlterEventTrigStmt,
  AlterFunctionStmt,
  AlterObjectDependsStmt,
  AlterObjectSchemaStmt,
  AlterOwnerStmt,
  AlterPolicyStmt,
  AlterPublicationStmt,
  AlterSeqStmt,
  AlterTableCmd,
  AlterTableStmt,
  ATAlterConstraint,
  BoolExpr,
  CollateClause,
  ColumnDef,
  ColumnRef,
  CommentStmt,
  CommonTableExpr,
  CompositeTypeStmt,
  Constraint,
  CopyStmt,
  CreateDomainStmt,
  CreateEnumStmt,
  CreateEventTrigStmt,
  CreateExtensionStmt,
  CreateFunctionStmt,
  CreatePolicyStmt,
  CreatePublicationStmt,
  CreateRangeStmt,
  CreateSchemaStmt,
  CreateSeqStmt,
  CreateStatsStmt,
  CreateStmt,
  CreateTableAsStmt,
  CreateTrigStmt,
  DefElem,
  DefineStmt,
  DeleteStmt,
  DiscardStmt,
  DropStmt,
  FuncCall,
  FunctionParameter,
  GrantStmt,
  IndexElem,
  IndexStmt,
  InsertStmt,
  IntoClause,
  JoinExpr,
  List,
  MergeStmt,
  Node,
  NullTest,
  ObjectWithArgs,
  OnConflictClause,
  PartitionBoundSpec,
  PartitionCmd,
  PartitionElem,
  PartitionSpec,
  RangeFunction,
  RangeSubselect,
  RangeVar,
  RenameStmt,
  ResTarget,
  RoleSpec,
  RuleStmt,
  SecLabelStmt,
  SelectStmt,
  String as StringNode,
  SubLink,
  TransactionStmt,
  TruncateStmt,
  TypeCast,
  TypeName,
  UpdateStmt,
  VariableSetStmt,
  ViewStmt,
  WithClause,
} from '@pgsql/types';

type KeysOf<T> = T extends unknown ? keyof T : never;

/** The name of a kind of node: `SelectStmt`, `ColumnRef`. */
export type NodeKind = KeysOf<Node>;
export type NodeOf<K extends NodeKind> = Extract<Node, Record<K, unknown>>[K];

/** A node as a union to `switch` over. */
export type Tagged = { [K in NodeKind]: { readonly kind: K; readonly value: NodeOf<K> } }[NodeKind];

/** `null` for the empty object by which the grammar stands for "nothing here". */
export function tagged(node: Node | undefined): Tagged | null {
  for (const kind in node) return { kind, value: node[kind as keyof Node] } as Tagged;
  return null;
}

/** What the node holds when it is of that kind, else `null`. */
export function asNode<K extends NodeKind>(node: Node | undefined | null, kind: K): NodeOf<K> | null {
  if (node === undefined || node === null || !(kind in node)) return null;
  return (node as Extract<Node, Record<K, unknown>>)[kind];
}

/** The nodes of that kind among the given ones, unwrapped. */
export function allOf<K extends NodeKind>(nodes: readonly Node[] | undefined, kind: K): NodeOf<K>[] {
  const found: NodeOf<K>[] = [];
  for (const node of nodes ?? []) {
    const value = asNode(node, kind);
    if (value !== null) found.push(value);
  }
  return found;
}

/** UTF-16 offset into the statement's text; `null` when the grammar does not know. */
export function locationOf(node: { readonly location?: number }): number | null {
  const location = node.location ?? 0;
  return location < 0 ? null : location;
}

/** The value of a `String` node, `null` for any other. */
export function stringOf(node: Node | undefined | null): string | null {
  const string = asNode(node, 'String');
  return string === null ? null : (string.sval ?? '');
}

/** The values of the `String` nodes in a list, such as the parts of a name. */
export function stringsOf(nodes: readonly Node[] | undefined): string[] {
  return allOf(nodes, 'String').map((string) => string.sval ?? '');
}

/** The strings in a `List` node or in a single one: names of dropped objects come as either. */
export function nameParts(node: Node | undefined | null): string[] {
  const list = asNode(node, 'List');
  if (list !== null) return stringsOf(list.items);
  const withArguments = asNode(node, 'ObjectWithArgs');
  if (withArguments !== null) return stringsOf(withArguments.objname);
  const type = asNode(node, 'TypeName');
  if (type !== null) return stringsOf(type.names);
  const string = stringOf(node);
  return string === null ? [] : [string];
}

/** Schema and name out of the parts of a qualified name; a database's name before them is dropped. */
export function qualified(parts: readonly string[]): { schema: string | null; name: string } {
  return { schema: parts.at(-2) ?? null, name: parts.at(-1) ?? '' };
}

/** Names are folded to lower case unless quoted, and quotes are gone. */
export function relationName(relation: RangeVar): { schema: string | null; name: string } {
  return { schema: relation.schemaname ?? null, name: relation.relname ?? '' };
}

export interface TypeParts {
  /** `null` for built-in types and for names left to the search path. */
  readonly schema: string | null;
  /** As the grammar names it: `int8` for `bigint`, `varchar`, `timestamptz`. */
  readonly name: string;
  /** What stands in parentheses, as text: `255`, `10`, `2`. */
  readonly modifiers: readonly Constant[];
  readonly arrayDimensions: number;
  readonly setOf: boolean;
}

/** The grammar qualifies words that are its own (`bigint`) with `pg_catalog`; that is taken off here. */
export function typeParts(type: TypeName): TypeParts {
  const { schema, name } = qualified(stringsOf(type.names));
  return {
    schema: schema === 'pg_catalog' ? null : schema,
    name,
    modifiers: (type.typmods ?? []).map(constantOf),
    arrayDimensions: type.arrayBounds?.length ?? 0,
    setOf: type.setof ?? false,
  };
}

export type Constant =
  | { readonly kind: 'integer'; readonly value: number }
  /** Digits as written: too long or too exact for a JavaScript number. */
  | { readonly kind: 'decimal'; readonly value: string }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'bits'; readonly value: string }
  | { readonly kind: 'null' }
  | { readonly kind: 'other' };

/** The value of a constant, also under casts (`'x'::text`) and alone (`Integer`, `String`); `other` when it is not one. */
export function constantOf(node: Node | undefined | null): Constant {
  const cast = asNode(node, 'TypeCast');
  if (cast !== null) return constantOf(cast.arg);
  const constant = asNode(node, 'A_Const');
  if (constant !== null) return plainConstant(constant);
  const integer = asNode(node, 'Integer');
  if (integer !== null) return { kind: 'integer', value: integer.ival ?? 0 };
  const float = asNode(node, 'Float');
  if (float !== null) return { kind: 'decimal', value: float.fval ?? '' };
  const boolean = asNode(node, 'Boolean');
  if (boolean !== null) return { kind: 'boolean', value: boolean.boolval ?? false };
  const string = stringOf(node);
  return string === null ? { kind: 'other' } : { kind: 'string', value: string };
}

function plainConstant(constant: A_Const): Constant {
  if (constant.isnull === true) return { kind: 'null' };
  if (constant.ival !== undefined) return { kind: 'integer', value: constant.ival.ival ?? 0 };
  if (constant.fval !== undefined) return { kind: 'decimal', value: constant.fval.fval ?? '' };
  if (constant.sval !== undefined) return { kind: 'string', value: constant.sval.sval ?? '' };
  if (constant.boolval !== undefined) return { kind: 'boolean', value: constant.boolval.boolval ?? false };
  if (constant.bsval !== undefined) return { kind: 'bits', value: constant.bsval.bsval ?? '' };
  return { kind: 'other' };
}

/** The parts of a column reference, outermost first: `['users', 'email']`. A star is `*`. */
export function columnParts(column: ColumnRef): string[] {
  return (column.fields ?? []).map((field) => stringOf(field) ?? '*');
}

/**
 * Visits every node inside `root`, outermost first, each with its kind. What `visit` answers with false is not entered.
 * Structures that the grammar does not wrap (a statement's `relation`, a column's `typeName`) are entered but not visited.
 */
export function walk(
  root: Node | readonly Node[] | undefined,
  visit: (node: Tagged) => boolean | undefined,
): void {
  if (root !== undefined) enter(root, visit);
}

function enter(value: object, visit: (node: Tagged) => boolean | undefined): void {
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object' && item !== null) enter(item, visit);
    return;
  }
  for (const key in value) {
    const field: unknown = value[key as keyof typeof value];
    if (typeof field !== 'object' || field === null) continue;
    if (isKind(key) && visit({ kind: key, value: field } as Tagged) === false) continue;
    enter(field, visit);
  }
}

/** Kinds of nodes begin with a capital letter, fields of nodes do not. */
function isKind(key: string): boolean {
  const first = key.charCodeAt(0);
  return first >= 65 && first <= 90;
}
