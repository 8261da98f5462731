// Conditions of a plan, as the server prints them (`((org_id = $1) AND (status = 'x'::text))`): which columns they compare,
// and how. What is joined by OR, and what we do not know, is kept with the columns that it reads.
// What surprises: EXPLAIN prints things that are no SQL, such as `(hashed SubPlan 1)`. They are made readable in place.

import { readExpression } from '../syntax/sql/expression.js';
import { nodeSpan } from '../syntax/sql/node-span.js';
import {
  type A_Expr,
  asNode,
  columnParts,
  constantOf,
  type Node,
  stringsOf,
  tagged,
  typeParts,
  walk,
} from '../syntax/sql/nodes.js';
import type { SqlParser } from '../syntax/sql/parse.js';
import { applyEdits, type TextEdit } from '../text/edits.js';

export interface PlanCondition {
  /** Of what has to be true together: each side that is a column, or something made of one column. */
  readonly comparisons: readonly Comparison[];
  /** The rest of what has to be true together. */
  readonly others: readonly OtherCondition[];
  readonly subplans: readonly SubplanTest[];
}

export interface Comparison {
  readonly how: ComparisonKind;
  readonly column: PlanColumn;
  /** What is compared, without the name of its table: `status`, `lower(email)`, `(data ->> 'kind'::text)`. */
  readonly expression: string;
  /** What is done to the column before it is compared; `null` when it is compared as it is. */
  readonly through: Through | null;
  /** As the server prints it: `=`, `~~*`, `@>`; `IS NULL` of such a test. */
  readonly operator: string;
  /** What it is compared with: of this query's rows (`column`), or the same for all rows. */
  readonly with: 'value' | 'column';
  /** Of `column`: the one of the other side, when that is a column alone. */
  readonly other: PlanColumn | null;
  /** Of a constant: its text, without quotes and casts. */
  readonly constant: string | null;
  /** Whether one of several values will do: `IN`, `= ANY (…)`. */
  readonly several: boolean;
  readonly text: string;
}

export type ComparisonKind =
  /** `=`, `IN`, `= ANY (…)`, a boolean column alone. */
  | 'equality'
  | 'range'
  /** LIKE with a pattern that begins with what is looked for. */
  | 'prefix'
  /** LIKE with a pattern that begins with a wildcard. */
  | 'infix'
  /** LIKE with a pattern that is not known. */
  | 'like'
  /** ILIKE. */
  | 'ilike'
  | 'regular-expression'
  | 'null'
  | 'not-null'
  | 'not-equal'
  /** `@>`, `<@`, `&&`, `?`, `@@` and their like: what GIN and GiST are for. */
  | 'containment'
  /** `$1 = ANY (tags)`: whether an array holds a value. No index finds it; `@>` asks the same, and GIN finds that. */
  | 'member'
  | 'other';

export interface PlanColumn {
  /** `null` where the plan does not say it: then it is the only one that the node reads. */
  readonly alias: string | null;
  readonly name: string;
}

export type Through =
  | { readonly kind: 'function'; readonly name: string }
  /** `type` as {@link typeParts} names it: `text`, `numeric`, `date`. */
  | { readonly kind: 'cast'; readonly type: string }
  /** Arithmetic, `->>`, COLLATE and so on. */
  | { readonly kind: 'operator'; readonly name: string };

export interface OtherCondition {
  readonly kind: 'or' | 'not' | 'unknown';
  readonly text: string;
  readonly columns: readonly PlanColumn[];
}

/** Where a condition asks a subplan. */
export interface SubplanTest {
  /** `SubPlan 1`. */
  readonly name: string;
  /** Its rows are kept in a hash table. */
  readonly hashed: boolean;
  /** Within NOT: NOT IN, `<> ALL`. */
  readonly negated: boolean;
}

/** One of a node's sort keys. */
export interface SortKey {
  readonly column: PlanColumn | null;
  /** Without the name of the table. */
  readonly expression: string;
  readonly descending: boolean;
  readonly nulls: 'first' | 'last';
}

const NOTHING: PlanCondition = { comparisons: [], others: [], subplans: [] };

/** A text that cannot be read gives one condition that is unknown, without columns. */
export function planCondition(parser: SqlParser, text: string): PlanCondition {
  const source = sourceOf(parser, text);
  if (source === null) return { ...NOTHING, others: [{ kind: 'unknown', text, columns: [] }] };
  const found = { comparisons: [], others: [], subplans: subplansIn(source.node) };
  conjunct(source, source.node, found);
  return found;
}

/** `created_at DESC NULLS LAST`. */
export function sortKey(parser: SqlParser, text: string): SortKey | null {
  const nulls = /\s+NULLS (FIRST|LAST)$/.exec(text);
  const rest = nulls === null ? text : text.slice(0, nulls.index);
  const order = /\s+(DESC|USING >)$/.exec(rest);
  const source = sourceOf(parser, order === null ? rest : rest.slice(0, order.index));
  if (source === null) return null;
  const columns = columnsIn(source.node);
  const descending = order !== null;
  const given = nulls?.[1] === 'FIRST' ? 'first' : nulls?.[1] === 'LAST' ? 'last' : null;
  return {
    column: asNode(source.node, 'ColumnRef') === null ? null : (columns[0] ?? null),
    expression: bareText(source, source.node),
    descending,
    nulls: given ?? (descending ? 'first' : 'last'),
  };
}

interface Source {
  /** As the server printed it. */
  readonly text: string;
  readonly node: Node;
  readonly read: NonNullable<ReturnType<typeof readExpression>>;
}

function sourceOf(parser: SqlParser, text: string): Source | null {
  const read = readExpression(parser, readable(text));
  return read === null ? null : { text, node: read.node, read };
}

/** The text with what is no SQL turned into names and calls of the same length. Strings and quoted names stay. */
function readable(text: string): string {
  return text
    .replaceAll(
      /'(?:[^']|'')*'|"(?:[^"]|"")*"|alternatives: [^)]*|(?:hashed |rescan )?(?:SubPlan|InitPlan) \d+/g,
      (found) => (/^['"]/.test(found) ? found : found.replaceAll(/\W/g, '_')),
    )
    .replaceAll(
      /'(?:[^']|'')*'|"(?:[^"]|"")*"|(\()?(ANY|ALL|EXISTS|ARRAY|ROWCOMPARE)( ?)(?=\()/g,
      (found, bracket: string | undefined, word: string | undefined, space: string, at: number) => {
        // After an operator ANY is SQL.
        if (word === undefined || (bracket === undefined && /^(ANY|ALL)$/.test(word))) return found;
        const asksSubplan = /\b(SubPlan|InitPlan) \d/.test(bracketed(text, at + found.length));
        if (!asksSubplan) return found;
        return `${bracket ?? ''}${space === '' ? `${word.slice(0, -1)}_` : `${word}_`}`;
      },
    );
}

/** From the bracket at `start` to the one that closes it. */
function bracketed(text: string, start: number): string {
  let depth = 0;
  for (const token of text.slice(start).matchAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|[()]/g)) {
    depth += token[0] === '(' ? 1 : token[0] === ')' ? -1 : 0;
    if (depth === 0) return text.slice(start, start + token.index);
  }
  return text.slice(start);
}

/** What {@link readable} calls them, folded. */
const SUBPLAN_NAME = /^(?:hashed_|rescan_)?(?:subplan|initplan)_\d+$|^alternatives__/;

/** Each once. NOT IN is `NOT (hashed SubPlan 1)`; since PostgreSQL 17 `NOT (ANY (id = …))`, and `<> ALL` is `ALL (id <> …)`. */
function subplansIn(root: Node): SubplanTest[] {
  const denied = new Set<string>();
  walk([root], ({ kind, value }) => {
    const denies =
      (kind === 'BoolExpr' && value.boolop === 'NOT_EXPR') ||
      (kind === 'FuncCall' && stringsOf(value.funcname)[0] === 'all_');
    if (denies) for (const name of namesIn(value.args ?? [])) denied.add(name);
    return true;
  });
  const found = new Map<string, SubplanTest>();
  for (const stands of namesIn([root])) {
    for (const [, hashed, number] of stands.matchAll(/(hashed_)?subplan_(\d+)/g)) {
      const name = `SubPlan ${number}`;
      found.set(name, { name, hashed: hashed !== undefined, negated: denied.has(stands) });
    }
  }
  return [...found.values()];
}

function namesIn(nodes: readonly Node[]): readonly string[] {
  const names: string[] = [];
  walk(nodes, (inside) => {
    const [name = ''] = inside.kind === 'ColumnRef' ? columnParts(inside.value) : [];
    if (SUBPLAN_NAME.test(name)) names.push(name);
    return true;
  });
  return names;
}

interface Found {
  readonly comparisons: Comparison[];
  readonly others: OtherCondition[];
}

function conjunct(source: Source, node: Node | undefined, found: Found): void {
  const inside = tagged(node);
  if (node === undefined || inside === null) return;
  switch (inside.kind) {
    case 'BoolExpr': {
      const { boolop, args = [] } = inside.value;
      if (boolop === 'AND_EXPR') {
        for (const arg of args) conjunct(source, arg, found);
        return;
      }
      const alone = boolop === 'NOT_EXPR' ? subject(source, args[0]) : null;
      if (alone !== null && alone.through === null) {
        found.comparisons.push(comparison(source, node, alone, 'equality', '=', 'false'));
        return;
      }
      if (columnsIn(node).length > 0) {
        found.others.push(other(source, node, boolop === 'OR_EXPR' ? 'or' : 'not'));
      }
      return;
    }
    case 'NullTest': {
      const of = subject(source, inside.value.arg);
      const isNot = inside.value.nulltesttype === 'IS_NOT_NULL';
      if (of === null) break;
      found.comparisons.push(
        comparison(source, node, of, isNot ? 'not-null' : 'null', isNot ? 'IS NOT NULL' : 'IS NULL', null),
      );
      return;
    }
    case 'BooleanTest': {
      const of = subject(source, inside.value.arg);
      const test = inside.value.booltesttype;
      if (of === null || (test !== 'IS_TRUE' && test !== 'IS_FALSE')) break;
      found.comparisons.push(
        comparison(source, node, of, 'equality', '=', test === 'IS_TRUE' ? 'true' : 'false'),
      );
      return;
    }
    case 'ColumnRef': {
      const of = subject(source, node);
      if (of !== null) found.comparisons.push(comparison(source, node, of, 'equality', '=', 'true'));
      return;
    }
    case 'A_Expr':
      if (compared(source, node, inside.value, found)) return;
      break;
  }
  if (columnsIn(node).length > 0) found.others.push(other(source, node, 'unknown'));
}

/** Whether it is a comparison of something with one column in it. */
function compared(source: Source, node: Node, expression: A_Expr, found: Found): boolean {
  const operator = operatorOf(expression);
  if (operator === null) return false;
  const { lexpr, rexpr } = expression;
  // `(a, b) < ($1, $2)`: rows are compared from their first column on.
  const left = asNode(lexpr, 'RowExpr')?.args;
  const right = asNode(rexpr, 'RowExpr')?.args;
  if (left !== undefined && right !== undefined) {
    const first = subject(source, left[0]);
    if (first === null || columnsIn(right[0]).length > 0) return false;
    found.comparisons.push(comparison(source, node, first, kindOf(operator, null), operator, null));
    return true;
  }
  const sides = [
    { of: subject(source, lexpr), against: rexpr, operator },
    { of: subject(source, rexpr), against: lexpr, operator: COMMUTED[operator] ?? operator },
  ];
  const made = sides.flatMap(({ of, against, operator: seen }, side) => {
    const isArray = side === 1 && expression.kind === 'AEXPR_OP_ANY';
    if (of === null || (isArray && operator !== '=')) return [];
    const constant = constantText(against);
    const columns = columnsIn(against);
    // A column compared with another of the same row is nothing to look up.
    if (columns.some(({ alias }) => alias === of.column.alias)) return [];
    const kind = isArray ? 'member' : kindOf(seen, constant);
    const several = !isArray && (expression.kind === 'AEXPR_OP_ANY' || expression.kind === 'AEXPR_IN');
    const one = { ...comparison(source, node, of, kind, seen, constant), several };
    if (columns.length === 0) return [one];
    const alone = asNode(against, 'ColumnRef') === null ? null : (columns[0] ?? null);
    return [{ ...one, with: 'column' as const, other: alone }];
  });
  found.comparisons.push(...made);
  return made.length > 0;
}

/** `null` for what is none that compares. `<> ALL` is written as `<>`. */
function operatorOf({ kind, name }: A_Expr): string | null {
  const operator = stringsOf(name).at(-1) ?? '';
  switch (kind) {
    case 'AEXPR_OP':
    case 'AEXPR_OP_ALL':
    case 'AEXPR_OP_ANY':
    case 'AEXPR_IN':
      return operator;
    case 'AEXPR_NOT_DISTINCT':
      return 'IS NOT DISTINCT FROM';
    case 'AEXPR_DISTINCT':
      return 'IS DISTINCT FROM';
    default:
      return null;
  }
}

const COMMUTED: Readonly<Record<string, string>> = { '<': '>', '>': '<', '<=': '>=', '>=': '<=' };

const KINDS: Readonly<Record<string, ComparisonKind>> = {
  '=': 'equality',
  '<': 'range',
  '>': 'range',
  '<=': 'range',
  '>=': 'range',
  // Those of the operator classes for patterns: what LIKE is turned into for an index.
  '~<~': 'range',
  '~<=~': 'range',
  '~>~': 'range',
  '~>=~': 'range',
  '<>': 'not-equal',
  'IS DISTINCT FROM': 'not-equal',
  '!~~': 'not-equal',
  '!~~*': 'not-equal',
  '!~': 'not-equal',
  '!~*': 'not-equal',
  '^@': 'prefix',
  '~~*': 'ilike',
  '~': 'regular-expression',
  '~*': 'regular-expression',
  '@>': 'containment',
  '<@': 'containment',
  '&&': 'containment',
  '?': 'containment',
  '?|': 'containment',
  '?&': 'containment',
  '@@': 'containment',
  '@?': 'containment',
};

function kindOf(operator: string, constant: string | null): ComparisonKind {
  if (operator !== '~~') return KINDS[operator] ?? 'other';
  if (constant === null) return 'like';
  return /^[%_]/.test(constant) ? 'infix' : 'prefix';
}

interface Subject {
  readonly column: PlanColumn;
  readonly expression: string;
  readonly through: Through | null;
}

/** Something made of exactly one column; `null` for all else. */
function subject(source: Source, node: Node | undefined): Subject | null {
  if (node === undefined) return null;
  const columns = columnsIn(node);
  const [column] = columns;
  if (
    column === undefined ||
    columns.some(({ alias, name }) => alias !== column.alias || name !== column.name)
  ) {
    return null;
  }
  const through = throughOf(node);
  return through === undefined ? null : { column, expression: bareText(source, node), through };
}

/** `null` for a column alone, `undefined` for what we do not know. */
function throughOf(node: Node): Through | null | undefined {
  const found = tagged(node);
  switch (found?.kind) {
    case 'ColumnRef':
      return null;
    case 'FuncCall':
      return { kind: 'function', name: stringsOf(found.value.funcname).at(-1) ?? '' };
    case 'CoalesceExpr':
      return { kind: 'function', name: 'coalesce' };
    case 'TypeCast': {
      const { typeName } = found.value;
      const inner = found.value.arg === undefined ? undefined : throughOf(found.value.arg);
      if (inner !== null || typeName === undefined) return inner;
      return { kind: 'cast', type: typeParts(typeName).name };
    }
    case 'A_Expr':
      return { kind: 'operator', name: stringsOf(found.value.name).at(-1) ?? '' };
    case 'CollateClause':
      return { kind: 'operator', name: 'COLLATE' };
    case 'A_Indirection':
      return { kind: 'operator', name: '[]' };
    default:
      return undefined;
  }
}

function comparison(
  source: Source,
  node: Node,
  { column, expression, through }: Subject,
  how: ComparisonKind,
  operator: string,
  constant: string | null,
): Comparison {
  return {
    how,
    column,
    expression,
    through,
    operator,
    with: 'value',
    other: null,
    constant,
    several: false,
    text: textOf(source, node),
  };
}

function other(source: Source, node: Node, kind: OtherCondition['kind']): OtherCondition {
  return { kind, text: textOf(source, node), columns: columnsIn(node) };
}

/** Each once. What stands for a subplan is none. */
function columnsIn(node: Node | undefined): PlanColumn[] {
  const columns: PlanColumn[] = [];
  walk(node === undefined ? undefined : [node], (inside) => {
    if (inside.kind !== 'ColumnRef') return true;
    const parts = columnParts(inside.value);
    const name = parts.at(-1) ?? '';
    const alias = parts.at(-2) ?? null;
    if (SUBPLAN_NAME.test(name)) return true;
    if (!columns.some((one) => one.alias === alias && one.name === name)) columns.push({ alias, name });
    return true;
  });
  return columns;
}

function constantText(node: Node | undefined): string | null {
  const constant = constantOf(node);
  return 'value' in constant ? String(constant.value) : null;
}

function textOf({ text, read }: Source, node: Node): string {
  const span = nodeSpan(read.of, node);
  return span === null ? '' : text.slice(span.start - read.offset, span.end - read.offset);
}

/** The text without the names of tables before columns. */
function bareText(source: Source, node: Node): string {
  const text = textOf(source, node);
  const start = nodeSpan(source.read.of, node)?.start ?? 0;
  const edits = new Map<number, TextEdit>();
  walk([node], (inside) => {
    if (inside.kind !== 'ColumnRef' || columnParts(inside.value).length < 2) return true;
    const at = (inside.value.location ?? 0) - start;
    const qualifier = /^(?:"(?:[^"]|"")*"|[^."\s]+)\./.exec(text.slice(at))?.[0] ?? '';
    edits.set(at, { span: { start: at, end: at + qualifier.length }, text: '' });
    return true;
  });
  return applyEdits(text, [...edits.values()]);
}
