// Plugs of a controller, and for which of its actions they run: https://hexdocs.pm/phoenix/plug.html

import type { Call, Expr } from '../../syntax/elixir/nodes.js';

/** `plug :authorize when action in [:show, :update]` */
export interface Plug {
  /** The function. */
  readonly name: string;
  /** Actions for which it runs, or for which it does not; `null` for all of them. */
  readonly actions: { readonly names: readonly string[]; readonly listed: boolean } | null;
}

/** `null` for a call that is no plug of a function, and for one of which it is decided at run time when it runs. */
export function plugIn({ receiver, name, args }: Call): Plug | null {
  const last = args.at(-1);
  if (receiver !== null || name !== 'plug' || last === undefined) return null;
  const guarded = last.kind === 'binary' && last.operator === 'when' ? last : null;
  const first = args.length === 1 ? (guarded?.left ?? last) : args[0];
  if (first?.kind !== 'atom') return null;
  if (guarded === null) return { name: first.value, actions: null };
  const actions = actionsIn(guarded.right);
  return actions === null ? null : { name: first.value, actions };
}

/** `action in [:show]`, `action not in [:index]`, `action == :show` */
function actionsIn(guard: Expr): Plug['actions'] {
  if (guard.kind !== 'binary' || guard.left.kind !== 'variable' || guard.left.name !== 'action') return null;
  const { operator, right } = guard;
  const items = right.kind === 'list' ? right.items : [right];
  const names = items.flatMap((item) => (item.kind === 'atom' ? [item.value] : []));
  if (names.length < items.length || !/^(?:in|not in|==|!=)$/.test(operator)) return null;
  return { names, listed: operator === 'in' || operator === '==' };
}

export function runsFor({ actions }: Plug, action: string): boolean {
  return actions === null || actions.names.includes(action) === actions.listed;
}
