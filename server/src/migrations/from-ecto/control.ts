// Control flow. A branch that surely runs is read as if it stood there alone; where that is not known, all that may run is read
// in doubt, and what it does counts as unknown.

import { type Call, type Clause, type Expr, pairNamed, pairsOf } from '../../syntax/elixir/nodes.js';
import type { Span } from '../../text/span.js';
import { HOW_OFTEN } from '../holes.js';
import { evaluate, evaluateBody, evaluateItems } from './evaluate.js';
import { bindUnknown, matches } from './patterns.js';
import { asArgument, inDoubt, inner, type Run, type Scope } from './run.js';
import { isTrue, type Located, NIL, unknown, type Value } from './values.js';

export const AT_RUN_TIME = 'whether it runs is decided at run time';

type Form = (run: Run, scope: Scope, call: Call, piped: readonly Located[]) => Value;

/** The special forms whose arguments are not simply read; `null` for other calls. */
export function specialForm(name: string): Form | null {
  return FORMS.get(name) ?? null;
}

const nothing: Form = () => NIL;

const FORMS: ReadonlyMap<string, Form> = new Map<string, Form>(
  Object.entries({
    if: (run, scope, call) => conditional(run, scope, call, true),
    unless: (run, scope, call) => conditional(run, scope, call, false),
    case: caseValue,
    cond: condValue,
    for: forValue,
    with: withValue,
    try: tryValue,
    receive: () => unknown('it is a message'),
    // A macro is read as a function whose result is what it quotes.
    quote: quotedCode,
    unquote: unquoted,
    unquote_splicing: unquoted,
    alias: nothing,
    import: nothing,
    require: nothing,
    use: nothing,
    def: nothing,
    defp: nothing,
    defmodule: nothing,
    raise: () => unknown('it raises'),
    reraise: () => unknown('it raises'),
    throw: () => unknown('it throws'),
  }),
);

function quotedCode(run: Run, scope: Scope, { keywords, body }: Call): Value {
  const inside = inner(scope);
  const bound = pairNamed(keywords, 'bind_quoted')?.value;
  for (const { key, value } of bound?.kind === 'list' ? pairsOf(bound) : []) {
    if (key.kind === 'atom') inside.variables.set(key.value, askedFor(run, scope, value));
  }
  return evaluateBody(run, inside, body);
}

function unquoted(run: Run, scope: Scope, { args: [code] }: Call): Value {
  const value = code === undefined ? NIL : evaluate(run, scope, code);
  return value.kind === 'code' ? value.read() : value;
}

/** What decides about something is an argument to it. */
function asked(run: Run, scope: Scope, expr: Expr): Value {
  return asArgument(run, () => evaluate(run, scope, expr));
}

function askedFor(run: Run, scope: Scope, expr: Expr): Located {
  return { value: asked(run, scope, expr), span: expr.span };
}

function conditional(run: Run, scope: Scope, call: Call, wanted: boolean): Value {
  const { args, body } = call;
  const [condition] = args;
  if (condition === undefined || body === null) return NIL;
  const inside = inner(scope);
  const known = isTrue(asked(run, inside, condition));
  const otherwise = body.sections.find(({ keyword }) => keyword === 'else')?.body ?? null;
  if (known !== null) return evaluateBody(run, inside, known === wanted ? body : otherwise);
  return inDoubt(run, AT_RUN_TIME, () => {
    evaluateBody(run, inside, body);
    evaluateBody(run, inner(scope), otherwise);
    return unknown('it depends on a condition that is not known');
  });
}

function caseValue(run: Run, scope: Scope, call: Call, piped: readonly Located[]): Value {
  const [subject] = call.args;
  const value = piped[0] ?? (subject === undefined ? null : askedFor(run, scope, subject));
  if (value === null || call.body === null) return NIL;
  return runClauses(run, scope, call.body.clauses, [value], call.span);
}

/** One of several things of which the first that fits is done. */
export interface Choice {
  /** `null` when it is not known. */
  fits(): boolean | null;
  read(): Value;
}

/** Does what surely comes first; after one that may fit, all that may fit are read in doubt. */
export function choose(run: Run, choices: readonly Choice[]): Value {
  let doubtful = false;
  for (const { fits, read } of choices) {
    const known = fits();
    if (known === false) continue;
    if (known === true && !doubtful) return read();
    doubtful = true;
    inDoubt(run, AT_RUN_TIME, read);
    if (known === true) break;
  }
  return unknown('which case it is is known at run time alone');
}

/**
 * The clause that fits the values.
 *
 * @param at where they are asked for
 */
export function runClauses(
  run: Run,
  scope: Scope,
  clauses: readonly Clause[],
  values: readonly Located[],
  at: Span,
): Value {
  const choices = clauses.map(({ patterns, guard, items }): Choice => {
    const inside = inner(scope);
    return {
      fits: () => clauseFits(run, inside, patterns, guard, values, at),
      read: () => evaluateItems(run, inside, items),
    };
  });
  return choose(run, choices);
}

/** Whether the values fit patterns and guard; binds names in the scope. `null`: it is not known. */
export function clauseFits(
  run: Run,
  scope: Scope,
  patterns: readonly Expr[],
  guard: Expr | null,
  values: readonly Located[],
  at: Span,
): boolean | null {
  let result: boolean | null = true;
  for (const [index, pattern] of patterns.entries()) {
    const value = values[index] ?? { value: unknown('it is not given'), span: at };
    const own = matches(pattern, value, scope);
    if (own === false) return false;
    if (own === null) result = null;
  }
  if (guard === null) return result;
  const guarded = isTrue(evaluate(run, scope, guard));
  return guarded === false ? false : guarded === null ? null : result;
}

function condValue(run: Run, scope: Scope, { body }: Call): Value {
  const choices = (body?.clauses ?? []).map(({ patterns: [condition], items }): Choice => {
    const inside = inner(scope);
    return {
      fits: () => (condition === undefined ? false : isTrue(asked(run, inside, condition))),
      read: () => evaluateItems(run, inside, items),
    };
  });
  return choose(run, choices);
}

function forValue(run: Run, scope: Scope, call: Call): Value {
  const results: Located[] = [];
  const known = iterate(run, inner(scope), call, call.args, results);
  return known ? { kind: 'list', items: results } : unknown('a list is computed');
}

/** Runs the body for what the generators and filters from here on give. False when something of it is not known. */
function iterate(
  run: Run,
  scope: Scope,
  call: Call,
  [first, ...others]: readonly Expr[],
  results: Located[],
): boolean {
  if (first === undefined) {
    results.push({ value: evaluateBody(run, inner(scope), call.body), span: call.span });
    return true;
  }
  if (first.kind !== 'binary' || first.operator !== '<-') {
    const passes = isTrue(asked(run, scope, first));
    if (passes === false) return true;
    if (passes === true) return iterate(run, scope, call, others, results);
    return inDoubt(run, AT_RUN_TIME, () => iterate(run, scope, call, others, results)) && false;
  }
  const source = asked(run, scope, first.right);
  if (source.kind !== 'list') {
    bindUnknown([first.left], first.span, scope);
    return inDoubt(run, HOW_OFTEN, () => iterate(run, scope, call, others, results)) && false;
  }
  let known = true;
  for (const item of source.items) {
    const inside = inner(scope);
    const fits = matches(first.left, item, inside);
    if (fits === false) continue;
    const next = () => iterate(run, inside, call, others, results);
    known = (fits === null ? inDoubt(run, AT_RUN_TIME, next) : next()) && known;
  }
  return known;
}

function withValue(run: Run, scope: Scope, { args, body }: Call): Value {
  const inside = inner(scope);
  let certain = true;
  for (const step of args) {
    if (step.kind === 'binary' && step.operator === '<-') {
      const value = askedFor(run, inside, step.right);
      const fits = matches(step.left, value, inside);
      if (fits === false) return NIL;
      certain = certain && fits === true;
    } else evaluate(run, inside, step);
  }
  if (certain) return evaluateBody(run, inside, body);
  return inDoubt(run, AT_RUN_TIME, () => evaluateBody(run, inside, body));
}

function tryValue(run: Run, scope: Scope, { body }: Call): Value {
  const value = evaluateBody(run, inner(scope), body);
  for (const { keyword, body: section } of body?.sections ?? []) {
    if (keyword === 'after') evaluateBody(run, inner(scope), section);
    else {
      for (const { items, patterns } of section.clauses) {
        const inside = inner(scope);
        bindUnknown(patterns, section.span, inside);
        inDoubt(run, 'it runs when something fails', () => evaluateItems(run, inside, items));
      }
    }
  }
  return value;
}
