// A condition in the keyword form of an Ecto query: `where:` of `from`, `on:` of its joins.

import { type Call, type Expr, keywordsOf, type Pair, pairNamed } from '../syntax/elixir/nodes.js';
import { insertAt, type TextEdit } from '../text/edits.js';
import { contains, type Span } from '../text/span.js';
import { indentAt, startsLine } from './lines.js';
import type { EctoScope } from './scope-ecto.js';
import { saysSo } from './scope-pipe.js';
import { equalitiesOn } from './scope-statement.js';

/** The innermost `from` of the path. */
export function fromAround(path: readonly Expr[]): Call | null {
  return path.findLast((expr): expr is Call => expr.kind === 'call' && expr.name === 'from') ?? null;
}

const JOIN = /^(?:(?:inner|left|right|full|cross)_)?(?:lateral_)?join$/;

/** The `join:` of a `from`, or the call of `join`, in which the path ends. */
export function joinAround(path: readonly Expr[]): Pair | Call | null {
  const found = path.findLast(
    (expr) =>
      (expr.kind === 'pair' && expr.key.kind === 'atom' && JOIN.test(expr.key.value)) ||
      (expr.kind === 'call' && expr.name === 'join' && expr.args.length > 1),
  );
  return found?.kind === 'pair' || found?.kind === 'call' ? found : null;
}

/** `where:` behind the conditions and joins that are there. */
export function inFrom(scope: EctoScope, from: Call): readonly TextEdit[] | null {
  const [source, options] = from.args;
  // No `from` takes anything but options besides its source.
  if (source === undefined || (options !== undefined && options.kind !== 'list')) return null;
  const pairs = keywordsOf(from);
  const lastOr = pairs.findLastIndex(({ key }) => key.kind === 'atom' && key.value === 'or_where');
  const wheres = pairs.slice(lastOr + 1).filter(({ key }) => key.kind === 'atom' && key.value === 'where');
  if (wheres.some((pair) => saysSo(scope, pair.value))) return null;
  return [whereClause(scope, from, source, variableOf(source))];
}

/** @param variable of the relation; `null` when it has none and is the first: then a keyword list speaks of it */
function whereClause(scope: EctoScope, from: Call, source: Expr, variable: string | null): TextEdit {
  const { column, value, text } = scope;
  const condition = variable === null ? `[${column}: ^${value}]` : `${variable}.${column} == ^${value}`;
  const pairs = keywordsOf(from);
  const before = pairs.findLast(({ key }) => key.kind === 'atom' && BEFORE_WHERE.test(key.value));
  const end = before?.span.end ?? source.span.end;
  const like = before ?? pairs[0];
  return insertAt(end, `,${separatorLike(text, like)}where: ${condition}`);
}

const BEFORE_WHERE = /^(?:(?:or_)?where|\w*join|on|as|prefix|hints)$/;

/** The line break and indentation with which a clause begins its line; else a blank. */
function separatorLike(text: string, pair: Pair | undefined): string {
  if (pair === undefined || !startsLine(text, pair.span.start)) return ' ';
  return `${text.includes('\r\n') ? '\r\n' : '\n'}${indentAt(text, pair.span.start)}`;
}

/** A further condition of the join; of one whose rows stay when it fails, in the `where` of its query. */
export function onJoin(scope: EctoScope, join: Pair | Call): readonly TextEdit[] | null {
  const { path, relation, text, column } = scope;
  const from = join.kind === 'pair' ? fromAround(path.slice(0, path.indexOf(join))) : null;
  const target = join.kind === 'pair' ? join.value : boundIn(join, relation.span);
  const variable = target === null ? null : variableOf(target);
  if (variable === null || (join.kind === 'pair' && from === null)) return null;
  if (relation.join === 'right' || relation.join === 'full') {
    const [source] = from?.args ?? [];
    return from === null || source === undefined ? null : [whereClause(scope, from, source, variable)];
  }
  const value = siblingValue(scope, join, from) ?? `^${scope.value}`;
  const condition = `${variable}.${column} == ${value}`;
  const options = join.kind === 'call' ? keywordsOf(join) : optionsOf(from, join);
  const on = pairNamed(options, 'on')?.value;
  if (on === undefined) {
    const last = options.at(-1) ?? (join.kind === 'pair' ? join : undefined);
    const end = last?.span.end ?? (join.kind === 'call' ? join.args.at(-1)?.span.end : undefined);
    return end === undefined ? null : [insertAt(end, `,${separatorLike(text, last)}on: ${condition}`)];
  }
  if (on.kind === 'list') return null;
  const isOr = on.kind === 'binary' && (on.operator === 'or' || on.operator === '||');
  return isOr
    ? [insertAt(on.span.start, '('), insertAt(on.span.end, `) and ${condition}`)]
    : [insertAt(on.span.end, ` and ${condition}`)];
}

function boundIn(call: Call, span: Span): Expr | null {
  return call.args.find((arg) => contains(arg.span, span)) ?? null;
}

/** `on:` and the like that follow a join among the clauses of its `from`. */
function optionsOf(from: Call | null, join: Pair): readonly Pair[] {
  const pairs = from === null ? [] : keywordsOf(from);
  const following = pairs.slice(pairs.indexOf(join) + 1);
  const end = following.findIndex(
    ({ key }) => key.kind !== 'atom' || !/^(?:on|as|prefix|hints)$/.test(key.value),
  );
  return end < 0 ? following : following.slice(0, end);
}

/** `p` of `p in Post`, and of `[p] in query`. */
function variableOf(expr: Expr): string | null {
  if (expr.kind !== 'binary' || expr.operator !== 'in') return null;
  const left = expr.left.kind === 'list' ? expr.left.items[0] : expr.left;
  const named = left?.kind === 'pair' ? left.value : left;
  return named?.kind === 'variable' && named.name !== '_' ? named.name : null;
}

/** The same column of another relation of the query that is compared with something already: `p.organization_id`. */
function siblingValue(
  { block, relation, column }: EctoScope,
  join: Pair | Call,
  from: Call | null,
): string | null {
  const scoped = equalitiesOn(block, column).map((one) => one.column.alias);
  for (const [index, other] of block.relations.entries()) {
    if (other === relation || !scoped.includes(other.alias)) continue;
    const variable = variableAt(join, from, index);
    if (variable !== null) return `${variable}.${column}`;
  }
  return null;
}

/** The variable of the relation at that position, as the join can see it. */
function variableAt(join: Pair | Call, from: Call | null, index: number): string | null {
  if (join.kind === 'call') {
    const bindings = join.args.find((arg) => arg.kind === 'list');
    const item = bindings?.kind === 'list' ? bindings.items[index] : undefined;
    return item?.kind === 'variable' && item.name !== '_' && item.name !== '...' ? item.name : null;
  }
  if (from === null) return null;
  const joins = keywordsOf(from).filter(({ key }) => key.kind === 'atom' && JOIN.test(key.value));
  const sources = [from.args[0], ...joins.map(({ value }) => value)];
  const source = sources[index];
  return source === undefined ? null : variableOf(source);
}
