// How the server would print an expression of the schema: in its own words, with the casts that it put in.
// Other programs compare such texts with ours, so what is not certain is not said.

import type { Catalog, RelationId, Table } from '../catalog.js';
import type { Expression } from '../expression.js';
import type { ExpressionTree } from '../expression-tree.js';
import type { TypeName } from '../types.js';
import { analyse } from './analyse.js';
import { ASSIGNMENT, coerceTo, coerceToBoolean } from './coercion.js';
import { quoteLiteral, spellRelation } from './literals.js';
import { looksLikeCall, print } from './print.js';
import { knowsVersion } from './tables.js';
import type { Typed } from './typed.js';
import { factsOf, resolveType, type World, worldOf } from './world.js';

/** What the expression is for. */
export type ExpressionUse = 'default' | 'generated' | 'index' | 'predicate' | 'check' | 'policy';

export interface ServerTextOptions {
  /** Of the column that has the default or is generated; not needed for other uses. */
  readonly targetType?: TypeName;
  /** The sequence that the column's default draws from, where that is known: its name may have changed. */
  readonly sequence?: RelationId | null;
  /** The major version. */
  readonly postgres: number;
  /** As `pg_get_expr(…, true)` prints; left out, it is so for index keys and predicates alone. */
  readonly pretty?: boolean;
}

/**
 * The text of `pg_get_expr`, of an index key of `pg_get_indexdef(…, n, …)`; of a CHECK what stands in its outermost parentheses.
 * It is what a session with the default search path sees.
 *
 * @param table whose columns it reads
 * @returns `null` when we do not know how the server would print it
 */
export function serverText(
  catalog: Catalog,
  table: Table | null,
  expression: Expression,
  use: ExpressionUse,
  options: ServerTextOptions,
): string | null {
  const { targetType, sequence = null, postgres } = options;
  const { pretty = use === 'index' || use === 'predicate' } = options;
  if (expression.tree === null || !knowsVersion(postgres)) return null;
  const drawsFrom =
    sequence === null || !draws(expression.tree) ? undefined : catalog.relations.get(sequence);
  const world: World = { ...worldOf(catalog, table, postgres), drawsFrom: drawsFrom ?? null };
  const kept = keptExpression(world, expression.tree, use, targetType);
  if (kept === null) return null;
  const text = print(world, kept, pretty);
  // A column in parentheses is a plain key.
  const bare = use !== 'index' || kept.kind === 'column' || looksLikeCall(kept);
  return bare ? text : `(${text})`;
}

/** The default that `serial` makes. */
export function drawingText(catalog: Catalog, sequence: RelationId, postgres: number): string | null {
  const world = worldOf(catalog, null, postgres);
  const relation = catalog.relations.get(sequence);
  return relation === undefined ? null : `nextval(${quoteLiteral(spellRelation(world, relation))}::regclass)`;
}

/** Whether all it does is to call nextval with the name of a sequence. */
function draws(tree: ExpressionTree): boolean {
  if (tree.kind === 'cast' || tree.kind === 'made-for')
    return tree.args[0] !== undefined && draws(tree.args[0]);
  if (tree.kind !== 'call' || tree.name !== 'nextval') return false;
  const [named] = tree.args;
  return named?.kind === 'literal' || (named?.kind === 'cast' && named.args[0]?.kind === 'literal');
}

/** The expression as the server keeps it for its use; `null` when that is not known, or it keeps none. */
export function keptExpression(
  world: World,
  tree: ExpressionTree,
  use: ExpressionUse,
  targetType: TypeName | undefined,
): Typed | null {
  const typed = analyse(world, tree);
  return typed === null ? null : fitted(world, typed, use, targetType);
}

function fitted(
  world: World,
  typed: Typed,
  use: ExpressionUse,
  targetType: TypeName | undefined,
): Typed | null {
  switch (use) {
    case 'default':
    case 'generated': {
      const target = targetType === undefined ? null : resolveType(world, targetType);
      if (target === null || factsOf(world, target.type) === null) return null;
      const made = coerceTo(world, typed, target, ASSIGNMENT, true);
      // AddRelationNewConstraints keeps no default that is a plain NULL.
      return made?.kind === 'const' && made.value === null ? null : made;
    }
    case 'index':
      return typed.type === 'unknown' ? null : withoutCollation(typed);
    case 'predicate':
    case 'check':
    case 'policy': {
      const condition = coerceToBoolean(world, typed);
      // An index whose predicate is true has none.
      return use === 'predicate' && condition?.kind === 'const' ? null : condition;
    }
  }
}

/** The collation of a key is kept beside it. */
function withoutCollation(key: Typed): Typed {
  return key.kind === 'collate' ? withoutCollation(key.arg) : key;
}
