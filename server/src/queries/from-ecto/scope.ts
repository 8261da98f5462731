// What is known while a function is read: what its variables hold, the queries that it has made, and those that it runs.

import { type Environment, resolveAlias } from '../../syntax/elixir/aliases.js';
import type { Clause, Expr, Pair, Unary } from '../../syntax/elixir/nodes.js';
import type { SqlParser } from '../../syntax/sql/parse.js';
import type { Query } from '../query.js';
import type { Building } from './building.js';

export type Value =
  | { readonly kind: 'query'; readonly building: Building }
  /** `dynamic([p], …)`, not yet applied to a query. */
  | {
      readonly kind: 'dynamic';
      readonly bindings: Expr | null;
      readonly condition: Expr;
      readonly scope: Scope;
    }
  | FunctionValue
  /** `&where(&1, …)`. */
  | CaptureValue
  /** A literal, an alias or a list of them, as it is written. */
  | { readonly kind: 'written'; readonly expr: Expr }
  | { readonly kind: 'tuple'; readonly items: readonly Value[] }
  | { readonly kind: 'unknown' };

export interface FunctionValue {
  readonly kind: 'function';
  readonly clauses: readonly Clause[];
  /** As it was where the function stands. */
  readonly scope: Scope;
}

export interface CaptureValue {
  readonly kind: 'capture';
  readonly body: Expr;
  readonly scope: Scope;
}

export const unknownValue: Value = { kind: 'unknown' };

/** One block of code: what it binds is not seen outside of it. */
export interface Scope {
  readonly variables: Map<string, Value>;
  environment: Environment;
  readonly reader: Reader;
}

/** What is collected while one function is read. */
export interface Reader {
  readonly sql: SqlParser;
  /** Reads an expression, and all queries in it. */
  evaluate(expr: Expr, scope: Scope): Value;
  /** What a function gives for these arguments. */
  call(fn: Value, args: readonly Value[]): Value;
  /** Reads what `preload` is given: the queries in it read rows that hang on others. */
  preload(expr: Expr, scope: Scope): void;
  readonly module: string | null;
  readonly within: Query['within'];
  /** Queries that are run, by the place of what runs them, so that code that is read twice counts once. */
  readonly found: Map<string, Query>;
  /** Queries that nothing has run or built upon yet. */
  readonly loose: Set<Building>;
  /** Anonymous functions that nothing has called yet: what they do is read last. */
  readonly uncalled: Set<FunctionValue | CaptureValue>;
  /** For a query that went through a function that we do not look into, the query that it was before. */
  readonly origins: Map<Building, Building>;
  /** How many functions are being applied: ends what would go on for ever. */
  depth: number;
}

export function innerScope({ variables, environment, reader }: Scope): Scope {
  return { variables: new Map(variables), environment, reader };
}

export function moduleName(scope: Scope, name: string): string {
  return resolveAlias(name, scope.environment);
}

/** Says that a query was made from others, which are then no queries of their own. */
export function made(scope: Scope, building: Building, from: readonly Building[]): Value {
  for (const used of from) use(scope, used);
  scope.reader.loose.add(building);
  return { kind: 'query', building };
}

/** Says that a query is a part of another one, or is run. */
export function use({ reader }: Scope, building: Building): void {
  for (let used: Building | undefined = building; used !== undefined; used = reader.origins.get(used)) {
    reader.loose.delete(used);
  }
}

export function isPinned(expr: Expr): expr is Unary {
  return expr.kind === 'unary' && expr.operator === '^';
}

/** The pairs of a keyword list, bracketed or not; `null` when the expression is something else. */
export function pairsIn(expr: Expr | undefined): readonly Pair[] | null {
  if (expr?.kind !== 'list') return null;
  const pairs = expr.items.filter((item): item is Pair => item.kind === 'pair');
  return pairs.length === expr.items.length ? pairs : null;
}

/** The atom that an expression is, also `^name` where the variable is known to hold one. */
export function atomIn(scope: Scope, expr: Expr): string | null {
  if (expr.kind === 'atom') return expr.value;
  if (!isPinned(expr)) return null;
  const value = scope.reader.evaluate(expr.operand, scope);
  return value.kind === 'written' && value.expr.kind === 'atom' ? value.expr.value : null;
}

export function keyOfPair({ key }: Pair): string | null {
  return key.kind === 'atom' ? key.value : null;
}

/** The value as people would write it, as far as it is short: `org.id`, `socket.assigns.org_id`. */
export function textOf(expr: Expr): string {
  switch (expr.kind) {
    case 'variable':
    case 'alias':
      return expr.name;
    case 'atom':
      return /^(?:true|false|nil)$/.test(expr.value) ? expr.value : `:${expr.value}`;
    case 'number':
      return expr.value;
    case 'text':
      return expr.value === null ? '"…"' : JSON.stringify(expr.value);
    case 'attribute':
      return `@${expr.name}`;
    case 'access':
      return `${textOf(expr.container)}[${textOf(expr.key)}]`;
    case 'unary':
      return `${expr.operator}${textOf(expr.operand)}`;
    case 'call': {
      const receiver = expr.receiver === null ? '' : `${textOf(expr.receiver)}.`;
      const args = expr.args.length + expr.keywords.length > 0 ? '(…)' : expr.parenthesized ? '()' : '';
      return `${receiver}${expr.name}${args}`;
    }
    default:
      return '…';
  }
}
