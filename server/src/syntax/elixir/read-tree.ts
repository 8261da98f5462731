// Copies a tree of tree-sitter into a FlatTree. Its cursor costs some 0.6 µs a node, a third of all indexing, so the tree
// is read from the memory of the WebAssembly module, where `Subtree` of tree-sitter's C code lies. That layout is nobody's
// promise: `treeReader` tries it on a sample at start and takes the cursor where the two disagree.

import type { Parser, Tree } from 'web-tree-sitter';
import { FlatTree } from './flat-tree.js';

export type TreeReader = (tree: Tree, into: FlatTree) => void;

/**
 * To be given to `Parser.init`, which puts views of the memory on it and renews them when the memory grows. There is one
 * WebAssembly module a process, and only the object that was given first gets to see it.
 */
export const moduleMemory: { HEAPU32?: Uint32Array; HEAPU16?: Uint16Array } = {};

/** Deeper trees are cut: neither reading nor converting may run out of stack. */
const deepest = 700;

const sample =
  'defmodule A do\n  # é\n  @x ~s(a#{1}) <> "b"\n  f = &(&1.c + %{d: [e: not f?()]})\n  g(fn 1 when y -> ';

/** The fast reader if it reads a sample just as the cursor does, else the slow one. */
export function treeReader(parser: Parser, types: readonly string[]): TreeReader {
  const tree = parser.parse(sample);
  if (tree === null) return readByCursor;
  try {
    return memoryIsReadable(tree, types) ? readMemory : readByCursor;
  } finally {
    tree.delete();
  }
}

function memoryIsReadable(tree: Tree, types: readonly string[]): boolean {
  const expected = new FlatTree(types);
  const actual = new FlatTree(types);
  readByCursor(tree, expected);
  try {
    readMemory(tree, actual);
  } catch {
    // Wrong addresses end in a RangeError or in a read outside the memory.
    return false;
  }
  return JSON.stringify(actual) === JSON.stringify(expected);
}

/** Reads by the public interface of web-tree-sitter. */
export function readByCursor(tree: Tree, into: FlatTree): void {
  into.clear();
  const cursor = tree.walk();
  const visit = (depth: number): void => {
    do {
      const before = into.damage;
      const node = into.open(cursor.nodeTypeId, cursor.startIndex, cursor.endIndex, cursor.nodeIsMissing);
      if (depth < deepest && cursor.gotoFirstChild()) {
        visit(depth + 1);
        cursor.gotoParent();
      }
      into.close(node, before);
    } while (cursor.gotoNextSibling());
  };
  visit(1);
  cursor.delete();
}

/**
 * Reads `TSTree` and its `Subtree`s (tree-sitter `lib/src/subtree.h`, 32-bit little-endian). A subtree is eight bytes:
 * either the data of a small leaf, marked by the lowest bit, or the address of a record with its children before it.
 * Sizes count bytes of UTF-16.
 */
export function readMemory(tree: Tree, into: FlatTree): void {
  const { HEAPU32: words, HEAPU16: shorts } = moduleMemory;
  if (words === undefined || shorts === undefined) throw new RangeError('no memory');
  const word = (index: number): number => words[index] as number;
  const short = (index: number): number => shorts[index] as number;

  into.clear();
  const root = tree.rootNode.id >>> 2;
  const language = word(root + 2) >>> 2;
  const longestAlias = short((language + 9) * 2);
  const publicSymbols = word(language + 19) >>> 1;
  const aliases = word(language + 21) >>> 1;
  let offset = 0;

  const visit = (at: number, alias: number, depth: number): void => {
    const first = word(at);
    const inline = (first & 1) === 1;
    const record = first >>> 2;
    const flags = inline ? first >>> 1 : word(record + 11);
    const second = word(at + 1);
    const start = offset + (inline ? (second >>> 16) & 0xff : word(record + 1));
    const end = start + (inline ? second >>> 24 : word(record + 4));
    const childCount = inline ? 0 : word(record + 9);

    const before = into.damage;
    let node = -1;
    if (alias !== 0 || (flags & 1) === 1) {
      const symbol = alias !== 0 ? alias : inline ? (first >>> 8) & 0xff : word(record + 10) & 0xffff;
      const name = symbol === 0xffff ? symbol : short(publicSymbols + symbol);
      const isMissing = inline ? (flags & 16) !== 0 : (flags & 512) !== 0;
      node = into.open(name, start >>> 1, end >>> 1, isMissing);
      depth += 1;
    }
    if (childCount > 0 && depth < deepest) visitChildren(record, childCount, depth);
    offset = end;
    if (node >= 0) into.close(node, before);
  };

  const visitChildren = (record: number, count: number, depth: number): void => {
    const production = short((record + 16) * 2 + 1);
    const sequence = production === 0 ? 0 : aliases + production * longestAlias;
    let place = 0;
    for (let child = record - count * 2; child < record; child += 2) {
      const first = word(child);
      const extra = (first & 1) === 1 ? (first >>> 3) & 1 : (word((first >>> 2) + 11) >>> 2) & 1;
      const alias = extra === 0 && sequence !== 0 ? short(sequence + place) : 0;
      if (extra === 0) place += 1;
      visit(child, alias, depth);
    }
  };

  visit(root, 0, 0);
}
