// Modules that the library EctoEnum makes: `defenum Status, :status, [:on, :off]` and `use EctoEnum, type: :status, enums: [:on, :off]`.
// Their functions are written out as code, and read as such.
// https://hexdocs.pm/ecto_enum/EctoEnum.html

import { noAliases, resolveAlias } from '../../syntax/elixir/aliases.js';
import { modulesIn } from '../../syntax/elixir/modules.js';
import { type Call, type ElixirFile, type Expr, keyword } from '../../syntax/elixir/nodes.js';
import { textAt } from '../../text/span.js';

/** The code of the modules that stand for enums of the file; empty when it has none. */
export function enumModules(elixir: ElixirFile, text: string): string {
  const modules = modulesIn(elixir);
  const used = modules.flatMap(({ name, references, environment }) =>
    references.flatMap(({ kind, module, call }) => {
      const type = keyword(call, 'type');
      const values = keyword(call, 'enums');
      if (kind !== 'use' || !/^EctoEnum(?:\.Postgres)?$/.test(module) || type === null || values === null)
        return [];
      return enumModule(resolveAlias(name, environment), type, values, keyword(call, 'schema'), text);
    }),
  );
  const top = elixir.items.flatMap((item) => defined(item, null, text));
  const inside = modules.flatMap(({ name, items }) => items.flatMap((item) => defined(item, name, text)));
  return [...used, ...top, ...inside].join('\n');
}

function defined(item: Expr, outer: string | null, text: string): readonly string[] {
  if (item.kind !== 'call' || item.name !== 'defenum') return [];
  const [module, type, values] = item.args;
  if (module?.kind !== 'alias' || type?.kind !== 'atom' || values === undefined) return [];
  const name = resolveAlias(module.name, noAliases);
  return [enumModule(outer === null ? name : `${outer}.${name}`, type, values, schemaOf(item), text)];
}

function schemaOf(call: Call): Expr | null {
  return keyword(call, 'schema');
}

function enumModule(module: string, type: Expr, values: Expr, schema: Expr | null, text: string): string {
  const of = (expr: Expr) => textAt(text, expr.span);
  const name = `#{${schema === null ? '"public"' : of(schema)}}.#{${of(type)}}`;
  const labels = `Enum.map_join(${of(values)}, ", ", &"'#{&1}'")`;
  const create = `"CREATE TYPE ${name} AS ENUM (#{${labels}})"`;
  const drop = `"DROP TYPE ${name}"`;
  return `defmodule ${module} do
  import Ecto.Migration
  def type, do: :"${name}"
  def create_type, do: execute(${create}, ${drop})
  def drop_type, do: execute(${drop}, ${create})
end`;
}
