// What the page and the graph inside its frame know of each other: they share a process but no scripts. The graph is pev2,
// which numbers the nodes of a plan from 1, parents before children.

import type { Plan } from '../../../../server/src/hosts/lsp/extensions.js';
import { nodesOf } from '../../../../server/src/plans/nodes.js';

/** Set on the frame's window before its script is loaded. */
export interface GraphFrame {
  readonly request: GraphRequest;
  /** Set by the script when it can be used. */
  graph?: Graph;
}

export interface GraphRequest {
  /** EXPLAIN (FORMAT JSON). */
  readonly plan: string;
  readonly statement: string;
  /** What the plan has to show of each node. */
  readonly measure: 'time' | 'cost';
  readonly onSelect: (number: number) => void;
  /** A link that leads out of the frame. */
  readonly onLink: (address: string) => void;
}

export interface Graph {
  select(number: number): void;
  close(): void;
}

/** Ids of the nodes by the graph's numbers, the first of which is 1. */
export function graphOrder(plan: Plan): readonly string[] {
  return nodesOf(plan).map(({ id }) => id);
}
