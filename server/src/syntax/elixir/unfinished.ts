// What tree-sitter takes for valid and is not. An `end` too many counts as a variable for it. And there are half-typed lines that
// parse together with the line after them, `add :x,`, `query =`, `Repo.` above `add :y`; nobody writes the second line of an
// expression as far left as the first, so that is how they are told.

import { roleOf, type Source } from './convert.js';

const reserved = new Set(['end', 'do', 'else', 'rescue', 'catch', 'after']);

/** Makes errors of variables with names that no variable can have. */
export function markStrayWords({ tree, text }: Source): void {
  const stray: number[] = [];
  for (let node = 0; node < tree.count; node += 1) {
    const start = tree.start(node);
    const length = tree.end(node) - start;
    if (length < 2 || length > 6 || tree.type(node) !== 'identifier') continue;
    if (reserved.has(text.slice(start, start + length)) && text.charAt(start - 1) !== '.') stray.push(node);
  }
  if (stray.length > 0) tree.markErrors(stray);
}

/** True when an expression goes on in a line that starts no further right than it. */
export function looksUnfinished(source: Source): boolean {
  const { tree } = source;
  for (let node = 0; node < tree.count; node += 1) {
    const type = tree.type(node);
    if (type === 'dot' || type === 'binary_operator' || type === 'unary_operator') {
      if (goesOnToTheLeft(source, node, node)) return true;
    } else if (type === 'arguments' && tree.type(node + 1) !== '(') {
      if (goesOnToTheLeft(source, node, node - 1)) return true;
    }
  }
  return false;
}

/** @param first the node whose column counts: the expression, or the name of a call without parentheses */
function goesOnToTheLeft(source: Source, parent: number, first: number): boolean {
  const { tree, text } = source;
  if (tree.start(first) === tree.start(parent) && first !== parent) return false;
  let end = tree.start(parent);
  let afterToken = false;
  for (let node = parent + 1; node < tree.next(parent); node = tree.next(node)) {
    const start = tree.start(node);
    const expression = roleOf(tree.type(node)) === 'expression';
    if (expression && afterToken && hasNewline(text, end, start)) {
      return column(text, start) <= column(text, tree.start(first));
    }
    afterToken = !expression;
    end = tree.end(node);
  }
  return false;
}

function hasNewline(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if (text.charCodeAt(at) === 10) return true;
  return false;
}

function column(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1);
}
