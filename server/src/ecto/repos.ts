// Repo modules: `use Ecto.Repo`, or a macro of the project that does so and stands in the same file.

import { moduleReferences } from '../syntax/elixir/aliases.js';
import { type ElixirModule, modulesIn } from '../syntax/elixir/modules.js';
import { type Call, type ElixirFile, keyword } from '../syntax/elixir/nodes.js';
import { atomName } from './literals.js';
import type { EctoRepo } from './model.js';
import { quotedItems } from './schemas.js';

export function reposIn(elixir: ElixirFile): readonly EctoRepo[] {
  const modules = modulesIn(elixir);
  const macros = new Map(modules.flatMap((module) => macroOf(module)));
  return modules.flatMap((module) => {
    for (const { kind, module: used, call } of module.references) {
      if (kind !== 'use' || (used !== 'Ecto.Repo' && !macros.has(used))) continue;
      const otpApp = otpAppOf(call) ?? macros.get(used) ?? null;
      return [{ module: module.name, otpApp, span: module.nameSpan }];
    }
    return [];
  });
}

/** The module when its `__using__` uses Ecto.Repo, with the application that it names. */
function macroOf(module: ElixirModule): readonly (readonly [string, string | null])[] {
  const using = module.functions.find(({ name, kind }) => name === '__using__' && kind === 'defmacro');
  for (const { body } of using?.clauses ?? []) {
    for (const item of quotedItems(body?.items ?? [])) {
      const references = item.kind === 'call' ? moduleReferences(item, module.environment) : [];
      const repo = references.find(({ kind, module: used }) => kind === 'use' && used === 'Ecto.Repo');
      if (repo !== undefined) return [[module.name, otpAppOf(repo.call)]];
    }
  }
  return [];
}

function otpAppOf(call: Call): string | null {
  return atomName(keyword(call, 'otp_app'));
}
