// What a plan lacks that every plan of its kind has: a text that was cut off, or lost lines on its way. Pure.

import { inputsOf } from './node-types.js';
import type { BareNode } from './plan.js';

/** Nodes that have fewer inputs, or more, than nodes of their type can have, with a sentence each. */
export function oddInputs(root: BareNode): ReadonlyMap<BareNode, string> {
  const odd = new Map<BareNode, string>();
  const visit = (node: BareNode) => {
    const sentence = sentenceOn(node);
    if (sentence !== null) odd.set(node, sentence);
    node.children.forEach(visit);
  };
  visit(root);
  return odd;
}

/** What appends gives the rows of its inputs and no others; before PostgreSQL 18 both are rounded per loop. */
function givesMoreThanItGets({ type, measured, children }: BareNode): boolean {
  if ((type !== 'Append' && type !== 'Merge Append') || measured === null) return false;
  const inputs = children.flatMap(({ role, measured: ofInput }) =>
    role === 'init-plan' || ofInput === null ? [] : [ofInput],
  );
  const given = inputs.reduce((sum, { rows, loops }) => sum + rows * loops, 0);
  const rounded = inputs.reduce((sum, { loops }) => sum + loops, measured.loops) / 2;
  return measured.rows * measured.loops > given + rounded;
}

function sentenceOn(node: BareNode): string | null {
  const { type, children, details } = node;
  const inputs = children.filter(({ role }) => role !== 'init-plan' && role !== 'sub-plan').length;
  const [least, most] = inputsOf(type);
  // All of them may have been pruned when it was run.
  if (inputs < least && !(inputs === 0 && details['Subplans Removed'])) {
    if (inputs > 0) return `The ${type} has no second input.`;
    return least > 1 ? `The ${type} has no inputs.` : `The ${type} has no input.`;
  }
  if (inputs <= most) {
    return givesMoreThanItGets(node)
      ? `The ${type} gave more rows than its inputs did: one of them is missing.`
      : null;
  }
  return most === 0 ? `The ${type} has an input, which none can have.` : `The ${type} has too many inputs.`;
}
