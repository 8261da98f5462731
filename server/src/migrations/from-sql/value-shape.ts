// An expression of a query as far as its type, and what it rests on, follow from it. What is not listed here is of no known type.

import type { ValueShape } from '../../catalog/operation.js';
import { type TypeName, typeNamed } from '../../catalog/types.js';
import {
  type A_Const,
  type A_Expr,
  type A_Indirection,
  allOf,
  asNode,
  columnParts,
  type FuncCall,
  type Node,
  type SubLink,
  stringOf,
  stringsOf,
  tagged,
} from '../../syntax/sql/nodes.js';
import type { TokenText } from '../../syntax/sql/segments.js';
import { queryShape } from './query-shape.js';
import { typeFrom, wholeSpan } from './reading.js';

export function valuesFrom(
  of: TokenText,
  nodes: readonly (Node | undefined)[] | undefined,
): readonly ValueShape[] {
  return (nodes ?? []).flatMap((node) => (node === undefined ? [] : [valueFrom(of, node)]));
}

export function valueFrom(of: TokenText, node: Node): ValueShape {
  const found = tagged(node);
  const typed = (type: string, ...parts: readonly (Node | undefined)[]): ValueShape => ({
    kind: 'typed',
    type: typeNamed(type),
    parts: valuesFrom(of, parts),
  });
  switch (found?.kind) {
    case 'ColumnRef':
      return { kind: 'column', parts: columnParts(found.value) };
    case 'A_Const':
      return { kind: 'literal', type: constantType(found.value) };
    case 'TypeCast': {
      const type = typeFrom(found.value.typeName, wholeSpan(of));
      const { arg } = found.value;
      return arg === undefined
        ? { kind: 'literal', type }
        : { kind: 'cast', value: valueFrom(of, arg), type };
    }
    case 'CollateClause':
      return found.value.arg === undefined ? { kind: 'opaque', parts: [] } : valueFrom(of, found.value.arg);
    case 'FuncCall':
      return callFrom(of, found.value);
    case 'A_Expr':
      return operatorFrom(of, found.value);
    case 'BoolExpr':
      return typed('bool', ...(found.value.args ?? []));
    case 'NullTest':
    case 'BooleanTest':
      return typed('bool', found.value.arg);
    case 'CaseExpr': {
      const { arg, args, defresult } = found.value;
      const arms = allOf(args, 'CaseWhen');
      // The ELSE decides before the others: see transformCaseExpr.
      return {
        kind: 'common',
        branches: [
          // Without an ELSE it is NULL.
          defresult === undefined ? { kind: 'literal', type: null } : valueFrom(of, defresult),
          ...valuesFrom(
            of,
            arms.map(({ result }) => result),
          ),
        ],
        parts: valuesFrom(of, [arg, ...arms.map(({ expr }) => expr)]),
      };
    }
    case 'CoalesceExpr':
    case 'MinMaxExpr':
      return { kind: 'common', branches: valuesFrom(of, found.value.args), parts: [] };
    case 'SubLink':
      return subqueryFrom(of, found.value);
    case 'A_ArrayExpr':
      return { kind: 'array', elements: valuesFrom(of, found.value.elements) };
    case 'A_Indirection':
      return indirectionFrom(of, found.value);
    case 'RowExpr':
      return { kind: 'row', parts: valuesFrom(of, found.value.args) };
    case 'SQLValueFunction':
      return { kind: 'literal', type: valueFunctionType(found.value.op ?? '', found.value.typmod) };
    case 'GroupingFunc':
      return typed('int4', ...(found.value.args ?? []));
    case 'GroupingSet':
      return { kind: 'opaque', parts: valuesFrom(of, found.value.content) };
    case 'NamedArgExpr':
      return found.value.arg === undefined ? { kind: 'opaque', parts: [] } : valueFrom(of, found.value.arg);
    case 'SortBy':
      return found.value.node === undefined ? { kind: 'opaque', parts: [] } : valueFrom(of, found.value.node);
    case 'List':
      return { kind: 'opaque', parts: valuesFrom(of, found.value.items) };
    case 'XmlExpr':
      return typed(found.value.op === 'IS_DOCUMENT' ? 'bool' : 'xml', ...(found.value.args ?? []));
    default:
      return { kind: 'opaque', parts: [] };
  }
}

/** Numbers are of the smallest type that holds them: make_const in parse_node.c. */
function constantType(constant: A_Const): TypeName | null {
  if (constant.ival !== undefined) return typeNamed('int4');
  if (constant.boolval !== undefined) return typeNamed('bool');
  if (constant.bsval !== undefined) return typeNamed('bit');
  if (constant.fval === undefined) return null;
  const digits = (constant.fval.fval ?? '').replaceAll('_', '');
  const isWhole = /^\d+$/.test(digits) && BigInt(digits) < 2n ** 63n;
  return typeNamed(isWhole ? 'int8' : 'numeric');
}

function valueFunctionType(op: string, typmod: number | undefined): TypeName {
  const modifiers = op.endsWith('_N') && typmod !== undefined && typmod >= 0 ? [String(typmod)] : [];
  if (op === 'SVFOP_CURRENT_DATE') return typeNamed('date');
  if (op.startsWith('SVFOP_CURRENT_TIMESTAMP')) return { ...typeNamed('timestamptz'), modifiers };
  if (op.startsWith('SVFOP_LOCALTIMESTAMP')) return { ...typeNamed('timestamp'), modifiers };
  if (op.startsWith('SVFOP_CURRENT_TIME')) return { ...typeNamed('timetz'), modifiers };
  if (op.startsWith('SVFOP_LOCALTIME')) return { ...typeNamed('time'), modifiers };
  return typeNamed('name');
}

function callFrom(of: TokenText, call: FuncCall): ValueShape {
  const within =
    call.agg_within_group === true ? allOf(call.agg_order, 'SortBy').map(({ node }) => node) : [];
  const args = valuesFrom(of, [...(call.args ?? []), ...within]);
  const also = valuesFrom(of, [
    call.agg_filter,
    ...(call.agg_within_group === true ? [] : allOf(call.agg_order, 'SortBy').map(({ node }) => node)),
    ...(call.over?.partitionClause ?? []),
    ...allOf(call.over?.orderClause, 'SortBy').map(({ node }) => node),
  ]);
  const parts = stringsOf(call.funcname);
  const name = call.funcformat === 'COERCE_SQL_SYNTAX' ? parts.slice(-1) : parts;
  const isCalled: ValueShape = { kind: 'call', name, args };
  // The single branch is the value; the rest is read for what it rests on.
  return also.length === 0 ? isCalled : { kind: 'common', branches: [isCalled], parts: also };
}

function operatorFrom(of: TokenText, expression: A_Expr): ValueShape {
  const { kind, lexpr, rexpr, name } = expression;
  const right = asNode(rexpr, 'List');
  const args = valuesFrom(of, [lexpr, ...(right === null ? [rexpr] : (right.items ?? []))]);
  switch (kind) {
    case 'AEXPR_OP':
      return { kind: 'operator', name: stringsOf(name).at(-1) ?? '', args };
    case 'AEXPR_NULLIF':
      return { kind: 'call', name: ['pg_catalog', 'nullif'], args };
    default:
      return { kind: 'typed', type: typeNamed('bool'), parts: args };
  }
}

function subqueryFrom(of: TokenText, { subLinkType, subselect, testexpr }: SubLink): ValueShape {
  const query = queryShape(of, subselect);
  if (subLinkType === 'EXPR_SUBLINK') return { kind: 'scalar', query };
  if (subLinkType === 'ARRAY_SUBLINK') return { kind: 'array-of', query };
  return { kind: 'test', query, parts: valuesFrom(of, [testexpr]) };
}

/** `value[1].field`, from the left to the right. */
function indirectionFrom(of: TokenText, { arg, indirection = [] }: A_Indirection): ValueShape {
  let value: ValueShape = arg === undefined ? { kind: 'opaque', parts: [] } : valueFrom(of, arg);
  for (const step of indirection) {
    const field = stringOf(step);
    const subscript = asNode(step, 'A_Indices');
    if (field !== null) value = { kind: 'field', value, field };
    else if (subscript !== null) {
      const parts = valuesFrom(of, [subscript.lidx, subscript.uidx]);
      value = { kind: 'element', value, slice: subscript.is_slice ?? false, parts };
    } else value = { kind: 'opaque', parts: [value] };
  }
  return value;
}
