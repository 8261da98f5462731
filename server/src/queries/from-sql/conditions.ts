// Expressions of SQL as conditions and operands. What we do not know keeps the columns that it reads.

import {
  type A_Expr,
  asNode,
  type BoolExpr,
  constantOf,
  locationOf,
  type Node,
  type NodeOf,
  type SubLink,
  stringsOf,
  tagged,
} from '../../syntax/sql/nodes.js';
import type { Span } from '../../text/span.js';
import { always, type Block, type Condition, type OpaqueCondition, type Operand } from '../query.js';
import { isSessionFunction } from '../session-names.js';
import {
  type Contents,
  columnOperand,
  contentsOf,
  functionName,
  isArgument,
  markHole,
  markValue,
  type Source,
  spanOfNode,
  textOfNode,
} from './source.js';

/** Never true: no row is left. */
const never: Condition = { kind: 'or', of: [] };

export function conditionOf(source: Source, node: Node | undefined): Condition {
  if (node === undefined) return always;
  const found = tagged(node);
  switch (found?.kind) {
    case 'BoolExpr':
      return booleanCondition(source, found.value);
    case 'A_Expr':
      return comparison(source, node, found.value);
    case 'NullTest':
      return {
        kind: 'null',
        operand: operandOf(source, found.value.arg),
        negated: found.value.nulltesttype === 'IS_NOT_NULL',
        span: spanOfNode(source, node),
      };
    case 'SubLink':
      return subqueryCondition(source, node, found.value);
    case 'BooleanTest':
      switch (found.value.booltesttype) {
        case 'IS_TRUE':
          return conditionOf(source, found.value.arg);
        case 'IS_FALSE':
          return { kind: 'not', of: conditionOf(source, found.value.arg) };
        case 'IS_NOT_TRUE':
          return notOrNull(source, node, conditionOf(source, found.value.arg));
      }
      break;
    case 'TypeCast': {
      const inner = conditionOf(source, found.value.arg);
      return inner.kind === 'opaque' ? { ...inner, alone: false } : inner;
    }
    case 'CoalesceExpr': {
      const [first, fallback, ...more] = found.value.args ?? [];
      const constant = constantOf(fallback);
      if (more.length > 0 || constant.kind !== 'boolean' || constant.value) break;
      return conditionOf(source, first);
    }
    case 'CaseExpr':
      return caseCondition(source, node, found.value);
    case 'A_Const': {
      const constant = constantOf(node);
      if (constant.kind === 'boolean') return constant.value ? always : never;
      break;
    }
    case 'ColumnRef': {
      const operand = columnOperand(source, found.value);
      // What a template puts in the place of a condition may be any condition.
      if (operand.kind === 'outer') {
        return { kind: 'opaque', what: 'runtime', columns: [], blocks: [], span: operand.span };
      }
      const { span } = operand;
      return { kind: 'opaque', what: 'comparison', columns: [operand], alone: true, blocks: [], span };
    }
  }
  return opaque(source, node, 'expression');
}

function booleanCondition(source: Source, { boolop, args = [] }: BoolExpr): Condition {
  const of = args.map((arg) => conditionOf(source, arg));
  if (boolop === 'NOT_EXPR') return { kind: 'not', of: of[0] ?? always };
  return boolop === 'OR_EXPR' ? { kind: 'or', of } : { kind: 'and', of };
}

function comparison(source: Source, node: Node, expression: A_Expr): Condition {
  const operator = stringsOf(expression.name).at(-1);
  switch (expression.kind) {
    case 'AEXPR_OP':
      if (operator === '=') return equality(source, node, expression);
      break;
    case 'AEXPR_NOT_DISTINCT':
      return equality(source, node, expression);
    case 'AEXPR_OP_ANY':
      if (operator === '=') return isAnyOf(source, node, expression);
      break;
    case 'AEXPR_IN': {
      const among = isAnyOf(source, node, expression);
      return operator === '=' ? among : { kind: 'not', of: among };
    }
    case 'AEXPR_DISTINCT':
      return notOrNull(source, node, equality(source, node, expression));
  }
  return opaque(source, node, 'comparison');
}

/** The opposite, also where it is neither true nor false because a column is NULL: `x IS DISTINCT FROM 1`, `(x = 1) IS NOT TRUE`. */
function notOrNull(source: Source, node: Node, that: Condition): Condition {
  const span = spanOfNode(source, node);
  const orNull: Condition = { kind: 'opaque', what: 'comparison', columns: [], blocks: [], span };
  return { kind: 'or', of: [{ kind: 'not', of: that }, orNull] };
}

function equality(source: Source, node: Node, { lexpr, rexpr }: A_Expr): Condition {
  const left = operandOf(source, lexpr);
  const right = operandOf(source, rexpr);
  const span = spanOfNode(source, node);
  if (left.kind === 'row' && right.kind === 'row' && left.of.length === right.of.length) {
    return {
      kind: 'and',
      of: left.of.map((part, index) => ({
        kind: 'equal',
        left: part,
        right: right.of[index] ?? part,
        span,
      })),
    };
  }
  return (
    optionalEquality(source, lexpr, right, span) ??
    optionalEquality(source, rexpr, left, span) ?? { kind: 'equal', left, right, span }
  );
}

/** `c = COALESCE($1, c)` asks for nothing when `$1` is NULL. */
function optionalEquality(
  source: Source,
  node: Node | undefined,
  other: Operand,
  span: Span,
): Condition | null {
  const [first, second, ...more] = asNode(node, 'CoalesceExpr')?.args ?? [];
  if (first === undefined || second === undefined || more.length > 0 || other.kind !== 'column') return null;
  const value = operandOf(source, first);
  const fallback = operandOf(source, second);
  if (value.kind !== 'outer' || fallback.kind !== 'column') return null;
  if (fallback.column !== other.column || fallback.alias !== other.alias) return null;
  return {
    kind: 'or',
    of: [
      { kind: 'null', operand: value, negated: false, span },
      { kind: 'equal', left: other, right: value, span },
    ],
  };
}

function isAnyOf(source: Source, node: Node, { lexpr, rexpr }: A_Expr): Condition {
  const list = asNode(rexpr, 'List')?.items ?? asNode(rexpr, 'A_ArrayExpr')?.elements ?? null;
  const values = list === null ? [arrayOf(source, rexpr)] : list.map((value) => operandOf(source, value));
  return { kind: 'in', left: operandOf(source, lexpr), values, span: spanOfNode(source, node) };
}

/** An array that is a column holds values that we do not see. */
function arrayOf(source: Source, node: Node | undefined): Operand {
  const operand = operandOf(source, node);
  if (operand.kind !== 'column' || operand.maybeParameter) return operand;
  return { kind: 'opaque', columns: [operand], blocks: [], span: operand.span };
}

function subqueryCondition(source: Source, node: Node, link: SubLink): Condition {
  if (link.subselect === undefined) return opaque(source, node, 'expression');
  const span = spanOfNode(source, node);
  if (link.subLinkType === 'EXISTS_SUBLINK') {
    return { kind: 'exists', block: source.block(source, link.subselect), span };
  }
  const operator = stringsOf(link.operName).at(-1) ?? '=';
  if (link.subLinkType === 'ANY_SUBLINK' && operator === '=') {
    const block = source.block(source, link.subselect);
    const values: Operand[] = [{ kind: 'block', block, span }];
    return { kind: 'in', left: operandOf(source, link.testexpr), values, span };
  }
  return opaque(source, node, 'expression');
}

/** `CASE WHEN a THEN b … ELSE c END` is true where one of `a AND b` is, or `c`. What was not met before is left out. */
function caseCondition(source: Source, node: Node, expression: NodeOf<'CaseExpr'>): Condition {
  if (expression.arg !== undefined) return opaque(source, node, 'expression');
  const arms = (expression.args ?? []).map((arm): Condition => {
    const when = asNode(arm, 'CaseWhen');
    return { kind: 'and', of: [conditionOf(source, when?.expr), conditionOf(source, when?.result)] };
  });
  const otherwise = expression.defresult === undefined ? never : conditionOf(source, expression.defresult);
  return { kind: 'or', of: [...arms, otherwise] };
}

function opaque(source: Source, node: Node, what: OpaqueCondition['what']): OpaqueCondition {
  const { columns, blocks, texts } = contentsOf(source, node);
  // A function inside a comparison may turn NULL into something.
  const strict = what === 'comparison' && blocks.length === 0 && !holdsCall(node);
  const known = what === 'comparison' && !strict ? 'expression' : what;
  return { kind: 'opaque', what: known, columns, blocks, texts, span: spanOfNode(source, node) };
}

function holdsCall(node: Node): boolean {
  const expression = asNode(node, 'A_Expr');
  return [expression?.lexpr, expression?.rexpr].some(
    (side) => asNode(side, 'FuncCall') !== null || asNode(side, 'CoalesceExpr') !== null,
  );
}

export function operandOf(source: Source, node: Node | undefined): Operand {
  if (node === undefined) return { kind: 'opaque', columns: [], blocks: [], span: { start: 0, end: 0 } };
  const found = tagged(node);
  switch (found?.kind) {
    case 'ColumnRef':
      return columnOperand(source, found.value);
    case 'TypeCast':
      return operandOf(source, found.value.arg);
    case 'CollateClause':
      return operandOf(source, found.value.arg);
    case 'ParamRef':
      markValue(source, locationOf(found.value));
      return outer(source, node, 'parameter');
    case 'A_Const':
      return outer(source, node, markHole(source, node) ? 'parameter' : 'literal');
    case 'FuncCall':
      if (isArgument(functionName(found.value.funcname))) return outer(source, node, 'parameter');
      break;
    case 'RowExpr':
      return {
        kind: 'row',
        of: (found.value.args ?? []).map((part) => operandOf(source, part)),
        span: spanOfNode(source, node),
      };
    case 'SubLink': {
      const { subLinkType, subselect } = found.value;
      if (subselect === undefined) break;
      if (subLinkType !== 'EXPR_SUBLINK' && subLinkType !== 'ARRAY_SUBLINK') break;
      const block = source.block(source, subselect);
      return onlyValue(block) ?? { kind: 'block', block, span: spanOfNode(source, node) };
    }
  }
  return computed(source, node, contentsOf(source, node));
}

/** `(SELECT auth.uid())` is a value from outside: people write it so that it is computed once. */
function onlyValue({ relations, ctes, branches, output, verb }: Block): Operand | null {
  if (verb !== 'select' || relations.length > 0 || ctes.length > 0 || branches.length > 0) return null;
  const [only, ...more] = output ?? [];
  return more.length === 0 && only?.from?.kind === 'outer' ? only.from : null;
}

/** An expression that reads no row is a value from outside, whatever it computes. */
function computed(source: Source, node: Node, contents: Contents): Operand {
  const { columns, blocks, functions, parameters, texts, ofRows } = contents;
  if (columns.length > 0 || blocks.length > 0 || ofRows) {
    return { kind: 'opaque', columns, blocks, texts, span: spanOfNode(source, node) };
  }
  if (functions.some(isSessionFunction)) return outer(source, node, 'session');
  return outer(source, node, parameters ? 'parameter' : 'literal');
}

function outer(source: Source, node: Node, from: 'parameter' | 'literal' | 'session'): Operand {
  return { kind: 'outer', source: from, text: textOfNode(source, node), span: spanOfNode(source, node) };
}
