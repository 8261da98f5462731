// An expression of PostgreSQL's grammar as a tree of the catalog. What the catalog's trees cannot say gives no tree at all.

import type { ExpressionTree, TreeType } from '../../catalog/expression-tree.js';
import {
  type A_Expr,
  columnParts,
  constantOf,
  type FuncCall,
  type Node,
  type NodeOf,
  qualified,
  stringsOf,
  type TypeName,
  tagged,
} from '../../syntax/sql/nodes.js';
import { typeFrom } from './reading.js';

/** `null` where something in the expression is not modelled: subqueries, rows, aggregates, named arguments, XML and so on. */
export function treeOf(node: Node | undefined): ExpressionTree | null {
  const found = tagged(node);
  switch (found?.kind) {
    case 'A_Const':
      return literal(found.value);
    case 'ColumnRef': {
      const name = columnParts(found.value).at(-1);
      return name === undefined || name === '*' ? null : { kind: 'column', name };
    }
    case 'SQLValueFunction': {
      const name = (found.value.op ?? '').replace(/^SVFOP_|_N$/g, '').toLowerCase();
      const precise = found.value.op?.endsWith('_N') ?? false;
      return { kind: 'value', name, precision: precise ? (found.value.typmod ?? 0) : null };
    }
    case 'TypeCast': {
      const type = treeType(found.value.typeName);
      return type === null ? null : branch({ kind: 'cast', type }, [found.value.arg]);
    }
    case 'FuncCall':
      return call(found.value);
    case 'A_Expr':
      return operation(found.value);
    case 'BoolExpr': {
      const name =
        found.value.boolop === 'AND_EXPR' ? 'AND' : found.value.boolop === 'OR_EXPR' ? 'OR' : 'NOT';
      return branch({ kind: 'boolean', name }, found.value.args);
    }
    case 'NullTest':
      return branch(
        { kind: 'test', name: found.value.nulltesttype === 'IS_NOT_NULL' ? 'NOT NULL' : 'NULL' },
        [found.value.arg],
      );
    case 'BooleanTest': {
      const name = (found.value.booltesttype ?? 'IS_TRUE').slice('IS_'.length).replace('_', ' ');
      return branch({ kind: 'test', name }, [found.value.arg]);
    }
    case 'CaseExpr':
      return caseOf(found.value);
    case 'CoalesceExpr':
      return branch({ kind: 'form', name: 'COALESCE' }, found.value.args);
    case 'MinMaxExpr':
      return branch(
        { kind: 'form', name: found.value.op === 'IS_LEAST' ? 'LEAST' : 'GREATEST' },
        found.value.args,
      );
    case 'A_ArrayExpr':
      return branch({ kind: 'array' }, found.value.elements ?? []);
    case 'CollateClause': {
      const { schema, name } = qualified(stringsOf(found.value.collname));
      return schema === null || schema === 'pg_catalog'
        ? branch({ kind: 'collate', name }, [found.value.arg])
        : null;
    }
    case 'A_Indirection': {
      const indexes = (found.value.indirection ?? []).map((step) => {
        const one = tagged(step);
        return one?.kind === 'A_Indices' && one.value.is_slice !== true ? one.value.uidx : undefined;
      });
      return branch({ kind: 'subscript' }, [found.value.arg, ...indexes]);
    }
    default:
      return null;
  }
}

/** A kind without its `args`. */
type Head =
  Extract<ExpressionTree, { readonly args: unknown }> extends infer B
    ? B extends unknown
      ? Omit<B, 'args'>
      : never
    : never;

function branch(head: Head, nodes: readonly (Node | undefined)[] | undefined): ExpressionTree | null {
  const args: ExpressionTree[] = [];
  for (const node of nodes ?? []) {
    const arg = treeOf(node);
    if (arg === null) return null;
    args.push(arg);
  }
  return { ...head, args };
}

function literal(constant: NodeOf<'A_Const'>): ExpressionTree | null {
  const value = constantOf({ A_Const: constant });
  if (value.kind === 'other') return null;
  return { kind: 'literal', type: value.kind, value: value.kind === 'null' ? '' : String(value.value) };
}

function treeType(type: TypeName | undefined): TreeType | null {
  if (type === undefined || type.pct_type === true || type.setof === true) return null;
  const { schema, name, modifiers, arrayDimensions } = typeFrom(type, { start: 0, end: 0 });
  return { schema, name, modifiers, arrayDimensions };
}

function call(node: FuncCall): ExpressionTree | null {
  const plain =
    node.agg_order === undefined &&
    node.agg_filter === undefined &&
    node.over === undefined &&
    !(node.agg_star ?? false) &&
    !(node.agg_distinct ?? false) &&
    !(node.agg_within_group ?? false) &&
    !(node.func_variadic ?? false);
  if (!plain) return null;
  const { schema, name } = qualified(stringsOf(node.funcname));
  return branch(
    { kind: 'call', schema, name, syntax: node.funcformat === 'COERCE_SQL_SYNTAX' },
    node.args ?? [],
  );
}

function operation(node: A_Expr): ExpressionTree | null {
  const { schema, name } = qualified(stringsOf(node.name));
  if (schema !== null && schema !== 'pg_catalog') return null;
  const { lexpr, rexpr } = node;
  const list = tagged(rexpr);
  const both = [lexpr, rexpr];
  const items = list?.kind === 'List' ? [lexpr, ...(list.value.items ?? [])] : [undefined];
  switch (node.kind) {
    case 'AEXPR_OP':
      return branch({ kind: 'operator', name }, lexpr === undefined ? [rexpr] : both);
    case 'AEXPR_LIKE':
    case 'AEXPR_ILIKE':
    case 'AEXPR_SIMILAR':
      return branch({ kind: 'operator', name }, both);
    case 'AEXPR_OP_ANY':
    case 'AEXPR_OP_ALL':
      return branch({ kind: 'quantified', name, all: node.kind === 'AEXPR_OP_ALL' }, both);
    case 'AEXPR_DISTINCT':
    case 'AEXPR_NOT_DISTINCT':
      return branch({ kind: 'distinct', negated: node.kind === 'AEXPR_NOT_DISTINCT' }, both);
    case 'AEXPR_NULLIF':
      return branch({ kind: 'form', name: 'NULLIF' }, both);
    case 'AEXPR_IN':
      return branch({ kind: 'in', negated: name === '<>' }, items);
    case 'AEXPR_BETWEEN':
    case 'AEXPR_NOT_BETWEEN':
    case 'AEXPR_BETWEEN_SYM':
    case 'AEXPR_NOT_BETWEEN_SYM':
      return branch(
        { kind: 'between', negated: node.kind.includes('NOT'), symmetric: node.kind.endsWith('SYM') },
        items,
      );
    default:
      return null;
  }
}

function caseOf({ arg, args, defresult }: NodeOf<'CaseExpr'>): ExpressionTree | null {
  const pairs = (args ?? []).flatMap((when) => {
    const one = tagged(when);
    return one?.kind === 'CaseWhen' ? [one.value.expr, one.value.result] : [undefined];
  });
  const [subject, otherwise] = [arg !== undefined, defresult !== undefined];
  return branch({ kind: 'case', subject, otherwise }, [
    ...(subject ? [arg] : []),
    ...pairs,
    ...(otherwise ? [defresult] : []),
  ]);
}
