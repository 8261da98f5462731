// Constraints as CREATE TABLE and ALTER TABLE write them.

import type {
  ConstraintDefinition,
  ForeignKeyDefinition,
  IndexKey,
  ReferentialAction,
} from '../../catalog/operation.js';
import type { Clause } from '../../syntax/sql/clauses.js';
import {
  allOf,
  asNode,
  type Constraint,
  type Node,
  nameParts,
  stringOf,
  stringsOf,
} from '../../syntax/sql/nodes.js';
import {
  findWords,
  firstGroup,
  groupAt,
  type Range,
  spanOf,
  type TokenText,
} from '../../syntax/sql/segments.js';
import type { Span } from '../../text/span.js';
import { indexKey } from './indexes.js';
import { parametersFrom } from './parameters.js';
import { expressionIn, local, relationAt } from './reading.js';

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
  const deferral = {
    deferrable: constraint.deferrable ?? false,
    deferred: constraint.initdeferred ?? false,
  };
  const key = () => ({
    ...base,
    ...deferral,
    columns: columns(constraint.keys),
    include: stringsOf(constraint.including),
    usingIndex: constraint.indexname ?? null,
    temporal: constraint.without_overlaps ?? false,
    parameters: parametersFrom(constraint.options),
  });
  switch (constraint.contype) {
    case 'CONSTR_PRIMARY':
      return { ...key(), kind: 'primary-key' };
    case 'CONSTR_UNIQUE':
      return { ...key(), kind: 'unique', nullsNotDistinct: constraint.nulls_not_distinct ?? false };
    case 'CONSTR_FOREIGN':
      return {
        ...base,
        ...deferral,
        kind: 'foreign-key',
        columns: columns(constraint.fk_attrs),
        references: relationAt(of, constraint.pktable),
        referencedColumns: stringsOf(constraint.pk_attrs),
        onDelete: action(constraint.fk_del_action),
        onUpdate: action(constraint.fk_upd_action),
        onDeleteColumns: stringsOf(constraint.fk_del_set_cols),
        matchFull: constraint.fk_matchtype === 'f',
        temporal: constraint.fk_with_period ?? false,
        validated: !(constraint.skip_validation ?? false),
        notValid: wordsNotValid(of, clause.range),
        enforced: constraint.is_enforced ?? false,
      } satisfies ForeignKeyDefinition;
    case 'CONSTR_CHECK':
      if (constraint.raw_expr === undefined) return null;
      return {
        ...base,
        kind: 'check',
        expression: expressionIn(of, constraint.raw_expr, firstGroup(of, clause.range) ?? clause.rest),
        validated: !(constraint.skip_validation ?? false),
        notValid: wordsNotValid(of, clause.range),
        enforced: constraint.is_enforced ?? false,
        noInherit: constraint.is_no_inherit ?? false,
      };
    case 'CONSTR_EXCLUSION':
      return { ...base, ...deferral, kind: 'exclusion', ...exclusionParts(of, constraint, clause.range) };
    case 'CONSTR_NOTNULL':
      return {
        ...base,
        kind: 'not-null',
        column: stringOf(constraint.keys?.[0]) ?? column ?? '',
        validated: !(constraint.skip_validation ?? false),
        notValid: wordsNotValid(of, clause.range),
        noInherit: constraint.is_no_inherit ?? false,
      };
    default:
      return null;
  }
}

function wordsNotValid(of: TokenText, range: Range): Span | null {
  const at = findWords(of, range, 'not', 'valid');
  return at < 0 ? null : spanOf(of, { from: at, to: at + 2 });
}

function exclusionParts(of: TokenText, constraint: Constraint, range: Range) {
  const keys: IndexKey[] = [];
  const operators: string[] = [];
  // Each is a pair: the key, and the parts of the operator's name.
  for (const { items } of allOf(constraint.exclusions, 'List')) {
    const element = asNode(items?.[0], 'IndexElem');
    if (element === null) continue;
    keys.push(indexKey(of, element, range));
    operators.push(nameParts(items?.[1]).at(-1) ?? '');
  }
  const at = findWords(of, range, 'where');
  const where = constraint.where_clause;
  return {
    method: constraint.access_method ?? 'btree',
    keys,
    operators,
    include: stringsOf(constraint.including),
    where:
      where === undefined
        ? null
        : expressionIn(of, where, groupAt(of, at + 1) ?? { from: at + 1, to: range.to }),
    parameters: parametersFrom(constraint.options),
  };
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
