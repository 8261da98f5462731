// What the server calls a column that is an expression: in the name that it gives to an index.
// Source: FigureColnameInternal in src/backend/parser/parse_target.c.

import {
  asNode,
  columnParts,
  type Node,
  type SelectStmt,
  type SubLink,
  stringsOf,
  tagged,
} from '../../syntax/sql/nodes.js';

/** `expr` when nothing better comes to mind. */
export function nameOfExpression(node: Node): string {
  return figure(node)?.name ?? 'expr';
}

/** What a query calls it that gives it no name: FigureColname. */
export function nameOfOutput(node: Node): string {
  return figure(node)?.name ?? '?column?';
}

interface Figured {
  readonly name: string;
  /** A cast's type is called upon only when what is cast has no name. */
  readonly weak: boolean;
}

function figure(node: Node | undefined): Figured | null {
  const found = node === undefined ? null : tagged(node);
  const strong = (name: string | undefined): Figured | null =>
    name === undefined ? null : { name, weak: false };
  switch (found?.kind) {
    case 'ColumnRef':
      return strong(columnParts(found.value).findLast((part) => part !== '*'));
    case 'A_Indirection': {
      const fields = stringsOf(found.value.indirection);
      return fields.length > 0 ? strong(fields.at(-1)) : figure(found.value.arg);
    }
    case 'FuncCall':
      return strong(stringsOf(found.value.funcname).at(-1));
    case 'A_Expr':
      return found.value.kind === 'AEXPR_NULLIF' ? strong('nullif') : null;
    case 'TypeCast': {
      const inner = figure(found.value.arg);
      if (inner !== null && !inner.weak) return inner;
      const type = stringsOf(found.value.typeName?.names).at(-1);
      return type === undefined ? inner : { name: type, weak: true };
    }
    case 'CollateClause':
      return figure(found.value.arg);
    case 'CaseExpr': {
      const otherwise = figure(found.value.defresult);
      return otherwise !== null && !otherwise.weak ? otherwise : { name: 'case', weak: true };
    }
    case 'CoalesceExpr':
      return strong('coalesce');
    case 'MinMaxExpr':
      return strong(found.value.op === 'IS_LEAST' ? 'least' : 'greatest');
    case 'SubLink':
      return subqueryName(found.value);
    case 'GroupingFunc':
      return strong('grouping');
    case 'JsonObjectConstructor':
      return strong('json_object');
    case 'JsonArrayConstructor':
    case 'JsonArrayQueryConstructor':
      return strong('json_array');
    case 'JsonObjectAgg':
      return strong('json_objectagg');
    case 'JsonArrayAgg':
      return strong('json_arrayagg');
    case 'JsonParseExpr':
      return strong('json');
    case 'JsonScalarExpr':
      return strong('json_scalar');
    case 'JsonSerializeExpr':
      return strong('json_serialize');
    case 'JsonFuncExpr':
      return strong(JSON_FUNCTIONS[found.value.op ?? '']);
    case 'XmlSerialize':
      return strong('xmlserialize');
    case 'XmlExpr':
      return strong(XML_FUNCTIONS[found.value.op ?? '']);
    case 'A_ArrayExpr':
      return strong('array');
    case 'RowExpr':
      return strong('row');
    case 'SQLValueFunction':
      return strong((found.value.op ?? '').replace(/^SVFOP_|_N$/g, '').toLowerCase());
    default:
      return null;
  }
}

const JSON_FUNCTIONS: Readonly<Record<string, string>> = {
  JSON_EXISTS_OP: 'json_exists',
  JSON_QUERY_OP: 'json_query',
  JSON_VALUE_OP: 'json_value',
};

const XML_FUNCTIONS: Readonly<Record<string, string>> = {
  IS_XMLCONCAT: 'xmlconcat',
  IS_XMLELEMENT: 'xmlelement',
  IS_XMLFOREST: 'xmlforest',
  IS_XMLPARSE: 'xmlparse',
  IS_XMLPI: 'xmlpi',
  IS_XMLROOT: 'xmlroot',
};

/** A subquery that stands for a value is called as its only column. */
function subqueryName({ subLinkType, subselect }: SubLink): Figured | null {
  switch (subLinkType) {
    case 'EXISTS_SUBLINK':
      return { name: 'exists', weak: false };
    case 'ARRAY_SUBLINK':
      return { name: 'array', weak: false };
    case 'EXPR_SUBLINK': {
      const select = asNode(subselect, 'SelectStmt');
      const first = leftmost(select);
      const target = asNode(first?.targetList?.[0], 'ResTarget');
      if (first?.valuesLists !== undefined) return { name: 'column1', weak: false };
      if (target === null) return null;
      return target.name === undefined ? figure(target.val) : { name: target.name, weak: false };
    }
    default:
      return null;
  }
}

/** Of a UNION the first branch gives the names. */
function leftmost(select: SelectStmt | null): SelectStmt | null {
  let first = select;
  while (first?.larg !== undefined) first = first.larg;
  return first;
}
