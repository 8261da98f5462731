// Queries inside queries: what `subquery`, `exists` and the like are given.

import type { Expr } from '../../syntax/elixir/nodes.js';
import type { Span } from '../../text/span.js';
import type { Block } from '../query.js';
import { type Building, blockOf } from './building.js';
import { isPinned, type Scope, use, type Value } from './scope.js';
import { buildingOfValue, unseenBuilding } from './sources.js';

/** The query that an expression gives, which is then no query of its own; an unknown one when it cannot be told. */
export function subqueryBuilding(scope: Scope, expr: Expr): Building {
  const plain = isPinned(expr) ? expr.operand : expr;
  return subqueryOfValue(scope, scope.reader.evaluate(plain, scope), plain.span);
}

export function subqueryOfValue(scope: Scope, value: Value, at: Span): Building {
  const building =
    buildingOfValue(scope, value) ?? unseenBuilding(scope, value, 'it comes from elsewhere', at);
  use(scope, building);
  return building;
}

export function subqueryBlock(scope: Scope, expr: Expr): Block {
  return blockOf(subqueryBuilding(scope, expr), 'select');
}
