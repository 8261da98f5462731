// Calls that stand in no file, to see what code of a project does with a query.

import type { Alias, Call, Expr, Variable } from '../../syntax/elixir/nodes.js';
import type { Span } from '../../text/span.js';

/** `Module.name(query, other_0, …)`, where `query` is a variable. */
export function callWithQuery(module: string, name: string, count: number, span: Span): Call {
  return callOn(module, name, { kind: 'variable', name: 'query', span }, count);
}

/** The same of another first argument. */
export function callOn(module: string, name: string, first: Expr, count: number): Call {
  const { span } = first;
  const receiver: Alias = { kind: 'alias', name: module, span };
  const others = Array.from(
    { length: Math.max(count - 1, 0) },
    (_, index): Variable => ({ kind: 'variable', name: `other_${index}`, span }),
  );
  return {
    kind: 'call',
    receiver,
    name,
    nameSpan: span,
    args: [first, ...others],
    keywords: [],
    parenthesized: true,
    body: null,
    span,
  };
}
