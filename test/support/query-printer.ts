// Queries as one line that can be read: what is joined how, under which conditions, and what could not be read.

import {
  type Assignment,
  type Block,
  type Condition,
  isAlways,
  type Operand,
  type OutputColumn,
  type Query,
  type Relation,
  type RelationSource,
} from '../../server/src/queries/query.js';

/** The block of a query, with its sink in front: `Repo.all: select Shop.Post p where p.org_id = {org.id}`. */
export function printedQuery({ sink, block }: Query): string {
  return `${sink === null ? '' : `${sink.name}: `}${printedBlock(block)}`;
}

/**
 * `{…}` is a value from outside, `~(…)` a condition that pins nothing (`~` a comparison, `~f` an expression, `~?` one that is
 * made at run time), `?(…)` an operand that is computed from these columns.
 */
export function printedBlock(block: Block): string {
  const parts = [
    ...block.ctes.map(
      ({ name, recursive, block: inner }) =>
        `with ${recursive ? 'recursive ' : ''}${name} as (${printedBlock(inner)})`,
    ),
    [block.verb, ...block.relations.map(printedRelation)].join(' '),
    isAlways(block.where) ? '' : `where ${printedCondition(block.where)}`,
    block.assignments.length === 0 ? '' : `set ${printedAssignments(block.assignments)}`,
    printedInsert(block),
    block.output === null ? '' : `-> ${block.output.map(printedOutput).join(', ')}`,
    block.skipsLocked ? 'skip locked' : '',
    ...block.subqueries.map((inner) => `also (${printedBlock(inner)})`),
    ...block.branches.map(({ operator, block: inner }) => `${operator} (${printedBlock(inner)})`),
    block.opaque === null ? '' : `[${block.opaque}]`,
  ];
  return parts.filter((part) => part !== '').join(' ');
}

function printedRelation({ alias, source, join, lateral, on }: Relation): string {
  const how = join === 'from' ? '' : `${join} `;
  const name = printedSource(source);
  const shown = name === alias ? name : `${name} ${alias}`;
  const condition = isAlways(on) ? '' : ` on ${printedCondition(on)}`;
  return `${how}${lateral ? 'lateral ' : ''}${shown}${condition}`.trim();
}

function printedSource(source: RelationSource): string {
  switch (source.kind) {
    case 'table':
      return source.table.schema === null ? source.table.name : `${source.table.schema}.${source.table.name}`;
    case 'schema':
      return source.table === null ? source.module : `${source.module}@${source.table}`;
    case 'association':
      return `${source.of ?? '^'}~>${source.name}`;
    case 'cte':
      return `cte:${source.name}`;
    case 'block':
      return `(${printedBlock(source.block)})`;
    case 'values':
      return '{}';
    case 'unfolded':
      return '{..}';
    case 'opaque':
      return `[${source.reason}]`;
  }
}

export function printedCondition(condition: Condition): string {
  switch (condition.kind) {
    case 'and':
      return condition.of.length === 0 ? 'true' : condition.of.map(inBrackets).join(' and ');
    case 'or':
      return condition.of.length === 0 ? 'false' : condition.of.map(inBrackets).join(' or ');
    case 'choice':
      return `either(${condition.of.map(printedCondition).join(' | ')})`;
    case 'not':
      return `not ${inBrackets(condition.of)}`;
    case 'equal':
      return `${printedOperand(condition.left)} = ${printedOperand(condition.right)}`;
    case 'in':
      return `${printedOperand(condition.left)} in (${condition.values.map(printedOperand).join(', ')})`;
    case 'null':
      return `${printedOperand(condition.operand)} is ${condition.negated ? 'not ' : ''}null`;
    case 'exists':
      return `exists (${printedBlock(condition.block)})`;
    case 'opaque': {
      const mark = { comparison: '~', expression: '~f', runtime: '~?', natural: '~n', loaded: '~l' }[
        condition.what
      ];
      const parts = [
        ...condition.columns.map(printedOperand),
        ...condition.blocks.map((block) => `(${printedBlock(block)})`),
      ];
      return `${mark}(${parts.join(', ')})`;
    }
  }
}

function inBrackets(condition: Condition): string {
  const printed = printedCondition(condition);
  const joined = (condition.kind === 'and' || condition.kind === 'or') && condition.of.length > 1;
  return joined ? `(${printed})` : printed;
}

export function printedOperand(operand: Operand): string {
  switch (operand.kind) {
    case 'column':
      return operand.alias === null ? operand.column : `${operand.alias}.${operand.column}`;
    case 'outer':
      return `{${operand.text}}`;
    case 'block':
      return `(${printedBlock(operand.block)})`;
    case 'row':
      return `(${operand.of.map(printedOperand).join(', ')})`;
    case 'opaque': {
      const blocks = operand.blocks.map((block) => `(${printedBlock(block)})`);
      return `?(${[...operand.columns.map(printedOperand), ...blocks].join(', ')})`;
    }
  }
}

function printedOutput({ name, from }: OutputColumn): string {
  if (from === null) return `${name}=?`;
  const of = printedOperand(from);
  return from.kind === 'column' && from.column === name ? of : `${name}=${of}`;
}

function printedAssignments(assignments: readonly Assignment[]): string {
  return assignments.map(({ column, value }) => `${column} = ${printedOperand(value)}`).join(', ');
}

function printedInsert({ insert }: Block): string {
  if (insert === null) return '';
  const { columns, rows, from, conflict } = insert;
  const target = conflict?.constraint ?? (conflict?.target == null ? '?' : `(${conflict.target.join(', ')})`);
  const update = conflict?.action === 'update' ? ` ${printedAssignments(conflict.assignments)}` : '';
  return [
    columns === null ? '(?)' : `(${columns.map(({ name }) => name).join(', ')})`,
    rows === null ? '' : `values ${rows.map((row) => `(${row.map(printedOperand).join(', ')})`).join(', ')}`,
    from === null ? '' : `from (${printedBlock(from)})`,
    conflict === null ? '' : `on conflict ${target} ${conflict.action}${update}`,
  ]
    .filter((part) => part !== '')
    .join(' ');
}
