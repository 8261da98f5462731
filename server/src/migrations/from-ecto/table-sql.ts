// CREATE, ALTER, DROP and RENAME of tables, as Ecto's Postgres adapter writes them. Comments are statements of their own.
// Source: Ecto.Adapters.Postgres.Connection (execute_ddl), ecto_sql 3.13; `modifiers:` since 3.14.

import type { Span } from '../../text/span.js';
import {
  columnChange,
  columnComments,
  columnDefinition,
  primaryKeyClause,
  type SubCommand,
  type TableTarget,
  tableName,
} from './column-sql.js';
import { joined, place, refused, type Sql, unsure } from './sql-text.js';
import { quoted, quotedText } from './type-sql.js';
import {
  type CallPlace,
  given,
  isAtom,
  type Located,
  type Options,
  option,
  rawSql,
  type TableValue,
} from './values.js';

export const TABLE_OPTIONS: ReadonlySet<string> = new Set(
  'name prefix comment primary_key engine options modifiers'.split(' '),
);

/** What Ecto says to unknown options, and what we say to those that we cannot read. */
export function checkedOptions(what: string, { list, unknown }: Options, known: ReadonlySet<string>): Sql {
  const stray = list.find(({ name }) => !known.has(name));
  if (stray !== undefined) return refused(`${what} has no option "${stray.name}"`);
  return unknown === null ? '' : unsure(unknown);
}

export function createTable(
  call: CallPlace,
  table: TableValue,
  target: TableTarget,
  columns: readonly SubCommand[],
  ifNotExists: boolean,
): readonly Sql[] {
  const { options } = table;
  const modifiers = given(options, 'modifiers');
  const extra = given(options, 'options');
  const key = primaryKeyClause(columns);
  const elements = columns.map((column) => columnDefinition(target, column));
  const main = place(
    call.span,
    place(call.word, 'CREATE ', modifiers === null ? '' : [rawSql(modifiers.value), ' '], 'TABLE'),
    ifNotExists ? ' IF NOT EXISTS ' : ' ',
    tableName(target),
    ' (',
    joined(elements, ', '),
    key === null ? '' : [', ', key],
    ')',
    extra === null ? '' : [' ', rawSql(extra.value)],
    checkedOptions('table', options, TABLE_OPTIONS),
  );
  return [main, ...comments(target, options, columns)];
}

export function alterTable(
  call: CallPlace,
  table: TableValue,
  target: TableTarget,
  changes: readonly SubCommand[],
): readonly Sql[] {
  const key = primaryKeyClause(changes);
  const main = place(
    call.span,
    'ALTER TABLE ',
    tableName(target),
    ' ',
    joined(
      changes.map((change) => columnChange(target, change)),
      ', ',
    ),
    key === null ? '' : [', ', keyAction(key)],
    checkedOptions('table', table.options, TABLE_OPTIONS),
  );
  return [main, ...comments(target, table.options, changes)];
}

function keyAction(key: Sql): Sql {
  return ['ADD ', key];
}

function comments(target: TableTarget, options: Options, columns: readonly SubCommand[]): readonly Sql[] {
  const comment = given(options, 'comment');
  const own =
    comment === null
      ? []
      : [place(comment.span, 'COMMENT ON TABLE ', tableName(target), ' IS ', quotedText(comment.value))];
  return [...own, ...columnComments(target, columns)];
}

export function dropTable(
  call: CallPlace,
  table: TableValue,
  target: TableTarget,
  ifExists: boolean,
  mode: Sql,
): Sql {
  return place(
    call.span,
    place(call.word, 'DROP TABLE'),
    ifExists ? ' IF EXISTS ' : ' ',
    tableName(target),
    mode,
    checkedOptions('table', table.options, TABLE_OPTIONS),
  );
}

/** `mode: :cascade`. */
export function dropMode(options: Options): Sql {
  const mode = option(options, 'mode');
  if (options.unknown !== null) return unsure(options.unknown);
  return mode !== null && isAtom(mode.value.value, 'cascade') ? [' ', place(mode.span, 'CASCADE')] : '';
}

export function renameTable(call: CallPlace, target: TableTarget, to: Located): Sql {
  return place(
    call.span,
    'ALTER TABLE ',
    tableName(target),
    ' ',
    place(call.word, 'RENAME TO'),
    ' ',
    quoted(to),
  );
}

export function renameColumn(call: CallPlace, target: TableTarget, column: Located, to: Located): Sql {
  return place(
    call.span,
    'ALTER TABLE ',
    tableName(target),
    ' ',
    place(call.word, 'RENAME'),
    ' ',
    quoted(column),
    ' TO ',
    quoted(to),
  );
}

/** The words of a command and of what it is given: `create index`. Apart from each other, those of the command. */
export function wordsOf(command: CallPlace, object: CallPlace): Span {
  const gap = object.word.start - command.word.end;
  return gap === 1 ? { start: command.word.start, end: object.word.end } : command.word;
}
