// `fragment("lower(?)", p.title)`. Source: `split_fragment` and `escape_fragment` of Ecto.Query.Builder

import type { Call, Expr } from '../../syntax/elixir/nodes.js';
import { isPinned } from '../from-ecto/scope.js';
import { type Context, knownValue, paramOf, worthOf } from './context.js';
import { expression } from './expressions.js';
import type { Node } from './nodes.js';
import { anyType } from './types.js';
import { atRuntime, unsupported } from './unsupported.js';

export function fragmentNode(context: Context, { args, keywords, span }: Call): Node {
  const [text, ...given] = args;
  if (text === undefined || keywords.length > 0)
    return unsupported('a fragment of keywords is not for PostgreSQL', span);
  const value = isPinned(text) ? null : knownValue(context, text);
  if (value?.kind !== 'string' || text.kind === 'variable')
    return unsupported('the text of a fragment is not known', span);
  const pieces = piecesOf(value.text);
  if (pieces.length !== given.length + 1) {
    unsupported(`a fragment has ${pieces.length - 1} question marks and ${given.length} values`, span);
  }
  const parts = pieces.flatMap((piece, index): (string | Node)[] => {
    const arg = given[index];
    return arg === undefined ? [piece] : [piece, argument(context, arg)];
  });
  return { kind: 'fragment', parts };
}

/** What stands between the question marks; `\?` is a question mark of the text. */
export function piecesOf(text: string): readonly string[] {
  const pieces = [''];
  for (const [part] of text.matchAll(/\\\?|\?|[^?\\]+|\\/g)) {
    if (part === '?') pieces.push('');
    else pieces[pieces.length - 1] += part === '\\?' ? '?' : part;
  }
  return pieces;
}

function argument(context: Context, expr: Expr): Node {
  if (expr.kind !== 'call' || expr.receiver !== null) return expression(context, expr);
  const [given] = expr.args;
  const pinned = given !== undefined && isPinned(given) ? given.operand : null;
  switch (expr.name) {
    case 'identifier':
    case 'literal':
      return { kind: 'raw', text: quoted(pinnedText(context, pinned, expr), expr) };
    case 'constant': {
      const value = pinned === null ? null : knownValue(context, pinned);
      if (value?.kind === 'string') return { kind: 'raw', text: `'${value.text.replaceAll("'", "''")}'` };
      if (value?.kind === 'number' && Number.isSafeInteger(value.value) && pinned !== null) {
        const isFloat = pinned.kind === 'number' && pinned.value.includes('.');
        if (!isFloat) return { kind: 'raw', text: String(value.value) };
      }
      return atRuntime('a constant of a fragment', pinned ?? expr);
    }
    case 'splice':
      return pinned === null
        ? unsupported('splice() wants a pinned list', expr.span)
        : spliced(context, pinned);
    default:
      return expression(context, expr);
  }
}

function pinnedText(context: Context, pinned: Expr | null, expr: Expr): string {
  const value = pinned === null ? null : knownValue(context, pinned);
  return value?.kind === 'string' ? value.text : atRuntime('a name in a fragment', pinned ?? expr);
}

export function quoted(name: string, expr: Expr | null = null): string {
  if (name.includes('"')) unsupported(`Ecto refuses the name ${name}`, expr?.span ?? null);
  return `"${name}"`;
}

/** `splice(^ids)`: a parameter for each value. */
function spliced(context: Context, pinned: Expr): Node {
  const value = worthOf(context, pinned);
  const items = value.kind === 'written' && value.expr.kind === 'list' ? value.expr.items : null;
  if (items === null || items.length === 0) return atRuntime('how long a list is', pinned);
  const parts = items.flatMap((item, index): (string | Node)[] => {
    const param: Node = { kind: 'param', param: paramOf(context, item, anyType) };
    return index === 0 ? ['', param] : [',', param];
  });
  return { kind: 'fragment', parts: [...parts, ''] };
}
