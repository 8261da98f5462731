// `fragment("? = ANY(?)", p.org_id, ^ids)`: SQL with the arguments in the places of its question marks. What is a plain
// condition in SQL is one here too.

import type { Call, Expr } from '../../syntax/elixir/nodes.js';
import { asNode, type Node } from '../../syntax/sql/nodes.js';
import type { SqlStatement } from '../../syntax/sql/statement.js';
import type { Span } from '../../text/span.js';
import { conditionOf, operandOf as sqlOperandOf } from '../from-sql/conditions.js';
import { sourceOf } from '../from-sql/source-of.js';
import type { Block, Condition, Operand } from '../query.js';
import { type Transform, transformBlock, transformCondition } from '../transform.js';
import { blocksInOperand, columnsInOperand, textsInOperand } from '../walk.js';
import type { Bindings } from './bindings.js';

type OperandOf = (bindings: Bindings, expr: Expr) => Operand;

interface Fragment {
  readonly statement: SqlStatement;
  readonly node: Node;
  readonly args: readonly Operand[];
}

/** `null` when the text is not known or is no expression. */
export function fragmentCondition(bindings: Bindings, call: Call, operandOf: OperandOf): Condition | null {
  const fragment = fragmentOf(bindings, call, operandOf);
  if (fragment === null) return null;
  const by: Transform = {
    span: () => call.span,
    operand: (operand) => withArguments(operand, fragment.args),
    relation: (relation) => relation,
  };
  const condition = transformCondition(conditionOf(sourceOf(fragment.statement), fragment.node), by);
  return withColumns(condition, fragment.args);
}

export function fragmentOperand(bindings: Bindings, call: Call, operandOf: OperandOf): Operand | null {
  const fragment = fragmentOf(bindings, call, operandOf);
  if (fragment === null) return null;
  const operand = sqlOperandOf(sourceOf(fragment.statement), fragment.node);
  if (operand.kind === 'outer') return withArguments({ ...operand, span: call.span }, fragment.args);
  return computedFrom(fragment.args, textsInOperand(operand), call.span);
}

/** The query that a fragment in the place of a table is: `fragment("SELECT … WHERE post_id = ?", p.id)`; `null` when it is none. */
export function fragmentBlock(bindings: Bindings, call: Call, operandOf: OperandOf): Block | null {
  const fragment = fragmentOf(bindings, call, operandOf);
  const select = asNode(asNode(fragment?.node, 'SubLink')?.subselect, 'SelectStmt');
  if (fragment === null || select === null || !/^\s*\(?\s*(?:select|with)\b/i.test(textOf(call))) return null;
  const source = sourceOf(fragment.statement);
  return transformBlock(source.block(source, asNode(fragment.node, 'SubLink')?.subselect as Node), {
    span: () => call.span,
    operand: (operand) => withArguments(operand, fragment.args),
    relation: (relation) => relation,
  });
}

function textOf({ args: [text] }: Call): string {
  return text?.kind === 'text' ? (text.value ?? '') : '';
}

function fragmentOf(bindings: Bindings, call: Call, operandOf: OperandOf): Fragment | null {
  const [text, ...args] = call.args;
  if (text?.kind !== 'text' || text.value === null) return null;
  let count = 0;
  // `\?` is the operator, not a place.
  const sql = text.value.replace(/\\\?|\?/g, (mark) => (mark === '?' ? `$${++count}` : '?'));
  const statement = bindings.scope.reader.sql.statement(`SELECT (${sql}\n)`);
  const select = asNode(statement.node, 'SelectStmt');
  const target = asNode(select?.targetList?.[0], 'ResTarget');
  if (target?.val === undefined || select?.targetList?.length !== 1 || select.fromClause !== undefined)
    return null;
  return { statement, node: target.val, args: args.map((arg) => operandOf(bindings, arg)) };
}

/** `$2` is the second argument; an expression that names arguments is computed from them. */
function withArguments(operand: Operand, args: readonly Operand[]): Operand {
  if (operand.kind !== 'outer') return operand;
  const named = [...operand.text.matchAll(/\$(\d+)/g)].flatMap(([mark, number]) => {
    const arg = args[Number(number) - 1];
    return arg === undefined ? [] : [{ mark, arg }];
  });
  const [first] = named;
  if (first !== undefined && first.mark === operand.text) return first.arg;
  if (named.every(({ arg }) => arg.kind === 'outer')) return operand;
  return computedFrom(
    named.map(({ arg }) => arg),
    [operand.text],
    operand.span,
  );
}

function computedFrom(args: readonly Operand[], texts: readonly string[], span: Span): Operand {
  return {
    kind: 'opaque',
    columns: args.flatMap(columnsInOperand),
    blocks: args.flatMap(blocksInOperand),
    texts: [...texts, ...args.flatMap(textsInOperand)],
    span,
  };
}

/** What we do not understand in a fragment may be about any of its arguments. */
function withColumns(condition: Condition, args: readonly Operand[]): Condition {
  switch (condition.kind) {
    case 'and':
    case 'or':
    case 'choice':
      return { ...condition, of: condition.of.map((part) => withColumns(part, args)) };
    case 'not':
      return { ...condition, of: withColumns(condition.of, args) };
    case 'opaque': {
      const columns = [...condition.columns, ...args.flatMap(columnsInOperand)];
      const blocks = [...condition.blocks, ...args.flatMap(blocksInOperand)];
      return {
        ...condition,
        columns,
        blocks,
        texts: [...(condition.texts ?? []), ...args.flatMap(textsInOperand)],
      };
    }
    default:
      return condition;
  }
}
