// Indexes, CHECK and EXCLUDE constraints, as Ecto's Postgres adapter writes them.
// Source: Ecto.Adapters.Postgres.Connection (execute_ddl), Ecto.Migration (default_index_name), ecto_sql 3.13.

import { notValid, tableName } from './column-sql.js';
import { joined, place, refused, type Sql, textFrom, unsure } from './sql-text.js';
import { checkedOptions } from './table-sql.js';
import { quoted, quotedAt, quotedText } from './type-sql.js';
import {
  type CallPlace,
  type ConstraintValue,
  given,
  type IndexValue,
  isAtom,
  isTrue,
  type Located,
  nameText,
  type Options,
  plainText,
  rawSql,
} from './values.js';

export const INDEX_OPTIONS: ReadonlySet<string> = new Set(
  'table prefix name columns unique concurrently using include only nulls_distinct where comment options'.split(
    ' ',
  ),
);

/** @param prefix the schema of the table */
export function createIndex(
  call: CallPlace,
  index: IndexValue,
  prefix: Located | null,
  ifNotExists: boolean,
): readonly Sql[] {
  const { options, table } = index;
  const unique = isSet(options, 'unique');
  const using = given(options, 'using');
  const include = given(options, 'include');
  const storage = given(options, 'options');
  const where = given(options, 'where');
  const comment = given(options, 'comment');
  const main = place(
    call.span,
    place(call.word, 'CREATE ', unique === false ? '' : 'UNIQUE ', 'INDEX'),
    ' ',
    unique === null ? unsure('unique is computed') : '',
    flag(options, 'concurrently', 'CONCURRENTLY'),
    ifNotExists ? 'IF NOT EXISTS ' : '',
    indexName(index, null),
    ' ON ',
    flag(options, 'only', 'ONLY'),
    tableName({ name: table, prefix }),
    using === null ? '' : [' ', place(using.span, 'USING ', rawSql(using.value))],
    ' (',
    joined(columnsOf(index.columns).map(indexKey), ', '),
    ')',
    include === null
      ? ''
      : [' ', place(include.span, 'INCLUDE (', joined(columnsOf(include.value).map(plainKey), ', '), ')')],
    nullsDistinct(options),
    storage === null ? '' : [' WITH (', rawSql(storage.value), ')'],
    where === null ? '' : [' WHERE ', rawSql(where.value)],
    checkedOptions('index', options, INDEX_OPTIONS),
  );
  if (comment === null) return [main];
  return [
    main,
    place(comment.span, 'COMMENT ON INDEX ', indexName(index, prefix), ' IS ', quotedText(comment.value)),
  ];
}

export function dropIndex(
  call: CallPlace,
  index: IndexValue,
  prefix: Located | null,
  ifExists: boolean,
  mode: Sql,
): Sql {
  return place(
    call.span,
    place(call.word, 'DROP INDEX'),
    ' ',
    flag(index.options, 'concurrently', 'CONCURRENTLY'),
    ifExists ? 'IF EXISTS ' : '',
    indexName(index, prefix),
    mode,
    checkedOptions('index', index.options, INDEX_OPTIONS),
  );
}

/** @param back gives it its old name again */
export function renameIndex(
  call: CallPlace,
  index: IndexValue,
  prefix: Located | null,
  to: Located,
  back: boolean,
): Sql {
  const before = back ? prefixed(to, prefix) : indexName(index, prefix);
  const after = back ? indexName(index, null) : quoted(to);
  return place(call.span, 'ALTER INDEX ', before, ' ', place(call.word, 'RENAME TO'), ' ', after);
}

/** Whether the option is true; `null` when that is computed. */
function isSet(options: Options, name: string): boolean | null {
  const found = given(options, name);
  return found === null ? false : isTrue(found.value.value);
}

/** The words, and a blank behind them, for an option that is true. */
function flag(options: Options, name: string, words: string): Sql {
  const found = given(options, name);
  const set = isSet(options, name);
  if (found === null || set === false) return '';
  return set === null ? unsure(`${name} is computed`) : [place(found.span, words), ' '];
}

function nullsDistinct(options: Options): Sql {
  const found = given(options, 'nulls_distinct');
  if (found === null) return '';
  if (isSet(options, 'unique') === false) {
    return refused('nulls_distinct is for unique indexes alone');
  }
  return [
    ' ',
    place(found.span, isAtom(found.value.value, 'false') ? 'NULLS NOT DISTINCT' : 'NULLS DISTINCT'),
  ];
}

function columnsOf({ value, span }: Located): readonly Located[] {
  return value.kind === 'list' ? value.items : [{ value, span }];
}

const DIRECTIONS: ReadonlyMap<string, string> = new Map([
  ['asc', ' ASC'],
  ['asc_nulls_first', ' ASC NULLS FIRST'],
  ['asc_nulls_last', ' ASC NULLS LAST'],
  ['desc', ' DESC'],
  ['desc_nulls_first', ' DESC NULLS FIRST'],
  ['desc_nulls_last', ' DESC NULLS LAST'],
]);

function indexKey(key: Located): Sql {
  if (key.value.kind !== 'tuple') return plainKey(key);
  const [direction, column] = key.value.items;
  if (direction === undefined || column === undefined) return refused('a key of an index is a column');
  const name = plainText(direction.value);
  const words = name === null ? unsure('the direction is computed') : DIRECTIONS.get(name);
  return place(key.span, plainKey(column), words ?? refused(`an index does not know the direction ${name}`));
}

/** A string is an expression of SQL, an atom the name of a column. */
function plainKey(key: Located): Sql {
  return key.value.kind === 'text' ? key.value.text : quoted(key);
}

function indexName(index: IndexValue, prefix: Located | null): Sql {
  return prefixed(given(index.options, 'name')?.value ?? defaultName(index), prefix);
}

function prefixed(name: Located, prefix: Located | null): Sql {
  return prefix === null ? quoted(name) : quotedAt(name.span, prefix, name);
}

/**
 * As Ecto.Migration makes it (default_index_name): the parts and `index`, with what is not a letter of a name as `_`, and none of
 * these at the end of a part.
 * @param parts the table, then columns and expressions
 */
export function defaultIndexName(parts: readonly string[]): string {
  return [...parts.map((part) => part.replace(/\W/g, '_').replace(/_+$/, '')), 'index'].join('_');
}

function defaultName({ table, columns }: IndexValue): Located {
  const keys = columnsOf(columns).map((key) => {
    const named = key.value.kind === 'tuple' ? key.value.items[1] : key;
    return nameText(named ?? key);
  });
  const parts = [nameText(table), ...keys];
  const text = defaultIndexName(parts.map((part) => part.text));
  const known = parts.every((part) => part.holes.length === 0);
  const { span } = columns;
  const holes = known ? [] : [{ start: 0, end: text.length }];
  return { value: { kind: 'text', text: textFrom(span, text, holes) }, span };
}

export const CONSTRAINT_OPTIONS: ReadonlySet<string> = new Set(
  'name table check exclude prefix comment validate'.split(' '),
);

export function createConstraint(
  call: CallPlace,
  constraint: ConstraintValue,
  prefix: Located | null,
): readonly Sql[] {
  const { options, name } = constraint;
  const table = tableName({ name: constraint.table, prefix });
  const comment = given(options, 'comment');
  const definition = place(
    constraint.call.span,
    place(call.word, 'CONSTRAINT'),
    ' ',
    quoted(name),
    ' ',
    conditionOf(options),
    notValid(options),
    checkedOptions('constraint', options, CONSTRAINT_OPTIONS),
  );
  const main = place(
    call.span,
    'ALTER TABLE ',
    table,
    ' ',
    place(call.span, place(call.word, 'ADD'), ' ', definition),
  );
  if (comment === null) return [main];
  const on = ['COMMENT ON CONSTRAINT ', quoted(name), ' ON ', table, ' IS '];
  return [main, place(comment.span, on, quotedText(comment.value))];
}

function conditionOf(options: Options): Sql {
  const check = given(options, 'check');
  const exclude = given(options, 'exclude');
  if (check !== null && exclude !== null) return refused('a constraint has check: or exclude:, not both');
  if (check !== null) return [place(check.key, 'CHECK'), ' (', rawSql(check.value), ')'];
  if (exclude !== null) return [place(exclude.key, 'EXCLUDE'), ' USING ', rawSql(exclude.value)];
  return options.unknown === null
    ? refused('a constraint needs check: or exclude:')
    : ['CHECK (true)', unsure(options.unknown)];
}

export function dropConstraint(
  call: CallPlace,
  constraint: ConstraintValue,
  prefix: Located | null,
  ifExists: boolean,
  mode: Sql,
): Sql {
  const action = place(
    call.span,
    place(call.word, 'DROP CONSTRAINT'),
    ifExists ? ' IF EXISTS ' : ' ',
    quoted(constraint.name),
    mode,
  );
  return place(call.span, 'ALTER TABLE ', tableName({ name: constraint.table, prefix }), ' ', action);
}
