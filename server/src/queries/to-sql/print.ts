// A planned query as text. Source: Ecto.Adapters.Postgres.Connection

import type { Span } from '../../text/span.js';
import { isElsewhere } from '../from-ecto/elsewhere.js';
import { isCast } from './expressions.js';
import { quoted } from './fragments.js';
import type { FieldRef, Filter, Node, Ordered, Param, Plan, UpdateSpec, WindowSpec } from './nodes.js';
import {
  childrenOf,
  columnIn,
  nodesOfWindow,
  type Planned,
  type PlannedCte,
  type PlannedJoin,
  resolved,
  sourceAt,
  typeIn,
} from './planned.js';
import type { OutField } from './select-fields.js';
import { castName, dumped } from './types.js';
import { unsupported } from './unsupported.js';

export interface Printed {
  readonly sql: string;
  /** In the order of `$1`, `$2` and so on. */
  readonly params: readonly Param[];
  /** Where parts of the text stand in the file, in the order of the text. */
  readonly places: readonly PrintedPlace[];
}

export interface PrintedPlace {
  /** In the text. */
  readonly span: Span;
  /** In the file. */
  readonly source: Span;
}

/** @param mapType the type of maps: `jsonb` unless the project says otherwise */
export function printed(planned: Planned, mapType: string): Printed {
  const params: Param[] = [];
  number(planned, params);
  const numbers = new Map(params.map((param, index) => [param, index + 1]));
  const printer = new Printer(numbers, mapType);
  return { ...unmarked(printer.query(planned, ''), printer.marks), params };
}

/** Collects the parameters as Ecto counts them. Source: `traverse_exprs` */
function number(planned: Planned, into: Param[]): void {
  const { plan, operation, sources, joins, selectExpr, ctes, combinations } = planned;
  const nodes = (list: Iterable<Node>) => {
    for (const node of list) numberNode(planned, node, into);
  };
  const filters = (list: readonly Filter[]) => nodes(list.map(({ condition }) => condition));
  const source = (index: number) => {
    const of = sources[index];
    if (of?.kind === 'fragment') numberNode(planned, of.fragment, into);
    else if (of?.kind === 'subquery') number(of.of.planned, into);
  };
  const select = () => {
    if (selectExpr !== null) numberNode(planned, selectExpr, into);
  };
  for (const { of } of ctes) {
    if ('plan' in of) number(of as Planned, into);
    else numberNode(planned, of, into);
  }
  if (operation === 'all') {
    if (Array.isArray(plan.distinct)) nodes(plan.distinct.map(({ by }) => by));
    select();
  }
  source(0);
  if (operation === 'update_all') nodes(plan.updates.map(({ value }) => value));
  for (const { index, on } of joins) {
    source(index);
    if (on !== null) numberNode(planned, on, into);
  }
  filters(plan.wheres);
  if (operation !== 'all') {
    select();
    return;
  }
  nodes(plan.groupBys.flat());
  filters(plan.havings);
  for (const { spec } of plan.windows) nodes(nodesOfWindow(spec));
  for (const { planned: inner } of combinations) number(inner, into);
  nodes(plan.orderBys.flatMap((list) => list.map(({ by }) => by)));
  if (plan.limit !== null) numberNode(planned, plan.limit, into);
  if (plan.offset !== null) numberNode(planned, plan.offset, into);
  if (plan.lock !== null && typeof plan.lock !== 'string' && hasParam(plan.lock)) {
    unsupported('Ecto does not count the values of a lock', plan.span);
  }
}

function hasParam(node: Node): boolean {
  return node.kind === 'param' || childrenOf(node).some(hasParam);
}

function numberNode(planned: Planned, node: Node, into: Param[]): void {
  if (node.kind === 'param') into.push(node.param);
  else if (node.kind === 'subquery') number(subqueryIn(planned, node.plan), into);
  else for (const child of childrenOf(node)) numberNode(planned, child, into);
}

function subqueryIn({ subqueries }: Planned, plan: Plan): Planned {
  return subqueries.get(plan)?.planned ?? unsupported('a subquery is not read', plan.span);
}

const OPERATORS: Readonly<Record<string, string>> = {
  '==': ' = ',
  '!=': ' != ',
  '<=': ' <= ',
  '>=': ' >= ',
  '<': ' < ',
  '>': ' > ',
  '+': ' + ',
  '-': ' - ',
  '*': ' * ',
  '/': ' / ',
  and: ' AND ',
  or: ' OR ',
  ilike: ' ILIKE ',
  like: ' LIKE ',
};

const JOINS: Readonly<Record<string, string>> = {
  inner: 'INNER JOIN ',
  inner_lateral: 'INNER JOIN LATERAL ',
  left: 'LEFT OUTER JOIN ',
  left_lateral: 'LEFT OUTER JOIN LATERAL ',
  right: 'RIGHT OUTER JOIN ',
  full: 'FULL OUTER JOIN ',
  cross: 'CROSS JOIN ',
  cross_lateral: 'CROSS JOIN LATERAL ',
};

/** Stand around what has a place in the file, until the text is whole. Queries hold no characters of private use. */
const [OPEN, AT, CLOSE] = ['\uE000', '\uE001', '\uE002'];

function unmarked(text: string, marks: readonly Span[]): Pick<Printed, 'sql' | 'places'> {
  let sql = '';
  const places: PrintedPlace[] = [];
  const open: { readonly start: number; readonly source: Span }[] = [];
  for (const [part, mark] of text.matchAll(/\uE000(\d+)\uE001|\uE002|[^\uE000\uE002]+/g)) {
    if (part === CLOSE) {
      const last = open.pop();
      if (last !== undefined)
        places.push({ span: { start: last.start, end: sql.length }, source: last.source });
    } else if (mark !== undefined) {
      const source = marks[Number(mark)];
      if (source !== undefined) open.push({ start: sql.length, source });
    } else sql += part;
  }
  return { sql, places };
}

class Printer {
  readonly marks: Span[] = [];

  /** What stands before the names of the sources of a query: an `s` for each query around it. */
  private readonly prefixes = new Map<Planned, string>();

  constructor(
    private readonly numbers: ReadonlyMap<Param, number>,
    private readonly mapType: string,
  ) {}

  query(planned: Planned, prefix: string): string {
    this.prefixes.set(planned, prefix);
    switch (planned.operation) {
      case 'update_all':
        return this.updateAll(planned);
      case 'delete_all':
        return this.deleteAll(planned);
      default:
        return this.all(planned, prefix);
    }
  }

  private all(planned: Planned, prefix: string): string {
    const { plan } = planned;
    const distinct =
      Array.isArray(plan.distinct) && plan.distinct.length > 0 ? (plan.distinct as Ordered[]) : [];
    const on = distinct.map(({ by }) => this.expr(planned, by)).join(', ');
    const distinctText =
      plan.distinct === true ? ' DISTINCT' : distinct.length > 0 ? ` DISTINCT ON (${on})` : '';
    return [
      this.ctes(planned),
      `SELECT${distinctText} ${this.fields(planned)}`,
      ` FROM ${this.source(planned, 0)} AS ${this.name(planned, 0)}`,
      this.joins(planned, planned.joins),
      this.filters(planned, ' WHERE ', plan.wheres),
      this.groups(planned),
      this.filters(planned, ' HAVING ', plan.havings),
      this.windows(planned),
      ...planned.combinations.map(
        ({ operator, planned: inner }) => ` ${operator} (${this.query(inner, prefix)})`,
      ),
      this.order(planned, distinct),
      this.limit(planned),
      plan.offset === null ? '' : ` OFFSET ${this.expr(planned, plan.offset)}`,
      plan.lock === null
        ? ''
        : ` ${typeof plan.lock === 'string' ? plan.lock : this.expr(planned, plan.lock)}`,
    ].join('');
  }

  private updateAll(planned: Planned): string {
    const { plan, joins } = planned;
    const sets = plan.updates.map((update) => this.update(planned, update)).join(', ');
    const at = joins.findIndex(({ qualifier }) => qualifier !== 'inner');
    const inner = at < 0 ? joins : joins.slice(0, at);
    if (inner.length === 0 && joins.length > 0) {
      unsupported('Ecto refuses update_all with another join before an inner one', plan.span);
    }
    const from = inner.length === 0 ? '' : ` FROM ${this.listed(planned, inner)}`;
    const rest = this.joins(planned, joins.slice(inner.length));
    return [
      this.ctes(planned),
      `UPDATE ${this.source(planned, 0)} AS ${this.name(planned, 0)} SET ${sets}`,
      from,
      rest,
      this.filters(planned, ' WHERE ', [...conditionsOf(inner), ...plan.wheres]),
      this.returning(planned),
    ].join('');
  }

  private deleteAll(planned: Planned): string {
    const { plan, joins } = planned;
    const other = joins.find(({ qualifier }) => qualifier !== 'inner');
    if (other !== undefined)
      unsupported(`PostgreSQL takes no ${other.qualifier} join in a DELETE`, plan.span);
    return [
      this.ctes(planned),
      `DELETE FROM ${this.source(planned, 0)} AS ${this.name(planned, 0)}`,
      joins.length === 0 ? '' : ` USING ${this.listed(planned, joins)}`,
      this.filters(planned, ' WHERE ', [...conditionsOf(joins), ...plan.wheres]),
      this.returning(planned),
    ].join('');
  }

  private listed(planned: Planned, joins: readonly PlannedJoin[]): string {
    return joins
      .map(({ index }) => `${this.source(planned, index)} AS ${this.name(planned, index)}`)
      .join(', ');
  }

  private update(planned: Planned, { operator, field, value }: UpdateSpec): string {
    const column = columnIn(planned, { kind: 'field', of: { kind: 'at', index: 0 }, field, span: null });
    const own = `${this.name(planned, 0)}.${quoted(column)}`;
    const given = this.expr(planned, value);
    switch (operator) {
      case 'set':
        return `${quoted(column)} = ${given}`;
      case 'inc':
        return `${quoted(column)} = ${own} + ${given}`;
      case 'push':
        return `${quoted(column)} = array_append(${own}, ${given})`;
      case 'pull':
        return `${quoted(column)} = array_remove(${own}, ${given})`;
    }
  }

  private returning(planned: Planned): string {
    return planned.fields === null ? '' : ` RETURNING ${this.fields(planned)}`;
  }

  private fields(planned: Planned): string {
    const { fields } = planned;
    if (fields === null || fields.length === 0) return 'TRUE';
    return fields.map((field) => this.field(planned, field)).join(', ');
  }

  private field(planned: Planned, { name, value }: OutField): string {
    const text =
      value.kind === 'column'
        ? `${this.name(planned, value.index)}.${quoted(value.column)}`
        : this.expr(planned, value);
    return name === null ? text : `${text} AS ${quoted(name)}`;
  }

  private ctes(planned: Planned): string {
    const { ctes, plan } = planned;
    if (ctes.length === 0) return '';
    return `WITH ${plan.recursive ? 'RECURSIVE ' : ''}${ctes.map((cte) => this.cte(planned, cte)).join(', ')} `;
  }

  private cte(planned: Planned, { name, materialized, operation, of }: PlannedCte): string {
    const how = materialized === null ? '' : materialized ? 'MATERIALIZED' : 'NOT MATERIALIZED';
    const head = `${quoted(name)} AS ${how}`;
    if (!('plan' in of)) return `${head}${this.expr(planned, of as Node)}`;
    // What writes keeps the names of a query of its own.
    const prefix = operation === 'all' ? `s${this.prefixOf(planned)}` : '';
    return `${head}(${this.query(of as Planned, prefix)})`;
  }

  private joins(planned: Planned, joins: readonly PlannedJoin[]): string {
    return joins
      .map(({ qualifier, index, on }) => {
        const isCross = qualifier.startsWith('cross');
        const condition = on === null ? (isCross ? '' : ' ON TRUE') : ` ON ${this.expr(planned, on)}`;
        return ` ${JOINS[qualifier]}${this.source(planned, index)} AS ${this.name(planned, index)}${condition}`;
      })
      .join('');
  }

  private source(planned: Planned, index: number): string {
    const source = sourceAt(planned, index);
    switch (source.kind) {
      case 'table': {
        const prefix = source.prefix === null ? '' : `${quoted(source.prefix)}.`;
        const at = planned.plan.joins[index - 1]?.span ?? null;
        return this.placed(`${prefix}${quoted(source.table)}`, at);
      }
      case 'fragment':
        return this.expr(planned, source.fragment);
      case 'subquery':
        return `(${this.query(source.of.planned, `s${this.prefixOf(planned)}`)})`;
    }
  }

  /** The text with its place in the file, which is told when it is whole. */
  private placed(text: string, span: Span | null): string {
    if (span === null || isElsewhere(span)) return text;
    this.marks.push(span);
    return `${OPEN}${this.marks.length - 1}${AT}${text}${CLOSE}`;
  }

  private prefixOf(planned: Planned): string {
    return this.prefixes.get(planned) ?? '';
  }

  private name(planned: Planned, index: number): string {
    const source = sourceAt(planned, index);
    const letter =
      source.kind === 'fragment'
        ? 'f'
        : source.kind === 'subquery'
          ? 's'
          : (/^[a-zA-Z]/.exec(source.table)?.[0] ?? 't');
    return `${this.prefixOf(planned)}${letter}${index}`;
  }

  private filters(planned: Planned, keyword: string, filters: readonly Filter[]): string {
    const [first, ...others] = filters;
    if (first === undefined) return '';
    let text = this.inParentheses(planned, first.condition);
    let last = first.operator;
    for (const { operator, condition } of others) {
      const before = operator === last ? text : `(${text})`;
      text = `${before} ${operator.toUpperCase()} ${this.inParentheses(planned, condition)}`;
      last = operator;
    }
    return `${keyword}${text}`;
  }

  private inParentheses(planned: Planned, node: Node): string {
    return `(${this.expr(planned, node)})`;
  }

  private groups(planned: Planned): string {
    const lists = planned.plan.groupBys.filter((list) => list.length > 0);
    if (lists.length === 0) return '';
    return ` GROUP BY ${lists.flatMap((list) => list.map((node) => this.expr(planned, node))).join(', ')}`;
  }

  private windows(planned: Planned): string {
    const { windows } = planned.plan;
    if (windows.length === 0) return '';
    return ` WINDOW ${windows.map(({ name, spec }) => `${quoted(name)} AS ${this.window(planned, spec)}`).join(', ')}`;
  }

  private window(planned: Planned, { partitionBy, orderBy, frame }: WindowSpec): string {
    const parts = [
      ...(partitionBy === null
        ? []
        : [`PARTITION BY ${partitionBy.map((node) => this.expr(planned, node)).join(', ')}`]),
      ...(orderBy === null
        ? []
        : [`ORDER BY ${orderBy.map((one) => this.ordered(planned, one)).join(', ')}`]),
      ...(frame === null ? [] : [this.expr(planned, frame)]),
    ];
    return `(${parts.join(' ')})`;
  }

  private order(planned: Planned, distinct: readonly Ordered[]): string {
    const lists = planned.plan.orderBys.filter((list) => list.length > 0);
    if (lists.length === 0) return '';
    const [left, right] = [distinct, lists.flat()].map((list) =>
      list.map((one) => this.ordered(planned, one)),
    );
    if (left === undefined || right === undefined) return '';
    const plain = (text: string | undefined) => text?.replace(/\uE000\d+\uE001|\uE002/g, '');
    const differing = left.findIndex((text, index) => plain(text) !== plain(right[index]));
    const shared = differing < 0 ? left.length : differing;
    return ` ORDER BY ${[...left, ...right.slice(shared)].join(', ')}`;
  }

  private ordered(planned: Planned, { direction, by }: Ordered): string {
    const text = this.expr(planned, by);
    return direction === 'asc' ? text : `${text} ${direction.replaceAll('_', ' ').toUpperCase()}`;
  }

  private limit(planned: Planned): string {
    const { limit, withTies, orderBys, span } = planned.plan;
    if (limit === null) return withTies ? unsupported('with_ties without a limit', span) : '';
    if (!withTies) return ` LIMIT ${this.expr(planned, limit)}`;
    if (orderBys.length === 0) return unsupported('Ecto wants an order where there are ties', span);
    return ` FETCH FIRST ${this.expr(planned, limit)} ROWS WITH TIES`;
  }

  private expr(planned: Planned, node: Node): string {
    switch (node.kind) {
      case 'param':
        return this.placed(
          `$${this.numbers.get(node.param) ?? unsupported('a parameter is not counted', node.param.span)}`,
          node.param.span,
        );
      case 'field':
        return this.column(planned, node);
      case 'source':
        return this.name(planned, node.index);
      case 'null':
        return 'NULL';
      case 'literal':
        return this.literal(planned, node);
      case 'bytes':
        return `'\\x${node.hex}'::bytea`;
      case 'typed': {
        const type = castName(typeIn(planned, node.type), this.mapType);
        if (type === null)
          return unsupported('what its type is cast to is decided by its own code', node.span);
        return `${this.maybeParenthesized(planned, node.value)}::${type}`;
      }
      case 'call':
        return this.call(planned, node);
      case 'in':
        return this.in(planned, node);
      case 'list':
        if (node.items.length === 0) return "'{}'";
        return `ARRAY[${node.items.map((item) => this.expr(planned, item)).join(',')}]`;
      case 'tuple':
        return `(${node.items.map((item) => this.expr(planned, item)).join(',')})`;
      case 'fragment': {
        const text = node.parts
          .map((part) => (typeof part === 'string' ? part : this.expr(planned, part)))
          .join('');
        const [first] = node.parts;
        return typeof first === 'string' && /^\s*select\s/i.test(first) ? `(${text})` : text;
      }
      case 'raw':
        return node.text;
      case 'subquery':
        return `(${this.query(subqueryIn(planned, node.plan), `s${this.prefixOf(planned)}`)})`;
      case 'selected-as':
        return quoted(node.name);
      case 'interval': {
        const cast = node.base.kind === 'typed' ? '' : `::${node.to}`;
        const text = `${this.expr(planned, node.base)}${cast} + ${this.interval(planned, node.count, node.unit)}`;
        return node.to === 'date' ? `(${text})::date` : text;
      }
      case 'json':
        return this.json(planned, node.field, node.path);
      case 'filter':
        return `${this.expr(planned, node.call)} FILTER (WHERE ${this.expr(planned, node.condition)})`;
      case 'over': {
        const { window } = node;
        if (typeof window === 'string' && !planned.plan.windows.some(({ name }) => name === window)) {
          unsupported(`there is no window :${window}`, planned.plan.span);
        }
        const over = typeof window === 'string' ? quoted(window) : this.window(planned, window);
        return `${this.expr(planned, node.call)} OVER ${over}`;
      }
      case 'map':
      case 'updated':
      case 'merge':
      case 'named':
        return unsupported('a map stands where a value should', planned.plan.span);
    }
  }

  private column(planned: Planned, field: FieldRef): string {
    const found = resolved(planned, field.of);
    const text = `${this.name(found.planned, found.index)}.${quoted(columnIn(planned, field))}`;
    return this.placed(text, field.span);
  }

  private literal(planned: Planned, node: Node & { kind: 'literal' }): string {
    const { literal, expected, span } = node;
    const isBase = expected.kind === 'base';
    const isSame = expected.kind === 'any' || (isBase && expected.name === literal.type);
    if (isSame) return this.plainLiteral(node);
    if (isCast(literal, expected)) {
      const type = expected.kind === 'base' ? castName(expected, this.mapType) : null;
      return `${this.plainLiteral(node)}::${type}`;
    }
    const type = typeIn(planned, expected);
    const stored = dumped(literal, type);
    if (stored.kind === 'refused') return unsupported(stored.reason, span);
    const isDecimal = type.kind === 'base' && type.name === 'decimal';
    if (isDecimal && stored.literal.type === 'float') return stored.literal.value;
    if (type.kind === 'any') return this.plainLiteral(node);
    return this.plainLiteral({ ...node, literal: stored.literal });
  }

  private plainLiteral({ literal, span }: Node & { kind: 'literal' }): string {
    switch (literal.type) {
      case 'string':
        return `'${literal.value.replaceAll("'", "''")}'`;
      case 'integer':
        return literal.value;
      case 'float':
        return `${literal.value}::float`;
      case 'boolean':
        return literal.value ? 'TRUE' : 'FALSE';
      case 'atom':
        return unsupported(`the adapter has no text for the atom :${literal.value}`, span);
    }
  }

  private call(planned: Planned, node: Node & { kind: 'call' }): string {
    const { name, args, distinct } = node;
    const [left, right] = args;
    if (name === 'count' && args.length === 0) return 'count(*)';
    if (name === 'is_nil' && left !== undefined) return `${this.expr(planned, left)} IS NULL`;
    if (name === 'not' && left !== undefined) return `NOT (${this.expr(planned, left)})`;
    if (name === '==' && left?.kind === 'json' && right?.kind === 'literal') {
      const contained = this.contained(planned, left, right);
      if (contained !== null) return contained;
    }
    const operator = args.length === 2 ? OPERATORS[name] : undefined;
    if (operator !== undefined && left !== undefined && right !== undefined) {
      return `${this.maybeParenthesized(planned, left)}${operator}${this.maybeParenthesized(planned, right)}`;
    }
    const values = args.map((arg) => this.expr(planned, arg)).join(', ');
    return `${name}(${distinct === true ? 'DISTINCT ' : ''}${values})`;
  }

  /** `meta["a"] == 1` as `meta @> '{"a": 1}'`, which an index can answer. */
  private contained(
    planned: Planned,
    { field, path }: Node & { kind: 'json' },
    { literal }: Node & { kind: 'literal' },
  ): string | null {
    const last = path.at(-1);
    if (typeof last !== 'string' || literal.type === 'float' || literal.type === 'atom') return null;
    const value = literal.type === 'string' ? jsonText(literal.value) : String(literal.value);
    return `(${this.json(planned, field, path.slice(0, -1))}@>'{${jsonText(last)}: ${value}}')`;
  }

  private json(planned: Planned, field: FieldRef, path: readonly (string | number | FieldRef)[]): string {
    const type = typeIn(planned, field);
    const isMap =
      type.kind === 'any' ||
      type.kind === 'map' ||
      type.kind === 'module' ||
      (type.kind === 'base' && type.name === 'map');
    if (!isMap) unsupported(`Ecto wants a map to ask for a path, and ${field.field} is none`, field.span);
    const column = this.column(planned, field);
    if (path.length === 0) return column;
    const keys = path.map((key) => {
      if (typeof key === 'string') return `'${key.replaceAll("'", "''")}'`;
      return typeof key === 'number' ? String(key) : this.column(planned, key);
    });
    return `(${column}#>array[${keys.join(',')}]::text[])`;
  }

  private in(planned: Planned, { left, right }: Node & { kind: 'in' }): string {
    if (right.kind === 'list') {
      if (right.items.length === 0) return 'false';
      return `${this.expr(planned, left)} IN (${right.items.map((item) => this.expr(planned, item)).join(',')})`;
    }
    if (right.kind === 'subquery') return `${this.expr(planned, left)} IN ${this.expr(planned, right)}`;
    return `${this.expr(planned, left)} = ANY(${this.expr(planned, right)})`;
  }

  private interval(planned: Planned, count: Node, unit: string): string {
    const isPlain =
      count.kind === 'literal' &&
      count.expected.kind === 'base' &&
      count.expected.name === count.literal.type;
    if (isPlain && count.literal.type === 'integer') return `interval '${count.literal.value} ${unit}'`;
    if (isPlain && count.literal.type === 'float') return `interval '${count.literal.value} ${unit}'`;
    return `(${this.expr(planned, count)}::numeric * interval '1 ${unit}')`;
  }

  private maybeParenthesized(planned: Planned, node: Node): string {
    const isOperator = node.kind === 'call' && node.args.length === 2 && OPERATORS[node.name] !== undefined;
    const isTest = node.kind === 'call' && node.name === 'is_nil';
    return isOperator || isTest ? this.inParentheses(planned, node) : this.expr(planned, node);
  }
}

function conditionsOf(joins: readonly PlannedJoin[]): readonly Filter[] {
  return joins.flatMap(({ on }) => (on === null ? [] : [{ operator: 'and' as const, condition: on }]));
}

function jsonText(text: string): string {
  return `"${text.replaceAll("'", "''").replaceAll('"', '\\"')}"`;
}
