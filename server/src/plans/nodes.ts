// What people and rules ask of the nodes of a plan, whatever it was made for. Pure.

import type { Executed, Plan, PlanNode } from './plan.js';

/** All nodes, parents before children. */
export function nodesOf({ root }: Pick<Plan, 'root'>): readonly PlanNode[] {
  const nodes: PlanNode[] = [];
  const visit = (node: PlanNode) => {
    nodes.push(node);
    node.children.forEach(visit);
  };
  visit(root);
  return nodes;
}

/** `null` for an id that the plan does not have. */
export function nodeById({ root }: Pick<Plan, 'root'>, id: string): PlanNode | null {
  let node: PlanNode | undefined = root;
  while (node !== undefined && node.id !== id) {
    node = node.children.find((one) => id === one.id || id.startsWith(`${one.id}.`));
  }
  return node ?? null;
}

/** What a node did, when it ran. */
export function executed({ actual }: PlanNode): Executed | null {
  return actual?.kind === 'executed' ? actual : null;
}

/** The plan was run, and never came to this node. */
export function wasNeverRun({ actual }: PlanNode): boolean {
  return actual?.kind === 'never-executed';
}

/** Measured, and with times (EXPLAIN has TIMING OFF). */
export function hasTimes({ root }: Pick<Plan, 'root'>): boolean {
  return executed(root)?.elapsedMs != null;
}

/**
 * The node's own part of the whole time where that was measured, else of the cost: 0 to 1; `null` where there is neither, and
 * where inputs of the node are missing.
 */
export function shareOf(plan: Pick<Plan, 'root'>, node: PlanNode): number | null {
  if (!hasTimes(plan)) return node.cost?.share ?? null;
  const actual = executed(node);
  return actual === null ? 0 : actual.ownShare;
}
