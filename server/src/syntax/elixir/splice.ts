// An edit inside a block of a healthy file: only the statements that it touches are parsed, and their nodes take the place of
// the old ones. Since lines before and after them are as they were, what is around cannot have changed its meaning.

import { roleOf } from './convert.js';
import type { FlatTree } from './flat-tree.js';

/** A valid text and its tree. */
export interface Healthy {
  readonly text: string;
  readonly flat: FlatTree;
}

/** A range of the old text that was replaced. */
interface Change {
  readonly start: number;
  readonly end: number;
}

/** Statements of one block: nodes `from` to before `to`, and the text from the end of the statement before to the next. */
interface Run {
  readonly from: number;
  readonly to: number;
  readonly start: number;
  readonly end: number;
}

/**
 * @param text the text after an edit
 * @param parse fills a tree, which it owns, from a text
 * @returns `null` when the edit is in no block, or when the statements do not parse
 */
export function spliced(base: Healthy, text: string, parse: (text: string) => FlatTree): FlatTree | null {
  const change = changeBetween(base.text, text);
  const growth = text.length - base.text.length;
  // A line that is no statement may go on with the one before or after it.
  for (const neighbours of [0, 1]) {
    const run = runAround(base, change, neighbours);
    if (run === null) return null;
    const part = parse(text.slice(run.start, run.end + growth));
    if (part.damage === 0 && isStatements(part)) {
      return base.flat.withPart(run.from, run.to, part, run.start, growth);
    }
  }
  return null;
}

/** All between the texts' common beginning and end. */
function changeBetween(old: string, text: string): Change {
  const shorter = Math.min(old.length, text.length);
  let start = 0;
  while (start < shorter && old.charCodeAt(start) === text.charCodeAt(start)) start += 1;
  let oldEnd = old.length;
  let end = text.length;
  while (oldEnd > start && end > start && old.charCodeAt(oldEnd - 1) === text.charCodeAt(end - 1)) {
    oldEnd -= 1;
    end -= 1;
  }
  return { start, end: oldEnd };
}

/** The statements that a change touches in the innermost block that has all of it, and some on both sides. */
function runAround(base: Healthy, change: Change, neighbours: number): Run | null {
  const { flat } = base;
  let found: Run | null = null;
  let parent = 0;
  let child = 1;
  while (child < flat.next(parent)) {
    if (flat.start(child) < change.start && change.end < flat.end(child)) {
      if (flat.type(child) === 'do_block') found = runIn(base, child, change, neighbours) ?? found;
      parent = child;
      child += 1;
    } else {
      child = flat.next(child);
    }
  }
  return found;
}

/** `null` when the change touches `do`, `end` or a section like `else`, and in a block of clauses. */
function runIn({ text, flat }: Healthy, block: number, change: Change, neighbours: number): Run | null {
  const children = childrenOf(flat, block).filter((child) => roleOf(flat.type(child)) !== 'comment');
  if (children.some((child) => roleOf(flat.type(child)) === 'clause')) return null;
  const isBefore = (child: number): boolean =>
    flat.end(child) < change.start && hasNewline(text, flat.end(child), change.start);
  const isAfter = (child: number): boolean =>
    change.end < flat.start(child) &&
    (hasNewline(text, change.end, flat.start(child)) || roleOf(flat.type(child)) === 'part');
  const before = children.findLastIndex(isBefore);
  const after = children.findIndex(isAfter);
  if (flat.end(block + 1) >= change.start || after < 0) return null;
  const first = Math.max(0, before - neighbours);
  const last = Math.min(children.length - 1, after + neighbours);
  const replaced = children.slice(first + 1, last);
  if (!replaced.every((child) => isExpression(flat, child))) return null;
  const from = flat.next(children[first] ?? block + 1);
  const to = children[last] ?? flat.next(block);
  return { from, to, start: flat.end(children[first] ?? block + 1), end: flat.start(to) };
}

function childrenOf(flat: FlatTree, parent: number): number[] {
  const children: number[] = [];
  for (let child = parent + 1; child < flat.next(parent); child = flat.next(child)) children.push(child);
  return children;
}

function isExpression(flat: FlatTree, node: number): boolean {
  return roleOf(flat.type(node)) === 'expression';
}

/** Whether there is nothing but statements and comments in a text. */
function isStatements(flat: FlatTree): boolean {
  return childrenOf(flat, 0).every((node) => isExpression(flat, node) || flat.type(node) === 'comment');
}

function hasNewline(text: string, from: number, to: number): boolean {
  const newline = text.indexOf('\n', from);
  return newline >= 0 && newline < to;
}
