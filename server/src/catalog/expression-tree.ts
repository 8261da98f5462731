// What an expression says, as plain data without places: enough to say how the server will spell it (see deparse/).
// All parts of a node are in `args`, whatever they mean, so that a change of names walks every kind in the same way.

import type { TypeName } from './types.js';

/** A type without the place where it was written. */
export type TreeType = Pick<TypeName, 'schema' | 'name' | 'modifiers' | 'arrayDimensions'>;

export type ExpressionTree = Leaf | Branch;

type Leaf = Literal | ColumnReading | SqlValue;

/** An undecorated constant, as the grammar gives it. */
export interface Literal {
  readonly kind: 'literal';
  readonly type: 'integer' | 'decimal' | 'string' | 'boolean' | 'bits' | 'null';
  readonly value: string;
}

export interface ColumnReading {
  readonly kind: 'column';
  readonly name: string;
}

/** `CURRENT_TIMESTAMP` and its kin. */
export interface SqlValue {
  readonly kind: 'value';
  readonly name: string;
  readonly precision: number | null;
}

type Branch = (
  | { readonly kind: 'call'; readonly schema: string | null; readonly name: string; readonly syntax: boolean }
  | { readonly kind: 'operator'; readonly name: string }
  /** `left operator ANY (right)`. */
  | { readonly kind: 'quantified'; readonly name: string; readonly all: boolean }
  /** `args[0] IN (the others)`. */
  | { readonly kind: 'in'; readonly negated: boolean }
  | { readonly kind: 'between'; readonly negated: boolean; readonly symmetric: boolean }
  | { readonly kind: 'boolean'; readonly name: 'AND' | 'OR' | 'NOT' }
  /** `IS [NOT] NULL`, `IS [NOT] TRUE`, …: `name` is what follows IS. */
  | { readonly kind: 'test'; readonly name: string }
  | { readonly kind: 'distinct'; readonly negated: boolean }
  | { readonly kind: 'form'; readonly name: 'COALESCE' | 'GREATEST' | 'LEAST' | 'NULLIF' }
  /** The subject if there is one, then pairs of WHEN and THEN, then the ELSE if there is one. */
  | { readonly kind: 'case'; readonly subject: boolean; readonly otherwise: boolean }
  | { readonly kind: 'array' }
  | { readonly kind: 'cast'; readonly type: TreeType }
  /** What a column's default became when the column's type was changed: it had been made for this type. */
  | { readonly kind: 'made-for'; readonly type: TreeType }
  | { readonly kind: 'collate'; readonly name: string }
  /** `args[0][args[1]]…`. */
  | { readonly kind: 'subscript' }
) & { readonly args: readonly ExpressionTree[] };

/** The tree with every node replaced by what `change` makes of it, innermost first; the same object when nothing changes. */
export function changeTree(
  tree: ExpressionTree,
  change: (node: ExpressionTree) => ExpressionTree,
): ExpressionTree {
  if (!('args' in tree)) return change(tree);
  const args = tree.args.map((arg) => changeTree(arg, change));
  return change(args.every((arg, index) => arg === tree.args[index]) ? tree : { ...tree, args });
}
