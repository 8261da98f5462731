// What ends a translation: the text of a query is only given where it is certain.

import type { Expr } from '../../syntax/elixir/nodes.js';
import type { Span } from '../../text/span.js';
import { isElsewhere } from '../from-ecto/elsewhere.js';
import { textOf } from '../from-ecto/scope.js';

/** Thrown inside this folder, and caught by its door. */
export class Unsupported extends Error {
  constructor(
    /** For people, as a clause: `the field is decided at run time`. */
    readonly reason: string,
    /** What it is about; `null` where that stands in another function. */
    readonly at: Span | null,
  ) {
    super(reason);
  }
}

export function unsupported(reason: string, at: Span | null = null): never {
  throw new Unsupported(reason, at === null || isElsewhere(at) ? null : at);
}

/** The code decides at run time what an expression is, and with it the text of the query. */
export function atRuntime(what: string, expr: Expr): never {
  unsupported(`${what} is decided at run time: ${textOf(expr)}`, expr.span);
}
