// Commands of an Ecto migration that build or drop an index, in the DSL or as SQL: made concurrent.
//
// The option belongs to the call of `index`, which may stand elsewhere than the command: before a pipe, or bound to a variable.

import type { FunctionClause } from '../syntax/elixir/functions.js';
import type { Call, Expr, Text } from '../syntax/elixir/nodes.js';
import { everythingIn, isCallOf, pathTo, variablesIn } from '../syntax/elixir/walk.js';
import type { SqlParser } from '../syntax/sql/parse.js';
import type { TextEdit } from '../text/edits.js';
import { contains, type Span } from '../text/span.js';
import { allDown, type EctoFile } from './ecto-file.js';
import { setOption } from './ecto-options.js';
import { editsInText } from './ecto-text.js';
import type { Site, Undoes } from './place.js';
import { makeConcurrent } from './sql-statement.js';

const COMMANDS = ['create', 'create_if_not_exists', 'drop', 'drop_if_exists'];
const INDEXES = ['index', 'unique_index'];

/** What is created and dropped beside indexes. */
const OTHERS = ['table', 'constraint'];

/** The innermost command or SQL call that holds the span, with what is piped into it. */
export function commandAround({ module }: EctoFile, span: Span): Expr | null {
  const path = pathTo(module.items, span);
  const at = path.findLastIndex((expr) => isCallOf(expr, COMMANDS) || runsText(expr));
  const command = path[at];
  const pipe = path[at - 1];
  if (command === undefined) return null;
  return pipe?.kind === 'binary' && pipe.operator === '|>' && pipe.right === command ? pipe : command;
}

/** `execute "…"`, `repo().query!("…")`. */
function runsText(expr: Expr): expr is Call {
  if (expr.kind !== 'call') return false;
  return expr.receiver === null ? expr.name === 'execute' : /^query!?$/.test(expr.name);
}

/**
 * Edits that make all indexes of an expression concurrent, on the way up and on the way down. They may stand outside of it, where
 * a variable gets its index. `null` when one of them comes from where it cannot be told.
 */
export function concurrentEdits(file: EctoFile, expr: Expr, parser: SqlParser): readonly TextEdit[] | null {
  const edits: TextEdit[] = [];
  const piped = new Set<Expr>();
  for (const inner of everythingIn(expr)) {
    if (inner.kind === 'binary' && inner.operator === '|>' && isCallOf(inner.right, COMMANDS)) {
      piped.add(inner.right);
      const more = concurrentIndex(file, inner.left);
      if (more === null) return null;
      edits.push(...more);
    } else if (isCallOf(inner, COMMANDS) && !piped.has(inner)) {
      const [index] = inner.args;
      const more = index === undefined ? null : concurrentIndex(file, index);
      if (more === null) return null;
      edits.push(...more);
    } else if (runsText(inner)) {
      for (const text of inner.args.filter((arg): arg is Text => arg.kind === 'text')) {
        edits.push(...concurrentText(file.text, text, parser));
      }
    }
  }
  return distinct(edits);
}

/** Each edit once: two commands may take the same index. */
export function distinct(edits: readonly TextEdit[]): readonly TextEdit[] {
  const seen = new Set<string>();
  return edits.filter(({ span }) => {
    const place = `${span.start} ${span.end}`;
    return !seen.has(place) && seen.add(place);
  });
}

/** The option for what a command is given; no edit for a table or a constraint. */
function concurrentIndex(file: EctoFile, given: Expr): readonly TextEdit[] | null {
  const value = given.kind === 'variable' ? boundTo(file, given.name, given.span) : given;
  const isPiped = value?.kind === 'binary' && value.operator === '|>';
  const call = isPiped ? value.right : value;
  if (call === null || call.kind !== 'call' || call.receiver !== null) return null;
  if (OTHERS.includes(call.name)) return [];
  if (!INDEXES.includes(call.name)) return null;
  return setOption(file.text, call, 'concurrently', 'true', isPiped ? 1 : 0);
}

/** What a variable is set to by `name = …` in the same function; `null` when it is set otherwise, or more than once. */
export function boundTo({ module }: EctoFile, name: string, at: Span): Expr | null {
  const clause = module.functions.flatMap(({ clauses }) => clauses).find(({ span }) => contains(span, at));
  if (clause === undefined || setIn(clause, name) !== 1) return null;
  for (const item of clause.body?.items ?? []) {
    if (item.kind !== 'binary' || item.operator !== '=' || item.span.end > at.start) continue;
    if (item.left.kind === 'variable' && item.left.name === name) return item.right;
  }
  return null;
}

/** How often a variable gets a value in a function. */
function setIn({ params, body }: FunctionClause, name: string): number {
  const patterns = [...params];
  for (const inner of (body?.items ?? []).flatMap((item) => [...everythingIn(item)])) {
    if (inner.kind === 'binary' && (inner.operator === '=' || inner.operator === '<-')) {
      patterns.push(inner.left);
    } else if (inner.kind === 'fn') {
      patterns.push(...inner.clauses.flatMap((clause) => clause.patterns));
    } else if (inner.kind === 'call') {
      patterns.push(...(inner.body?.clauses ?? []).flatMap((clause) => clause.patterns));
    }
  }
  return patterns.flatMap(variablesIn).filter((variable) => variable === name).length;
}

/** Edits of a SQL text that builds, rebuilds or drops an index; none for any other. */
export function concurrentText(file: string, text: Text, parser: SqlParser): readonly TextEdit[] {
  const statement = parser.statement(text.content.text);
  const builds = /^\s*(?:create\s+(?:unique\s+)?|drop\s+)index\b|^\s*reindex\b/i.test(statement.text);
  return builds ? editsInText(file, text, makeConcurrent(statement)) : [];
}

/**
 * Edits that make concurrent what `down/0` does to undo an operation, wherever its code stands. `null` when that cannot be told
 * for all of it.
 */
export function concurrentUndoing(site: Site, file: EctoFile, undoes: Undoes): readonly TextEdit[] | null {
  const edits: TextEdit[] = [];
  for (const operation of allDown(site, file)) {
    if (!undoes(operation)) continue;
    const command = commandAround(file, operation.keyword);
    const more = command === null ? null : concurrentEdits(file, command, site.parsers.sql);
    if (more === null) return null;
    edits.push(...more);
  }
  return distinct(edits);
}
