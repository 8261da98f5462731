// Elixir as the author of a migration writes it, and as `mix format` would leave it.

import type { Expr } from '../syntax/elixir/nodes.js';
import type { ElixirParser } from '../syntax/elixir/parse.js';
import { everythingIn, isCallOf } from '../syntax/elixir/walk.js';
import { fitted } from './ecto-layout.js';

export interface EctoStyle {
  /** A call of the migration DSL, broken where it does not fit behind the indentation. */
  call(verb: string, args: readonly string[], indent: string): string;
  /** The author says `create_if_not_exists` and `drop_if_exists`. */
  readonly guards: boolean;
}

const VERBS = [
  'create',
  'create_if_not_exists',
  'drop',
  'drop_if_exists',
  'alter',
  'rename',
  'execute',
  'add',
  'add_if_not_exists',
  'modify',
  'remove',
];

/** @param items a migration of the author */
export function ectoStyle(parser: ElixirParser, items: readonly Expr[]): EctoStyle {
  const calls = items.flatMap((item) => [...everythingIn(item)]).filter((expr) => isCallOf(expr, VERBS));
  const parenthesizes = (verb: string): boolean => {
    const same = calls.filter(({ name }) => name === verb);
    const sample = same.length > 0 ? same : calls;
    return sample.filter(({ parenthesized }) => parenthesized).length * 2 > sample.length;
  };
  const made = calls.filter(({ name }) => /^(?:create|drop|add)/.test(name));
  return {
    guards: made.filter(({ name }) => name.includes('_if_')).length * 2 > made.length,
    call(verb, args, indent) {
      const list = args.join(', ');
      const code = parenthesizes(verb) ? `${verb}(${list})` : `${verb} ${list}`;
      return fitted(parser, code, indent.length);
    },
  };
}

/** An atom: `:name`, `:"two words"`. */
export function atom(name: string): string {
  return /^[a-z_][A-Za-z0-9_]*[?!]?$/.test(name) ? `:${name}` : `:${string(name)}`;
}

/** A string of one line. */
export function string(text: string): string {
  return `"${escaped(text).replaceAll('"', '\\"')}"`;
}

/** A text as the argument of a call: a heredoc when it has several lines. */
export function sqlText(sql: string, indent: string): string {
  if (!sql.includes('\n')) return string(sql);
  const lines = escaped(sql).split('\n');
  return ['"""', ...lines.map((line) => (line === '' ? '' : indent + line)), `${indent}"""`].join('\n');
}

/** What may not stand in a string as it is, quotes aside. */
export function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('#{', '\\#{');
}
