// From a node of a plan to its place in the document, and back. Offsets count UTF-16 code units, as VS Code does.

import type { PlanNode, PlanPlaces } from '../../../../server/src/hosts/lsp/extensions.js';

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where the statement stands in a document by now: the occurrence nearest to where it stood; `null`: it has changed. */
export function statementIn(document: string, { text }: PlanPlaces, stood: number): Span | null {
  if (text === '') return null;
  const after = document.indexOf(text, stood);
  const before = document.lastIndexOf(text, stood);
  const found = [before, after].filter((at) => at >= 0);
  const start = found.sort((a, b) => Math.abs(a - stood) - Math.abs(b - stood))[0];
  return start === undefined ? null : { start, end: start + text.length };
}

/** The places of a node in the document, the statement where it has none. */
export function placesOf({ nodes }: PlanPlaces, node: string, statement: Span): readonly Span[] {
  const places = nodes[node] ?? [];
  if (places.length === 0) return [statement];
  return places.map(({ start, end }) => ({ start: statement.start + start, end: statement.start + end }));
}

/**
 * The node whose place is the smallest around an offset in the statement, of several the first that reads a relation; the root
 * where none has a place there.
 */
export function nodeAt({ nodes }: PlanPlaces, root: PlanNode, offset: number): string {
  let best: { readonly node: PlanNode; readonly length: number } | null = null;
  const visit = (node: PlanNode) => {
    for (const { start, end } of nodes[node.id] ?? []) {
      if (offset < start || offset > end) continue;
      const length = end - start;
      const isBetter =
        best === null ||
        length < best.length ||
        (length === best.length && best.node.relation === null && node.relation !== null);
      if (isBetter) best = { node, length };
    }
    node.children.forEach(visit);
  };
  visit(root);
  return (best as { readonly node: PlanNode } | null)?.node.id ?? root.id;
}
