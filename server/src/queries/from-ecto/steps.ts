// How a query was put together, for those who write it out again: a step for each macro and function of Ecto.Query that made it.
// Steps are kept only where the reader records (`Reader.records`): what a step refers to is the syntax and the scope of that
// moment, and nothing is computed before somebody asks.

import type { Call, Expr, Pair } from '../../syntax/elixir/nodes.js';
import type { Bindings } from './bindings.js';
import type { Building } from './building.js';
import { presentScope, type Scope, textOf } from './scope.js';
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

/** What comes out of code that puts it together in one of two ways: the reason says where they part. */
export function eitherSteps(a: Steps | null, b: Steps | null): Steps | null {
  if (a === b) return a;
  const [left, right] = [wordsSince(a, allOf(b)), wordsSince(b, allOf(a))];
  const at = left.findIndex((words, index) => words !== right[index]);
  const parted = (at < 0 ? [right[left.length]] : [left[at], right[at]]).filter(
    (words) => words !== undefined,
  );
  const ways = parted.includes(null)
    ? []
    : [parted.length === 1 ? `with ${parted[0]}, or without it` : `with ${parted.join(', or with ')}`];
  const reason = ['code decides at run time which query it is', ...ways].join(': ');
  return brokenSteps(a?.step.kind === 'unknown' ? a : b, reason);
}

function allOf(steps: Steps | null): ReadonlySet<Steps> {
  const all = new Set<Steps>();
  for (let at = steps; at !== null; at = at.before) all.add(at);
  return all;
}

/** The steps that the others do not have, in words; `null` for one that has no short name. */
function wordsSince(steps: Steps | null, others: ReadonlySet<Steps>): readonly (string | null)[] {
  const found: (string | null)[] = [];
  for (let at = steps; at !== null && !others.has(at); at = at.before) found.unshift(wordsOf(at.step));
  return found;
}

const LONGEST = 80;

function wordsOf(step: Step): string | null {
  switch (step.kind) {
    case 'clause': {
      const words = `${step.name} ${spelled(step.argument)}`;
      return words.length > LONGEST ? `${words.slice(0, LONGEST)}…` : words;
    }
    case 'join':
      return `join ${textOf(step.target)}`;
    case 'call':
      return step.call.name;
    default:
      return null;
  }
}

function spelled(expr: Expr): string {
  switch (expr.kind) {
    case 'binary':
      return `${spelled(expr.left)} ${expr.operator} ${spelled(expr.right)}`;
    case 'unary':
      return `${expr.operator}${/^\w/.test(expr.operator) ? ' ' : ''}${spelled(expr.operand)}`;
    case 'group':
      return `(${expr.items.map(spelled).join('; ')})`;
    case 'list':
      return `[${expr.items.map(spelled).join(', ')}]`;
    case 'pair':
      return `${expr.key.kind === 'atom' ? `${expr.key.value}:` : `${spelled(expr.key)} =>`} ${spelled(expr.value)}`;
    default:
      return textOf(expr);
  }
}

/** How it was put together is no longer known. */
export function brokenSteps(steps: Steps | null, reason: string): Steps {
  return steps?.step.kind === 'unknown' ? steps : { before: null, step: { kind: 'unknown', reason } };
}
