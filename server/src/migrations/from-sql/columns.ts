// Columns and constraints as CREATE TABLE and ALTER TABLE write them.

import type {
  ColumnDefinition,
  ConstraintDefinition,
  ForeignKeyDefinition,
  ReferentialAction,
} from '../../catalog/operation.js';
import { type Clause, clauseAt, clauseAtOffset, columnClauses } from '../../syntax/sql/clauses.js';
import {
  asNode,
  type ColumnDef,
  type Constraint,
  type Node,
  stringOf,
  stringsOf,
} from '../../syntax/sql/nodes.js';
import { findWords, firstGroup, type Range, spanOf, type TokenText } from '../../syntax/sql/segments.js';
import { expressionIn, local, relationAt, typeFrom } from './reading.js';

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
    collation: stringsOf(column.collClause?.collname).at(-1) ?? null,
    constraints: [],
    span,
  };
  for (const node of column.constraints ?? []) {
    const constraint = asNode(node, 'Constraint');
    if (constraint === null) continue;
    const clause = clauseAtOffset(of, parts?.clauses ?? [], constraint.location ?? 0) ?? clauseAt(of, range);
    definition = withClause(of, definition, constraint, clause);
  }
  return definition;
}

function withClause(
  of: TokenText,
  column: ColumnDefinition,
  constraint: Constraint,
  clause: Clause,
): ColumnDefinition {
  switch (constraint.contype) {
    case 'CONSTR_NOTNULL':
      return { ...column, notNull: true };
    case 'CONSTR_DEFAULT':
      return constraint.raw_expr === undefined
        ? column
        : { ...column, default: expressionIn(of, constraint.raw_expr, clause.rest) };
    case 'CONSTR_IDENTITY': {
      const identity = constraint.generated_when === 'a' ? 'always' : 'by-default';
      return { ...column, identity, notNull: true };
    }
    case 'CONSTR_GENERATED': {
      if (constraint.raw_expr === undefined) return column;
      const inside = firstGroup(of, clause.rest) ?? clause.rest;
      const virtual = findWords(of, clause.range, 'stored') < 0;
      const expression = expressionIn(of, constraint.raw_expr, inside);
      return { ...column, generated: { kind: virtual ? 'virtual' : 'stored', expression } };
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

/**
 * @param column the column that carries the constraint; `null` for a constraint of the table
 * @returns `null` for what is not a constraint of its own, such as DEFERRABLE
 */
export function constraintFrom(
  of: TokenText,
  constraint: Constraint,
  clause: Clause,
  column: string | null,
): ConstraintDefinition | null {
  const span = spanOf(of, clause.range);
  const base = {
    name: constraint.conname === undefined ? null : local(clause.name, constraint.conname, span),
    span,
    keyword: clause.keyword,
  };
  const own = column === null ? [] : [column];
  const columns = (nodes: readonly Node[] | undefined) => (nodes === undefined ? own : stringsOf(nodes));
  const deferrable = constraint.deferrable ?? false;
  switch (constraint.contype) {
    case 'CONSTR_PRIMARY':
      return {
        ...base,
        kind: 'primary-key',
        columns: columns(constraint.keys),
        include: stringsOf(constraint.including),
        usingIndex: constraint.indexname ?? null,
        deferrable,
      };
    case 'CONSTR_UNIQUE':
      return {
        ...base,
        kind: 'unique',
        columns: columns(constraint.keys),
        include: stringsOf(constraint.including),
        usingIndex: constraint.indexname ?? null,
        nullsNotDistinct: constraint.nulls_not_distinct ?? false,
        deferrable,
      };
    case 'CONSTR_FOREIGN':
      return {
        ...base,
        kind: 'foreign-key',
        columns: columns(constraint.fk_attrs),
        references: relationAt(of, constraint.pktable),
        referencedColumns: stringsOf(constraint.pk_attrs),
        onDelete: action(constraint.fk_del_action),
        onUpdate: action(constraint.fk_upd_action),
        validated: !(constraint.skip_validation ?? false),
        deferrable,
      } satisfies ForeignKeyDefinition;
    case 'CONSTR_CHECK':
      if (constraint.raw_expr === undefined) return null;
      return {
        ...base,
        kind: 'check',
        expression: expressionIn(of, constraint.raw_expr, firstGroup(of, clause.range) ?? clause.rest),
        validated: !(constraint.skip_validation ?? false),
        // Absent in trees of older grammars.
        enforced: constraint.is_enforced ?? true,
        noInherit: constraint.is_no_inherit ?? false,
      };
    case 'CONSTR_EXCLUSION':
      return { ...base, kind: 'exclusion', method: constraint.access_method ?? 'btree' };
    case 'CONSTR_NOTNULL':
      return {
        ...base,
        kind: 'not-null',
        column: stringOf(constraint.keys?.[0]) ?? column ?? '',
        validated: !(constraint.skip_validation ?? false),
      };
    default:
      return null;
  }
}

/** pg_constraint.confdeltype. */
function action(letter: string | undefined): ReferentialAction {
  switch (letter) {
    case 'r':
      return 'RESTRICT';
    case 'c':
      return 'CASCADE';
    case 'n':
      return 'SET NULL';
    case 'd':
      return 'SET DEFAULT';
    default:
      return 'NO ACTION';
  }
}
