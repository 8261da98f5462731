// How a query was put together, for those who write it out again: a step for each macro and function of Ecto.Query that made it.
// Steps are kept only where the reader records (`Reader.records`): what a step refers to is the syntax and the scope of that
// moment, and nothing is computed before somebody asks.

import type { Call, Expr, Pair } from '../../syntax/elixir/nodes.js';
import type { Bindings } from './bindings.js';
import type { Building } from './building.js';
import { presentScope, type Scope } from './scope.js';
import type { Argument } from './sinks.js';

/** The steps of a query, last first. `null` stands for a query that is its source alone. */
export interface Steps {
  readonly before: Steps | null;
  readonly step: Step;
}

export type Step =
  /** The source is `subquery(query, …)`. */
  | {
      readonly kind: 'subquery';
      readonly inner: Building;
      readonly options: readonly Pair[];
      readonly scope: Scope;
    }
  /** The source is `assoc(row, :association)`: what hangs on a row that is loaded. */
  | {
      readonly kind: 'loaded';
      readonly row: Argument;
      /** `null` where it is decided at run time, or there are options. */
      readonly association: string | null;
      readonly scope: Scope;
    }
  /** The source is a call of `fragment` or `values`. */
  | { readonly kind: 'made'; readonly call: Call; readonly bindings: Bindings }
  /** `from s in subquery(…)` without any clause. */
  | { readonly kind: 'from' }
  | JoinStep
  /** A clause of `from`, or a macro of that name: `where`, `select`, `order_by`, also `as` and `prefix` of the source. */
  | {
      readonly kind: 'clause';
      readonly name: string;
      readonly argument: Expr;
      readonly bindings: Bindings;
      /** A keyword of `from` rather than a macro. */
      readonly inFrom: boolean;
    }
  /** A function of Ecto.Query: `exclude`, `first`, `with_cte`; its arguments behind the query. */
  | { readonly kind: 'call'; readonly call: Call; readonly args: readonly Expr[]; readonly scope: Scope }
  /** From here on it may be any query. The reason is a clause for people. */
  | { readonly kind: 'unknown'; readonly reason: string };

export interface JoinStep {
  readonly kind: 'join';
  /** `left`, `inner_lateral`; `null` where it is decided at run time. */
  readonly qualifier: string | null;
  /** What is joined. */
  readonly target: Expr;
  readonly variable: string | null;
  /** `on`, `as`, `prefix`, `hints`. */
  readonly options: readonly Pair[];
  /** What is bound before it. */
  readonly bindings: Bindings;
  /** With the relation that it joins. */
  readonly joined: Building;
}

/** Where a query is run, or where it stands when nothing here runs it. */
export interface Recorded {
  readonly building: Building;
  readonly run: RecordedRun | null;
}

/** The call that runs it. */
export interface RecordedRun {
  /** Of the function of the Repo: `all`, `get_by`; `preload`; `other` for a function that is not Ecto's. */
  readonly function: string;
  /** As it is written, for people: `Repo.all`. */
  readonly shown: string;
  /** The arguments behind the query, without trailing pairs. */
  readonly args: readonly Argument[];
  readonly keywords: readonly Pair[];
  readonly scope: Scope;
}

export function withStep(scope: Scope, building: Building, step: () => Step): Building {
  if (!scope.reader.records) return building;
  return { ...building, steps: { before: building.steps, step: step() } };
}

/** What the step sees is what holds now: the code goes on, and may give a name another value. */
export function presentBindings(bindings: Bindings): Bindings {
  return { ...bindings, scope: presentScope(bindings.scope) };
}

/** How it was put together is no longer known. */
export function brokenSteps(steps: Steps | null, reason: string): Steps {
  return steps?.step.kind === 'unknown' ? steps : { before: null, step: { kind: 'unknown', reason } };
}
