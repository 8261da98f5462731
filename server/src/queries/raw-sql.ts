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
import type { TextEdit } from '../text/edits.js';
import type { Span } from '../text/span.js';
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
  /**
   * - `client`: it comes with a request: `params`, `conn`, `args`, a pattern with string keys in the head of the function.
   * - `caller`: the function is given it.
   * - `local`: it is made in the function.
   */
  readonly from: 'client' | 'caller' | 'local';
  /** What makes it a parameter: edits of the file. `null` where that takes more than a `$n` in its place. */
  readonly asParameter: readonly TextEdit[] | null;
}

/** @param text of the file */
export function rawSqlIn(elixir: ElixirFile, text: string): readonly RawSql[] {
  if (!/\b(?:query|query_many|stream)!?\b/.test(text) || !text.includes('#{')) return [];
  return modulesIn(elixir).flatMap(({ name: module, functions }) =>
    functions.flatMap(({ name, arity, clauses }) =>
      clauses.flatMap((clause) => {
        const scope: Scope = { text, clause: clause.call, params: clause.params, guard: clause.guard };
        const body = clause.body === null ? [] : [...everythingIn(clause.call)];
        return body.flatMap((expr): readonly RawSql[] => {
          const run = runOf(expr);
          const sql = run === null ? null : sqlText(run.sql, body);
          if (run === null || sql === null) return [];
          const values = valuesIn(sql, run, scope, sql === run.sql);
          const { start, end } = run.call.nameSpan;
          const runs = text.slice(run.call.receiver?.span.start ?? start, end);
          if (values.length === 0) return [];
          return [{ kind: 'raw-sql', runs, span: run.call.span, module, within: `${name}/${arity}`, values }];
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
    const from = sourceOf(expr, all, scope, 0);
    if (from === null) return [];
    const code = scope.text.slice(expr.span.start, expr.span.end);
    const span = content.toOuter(place.replaced);
    const asParameter = isDirect && place.isWhole ? parameterEdits(span, code, content.text, run) : null;
    return [{ span: expr.span, code, from, asParameter }];
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

/** `null` for what cannot be anything but harmless, and for what is not known. */
function sourceOf(expr: Expr, body: readonly Expr[], scope: Scope, depth: number): PutIn['from'] | null {
  switch (expr.kind) {
    case 'access':
      return sourceOf(expr.container, body, scope, depth);
    case 'call':
      // A field, `user.name`; ids are no texts that anybody chooses.
      if (expr.receiver === null || expr.parenthesized || expr.args.length > 0) return null;
      if (expr.receiver.kind === 'alias' || /(?:^|_)id$|_at$|^count$/.test(expr.name)) return null;
      return sourceOf(expr.receiver, body, scope, depth);
    case 'variable':
      return sourceOfVariable(expr.name, body, scope, depth);
    default:
      return null;
  }
}

function sourceOfVariable(
  name: string,
  body: readonly Expr[],
  scope: Scope,
  depth: number,
): PutIn['from'] | null {
  if (scope.guard !== null && isNumberBy(scope.guard, name)) return null;
  const bound = boundTo(name, body);
  const isParam = scope.params.some((param) => variablesIn(param).includes(name));
  if (isParam && bound.length === 0) {
    if (
      /(?:^|_)(?:id|limit|offset|page|count|size|number|seconds|ms)$/.test(name) &&
      !isFromClient(name, scope.params)
    )
      return null;
    return isFromClient(name, scope.params) ? 'client' : 'caller';
  }
  if (CLIENT.test(name)) return 'client';
  const [value] = bound;
  if (bound.length !== 1 || value === undefined || depth > 3) return null;
  if (value.kind === 'text' || value.kind === 'call') {
    // What a call makes of it is not known; a field or an entry is.
    return value.kind === 'call' ? sourceOf(value, body, scope, depth + 1) : null;
  }
  return sourceOf(value, body, scope, depth + 1);
}

const CLIENT = /^(?:params|conn|args|payload)$/;

/** A parameter of that name, or a pattern with string keys, as requests and jobs have them. */
function isFromClient(name: string, params: readonly Expr[]): boolean {
  if (CLIENT.test(name) && name !== 'args') return true;
  return params.some((param) =>
    [...everythingIn(param)].some(
      (one) => one.kind === 'pair' && one.key.kind === 'text' && variablesIn(one.value).includes(name),
    ),
  );
}

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
