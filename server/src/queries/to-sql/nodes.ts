// A query as Ecto has it after its macros have run (`%Ecto.Query{}`), and the expressions in it.
// Sources are numbered by their position: the one of `from` is 0, joins follow.

import type { ResolvedSchema } from '../../ecto/resolve.js';
import type { Span } from '../../text/span.js';
import type { EctoType } from './types.js';

/** A value that the program hands over: `^id`, and what Ecto adds by itself. */
export interface Param {
  /** As it is written: `org.id`. */
  readonly text: string;
  readonly span: Span | null;
  /** Of the field or cast that it stands beside, where that is known. */
  readonly type: Quoted;
}

export type Literal =
  | { readonly type: 'string' | 'atom'; readonly value: string }
  /** As digits: integers of Elixir have no largest one. */
  | { readonly type: 'integer' | 'float'; readonly value: string }
  | { readonly type: 'boolean'; readonly value: boolean };

/** A type as it is written in a query: it may be that of a field, which is known when the sources are. */
export type Quoted =
  | EctoType
  | FieldRef
  | { readonly kind: 'list-of' | 'element-of'; readonly of: Quoted }
  | { readonly kind: 'tuple'; readonly of: readonly Quoted[] };

export interface FieldRef {
  readonly kind: 'field';
  readonly of: SourceRef;
  readonly field: string;
  readonly span: Span | null;
}

/** A position, or the name of a binding: `as(:post)`, `parent_as(:post)`. */
export type SourceRef =
  | { readonly kind: 'at'; readonly index: number }
  | { readonly kind: 'as' | 'parent-as'; readonly name: string };

export type Node =
  | { readonly kind: 'param'; readonly param: Param }
  | FieldRef
  /** All of a source: `p`. */
  | { readonly kind: 'source'; readonly index: number; readonly span: Span | null }
  | { readonly kind: 'null' }
  | {
      readonly kind: 'literal';
      readonly literal: Literal;
      readonly expected: Quoted;
      readonly span: Span | null;
    }
  /** `<<1, 2>>`, as hexadecimal digits. */
  | { readonly kind: 'bytes'; readonly hex: string }
  /** `type(value, :integer)`. */
  | { readonly kind: 'typed'; readonly value: Node; readonly type: Quoted; readonly span: Span | null }
  /** An operator or a function. */
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Node[]; readonly distinct?: true }
  | { readonly kind: 'in'; readonly left: Node; readonly right: Node }
  | { readonly kind: 'list' | 'tuple'; readonly items: readonly Node[] }
  | { readonly kind: 'fragment'; readonly parts: readonly (string | Node)[] }
  /** What stands in the text as it is: an identifier, a constant. */
  | { readonly kind: 'raw'; readonly text: string }
  | { readonly kind: 'subquery'; readonly plan: Plan }
  | { readonly kind: 'selected-as'; readonly name: string }
  | {
      readonly kind: 'interval';
      readonly to: 'timestamp' | 'date';
      readonly base: Node;
      readonly count: Node;
      readonly unit: string;
    }
  | {
      readonly kind: 'json';
      readonly field: FieldRef;
      readonly path: readonly (string | number | FieldRef)[];
    }
  | { readonly kind: 'filter'; readonly call: Node; readonly condition: Node }
  /** Over a window that has a name, or over one that is written there. */
  | { readonly kind: 'over'; readonly call: Node; readonly window: string | WindowSpec }
  | SelectNode;

/** What only stands in a select: how values are put together in the program. */
export type SelectNode =
  | { readonly kind: 'map'; readonly struct: string | null; readonly pairs: readonly SelectPair[] }
  /** `%{data | key: value}`. */
  | {
      readonly kind: 'updated';
      readonly struct: string | null;
      readonly data: Node;
      readonly pairs: readonly SelectPair[];
    }
  | { readonly kind: 'merge'; readonly left: Node; readonly right: Node }
  /** `selected_as(value, :name)`. */
  | { readonly kind: 'named'; readonly name: string; readonly value: Node };

export interface SelectPair {
  /** `null` where it is no atom. */
  readonly key: string | null;
  readonly keyNode: Node | null;
  readonly value: Node;
}

export interface WindowSpec {
  readonly partitionBy: readonly Node[] | null;
  readonly orderBy: readonly Ordered[] | null;
  readonly frame: Node | null;
}

export interface Ordered {
  readonly direction: string;
  readonly by: Node;
}

/** A condition, and how it is tied to those before it. */
export interface Filter {
  readonly operator: 'and' | 'or';
  readonly condition: Node;
}

export type SourceSpec =
  /** `explicit`: it was given as `{"table", Schema}` or by a query, so the schema's own prefix does not count by itself. */
  | {
      readonly kind: 'schema';
      readonly schema: ResolvedSchema;
      readonly table: string;
      readonly explicit: boolean;
    }
  | { readonly kind: 'table'; readonly table: string }
  | { readonly kind: 'fragment'; readonly fragment: Node }
  | { readonly kind: 'subquery'; readonly plan: Plan }
  | { readonly kind: 'association'; readonly of: number; readonly name: string; readonly span: Span | null }
  /** A query that is joined as it is. */
  | { readonly kind: 'query'; readonly plan: Plan };

export interface JoinSpec {
  readonly qualifier: string;
  readonly source: SourceSpec;
  readonly prefix: string | null;
  readonly name: string | null;
  /** `null` for one that is always true. */
  on: Node | null;
  readonly span: Span | null;
}

export interface SelectSpec {
  readonly expr: Node;
  /** Fields that are taken of a source, by its position. */
  readonly take: ReadonlyMap<number, Take>;
}

export interface Take {
  readonly kind: 'any' | 'map' | 'struct';
  readonly fields: readonly TakenField[];
}

/** A field, or the fields of an association. */
export type TakenField = string | { readonly association: string; readonly fields: readonly TakenField[] };

/** `preload: [comments: c]`. */
export interface PreloadedJoin {
  readonly association: string;
  readonly index: number;
  readonly children: readonly PreloadedJoin[];
}

export type UpdateOperator = 'set' | 'inc' | 'push' | 'pull';

export interface UpdateSpec {
  readonly operator: UpdateOperator;
  readonly field: string;
  readonly value: Node;
}

export interface CteSpec {
  readonly name: string;
  readonly materialized: boolean | null;
  readonly operation: 'all' | 'update_all' | 'delete_all';
  readonly of: Plan | Node;
}

/** A query. It is put together step by step; once it is planned nothing changes any more. */
export interface Plan {
  source: SourceSpec;
  /** Of `from`: what was written, or the schema's. */
  sourcePrefix: string | null;
  /** Of the whole query. */
  prefix: string | null;
  joins: JoinSpec[];
  /** Positions of bindings by their names. */
  readonly names: Map<string, number>;
  sourceName: string | null;
  ctes: CteSpec[];
  recursive: boolean;
  select: SelectSpec | null;
  distinct: boolean | readonly Ordered[] | null;
  wheres: Filter[];
  havings: Filter[];
  groupBys: (readonly Node[])[];
  windows: { readonly name: string; readonly spec: WindowSpec }[];
  combinations: { readonly operator: string; readonly plan: Plan }[];
  orderBys: (readonly Ordered[])[];
  limit: Node | null;
  withTies: boolean;
  offset: Node | null;
  lock: string | Node | null;
  updates: UpdateSpec[];
  preloads: boolean;
  preloadedJoins: PreloadedJoin[];
  readonly span: Span | null;
}

export function planFrom(source: SourceSpec, sourcePrefix: string | null, span: Span | null): Plan {
  return {
    source,
    sourcePrefix,
    prefix: null,
    joins: [],
    names: new Map(),
    sourceName: null,
    ctes: [],
    recursive: false,
    select: null,
    distinct: null,
    wheres: [],
    havings: [],
    groupBys: [],
    windows: [],
    combinations: [],
    orderBys: [],
    limit: null,
    withTies: false,
    offset: null,
    lock: null,
    updates: [],
    preloads: false,
    preloadedJoins: [],
    span,
  };
}

export function fieldAt(index: number, field: string, span: Span | null = null): FieldRef {
  return { kind: 'field', of: { kind: 'at', index }, field, span };
}

export function call(name: string, ...args: readonly Node[]): Node {
  return { kind: 'call', name, args };
}

/** Both conditions; `null` stands for one that is always true. */
export function conjunction(operator: 'and' | 'or', left: Node | null, right: Node | null): Node | null {
  if (left === null || right === null) return left ?? right;
  return call(operator, left, right);
}
