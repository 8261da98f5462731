// What `table`, `index`, `constraint` and `references` give, and what they leave to the configuration.

import type { Span } from '../../text/span.js';
import type { Subject } from '../holes.js';
import { REFERENCE_OPTIONS, type SubCommand, type TableTarget } from './column-sql.js';
import { CONSTRAINT_OPTIONS, INDEX_OPTIONS } from './index-sql.js';
import type { Run } from './run.js';
import { isAtLeast } from './surroundings.js';
import { TABLE_OPTIONS } from './table-sql.js';
import {
  atom,
  type CallPlace,
  given,
  isAtom,
  type Located,
  nameText,
  type Option,
  type Options,
  option,
  optionsOf,
  type TableValue,
  truth,
  unknown,
  type Value,
} from './values.js';

/** The value of a call that describes something; `null` for other calls. */
export function describedObject(
  run: Run,
  call: CallPlace,
  name: string,
  args: readonly Located[],
): Value | null {
  const [first, second, third] = args;
  const subject = first ?? { value: unknown('it is not given'), span: call.span };
  const detail = second ?? { value: unknown('it is not given'), span: call.span };
  switch (name) {
    case 'table':
      return { kind: 'table', name: subject, options: taken(run, optionsOf(second), TABLE_OPTIONS), call };
    case 'index': {
      const options = taken(run, optionsOf(third), INDEX_OPTIONS);
      return { kind: 'index', table: subject, columns: detail, options, call };
    }
    case 'unique_index': {
      const base = optionsAt([['unique', truth(true)]], call.word);
      const options = merged(base, taken(run, optionsOf(third), INDEX_OPTIONS));
      return { kind: 'index', table: subject, columns: detail, options, call };
    }
    case 'constraint': {
      const options = taken(run, optionsOf(third), CONSTRAINT_OPTIONS);
      return { kind: 'constraint', table: subject, name: detail, options, call };
    }
    case 'references': {
      const written = taken(run, optionsOf(second), REFERENCE_OPTIONS, STRAY_OPTIONS);
      const options = merged(run.settings.reference(call.word), written);
      return { kind: 'reference', table: subject, options, call };
    }
    case 'fragment':
      return subject.value.kind === 'text'
        ? { kind: 'fragment', text: subject.value.text }
        : unknown('the text of a fragment is computed');
    default:
      return null;
  }
}

/** Options of `add`, which old migrations hand to `references` instead, `null:` above all. */
const STRAY_OPTIONS: ReadonlySet<string> = new Set(
  'null default primary_key size precision scale comment collation'.split(' '),
);

/**
 * The options that Ecto takes. Since ecto_sql 3.12 it raises for others, until then it passed over them.
 *
 * @param stray those that nothing says anything of where the version is not known
 */
function taken(
  run: Run,
  options: Options,
  known: ReadonlySet<string>,
  stray: ReadonlySet<string> = new Set(),
): Options {
  if (options.list.every(({ name }) => known.has(name))) return options;
  const version = run.around.locked('ecto_sql');
  if (isAtLeast(version, 3, 12)) return options;
  const isPassedOver = (name: string) => (version === null ? stray.has(name) : !known.has(name));
  return { ...options, list: options.list.filter(({ name }) => !isPassedOver(name)) };
}

/** The options, and those of the base that they do not name. */
function merged(base: Options, { list, unknown: missed }: Options): Options {
  const rest = base.list.filter(({ name }) => !list.some((own) => own.name === name));
  return { list: [...list, ...rest], unknown: missed };
}

/** Options that nobody wrote, as if they stood at the span. */
function optionsAt(pairs: readonly (readonly [string, Value])[], at: Span): Options {
  const list = pairs.map(([name, value]) => ({ name, value: { value, span: at }, key: at, span: at }));
  return { list, unknown: null };
}

function without(options: Options, ...names: readonly string[]): Options {
  return { ...options, list: options.list.filter(({ name }) => !names.includes(name)) };
}

export function targetOf(run: Run, { name, options }: TableValue): TableTarget {
  return { name, prefix: prefixOf(run, options, name.span), mapType: run.settings.mapType };
}

/** The schema that the options name, or else the configuration. */
export function prefixOf(run: Run, options: Options, at: Span): Located | null {
  return given(options, 'prefix')?.value ?? run.settings.prefix(at);
}

/** The table, for what only says that it is about it; `null` when its name is not known. */
export function subjectOf(name: Located, prefix: Located | null): Subject | null {
  const text = nameText(name);
  const schema = prefix === null ? null : nameText(prefix);
  if (text.holes.length > 0) return null;
  return { schema: schema === null || schema.holes.length > 0 ? null : schema.text, name: text.text };
}

/** The column that every new table gets, unless it or the configuration says otherwise. */
export function primaryKeyColumns(run: Run, table: TableValue): readonly SubCommand[] {
  const written = option(table.options, 'primary_key');
  const value = written?.value.value;
  const at = written?.span ?? table.call.word;
  if (isAtom(value, 'false')) return [];
  const custom = value === undefined || isAtom(value, 'true') ? null : optionsOf(written?.value);
  const options = custom ?? run.settings.primaryKey(at);
  if (options === null) return [];
  const mark = optionsAt([['primary_key', truth(true)]], at);
  return [
    {
      verb: 'add',
      column: given(options, 'name')?.value ?? { value: atom('id'), span: at },
      type: given(options, 'type')?.value ?? { value: atom('bigserial'), span: at },
      options: merged(without(options, 'name', 'type'), mark),
      call: { span: at, word: at },
    },
  ];
}

/** The columns of `timestamps()`. */
export function timestampColumns(
  run: Run,
  call: CallPlace,
  written: Located | undefined,
): readonly SubCommand[] {
  const required = optionsAt([['null', truth(false)]], call.word);
  const options = merged(required, merged(run.settings.timestamps(call.word), optionsOf(written)));
  const type = given(options, 'type')?.value ?? { value: atom('naive_datetime'), span: call.word };
  const others = without(options, 'type', 'inserted_at', 'updated_at');
  return ['inserted_at', 'updated_at'].flatMap((name): SubCommand[] => {
    const named: Option | null = option(options, name);
    if (isAtom(named?.value.value, 'false')) return [];
    const column = named?.value ?? { value: atom(name), span: call.word };
    return [{ verb: 'add', column, type, options: others, call }];
  });
}
