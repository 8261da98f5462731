// Objects whose expressions call a function or cast to a type: defaults, checks, indexes, policies and the like.

import type { Catalog, RelationId } from '../catalog.js';
import type { Expression } from '../expression.js';
import { changeTree } from '../expression-tree.js';
import type { Reference } from '../names.js';
import { isSameName } from '../type-lookup.js';
import type { ObjectRef } from './object-ref.js';

/** Defaults, checks and the like that cast to the type. */
export function onCasts(catalog: Catalog, type: Reference): readonly ObjectRef[] {
  return inExpressions(catalog, null, (expression) => {
    let casts = false;
    if (expression.tree !== null) {
      changeTree(expression.tree, (node) => {
        casts ||= node.kind === 'cast' && isSameName(node.type, type);
        return node;
      });
    }
    return casts ? 'yes' : 'no';
  });
}

type Answer = 'yes' | 'no' | 'maybe';

/** Objects whose expressions call something. */
export function onCalls(
  catalog: Catalog,
  doubtful: Set<RelationId>,
  isMeant: (name: string) => Answer,
): ObjectRef[] {
  return inExpressions(catalog, doubtful, ({ functions }) => {
    const answers = functions.map(isMeant);
    return answers.includes('yes') ? 'yes' : answers.includes('maybe') ? 'maybe' : 'no';
  });
}

/** Defaults, checks, indexes, policies, triggers and generated columns with such an expression. */
function inExpressions(
  catalog: Catalog,
  doubtful: Set<RelationId> | null,
  isMeant: (expression: Expression) => Answer,
): ObjectRef[] {
  const found: ObjectRef[] = [];
  const add = (
    relation: RelationId | null,
    expressions: readonly (Expression | null)[],
    object: ObjectRef,
  ) => {
    const answers = expressions.map((one) => (one === null ? 'no' : isMeant(one)));
    if (answers.includes('yes')) found.push(object);
    else if (relation !== null && answers.includes('maybe')) doubtful?.add(relation);
  };
  for (const relation of catalog.relations.values()) {
    if (relation.kind !== 'table' && relation.kind !== 'view') continue;
    const { id } = relation;
    for (const { name, keys, where } of relation.indexes) {
      add(id, [where, ...keys.map(({ expression }) => expression)], { kind: 'index', relation: id, name });
    }
    for (const { name, when } of relation.triggers) add(id, [when], { kind: 'trigger', relation: id, name });
    if (relation.kind === 'view') continue;
    for (const { name, default: value, generated } of relation.columns) {
      add(id, [value], { kind: generated === null ? 'default' : 'column', relation: id, name });
    }
    for (const constraint of relation.constraints) {
      if (constraint.kind === 'check') {
        add(id, [constraint.expression], { kind: 'constraint', relation: id, name: constraint.name });
      }
    }
    for (const { name, using, check } of relation.policies) {
      add(id, [using, check], { kind: 'policy', relation: id, name });
    }
  }
  for (const type of catalog.types.values()) {
    if (type.kind !== 'domain') continue;
    const { schema, name } = type;
    // The default is the domain's own: it goes as a whole.
    add(null, [type.default], { kind: 'type', schema, name });
    for (const constraint of type.constraints) {
      const object: ObjectRef = { kind: 'domain-constraint', schema, type: name, name: constraint.name };
      add(null, [constraint.expression], object);
    }
  }
  return found;
}
