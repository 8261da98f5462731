// What a way of looking at a plan is: a tab of the page. The page has the selection, which all of them share.

import type { Action, ShownPlan } from '../messages.js';

export interface PlanView {
  /** Kept as what was open last. */
  readonly id: string;
  readonly title: string;
  /** Whether this plan can be looked at so. */
  available(shown: ShownPlan): boolean;
  mount(shown: ShownPlan, page: PlanPage): MountedView;
}

export interface MountedView {
  readonly element: HTMLElement;
  /** A node has been selected elsewhere: marks it, and unfolds what hides it. */
  select(node: string): void;
  /** Scrolls to the selected node where it is not seen. */
  reveal(): void;
  /** Takes the focus of the keyboard, and scrolls nothing. */
  focus(): void;
  /** Before another view takes its place. Left out: nothing to end. */
  close?(): void;
  /** It needs all of the width: the details of the selected node are not shown beside it. Left out: no. */
  readonly wide?: true;
  /** It opens at its beginning, wherever the selected node is. Left out: at that. */
  readonly fromTop?: true;
}

export interface PlanPage {
  /** Id of the selected node. */
  readonly selected: () => string;
  /** Ids of nodes whose children are hidden. */
  readonly collapsed: () => readonly string[];
  select(node: string): void;
  collapse(nodes: readonly string[]): void;
  /** The user wants to know all about the selected node: takes the focus to its details. */
  openDetails(): void;
  send(action: Action): void;
  /** Says something to those who hear the page. */
  announce(text: string): void;
}
