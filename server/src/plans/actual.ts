// Which part of a measured time is whose. EXPLAIN ANALYZE gives a node's time per loop, and counts as loops the runs of all
// processes; children run inside their parents; CTEs and initial plans run inside whoever first asks for their rows,
// though they are printed elsewhere.

import { isGather } from './node-types.js';
import type { BareNode } from './plan.js';

/** Another node whose time and buffers a node's own include. */
export interface Charge {
  readonly node: BareNode;
  /** All nodes that share in it, itself among them. */
  readonly payers: readonly BareNode[];
}

export type Charges = ReadonlyMap<string, readonly Charge[]>;

/** What is left of a node's measure without what other nodes did inside it; never below 0. */
export function ownOf(node: BareNode, charges: Charges, measure: (node: BareNode) => number): number {
  let own = measure(node);
  for (const { node: inside, payers } of charges.get(node.id) ?? []) {
    const all = payers.reduce((sum, payer) => sum + measure(payer), 0);
    own -= measure(inside) * (payers.length === 1 ? 1 : all === 0 ? 0 : measure(node) / all);
  }
  return Math.max(0, own);
}

/** By id, milliseconds by the clock over all loops of a node, with its children. Without times: empty. */
export function elapsedOf(root: BareNode): ReadonlyMap<string, number> {
  const elapsed = new Map<string, number>();
  const visit = (node: BareNode, processes: number, isShared: boolean) => {
    const { loops = 0, totalMs = null } = node.measured ?? {};
    // A node that ran less often than there are processes ran in as many of them as it has loops, and the others waited for
    // it. Below a parallel Append they do not wait, they run its other inputs: so each gets its part of all processes.
    const sideBySide = isShared ? processes : Math.max(1, Math.min(processes, loops));
    if (totalMs !== null) elapsed.set(node.id, (totalMs * loops) / sideBySide);
    const sharesOut = isShared || (node.type === 'Append' && node.parallelAware);
    for (const child of node.children) visit(child, processesOf(child, node, sideBySide), sharesOut);
  };
  visit(root, 1, false);
  return elapsed;
}

/**
 * How many processes run a child side by side. The leader takes part when it has time for it, so the number is read from
 * the loops; "Workers Planned" may not have come and "Workers Launched" leaves the leader out.
 */
function processesOf(child: BareNode, parent: BareNode, processes: number): number {
  const ratio = (child.measured?.loops ?? 0) / Math.max(parent.measured?.loops ?? 0, 1);
  if (isGather(parent)) {
    return child.role === 'outer' ? Math.max(1, ratio) : processes;
  }
  // One process builds the bitmap while the others wait for it.
  if (parent.type === 'Bitmap Heap Scan' && parent.parallelAware) return Math.max(1, processes * ratio);
  return processes;
}

/** By id, what is to be taken off to get at a node's own share. */
export function chargesOf(root: BareNode, elapsed: ReadonlyMap<string, number>): Charges {
  const all = descendants(root);
  const charges = new Map<string, Charge[]>();
  for (const parent of all) {
    for (const node of parent.children) {
      const payers = payersOf(node, parent, all, elapsed);
      for (const { id } of payers) {
        const known = charges.get(id);
        if (known === undefined) charges.set(id, [{ node, payers }]);
        else known.push({ node, payers });
      }
    }
  }
  return charges;
}

/** Inside which nodes a child ran. */
function payersOf(
  child: BareNode,
  parent: BareNode,
  all: readonly BareNode[],
  elapsed: ReadonlyMap<string, number>,
): readonly BareNode[] {
  if (child.role !== 'init-plan') return [parent];
  const elsewhere = all.filter((node) => wasRun(node) && !isWithin(node, child));
  if (child.subplan?.startsWith('CTE ')) {
    // Its readers share it by their measures, since it is not told which of them pulled how many rows out of it. One that
    // nobody reads, such as a DELETE without RETURNING, runs after all else and inside nothing.
    const name = child.subplan.slice('CTE '.length);
    return elsewhere.filter((node) => node.type === 'CTE Scan' && node.cte === name);
  }
  return [firstUser(child, elsewhere, elapsed) ?? parent];
}

/** The first node that names the result of an initial plan and ran long enough to have waited for it, or `null`. */
function firstUser(
  initPlan: BareNode,
  nodes: readonly BareNode[],
  elapsed: ReadonlyMap<string, number>,
): BareNode | null {
  const references = referencesTo(initPlan.subplan ?? '');
  if (references === null) return null;
  const users = nodes.filter((node) => references.test(node.expressions));
  const needed = elapsed.get(initPlan.id) ?? 0;
  return users.find((node) => (elapsed.get(node.id) ?? 0) >= needed) ?? users[0] ?? null;
}

/** `InitPlan 1` is named as `(InitPlan 1).col1` since PostgreSQL 17; before, `InitPlan 1 (returns $0)` as `$0`. */
function referencesTo(name: string): RegExp | null {
  const returned = /\(returns ([$\d,]+)\)/.exec(name)?.[1];
  if (returned !== undefined) {
    return new RegExp(`(?:${returned.replaceAll('$', '\\$').replaceAll(',', '|')})(?!\\d)`);
  }
  return /^InitPlan \d+$/.test(name) ? new RegExp(`\\(${name}\\)`) : null;
}

function wasRun({ measured }: BareNode): boolean {
  return measured !== null && measured.loops > 0;
}

function isWithin(node: BareNode, ancestor: BareNode): boolean {
  return node.id === ancestor.id || node.id.startsWith(`${ancestor.id}.`);
}

function descendants(node: BareNode): readonly BareNode[] {
  return [node, ...node.children.flatMap(descendants)];
}
