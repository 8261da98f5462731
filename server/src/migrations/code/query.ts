// Queries of code, evaluated over system tables and constant rows. Rows of the user's tables are not known: each such table counts
// as a row that may be there.

import {
  allOf,
  asNode,
  constantOf,
  type Node,
  qualified,
  type RangeVar,
  relationName,
  type SelectStmt,
  stringsOf,
  walk,
} from '../../syntax/sql/nodes.js';
import { evaluate } from './expressions.js';
import { best } from './operators.js';
import { likelyRows } from './row-index.js';
import type { Binding, ResultRow, Rows, Scope } from './scope.js';
import { isSystemTable, systemTable } from './system-tables.js';
import {
  compared,
  concatenated,
  isObject,
  isUnknown,
  list,
  reasonOf,
  textOf,
  truthOf,
  unknown,
  type Value,
} from './values.js';

/** The rows of a SELECT. What cannot be evaluated gives one row that may be there, of unknown values. */
export function queryRows(select: SelectStmt, outer: Scope): Rows {
  return new QueryReader(outer).rows(select);
}

interface Joined {
  readonly bindings: readonly Binding[];
  readonly doubt: string | null;
}

/** More rows than code that makes a schema goes through. */
const MOST_ROWS = 50_000;

class QueryReader {
  private readonly named = new Map<string, Rows>();

  constructor(private readonly outer: Scope) {}

  rows(select: SelectStmt): Rows {
    for (const cte of allOf(select.withClause?.ctes, 'CommonTableExpr')) {
      const inner = asNode(cte.ctequery, 'SelectStmt');
      const columns = stringsOf(cte.aliascolnames);
      const found =
        inner === null || select.withClause?.recursive === true
          ? opaque('a common table expression is not read')
          : this.rows(inner);
      this.named.set(cte.ctename ?? '', columns.length > 0 ? { ...found, columns } : found);
    }
    if (select.op !== undefined && select.op !== 'SETOP_NONE') return this.united(select);
    if (select.valuesLists !== undefined) return this.constant(select.valuesLists);
    if ((select.groupClause ?? []).length > 0 || select.havingClause !== undefined) {
      return { ...opaque('a query with groups is not read'), columns: columnsOf(select) };
    }
    return this.limited(select, this.plain(select));
  }

  private united(select: SelectStmt): Rows {
    const left = select.larg === undefined ? opaque('') : this.rows(select.larg);
    const right = select.rarg === undefined ? opaque('') : this.rows(select.rarg);
    if (select.op !== 'SETOP_UNION')
      return { ...opaque('INTERSECT and EXCEPT are not read'), columns: left.columns };
    const both = { columns: left.columns, rows: [...left.rows, ...right.rows] };
    return select.all === true ? both : distinct(both);
  }

  private constant(lists: readonly Node[]): Rows {
    const rows = lists.map(
      (one): ResultRow => ({
        values: (asNode(one, 'List')?.items ?? []).map((item) => evaluate(item, this.outer)),
        doubt: null,
      }),
    );
    const width = rows[0]?.values.length ?? 0;
    return { columns: Array.from({ length: width }, (_, index) => `column${index + 1}`), rows };
  }

  private plain(select: SelectStmt): Rows {
    let joined = this.from(select.fromClause ?? [], select.whereClause);
    if (joined === null)
      return { ...opaque('a query of so many rows is not read'), columns: columnsOf(select) };
    joined = joined.flatMap((one) => filtered(one, select.whereClause, this.outer));
    const targets = allOf(select.targetList, 'ResTarget');
    const columns = columnsOf(select);
    if (targets.some(({ val }) => hasAggregate(val))) {
      const open = joined.find(({ doubt }) => doubt !== null)?.doubt ?? null;
      const all = joined;
      const values = targets.map(({ val }) => (open === null ? this.aggregated(val, all) : unknown(open)));
      return { columns, rows: [{ values, doubt: null }] };
    }
    const ordered = this.ordered(select, joined);
    const result = ordered.flatMap((one) => this.projected(targets, one));
    const star = targets.length === 1 ? asNode(targets[0]?.val, 'ColumnRef') : null;
    const isStar = star !== null && asNode(star.fields?.at(-1), 'A_Star') !== null;
    const names = isStar ? starColumns(ordered[0] ?? joined[0]) : columns;
    const rows = { columns: names, rows: result };
    return select.distinctClause === undefined ? rows : distinct(rows);
  }

  /** `null` for too many. */
  private from(items: readonly Node[], where: Node | undefined): readonly Joined[] | null {
    let joined: readonly Joined[] = [{ bindings: [], doubt: null }];
    for (const item of items) {
      const next: Joined[] = [];
      for (const one of joined) {
        for (const other of this.item(item, one, where)) {
          // What surely does not hold of some of the tables holds of no row of all.
          const test =
            where === undefined
              ? true
              : truthOf(evaluate(where, this.scope([...one.bindings, ...other.bindings])));
          if (test === false) continue;
          next.push({ bindings: [...one.bindings, ...other.bindings], doubt: one.doubt ?? other.doubt });
        }
        if (next.length > MOST_ROWS) return null;
      }
      joined = next;
    }
    return joined;
  }

  /** @param condition must hold of what is joined */
  private item(node: Node, left: Joined, condition?: Node): readonly Joined[] {
    const relation = asNode(node, 'RangeVar');
    if (relation !== null) return this.relation(relation, left, condition);
    const sub = asNode(node, 'RangeSubselect');
    if (sub !== null) {
      const select = asNode(sub.subquery, 'SelectStmt');
      const inner = new QueryReader(this.scope(left.bindings));
      for (const [name, rows] of this.named) inner.named.set(name, rows);
      const rows = select === null ? opaque('a subquery is not read') : inner.rows(select);
      return bound(rows, sub.alias?.aliasname ?? '', stringsOf(sub.alias?.colnames));
    }
    const functions = asNode(node, 'RangeFunction');
    if (functions !== null) return this.functionRows(functions, left);
    const join = asNode(node, 'JoinExpr');
    if (join !== null) return this.join(join, left);
    return bound(opaque('a part of the query is not read'), '', []);
  }

  private relation(node: RangeVar, left: Joined, condition: Node | undefined): readonly Joined[] {
    const name = relationName(node);
    const alias = node.alias?.aliasname ?? name.name;
    const own = name.schema === null ? this.named.get(name.name) : undefined;
    if (own !== undefined) return bound(own, alias, stringsOf(node.alias?.colnames));
    const rows = systemTable(this.outer.catalog, name);
    if (rows === null) {
      const reason = isSystemTable(name)
        ? `what "${name.name}" holds is not known`
        : `it depends on the rows of "${name.name}"`;
      return [{ bindings: [{ alias, values: null, reason }], doubt: reason }];
    }
    const reason = `a column of "${name.name}" is not known`;
    const scope = this.scope(left.bindings);
    const likely = likelyRows(rows, alias, condition, (other) => evaluate(other, scope));
    return likely.map(({ values, doubt }) => ({ bindings: [{ alias, values, reason }], doubt }));
  }

  private functionRows(
    { functions, alias, ordinality }: NonNullable<ReturnType<typeof asRangeFunction>>,
    left: Joined,
  ): readonly Joined[] {
    const [first] = functions ?? [];
    const node = asNode(first, 'List')?.items?.[0];
    const scope = this.scope(left.bindings);
    const values = (functions ?? []).length === 1 ? setOf(node, scope) : null;
    const name = alias?.aliasname ?? qualified(stringsOf(asNode(node, 'FuncCall')?.funcname)).name;
    if (values === null) {
      const value = evaluate(node, scope);
      const reason = reasonOf(value) ?? 'the rows of a function are not known';
      return [{ bindings: [{ alias: name, values: null, reason }], doubt: reason }];
    }
    const [column = name, number = 'ordinality'] = stringsOf(alias?.colnames);
    return values.map((value, index) => ({
      bindings: [
        {
          alias: name,
          values: { [column]: value, ...(ordinality === true ? { [number]: index + 1 } : {}) },
          reason: 'it has no such column',
        },
      ],
      doubt: null,
    }));
  }

  private join(
    { jointype, larg, rarg, quals, usingClause, isNatural }: NonNullable<ReturnType<typeof asJoin>>,
    around: Joined,
  ): readonly Joined[] {
    if (larg === undefined || rarg === undefined) return [];
    const found: Joined[] = [];
    const isOuter = jointype === 'JOIN_LEFT';
    const isRead = (jointype === undefined || jointype === 'JOIN_INNER' || isOuter) && isNatural !== true;
    for (const one of this.item(larg, around)) {
      const before = [...around.bindings, ...one.bindings];
      let isSure = false;
      let open: string | null = null;
      const rights = this.item(rarg, { bindings: before, doubt: one.doubt }, isRead ? quals : undefined);
      for (const other of rights) {
        const scope = this.scope([...before, ...other.bindings]);
        const test = !isRead
          ? unknown('a join is not read')
          : this.joins(quals, stringsOf(usingClause), scope, one.bindings, other.bindings);
        if (test === false || test === null) continue;
        const reason = isObject(test) ? test.reason : null;
        const doubt = one.doubt ?? other.doubt ?? reason;
        if (doubt === null || (other.doubt === null && reason === null)) isSure = true;
        else open = doubt;
        found.push({ bindings: [...one.bindings, ...other.bindings], doubt });
      }
      if (isOuter && !isSure)
        found.push({ bindings: [...one.bindings, ...nulls(rarg)], doubt: one.doubt ?? open });
      if (found.length > MOST_ROWS) return found;
    }
    return found;
  }

  private joins(
    quals: Node | undefined,
    using: readonly string[],
    scope: Scope,
    left: readonly Binding[],
    right: readonly Binding[],
  ) {
    if (using.length > 0) {
      for (const name of using) {
        const [a, b] = [left, right].map((side) =>
          side.map(({ values }) => values?.[name]).find((value) => value !== undefined),
        );
        if (a === undefined || b === undefined) return unknown('a column of a join is not known');
        const order = compared(
          isObject(a) && a.kind === 'oid' ? a.key : a,
          isObject(b) && b.kind === 'oid' ? b.key : b,
        );
        if (order !== 0) return isObject(order) ? order : false;
      }
      return true;
    }
    return quals === undefined ? true : truthOf(evaluate(quals, scope));
  }

  private ordered({ sortClause = [], targetList }: SelectStmt, rows: readonly Joined[]): readonly Joined[] {
    if (sortClause.length === 0) return rows;
    const targets = allOf(targetList, 'ResTarget');
    const keyed = rows.map((one) => ({
      one,
      keys: allOf(sortClause, 'SortBy').map(({ node }) => {
        const constant = constantOf(node);
        const name = stringsOf(asNode(node, 'ColumnRef')?.fields);
        const target =
          constant.kind === 'integer'
            ? targets[constant.value - 1]?.val
            : name.length === 1
              ? targets.find((target) => target.name === name[0])?.val
              : undefined;
        return evaluate(target ?? node, this.scope(one.bindings));
      }),
    }));
    const descending = allOf(sortClause, 'SortBy').map(({ sortby_dir }) => sortby_dir === 'SORTBY_DESC');
    return keyed
      .sort((a, b) => {
        for (const [index, key] of a.keys.entries()) {
          const order = compared(key, b.keys[index] ?? null);
          if (typeof order === 'number' && order !== 0) return descending[index] === true ? -order : order;
        }
        return 0;
      })
      .map(({ one }) => one);
  }

  private projected(
    targets: readonly { readonly val?: Node }[],
    { bindings, doubt }: Joined,
  ): readonly ResultRow[] {
    const scope = this.scope(bindings);
    const [only] = targets;
    const set = targets.length === 1 && only?.val !== undefined ? setOf(only.val, scope) : null;
    if (set !== null) return set.map((value) => ({ values: [value], doubt }));
    const values = targets.flatMap(({ val }): readonly Value[] => {
      const star = asNode(asNode(val, 'ColumnRef')?.fields?.at(-1), 'A_Star');
      if (star !== null)
        return bindings.flatMap((one) =>
          one.values === null ? [unknown(one.reason)] : Object.values(one.values),
        );
      return [doubt === null ? evaluate(val, scope) : scope.perhaps(doubt, () => evaluate(val, scope))];
    });
    return [{ values, doubt }];
  }

  private aggregated(node: Node | undefined, rows: readonly Joined[]): Value {
    const cast = asNode(node, 'TypeCast');
    if (cast !== null) return this.aggregated(cast.arg, rows);
    const call = asNode(node, 'FuncCall');
    const name = call === null ? '' : qualified(stringsOf(call.funcname)).name;
    if (call === null || !AGGREGATES.has(name)) return this.aroundAggregates(node, rows);
    if (call.agg_filter !== undefined || call.over !== undefined)
      return unknown('an aggregate is not computed');
    const values = rows.map(({ bindings }) =>
      call.agg_star === true ? 1 : evaluate(call.args?.[0], this.scope(bindings)),
    );
    const present = (call.agg_distinct === true ? [...new Set(values)] : values).filter(
      (value) => value !== null,
    );
    const open = present.find(isUnknown);
    switch (name) {
      case 'count':
        return open === undefined || call.agg_star === true ? present.length : open;
      case 'min':
      case 'max':
        return best(present, name === 'max' ? 1 : -1);
      case 'array_agg':
        return values.length === 0 ? null : list(values);
      case 'string_agg': {
        if (call.agg_order !== undefined && present.length > 1)
          return unknown('the order of an aggregate is not computed');
        const separator = textOf(evaluate(call.args?.[1], this.scope(rows[0]?.bindings ?? [])));
        const texts = present.map(textOf).filter((text) => text !== null);
        if (typeof separator !== 'string')
          return present.length === 0 ? null : unknown('a separator is not known');
        return texts.length === 0
          ? null
          : concatenated(texts.flatMap((text, index) => (index === 0 ? [text] : [separator, text])));
      }
      case 'bool_or':
      case 'bool_and': {
        const truths = present.map(truthOf);
        if (truths.some(isObject)) return open ?? unknown('a condition is not known');
        if (truths.length === 0) return null;
        return name === 'bool_or' ? truths.includes(true) : !truths.includes(false);
      }
      default:
        return unknown('an aggregate is not computed');
    }
  }

  /** `count(*) = 2`: the aggregate is put in as a variable. */
  private aroundAggregates(node: Node | undefined, rows: readonly Joined[]): Value {
    const expression = asNode(node, 'A_Expr');
    if (expression !== null && (expression.kind === undefined || expression.kind === 'AEXPR_OP')) {
      const left = this.aggregated(expression.lexpr, rows);
      const right = this.aggregated(expression.rexpr, rows);
      const variable = (parts: readonly string[]) =>
        parts[0] === '\0left' ? left : parts[0] === '\0right' ? right : undefined;
      const put = (name: string): Node => ({ ColumnRef: { fields: [{ String: { sval: name } }] } });
      return evaluate(
        { A_Expr: { ...expression, lexpr: put('\0left'), rexpr: put('\0right') } },
        { ...this.outer, variable },
      );
    }
    if (hasAggregate(node)) return unknown('an expression of aggregates is not computed');
    return evaluate(node, this.scope(rows[0]?.bindings ?? []));
  }

  private limited({ limitCount, limitOffset }: SelectStmt, { columns, rows }: Rows): Rows {
    const from = limitOffset === undefined ? 0 : evaluate(limitOffset, this.outer);
    const count = limitCount === undefined ? null : evaluate(limitCount, this.outer);
    if (from === 0 && count === null) return { columns, rows };
    const isSure = rows.every(({ doubt }) => doubt === null);
    if (!isSure)
      return {
        columns,
        rows:
          typeof count === 'number' && count > 0 && from === 0 && rows[0]?.doubt === null
            ? rows.slice(0, 1)
            : rows.map((one) => ({ ...one, doubt: one.doubt ?? 'which rows come first is not known' })),
      };
    if (typeof from !== 'number' || (count !== null && typeof count !== 'number'))
      return { ...opaque('how many rows are taken is not known'), columns };
    return { columns, rows: rows.slice(from, count === null ? undefined : from + count) };
  }

  private scope(bindings: readonly Binding[]): Scope {
    const query = (select: SelectStmt, scope: Scope): Rows => {
      const inner = new QueryReader(scope);
      for (const [name, rows] of this.named) inner.named.set(name, rows);
      return inner.rows(select);
    };
    return { ...this.outer, query, bindings: [...this.outer.bindings, ...bindings] };
  }
}

const asRangeFunction = (node: Node) => asNode(node, 'RangeFunction');
const asJoin = (node: Node) => asNode(node, 'JoinExpr');

const AGGREGATES: ReadonlySet<string> = new Set([
  'count',
  'min',
  'max',
  'array_agg',
  'string_agg',
  'bool_or',
  'bool_and',
  'sum',
  'avg',
  'every',
  'json_agg',
  'jsonb_agg',
]);

function hasAggregate(node: Node | undefined): boolean {
  let found = false;
  walk(node, ({ kind, value }) => {
    if (kind === 'SubLink') return false;
    if (kind === 'FuncCall' && AGGREGATES.has(qualified(stringsOf(value.funcname)).name)) found = true;
    return true;
  });
  return found;
}

function opaque(reason: string): Rows {
  return { columns: [], rows: [{ values: [], doubt: reason }] };
}

function filtered(one: Joined, where: Node | undefined, outer: Scope): readonly Joined[] {
  if (where === undefined) return [one];
  const test = truthOf(evaluate(where, { ...outer, bindings: [...outer.bindings, ...one.bindings] }));
  if (test === false || test === null) return [];
  return isObject(test) ? [{ ...one, doubt: one.doubt ?? test.reason }] : [one];
}

function bound({ columns, rows }: Rows, alias: string, names: readonly string[]): readonly Joined[] {
  const own = names.length > 0 ? [...names, ...columns.slice(names.length)] : columns;
  return rows.map(({ values, doubt }) => {
    const isKnown = values.length === own.length && own.length > 0;
    const reason = doubt ?? `a column of "${alias}" is not known`;
    return {
      bindings: [
        {
          alias,
          values: isKnown
            ? Object.fromEntries(own.map((name, index) => [name, values[index] ?? null]))
            : null,
          reason,
        },
      ],
      doubt,
    };
  });
}

/** The tables of an outer join's other side, without a row. */
function nulls(node: Node): readonly Binding[] {
  const relation = asNode(node, 'RangeVar');
  const alias =
    relation?.alias?.aliasname ?? relation?.relname ?? asNode(node, 'RangeSubselect')?.alias?.aliasname ?? '';
  const values = new Proxy<Record<string, Value>>({}, { get: () => null });
  return [{ alias, values, reason: '' }];
}

/** The values of a function that gives a set: `unnest`, `generate_series`; `null` for any other. */
function setOf(node: Node | undefined, scope: Scope): readonly Value[] | null {
  const call = asNode(node, 'FuncCall');
  if (call === null) return null;
  const { name } = qualified(stringsOf(call.funcname));
  const values = () => (call.args ?? []).map((argument) => evaluate(argument, scope));
  if (name === 'unnest' || name === 'regexp_split_to_table' || name === 'string_to_table') {
    const [first = null, by = null] = values();
    if (name !== 'unnest')
      return typeof first === 'string' && typeof by === 'string' && /^[\w, ;|]+$/.test(by)
        ? first.split(by)
        : null;
    return isObject(first) && first.kind === 'list' ? first.items : null;
  }
  if (name === 'generate_series') {
    const [from = null, to = null, step = 1] = values();
    if (typeof from !== 'number' || typeof to !== 'number' || typeof step !== 'number' || step === 0)
      return null;
    if (Math.abs((to - from) / step) > MOST_ROWS) return null;
    const numbers: number[] = [];
    for (let one = from; step > 0 ? one <= to : one >= to; one += step) numbers.push(one);
    return numbers;
  }
  return scope.callSet(qualified(stringsOf(call.funcname)), values);
}

function columnsOf({ targetList }: SelectStmt): readonly string[] {
  return allOf(targetList, 'ResTarget').map(({ name, val }) => name ?? nameOf(val));
}

/** What the server calls a column without a name (FigureColname in parse_target.c). */
function nameOf(node: Node | undefined): string {
  const column = stringsOf(asNode(node, 'ColumnRef')?.fields).at(-1);
  if (column !== undefined) return column;
  const call = asNode(node, 'FuncCall');
  if (call !== null) return qualified(stringsOf(call.funcname)).name;
  const cast = asNode(node, 'TypeCast');
  return cast === null ? '?column?' : nameOf(cast.arg);
}

function starColumns(one: Joined | undefined): readonly string[] {
  return (one?.bindings ?? []).flatMap(({ values }) => (values === null ? ['?'] : Object.keys(values)));
}

function distinct({ columns, rows }: Rows): Rows {
  const seen = new Set<string>();
  const kept = rows.filter(({ values, doubt }) => {
    if (doubt !== null || values.some((value) => reasonOf(value) !== null)) return true;
    const key = JSON.stringify(
      values.map((value) => (isObject(value) && value.kind === 'oid' ? value.key : textOf(value))),
    );
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
  return { columns, rows: kept };
}
