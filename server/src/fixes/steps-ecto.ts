// Steps of a new migration as Elixir.

import { LINE_LENGTH } from './ecto-layout.js';
import { atom, type EctoStyle, sqlText, string } from './ecto-style.js';
import type { SqlStyle } from './sql-style.js';
import type { Backfill, FollowUp, IndexStep, Reversible, Step, TableName } from './steps.js';
import { sqlOf } from './steps-sql.js';

export interface Writer {
  readonly style: EctoStyle;
  /** Of raw SQL. */
  readonly sql: SqlStyle;
}

/** The body of a new migration: its callbacks, and what comes before them. Lines without the module's indentation. */
export interface Written {
  readonly imports: readonly string[];
  readonly attributes: readonly string[];
  readonly callbacks: readonly string[];
}

/** What all new migrations stand in: module and callback. */
const INDENT = '    ';

/** An expression, its further lines indented as in the body of a callback. */
export function codeOf(step: Step, { style, sql }: Writer, indent = INDENT): string {
  switch (step.kind) {
    case 'add-check': {
      const options = `check: ${string(step.sql)}, validate: false`;
      return style.call('create', [`constraint(${target(step.table, step.constraint)}, ${options})`], indent);
    }
    case 'drop-constraint': {
      const constraint = `constraint(${target(step.table, step.constraint)})`;
      return style.call(style.guards ? 'drop_if_exists' : 'drop', [constraint], indent);
    }
    case 'create-index':
      // As in SQL, a concurrent build is not to be content with what an earlier one left.
      return style.call(
        style.guards && !step.concurrently ? 'create_if_not_exists' : 'create',
        [indexCall(step)],
        indent,
      );
    case 'drop-index':
      return style.call(
        step.ifExists || style.guards ? 'drop_if_exists' : 'drop',
        [indexCall(step.index)],
        indent,
      );
    default:
      return style.call('execute', [sqlText(sqlOf(step, sql), indent)], indent);
  }
}

/** The two ways as one expression of `change`; `null` when it takes more than that. */
function reversibleCode(
  up: readonly Step[],
  down: readonly Step[],
  writer: Writer,
  indent = INDENT,
): string | null {
  const [only, ...others] = up;
  const [back, ...more] = down;
  if (only === undefined || others.length > 0 || more.length > 0) return null;
  if (only.kind === 'add-check' && back?.kind === 'drop-constraint') return codeOf(only, writer, indent);
  if (only.kind === 'create-index' && back?.kind === 'drop-index' && !back.ifExists) {
    return codeOf(only, writer, indent);
  }
  const forth = sqlText(sqlOf(only, writer.sql), indent);
  const reverse = back === undefined ? '""' : sqlText(sqlOf(back, writer.sql), indent);
  return writer.style.call('execute', [forth, reverse], indent);
}

/** Expressions for a callback: in `change` each with what undoes it. */
export function codesIn(
  callback: 'change' | 'up' | 'down',
  steps: readonly Reversible[],
  writer: Writer,
): readonly string[] {
  return steps.map(({ up, down }) => {
    const both = callback === 'change' ? reversibleCode([up], down === null ? [] : [down], writer) : null;
    return both ?? codeOf(up, writer);
  });
}

export function writtenFollowUp(followUp: FollowUp, writer: Writer): Written {
  const { up, down, notes } = followUp;
  const comments = notes.map((line) => `# ${line}`);
  const [only] = up;
  if (up.length === 1 && only?.kind === 'backfill') return backfill(only, comments, writer);
  const change = reversibleCode(up, down, writer);
  if (change !== null) return plain([...comments, ...callback('change', [change])]);
  const back = down.length === 0 ? ['def down, do: :ok'] : callback('down', codes(down, writer));
  return plain([...comments, ...callback('up', codes(up, writer)), '', ...back]);
}

function plain(callbacks: readonly string[]): Written {
  return { imports: [], attributes: [], callbacks };
}

function codes(steps: readonly Step[], writer: Writer): readonly string[] {
  return steps.map((step) => codeOf(step, writer));
}

/** Expressions of several lines are parted from the others by empty lines. */
function callback(name: string, expressions: readonly string[]): readonly string[] {
  const body = expressions.flatMap((code, index) => {
    const apart = index > 0 && (code.includes('\n') || (expressions[index - 1] ?? '').includes('\n'));
    return [
      ...(apart ? [''] : []),
      ...`  ${code}`.split('\n').map((line, at) => (at > 0 ? outdented(line) : line)),
    ];
  });
  return [`def ${name} do`, ...body, 'end'];
}

/** Code is indented for a file; the lines of a callback are not yet. */
function outdented(line: string): string {
  return line.startsWith('  ') ? line.slice(2) : line;
}

function target(table: TableName, name: string): string {
  const prefix = table.schema === null ? '' : `, prefix: ${string(table.schema)}`;
  return `${atom(table.name)}, ${atom(name)}${prefix}`;
}

/** `index(:orders, [:customer_id], …)`. */
function indexCall({ table, columns, unique, given, concurrently }: IndexStep): string {
  const options = [
    ...(table.schema === null ? [] : [`prefix: ${string(table.schema)}`]),
    ...(given === null ? [] : [`name: ${atom(given)}`]),
    ...(concurrently ? ['concurrently: true'] : []),
  ];
  const keys = `[${columns.map(atom).join(', ')}]`;
  return `${unique ? 'unique_index' : 'index'}(${[atom(table.name), keys, ...options].join(', ')})`;
}

/**
 * Batches along the primary key by way of Ecto, each committed by itself. Where the key has several columns or none, SQL does
 * it: rows of a table without a schema cannot be compared by several columns at once.
 */
function backfill(step: Backfill, comments: readonly string[], writer: Writer): Written {
  const [key] = step.key;
  const about = [
    ...comments,
    '# Each batch is committed by itself, so no row stays locked for long. It may be stopped and run again.',
  ];
  if (key === undefined || step.key.length > 1) {
    const up = callback('up', [codeOf(step, writer)]);
    return plain([...about, ...up, '', 'def down, do: :ok']);
  }
  const row = /^[a-z]/.exec(step.table.name)?.[0] ?? 't';
  const prefix = step.table.schema === null ? [] : [`prefix: ${string(step.table.schema)}`];
  const source = `${row} in ${string(step.table.name)}`;
  const id = fieldOf(row, key);
  const open = [
    `is_nil(${fieldOf(row, step.column)})`,
    ...(step.source === null ? [] : [`not is_nil(${fieldOf(row, step.source)})`]),
  ];
  const value =
    step.value === step.source
      ? fieldOf(row, step.source)
      : `fragment(${string(step.value).replaceAll('?', '\\\\?')})`;
  const guess = step.keyIsKnown ? [] : [`# The primary key is taken to be ${key}.`];
  return {
    imports: ['import Ecto.Query'],
    attributes: ['@batch_size 1_000'],
    callbacks: [
      ...about,
      ...guess,
      'def up do',
      '  fill(repo().all(batch()))',
      'end',
      '',
      'def down, do: :ok',
      '',
      'defp fill([]), do: :ok',
      '',
      'defp fill(keys) do',
      '  repo().update_all(',
      `    from(${source},`,
      ...prefix.map((option) => `      ${option},`),
      `      where: ${id} in ^keys,`,
      ...open.map((condition) => `      where: ${condition},`),
      ...updateClause(`set: [${keyName(step.column)} ${value}]`),
      '    ),',
      '    []',
      '  )',
      '',
      '  last = List.last(keys)',
      `  fill(repo().all(from(${row} in batch(), where: ${id} > ^last)))`,
      'end',
      '',
      'defp batch do',
      `  from(${[source, ...prefix, `order_by: ${id}`, 'limit: ^@batch_size', `select: ${id}`].join(', ')})`,
      'end',
    ],
  };
}

/** As the formatter breaks it, with the indentation of the module still to come. */
function updateClause(set: string): readonly string[] {
  const line = `      update: [${set}]`;
  return line.length + 2 <= LINE_LENGTH ? [line] : ['      update: [', `        ${set}`, '      ]'];
}

function fieldOf(row: string, column: string): string {
  return /^[a-z_][A-Za-z0-9_]*$/.test(column) ? `${row}.${column}` : `field(${row}, ${atom(column)})`;
}

function keyName(column: string): string {
  return `${atom(column).slice(1)}:`;
}
