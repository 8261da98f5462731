// The sub-commands of `create table` and `alter table`, as Ecto's Postgres adapter writes them.
// Source: Ecto.Adapters.Postgres.Connection (column_definition, column_change, reference_expr), ecto_sql 3.13.

import { joined, place, refused, type Sql, textFrom, unsure } from './sql-text.js';
import {
  collationClause,
  columnType,
  defaultClause,
  defaultValue,
  nullClause,
  quoted,
  quotedAt,
  quotedText,
} from './type-sql.js';
import {
  atom,
  type CallPlace,
  given,
  isAtom,
  isTrue,
  type Located,
  nameText,
  type Option,
  type Options,
  option,
  plainText,
  type ReferenceValue,
} from './values.js';

export type Verb = 'add' | 'add_if_not_exists' | 'modify' | 'remove' | 'remove_if_exists';

/** `add :x, :string, null: false`. */
export interface SubCommand {
  readonly verb: Verb;
  readonly column: Located;
  /** `null` for `remove :x`. */
  readonly type: Located | null;
  readonly options: Options;
  readonly call: CallPlace;
}

/** The table that sub-commands belong to. */
export interface TableTarget {
  readonly name: Located;
  readonly prefix: Located | null;
  readonly mapType: string;
}

export function tableName({ name, prefix }: Pick<TableTarget, 'name' | 'prefix'>): Sql {
  return prefix === null ? quoted(name) : quotedAt(name.span, prefix, name);
}

/** A column of CREATE TABLE, with the constraint of its reference behind it. */
export function columnDefinition(table: TableTarget, sub: SubCommand): Sql {
  const { column, call } = sub;
  const definition = place(call.span, quoted(column), ' ', typeAndClauses(table, sub));
  const reference = referenceIn(sub.type);
  return reference === null ? definition : [definition, ', ', foreignKey(table, column, reference)];
}

/** The actions of ALTER TABLE. */
export function columnChange(table: TableTarget, sub: SubCommand): Sql {
  switch (sub.verb) {
    case 'add':
    case 'add_if_not_exists':
      return addition(table, sub);
    case 'modify':
      return modification(table, sub);
    case 'remove':
    case 'remove_if_exists':
      return removal(table, sub);
  }
}

function typeAndClauses(table: TableTarget, { type, options }: SubCommand): Sql {
  if (type === null) return refused('a column needs a type');
  const own = ownType(type);
  return [
    columnTypeOf(type, options, table.mapType),
    defaultClause(options, own, table.mapType),
    nullClause(options),
    collationClause(options),
    options.unknown === null ? '' : unsure(options.unknown),
  ];
}

function addition(table: TableTarget, sub: SubCommand): Sql {
  const { column, call, type, verb } = sub;
  const exists = verb === 'add_if_not_exists' ? ' IF NOT EXISTS ' : ' ';
  const words = [place(call.word, 'ADD COLUMN'), exists, quoted(column), ' '];
  const action = place(call.span, words, typeAndClauses(table, sub));
  const reference = referenceIn(type);
  return reference === null ? action : [action, ', ', addForeignKey(table, sub, reference)];
}

function addForeignKey(table: TableTarget, { call, column }: SubCommand, reference: ReferenceValue): Sql {
  return place(call.span, place(reference.call.word, 'ADD'), ' ', foreignKey(table, column, reference));
}

function modification(table: TableTarget, sub: SubCommand): Sql {
  const { column, type, options, call } = sub;
  if (type === null) return refused('modify needs a type');
  const alter = [place(call.word, 'ALTER COLUMN'), ' ', quoted(column), ' '];
  const actions: Sql[] = [];
  const from = referenceIn(fromType(options));
  if (from !== null) actions.push(dropForeignKey(table, sub, from, false));
  actions.push(
    place(call.span, alter, place(call.word, 'TYPE'), ' ', columnTypeOf(type, options, table.mapType)),
  );
  const reference = referenceIn(type);
  if (reference !== null) actions.push(addForeignKey(table, sub, reference));
  const nullable = given(options, 'null');
  if (nullable !== null) actions.push(place(call.span, alter, nullAction(nullable)));
  const value = option(options, 'default');
  if (value !== null) {
    const sql = defaultValue(value.value, ownType(type), table.mapType);
    actions.push(place(call.span, alter, place(value.span, 'SET DEFAULT'), ' ', sql));
  }
  const more = options.unknown === null ? '' : unsure(options.unknown);
  return [...joined(actions, ', '), collationClause(options), more];
}

function nullAction({ value, span }: Option): Sql {
  const allowed = isTrue(value.value);
  if (allowed === null) return [unsure('whether it may be NULL is computed'), place(span, 'DROP NOT NULL')];
  return place(span, allowed ? 'DROP NOT NULL' : 'SET NOT NULL');
}

function removal(table: TableTarget, sub: SubCommand): Sql {
  const { column, type, call, verb } = sub;
  const ifExists = verb === 'remove_if_exists';
  const action = place(
    call.span,
    place(call.word, 'DROP COLUMN'),
    ifExists ? ' IF EXISTS ' : ' ',
    quoted(column),
  );
  const reference = referenceIn(type);
  return reference === null ? action : [dropForeignKey(table, sub, reference, ifExists), ', ', action];
}

function dropForeignKey(
  table: TableTarget,
  { call, column }: SubCommand,
  reference: ReferenceValue,
  ifExists: boolean,
): Sql {
  const words = [place(reference.call.word, 'DROP CONSTRAINT'), ifExists ? ' IF EXISTS ' : ' '];
  return place(call.span, words, foreignKeyName(table, column, reference));
}

const ON_DELETE: ReadonlyMap<string, string> = new Map([
  ['nothing', ''],
  ['delete_all', ' ON DELETE CASCADE'],
  ['nilify_all', ' ON DELETE SET NULL'],
  ['default_all', ' ON DELETE SET DEFAULT'],
  ['restrict', ' ON DELETE RESTRICT'],
]);

const ON_UPDATE: ReadonlyMap<string, string> = new Map([
  ['nothing', ''],
  ['update_all', ' ON UPDATE CASCADE'],
  ['nilify_all', ' ON UPDATE SET NULL'],
  ['restrict', ' ON UPDATE RESTRICT'],
]);

export const REFERENCE_OPTIONS: ReadonlySet<string> = new Set(
  'name prefix column type on_delete on_update validate with match options table'.split(' '),
);

/** `CONSTRAINT … FOREIGN KEY …`. */
function foreignKey(table: TableTarget, column: Located, reference: ReferenceValue): Sql {
  const { call, options } = reference;
  const stray = options.list.find(({ name }) => !REFERENCE_OPTIONS.has(name));
  if (stray !== undefined) return refused(`references has no option "${stray.name}"`);
  const others = otherColumns(options);
  const referenced = given(options, 'column')?.value ?? { value: atom('id'), span: reference.table.span };
  const explicit = option(options, 'prefix')?.value;
  const prefix = explicit === undefined ? table.prefix : isAtom(explicit.value, 'nil') ? null : explicit;
  return place(
    call.span,
    place(call.word, 'CONSTRAINT'),
    ' ',
    foreignKeyName(table, column, reference),
    ' ',
    place(call.word, 'FOREIGN KEY'),
    ' (',
    list([column, ...others.map(([own]) => own)]),
    ') REFERENCES ',
    tableName({ name: reference.table, prefix }),
    '(',
    list([referenced, ...others.map(([, other]) => other)]),
    ')',
    matchClause(options),
    onDelete(given(options, 'on_delete')),
    chosen(given(options, 'on_update'), ON_UPDATE),
    notValid(options),
    options.unknown === null ? '' : unsure(options.unknown),
  );
}

function list(columns: readonly Located[]): Sql {
  return joined(columns.map(quoted), ',');
}

/** `with: [a: :b]`, pair by pair. */
function otherColumns(options: Options): readonly (readonly [Located, Located])[] {
  const pairs = given(options, 'with')?.value.value;
  if (pairs?.kind !== 'list') return [];
  return pairs.items.flatMap(({ value }) => {
    const [own, other] = value.kind === 'tuple' ? value.items : [];
    return own === undefined || other === undefined ? [] : [[own, other] as const];
  });
}

function matchClause(options: Options): Sql {
  const match = given(options, 'match');
  return match === null ? '' : ` MATCH ${(plainText(match.value.value) ?? 'simple').toUpperCase()}`;
}

function onDelete(found: Option | null): Sql {
  const value = found?.value.value;
  if (value?.kind !== 'tuple') return chosen(found, ON_DELETE);
  const [action, columns] = value.items;
  const words = isAtom(action?.value, 'nilify') ? 'SET NULL' : 'SET DEFAULT';
  const named = columns?.value.kind === 'list' ? columns.value.items : [];
  return [` ON DELETE ${words} (`, list(named), ')'];
}

function chosen(found: Option | null, clauses: ReadonlyMap<string, string>): Sql {
  if (found === null) return '';
  const { value } = found.value;
  const name = plainText(value);
  if (name === null) return unsure(`${found.name} is computed`);
  return clauses.get(name) ?? refused(`${found.name} does not know ${name}`);
}

/** ` NOT VALID` for `validate: false`. */
export function notValid(options: Options): Sql {
  const validate = option(options, 'validate');
  if (validate === null) return '';
  if (validate.value.value.kind === 'unknown') return unsure('whether it is validated is computed');
  return isAtom(validate.value.value, 'false') ? [' ', place(validate.span, 'NOT VALID')] : '';
}

function foreignKeyName(table: TableTarget, column: Located, { options, call }: ReferenceValue): Sql {
  const name = given(options, 'name');
  if (name !== null) return quoted(name.value);
  const parts = [nameText(table.name), nameText(column)];
  const text = `${parts.map((part) => part.text).join('_')}_fkey`;
  const known = parts.every((part) => part.holes.length === 0);
  return place(call.word, '"', textFrom(call.word, text, known ? [] : [{ start: 0, end: text.length }]), '"');
}

function referenceIn(type: Located | null): ReferenceValue | null {
  return type?.value.kind === 'reference' ? type.value : null;
}

/** What `from:` says of the type; `{type, options}` counts by its type. */
function fromType(options: Options): Located | null {
  const from = given(options, 'from')?.value ?? null;
  return from?.value.kind === 'tuple' && from.value.items[0]?.value.kind === 'reference'
    ? from.value.items[0]
    : from;
}

/** The type of a column, also of one that refers. */
function ownType(type: Located): Located {
  const reference = referenceIn(type);
  if (reference === null) return type;
  const named = given(reference.options, 'type')?.value;
  return { value: named?.value ?? atom('bigserial'), span: type.span };
}

function columnTypeOf(type: Located, options: Options, mapType: string): Sql {
  const reference = referenceIn(type);
  if (reference === null) return columnType(type, options, mapType);
  const own = ownType(type);
  const name = plainText(own.value);
  // A column that refers to a sequence's column has no sequence of its own.
  const plain = name === 'serial' ? 'integer' : name === 'bigserial' || name === 'identity' ? 'bigint' : null;
  const at = given(reference.options, 'type')?.value.span ?? reference.call.word;
  return plain === null ? columnType({ ...own, span: at }, options, mapType) : place(at, plain);
}

/** `PRIMARY KEY (…)`, or `null` when no column is marked. */
export function primaryKeyClause(subs: readonly SubCommand[]): Sql | null {
  const keys = subs.flatMap(({ verb, column, options, call }) => {
    const mark = verb === 'remove' || verb === 'remove_if_exists' ? null : given(options, 'primary_key');
    return mark === null || isTrue(mark.value.value) === false ? [] : [{ column, mark, call }];
  });
  const [first] = keys;
  if (first === undefined) return null;
  return place(first.mark.span, 'PRIMARY KEY (', list(keys.map(({ column }) => column)), ')');
}

/** COMMENT ON COLUMN, for each column that has one. */
export function columnComments(table: TableTarget, subs: readonly SubCommand[]): readonly Sql[] {
  return subs.flatMap(({ verb, column, options }) => {
    const comment = verb === 'remove' || verb === 'remove_if_exists' ? null : given(options, 'comment');
    if (comment === null) return [];
    return [
      place(
        comment.span,
        'COMMENT ON COLUMN ',
        tableName(table),
        '.',
        quoted(column),
        ' IS ',
        quotedText(comment.value),
      ),
    ];
  });
}
