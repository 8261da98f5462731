// SQL that Elixir code puts together and hands to the database: what of it is put in at run time, as a value, and where that
// comes from.

import { modulesIn } from '../syntax/elixir/modules.js';
import {
  type Call,
  type ElixirFile,
  type Expr,
  keywordsOf,
  type List,
  pipeline,
  type Text,
} from '../syntax/elixir/nodes.js';
import { everythingIn, variablesIn } from '../syntax/elixir/walk.js';
import type { SqlParser } from '../syntax/sql/parse.js';
import type { TextEdit } from '../text/edits.js';
import type { Span } from '../text/span.js';
import { valuesPutIn } from './from-ecto/functions.js';
import { unknownValue, type Value } from './from-ecto/scope.js';
import type { Origin } from './query.js';
import { highestParameter } from './sql-texts.js';

/** One call that runs SQL with values put into its text. */
export interface RawSql {
  readonly kind: 'raw-sql';
  /** The function that runs it, as written: `Repo.query!`. */
  readonly runs: string;
  readonly span: Span;
  readonly module: string;
  /** The function that holds it, with its arity. */
  readonly within: string;
  readonly values: readonly PutIn[];
}

/** A variable, or what is read from one, that stands in the SQL where a value does. */
export interface PutIn {
  readonly span: Span;
  /** As written. */
  readonly code: string;
  /** `null` where it is not known. */
  readonly origin: Origin | null;
  /** It is, or is taken from, what the caller of the function gives. */
  readonly given: boolean;
  /** What makes it a parameter: edits of the file. `null` where that takes more than a `$n` in its place. */
  readonly asParameter: readonly TextEdit[] | null;
}

/** @param text of the file */
export function rawSqlIn(elixir: ElixirFile, text: string, sql: SqlParser): readonly RawSql[] {
  if (!/\b(?:query|query_many|stream)!?\b/.test(text) || !text.includes('#{')) return [];
  return modulesIn(elixir).flatMap(({ name: module, environment, functions }) =>
    functions.flatMap(({ name, nameSpan: head, arity, clauses }) =>
      clauses.flatMap((clause) => {
        const within = { name: `${name}/${arity}`, head, params: clause.params.flatMap(variablesIn) };
        let read: ReadonlyMap<number, Value> | undefined;
        const known = ({ span }: Expr) => {
          read ??= valuesPutIn(sql, { module, within }, clause, environment);
          return read.get(span.start) ?? unknownValue;
        };
        const { call, params, guard } = clause;
        const scope: Scope = { text, clause: call, params, guard, known };
        const body = clause.body === null ? [] : [...everythingIn(clause.call)];
        return body.flatMap((expr): readonly RawSql[] => {
          const run = runOf(expr);
          const written = run === null ? null : sqlText(run.sql, body);
          if (run === null || written === null) return [];
          const values = valuesIn(written, run, scope, written === run.sql);
          const { start, end } = run.call.nameSpan;
          const runs = text.slice(run.call.receiver?.span.start ?? start, end);
          if (values.length === 0) return [];
          return [{ kind: 'raw-sql', runs, span: run.call.span, module, within: within.name, values }];
        });
      }),
    ),
  );
}

interface Run {
  readonly call: Call;
  readonly sql: Expr;
  /** The list of its parameters; `null` when there is none. */
  readonly given: Expr | null;
  /** Where an argument is put in behind the SQL, and what stands before it then. */
  readonly end: { readonly at: number; readonly comma: string };
}

/** The call with its SQL, which may be piped into it. */
function runOf(expr: Expr): Run | null {
  if (expr.kind === 'binary' && expr.operator === '|>') {
    const steps = pipeline(expr);
    const call = steps.at(-1);
    const piped = steps.at(-2);
    if (call?.kind !== 'call' || piped === undefined || !RUNS.test(call.name)) return null;
    const first = ownRepo(call) ? 0 : null;
    return first === null ? null : runAt(call, [piped, ...call.args]);
  }
  if (expr.kind !== 'call' || !RUNS.test(expr.name)) return null;
  return runAt(expr, expr.args);
}

const RUNS = /^(?:query|query_many|stream)!?$/;

function runAt(call: Call, args: readonly Expr[]): Run | null {
  const at = ownRepo(call) ? 0 : takesConnection(call) ? 1 : null;
  const sql = at === null ? undefined : args[at];
  if (at === null || sql === undefined) return null;
  const given = args[at + 1] ?? null;
  const last = call.args.at(-1);
  const end =
    last === undefined
      ? { at: call.nameSpan.end + '('.length, comma: '' }
      : { at: last.span.end, comma: ', ' };
  return { call, sql, given, end };
}

function ownRepo({ receiver, name }: Call): boolean {
  if (receiver?.kind === 'alias')
    return /(?:^|\.)\w*Repo(?:Replica)?$/.test(receiver.name) && name !== 'stream';
  return receiver?.kind === 'call' && receiver.name === 'repo' && name !== 'stream';
}

function takesConnection({ receiver }: Call): boolean {
  return receiver?.kind === 'alias' && /^(?:Ecto\.Adapters\.SQL|SQL|Postgrex)$/.test(receiver.name);
}

/** The text with what is put in, or the one that a variable holds. */
function sqlText(expr: Expr, body: readonly Expr[]): Text | null {
  if (expr.kind === 'text') return expr;
  if (expr.kind !== 'variable') return null;
  const bound = boundTo(expr.name, body);
  const [only] = bound;
  return bound.length === 1 && only?.kind === 'text' ? only : null;
}

function boundTo(name: string, body: readonly Expr[]): readonly Expr[] {
  return body.flatMap((expr) =>
    expr.kind === 'binary' && expr.operator === '=' && variablesIn(expr.left).includes(name)
      ? [expr.right]
      : [],
  );
}

interface Scope {
  readonly text: string;
  readonly clause: Expr;
  readonly params: readonly Expr[];
  readonly guard: Expr | null;
  /** What is known of a value that is put into a text. */
  known(putIn: Expr): Value;
}

/** @param isDirect the text stands in the call itself, so that its parameters are those of the text */
function valuesIn(
  { content, interpolations }: Text,
  run: Run,
  scope: Scope,
  isDirect: boolean,
): readonly PutIn[] {
  const all = [...everythingIn(scope.clause)];
  return content.holes.flatMap((hole, index): readonly PutIn[] => {
    const expr = interpolations[index];
    const place = expr === undefined ? null : placeOf(content.text, hole);
    if (expr === undefined || place === null) return [];
    const value = scope.known(expr);
    if (value.kind !== 'unknown' || !mayHoldText(expr, all, scope, value.sent !== undefined, 0)) return [];
    const origin = value.origin ?? null;
    const given = value.param !== undefined;
    const code = scope.text.slice(expr.span.start, expr.span.end);
    const span = content.toOuter(place.replaced);
    const asParameter = isDirect && place.isWhole ? parameterEdits(span, code, content.text, run) : null;
    return [{ span: expr.span, code, origin, given, asParameter }];
  });
}

interface Place {
  /** With the quotes around it, in the inner text. */
  readonly replaced: Span;
  /** Nothing but it stands between them. */
  readonly isWhole: boolean;
}

/** Where a value stands: inside of quotes, or behind an operator. `null` for names and for parts of SQL. */
function placeOf(sql: string, { start, end }: Span): Place | null {
  const before = sql.slice(0, start);
  const after = sql.slice(end);
  const quotes = before.replace(/--[^\n]*|"[^"]*"/g, '').split("'").length - 1;
  if (quotes % 2 === 1) {
    // A name in quotes, such as that of a relation, may be cast to one; what a utility takes cannot be a parameter.
    if (IS_UTILITY.test(sql) || /^[^']*'\s*::\s*reg/i.test(after)) return null;
    const isWhole = before.endsWith("'") && after.startsWith("'");
    return { replaced: isWhole ? { start: start - 1, end: end + 1 } : { start, end }, isWhole };
  }
  if (!BEHIND_OPERATOR.test(before) || /^\s*[.(]|^\w/.test(after)) return null;
  return IS_UTILITY.test(sql) ? null : { replaced: { start, end }, isWhole: true };
}

const BEHIND_OPERATOR = /(?:=|<|>|\b(?:i?like|limit|offset|between))\s*$/i;
const IS_UTILITY = /^\s*(?!select\b|insert\b|update\b|delete\b|with\b|merge\b|values\b|explain\b)/i;

/** False for numbers and ids, for what a function gives, which may quote, and for what is written in the code. */
function mayHoldText(expr: Expr, body: readonly Expr[], scope: Scope, sent: boolean, depth: number): boolean {
  switch (expr.kind) {
    case 'access':
      return mayHoldText(expr.container, body, scope, sent, depth);
    case 'call':
      // A field, `user.name`; ids are no texts that anybody chooses.
      if (expr.receiver === null || expr.parenthesized || expr.args.length > 0) return false;
      if (expr.receiver.kind === 'alias' || /(?:^|_)id$|_at$|^count$/.test(expr.name)) return false;
      return mayHoldText(expr.receiver, body, scope, sent, depth);
    case 'binary':
      // One of two: `input[:name] || user.name`.
      if (expr.operator !== '||') return false;
      return [expr.left, expr.right].some((one) => mayHoldText(one, body, scope, sent, depth));
    case 'variable': {
      const { name } = expr;
      if (scope.guard !== null && isNumberBy(scope.guard, name)) return false;
      const bound = boundTo(name, body);
      // What stands in no `=` is given, or bound by a pattern. Under any name a client may send a text.
      if (bound.length === 0) return sent || !COUNTED.test(name);
      const [value] = bound;
      return (
        bound.length === 1 &&
        value !== undefined &&
        depth <= 3 &&
        mayHoldText(value, body, scope, sent, depth + 1)
      );
    }
    default:
      return false;
  }
}

const COUNTED = /(?:^|_)(?:id|limit|offset|page|count|size|number|seconds|ms)$/;

/** `when is_integer(x)` */
function isNumberBy(guard: Expr, name: string): boolean {
  return [...everythingIn(guard)].some(
    (one) =>
      one.kind === 'call' &&
      /^is_(?:integer|float|number|boolean|atom)$/.test(one.name) &&
      one.args.some((arg) => arg.kind === 'variable' && arg.name === name),
  );
}

function parameterEdits(span: Span, code: string, sql: string, run: Run): readonly TextEdit[] | null {
  const put = { span, text: `$${highestParameter(sql) + 1}` };
  const { given } = run;
  if (given === null) {
    if (keywordsOf(run.call).length > 0 || !run.call.parenthesized) return null;
    const { at, comma } = run.end;
    return [put, { span: { start: at, end: at }, text: `${comma}[${code}]` }];
  }
  if (given.kind !== 'list' || given.items.some(({ kind }) => kind === 'pair')) return null;
  return [put, { span: listEnd(given), text: given.items.length === 0 ? code : `, ${code}` }];
}

/** Before the bracket that closes it. */
function listEnd({ span, items }: List): Span {
  const at = items.at(-1)?.span.end ?? span.end - 1;
  return { start: at, end: at };
}
