// The tenant's condition in an Ecto query: where its source stands, as a clause of `from`, a step of a pipe, or a key of a
// lookup; where the source stands in another function, right before the query is run.

import type { Block, Query, Relation } from '../queries/query.js';
import { blocksOf } from '../queries/walk.js';
import { clauseAround } from '../syntax/elixir/modules.js';
import { type Binary, type Call, type ElixirFile, type Expr, pipeline } from '../syntax/elixir/nodes.js';
import { pathTo } from '../syntax/elixir/walk.js';
import { changeOf, insertAt, type TextEdit } from '../text/edits.js';
import { contains, textAt } from '../text/span.js';
import type { QueryEditor } from './editor.js';
import type { Site } from './place.js';
import { fromAround, inFrom, joinAround, onJoin } from './scope-from.js';
import { inLookup, inRows } from './scope-lookup.js';
import { behindLastOr, inParentheses, isWidenedElsewhere } from './scope-or.js';
import { importOfQueries, inPipe, isExcluded, saysSoIn } from './scope-pipe.js';
import { comparisonsOf, isSettled, keptRelation } from './scope-statement.js';
import { scopeText } from './scope-text.js';
import { tenantValue, valueAt } from './scope-value.js';

/** A relation of an Ecto query that is to be compared with the tenant. */
export interface EctoScope {
  readonly text: string;
  readonly tree: ElixirFile;
  readonly query: Query;
  readonly block: Block;
  readonly relation: Relation;
  readonly column: string;
  /** The tenant's value, without a pin. */
  readonly value: string;
  /** The expressions that hold the relation's source, outermost first; the last is the source itself. */
  readonly path: readonly Expr[];
  /** The call that runs the query; `null` where it is not run here. */
  readonly sink: Call | null;
}

export function scopeEcto(site: Site): QueryEditor {
  const { path: file, text } = site.file;
  const scopeOf = (query: Query, asked: Relation, column: string): EctoScope | null => {
    const tree = site.parsers.elixir.parse(text);
    const block = blocksOf(query.block).find(({ relations }) => relations.includes(asked));
    if (block === undefined || isSettled(text, block, asked, column)) return null;
    const relation = keptRelation(block, asked, column);
    const path = pathTo(tree.items, relation.span);
    const value = valueIn(site, tree, query, column);
    const sink = sinkOf(tree, query);
    return { text, tree, query, block, relation, column, value, path, sink };
  };
  const changed = (scope: EctoScope, edits: readonly TextEdit[] | null) =>
    edits === null ? null : changeOf(file, [...edits, ...importOfQueries(scope, edits)]);
  const inText = (query: Query, relation: Relation, column: string) =>
    scopeText(site, site.parsers.elixir.parse(text), query, relation, column);
  return {
    scopeQuery(query, relation, column) {
      if (query.language === 'sql') return inText(query, relation, column);
      const scope = scopeOf(query, relation, column);
      if (scope === null) return null;
      return changed(scope, scope.block.insert === null ? scoped(site, scope) : inRows(scope));
    },
    scopeEveryArm(query, relation, column) {
      if (query.language === 'sql') return inText(query, relation, column);
      const scope = scopeOf(query, relation, column);
      if (scope === null) return null;
      const edits =
        behindLastOr(scope) ?? inParentheses(text, scope.block, relation, column) ?? beforeSink(scope);
      return changed(scope, edits);
    },
  };
}

function scoped(site: Site, scope: EctoScope): readonly TextEdit[] | null {
  const { tree, query, block, relation, path } = scope;
  if (clauseAround(tree, relation.span)?.span !== clauseAround(tree, query.keyword)?.span)
    return beforeSink(scope);
  const isLate = isExcluded(path) || isInBranch(scope) || isWidenedElsewhere(scope);
  if (block === query.block && isLate) return beforeSink(scope);
  const join = joinAround(path);
  const from = fromAround(path);
  if (join !== null && (from === null || path.indexOf(join) > path.indexOf(from))) return onJoin(scope, join);
  if (from !== null && contains(from.args[0]?.span ?? relation.span, relation.span))
    return inFrom(scope, from) ?? beforeSink(scope);
  return inLookup(site, scope) ?? inPipe(scope) ?? beforeSink(scope);
}

/** What the source stands in is an arm of a `case` or the like, and what comes out of any of them is run. */
function isInBranch({ path, relation, sink }: EctoScope): boolean {
  return path.some(
    (expr) =>
      expr.kind === 'call' &&
      expr.receiver === null &&
      expr.body !== null &&
      /^(?:case|cond|if|unless)$/.test(expr.name) &&
      !expr.args.some((arg) => contains(arg.span, relation.span)) &&
      sink !== null &&
      !contains(expr.span, sink.span),
  );
}

/** What the query compares a column of that name with already, in this function; else what is in scope. */
function valueIn(site: Site, tree: ElixirFile, query: Query, column: string): string {
  const here = clauseAround(tree, query.keyword)?.span ?? null;
  for (const { value } of blocksOf(query.block).flatMap((block) => comparisonsOf(block, column))) {
    const isNear = value.kind === 'outer' && value.source === 'parameter';
    const found = isNear && here !== null && contains(here, value.span) ? valueAt(tree, value.span) : null;
    if (found !== null) return textAt(site.file.text, found.span);
  }
  return tenantValue(site, tree, query.keyword, column);
}

function sinkOf(tree: ElixirFile, { sink }: Query): Call | null {
  if (sink === null) return null;
  const path = pathTo(tree.items, sink.span);
  const call = path.findLast(
    (expr): expr is Call => expr.kind === 'call' && expr.nameSpan.end === sink.span.end,
  );
  return call ?? null;
}

/** A condition on what a query that comes from elsewhere is when it is run. */
function beforeSink(scope: EctoScope): readonly TextEdit[] | null {
  const { sink, tree, text, query, block, relation, column, value } = scope;
  if (sink === null || block !== query.block) return null;
  const variable = letterFor(relation);
  const binding = bindingOf(block, relation, variable);
  const condition = `${binding}, ${variable}.${column} == ^${value}`;
  const pipe = pathTo(tree.items, sink.span).findLast(
    (expr): expr is Binary => expr.kind === 'binary' && expr.operator === '|>' && expr.right === sink,
  );
  if (pipe !== undefined) {
    const separator = text.slice(pipe.left.span.end, pipe.operatorSpan.start) || ' ';
    if (saysSoIn(scope, pipeline(pipe.left))) return null;
    return [insertAt(pipe.left.span.end, `${separator}|> where(${condition})`)];
  }
  const [given] = sink.args;
  if (given === undefined || saysSoIn(scope, pipeline(given))) return null;
  // `from p in Post, where: …` would take what follows it as its own.
  const isOpen = given.kind === 'call' && !given.parenthesized && given.args.length > 0;
  const [open, close] = isOpen ? ['(', ')'] : ['', ''];
  return [insertAt(given.span.start, `where(${open}`), insertAt(given.span.end, `${close}, ${condition})`)];
}

/** `[p]`, `[..., c]`, `[_, c, _]` or `[comments: c]`. */
function bindingOf({ relations }: Block, relation: Relation, variable: string): string {
  if (!relation.alias.startsWith('#')) return `[${relation.alias}: ${variable}]`;
  const index = relations.indexOf(relation);
  if (index > 0 && index === relations.length - 1) return `[..., ${variable}]`;
  return `[${[...Array.from({ length: index }, () => '_'), variable].join(', ')}]`;
}

/** The first letter of what the relation is, as binding variables are called. */
export function letterFor({ source }: Relation): string {
  const name =
    source.kind === 'schema'
      ? source.module.slice(source.module.lastIndexOf('.') + 1)
      : source.kind === 'table'
        ? source.table.name
        : source.kind === 'association'
          ? source.name
          : '';
  return /^[a-z]/.exec(name.toLowerCase())?.[0] ?? 'x';
}
