// A query as far as the names and types of its columns, and what it rests on, follow from it. It is resolved against the catalog
// when the operation is applied (catalog/query-columns.ts). See ../operation.ts.

import type { Name } from '../names.js';
import type { TypeName } from '../types.js';

export type QueryShape = SelectShape | SetShape | ValuesShape | OpaqueShape;

export interface SelectShape {
  readonly kind: 'select';
  readonly ctes: readonly CteShape[];
  readonly from: readonly SourceShape[];
  readonly outputs: readonly OutputShape[];
  /** What else it reads: WHERE, ON, GROUP BY, ORDER BY and so on. */
  readonly conditions: readonly ValueShape[];
}

/** UNION, INTERSECT, EXCEPT. */
export interface SetShape {
  readonly kind: 'set';
  readonly ctes: readonly CteShape[];
  readonly left: QueryShape;
  readonly right: QueryShape;
}

export interface ValuesShape {
  readonly kind: 'values';
  readonly ctes: readonly CteShape[];
  readonly rows: readonly (readonly ValueShape[])[];
}

export interface OpaqueShape {
  readonly kind: 'opaque';
  /** For people, as a clause. */
  readonly reason: string;
}

export interface CteShape {
  readonly name: string;
  readonly columns: readonly string[];
  readonly recursive: boolean;
  readonly query: QueryShape;
}

export type SourceShape =
  | {
      readonly kind: 'relation';
      readonly relation: Name;
      readonly alias: string | null;
      readonly columns: readonly string[];
    }
  | {
      readonly kind: 'subquery';
      readonly query: QueryShape;
      readonly alias: string | null;
      readonly columns: readonly string[];
    }
  | JoinShape
  | FunctionShape
  | { readonly kind: 'opaque'; readonly alias: string | null; readonly reads: readonly ValueShape[] };

export interface JoinShape {
  readonly kind: 'join';
  readonly left: SourceShape;
  readonly right: SourceShape;
  readonly using: readonly string[];
  readonly natural: boolean;
  readonly condition: ValueShape | null;
  readonly alias: string | null;
  readonly columns: readonly string[];
  /** `USING (…) AS alias`. */
  readonly usingAlias: string | null;
}

/** A function in FROM; of `ROWS FROM` several. */
export interface FunctionShape {
  readonly kind: 'function';
  readonly calls: readonly {
    readonly value: ValueShape;
    /** Of one that gives records; empty when none are written. */
    readonly columns: readonly DefinedColumn[];
  }[];
  readonly ordinality: boolean;
  readonly alias: string | null;
  readonly columns: readonly string[];
}

export interface DefinedColumn {
  readonly name: string;
  readonly type: TypeName;
}

export type OutputShape =
  /** `*`, `t.*`, `schema.t.*`; `of` is empty for all. */
  | { readonly kind: 'star'; readonly of: readonly string[] }
  /** `(row).*` */
  | { readonly kind: 'fields'; readonly value: ValueShape }
  | { readonly kind: 'value'; readonly name: string; readonly value: ValueShape };

export type ValueShape =
  /** A column, or a whole row, by its name, outermost part first. */
  | { readonly kind: 'column'; readonly parts: readonly string[] }
  /** A constant; `null` for a string or NULL, whose type is what its place asks for. */
  | { readonly kind: 'literal'; readonly type: TypeName | null }
  | { readonly kind: 'cast'; readonly value: ValueShape; readonly type: TypeName }
  /** A call; a special form by the function's name that the server has for it. */
  | { readonly kind: 'call'; readonly name: readonly string[]; readonly args: readonly ValueShape[] }
  | { readonly kind: 'operator'; readonly name: string; readonly args: readonly ValueShape[] }
  /** Of a type that does not depend on the parts: AND, IS NULL, EXISTS, IN. */
  | { readonly kind: 'typed'; readonly type: TypeName; readonly parts: readonly ValueShape[] }
  /** CASE, COALESCE, GREATEST: of the type that all the branches have in common. */
  | {
      readonly kind: 'common';
      readonly branches: readonly ValueShape[];
      readonly parts: readonly ValueShape[];
    }
  | { readonly kind: 'scalar'; readonly query: QueryShape }
  /** `ARRAY(SELECT …)`. */
  | { readonly kind: 'array-of'; readonly query: QueryShape }
  /** EXISTS, IN (SELECT …), ANY (SELECT …): a boolean. */
  | { readonly kind: 'test'; readonly query: QueryShape; readonly parts: readonly ValueShape[] }
  | { readonly kind: 'array'; readonly elements: readonly ValueShape[] }
  | {
      readonly kind: 'element';
      readonly value: ValueShape;
      readonly slice: boolean;
      readonly parts: readonly ValueShape[];
    }
  | { readonly kind: 'field'; readonly value: ValueShape; readonly field: string }
  | { readonly kind: 'row'; readonly parts: readonly ValueShape[] }
  /** Of no known type; without parts it is not known either what it rests on. */
  | { readonly kind: 'opaque'; readonly parts: readonly ValueShape[] };
