// FROM, USING and the targets of writes as a flat list of relations.

import { columnsOfBuiltIn, isBuiltIn } from '../../catalog/built-in-functions.js';
import {
  allOf,
  asNode,
  type JoinExpr,
  type Node,
  type NodeOf,
  type RangeVar,
  relationName,
  stringsOf,
  tagged,
} from '../../syntax/sql/nodes.js';
import { nameAtOffset } from '../../syntax/sql/segments.js';
import {
  ALL_COLUMNS,
  always,
  type Block,
  both,
  type Condition,
  type Relation,
  type RelationSource,
} from '../query.js';
import { conditionOf } from './conditions.js';
import { contentsOf, holeAt, type Source, spanOfNode } from './source.js';

/** The relations of a FROM clause, in order. */
export function relationsOf(source: Source, from: readonly Node[] | undefined): readonly Relation[] {
  return (from ?? []).flatMap((item, index) => {
    const relations = fromItem(source, item);
    return index === 0 ? relations : joined(relations, 'cross', always);
  });
}

/** The relation that a write changes. */
export function targetOf(source: Source, relation: RangeVar | undefined): Relation {
  return tableRelation(source, relation ?? {});
}

function fromItem(source: Source, node: Node): readonly Relation[] {
  const found = tagged(node);
  switch (found?.kind) {
    case 'RangeVar':
      return [tableRelation(source, found.value)];
    case 'JoinExpr':
      return joinRelations(source, node, found.value);
    case 'RangeSubselect':
      return [subqueryRelation(source, node, found.value)];
    case 'RangeFunction':
      return [functionRelation(source, node, found.value)];
    case 'RangeTableSample':
      return found.value.relation === undefined ? [] : fromItem(source, found.value.relation);
    case 'RangeTableFunc':
    case 'JsonTable':
      return [madeFrom(source, node, found.value.alias?.aliasname ?? '', found.value.lateral ?? false, true)];
    default:
      return [];
  }
}

function relation(alias: string, from: RelationSource, lateral: boolean, span: Relation['span']): Relation {
  return { alias, source: from, join: 'from', lateral, on: always, span };
}

function tableRelation(source: Source, table: RangeVar): Relation {
  const name = relationName(table);
  const place = nameAtOffset(source.of, table.location ?? 0);
  const span = place?.span ?? { start: table.location ?? 0, end: table.location ?? 0 };
  const alias = table.alias?.aliasname ?? name.name;
  if (holeAt(source, span) !== null) {
    return relation(alias, { kind: 'opaque', reason: 'its name is filled in by a program' }, false, span);
  }
  if (name.schema === null && source.ctes.has(name.name)) {
    return relation(alias, { kind: 'cte', name: name.name }, false, span);
  }
  return relation(alias, { kind: 'table', table: { ...name, span } }, false, span);
}

function subqueryRelation(source: Source, node: Node, subselect: NodeOf<'RangeSubselect'>): Relation {
  const span = spanOfNode(source, node);
  const alias = subselect.alias?.aliasname ?? '';
  if (subselect.subquery === undefined) {
    return relation(alias, { kind: 'opaque', reason: 'it is empty' }, false, span);
  }
  const block = renamed(source.block(source, subselect.subquery), stringsOf(subselect.alias?.colnames));
  return relation(alias, { kind: 'block', block }, subselect.lateral ?? false, span);
}

/** The block with other names for the first columns of its output: `AS d (a, b)`. */
export function renamed(block: Block, names: readonly string[]): Block {
  if (names.length === 0 || block.output === null) return block;
  const output = block.output.map((column, index) => ({ ...column, name: names[index] ?? column.name }));
  return { ...block, output };
}

function functionRelation(source: Source, node: Node, call: NodeOf<'RangeFunction'>): Relation {
  const [first] = allOf(call.functions, 'List');
  const name = stringsOf(asNode(first?.items?.[0], 'FuncCall')?.funcname).at(-1) ?? '';
  return madeFrom(source, node, call.alias?.aliasname ?? name, call.lateral ?? false, unfolds(name));
}

/** A function of the server that reads nothing but what it is given. */
function unfolds(name: string): boolean {
  return isBuiltIn(name) || columnsOfBuiltIn(name) !== null || UNFOLDS.test(name);
}

const UNFOLDS =
  /^(?:pg_\w+|jsonb?_(?:object_keys|to_recordset|to_record|populate_record|populate_recordset|path_query)|generate_(?:series|subscripts)|unnest|regexp_(?:split_to_table|matches)|string_to_table)$/;

/** Rows made by a function: of outer values alone, or of what stands beside it. */
function madeFrom(source: Source, node: Node, alias: string, lateral: boolean, builtIn: boolean): Relation {
  const { columns, blocks } = contentsOf(source, node);
  const pure = columns.length === 0;
  // What a function of the project reads is not seen here.
  const from: RelationSource =
    !builtIn || blocks.length > 0
      ? { kind: 'opaque', reason: 'it is the result of a function' }
      : { kind: pure ? 'values' : 'unfolded' };
  return relation(alias, from, lateral, spanOfNode(source, node));
}

function joinRelations(source: Source, node: Node, join: JoinExpr): readonly Relation[] {
  const left = join.larg === undefined ? [] : fromItem(source, join.larg);
  const right = join.rarg === undefined ? [] : fromItem(source, join.rarg);
  return [...left, ...joined(right, kindOf(join), joinCondition(source, node, join, left, right))];
}

function kindOf({ jointype, quals, usingClause, isNatural }: JoinExpr): Relation['join'] {
  switch (jointype) {
    case 'JOIN_LEFT':
      return 'left';
    case 'JOIN_RIGHT':
      return 'right';
    case 'JOIN_FULL':
      return 'full';
    default:
      return quals === undefined && usingClause === undefined && isNatural !== true ? 'cross' : 'inner';
  }
}

function joinCondition(
  source: Source,
  node: Node,
  join: JoinExpr,
  left: readonly Relation[],
  right: readonly Relation[],
): Condition {
  const span = spanOfNode(source, node);
  if (join.isNatural === true) {
    const all = { kind: 'column', alias: right[0]?.alias ?? null, column: ALL_COLUMNS, span } as const;
    return { kind: 'opaque', what: 'natural', columns: [all], blocks: [], span };
  }
  const leftAlias = left.length === 1 ? (left[0]?.alias ?? null) : null;
  const shared = stringsOf(join.usingClause).map((column): Condition => {
    const one = (alias: string | null) => ({ kind: 'column', alias, column, span }) as const;
    return { kind: 'equal', left: one(leftAlias), right: one(right[0]?.alias ?? null), span };
  });
  if (shared.length > 0) return { kind: 'and', of: shared };
  return conditionOf(source, join.quals);
}

/** What stands on the right side of a join, laid flat. */
function joined(right: readonly Relation[], kind: Relation['join'], on: Condition): readonly Relation[] {
  const [first, ...others] = right;
  if (first === undefined) return [];
  if (kind !== 'left') return [{ ...first, join: kind, on }, ...others];
  // Of a bracketed join that may be missing as a whole, each row that is there meets all of its inner conditions.
  const inner = others.every(({ join }) => join === 'inner' || join === 'cross')
    ? others.map((other) => other.on).reduce(both, on)
    : on;
  return [
    { ...first, join: 'left', on: inner },
    ...others.map((other): Relation => ({ ...other, join: 'left', on: both(other.on, inner) })),
  ];
}
