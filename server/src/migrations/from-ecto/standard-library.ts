// Functions of Elixir's standard library that migrations compute names, lists and SQL with.

import type { Span } from '../../text/span.js';
import { number } from './operators.js';
import type { Run } from './run.js';
import { FILE_FUNCTIONS } from './standard-library/files.js';
import { KEYWORD_FUNCTIONS } from './standard-library/keywords.js';
import type { Functions, Library } from './standard-library/library.js';
import { LIST_FUNCTIONS } from './standard-library/lists.js';
import { TEXT_FUNCTIONS } from './standard-library/texts.js';
import { isAtom, type Located, truth, unknown, type Value } from './values.js';

/**
 * The value of a call of the standard library; `null` when it is not one that is read here.
 *
 * @param module `Kernel` for local calls, `:timer` for a module of Erlang
 */
export function libraryValue(
  run: Run,
  module: string,
  name: string,
  args: readonly Located[],
  at: Span,
): Value | null {
  const found = FUNCTIONS[`${module}.${name}`];
  if (found !== undefined) return found(run, args, at) ?? unknown(`what ${name} gives is not known`);
  return module === 'Kernel' && PURE.has(name) ? unknown(`what ${name} gives is not known`) : null;
}

/** Other functions of Kernel: they give something and touch nothing. */
const PURE: ReadonlySet<string> = new Set(
  (
    'abs binary_part binding bit_size byte_size ceil dbg div exit floor function_exported? get_in hd inspect ' +
    'is_atom is_binary is_bitstring is_boolean is_exception is_float is_function is_integer is_map is_map_key ' +
    'is_number is_pid is_struct is_tuple macro_exported? make_ref map_size match? max min node pop_in put_elem ' +
    'put_in rem round self send spawn struct struct! tl trunc tuple_size update_in __ENV__ __DIR__ __CALLER__'
  ).split(' '),
);

const duration = (milliseconds: number): Library => {
  return (_run, [count]) =>
    count?.value.kind === 'number' ? number(Number(count.value.digits) * milliseconds) : null;
};

const then: Library = (_run, [first, work], at) =>
  work?.value.kind === 'function' && first !== undefined ? work.value.apply([first], at) : null;

const tap: Library = (run, args, at) => {
  then(run, args, at);
  return args[0]?.value ?? null;
};

const elem: Library = (_run, [tuple, index]) => {
  const at = index?.value.kind === 'number' ? Number(index.value.digits) : -1;
  return tuple?.value.kind === 'tuple' ? (tuple.value.items[at]?.value ?? null) : null;
};

const isKind = (holds: (value: Value) => boolean): Library => {
  return (_run, [first]) =>
    first === undefined || first.value.kind === 'unknown' ? null : truth(holds(first.value));
};

const calculated = (compute: (a: number, b: number) => number | null): Library => {
  return (_run, args) => {
    const numbers = args.map(({ value }) => (value.kind === 'number' ? Number(value.digits) : Number.NaN));
    const [first = Number.NaN, second = first] = numbers;
    const result = numbers.some(Number.isNaN) ? null : compute(first, second);
    return result === null || Number.isNaN(result) ? null : number(result);
  };
};

const FUNCTIONS: Functions = {
  ...TEXT_FUNCTIONS,
  ...LIST_FUNCTIONS,
  ...KEYWORD_FUNCTIONS,
  ...FILE_FUNCTIONS,
  'Kernel.is_nil': isKind((value) => isAtom(value, 'nil')),
  'Kernel.is_list': isKind((value) => value.kind === 'list'),
  'Kernel.is_atom': isKind((value) => value.kind === 'atom' || value.kind === 'module'),
  'Kernel.is_binary': isKind((value) => value.kind === 'text'),
  'Kernel.is_boolean': isKind((value) => isAtom(value, 'true', 'false')),
  'Kernel.is_integer': isKind((value) => value.kind === 'number' && /^-?\d+$/.test(value.digits)),
  'Kernel.is_number': isKind((value) => value.kind === 'number'),
  'Kernel.is_map': isKind((value) => value.kind === 'map'),
  'Kernel.is_tuple': isKind((value) => value.kind === 'tuple'),
  'Kernel.is_function': isKind((value) => value.kind === 'function'),
  'Kernel.elem': elem,
  'Kernel.tuple_size': (_run, [tuple]) =>
    tuple?.value.kind === 'tuple' ? number(tuple.value.items.length) : null,
  'Tuple.to_list': (_run, [tuple]) =>
    tuple?.value.kind === 'tuple' ? { kind: 'list', items: tuple.value.items } : null,
  'Kernel.div': calculated((a, b) => (b === 0 ? null : Math.trunc(a / b))),
  'Kernel.rem': calculated((a, b) => (b === 0 ? null : a % b)),
  'Kernel.max': calculated(Math.max),
  'Kernel.min': calculated(Math.min),
  'Kernel.abs': calculated(Math.abs),
  'Kernel.function_exported?': () => null,
  'Kernel.then': then,
  'Kernel.tap': tap,
  ':timer.seconds': duration(1000),
  ':timer.minutes': duration(60_000),
  ':timer.hours': duration(3_600_000),
};
