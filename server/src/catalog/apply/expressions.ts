// What becomes of expressions when what they name changes. The server keeps them by what they mean, and prints the names of the
// moment; ours are kept by name, so the names in them are changed. Columns are renamed with everything else that names them.

import { sameData } from '../../text/same-data.js';
import { type Catalog, type Column, nameKey, type Table } from '../catalog.js';
import { analyse } from '../deparse/analyse.js';
import { type ExpressionUse, keptExpression } from '../deparse/server-text.js';
import { settled } from '../deparse/settle.js';
import { worldOf } from '../deparse/world.js';
import type { Expression } from '../expression.js';
import { changeTree, type ExpressionTree, type TreeType } from '../expression-tree.js';
import { childrenOf, columnOf, findTable, findType, tableById } from '../lookup.js';
import type { Reference } from '../names.js';
import type { CreateExtension, IndexKey, Operation, RenameEnumValue } from '../operation.js';
import { type Context, creationSchema, putRelation } from './relations.js';

export function createExtension(catalog: Catalog, { extension, schema }: CreateExtension): Catalog {
  if (catalog.extensions.has(extension.name)) return catalog;
  return {
    ...catalog,
    extensions: catalog.extensions.add(extension.name),
    extensionSchemas: catalog.extensionSchemas.set(extension.name, creationSchema(catalog, schema)),
  };
}

/** @param before the catalog without the operation; its expressions are those of `after`, too, unless the operation made them */
export function followInExpressions(
  before: Catalog,
  after: Catalog,
  operation: Operation,
  context: Context,
): Catalog {
  switch (operation.kind) {
    case 'alter-column-type': {
      const table = findTable(before, operation.table);
      return table === null ? after : retyped(before, after, table, operation.column.name, context);
    }
    case 'rename-type':
    case 'set-type-schema': {
      const type = findType(before, operation.type);
      if (type === null) return after;
      const to =
        operation.kind === 'rename-type' ? { name: operation.to.name } : { schema: operation.to.name };
      return changeTrees(after, (node) => typeRenamed(node, type, to));
    }
    case 'alter-function': {
      const { action, function: written } = operation;
      if (action.kind !== 'rename' && action.kind !== 'set-schema') return after;
      const schema = creationSchema(before, written.schema);
      // Of several functions of one name we do not know which an expression calls.
      if ((before.functions.get(nameKey(schema, written.name)) ?? []).length !== 1) return after;
      const to = action.kind === 'rename' ? { name: action.to.name } : { schema: action.to.name };
      return changeTrees(after, (node) => callRenamed(node, { schema, name: written.name }, to));
    }
    case 'rename-enum-value': {
      const type = findType(before, operation.type);
      return type === null ? after : valueRenamed(before, after, type, operation, context);
    }
    case 'rename-schema': {
      const from = operation.schema.name;
      const to = operation.to.name;
      const moved = <T extends { readonly schema: string | null }>(one: T): T =>
        one.schema === from ? { ...one, schema: to } : one;
      const next = changeTrees(after, (node) =>
        node.kind === 'call'
          ? moved(node)
          : 'type' in node && node.kind !== 'literal'
            ? { ...node, type: moved(node.type) }
            : node,
      );
      return {
        ...next,
        extensionSchemas: next.extensionSchemas.map((schema) => (schema === from ? to : schema)),
      };
    }
    default:
      return after;
  }
}

function typeRenamed(node: ExpressionTree, from: Reference, to: Partial<TreeType>): ExpressionTree {
  if (node.kind !== 'cast' && node.kind !== 'made-for') return node;
  const { type } = node;
  const same = type.name === from.name && (type.schema === null || type.schema === from.schema);
  return same ? { ...node, type: { ...type, ...to } } : node;
}

/** Where a value is meant only the types tell, so what has its text is read as the server reads it. */
function valueRenamed(
  before: Catalog,
  after: Catalog,
  type: Reference,
  { from, to }: RenameEnumValue,
  { postgres }: Context,
): Catalog {
  let next = after;
  for (const relation of after.relations.values()) {
    if (relation.kind !== 'table') continue;
    const world = worldOf(before, relation, postgres);
    const changed = changeExpressions(relation, (expression, use, column) => {
      const { tree } = expression;
      if (tree === null || !hasText(tree, from)) return expression;
      const kept = keptExpression(world, tree, use, column?.type);
      const explicit = kept === null ? null : settled(world, kept, false);
      const renamed =
        explicit === null ? null : changeTree(explicit, (node) => withValue(node, type, from, to));
      return { ...expression, tree: renamed, textIsOld: true };
    });
    if (changed !== relation) next = putRelation(next, changed);
  }
  return next;
}

function hasText(tree: ExpressionTree, text: string): boolean {
  return tree.kind === 'literal'
    ? tree.value === text
    : 'args' in tree && tree.args.some((arg) => hasText(arg, text));
}

function withValue(
  node: ExpressionTree,
  { schema, name }: Reference,
  from: string,
  to: string,
): ExpressionTree {
  if (node.kind !== 'cast' || node.type.name !== name || node.type.schema !== schema) return node;
  const [value] = node.args;
  const isIt = value?.kind === 'literal' && value.value === from && node.type.arrayDimensions === 0;
  return isIt ? { ...node, args: [{ ...value, value: to }] } : node;
}

function callRenamed(node: ExpressionTree, from: Reference, to: Partial<Reference>): ExpressionTree {
  if (node.kind !== 'call' || node.name !== from.name) return node;
  return node.schema === null || node.schema === from.schema ? { ...node, ...to } : node;
}

function changeTrees(catalog: Catalog, change: (node: ExpressionTree) => ExpressionTree): Catalog {
  let next = catalog;
  for (const relation of catalog.relations.values()) {
    if (relation.kind !== 'table') continue;
    const changed = changeExpressions(relation, (expression) => {
      const tree = expression.tree === null ? null : changeTree(expression.tree, change);
      return tree === expression.tree ? expression : { ...expression, tree, textIsOld: true };
    });
    if (changed !== relation) next = putRelation(next, changed);
  }
  return next;
}

type Change = (expression: Expression, use: ExpressionUse, column: Column | null) => Expression;

/** The table with every expression replaced; the same object when all stay. */
function changeExpressions(table: Table, change: Change): Table {
  let changes = 0;
  const one = <T extends Expression | null>(
    expression: T,
    use: ExpressionUse,
    column: Column | null = null,
  ) => {
    if (expression === null) return expression;
    const made = change(expression, use, column);
    if (made !== expression) changes += 1;
    return made;
  };
  const changed: Table = {
    ...table,
    columns: table.columns.map((column) => ({
      ...column,
      default: one(column.default, column.generated === null ? 'default' : 'generated', column),
    })),
    constraints: table.constraints.map((constraint) =>
      constraint.kind === 'check'
        ? { ...constraint, expression: one(constraint.expression, 'check') ?? constraint.expression }
        : constraint,
    ),
    indexes: table.indexes.map((index) => ({
      ...index,
      where: one(index.where, 'predicate'),
      keys: index.keys.map((key: IndexKey) => ({ ...key, expression: one(key.expression, 'index') })),
    })),
    policies: table.policies.map((policy) => ({
      ...policy,
      using: one(policy.using, 'policy'),
      check: one(policy.check, 'policy'),
    })),
  };
  return changes === 0 ? table : changed;
}

/** The default is cast anew to the new type; what reads the column is printed and read again, also where the type stays. */
function retyped(before: Catalog, after: Catalog, old: Table, name: string, context: Context): Catalog {
  const table = tableById(after, old.id);
  const [was, is] = [columnOf(old, name), table === null ? null : columnOf(table, name)];
  if (table === null || was === null || is === null) return after;
  const { schema, name: type, modifiers, arrayDimensions } = was.type;
  const world = worldOf(before, old, context.postgres);
  const inside = (expression: Expression): Expression => {
    if (expression.tree === null || !expression.columns.includes(name)) return expression;
    const typed = analyse(world, expression.tree);
    const tree = typed === null ? null : settled(world, typed, false);
    return sameData(tree, expression.tree) ? expression : { ...expression, tree, textIsOld: true };
  };
  const reread = changeExpressions(table, inside);
  const columns = reread.columns.map((column) => {
    const value = column.name === name ? column.default : null;
    if (value === null || value.tree === null) return column;
    const tree: ExpressionTree = {
      kind: 'made-for',
      type: { schema, name: type, modifiers, arrayDimensions },
      args: [value.tree],
    };
    const recast: Expression = { ...value, tree, textIsOld: true };
    return { ...column, default: recast };
  });
  let next = putRelation(after, { ...reread, columns });
  for (const child of childrenOf(before, old.id)) next = retyped(before, next, child, name, context);
  return next;
}
