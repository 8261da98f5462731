// Where a library runs the query that it is given: by a function that it adds to a Repo, or with a Repo that it is given, too.

import type { Call, Expr } from '../../syntax/elixir/nodes.js';
import { isDefined, isRepoModule } from './project.js';
import { entriesOf, keyOfPair, moduleName, type Scope } from './scope.js';
import { type Argument, isRepo, isSink } from './sinks.js';

/** Functions of libraries that run the query that they are given first, with a Repo that is configured elsewhere. */
const RUNS = /^(?:Flop\.(?:all|run|count|meta|validate_and_run)|(?:Scrivener|Paginator|Quarto)\.paginate)!?$/;

/** Whether it is one of those. */
export function runsGiven({ receiver, name }: Call, scope: Scope): boolean {
  return receiver?.kind === 'alias' && RUNS.test(`${moduleName(scope, receiver.name)}.${name}`);
}

/** What libraries call a function by which they give a page of rows, of a schema as well. */
export function givesPage({ name }: Call): boolean {
  return /^paginate/.test(name);
}

/** Functions of every Repo that run no query that they are given. */
const NO_SINK =
  /^(?:to_sql|insert|update|delete|insert_or_update|transaction|transact|rollback|checkout|load|preload|reload|query|query_many|explain|config|start_link|stop|default_options|prepare_query|put_dynamic_repo|in_transaction\?|checked_out\?)!?$/;

/** Whether a function of a Repo comes from a library, which runs what it is given. */
export function isOfLibrary(scope: Scope, { receiver, name }: Call): boolean {
  if (receiver?.kind !== 'alias' || NO_SINK.test(name)) return false;
  return !isDefined(scope.reader.project, moduleName(scope, receiver.name), name);
}

/**
 * The function of a Repo that a library is given together with a query: `from_query(query, &Repo.all/1)`, `run(query, repo: Repo)`;
 * as a call.
 */
export function sinkGiven(scope: Scope, call: Call, given: readonly Argument[]): Call | null {
  const all = (receiver: Expr | null, name: string): Call => ({
    ...call,
    receiver,
    name,
    args: [],
    keywords: [],
  });
  for (const { value } of given.slice(1)) {
    if (value.kind === 'named-function') {
      const { name } = value;
      if (name.kind === 'call' && isSink(name.name) && isRepoCall(value.scope, name, null)) {
        return all(name.receiver, name.name);
      }
    }
    const repo = (entriesOf(value) ?? []).find(({ pair }) => keyOfPair(pair) === 'repo')?.value ?? value;
    if (repo.kind === 'written' && repo.expr.kind === 'alias' && isRepo(scope, repo.expr, null)) {
      return all(repo.expr, 'all');
    }
  }
  return null;
}

/** Of a Repo, or a local call in one. */
export function isRepoCall(scope: Scope, { receiver }: Call, first: Argument | null): boolean {
  if (receiver !== null) return isRepo(scope, receiver, first);
  const { module } = scope.frame;
  return module !== null && isRepoModule(scope.reader.project, module.name) === true;
}
