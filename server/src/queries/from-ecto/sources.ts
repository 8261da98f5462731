// What a query can be made from: a schema, a table's name, another query.

import type { Expr } from '../../syntax/elixir/nodes.js';
import type { Span } from '../../text/span.js';
import type { RelationSource } from '../query.js';
import { type Building, buildingOf, unknownBuilding } from './building.js';
import { moduleName, type Scope, type Value } from './scope.js';

/** The query that a value is or stands for; `null` when it is none that we can see. */
export function buildingOfValue(scope: Scope, value: Value): Building | null {
  if (value.kind === 'query') return value.building;
  if (value.kind !== 'written') return null;
  const source = sourceWritten(scope, value.expr);
  return source === null ? null : buildingOf(source, value.expr.span, value.depth ?? scope.frame.depth);
}

/** A query that we do not see: the caller has given it, or it comes from code that we do not follow. */
export function unseenBuilding(scope: Scope, value: Value, reason: string, at: Span): Building {
  const given = value.kind === 'unknown' && value.param !== undefined;
  const why = value.kind === 'unknown' ? value.why : undefined;
  return unknownBuilding(why ?? reason, at, given ? 0 : scope.frame.depth);
}

/** `Post`, `"posts"`, `{"posts", Post}`. */
export function sourceWritten(scope: Scope, expr: Expr): RelationSource | null {
  switch (expr.kind) {
    case 'alias':
      return { kind: 'schema', module: moduleName(scope, expr.name), table: null };
    case 'text':
      if (expr.value === null || expr.charlist) return null;
      return { kind: 'table', table: { schema: null, name: expr.value, span: expr.span } };
    case 'tuple': {
      const [table, schema, ...more] = expr.items;
      if (table?.kind !== 'text' || table.value === null || schema?.kind !== 'alias' || more.length > 0)
        return null;
      return { kind: 'schema', module: moduleName(scope, schema.name), table: table.value };
    }
    default:
      return null;
  }
}
