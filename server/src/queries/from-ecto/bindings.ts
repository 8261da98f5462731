// Which relation a variable of a query macro stands for: `[p, ..., c]`, `[post: p]`, `[{^name, p}]`.

import type { Expr } from '../../syntax/elixir/nodes.js';
import type { Building } from './building.js';
import { atomIn, keyOfPair, type Scope } from './scope.js';

/** What the expressions inside a query macro can see. */
export interface Bindings {
  readonly scope: Scope;
  readonly building: Building;
  /** Aliases by variable; `null` where the name of a binding is known at run time alone. */
  readonly variables: ReadonlyMap<string, string | null>;
  /** The expression is that of a `dynamic`: only there may a part of it be another `dynamic`. Left out: it is not. */
  readonly inDynamic?: true;
}

export function bindingsOf(scope: Scope, building: Building, list: Expr | null): Bindings {
  const variables = new Map<string, string | null>();
  const bound = list?.kind === 'list' ? list.items : list === null ? [] : [list];
  const aliases = building.relations.map(({ alias }) => alias);
  const rest = bound.findIndex((item) => item.kind === 'variable' && item.name === '...');
  const positional = bound.filter((item) => item.kind !== 'pair' && item.kind !== 'tuple');
  bound.forEach((item, index) => {
    if (item.kind === 'variable' && item.name !== '...') {
      const after = rest >= 0 && index > rest;
      const position = after ? aliases.length - (positional.length - index) : index;
      variables.set(item.name, aliases[position] ?? null);
    } else if (item.kind === 'pair' && item.value.kind === 'variable') {
      const name = keyOfPair(item);
      variables.set(item.value.name, name === null ? null : aliasNamed(building, name));
    } else if (item.kind === 'tuple') {
      const [key, variable] = item.items;
      if (key === undefined || variable?.kind !== 'variable') return;
      const name = atomIn(scope, key);
      variables.set(variable.name, name === null ? null : aliasNamed(building, name));
    }
  });
  return { scope, building, variables };
}

/** The alias of the relation with that name; the name itself where it belongs to a query around this one. */
export function aliasNamed(building: Building, name: string): string {
  return building.names.get(name) ?? name;
}
