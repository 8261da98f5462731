// Walks over a query: the blocks inside a block, and the columns that a block names.

import { cover, type Span } from '../text/span.js';
import { ALL_COLUMNS, type Block, type ColumnOperand, type Condition, type Operand } from './query.js';

/** The block and all blocks inside it. */
export function blocksOf(block: Block): readonly Block[] {
  const inner: Block[] = [
    ...block.ctes.map((cte) => cte.block),
    ...block.branches.map((branch) => branch.block),
    ...block.subqueries,
    ...block.relations.flatMap(({ source }) => (source.kind === 'block' ? [source.block] : [])),
    ...[block.where, ...block.relations.map(({ on }) => on)].flatMap(blocksInCondition),
    ...(block.insert?.from ? [block.insert.from] : []),
  ];
  return [block, ...inner.flatMap(blocksOf)];
}

/** The blocks that stand in the condition itself; those inside them are not among them. */
export function blocksInCondition(condition: Condition): readonly Block[] {
  switch (condition.kind) {
    case 'and':
    case 'or':
    case 'choice':
      return condition.of.flatMap(blocksInCondition);
    case 'not':
      return blocksInCondition(condition.of);
    case 'exists':
      return [condition.block];
    case 'opaque':
      return condition.blocks;
    case 'equal':
      return [condition.left, condition.right].flatMap(blocksInOperand);
    case 'in':
      return [condition.left, ...condition.values].flatMap(blocksInOperand);
    case 'null':
      return blocksInOperand(condition.operand);
  }
}

export function blocksInOperand(operand: Operand): readonly Block[] {
  switch (operand.kind) {
    case 'block':
      return [operand.block];
    case 'row':
      return operand.of.flatMap(blocksInOperand);
    case 'opaque':
      return operand.blocks;
    default:
      return [];
  }
}

export interface ColumnUse {
  readonly alias: string | null;
  readonly column: string;
}

/** Columns that the block itself names, in conditions, output, assignments and inserted columns. */
export function columnsIn(block: Block): readonly ColumnUse[] {
  const target = block.relations[0]?.alias ?? null;
  const assigned = [...block.assignments, ...(block.insert?.conflict?.assignments ?? [])];
  return [
    ...[block.where, ...block.relations.map(({ on }) => on)].flatMap(columnsInCondition),
    ...(block.output ?? []).flatMap(({ from }) => (from?.kind === 'column' ? [from] : [])),
    ...assigned.flatMap(({ column, value }) => [{ alias: target, column }, ...columnsInOperand(value)]),
    ...(block.insert?.columns ?? []).map(({ name }) => ({ alias: target, column: name })),
  ].filter(({ column }) => column !== ALL_COLUMNS);
}

export function columnsInCondition(condition: Condition): readonly ColumnOperand[] {
  switch (condition.kind) {
    case 'and':
    case 'or':
    case 'choice':
      return condition.of.flatMap(columnsInCondition);
    case 'not':
      return columnsInCondition(condition.of);
    case 'exists':
      return [];
    case 'opaque':
      return condition.columns;
    case 'equal':
      return [condition.left, condition.right].flatMap(columnsInOperand);
    case 'in':
      return [condition.left, ...condition.values].flatMap(columnsInOperand);
    case 'null':
      return columnsInOperand(condition.operand);
  }
}

/** From its first part to its last; `null` where it has none. */
export function spanOfCondition(condition: Condition): Span | null {
  switch (condition.kind) {
    case 'and':
    case 'or':
    case 'choice':
      return condition.of
        .map(spanOfCondition)
        .reduce(
          (whole, part) => (whole === null || part === null ? (whole ?? part) : cover(whole, part)),
          null,
        );
    case 'not':
      return spanOfCondition(condition.of);
    default:
      return condition.span;
  }
}

export function columnsInOperand(operand: Operand): readonly ColumnOperand[] {
  switch (operand.kind) {
    case 'column':
      return [operand];
    case 'row':
      return operand.of.flatMap(columnsInOperand);
    case 'opaque':
      return operand.columns;
    default:
      return [];
  }
}

/** The values from outside that it is, or is made with, as written. */
export function textsInOperand(operand: Operand): readonly string[] {
  switch (operand.kind) {
    case 'outer':
      return [operand.text];
    case 'row':
      return operand.of.flatMap(textsInOperand);
    case 'opaque':
      return operand.texts ?? [];
    default:
      return [];
  }
}
