// What the extension and the plan view tell each other. The view keeps what it shows as its state, so that it is there
// again after a reload of the window; `version` guards against a state that an older extension left.

import type { ExplainParams, FailedResult, PlanResult } from '../../../../server/src/hosts/lsp/extensions.js';

/** Extension → view. */
export type Message = Shown | Select;

/** All that there is to show. Each replaces the one before. */
export type Shown = Pending | ShownPlan | ShownFailure;

/** Selects a node of the plan that is shown. */
export interface Select {
  readonly kind: 'select';
  readonly node: string;
}

interface Asked {
  /** What led to this, so that it can be asked for again. */
  readonly request: ExplainParams;
}

export interface Pending extends Asked {
  readonly kind: 'pending';
  /** What is being done, for people. */
  readonly message: string;
}

export interface ShownPlan {
  readonly kind: 'plan';
  /** As in {@link Asked}; `null` for a plan that was saved. */
  readonly request: ExplainParams | null;
  readonly result: PlanResult;
  /** The plan of the same query before this one, to be compared at once. Left out: there is none. */
  readonly before?: { readonly id: string; readonly label: string };
  /** A plan to compare this one with. Left out: none was chosen. */
  readonly compare?: ComparedWith;
  /** Id of the tab to open. Left out: the one that is open. */
  readonly view?: string;
  /** It shows values that nobody wanted to be kept. Left out: it does not. */
  readonly unkept?: true;
}

export interface ComparedWith {
  readonly result: PlanResult;
  /** What each of the two plans is, in a few words: `before`, `with the index`. */
  readonly label: string;
  readonly shownLabel: string;
  /** Whether the plan that is shown is the one before, or after. */
  readonly shownIs: 'before' | 'after';
  /** Of the history. Left out: it is not from there. */
  readonly id?: string;
  /** As of {@link ShownPlan}. */
  readonly unkept?: true;
}

/** Whether the view may keep it as its state, which outlives the window: not where values of parameters are seen. */
export function outlivesWindow(shown: Shown): boolean {
  if (shown.request?.values !== undefined) return false;
  return shown.kind !== 'plan' || !(shown.unkept || shown.compare?.unkept);
}

export interface ShownFailure extends Asked {
  readonly kind: 'failed';
  readonly failure: FailedResult;
}

/** View → extension: what the user asked for. */
export type Action =
  | { readonly kind: PlainAction }
  /** The user has selected a node: its place in the document is marked where that is seen. */
  | { readonly kind: 'select-node'; readonly node: string }
  /** Goes to the place of a node in the document. */
  | { readonly kind: 'go-to-node'; readonly node: string }
  | { readonly kind: 'copy'; readonly text: string }
  /** Compares with a plan of the history; with an empty `id`, the user is asked which. */
  | { readonly kind: 'compare'; readonly id: string }
  /** Tries the index of a piece of advice, or writes a migration for it; `advice` is its place among all. */
  | { readonly kind: 'try-index' | 'index-migration'; readonly advice: string };

/** Those that say all by their name. */
export type PlainAction =
  /** The view has loaded and wants to be told what to show. */
  | 'ready'
  | 'cancel'
  | 'again'
  | 'measure'
  | 'copy-json'
  | 'open-text'
  | 'other-connection'
  | 'show-statement'
  | 'explain-with-values'
  | 'advise-indexes'
  | 'history'
  | 'export';

/** By kind, the members that have to be texts. */
const ACTIONS: Readonly<Record<Action['kind'], readonly string[]>> = {
  ready: [],
  cancel: [],
  again: [],
  measure: [],
  'copy-json': [],
  'open-text': [],
  'other-connection': [],
  'show-statement': [],
  'select-node': ['node'],
  'go-to-node': ['node'],
  copy: ['text'],
  compare: ['id'],
  'explain-with-values': [],
  'advise-indexes': [],
  'try-index': ['advice'],
  'index-migration': ['advice'],
  history: [],
  export: [],
};

export interface ViewState {
  readonly version: typeof STATE_VERSION;
  readonly shown: Shown;
  /** Ids of nodes whose children are hidden. */
  readonly collapsed: readonly string[];
  readonly selected: string | null;
  /** Id of the tab that is open; `null` for the first. */
  readonly view: string | null;
}

export const STATE_VERSION = 2;

/** `null` for anything but a state of this version. */
export function viewStateOf(value: unknown): ViewState | null {
  if (typeof value !== 'object' || value === null) return null;
  return 'version' in value && value.version === STATE_VERSION ? (value as ViewState) : null;
}

/** `null` for anything but an action. */
export function actionOf(value: unknown): Action | null {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return null;
  const members = Object.entries(ACTIONS).find(([kind]) => kind === value.kind)?.[1];
  const given = value as Readonly<Record<string, unknown>>;
  return members?.every((member) => typeof given[member] === 'string') ? (value as Action) : null;
}
