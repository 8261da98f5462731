// Elixir as the readers of migrations, schemas and queries need it: a small tree without tree-sitter.
// Half-typed code gives the same shapes as far as they can be told: an unclosed `do` still has its body.

import type { EmbeddedText } from '../../text/embedded.js';
import type { Span } from '../../text/span.js';
import type { Problem } from '../problem.js';

export type Expr =
  | Atom
  | NumberLiteral
  | Text
  | Alias
  | Variable
  | List
  | Tuple
  | MapLiteral
  | Pair
  | Call
  | Access
  | Unary
  | Binary
  | Attribute
  | Fn
  | Group
  | Unreadable;

interface Node {
  readonly span: Span;
}

/**
 * `:name`, `:"any text"`, and `true`, `false`, `nil`, which are atoms too.
 * `:"name_#{x}"` is a call of `String.to_atom`, which is what it does.
 */
export interface Atom extends Node {
  readonly kind: 'atom';
  readonly value: string;
}

export interface NumberLiteral extends Node {
  readonly kind: 'number';
  /** As written, underscores left out; the code point of `?a`. */
  readonly value: string;
}

/** A string, charlist, heredoc or sigil. */
export interface Text extends Node {
  readonly kind: 'text';
  /** `null` when a part is interpolated. Computed when first asked for, as `content` is. */
  readonly value: string | null;
  /**
   * What stands in it. Escapes are resolved and a heredoc's indentation is dropped. At an interpolation stands a name,
   * `__interpolated0__`, which is an identifier, a part of one, or text in quotes wherever SQL may have one; two with the
   * same code have the same name. Where a whole clause is interpolated the text does not parse: its holes say why.
   */
  readonly content: EmbeddedText;
  /** What is interpolated, in the order of `content.holes`. */
  readonly interpolations: readonly Expr[];
  /** The letter(s) of a sigil: `s`, `S`, `SQL`; `null` for strings. */
  readonly sigil: string | null;
  /** The letters after a sigil: `a` of `~w(one two)a`. */
  readonly modifiers: string;
  readonly charlist: boolean;
}

/** A module's name as written: `Repo`, `MyApp.Accounts.User`; `__MODULE__` and `__MODULE__.User` are aliases too. */
export interface Alias extends Node {
  readonly kind: 'alias';
  readonly name: string;
}

export interface Variable extends Node {
  readonly kind: 'variable';
  readonly name: string;
}

/** `[a, b]`; the pairs of a keyword list are items too. */
export interface List extends Node {
  readonly kind: 'list';
  readonly items: readonly Expr[];
}

/** Trailing `key: value` pairs without brackets are a list, the last item, as in Elixir: `{:id, :uuid, autogenerate: true}`. */
export interface Tuple extends Node {
  readonly kind: 'tuple';
  readonly items: readonly Expr[];
}

/** `%{…}` and `%Struct{…}`. */
export interface MapLiteral extends Node {
  readonly kind: 'map';
  /** The struct's name as written, or the variable of a pattern `%name{}`; `null` for a plain map. */
  readonly struct: string | null;
  /** What stands before `|`. */
  readonly update: Expr | null;
  readonly entries: readonly Expr[];
}

/** `key: value` and `key => value`. A half-typed `key:` has an unreadable value. */
export interface Pair extends Node {
  readonly kind: 'pair';
  readonly key: Expr;
  readonly value: Expr;
}

/**
 * A call of any form: `f(x)`, `f x`, `Mod.f(x)`, `value.field`, `f x do … end`, `f.(x)`. `A.{B, C}` calls `{}` and
 * `<<a, b>>` calls `<<>>`, as in Elixir's own tree. A pipe is a {@link Binary}; readers unfold it with {@link pipeline}.
 */
export interface Call extends Node {
  readonly kind: 'call';
  /** What stands before the dot; `null` for a local call. */
  readonly receiver: Expr | null;
  /** Empty for `f.(x)`, `f(x)(y)` and a half-typed `value.`. */
  readonly name: string;
  readonly nameSpan: Span;
  /** Positional arguments. Trailing `key: value` pairs are in `keywords` alone. */
  readonly args: readonly Expr[];
  /**
   * Trailing `key: value` pairs written without brackets, in order. A bracketed list is an ordinary argument. `do:` and,
   * beside it, `else:` and its like are in {@link body} alone.
   */
  readonly keywords: readonly Pair[];
  /** False for `value.field` and for calls without parentheses. */
  readonly parenthesized: boolean;
  /** `do … end`, or the value of `do:` as a body of one expression. */
  readonly body: Body | null;
}

/** What stands between `do` and `end`, which are in its span, or the value of `do:`. */
export interface Body extends Node {
  readonly items: readonly Expr[];
  /** For `case … do a -> b end` and the like; `items` is empty then. */
  readonly clauses: readonly Clause[];
  /** `else`, `rescue`, `catch`, `after`. */
  readonly sections: readonly { readonly keyword: string; readonly body: Body }[];
  /** False when `end` is missing; true for `do:`. */
  readonly closed: boolean;
}

/** `patterns when guard -> body`. Trailing pairs among the patterns are one list. */
export interface Clause extends Node {
  readonly patterns: readonly Expr[];
  readonly guard: Expr | null;
  readonly items: readonly Expr[];
}

/** `container[key]`. */
export interface Access extends Node {
  readonly kind: 'access';
  readonly container: Expr;
  readonly key: Expr;
}

/** `^x`, `not x`, `!x`, `-x`, `&f/1`, `&(…)`. */
export interface Unary extends Node {
  readonly kind: 'unary';
  readonly operator: string;
  readonly operand: Expr;
}

/** `a |> b`, `a = b`, `a == b`, `a and b`, `a -> b` in odd places, `a \\ b`, `a :: b`, `a <- b`, `a when b`, … */
export interface Binary extends Node {
  readonly kind: 'binary';
  readonly operator: string;
  readonly operatorSpan: Span;
  readonly left: Expr;
  readonly right: Expr;
}

/** `@name value`, or `@name` read. `@name a: 1` has a list as its value. */
export interface Attribute extends Node {
  readonly kind: 'attribute';
  readonly name: string;
  readonly value: Expr | null;
}

export interface Fn extends Node {
  readonly kind: 'fn';
  readonly clauses: readonly Clause[];
  /** True for `(a -> b)` without `fn`: a function's type. */
  readonly bare: boolean;
}

/** `(a; b)` and `()`. A single expression in parentheses stands for itself, and its span leaves them out. */
export interface Group extends Node {
  readonly kind: 'group';
  readonly items: readonly Expr[];
}

/** What could not be read, and, with an empty span, what is not typed yet: the right side of `x =`. */
export interface Unreadable extends Node {
  readonly kind: 'unreadable';
}

/** A file: its expressions at top level, usually `defmodule` calls. */
export interface ElixirFile {
  readonly items: readonly Expr[];
  readonly comments: readonly Comment[];
  /** A few at most, in order. */
  readonly problems: readonly Problem[];
}

export interface Comment {
  readonly span: Span;
  /** Without `#`. */
  readonly text: string;
}

/** The steps of `a |> b() |> c()`, first to last; a lone expression is one step. */
export function pipeline(expr: Expr): readonly Expr[] {
  const steps: Expr[] = [];
  let current = expr;
  while (current.kind === 'binary' && current.operator === '|>') {
    steps.push(current.right);
    current = current.left;
  }
  steps.push(current);
  return steps.reverse();
}

/** The value of `name:` among the call's trailing keywords, or in a bracketed keyword list that is its last argument. */
export function keyword(call: Call, name: string): Expr | null {
  return pairNamed(keywordsOf(call), name)?.value ?? null;
}

export function keywordsOf(call: Call): readonly Pair[] {
  if (call.keywords.length > 0) return call.keywords;
  const last = call.args.at(-1);
  return last?.kind === 'list' ? pairsOf(last) : [];
}

export function pairsOf(list: List): readonly Pair[] {
  return list.items.filter((item): item is Pair => item.kind === 'pair');
}

export function pairNamed(pairs: readonly Pair[], name: string): Pair | null {
  return pairs.find((pair) => pair.key.kind === 'atom' && pair.key.value === name) ?? null;
}
