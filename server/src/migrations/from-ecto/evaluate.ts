// Expressions of a migration as values. Reading a call may send something: see `calls.ts`. Nothing here ever fails: what cannot be
// told is unknown, and says why.

import { environmentAfter, resolveAlias } from '../../syntax/elixir/aliases.js';
import type {
  Attribute,
  Binary,
  Body,
  Call,
  Expr,
  Fn,
  MapLiteral,
  Text,
  Unary,
} from '../../syntax/elixir/nodes.js';
import { type EmbeddedText, fillHoles } from '../../text/embedded.js';
import type { Span } from '../../text/span.js';
import { callValue, namedFunction } from './calls.js';
import { entryOf } from './collections.js';
import { runClauses } from './control.js';
import { combined, compared, rangeOf } from './operators.js';
import { matches } from './patterns.js';
import { placed } from './placed.js';
import { asArgument, asBody, inner, type Run, type Scope, step } from './run.js';
import { textFrom } from './sql-text.js';
import {
  atom,
  isAtom,
  isTrue,
  type Located,
  type MapEntry,
  NIL,
  plainText,
  truth,
  unknown,
  type Value,
} from './values.js';

export function evaluate(run: Run, scope: Scope, expr: Expr): Value {
  if (!step(run)) return unknown('there is too much of it to follow');
  switch (expr.kind) {
    case 'atom':
      return atom(expr.value);
    case 'number':
      return { kind: 'number', digits: digitsOf(expr.value) };
    case 'text':
      return textValue(run, scope, expr);
    case 'alias':
      return { kind: 'module', name: resolveAlias(expr.name, scope.aliases) };
    case 'variable':
      return scope.variables.get(expr.name)?.value ?? calledByName(run, scope, expr);
    case 'list':
      return listValue(run, scope, expr.items);
    case 'tuple':
      return { kind: 'tuple', items: locatedAll(run, scope, expr.items) };
    case 'pair':
      return { kind: 'tuple', items: locatedAll(run, scope, [expr.key, expr.value]) };
    case 'map':
      return mapValue(run, scope, expr);
    case 'call':
      return callValue(run, scope, expr, []);
    case 'access':
      return entryOf(run, evaluate(run, scope, expr.container), located(run, scope, expr.key));
    case 'unary':
      return unaryValue(run, scope, expr);
    case 'binary':
      return binaryValue(run, scope, expr);
    case 'attribute':
      return attributeValue(run, scope, expr);
    case 'fn':
      return closure(run, scope, expr);
    case 'group':
      return evaluateItems(run, scope, expr.items);
    case 'unreadable':
      return unknown('it is not written yet');
  }
}

export function located(run: Run, scope: Scope, expr: Expr): Located {
  return { value: evaluate(run, scope, expr), span: expr.span };
}

function locatedAll(run: Run, scope: Scope, items: readonly Expr[]): readonly Located[] {
  return items.map((item) => located(run, scope, item));
}

/** Expressions one after the other; the value of the last. */
export function evaluateItems(run: Run, scope: Scope, items: readonly Expr[]): Value {
  let value: Value = NIL;
  for (const item of items) {
    value = item.kind === 'variable' ? statementByName(run, scope, item) : evaluate(run, scope, item);
    scope.aliases = environmentAfter([item], scope.aliases);
  }
  return value;
}

export function evaluateBody(run: Run, scope: Scope, body: Body | null): Value {
  return body === null ? NIL : evaluateItems(run, scope, body.items);
}

type Named = Expr & { readonly kind: 'variable' };

/** A call without anything behind the name. */
function calledByName(run: Run, scope: Scope, { name, span }: Named): Value {
  const call = bareCall(name, span);
  const isCall = /^(?:repo|direction|prefix|__\w+__)$/.test(name) || namedFunction(run, scope, call) !== null;
  return isCall ? callValue(run, scope, call, []) : unknown(`"${name}" is not known`);
}

/** A lone name is a call, also where we do not know of whom. */
function statementByName(run: Run, scope: Scope, variable: Named): Value {
  const found = scope.variables.get(variable.name);
  return found?.value ?? callValue(run, scope, bareCall(variable.name, variable.span), []);
}

function bareCall(name: string, span: Span, receiver: Expr | null = null): Call {
  const nothing = { args: [], keywords: [], parenthesized: false, body: null };
  return { kind: 'call', span, receiver, name, nameSpan: span, ...nothing };
}

function digitsOf(written: string): string {
  return /^0[xob]/.test(written) ? String(Number(written)) : written;
}

function textValue(run: Run, scope: Scope, text: Text): Value {
  const content = fillHoles(text.content, (hole) => {
    const expr = text.interpolations[hole];
    return expr === undefined ? null : interpolated(asArgument(run, () => evaluate(run, scope, expr)));
  });
  const { sigil } = text;
  if (sigil === 'r' || sigil === 'R') return { kind: 'pattern', pattern: patternOf(content, text.modifiers) };
  if (sigil === null || /^[sScC]$/.test(sigil) || sigil.length > 1) return { kind: 'text', text: content };
  if (!/^[wW]$/.test(sigil) || content.holes.length > 0) return unknown(`~${sigil} is not read`);
  const items: Located[] = [];
  for (const { 0: word, index } of content.text.matchAll(/\S+/g)) {
    const span = content.toOuter({ start: index, end: index + word.length });
    const value: Value = text.modifiers.includes('a')
      ? atom(word)
      : { kind: 'text', text: textFrom(span, word) };
    items.push({ value, span });
  }
  return { kind: 'list', items };
}

function patternOf({ text, holes }: EmbeddedText, modifiers: string): RegExp | null {
  if (holes.length > 0) return null;
  try {
    return new RegExp(text, `gu${modifiers.replace(/[^ims]/g, '')}`);
  } catch {
    return null;
  }
}

/** What `#{…}` gives; `null` where that is not known. `nil` in SQL is a value that we failed to see. */
function interpolated(value: Value): string | null {
  return isAtom(value, 'nil') ? null : plainText(value);
}

/** `[a, b]` and `[a | rest]`. */
function listValue(run: Run, scope: Scope, items: readonly Expr[]): Value {
  const last = items.at(-1);
  if (last?.kind !== 'binary' || last.operator !== '|') {
    return { kind: 'list', items: locatedAll(run, scope, items) };
  }
  const heads = locatedAll(run, scope, [...items.slice(0, -1), last.left]);
  const rest = evaluate(run, scope, last.right);
  return rest.kind === 'list'
    ? { kind: 'list', items: [...heads, ...rest.items] }
    : unknown('a list is computed');
}

function mapValue(run: Run, scope: Scope, map: MapLiteral): Value {
  const own = map.entries.flatMap((entry): MapEntry[] =>
    entry.kind === 'pair'
      ? [{ key: located(run, scope, entry.key), value: located(run, scope, entry.value) }]
      : [],
  );
  if (own.length < map.entries.length) return unknown('a map is computed');
  if (map.update === null) return { kind: 'map', entries: own };
  const base = evaluate(run, scope, map.update);
  if (base.kind !== 'map') return unknown('a map is computed');
  const kept = base.entries.filter(
    ({ key }) => !own.some((entry) => compared(key.value, entry.key.value) === true),
  );
  return { kind: 'map', entries: [...kept, ...own] };
}

function unaryValue(run: Run, scope: Scope, expr: Unary): Value {
  const { operator, operand } = expr;
  if (operator === '&') return captured(run, scope, expr);
  const value = evaluate(run, scope, operand);
  if (operator === 'not' || operator === '!') {
    const known = isTrue(value);
    return known === null ? value : truth(!known);
  }
  if (value.kind === 'number' && (operator === '-' || operator === '+')) {
    return operator === '+' ? value : { kind: 'number', digits: `-${value.digits}`.replace('--', '') };
  }
  return value.kind === 'unknown' ? value : unknown('it is computed');
}

/** `&1`, `&f/1`, `&Mod.f/1` and `&(&1 <> "x")`. */
function captured(run: Run, scope: Scope, { operand, span }: Unary): Value {
  if (operand.kind === 'number') {
    return scope.variables.get(`&${operand.value}`)?.value ?? unknown('it is an argument');
  }
  if (operand.kind === 'binary' && operand.operator === '/' && operand.right.kind === 'number') {
    const { left, right } = operand;
    const call =
      left.kind === 'call' ? left : left.kind === 'variable' ? bareCall(left.name, left.span) : null;
    if (call !== null) {
      const arity = Number(right.value);
      return {
        kind: 'function',
        arity,
        apply: (args) => asBody(run, () => callValue(run, scope, { ...call, span }, args)),
      };
    }
  }
  const apply = (args: readonly Located[]) => {
    const inside = inner(scope);
    for (const [index, arg] of args.entries()) inside.variables.set(`&${index + 1}`, arg);
    return asBody(run, () => evaluate(run, inside, operand));
  };
  return { kind: 'function', arity: 1, apply };
}

function closure(run: Run, scope: Scope, { clauses, span }: Fn): Value {
  const arity = clauses[0]?.patterns.length ?? 0;
  return {
    kind: 'function',
    arity,
    apply: (args) => asBody(run, () => runClauses(run, scope, clauses, args, span)),
  };
}

function binaryValue(run: Run, scope: Scope, expr: Binary): Value {
  const { operator, left, right } = expr;
  switch (operator) {
    case '|>':
      return piped(run, scope, left, right);
    case '=': {
      const value = located(run, scope, right);
      matches(left, value, scope);
      return value.value;
    }
    case 'and':
    case '&&':
    case 'or':
    case '||':
      return logical(run, scope, expr);
    case '..':
    case '//':
      return rangeValue(run, scope, expr);
    default:
      return combined(operator, located(run, scope, left), located(run, scope, right));
  }
}

function piped(run: Run, scope: Scope, left: Expr, right: Expr): Value {
  const first = located(run, scope, left);
  if (right.kind === 'call') {
    const span = { start: left.span.start, end: right.span.end };
    return callValue(run, scope, { ...right, span }, [first]);
  }
  if (right.kind === 'variable') return callValue(run, scope, bareCall(right.name, right.span), [first]);
  return unknown('it is computed');
}

/** The right side is read only where it counts. */
function logical(run: Run, scope: Scope, { operator, left, right }: Binary): Value {
  const first = evaluate(run, scope, left);
  const known = isTrue(first);
  const decides = operator === 'or' || operator === '||';
  if (known === decides) return first;
  const second = evaluate(run, scope, right);
  if (known !== null) return second;
  return isTrue(second) === decides ? second : first;
}

function rangeValue(run: Run, scope: Scope, expr: Binary): Value {
  const bounds = expr.operator === '//' ? expr.left : expr;
  if (bounds.kind !== 'binary' || bounds.operator !== '..') return unknown('a range is computed');
  const from = evaluate(run, scope, bounds.left);
  const to = evaluate(run, scope, bounds.right);
  const by = expr.operator === '//' ? evaluate(run, scope, expr.right) : null;
  return rangeOf(from, to, by, expr.span);
}

/** The value that it was given last before it is read: in code of another file, where places do not count, last of all. */
function attributeValue(run: Run, { module, away: outer }: Scope, { name, span }: Attribute): Value {
  const isSeen = (one: Attribute) =>
    one.name === name && (outer !== null || run.broughtBy.has(one) || one.span.end <= span.start);
  const found = module.attributes.findLast(isSeen);
  if (found === undefined || found.value === null) return unknown(`@${name} is not known`);
  const away = outer ?? run.broughtBy.get(found) ?? null;
  run.depth++;
  const outside: Scope = { module, aliases: module.environment, variables: new Map(), away };
  const result = evaluate(run, outside, away === null ? found.value : placed(found.value, away));
  run.depth--;
  return result;
}
