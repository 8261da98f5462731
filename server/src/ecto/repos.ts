// Repo modules: `use Ecto.Repo`, or a macro of the project that does so and stands in the same file.

import { type Environment, moduleReferences } from '../syntax/elixir/aliases.js';
import { type ElixirModule, modulesIn } from '../syntax/elixir/modules.js';
import { type Call, type ElixirFile, keyword } from '../syntax/elixir/nodes.js';
import { atomOption, moduleName } from './literals.js';
import type { EctoRepo } from './model.js';
import { quotedItems } from './schemas.js';

export function reposIn(elixir: ElixirFile): readonly EctoRepo[] {
  const modules = modulesIn(elixir);
  const macros = new Map(modules.flatMap((module) => macroOf(module)));
  return modules.flatMap((module) => {
    for (const { kind, module: used, call } of module.references) {
      if (kind !== 'use' || (used !== 'Ecto.Repo' && !macros.has(used))) continue;
      const own = optionsOf(call, module.environment);
      const shared = macros.get(used) ?? noOptions;
      return [
        {
          module: module.name,
          otpApp: own.otpApp ?? shared.otpApp,
          adapter: own.adapter ?? shared.adapter,
          span: module.nameSpan,
        },
      ];
    }
    return [];
  });
}

/** Whether its database is known to be another one than PostgreSQL. */
export function isOtherDatabase({ adapter }: EctoRepo): boolean {
  return adapter !== null && OTHER_ADAPTERS.test(adapter);
}

/** Adapters for what speaks PostgreSQL's protocol and SQL may be called anything. */
const OTHER_ADAPTERS =
  /(?:^|\.)(?:MyXQL|MySQL|Tds|SQLite3|Exqlite|LibSQL|ClickHouse|Jamdb\w*|Snowflake|DuckDB|DuckDBex|Mnesia|MongoDB|DynamoDB|FoundationDB|Etso|Qlc)(?:\.|$)/i;

type RepoOptions = Pick<EctoRepo, 'otpApp' | 'adapter'>;

const noOptions: RepoOptions = { otpApp: null, adapter: null };

function optionsOf(call: Call, environment: Environment): RepoOptions {
  return { otpApp: atomOption(call, 'otp_app'), adapter: moduleName(keyword(call, 'adapter'), environment) };
}

/** The module when its `__using__` uses Ecto.Repo, with the options that it gives. */
function macroOf(module: ElixirModule): readonly (readonly [string, RepoOptions])[] {
  const { environment } = module;
  const using = module.functions.find(({ name, kind }) => name === '__using__' && kind === 'defmacro');
  for (const { body } of using?.clauses ?? []) {
    for (const item of quotedItems(body?.items ?? [])) {
      const references = item.kind === 'call' ? moduleReferences(item, environment) : [];
      const repo = references.find(({ kind, module: used }) => kind === 'use' && used === 'Ecto.Repo');
      if (repo !== undefined) return [[module.name, optionsOf(repo.call, environment)]];
    }
  }
  return [];
}
