// Which part of the estimated cost arises where. A node's total holds its children's, but not simply: the inner side of a
// nested loop is printed for one loop, and a LIMIT pays only for the part of its input that it expects to take.
// So shares are dealt out from the root down: no node gets more than its parent has, and all together get all of it.

import type { BareNode, OwnCost } from './plan.js';

/** PostgreSQL's default of `cpu_operator_cost`, by which rows are read again from memory. */
const OPERATOR_COST = 0.0025;

/** By id. Empty for a plan without costs. */
export function ownCosts(root: BareNode): ReadonlyMap<string, OwnCost> {
  const costs = new Map<string, OwnCost>();
  const all = root.estimate?.totalCost ?? 0;
  const visit = (node: BareNode, budget: number) => {
    if (node.estimate === null) return;
    const { totalCost } = node.estimate;
    const scale = totalCost === 0 ? 0 : budget / totalCost;
    const parts = partsOf(node, totalCost);
    const own = Math.max(0, totalCost - parts.reduce((sum, part) => sum + part, 0)) * scale;
    costs.set(node.id, { own, share: all === 0 ? 0 : own / all });
    for (const [index, child] of node.children.entries()) visit(child, (parts[index] ?? 0) * scale);
  };
  visit(root, all);
  return costs;
}

/** What each child takes of a node's total cost. What runs once comes first, what is repeated gets of the rest. */
function partsOf(node: BareNode, total: number): readonly number[] {
  const repeated = node.children.map((child) => repeatedCost(node, child));
  const once = node.children.map((child, index) =>
    repeated[index] === null ? (child.estimate?.totalCost ?? 0) : 0,
  );
  const fixed = once.reduce((sum, cost) => sum + cost, 0);
  const fixedScale = fixed > total ? total / fixed : 1;
  const left = Math.max(0, total - fixed * fixedScale);
  const wanted = repeated.reduce<number>((sum, cost) => sum + (cost ?? 0), 0);
  const repeatedScale = wanted > left ? left / wanted : 1;
  return node.children.map(
    (_, index) => (once[index] ?? 0) * fixedScale + (repeated[index] ?? 0) * repeatedScale,
  );
}

/** The cost of all runs of a child that its parent runs again and again; `null` for one that it runs once. */
function repeatedCost(parent: BareNode, child: BareNode): number | null {
  if (child.estimate === null) return null;
  if (parent.type === 'Nested Loop' && child.role === 'inner') {
    const outer = parent.children.find(({ role }) => role === 'outer');
    return repeatedBy(child, outer?.estimate?.rows ?? 1);
  }
  // A hashed subplan runs once and is looked up; any other runs for each row that its parent looks at.
  if (child.role === 'sub-plan' && !new RegExp(`hashed ${child.subplan}\\b`).test(parent.expressions)) {
    return repeatedBy(child, parent.estimate?.rows ?? 1);
  }
  return null;
}

function repeatedBy({ type, estimate }: BareNode, times: number): number {
  const { totalCost, rows } = estimate ?? { totalCost: 0, rows: 0 };
  const again = type === 'Materialize' ? rows * OPERATOR_COST : totalCost;
  return totalCost + again * Math.max(0, times - 1);
}
