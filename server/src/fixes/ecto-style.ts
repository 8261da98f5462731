// Elixir as the author of a migration writes it, and as `mix format` would leave it.

import type { Expr } from '../syntax/elixir/nodes.js';
import { everythingIn, isCallOf } from './elixir-tree.js';

export interface EctoStyle {
  /** A call of the migration DSL, without line breaks where it fits in. */
  call(verb: string, args: readonly string[], indent: string): string;
}

/** The formatter's default. */
export const LINE_LENGTH = 98;

const VERBS = [
  'create',
  'create_if_not_exists',
  'drop',
  'drop_if_exists',
  'alter',
  'rename',
  'execute',
  'add',
  'modify',
  'remove',
];

/** @param items a migration of the author */
export function ectoStyle(items: readonly Expr[]): EctoStyle {
  const all = items.flatMap((item) => [...everythingIn(item)]).filter((expr) => isCallOf(expr, VERBS));
  const parenthesizes = (verb: string): boolean => {
    const calls = all.filter((expr) => isCallOf(expr, VERBS));
    const same = calls.filter(({ name }) => name === verb);
    const sample = same.length > 0 ? same : calls;
    return sample.filter(({ parenthesized }) => parenthesized).length * 2 > sample.length;
  };
  return {
    call(verb, args, indent) {
      const inParentheses = parenthesizes(verb);
      const list = args.join(', ');
      const line = inParentheses ? `${verb}(${list})` : `${verb} ${list}`;
      const first = line.split('\n', 1)[0] ?? '';
      if (indent.length + first.length <= LINE_LENGTH || (args.length === 1 && !inParentheses)) return line;
      if (!inParentheses) return `${verb} ${args.join(`,\n${indent}${' '.repeat(verb.length + 1)}`)}`;
      return `${verb}(\n${args.map((arg) => `${indent}  ${arg}`).join(',\n')}\n${indent})`;
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

/** `def name do … end`; a body of nothing is `:ok`. */
export function definition(name: string, lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return [`  def ${name}, do: :ok`];
  return [`  def ${name} do`, ...lines.map((line) => (line === '' ? '' : `    ${line}`)), '  end'];
}
