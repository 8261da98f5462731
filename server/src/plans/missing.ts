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

function sentenceOn({ type, children, details }: BareNode): string | null {
  const inputs = children.filter(({ role }) => role !== 'init-plan' && role !== 'sub-plan').length;
  const [least, most] = inputsOf(type);
  // All of them may have been pruned when it was run.
  if (inputs < least && !(inputs === 0 && details['Subplans Removed'])) {
    if (inputs > 0) return `The ${type} has no second input.`;
    return least > 1 ? `The ${type} has no inputs.` : `The ${type} has no input.`;
  }
  if (inputs <= most) return null;
  return most === 0 ? `The ${type} has an input, which none can have.` : `The ${type} has too many inputs.`;
}
