// What `table`, `index`, `constraint` and `references` give, and what they leave to the configuration.

import type { Span } from '../../text/span.js';
import type { SubCommand, TableTarget } from './column-sql.js';
import type { Subject } from './doubt.js';
import type { Run } from './run.js';
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
      return { kind: 'table', name: subject, options: optionsOf(second), call };
    case 'index':
      return { kind: 'index', table: subject, columns: detail, options: optionsOf(third), call };
    case 'unique_index': {
      const base = optionsAt([['unique', truth(true)]], call.word);
      const options = merged(base, optionsOf(third));
      return { kind: 'index', table: subject, columns: detail, options, call };
    }
    case 'constraint':
      return { kind: 'constraint', table: subject, name: detail, options: optionsOf(third), call };
    case 'references': {
      const options = merged(run.settings.reference(call.word), optionsOf(second));
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
