// What is wrong with a text, in a few words at small places: the first damage only, since what follows it is mostly its echo.

import type { Span } from '../../text/span.js';
import type { Problem } from '../problem.js';
import { roleOf } from './convert.js';
import type { FlatTree } from './flat-tree.js';

const most = 3;

/**
 * @param guessed what `repair` found missing
 * @returns a few problems in order; none for a healthy tree and no guesses
 */
export function problemsIn(tree: FlatTree, text: string, guessed: readonly Problem[]): readonly Problem[] {
  const problems = [...guessed, ...damageIn(tree, text)].sort((a, b) => a.span.start - b.span.start);
  return problems.slice(0, most);
}

/** The first damaged place of the tree. */
function damageIn(tree: FlatTree, text: string): readonly Problem[] {
  for (let node = 0; node < tree.count; node += 1) {
    if (!tree.isDamaged(node)) continue;
    if (tree.isMissing(node)) {
      const start = Math.max(0, tree.start(node) - 1);
      return [problem({ start, end: tree.start(node) }, `missing \`${tree.type(node)}\``)];
    }
    if (tree.type(node) === 'ERROR') return [errorProblem(tree, text, node)];
  }
  return tree.damage > 0 ? gluedStatements(tree, text) : [];
}

/** Two statements in one line with nothing between them: what is missing there has no node. */
function gluedStatements(tree: FlatTree, text: string): readonly Problem[] {
  for (let node = 0; node < tree.count; node += 1) {
    const next = tree.next(node);
    if (next >= tree.count || roleOf(tree.type(node)) !== 'expression') continue;
    const isSibling = roleOf(tree.type(next)) === 'expression' && tree.start(next) >= tree.end(node);
    const between = text.slice(tree.end(node), tree.start(next));
    if (isSibling && /^[ \t]*$/.test(between)) {
      return [problem(firstLine(text, tree.span(next)), 'syntax error')];
    }
  }
  return [];
}

function errorProblem(tree: FlatTree, text: string, node: number): Problem {
  const span = firstLine(text, oddToken(tree, node) ?? tree.span(node));
  const written = text.slice(span.start, span.end);
  return problem(span, /^\S{1,20}$/.test(written) ? `unexpected \`${written}\`` : 'syntax error');
}

/** The first token that stands alone in an `ERROR`: what the parser could not go on with. */
function oddToken(tree: FlatTree, node: number): Span | null {
  for (let child = node + 1; child < tree.next(node); child = tree.next(child)) {
    if (roleOf(tree.type(child)) === 'part' && tree.end(child) > tree.start(child)) return tree.span(child);
  }
  return null;
}

function firstLine(text: string, { start, end }: Span): Span {
  const newline = text.indexOf('\n', start);
  return newline > start && newline < end ? { start, end: newline } : { start, end };
}

function problem(span: Span, message: string): Problem {
  return { kind: 'problem', span, message };
}
