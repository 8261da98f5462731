// A plan as an icicle: each node as wide as the time, or the cost, of it and all below it, its children hanging from it.
// Widths are sums of what nodes have of their own, so they add up also where a CTE, or a worker, is measured twice by EXPLAIN.

import type { Plan, PlanNode } from '../../../../server/src/hosts/lsp/extensions.js';
import { nodeHeading, nodeTarget, nodeTitle } from '../../../../server/src/plans/names.js';
import { type Work, workOf } from '../../../../server/src/plans/node-types.js';
import { executed } from '../../../../server/src/plans/nodes.js';
import { costText, percentText, timeText } from '../../../../server/src/text/numbers.js';
import { WORK } from './work.js';

export type Measure = 'time' | 'cost';

export interface Block {
  readonly id: string;
  readonly parent: string | null;
  /** 1 for the root. */
  readonly level: number;
  /** Among its siblings, from 1. */
  readonly place: number;
  readonly siblings: number;
  /** Of the whole, 0 to 1: where it begins, and how wide it is. */
  readonly start: number;
  readonly share: number;
  readonly title: string;
  readonly target: string;
  /** `41 %`, with its children. */
  readonly shareText: string;
  readonly work: Work;
  /** Time or cost of its own and with its children, in words. */
  readonly hint: string;
  /** All of it in words, for those who hear it. */
  readonly spoken: string;
}

/** What can be drawn of a plan, what says most first; none where nothing was measured or everything took nothing. */
export function measuresOf(plan: Plan): readonly Measure[] {
  return (['time', 'cost'] as const).filter((measure) => sum(plan.root, measure) > 0);
}

/** Parents before children. */
export function icicleOf(plan: Plan, measure: Measure): readonly Block[] {
  const whole = sum(plan.root, measure);
  const blocks: Block[] = [];
  const visit = (node: PlanNode, parent: string | null, level: number, start: number, place: Place) => {
    const all = sum(node, measure);
    const share = whole === 0 ? 0 : all / whole;
    const [title, target] = [nodeTitle(node), nodeTarget(node)];
    const shareText = percentText(share);
    const work = workOf(node);
    const hint = `${WORK[work]}. ${wordsOf(measure, all, ownOf(node, measure), node.children.length > 0)}`;
    blocks.push({
      ...{ id: node.id, parent, level, ...place, start, share, title, target, shareText, work, hint },
      spoken: `${nodeHeading(node)}, ${shareText}. ${hint}`,
    });
    let from = start;
    node.children.forEach((child, index) => {
      visit(child, node.id, level + 1, from, { place: index + 1, siblings: node.children.length });
      from += whole === 0 ? 0 : sum(child, measure) / whole;
    });
  };
  visit(plan.root, null, 1, 0, { place: 1, siblings: 1 });
  return blocks;
}

/**
 * The node to zoom to so that a node can be seen: itself or what stands above it, as near to the whole as it can be. What
 * takes nothing at all is not seen anywhere: then its nearest ancestor that takes something.
 *
 * @param visible how wide a block has to be, 0 to 1, for people to see it
 */
export function zoomFor(blocks: readonly Block[], id: string, visible: number): string {
  const byId = new Map(blocks.map((block) => [block.id, block]));
  const path: Block[] = [];
  for (let block = byId.get(id); block !== undefined; block = byId.get(block.parent ?? ''))
    path.unshift(block);
  const seen = path.filter(({ share }) => share > 0).at(-1);
  const within = path.find(({ share }) => seen !== undefined && seen.share / share >= visible);
  return within?.id ?? path[0]?.id ?? '0';
}

interface Place {
  readonly place: number;
  readonly siblings: number;
}

const sums = new WeakMap<PlanNode, Map<Measure, number>>();

function sum(node: PlanNode, measure: Measure): number {
  const known = sums.get(node) ?? new Map<Measure, number>();
  sums.set(node, known);
  let all = known.get(measure);
  if (all === undefined) {
    all = node.children.reduce((total, child) => total + sum(child, measure), ownOf(node, measure));
    known.set(measure, all);
  }
  return all;
}

function ownOf(node: PlanNode, measure: Measure): number {
  return (measure === 'cost' ? node.cost?.own : executed(node)?.ownMs) ?? 0;
}

function wordsOf(measure: Measure, all: number, own: number, hasChildren: boolean): string {
  const text = measure === 'time' ? timeText : (cost: number) => `cost ${costText(cost)}`;
  return hasChildren ? `${text(all)}, of which ${text(own)} its own.` : `${text(all)}.`;
}
