// The Ecto queries of a file, with what functions of the project elsewhere do for them.

import { noAliases } from '../syntax/elixir/aliases.js';
import type { ElixirFile } from '../syntax/elixir/nodes.js';
import { variablesIn } from '../syntax/elixir/walk.js';
import type { SqlParser } from '../syntax/sql/parse.js';
import { type Building, blockOf } from './from-ecto/building.js';
import { codeIn, type ModuleCode } from './from-ecto/code.js';
import { bindHead, evaluateFunction, evaluateItems, newScope } from './from-ecto/functions.js';
import { blockAt } from './from-ecto/places.js';
import { checksOfPlugs } from './from-ecto/plug-checks.js';
import { environmentOf, type Project, projectOf } from './from-ecto/project.js';
import type { ProjectCall, Reader, Scope } from './from-ecto/scope.js';
import type { Query } from './query.js';

/** What is read of the code of a file. */
export interface EctoQueries {
  /** Queries that are run, and those that are built and not run in their function; in the order of the file. */
  readonly queries: readonly Query[];
  /** Calls of functions of the project. */
  readonly calls: readonly ProjectCall[];
}

/**
 * The queries of a file that stands alone.
 *
 * @param records as of {@link ectoQueriesOf}
 */
export function queriesIn(elixir: ElixirFile, sql: SqlParser, records = false): readonly Query[] {
  const modules = codeIn(elixir);
  if (modules.length > 0) return ectoQueriesOf(modules, projectOf(modules), sql, records).queries;
  const scope = newScope(sql, { module: null, within: null, records }, noAliases);
  evaluateItems(elixir.items, scope);
  return queriesOf(scope.reader).toSorted(byPlace);
}

/**
 * The queries of the modules of a file.
 *
 * @param records whether {@link Query.recorded} is wanted
 */
export function ectoQueriesOf(
  modules: readonly ModuleCode[],
  project: Project,
  sql: SqlParser,
  records = false,
): EctoQueries {
  const queries: Query[] = [];
  const calls: ProjectCall[] = [];
  const read = (scope: Scope, evaluateAll: () => void) => {
    evaluateAll();
    queries.push(...queriesOf(scope.reader));
    calls.push(...scope.reader.calls.values());
  };
  for (const module of modules) {
    const environment = environmentOf(project, module);
    const place = { module: module.name, project, records };
    if (module.items.length > 0) {
      const around = newScope(sql, { ...place, within: null }, environment);
      read(around, () => evaluateItems(module.items, around));
    }
    const checks = checksOfPlugs(module, project, sql);
    for (const { name, nameSpan: head, arity, kind, clauses } of module.functions) {
      const checkedBefore = checks({ name, arity });
      for (const clause of clauses) {
        const { body, call, params } = clause;
        // A macro's body is code that is put together elsewhere.
        if (body === null || call.name.startsWith('defmacro')) continue;
        const isPrivate = kind === 'defp' ? { isPrivate: true } : {};
        const within = { name: `${name}/${arity}`, head, params: params.flatMap(variablesIn), ...isPrivate };
        const scope = newScope(sql, { ...place, within, checkedBefore }, environment);
        bindHead(name, clause, scope);
        read(scope, () => evaluateFunction(body, scope));
      }
    }
  }
  return { queries: queries.sort(byPlace), calls };
}

function byPlace(a: Query, b: Query): number {
  return a.span.start - b.span.start || a.span.end - b.span.end;
}

function queriesOf({ found, loose, module, within, records }: Reader): readonly Query[] {
  const built = new Map<number, Query>();
  for (const building of loose) {
    // What came from elsewhere is a query there.
    if (building.relations[0]?.source.kind === 'opaque') continue;
    const recorded = records ? { recorded: { building, run: null } } : {};
    built.set(building.keyword.start, { ...builtQuery(building, module, within), ...recorded });
  }
  return [...found.values(), ...built.values()];
}

/** A query that nothing here runs. */
function builtQuery(building: Building, module: Query['module'], within: Query['within']): Query {
  const { span, keyword } = building;
  const block = blockAt(blockOf(building, building.assignments.length > 0 ? 'update' : 'select'), keyword);
  return { kind: 'query', language: 'ecto', span, keyword, sink: null, block, module, within };
}
