// Steps of a new migration as SQL.

import type { SqlStyle } from './sql-style.js';
import { inStyle } from './sql-words.js';
import type { Backfill, IndexStep, Step, TableName } from './steps.js';

/** One statement with its `;`. */
export function endedSql(step: Step, style: SqlStyle): string {
  return step.kind === 'moved' ? step.text : `${sqlOf(step, style)};`;
}

/** One statement, without `;`. Lines are parted by `\n`. */
export function sqlOf(step: Step, style: SqlStyle): string {
  const { words, name } = style;
  const ifExists = style.guards ? ' if exists' : '';
  const alter = (table: TableName) => `${words('alter table')} ${style.table(table)}`;
  const alterColumn = (table: TableName, column: string) =>
    `${alter(table)} ${words('alter column')} ${name(column)}`;
  switch (step.kind) {
    case 'validate-constraint':
      return `${alter(step.table)} ${words('validate constraint')} ${name(step.constraint)}`;
    case 'drop-constraint':
      return `${alter(step.table)} ${words(`drop constraint${ifExists}`)} ${name(step.constraint)}`;
    case 'add-check':
      return `${alter(step.table)} ${addCheck(step.constraint, step.sql, style)}`;
    case 'set-not-null':
      return `${alterColumn(step.table, step.column)} ${words('set not null')}`;
    case 'drop-not-null':
      return `${alterColumn(step.table, step.column)} ${words('drop not null')}`;
    case 'set-default':
      return `${alterColumn(step.table, step.column)} ${words('set default')} ${step.value}`;
    case 'drop-default':
      return `${alterColumn(step.table, step.column)} ${words('drop default')}`;
    case 'drop-column':
      return `${alter(step.table)} ${words(`drop column${ifExists}`)} ${name(step.column)}`;
    case 'create-index':
      return createIndex(step, style);
    case 'drop-index':
      return dropIndex(step, style);
    case 'backfill':
      return backfillInBatches(step, style);
    case 'row-level-security':
      return `${alter(step.table)} ${words(`${step.on ? 'enable' : 'disable'} row level security`)}`;
    case 'drop-policy':
      return `${words('drop policy')} ${name(step.policy)} ${words('on')} ${style.table(step.table)}`;
    case 'words':
      return inStyle(step.sql, style);
    case 'sql':
      return step.sql;
    case 'moved':
      return step.text.replace(/;\s*$/, '');
  }
}

/** The action of an ALTER TABLE. */
export function addCheck(constraint: string, sql: string, { words, name }: SqlStyle): string {
  return `${words('add constraint')} ${name(constraint)} ${words('check')} (${sql}) ${words('not valid')}`;
}

/** The condition by which a CHECK proves that a column holds no NULL. */
export function isPresent(column: string, { words, name }: SqlStyle): string {
  return `${name(column)} ${words('is not null')}`;
}

function createIndex(step: IndexStep, style: SqlStyle): string {
  // A concurrent build that was cut short leaves an invalid index, which IF NOT EXISTS would take as it is.
  const how = step.concurrently ? ' concurrently' : style.guards ? ' if not exists' : '';
  const kind = `create ${step.unique ? 'unique ' : ''}index${how}`;
  const on = `${style.words('on')} ${style.table(step.table)} ${style.list(step.columns)}`;
  return `${style.words(kind)} ${style.name(step.name)} ${on}`;
}

function dropIndex(step: Extract<Step, { kind: 'drop-index' }>, style: SqlStyle): string {
  const { index, ifExists } = step;
  const kind = `drop index${index.concurrently ? ' concurrently' : ''}${ifExists || style.guards ? ' if exists' : ''}`;
  return `${style.words(kind)} ${style.table({ schema: index.table.schema, name: index.name })}`;
}

/** Rows of one batch. */
const BATCH = 1000;

/**
 * A DO block that commits after each batch, for which it must stand outside a transaction:
 * https://www.postgresql.org/docs/current/plpgsql-transactions.html. Each batch begins at the key at which the one before
 * ended, so no row is read twice.
 */
function backfillInBatches(step: Backfill, style: SqlStyle): string {
  const { words, name, indent } = style;
  const table = style.table(step.table);
  const open = unfilled(step, style);
  const update = `${words('update')} ${table} ${words('set')} ${name(step.column)} = ${step.value}`;
  if (step.key.length === 0) {
    // A ctid tells rows of one file apart: partitions may have the same.
    const some = `${words('select')} tableoid, ctid ${words('from')} ${table} ${words('where')} ${open} ${words('limit')} ${BATCH}`;
    return block(
      style,
      [],
      [
        words('loop'),
        `${indent}${update}`,
        `${indent}${words('where')} (tableoid, ctid) ${words('in')} (${some}) ${words('and')} ${open};`,
        `${indent}${words('exit when not found')};`,
        `${indent}${words('commit')};`,
        `${words('end loop')};`,
      ],
    );
  }
  const first = step.key.map((column) => `first_${identifier(column)}`);
  const last = step.key.map((column) => `last_${identifier(column)}`);
  const row = (names: readonly string[]) => (names.length === 1 ? (names[0] ?? '') : `(${names.join(', ')})`);
  const keys = step.key.map(name);
  const down = keys.map((key) => `${key} ${words('desc')}`).join(', ');
  const variables = [...first, ...last].map((variable, index) => {
    const key = keys[index % keys.length] ?? '';
    return `${variable} ${table}.${key}%${words('type')};`;
  });
  const select = `${words('select')} ${keys.join(', ')}`;
  const from = `${words('from')} ${table}`;
  const order = `${words('order by')} ${keys.join(', ')} ${words('limit')}`;
  const begins = `${row(keys)} >= ${row(first)}`;
  return block(style, variables, [
    `${select} ${words('into')} ${first.join(', ')} ${from} ${order} 1;`,
    `${words('while')} ${first[0] ?? ''} ${words('is not null loop')}`,
    `${indent}${select} ${words('into')} ${last.join(', ')}`,
    `${indent}${words('from')} (${select} ${from} ${words('where')} ${begins} ${order} ${BATCH}) batch`,
    `${indent}${words('order by')} ${down} ${words('limit')} 1;`,
    '',
    `${indent}${update}`,
    `${indent}${words('where')} ${begins} ${words('and')} ${row(keys)} <= ${row(last)} ${words('and')} ${open};`,
    `${indent}${words('commit')};`,
    '',
    `${indent}${select} ${words('into')} ${first.join(', ')} ${from}`,
    `${indent}${words('where')} ${row(keys)} > ${row(last)} ${order} 1;`,
    `${words('end loop')};`,
  ]);
}

/** One UPDATE of all rows, for runners that cannot leave their transaction. */
export function backfillAtOnce(step: Backfill, style: SqlStyle): string {
  const { words, name } = style;
  const update = `${words('update')} ${style.table(step.table)} ${words('set')} ${name(step.column)} = ${step.value}`;
  return `${update} ${words('where')} ${unfilled(step, style)}`;
}

function unfilled({ column, source }: Backfill, style: SqlStyle): string {
  const empty = `${style.name(column)} ${style.words('is null')}`;
  return source === null ? empty : `${empty} ${style.words('and')} ${isPresent(source, style)}`;
}

function block({ words, indent }: SqlStyle, variables: readonly string[], lines: readonly string[]): string {
  const inside = (line: string) => (line === '' ? '' : indent + line);
  const body = [
    ...(variables.length === 0 ? [] : [words('declare'), ...variables.map(inside)]),
    words('begin'),
    ...lines.map(inside),
    words('end'),
  ].join('\n');
  // A quoted name may hold what ends a dollar quote.
  const quote = body.includes('$$') ? '$backfill$' : '$$';
  return [`${words('do')} ${quote}`, body, quote].join('\n');
}

/** A part of a variable's name. */
function identifier(column: string): string {
  return column.toLowerCase().replace(/[^a-z0-9_]/g, '_');
}
