// Queries of Ecto.Query, as far as a migration needs them: which table they write to. Nothing else in them is read.

import type { Call, Expr } from '../../syntax/elixir/nodes.js';
import { evaluate } from './evaluate.js';
import type { Run, Scope } from './run.js';
import type { Located, Value } from './values.js';

const MACROS: ReadonlySet<string> = new Set(
  (
    'from dynamic windows join with_cte select select_merge distinct where or_where order_by prepend_order_by union ' +
    'union_all except except_all intersect intersect_all limit offset lock update group_by having or_having preload ' +
    'subquery exclude first last put_query_prefix recursive_ctes reverse_order'
  ).split(' '),
);

/** Whether a local call is one of Ecto.Query, which the module or the function imports. */
export function isQueryMacro(
  { module }: Scope,
  { name, args, keywords }: Call,
  piped: readonly Located[],
): boolean {
  if (!MACROS.has(name)) return false;
  // What a query can be made of stands before the pipe.
  if (/^(?:query|text|module)$/.test(piped[0]?.value.kind ?? '')) return true;
  const [first] = args;
  const isFrom = name === 'from' && (first?.kind === 'binary' || keywords.length > 0);
  return isFrom || module.references.some((reference) => reference.module === 'Ecto.Query');
}

/** @param piped what stands before a pipe */
export function queryValue(run: Run, scope: Scope, call: Call, piped: readonly Located[]): Value {
  const [first] = call.args;
  const [before] = piped;
  if (before !== undefined)
    return { kind: 'query', table: sourceOf(run, before), ...reachOf(before.value, call) };
  if (first === undefined || call.name === 'dynamic' || call.name === 'windows')
    return { kind: 'query', table: null, rows: 'some', narrowed: false };
  const source = first.kind === 'binary' && first.operator === 'in' ? first.right : first;
  const value = evaluate(run, scope, source);
  return { kind: 'query', table: sourceOf(run, { value, span: source.span }), ...reachOf(value, call) };
}

/** Parts of a query that leave rows out. */
const FILTERS =
  /^(?:where|or_where|(?:\w+_)?join|having|or_having|limit|offset|distinct|group_by|intersect|except)$/;

/** Which rows a query finds when the call has been applied to what it is made of. */
function reachOf(source: Value, call: Call): { readonly rows: 'all' | 'some'; readonly narrowed: boolean } {
  const inner = source.kind === 'query' ? source : { rows: 'all' as const, narrowed: false };
  const own = { name: call.name, values: call.name === 'from' ? [] : [...call.args, ...call.keywords] };
  const parts = call.keywords.map(({ key, value }) => ({
    name: key.kind === 'atom' ? key.value : '',
    values: [value],
  }));
  const filters = [own, ...parts].filter(({ name }) => FILTERS.test(name));
  const narrows = filters.some(({ name, values }) => name === 'limit' || values.some(comparesWithValue));
  return {
    rows: filters.length > 0 ? 'some' : inner.rows,
    narrowed: inner.narrowed || narrows,
  };
}

const COMPARES: ReadonlySet<string> = new Set(['==', 'in', '<', '<=', '>', '>=']);

/** `p.id == ^id`, `u.role in ["a", "b"]`, and the shorthand `where: [role: "a"]`. */
function comparesWithValue(expr: Expr): boolean {
  switch (expr.kind) {
    case 'binary':
      if (expr.operator === 'and' || expr.operator === 'or')
        return comparesWithValue(expr.left) || comparesWithValue(expr.right);
      return COMPARES.has(expr.operator) && [expr.left, expr.right].some(isValue);
    case 'group':
    case 'list':
      return expr.items.some(comparesWithValue);
    case 'pair':
      return isValue(expr.value);
    default:
      return false;
  }
}

/** A literal, or something pinned. */
function isValue({ kind }: Expr): boolean {
  return /^(?:atom|number|text|list|unary)$/.test(kind);
}

/** The table that a source of rows names: `"posts"`, `Post` where its schema is in the file, `{"posts", Post}`, a query. */
export function sourceOf(run: Run, { value, span }: Located): Located | null {
  switch (value.kind) {
    case 'text':
      return { value, span };
    case 'query':
      return value.table;
    case 'tuple': {
      const [table] = value.items;
      return table?.value.kind === 'text' ? table : null;
    }
    case 'module': {
      const name = run.tables.get(value.name);
      return name === undefined ? null : { value: { kind: 'atom', name, holes: [] }, span };
    }
    default:
      return null;
  }
}
