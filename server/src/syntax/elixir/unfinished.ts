// What tree-sitter takes for valid and is not. An `end` too many counts as a variable for it. And there are half-typed lines that
// parse together with the line after them, `add :x,`, `query =`, `Repo.` above `add :y`; nobody writes the second line of an
// expression as far left as the first, so that is how they are told.

import { roleOf, type Source } from './convert.js';
import type { FlatTree } from './flat-tree.js';

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

const continuing = new Set(['dot', 'binary_operator', 'unary_operator', 'pair']);

/** True when an expression goes on in a line that starts no further right than it. */
export function looksUnfinished(source: Source): boolean {
  const { tree } = source;
  // In `a <> b <> c` the operation `b <> c` starts where the whole chain does.
  const chained = new Map<number, number>();
  for (let node = 0; node < tree.count; node += 1) {
    const type = tree.type(node);
    if (type === 'call') {
      const given = tree.next(node + 1);
      const bare =
        given < tree.next(node) && tree.type(given) === 'arguments' && tree.type(given + 1) !== '(';
      if (bare && goesOnToTheLeft(source, given, node)) return true;
    } else if (continuing.has(type)) {
      const whole = chained.get(node) ?? node;
      if (goesOnToTheLeft(source, node, whole)) return true;
      const right = rightOf(tree, node);
      if (type === 'binary_operator' && tree.type(right) === type) chained.set(right, whole);
    }
  }
  return false;
}

function rightOf(tree: FlatTree, node: number): number {
  let last = node + 1;
  while (tree.next(last) < tree.next(node)) last = tree.next(last);
  return last;
}

/** Whether one of the parts, after a token that ends a line, starts no further right than the line of the whole. */
function goesOnToTheLeft({ tree, text }: Source, parts: number, whole: number): boolean {
  let end = tree.start(parts);
  let afterToken = false;
  for (let node = parts + 1; node < tree.next(parts); node = tree.next(node)) {
    const start = tree.start(node);
    const isExpression = roleOf(tree.type(node)) === 'expression';
    // The newline after `key:` is a part of that token.
    if (isExpression && afterToken && hasNewline(text, end - 1, start)) {
      return indentAt(text, start) <= indentAt(text, tree.start(whole));
    }
    afterToken = !isExpression;
    end = tree.end(node);
  }
  return false;
}

function hasNewline(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if (text.charCodeAt(at) === 10) return true;
  return false;
}

/** Column of the first thing in the line. */
function indentAt(text: string, offset: number): number {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  let at = lineStart;
  while (text.charAt(at) === ' ' || text.charAt(at) === '\t') at += 1;
  return at - lineStart;
}
