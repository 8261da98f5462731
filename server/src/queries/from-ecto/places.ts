// What a function that is called has written counts as standing at the call.

import type { Span } from '../../text/span.js';
import type { Block, Condition, Relation } from '../query.js';
import { movedBy, transformBlock, transformCondition } from '../transform.js';
import { type Building, blockOf } from './building.js';
import { coverHere, isElsewhere } from './elsewhere.js';

/** A query with all that is written elsewhere at one place of this file. What is written here is left as it is. */
export function placedAt(building: Building, at: Span): Building {
  const place = (span: Span) => (isElsewhere(span) ? at : span);
  const relations = sameOr(building.relations, (relation) => placedRelation(relation, place));
  const { output } = building;
  const whole = blockOf({ ...building, relations: [], where: { kind: 'and', of: [] } }, 'select');
  const rest = transformBlock(whole, movedBy(place));
  return {
    ...building,
    relations,
    where: placedCondition(building.where, place),
    ctes: building.ctes.length === 0 ? building.ctes : rest.ctes,
    branches: building.branches.length === 0 ? building.branches : rest.branches,
    subqueries: building.subqueries.length === 0 ? building.subqueries : rest.subqueries,
    assignments: building.assignments.length === 0 ? building.assignments : rest.assignments,
    output: output == null ? output : rest.output,
    span: coverHere(building.span, at),
    keyword: place(building.keyword),
  };
}

/** The same for a block that is done. */
export function blockAt(block: Block, at: Span): Block {
  return transformBlock(
    block,
    movedBy((span) => (isElsewhere(span) ? at : span)),
  );
}

type Place = (span: Span) => Span;

function sameOr<T>(list: readonly T[], change: (one: T) => T): readonly T[] {
  const changed = list.map(change);
  return changed.every((one, index) => one === list[index]) ? list : changed;
}

function placedRelation(relation: Relation, place: Place): Relation {
  if (!isElsewhere(relation.span)) return relation;
  const { on, source } = relation;
  return {
    ...relation,
    span: place(relation.span),
    on: transformCondition(on, movedBy(place)),
    source:
      source.kind === 'block'
        ? { kind: 'block', block: transformBlock(source.block, movedBy(place)) }
        : source.kind === 'table'
          ? { kind: 'table', table: { ...source.table, span: place(source.table.span) } }
          : source,
  };
}

function placedCondition(condition: Condition, place: Place): Condition {
  switch (condition.kind) {
    case 'and':
    case 'or':
    case 'choice': {
      const of = sameOr(condition.of, (part) => placedCondition(part, place));
      return of === condition.of ? condition : { ...condition, of };
    }
    case 'not': {
      const of = placedCondition(condition.of, place);
      return of === condition.of ? condition : { ...condition, of };
    }
    default:
      return isElsewhere(condition.span) ? transformCondition(condition, movedBy(place)) : condition;
  }
}
