// A query's tree as the shape that a catalog is asked about: which columns it gives, of which types, and what it rests on.

import type {
  CteShape,
  DefinedColumn,
  FunctionShape,
  OutputShape,
  QueryShape,
  SourceShape,
  ValueShape,
} from '../../catalog/operation.js';
import {
  type Alias,
  allOf,
  asNode,
  type ColumnDef,
  columnParts,
  type JoinExpr,
  type Node,
  type RangeFunction,
  type ResTarget,
  type SelectStmt,
  stringsOf,
  tagged,
  type WithClause,
} from '../../syntax/sql/nodes.js';
import type { TokenText } from '../../syntax/sql/segments.js';
import { nameOfOutput } from './column-name.js';
import { relationAt, typeFrom, wholeSpan } from './reading.js';
import { valueFrom, valuesFrom } from './value-shape.js';

/** @param node the query of a view, of CREATE TABLE AS, of a WITH: also a statement with RETURNING */
export function queryShape(of: TokenText, node: Node | undefined): QueryShape {
  const found = tagged(node);
  switch (found?.kind) {
    case 'SelectStmt':
      return selectShape(of, found.value);
    case 'InsertStmt':
    case 'UpdateStmt':
    case 'DeleteStmt': {
      const { relation, returningClause, withClause } = found.value;
      const ctes = ctesOf(of, withClause);
      const from: SourceShape[] =
        relation === undefined
          ? []
          : [
              {
                kind: 'relation',
                relation: relationAt(of, relation),
                alias: relation.alias?.aliasname ?? null,
                columns: [],
              },
            ];
      return { kind: 'select', ctes, from, outputs: outputsOf(of, returningClause?.exprs), conditions: [] };
    }
    case 'ExecuteStmt':
      return { kind: 'opaque', reason: 'what was prepared is not looked up' };
    default:
      return { kind: 'opaque', reason: 'the query is not read' };
  }
}

export function selectShape(of: TokenText, select: SelectStmt): QueryShape {
  const ctes = ctesOf(of, select.withClause);
  if (select.larg !== undefined && select.rarg !== undefined) {
    return {
      kind: 'set',
      ctes,
      left: selectShape(of, select.larg),
      right: selectShape(of, select.rarg),
    };
  }
  if (select.valuesLists !== undefined) {
    const rows = allOf(select.valuesLists, 'List').map(({ items }) => valuesFrom(of, items));
    return { kind: 'values', ctes, rows };
  }
  const sorted = allOf(select.sortClause, 'SortBy').map(({ node }) => node);
  const windows = allOf(select.windowClause, 'WindowDef').flatMap(({ partitionClause, orderClause }) => [
    ...(partitionClause ?? []),
    ...allOf(orderClause, 'SortBy').map(({ node }) => node),
  ]);
  const conditions = [
    select.whereClause,
    select.havingClause,
    select.limitCount,
    select.limitOffset,
    ...(select.groupClause ?? []),
    ...(select.distinctClause ?? []),
    ...sorted,
    ...windows,
  ];
  return {
    kind: 'select',
    ctes,
    from: (select.fromClause ?? []).map((source) => sourceFrom(of, source)),
    outputs: outputsOf(of, select.targetList),
    conditions: valuesFrom(of, conditions),
  };
}

function ctesOf(of: TokenText, clause: WithClause | undefined): readonly CteShape[] {
  return allOf(clause?.ctes, 'CommonTableExpr').map((cte) => ({
    name: cte.ctename ?? '',
    columns: stringsOf(cte.aliascolnames),
    recursive: clause?.recursive ?? false,
    query:
      cte.search_clause === undefined && cte.cycle_clause === undefined
        ? queryShape(of, cte.ctequery)
        : { kind: 'opaque', reason: 'the columns of SEARCH and CYCLE are not followed' },
  }));
}

function outputsOf(of: TokenText, targets: readonly Node[] | undefined): readonly OutputShape[] {
  return allOf(targets, 'ResTarget').map((target) => outputFrom(of, target));
}

function outputFrom(of: TokenText, { name, val }: ResTarget): OutputShape {
  const column = asNode(val, 'ColumnRef');
  if (column !== null && asNode(column.fields?.at(-1), 'A_Star') !== null) {
    return { kind: 'star', of: columnParts(column).slice(0, -1) };
  }
  const indirection = asNode(val, 'A_Indirection');
  if (indirection !== null && asNode(indirection.indirection?.at(-1), 'A_Star') !== null) {
    const rest = (indirection.indirection ?? []).slice(0, -1);
    const value: Node =
      rest.length === 0 && indirection.arg !== undefined
        ? indirection.arg
        : { A_Indirection: { ...indirection, indirection: rest } };
    return { kind: 'fields', value: valueFrom(of, value) };
  }
  const value: ValueShape = val === undefined ? { kind: 'opaque', parts: [] } : valueFrom(of, val);
  return { kind: 'value', name: name ?? (val === undefined ? '?column?' : nameOfOutput(val)), value };
}

function sourceFrom(of: TokenText, node: Node): SourceShape {
  const found = tagged(node);
  switch (found?.kind) {
    case 'RangeVar':
      return { kind: 'relation', relation: relationAt(of, found.value), ...aliasOf(found.value.alias) };
    case 'RangeSubselect':
      return { kind: 'subquery', query: queryShape(of, found.value.subquery), ...aliasOf(found.value.alias) };
    case 'JoinExpr':
      return joinFrom(of, found.value);
    case 'RangeFunction':
      return functionFrom(of, found.value);
    case 'RangeTableSample':
      return found.value.relation === undefined
        ? { kind: 'opaque', alias: null, reads: [] }
        : sourceFrom(of, found.value.relation);
    case 'RangeTableFunc':
    case 'JsonTable':
      return { kind: 'opaque', alias: found.value.alias?.aliasname ?? null, reads: [] };
    default:
      return { kind: 'opaque', alias: null, reads: [] };
  }
}

function aliasOf(alias: Alias | undefined): {
  readonly alias: string | null;
  readonly columns: readonly string[];
} {
  return { alias: alias?.aliasname ?? null, columns: stringsOf(alias?.colnames) };
}

function joinFrom(of: TokenText, join: JoinExpr): SourceShape {
  const side = (node: Node | undefined): SourceShape =>
    node === undefined ? { kind: 'opaque', alias: null, reads: [] } : sourceFrom(of, node);
  return {
    kind: 'join',
    left: side(join.larg),
    right: side(join.rarg),
    using: stringsOf(join.usingClause),
    natural: join.isNatural ?? false,
    condition: join.quals === undefined ? null : valueFrom(of, join.quals),
    ...aliasOf(join.alias),
    usingAlias: join.join_using_alias?.aliasname ?? null,
  };
}

/** Each function is a list of the call and the columns that are defined for it. */
function functionFrom(of: TokenText, range: RangeFunction): FunctionShape {
  const calls = allOf(range.functions, 'List').map(({ items = [] }) => ({
    value: items[0] === undefined ? ({ kind: 'opaque', parts: [] } as const) : valueFrom(of, items[0]),
    columns: definedColumns(of, allOf(asNode(items[1], 'List')?.items, 'ColumnDef')),
  }));
  const defined = definedColumns(of, allOf(range.coldeflist, 'ColumnDef'));
  return {
    kind: 'function',
    calls: defined.length === 0 ? calls : calls.map((call) => ({ ...call, columns: defined })),
    ordinality: range.ordinality ?? false,
    ...aliasOf(range.alias),
  };
}

function definedColumns(of: TokenText, columns: readonly ColumnDef[]): readonly DefinedColumn[] {
  return columns.map(({ colname, typeName }) => ({
    name: colname ?? '',
    type: typeFrom(typeName, wholeSpan(of)),
  }));
}
