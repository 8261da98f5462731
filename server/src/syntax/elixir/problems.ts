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
      return [problem(characterBefore(text, tree.start(node)), `missing \`${tree.type(node)}\``)];
    }
    if (tree.type(node) === 'ERROR') return [errorProblem(tree, text, node)];
  }
  return tree.damage > 0 ? gluedStatements(tree, text) : [];
}

/** A place that can be underlined: where something is missing there is nothing. */
function characterBefore(text: string, offset: number): Span {
  const isPair = offset > 1 && (text.codePointAt(offset - 2) ?? 0) > 0xffff;
  return { start: Math.max(0, offset - (isPair ? 2 : 1)), end: offset };
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
  if (/^\p{Cc}$/u.test(written)) {
    const code = written.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
    return problem(span, `unexpected character U+${code}`);
  }
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
