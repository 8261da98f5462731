// What the extension and the plan view tell each other. The view keeps what it shows as its state, so that it is there
// again after a reload of the window; `version` guards against a state that an older extension left.

import type { ExplainParams, FailedResult, PlanResult } from '../../../../server/src/hosts/lsp/extensions.js';

/** Extension → view: all that there is to show. Each message replaces the one before. */
export type Shown = Pending | ShownPlan | ShownFailure;

interface Asked {
  /** What led to this, so that it can be asked for again. */
  readonly request: ExplainParams;
}

export interface Pending extends Asked {
  readonly kind: 'pending';
  /** What is being done, for people. */
  readonly message: string;
}

export interface ShownPlan extends Asked {
  readonly kind: 'plan';
  readonly result: PlanResult;
}

export interface ShownFailure extends Asked {
  readonly kind: 'failed';
  readonly failure: FailedResult;
}

/** View → extension: what the user asked for. */
const ACTIONS = [
  /** The view has loaded and wants to be told what to show. */
  'ready',
  'cancel',
  'again',
  'measure',
  'copy-json',
  'open-text',
  'other-connection',
  'show-statement',
] as const;
export type Action = (typeof ACTIONS)[number];

export interface ViewState {
  readonly version: typeof STATE_VERSION;
  readonly shown: Shown;
  /** Ids of nodes whose children are hidden. */
  readonly collapsed: readonly string[];
  readonly selected: string | null;
}

export const STATE_VERSION = 1;

/** `null` for anything but a state of this version. */
export function viewStateOf(value: unknown): ViewState | null {
  if (typeof value !== 'object' || value === null) return null;
  return 'version' in value && value.version === STATE_VERSION ? (value as ViewState) : null;
}

/** `null` for anything but an action. */
export function actionOf(value: unknown): Action | null {
  return ACTIONS.find((action) => action === value) ?? null;
}
