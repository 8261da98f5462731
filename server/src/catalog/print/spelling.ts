// Expressions as the server spells them, in place of the words of their authors.

import type { Catalog, Table } from '../catalog.js';
import { type ExpressionUse, type ServerTextOptions, serverText } from '../deparse/server-text.js';
import type { Expression } from '../expression.js';

/** The version by which we spell where none is given. */
export const NEWEST = 18;

/**
 * The catalog with other texts in the expressions of its tables, as far as we know how the server spells them.
 * @param which `old`: only where the author's words do not hold any more; `all`: wherever we know it
 */
export function respelled(catalog: Catalog, postgres: number, which: 'old' | 'all'): Catalog {
  const relations = catalog.relations.map((relation) =>
    relation.kind === 'table' ? respelledTable(catalog, relation, postgres, which) : relation,
  );
  return { ...catalog, relations };
}

function respelledTable(catalog: Catalog, table: Table, postgres: number, which: 'old' | 'all'): Table {
  const one = (
    expression: Expression,
    use: ExpressionUse,
    options: Omit<ServerTextOptions, 'postgres'> = {},
  ): Expression => {
    // The name of a sequence in it may be an old one.
    const isOld = expression.textIsOld === true || options.sequence != null;
    if (which === 'old' && !isOld) return expression;
    const text = serverText(catalog, table, expression, use, { postgres, ...options });
    return text === null ? expression : { ...expression, text };
  };
  const maybe = (expression: Expression | null, use: ExpressionUse) =>
    expression === null ? null : one(expression, use);
  return {
    ...table,
    columns: table.columns.map((column) => {
      const { default: value, type: targetType, sequence } = column;
      if (value === null) return column;
      const use = column.generated === null ? 'default' : 'generated';
      return { ...column, default: one(value, use, { targetType, sequence }) };
    }),
    constraints: table.constraints.map((constraint) =>
      constraint.kind === 'check'
        ? { ...constraint, expression: one(constraint.expression, 'check') }
        : constraint,
    ),
    indexes: table.indexes.map((index) => ({
      ...index,
      where: maybe(index.where, 'predicate'),
      keys: index.keys.map((key) => ({ ...key, expression: maybe(key.expression, 'index') })),
    })),
    policies: table.policies.map((policy) => ({
      ...policy,
      using: maybe(policy.using, 'policy'),
      check: maybe(policy.check, 'policy'),
    })),
  };
}
