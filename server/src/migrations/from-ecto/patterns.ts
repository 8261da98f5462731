// Patterns on the left of `=`, in clauses and in parameters: whether a value fits, and which names it gives.

import { resolveAlias } from '../../syntax/elixir/aliases.js';
import type { Expr } from '../../syntax/elixir/nodes.js';
import type { Span } from '../../text/span.js';
import type { Scope } from './run.js';
import { isAtom, type Located, plainText, unknown } from './values.js';

/** Binds the names of the pattern in the scope, whatever it answers. `null`: whether the value fits is not known. */
export function matches(pattern: Expr, located: Located, scope: Scope): boolean | null {
  const { value } = located;
  switch (pattern.kind) {
    case 'variable':
      if (!pattern.name.startsWith('_')) scope.variables.set(pattern.name, located);
      return true;
    case 'atom':
      if (value.kind === 'unknown' || (value.kind === 'atom' && value.holes.length > 0)) return null;
      return isAtom(value, pattern.value);
    case 'number':
      return value.kind === 'unknown' ? null : value.kind === 'number' && value.digits === pattern.value;
    case 'text': {
      if (value.kind === 'unknown') return null;
      const text = plainText(value);
      return text === null || pattern.value === null ? null : value.kind === 'text' && text === pattern.value;
    }
    case 'alias':
      if (value.kind !== 'module') return value.kind === 'unknown' ? null : false;
      return value.name === resolveAlias(pattern.name, scope.aliases);
    case 'tuple':
      return matchItems(pattern.items, located, scope, 'tuple');
    case 'list':
      return matchList(pattern.items, located, scope);
    case 'pair':
      return matchItems([pattern.key, pattern.value], located, scope, 'tuple');
    case 'map':
      return matchMap(pattern.entries, located, scope);
    case 'binary':
      if (pattern.operator === '=') {
        return both(matches(pattern.left, located, scope), matches(pattern.right, located, scope));
      }
      if (pattern.operator === '\\\\') return matches(pattern.left, located, scope);
      bindUnknown([pattern.left, pattern.right], located.span, scope);
      return null;
    default:
      return null;
  }
}

function both(a: boolean | null, b: boolean | null): boolean | null {
  if (a === false || b === false) return false;
  return a === null || b === null ? null : true;
}

function matchItems(
  patterns: readonly Expr[],
  { value, span }: Located,
  scope: Scope,
  kind: 'tuple' | 'list',
): boolean | null {
  if (value.kind !== kind) {
    bindUnknown(patterns, span, scope);
    return value.kind === 'unknown' ? null : false;
  }
  if (value.items.length !== patterns.length) return false;
  let result: boolean | null = true;
  for (const [index, pattern] of patterns.entries()) {
    const item = value.items[index];
    if (item !== undefined) result = both(result, matches(pattern, item, scope));
  }
  return result;
}

/** `[a, b]` and `[a | rest]`. */
function matchList(patterns: readonly Expr[], located: Located, scope: Scope): boolean | null {
  const last = patterns.at(-1);
  const { value, span } = located;
  if (last?.kind !== 'binary' || last.operator !== '|' || value.kind !== 'list') {
    return matchItems(patterns, located, scope, 'list');
  }
  const heads = [...patterns.slice(0, -1), last.left];
  if (value.items.length < heads.length) return false;
  const first: Located = { value: { kind: 'list', items: value.items.slice(0, heads.length) }, span };
  const rest: Located = { value: { kind: 'list', items: value.items.slice(heads.length) }, span };
  return both(matchItems(heads, first, scope, 'list'), matches(last.right, rest, scope));
}

function matchMap(entries: readonly Expr[], { value, span }: Located, scope: Scope): boolean | null {
  let result: boolean | null = value.kind === 'map' ? true : value.kind === 'unknown' ? null : false;
  for (const entry of entries) {
    if (entry.kind !== 'pair') continue;
    const found = value.kind === 'map' ? value.entries.find(({ key }) => sameKey(entry.key, key)) : undefined;
    if (found !== undefined) result = both(result, matches(entry.value, found.value, scope));
    else {
      bindUnknown([entry.value], span, scope);
      result = both(result, value.kind === 'map' ? false : null);
    }
  }
  return result;
}

function sameKey(pattern: Expr, { value }: Located): boolean {
  if (pattern.kind === 'atom') return isAtom(value, pattern.value);
  return pattern.kind === 'text' && value.kind === 'text' && plainText(value) === pattern.value;
}

/** The names in the patterns, without values. */
export function bindUnknown(patterns: readonly Expr[], span: Span, scope: Scope): void {
  for (const pattern of patterns) {
    switch (pattern.kind) {
      case 'variable':
        matches(pattern, { value: unknown(`"${pattern.name}" is known at run time alone`), span }, scope);
        break;
      case 'tuple':
      case 'list':
        bindUnknown(pattern.items, span, scope);
        break;
      case 'map':
        bindUnknown(pattern.entries, span, scope);
        break;
      case 'pair':
        bindUnknown([pattern.value], span, scope);
        break;
      case 'binary':
        bindUnknown([pattern.left, pattern.right], span, scope);
        break;
      default:
        break;
    }
  }
}
