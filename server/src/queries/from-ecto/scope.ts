// What is known while a function is read: what its variables hold, the queries that it has made, and those that it runs.

import { type Environment, resolveAlias } from '../../syntax/elixir/aliases.js';
import type { Body, Clause, Expr, Pair, Unary } from '../../syntax/elixir/nodes.js';
import type { SqlParser } from '../../syntax/sql/parse.js';
import type { Span } from '../../text/span.js';
import type { Origin, Query } from '../query.js';
import type { Building } from './building.js';
import type { ModuleCode } from './code.js';
import type { Project } from './project.js';

export type Value =
  | { readonly kind: 'query'; readonly building: Building }
  /** `dynamic([p], …)`, not yet applied to a query. */
  | {
      readonly kind: 'dynamic';
      readonly bindings: Expr | null;
      readonly condition: Expr;
      readonly scope: Scope;
    }
  | DynamicsValue
  | FunctionValue
  /** `&where(&1, …)`. */
  | CaptureValue
  | NamedFunction
  | WrittenValue
  | { readonly kind: 'tuple'; readonly items: readonly Value[] }
  /** A struct, or a map that holds a query. */
  | RecordValue
  | UnknownValue;

/** One of several conditions, of which the program chooses one. */
export interface DynamicsValue {
  readonly kind: 'dynamics';
  readonly of: readonly Value[];
  /**
   * Of a loop that only adds to the condition that it starts from: that one. Which of them it adds, and so what all of it asks, is said by
   * a list that is not seen.
   */
  readonly start: Value | null;
}

/** A literal, an alias or a list of them, as it is written. */
export interface WrittenValue {
  readonly kind: 'written';
  readonly expr: Expr;
  /** What the parts of a list, tuple or map are worth, in their order; what a pair is worth is its value. */
  readonly parts?: readonly Value[];
  /** See {@link Building.depth}; left out: where it is used. */
  readonly depth?: number;
}

/** A value of the program that we do not see. */
export interface UnknownValue {
  readonly kind: 'unknown';
  readonly origin?: Origin;
  /** The variable of the function's head that it is, or is taken from. */
  readonly param?: string;
  /** The name under which a client sends it: `"org_id"` of `%{"org_id" => id}`. */
  readonly sent?: string;
  /** As the function that was called with it wrote it; left out where that is how it is written here. */
  readonly text?: string;
  /** It is certainly not `nil`. */
  readonly present?: boolean;
  /** It is an id of a row, and so no atom that stands for something else, as `:all` does. */
  readonly isKey?: boolean;
  /** The module of the struct that it certainly is, where it is one row. */
  readonly schema?: string;
  /** What it is to the code around: its fields have origins of their own. */
  readonly role?: Role;
  /** The rows that a query or a function gave. */
  readonly rows?: Rows;
  /** The column of such rows that it is. */
  readonly column?: { readonly rows: Rows; readonly name: string };
  /** The struct that it was made of, by its fields: `%Post{} |> Post.changeset(attrs)`. */
  readonly struct?: RecordValue;
  /** Why it is not seen, as a clause for people, where there is more to say than that it comes from elsewhere. */
  readonly why?: string;
}

/** A map or struct by its keys. */
export interface RecordValue {
  readonly kind: 'record';
  readonly entries: ReadonlyMap<string, Value>;
}

/** The connection of a request, the socket of a page or channel, a background job, what a resolver knows of its request. */
export type Role = 'conn' | 'socket' | 'job' | 'resolution';

/** Rows that a query or a function gave. */
export interface Rows {
  /** Columns of them that are compared with a value that is not the client's. */
  readonly compared: string[];
  /** Functions that decide what someone may do and were given them: `Policy.authorize`. */
  readonly authorizedBy: string[];
  /** The client has chosen them, at least in part. */
  readonly byClient: boolean;
  /** By values that it sends under these names. */
  readonly sent: readonly string[];
  /** Rows that they were made of: `post |> Post.changeset(attrs)`. */
  readonly madeOf: readonly Rows[];
}

export function newRows(byClient: boolean, madeOf: readonly Rows[] = [], sent: readonly string[] = []): Rows {
  return { compared: [], authorizedBy: [], byClient, sent, madeOf };
}

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

/** `&filter/2`, `&Posts.filter/2`. */
export interface NamedFunction {
  readonly kind: 'named-function';
  /** How it is called. */
  readonly name: Expr;
  readonly scope: Scope;
  /** What it gives to whom it is handed, where it is a function of the project. */
  readonly rows?: Rows;
}

export const unknownValue: UnknownValue = { kind: 'unknown' };

/** Why an expression is not read that the parser leaves out. */
export const TOO_DEEP = 'a part of it is nested too deep, or its syntax is not read';

/** One block of code: what it binds is not seen outside of it. */
export interface Scope {
  readonly variables: Variables;
  environment: Environment;
  readonly reader: Reader;
  readonly frame: Frame;
}

/** The function that a piece of code stands in. */
export interface Frame {
  /** How many calls lie between the function that is read and this one; 0 for itself. */
  readonly depth: number;
  /** The call of the function that is read by which this one is reached. */
  readonly call: FrameCall | null;
  readonly module: ModuleCode | null;
  /** Names of the functions in which it is called, outermost first. */
  readonly callers: readonly string[];
}

export interface FrameCall {
  /** As written: `Posts.list`. */
  readonly name: string;
  /** Of the name, with its module. */
  readonly span: Span;
  /** The full name of its module; `null` for a local call. */
  readonly module: string | null;
}

/** What is collected while one function is read. */
export interface Reader {
  readonly sql: SqlParser;
  /** Reads an expression, and all queries in it. */
  evaluate(expr: Expr, scope: Scope): Value;
  /** What a function's body gives. */
  body(body: Body, scope: Scope): Value;
  /** What a function gives for these arguments. */
  call(fn: Value, args: readonly Value[]): Value;
  /** Reads what `preload` is given: the queries in it read rows that hang on others. */
  preload(expr: Expr, scope: Scope): void;
  readonly module: string | null;
  readonly within: Query['within'];
  readonly project: Project;
  /** Calls of functions of the project, by the place of the call. */
  readonly calls: Map<string, ProjectCall>;
  /** Values that may be the client's, as they are written, that something has checked against what the code vouches for. */
  readonly checked: Set<string>;
  /** The same by the names under which the client sends them. */
  readonly checkedNames: Set<string>;
  /** Names of such values that are checked before the function is called: by the plugs of its controller. */
  readonly checkedBefore: ReadonlySet<string>;
  /** How many functions of the project have been followed. */
  followed: number;
  /** How many times something that runs a query was met, also below the function itself. */
  run: number;
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
  /** Whether the steps of queries are kept: see `steps.ts`. */
  readonly records: boolean;
  /** What is put into texts of the function itself, by where it begins in the file; `null` where nobody wants to know. */
  readonly putIn: Map<number, Value> | null;
}

/** A call of a function of the project, for those who want to know what its callers do. */
export interface ProjectCall {
  /** `Shop.Posts.get_post/1`: with the number of its parameters. */
  readonly callee: string;
  /** Positions of the parameters that are given a value of the client. */
  readonly client: readonly number[];
  /** All of these values are checked before against what the code vouches for. */
  readonly checked: boolean;
  readonly rows: Rows;
  /** It is only named here, for others to call: `&Posts.get_post/1`. */
  readonly captured: boolean;
  readonly from: CallPlace;
}

/** The function in which a call stands. */
export interface CallPlace {
  readonly module: string | null;
  /** As `name/arity`; `null` for code that stands in no function. */
  readonly name: string | null;
  /** Variables that it gets from its own callers. */
  readonly given: readonly string[];
}

/** What variables hold, those of the code around included. */
export class Variables {
  private own: Map<string, Value> | null = null;

  constructor(private readonly around: Variables | null = null) {}

  get(name: string): Value | undefined {
    return this.own?.get(name) ?? this.around?.get(name);
  }

  set(name: string, value: Value): void {
    this.own ??= new Map();
    this.own.set(name, value);
  }

  /** As they are now: what the code around binds later is not seen. */
  copy(): Variables {
    const copied = new Variables();
    this.addTo(copied);
    return copied;
  }

  private addTo(copied: Variables): void {
    this.around?.addTo(copied);
    for (const [name, value] of this.own ?? []) copied.set(name, value);
  }
}

export function innerScope({ variables, environment, reader, frame }: Scope): Scope {
  return { variables: new Variables(variables), environment, reader, frame };
}

/** The scope as it is now, for code that runs later. */
export function presentScope({ variables, environment, reader, frame }: Scope): Scope {
  return { variables: variables.copy(), environment, reader, frame };
}

export function moduleName(scope: Scope, name: string): string {
  return resolveAlias(name, scope.environment);
}

/** Says that a query was made from others, which are then no queries of their own. */
export function made(scope: Scope, building: Building, from: readonly Building[]): Value {
  for (const used of from) use(scope, used);
  // What a function that is called makes is a query there.
  if (building.depth === 0) scope.reader.loose.add(building);
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

/** It is a value of the client, or one that a caller gives, who may have it from there. */
export function mayBeOfClient({ origin, param }: Pick<UnknownValue, 'origin' | 'param'>): boolean {
  return origin === 'client' || (origin === undefined && param !== undefined);
}

/** Says that these values of the client are checked, by how they are written; what is not written out may be any of several. */
export function addChecked({ checked }: Reader, texts: readonly string[]): void {
  for (const text of texts) {
    if (!text.includes('…')) checked.add(text);
  }
}

/** Says that these values of the client are checked, by the names under which it sends them. */
export function addCheckedNames(
  { checkedNames }: Reader,
  values: readonly Pick<UnknownValue, 'sent'>[],
): void {
  for (const { sent } of values) if (sent !== undefined) checkedNames.add(sent);
}

/** Whether something has checked a value of the client, in the function or before it. */
export function isChecked(
  { checked, checkedBefore }: Reader,
  text: string,
  { sent }: Pick<UnknownValue, 'sent'>,
): boolean {
  return checked.has(text) || (sent !== undefined && checkedBefore.has(sent));
}

/** Pairs without brackets as the list that they are; `null` when there are none. */
export function listOf(pairs: readonly Pair[]): Expr | null {
  const [first] = pairs;
  const last = pairs.at(-1);
  if (first === undefined || last === undefined) return null;
  return { kind: 'list', span: { start: first.span.start, end: last.span.end }, items: pairs };
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

/** A pair, and what its value is worth. */
export interface Entry {
  readonly pair: Pair;
  readonly value: Value;
}

/** The entries of a keyword list or map that is written out, `{:id, id}` among them; `null` for anything else. */
export function entriesOf(value: Value): readonly Entry[] | null {
  const known = knownEntries(value);
  return known === null || known.more ? null : known.entries;
}

/** The same of one that may have more entries than are written out: `Keyword.merge(opts, skip_org_id: true)`. */
export function knownEntries(
  value: Value,
): { readonly entries: readonly Entry[]; readonly more: boolean } | null {
  if (value.kind !== 'written') return null;
  const { expr, parts = [] } = value;
  const items =
    expr.kind === 'list' ? expr.items : expr.kind === 'map' && expr.update === null ? expr.entries : null;
  if (items === null) return null;
  const entries = items.flatMap((item, index): readonly Entry[] => {
    if (item.kind === 'pair') return [{ pair: item, value: parts[index] ?? unknownValue }];
    const [key, value] = item.kind === 'tuple' && item.items.length === 2 ? item.items : [];
    if (key?.kind !== 'atom' || value === undefined) return [];
    const tuple = parts[index];
    const worth =
      tuple?.kind === 'tuple' ? tuple.items[1] : tuple?.kind === 'written' ? tuple.parts?.[1] : undefined;
    return [{ pair: { kind: 'pair', key, value, span: item.span }, value: worth ?? unknownValue }];
  });
  return { entries, more: entries.length < items.length };
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
    case 'map':
      return expr.update === null ? `%{${expr.entries.map(textOf).join(', ')}}` : '…';
    case 'pair':
      return `${textOf(expr.key)} => ${textOf(expr.value)}`;
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
