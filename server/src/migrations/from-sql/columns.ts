// Columns as CREATE TABLE and ALTER TABLE write them.

import type { ColumnDefinition, IdentitySequence, NotNullDefinition } from '../../catalog/operation.js';
import { type Clause, clauseAt, clauseAtOffset, columnClauses } from '../../syntax/sql/clauses.js';
import {
  allOf,
  asNode,
  type ColumnDef,
  type Constraint,
  type Node,
  nameParts,
  qualified,
  stringsOf,
} from '../../syntax/sql/nodes.js';
import { findWords, firstGroup, type Range, spanOf, type TokenText } from '../../syntax/sql/segments.js';
import type { Span } from '../../text/span.js';
import { constraintFrom } from './constraints.js';
import { sequenceChanges } from './parameters.js';
import { expressionIn, local, typeFrom } from './reading.js';

/** @param range the definition: an element of CREATE TABLE, or what follows ADD COLUMN */
export function columnFrom(of: TokenText, column: ColumnDef, range: Range): ColumnDefinition {
  const parts = columnClauses(of, range);
  const span = spanOf(of, range);
  const type = typeFrom(column.typeName, parts === null ? span : spanOf(of, parts.type));
  const name = local(parts?.name ?? null, column.colname ?? '', span);
  let definition: ColumnDefinition = {
    name,
    type,
    notNull: false,
    default: null,
    generated: null,
    identity: null,
    sequence: null,
    storage: column.storage_name ?? null,
    compression: column.compression ?? null,
    collation: stringsOf(column.collClause?.collname).at(-1) ?? null,
    constraints: [],
    notNullConstraint: null,
    span,
  };
  for (const constraint of withAttributes(allOf(column.constraints, 'Constraint'))) {
    const clause = clauseAtOffset(of, parts?.clauses ?? [], constraint.location ?? 0) ?? clauseAt(of, range);
    definition = withClause(of, definition, constraint, clause);
  }
  return definition;
}

/** In a column, DEFERRABLE and its like are nodes of their own, after the constraint that they are about. */
function withAttributes(constraints: readonly Constraint[]): readonly Constraint[] {
  const whole: Constraint[] = [];
  for (const constraint of constraints) {
    const attribute = attributeOf(constraint);
    const about = whole.at(-1);
    if (attribute === null) whole.push(constraint);
    else if (about !== undefined) whole.splice(-1, 1, { ...about, ...attribute });
  }
  return whole;
}

function attributeOf({ contype }: Constraint): Partial<Constraint> | null {
  switch (contype) {
    case 'CONSTR_ATTR_DEFERRABLE':
      return { deferrable: true };
    case 'CONSTR_ATTR_NOT_DEFERRABLE':
      return { deferrable: false };
    case 'CONSTR_ATTR_DEFERRED':
      return { deferrable: true, initdeferred: true };
    case 'CONSTR_ATTR_IMMEDIATE':
      return { initdeferred: false };
    case 'CONSTR_ATTR_ENFORCED':
      return { is_enforced: true };
    case 'CONSTR_ATTR_NOT_ENFORCED':
      return { is_enforced: false };
    default:
      return null;
  }
}

function withClause(
  of: TokenText,
  column: ColumnDefinition,
  constraint: Constraint,
  clause: Clause,
): ColumnDefinition {
  switch (constraint.contype) {
    case 'CONSTR_NOTNULL': {
      const made = constraintFrom(of, constraint, clause, column.name.name);
      const notNullConstraint = made?.kind === 'not-null' ? merged(column.notNullConstraint, made) : null;
      return { ...column, notNull: true, notNullConstraint };
    }
    case 'CONSTR_DEFAULT':
      return constraint.raw_expr === undefined
        ? column
        : { ...column, default: expressionIn(of, constraint.raw_expr, clause.rest) };
    case 'CONSTR_IDENTITY': {
      const identity = constraint.generated_when === 'a' ? 'always' : 'by-default';
      const sequence = identitySequence(constraint.options, clause.keyword);
      return { ...column, identity, sequence, notNull: true };
    }
    case 'CONSTR_GENERATED': {
      if (constraint.raw_expr === undefined) return column;
      const inside = firstGroup(of, clause.rest) ?? clause.rest;
      const at = findWords(of, clause.range, 'stored');
      const stored = at < 0 ? null : spanOf(of, { from: at, to: at + 1 });
      const expression = expressionIn(of, constraint.raw_expr, inside);
      return { ...column, generated: { kind: stored === null ? 'virtual' : 'stored', expression, stored } };
    }
    default: {
      const made = constraintFrom(of, constraint, clause, column.name.name);
      const required = made?.kind === 'primary-key' || column.notNull;
      return made === null
        ? column
        : { ...column, notNull: required, constraints: [...column.constraints, made] };
    }
  }
}

/** NOT NULL written twice is one, with the name that either has. */
function merged(first: NotNullDefinition | null, second: NotNullDefinition): NotNullDefinition {
  return first === null ? second : { ...first, name: first.name ?? second.name };
}

/** Of an identity: what stands in its parentheses. */
export function identitySequence(options: readonly Node[] | undefined, span: Span): IdentitySequence {
  const named = allOf(options, 'DefElem').find(({ defname }) => defname === 'sequence_name');
  const parts = named === undefined ? [] : nameParts(named.arg);
  const name = parts.length === 0 ? null : { ...qualified(parts), span };
  return { name, options: sequenceChanges(options, span) };
}

/** The nodes in a list, such as the options of SET GENERATED. */
export function itemsOf(node: Node | undefined): readonly Node[] {
  return asNode(node, 'List')?.items ?? [];
}
