// Functions and macros as they are defined: clauses of one name and arity together.

import type { Span } from '../../text/span.js';
import type { Body, Call, Expr, Pair } from './nodes.js';

export type DefinitionKind =
  | 'def'
  | 'defp'
  | 'defmacro'
  | 'defmacrop'
  | 'defguard'
  | 'defguardp'
  | 'defdelegate';

export interface FunctionDefinition {
  readonly kind: DefinitionKind;
  readonly name: string;
  readonly nameSpan: Span;
  /** Number of parameters. */
  readonly arity: number;
  /** How many of them have a default: it can be called with that many arguments fewer. */
  readonly defaults: number;
  /** In order. A head without a body, `def f(a, b \\ 1)`, is one of them. */
  readonly clauses: readonly FunctionClause[];
}

export interface FunctionClause {
  readonly params: readonly Expr[];
  readonly guard: Expr | null;
  readonly body: Body | null;
  readonly nameSpan: Span;
  /** From `def` to its end. */
  readonly span: Span;
  /** The call of `def`. */
  readonly call: Call;
}

const kinds: ReadonlyMap<string, DefinitionKind> = new Map(
  (['def', 'defp', 'defmacro', 'defmacrop', 'defguard', 'defguardp', 'defdelegate'] as const).map((kind) => [
    kind,
    kind,
  ]),
);

/** The functions that are defined among these expressions, by their first clause. */
export function functionsIn(items: readonly Expr[]): readonly FunctionDefinition[] {
  const found = new Map<string, FunctionDefinition & { clauses: FunctionClause[]; defaults: number }>();
  for (const item of items) {
    const head = item.kind === 'call' ? functionHead(item) : null;
    if (head === null || item.kind !== 'call') continue;
    const { kind, name, params, guard, nameSpan } = head;
    const clause: FunctionClause = { params, guard, body: item.body, nameSpan, span: item.span, call: item };
    const arity = params.length;
    const key = `${name}/${arity}`;
    const known = found.get(key);
    if (known === undefined) {
      found.set(key, { kind, name, nameSpan, arity, defaults: defaultsIn(params), clauses: [clause] });
    } else {
      known.clauses.push(clause);
      known.defaults = Math.max(known.defaults, defaultsIn(params));
    }
  }
  return [...found.values()];
}

/** The function that a call with that many arguments calls, defaults counted; `null` when it is not among them. */
export function functionFor(
  functions: readonly FunctionDefinition[],
  name: string,
  argumentCount: number,
): FunctionDefinition | null {
  const fits = ({ arity, defaults }: FunctionDefinition): boolean =>
    argumentCount <= arity && argumentCount >= arity - defaults;
  return namesIn(functions).get(name)?.find(fits) ?? null;
}

type ByName = Map<string, FunctionDefinition[]>;

/** A module is asked for its functions by every call of every file that knows it. */
const byNames = new WeakMap<readonly FunctionDefinition[], ByName>();

function namesIn(functions: readonly FunctionDefinition[]): ByName {
  let found = byNames.get(functions);
  if (found === undefined) {
    found = new Map();
    for (const one of functions) {
      const named = found.get(one.name);
      if (named === undefined) found.set(one.name, [one]);
      else named.push(one);
    }
    byNames.set(functions, found);
  }
  return found;
}

export interface FunctionHead {
  readonly kind: DefinitionKind;
  readonly name: string;
  readonly nameSpan: Span;
  readonly params: readonly Expr[];
  readonly guard: Expr | null;
}

/** What a call of `def` and its like defines; `null` for other calls and for names that are computed. */
function functionHead(call: Call): FunctionHead | null {
  const kind = call.receiver === null ? kinds.get(call.name) : undefined;
  const [written] = call.args;
  if (kind === undefined || written === undefined) return null;
  const guarded = written.kind === 'binary' && written.operator === 'when' ? written : null;
  const signature = guarded?.left ?? written;
  const guard = guarded?.right ?? null;
  if (signature.kind === 'variable') {
    return { kind, name: signature.name, nameSpan: signature.span, params: [], guard };
  }
  if (signature.kind === 'binary') {
    const { operator: name, operatorSpan: nameSpan, left, right } = signature;
    return { kind, name, nameSpan, params: [left, right], guard };
  }
  if (signature.kind !== 'call' || signature.receiver !== null) return null;
  const { name, nameSpan, args, body } = signature;
  // Pairs without brackets are one parameter, a list; `do: block` is one of them.
  const keywords = body === null ? signature.keywords : [...signature.keywords, blockPair(body)];
  const [firstPair] = keywords;
  const lastPair = keywords.at(-1);
  if (firstPair === undefined || lastPair === undefined) return { kind, name, nameSpan, params: args, guard };
  const span = { start: firstPair.span.start, end: lastPair.span.end };
  return { kind, name, nameSpan, params: [...args, { kind: 'list', span, items: keywords }], guard };
}

/** The parameter of a macro that takes the block of its call. */
function blockPair({ items: [value], span }: Body): Pair {
  const key: Expr = { kind: 'atom', value: 'do', span };
  return { kind: 'pair', key, value: value ?? { kind: 'unreadable', span }, span };
}

function defaultsIn(params: readonly Expr[]): number {
  return params.filter((param) => param.kind === 'binary' && param.operator === '\\\\').length;
}
