// `prepare_query/3` of a Repo, which changes every query that goes through it: https://hexdocs.pm/ecto/Ecto.Repo.html#c:prepare_query/3
// That a Repo has one proves nothing by itself; what it compares does.

import { quotedItems } from '../ecto/schemas.js';
import { type FunctionDefinition, functionsIn } from '../syntax/elixir/functions.js';
import { type ElixirModule, modulesIn } from '../syntax/elixir/modules.js';
import type { Body, ElixirFile, Expr } from '../syntax/elixir/nodes.js';
import type { SqlParser } from '../syntax/sql/parse.js';
import { unknownBuilding } from './from-ecto/building.js';
import { bind } from './from-ecto/evaluate.js';
import { evaluateFunction, newScope } from './from-ecto/functions.js';
import type { Condition } from './query.js';

export interface RepoHook {
  /** The Repo, or the module that a Repo uses for it. */
  readonly module: string;
  /** Columns of the query's first relation that it compares with a value. */
  readonly columns: readonly string[];
  /** Options of a call that it looks at, some of which leave a query as it is. */
  readonly options: readonly string[];
}

export function repoHooksIn(elixir: ElixirFile, sql: SqlParser): readonly RepoHook[] {
  return modulesIn(elixir).flatMap((module) =>
    hookFunctions(module).map((definition) => readHook(module, definition, sql)),
  );
}

/** Defined in the module itself, or in what its `__using__` puts into a Repo. */
function hookFunctions({ functions }: ElixirModule): readonly FunctionDefinition[] {
  const quoted = functions
    .filter(({ name }) => name === '__using__')
    .flatMap(({ clauses }) => clauses.flatMap(({ body }) => quotedItems(body?.items ?? [])));
  return [...functions, ...functionsIn(quoted)].filter(
    ({ name, arity }) => name === 'prepare_query' && arity === 3,
  );
}

function readHook(
  { name, environment }: ElixirModule,
  { clauses }: FunctionDefinition,
  sql: SqlParser,
): RepoHook {
  const columns = new Set<string>();
  const options = new Set<string>();
  for (const { params, body } of clauses) {
    const query = params[1];
    if (body === null || query === undefined) continue;
    const scope = newScope(sql, { module: name, within: null }, environment);
    const given = unknownBuilding('it is given by the caller', query.span);
    bind(query, { kind: 'query', building: given }, scope);
    evaluateFunction(body, scope);
    for (const building of scope.reader.loose) addPinned(building.where, columns);
    collectOptions(body, options);
  }
  return { module: name, columns: [...columns], options: [...options] };
}

function addPinned(condition: Condition, columns: Set<string>): void {
  switch (condition.kind) {
    case 'and':
    case 'choice':
      for (const part of condition.of) addPinned(part, columns);
      break;
    case 'equal': {
      const { left, right } = condition;
      if (left.kind === 'column' && right.kind === 'outer') columns.add(left.column);
      if (right.kind === 'column' && left.kind === 'outer') columns.add(right.column);
    }
  }
}

/** The keys of `opts[:key]` and of calls such as `Keyword.get(opts, :key)`. */
function collectOptions(body: Body, options: Set<string>): void {
  const visit = (expr: Expr): void => {
    switch (expr.kind) {
      case 'access':
        if (expr.key.kind === 'atom') options.add(expr.key.value);
        visit(expr.container);
        break;
      case 'binary':
        visit(expr.left);
        visit(expr.right);
        break;
      case 'unary':
        visit(expr.operand);
        break;
      case 'call':
        if (expr.receiver?.kind === 'alias' && expr.receiver.name === 'Keyword') {
          for (const arg of expr.args) if (arg.kind === 'atom') options.add(arg.value);
        }
        expr.args.forEach(visit);
        if (expr.body !== null) visitBody(expr.body);
        break;
      case 'group':
      case 'tuple':
      case 'list':
        expr.items.forEach(visit);
        break;
    }
  };
  const visitBody = (inner: Body): void => {
    inner.items.forEach(visit);
    for (const { patterns, items } of inner.clauses) [...patterns, ...items].forEach(visit);
    for (const section of inner.sections) visitBody(section.body);
  };
  visitBody(body);
}
