// The trees of documents that are being edited, so that a keystroke parses a few nodes and not the whole text. At most
// `mostTrees` are kept; the oldest is freed for a new one.

import { Edit, type Point, type Tree } from 'web-tree-sitter';
import type { ElixirFile } from './nodes.js';

export interface KeptTree {
  /** What the tree was parsed from, which may be a repaired text. */
  readonly text: string;
  readonly tree: Tree;
}

const mostTrees = 8;

export class EditedTrees {
  private readonly kept = new Map<ElixirFile, KeptTree>();

  /** The tree of that file, which now belongs to the caller; `null` when it is not kept. */
  take(file: ElixirFile): KeptTree | null {
    const found = this.kept.get(file) ?? null;
    this.kept.delete(file);
    return found;
  }

  keep(file: ElixirFile, tree: KeptTree): void {
    this.kept.set(file, tree);
    for (const [oldest, { tree: oldTree }] of this.kept) {
      if (this.kept.size <= mostTrees) return;
      oldTree.delete();
      this.kept.delete(oldest);
    }
  }
}

/** A copy of the tree, told what was changed: all between the texts' common beginning and end. The caller frees it. */
export function editedCopy(kept: KeptTree, text: string): Tree {
  const copy = kept.tree.copy();
  const old = kept.text;
  const shorter = Math.min(old.length, text.length);
  let start = 0;
  while (start < shorter && old.charCodeAt(start) === text.charCodeAt(start)) start += 1;
  let same = 0;
  while (
    same < shorter - start &&
    old.charCodeAt(old.length - 1 - same) === text.charCodeAt(text.length - 1 - same)
  ) {
    same += 1;
  }
  const oldEnd = old.length - same;
  const newEnd = text.length - same;
  copy.edit(
    new Edit({
      startIndex: start,
      oldEndIndex: oldEnd,
      newEndIndex: newEnd,
      startPosition: pointAt(old, start),
      oldEndPosition: pointAt(old, oldEnd),
      newEndPosition: pointAt(text, newEnd),
    }),
  );
  return copy;
}

function pointAt(text: string, offset: number): Point {
  let row = 0;
  let lineStart = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) {
    row += 1;
    lineStart = at + 1;
  }
  return { row, column: offset - lineStart };
}
