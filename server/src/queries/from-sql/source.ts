// What the readers of a query's parts share: the statement, the names of common table expressions that can be seen, and the
// places that another program fills in.

import { nodeSpan } from '../../syntax/sql/node-span.js';
import { type ColumnRef, columnParts, locationOf, type Node, walk } from '../../syntax/sql/nodes.js';
import { nameAtOffset, spanOf, textAt, tokenAt, wholeRange } from '../../syntax/sql/segments.js';
import type { SqlStatement } from '../../syntax/sql/statement.js';
import { overlaps, type Span } from '../../text/span.js';
import type { Block, ColumnOperand, OuterOperand } from '../query.js';

export interface Source {
  readonly of: SqlStatement;
  /** Names of common table expressions, which hide tables of the same name. */
  readonly ctes: ReadonlySet<string>;
  /** Reads a subquery: a SELECT or VALUES, or a statement that returns rows. */
  readonly block: (source: Source, node: Node) => Block;
  /** Holes that were understood as values; what is left of {@link SqlStatement.holes} makes a block opaque. */
  readonly values: Set<Span>;
  /** Of the function in whose body it stands. */
  readonly variables: Variables | null;
}

/** What a function calls the values that its caller gives and that it declares, in lower case unless quoted. */
export interface Variables {
  readonly names: ReadonlySet<string>;
  /** What may stand before the dot: the function, records. */
  readonly qualifiers: ReadonlySet<string>;
  /** A name of both is the variable's, as in PL/pgSQL, where it would be refused otherwise; else the column's. */
  readonly hideColumns: boolean;
}

export function wholeSpan({ of }: Source): Span {
  return spanOf(of, wholeRange(of));
}

/** Where the node stands; an empty span at the statement's start when nothing tells. */
export function spanOfNode({ of }: Source, node: Node): Span {
  return nodeSpan(of, node) ?? { start: 0, end: 0 };
}

const NO_VARIABLES: Variables = { names: new Set(), qualifiers: new Set(), hideColumns: false };

/** The hole that the span touches, of those whose text is not known at all or that name a parameter. */
export function holeAt({ of }: Source, span: Span): SqlStatement['holes'][number] | null {
  return of.holes.find((hole) => overlaps(hole.span, span)) ?? null;
}

/** A column, or a parameter that was parsed as a name. `alias` and `column` are `*` for stars. */
export function columnOperand(source: Source, column: ColumnRef): ColumnOperand | OuterOperand {
  const location = locationOf(column) ?? 0;
  const place = nameAtOffset(source.of, location);
  const span = place?.span ?? { start: location, end: location + 1 };
  const hole = holeAt(source, span);
  if (hole !== null && hole.span.start === span.start && hole.span.end >= span.end) {
    source.values.add(hole.span);
    return { kind: 'outer', source: 'parameter', text: source.of.text.slice(span.start, span.end), span };
  }
  const parts = columnParts(column);
  const operand = { kind: 'column', alias: parts.at(-2) ?? null, column: parts.at(-1) ?? '', span } as const;
  const { names, qualifiers, hideColumns } = source.variables ?? NO_VARIABLES;
  const isVariable = operand.alias === null ? names.has(operand.column) : qualifiers.has(operand.alias);
  if (!isVariable || operand.column === '*') return operand;
  if (!hideColumns) return { ...operand, maybeParameter: true };
  return { kind: 'outer', source: 'parameter', text: parts.join('.'), span };
}

export interface Contents {
  readonly columns: readonly ColumnOperand[];
  readonly blocks: readonly Block[];
  /** Lower case, as written. */
  readonly functions: readonly string[];
  readonly parameters: boolean;
  /** Constants and parameters, as written. */
  readonly texts: readonly string[];
  /** It counts or numbers rows, so that it is no value from outside though it names no column. */
  readonly ofRows: boolean;
}

/** What an expression reads; subqueries are read as blocks of their own. */
export function contentsOf(source: Source, root: Node | readonly Node[]): Contents {
  const columns: ColumnOperand[] = [];
  const blocks: Block[] = [];
  const functions: string[] = [];
  const texts: string[] = [];
  let parameters = false;
  let ofRows = false;
  walk(root, (node) => {
    switch (node.kind) {
      case 'ColumnRef': {
        const operand = columnOperand(source, node.value);
        if (operand.kind === 'outer') {
          parameters = true;
          texts.push(operand.text);
        } else if (operand.column !== '*') columns.push(operand);
        return false;
      }
      case 'ParamRef':
        parameters = true;
        markValue(source, locationOf(node.value));
        texts.push(...textAtLocation(source, locationOf(node.value)));
        return true;
      case 'A_Const':
        texts.push(...textAtLocation(source, locationOf(node.value)));
        return true;
      case 'FuncCall': {
        const name = functionName(node.value.funcname);
        functions.push(name);
        ofRows ||= node.value.agg_star === true || node.value.over !== undefined;
        if (!isArgument(name)) return true;
        parameters = true;
        texts.push(textOfNode(source, { FuncCall: node.value }));
        return false;
      }
      case 'SQLValueFunction':
        functions.push((node.value.op ?? '').replace(/^SVFOP_/, '').toLowerCase());
        return true;
      case 'SubLink': {
        const { testexpr, subselect } = node.value;
        if (subselect !== undefined) blocks.push(source.block(source, subselect));
        if (testexpr !== undefined) {
          const inner = contentsOf(source, testexpr);
          columns.push(...inner.columns);
          blocks.push(...inner.blocks);
          functions.push(...inner.functions);
          texts.push(...inner.texts);
          parameters ||= inner.parameters;
          ofRows ||= inner.ofRows;
        }
        return false;
      }
      default:
        return true;
    }
  });
  return { columns, blocks, functions, parameters, texts, ofRows };
}

export function textOfNode(source: Source, node: Node): string {
  const { start, end } = spanOfNode(source, node);
  return source.of.text.slice(start, end);
}

function textAtLocation({ of }: Source, location: number | null): readonly string[] {
  return location === null ? [] : [textAt(of, tokenAt(of, location))];
}

/** A parameter that was filled in for a hole is one that we understand. */
export function markValue(source: Source, location: number | null): void {
  if (location === null || source.of.holes.length === 0) return;
  const hole = holeAt(source, { start: location, end: location + 1 });
  if (hole !== null) source.values.add(hole.span);
}

/** Whether the constant was filled in for a hole, which is then understood. */
export function markHole(source: Source, node: Node): boolean {
  if (source.of.holes.length === 0) return false;
  const { start } = spanOfNode(source, node);
  const hole = source.of.holes.find(({ span }) => span.start === start);
  if (hole !== undefined) source.values.add(hole.span);
  return hole !== undefined;
}

export function functionName(parts: readonly Node[] | undefined): string {
  return (parts ?? []).map((part) => ('String' in part ? (part.String.sval ?? '') : '')).join('.');
}

/** sqlc's ways to name a parameter: https://docs.sqlc.dev/en/stable/reference/macros.html */
export function isArgument(name: string): boolean {
  return name === 'sqlc.arg' || name === 'sqlc.narg' || name === 'sqlc.slice';
}
