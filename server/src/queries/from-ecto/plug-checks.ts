// What the plugs of a controller check of a request is checked when its actions run.

import type { SqlParser } from '../../syntax/sql/parse.js';
import type { ModuleCode } from './code.js';
import { bindHead, evaluateFunction, newScope } from './functions.js';
import { type Plug, runsFor } from './plugs.js';
import { calleeOf, environmentOf, type Project } from './project.js';
import type { ProjectCall } from './scope.js';

/** Names of the values of a client that the plugs of a module have checked before each of its functions. */
export function checksOfPlugs(
  module: ModuleCode,
  project: Project,
  sql: SqlParser,
): (definition: { readonly name: string; readonly arity: number }) => ReadonlySet<string> {
  const known = new Map<Plug, readonly string[]>();
  const checkedBy = (plug: Plug) => {
    let names = known.get(plug);
    if (names === undefined) {
      names = namesChecked(module, plug, project, sql);
      known.set(plug, names);
    }
    return names;
  };
  return ({ name, arity }) =>
    new Set(arity === 2 ? module.plugs.filter((plug) => runsFor(plug, name)).flatMap(checkedBy) : []);
}

function namesChecked(
  module: ModuleCode,
  { name }: Plug,
  project: Project,
  sql: SqlParser,
): readonly string[] {
  const callee = calleeOf(project, module, { module: null, name, count: 2 });
  if (callee === null) return [];
  const { definition } = callee;
  return definition.clauses.flatMap((clause) => {
    if (clause.body === null) return [];
    const within = { name: `${name}/2`, head: definition.nameSpan, params: [] };
    const place = { module: callee.module.name, within, project };
    const scope = newScope(sql, place, environmentOf(project, callee.module));
    bindHead(name, clause, scope);
    evaluateFunction(clause.body, scope);
    const { checkedNames, calls } = scope.reader;
    return [...checkedNames, ...[...calls.values()].flatMap(namesAsked)];
  });
}

/** What a function gave for them is compared with what the code vouches for, or shown to what decides who may have it. */
function namesAsked({ rows }: ProjectCall): readonly string[] {
  return rows.compared.length > 0 || rows.authorizedBy.length > 0 ? rows.sent : [];
}
