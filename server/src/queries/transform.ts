// The same query with other spans or other operands: SQL inside an Elixir string, and fragments of SQL inside Ecto queries.

import type { Span } from '../text/span.js';
import type {
  Assignment,
  Block,
  ColumnOperand,
  Condition,
  Insert,
  Operand,
  OutputColumn,
  Relation,
  RelationSource,
} from './query.js';

export interface Transform {
  span(span: Span): Span;
  /** Called with operands whose spans are changed already. */
  operand(operand: Operand): Operand;
  /** Called with relations of which all else is changed already. */
  relation(relation: Relation): Relation;
}

export function movedBy(span: (span: Span) => Span): Transform {
  return { span, operand: (operand) => operand, relation: (relation) => relation };
}

export function transformBlock(block: Block, by: Transform): Block {
  return {
    ...block,
    span: by.span(block.span),
    relations: block.relations.map((relation) => transformRelation(relation, by)),
    where: transformCondition(block.where, by),
    ctes: block.ctes.map((cte) => ({ ...cte, block: transformBlock(cte.block, by) })),
    branches: block.branches.map((branch) => ({ ...branch, block: transformBlock(branch.block, by) })),
    output: block.output?.map((column) => transformOutput(column, by)) ?? null,
    subqueries: block.subqueries.map((subquery) => transformBlock(subquery, by)),
    insert: block.insert === null ? null : transformInsert(block.insert, by),
    assignments: block.assignments.map((assignment) => transformAssignment(assignment, by)),
  };
}

function transformRelation(relation: Relation, by: Transform): Relation {
  const on = transformCondition(relation.on, by);
  return by.relation({
    ...relation,
    on,
    source: transformSource(relation.source, by),
    span: by.span(relation.span),
  });
}

function transformSource(source: RelationSource, by: Transform): RelationSource {
  if (source.kind === 'block') return { kind: 'block', block: transformBlock(source.block, by) };
  if (source.kind !== 'table') return source;
  return { kind: 'table', table: { ...source.table, span: by.span(source.table.span) } };
}

function transformOutput(column: OutputColumn, by: Transform): OutputColumn {
  if (column.from === null) {
    return column.computed === undefined
      ? column
      : { ...column, computed: column.computed.map((one) => moved(one, by)) };
  }
  const from = transformOperand(column.from, by);
  return { ...column, from: from.kind === 'column' || from.kind === 'outer' ? from : null };
}

function transformAssignment(assignment: Assignment, by: Transform): Assignment {
  return { ...assignment, value: transformOperand(assignment.value, by), span: by.span(assignment.span) };
}

function transformInsert(insert: Insert, by: Transform): Insert {
  const { columns, rows, from, conflict } = insert;
  return {
    ...insert,
    columns: columns?.map(({ name, span }) => ({ name, span: by.span(span) })) ?? null,
    rows: rows?.map((row) => row.map((value) => transformOperand(value, by))) ?? null,
    from: from === null ? null : transformBlock(from, by),
    conflict:
      conflict === null
        ? null
        : {
            ...conflict,
            assignments: conflict.assignments.map((one) => transformAssignment(one, by)),
            where: transformCondition(conflict.where, by),
          },
  };
}

export function transformCondition(condition: Condition, by: Transform): Condition {
  switch (condition.kind) {
    case 'and':
    case 'or':
    case 'choice':
      return { ...condition, of: condition.of.map((part) => transformCondition(part, by)) };
    case 'not':
      return { ...condition, of: transformCondition(condition.of, by) };
    case 'equal':
      return {
        ...condition,
        left: transformOperand(condition.left, by),
        right: transformOperand(condition.right, by),
        span: by.span(condition.span),
      };
    case 'in':
      return {
        ...condition,
        left: transformOperand(condition.left, by),
        values: condition.values.map((value) => transformOperand(value, by)),
        span: by.span(condition.span),
      };
    case 'null':
      return {
        ...condition,
        operand: transformOperand(condition.operand, by),
        span: by.span(condition.span),
      };
    case 'exists':
      return { ...condition, block: transformBlock(condition.block, by), span: by.span(condition.span) };
    case 'opaque':
      return {
        ...condition,
        columns: condition.columns.map((column) => moved(column, by)),
        blocks: condition.blocks.map((block) => transformBlock(block, by)),
        span: by.span(condition.span),
      };
  }
}

function moved(column: ColumnOperand, by: Transform): ColumnOperand {
  return { ...column, span: by.span(column.span) };
}

function transformOperand(operand: Operand, by: Transform): Operand {
  const span = by.span(operand.span);
  switch (operand.kind) {
    case 'column':
    case 'outer':
      return by.operand({ ...operand, span });
    case 'block':
      return by.operand({ ...operand, block: transformBlock(operand.block, by), span });
    case 'row':
      return by.operand({ ...operand, of: operand.of.map((part) => transformOperand(part, by)), span });
    case 'opaque': {
      const columns = operand.columns.map((column) => moved(column, by));
      const blocks = operand.blocks.map((block) => transformBlock(block, by));
      return by.operand({ ...operand, columns, blocks, span });
    }
  }
}
