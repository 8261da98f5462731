import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { Language, Parser } from 'web-tree-sitter';
import { FlatTree } from '../../../server/src/syntax/elixir/flat-tree.js';
import { readByCursor, readMemory, treeReader } from '../../../server/src/syntax/elixir/read-tree.js';
// Sets web-tree-sitter up with the memory that is read here.
import '../../support/parsers.js';
import { sources } from './support/sources.js';

const wasm = createRequire(import.meta.url).resolve('tree-sitter-elixir/tree-sitter-elixir.wasm');
const language = await Language.load(wasm);
const parser = new Parser().setLanguage(language);

/** Every node with its places, one a line. */
function listed(tree: FlatTree): string {
  const lines: string[] = [];
  for (let node = 0; node < tree.count; node += 1) {
    const marks = `${tree.isMissing(node) ? ' missing' : ''}${tree.isDamaged(node) ? ' damaged' : ''}`;
    lines.push(`${tree.type(node)} ${tree.start(node)}-${tree.end(node)} next ${tree.next(node)}${marks}`);
  }
  return lines.join('\n');
}

describe('reading the tree of tree-sitter', () => {
  it('reads the memory with the version that is installed', () => {
    assert.equal(treeReader(parser, language.types), readMemory);
  });

  it('gives the same from the memory as from the cursor', () => {
    const damaged = sources.flatMap((source) => [
      source.slice(0, source.length / 2),
      source.replaceAll('end', '('),
    ]);
    const fast = new FlatTree(language.types);
    const slow = new FlatTree(language.types);
    for (const source of [...sources, ...damaged, '', 'é😀 = "ü" # ñ\n']) {
      const tree = parser.parse(source);
      assert.ok(tree);
      readMemory(tree, fast);
      readByCursor(tree, slow);
      tree.delete();
      assert.equal(listed(fast), listed(slow));
      assert.deepEqual([fast.comments, fast.damage], [slow.comments, slow.damage]);
    }
  });
});
