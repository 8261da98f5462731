// What an expression of DDL says: the columns it names, the functions it calls, whether it is a constant. Told from the tree of
// PostgreSQL's grammar, with places from our tokens.

import { asNode, columnParts, type FuncCall, type Node, stringsOf, walk } from './nodes.js';
import { type Identifier, nameAtOffset, type TokenText } from './segments.js';

export interface ExpressionFacts {
  /**
   * Each place where a column is named, in the order of the text; the span is that of the column's own name, in the statement.
   * In a subquery only names qualified by something outside it are told: all others may be columns of its own tables.
   */
  readonly columns: readonly Identifier[];
  /** Each once, lower case unless quoted, qualified when the author qualified them. */
  readonly functions: readonly string[];
  /** No column, function, parameter or subquery: the same value for every row. */
  readonly constant: boolean;
  /** Columns that are not null in every case in which the expression is true. */
  readonly provesNotNull: readonly string[];
}

/** @param of the statement that the expression is part of, for the places of names */
export function expressionFacts(of: TokenText, expression: Node): ExpressionFacts {
  const found: Found = { columns: [], functions: new Set(), constant: true };
  collect(of, expression, null, found);
  return {
    columns: found.columns.sort((a, b) => a.span.start - b.span.start),
    functions: [...found.functions],
    constant: found.constant,
    provesNotNull: [...notNullWhenTrue(expression)],
  };
}

/** A parser of statements: all that is needed to read an expression. */
interface StatementReader {
  statement(text: string): TokenText & { readonly node: Node | null };
}

export interface ReadExpression {
  readonly node: Node;
  /** The statement around the expression that was parsed; `offset` is where the expression begins in it. */
  readonly of: TokenText;
  readonly offset: number;
}

/** The expression that a text is, alone; `null` when it is none. */
export function readExpression(parser: StatementReader, text: string): ReadExpression | null {
  // The line break ends a comment at the end of the text.
  const statement = parser.statement(`SELECT (${text}\n)`);
  const select = asNode(statement.node, 'SelectStmt');
  const target = asNode(select?.targetList?.[0], 'ResTarget');
  const whole = select?.targetList?.length === 1 && select.fromClause === undefined;
  if (!whole || target?.val === undefined || target.name !== undefined) return null;
  return { node: target.val, of: statement, offset: 'SELECT ('.length };
}

/** {@link expressionFacts} of a text, with spans in that text; `null` when it is no expression. */
export function factsOfExpressionText(parser: StatementReader, text: string): ExpressionFacts | null {
  const read = readExpression(parser, text);
  if (read === null) return null;
  const facts = expressionFacts(read.of, read.node);
  const columns = facts.columns.map(({ name, span }) => ({
    name,
    span: { start: span.start - read.offset, end: span.end - read.offset },
  }));
  return { ...facts, columns };
}

interface Found {
  readonly columns: Identifier[];
  readonly functions: Set<string>;
  constant: boolean;
}

/** @param own names of the tables of the subquery that is walked; `null` outside */
function collect(of: TokenText, root: Node, own: ReadonlySet<string> | null, found: Found): void {
  walk(root, (node) => {
    switch (node.kind) {
      case 'ColumnRef':
        found.constant = false;
        addColumn(of, columnParts(node.value), node.value.location ?? 0, own, found.columns);
        return false;
      case 'FuncCall':
        found.constant = false;
        found.functions.add(functionName(node.value));
        return true;
      case 'SQLValueFunction':
        found.constant = false;
        found.functions.add((node.value.op ?? '').replace(/^SVFOP_|_N$/g, '').toLowerCase());
        return true;
      case 'ParamRef':
        found.constant = false;
        return true;
      case 'SubLink': {
        found.constant = false;
        const { testexpr, subselect } = node.value;
        if (testexpr !== undefined) collect(of, testexpr, own, found);
        if (subselect !== undefined) {
          collect(of, subselect, new Set([...(own ?? []), ...tablesIn(subselect)]), found);
        }
        return false;
      }
      default:
        return true;
    }
  });
}

function addColumn(
  of: TokenText,
  parts: readonly string[],
  location: number,
  own: ReadonlySet<string> | null,
  columns: Identifier[],
): void {
  const name = parts.at(-1);
  if (name === undefined || name === '*') return;
  const qualifier = parts.at(-2);
  if (own !== null && (qualifier === undefined || own.has(qualifier))) return;
  const place = nameAtOffset(of, location);
  if (place !== null) columns.push({ name, span: place.nameSpan });
}

/** Every name by which the subquery, or one inside it, could qualify a column of its own. */
function tablesIn(subquery: Node): string[] {
  const names: string[] = [];
  walk(subquery, (node) => {
    if (node.kind === 'RangeVar') names.push(node.value.alias?.aliasname ?? node.value.relname ?? '');
    else if (node.kind === 'RangeSubselect' || node.kind === 'RangeFunction' || node.kind === 'JoinExpr') {
      names.push(node.value.alias?.aliasname ?? '');
    }
    return true;
  });
  return names;
}

/** Forms such as `EXTRACT(… FROM …)` and `AT TIME ZONE` are calls into pg_catalog that the author did not qualify. */
function functionName(call: FuncCall): string {
  const parts = stringsOf(call.funcname);
  return (call.funcformat === 'COERCE_SQL_SYNTAX' ? parts.slice(-1) : parts).join('.');
}

/** As the server proves it (predicate_implied_by): AND needs one branch, OR needs all. */
function notNullWhenTrue(expression: Node): Set<string> {
  const test = asNode(expression, 'NullTest');
  if (test !== null) return test.nulltesttype === 'IS_NOT_NULL' ? columnOf(test.arg) : new Set();
  const bool = asNode(expression, 'BoolExpr');
  const branches = bool?.args ?? [];
  switch (bool?.boolop) {
    case 'AND_EXPR':
      return new Set(branches.flatMap((branch) => [...notNullWhenTrue(branch)]));
    case 'OR_EXPR': {
      const [first, ...others] = branches.map(notNullWhenTrue);
      return new Set([...(first ?? [])].filter((column) => others.every((other) => other.has(column))));
    }
    case 'NOT_EXPR': {
      const denied = asNode(branches[0], 'NullTest');
      return denied !== null && denied.nulltesttype !== 'IS_NOT_NULL' ? columnOf(denied.arg) : new Set();
    }
    default:
      return new Set();
  }
}

function columnOf(node: Node | undefined): Set<string> {
  const column = asNode(node, 'ColumnRef');
  const name = column === null ? undefined : columnParts(column).at(-1);
  return name === undefined || name === '*' ? new Set() : new Set([name]);
}
