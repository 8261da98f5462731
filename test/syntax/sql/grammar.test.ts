import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Grammar, loadGrammar } from '../../../server/src/syntax/sql/grammar.js';
import { loadSqlParser } from '../../../server/src/syntax/sql/parse.js';

const wasm = createRequire(import.meta.url).resolve('libpg-query/wasm/libpg-query.wasm');

/** Overflows the stack of the parser; readers of statements refuse such texts before they get there. */
const tooDeep = `SELECT ${'NOT '.repeat(9900)}true`;

describe('the grammar', () => {
  let grammar: Grammar;
  before(async () => {
    grammar = await loadGrammar(await readFile(wasm));
  });

  it('survives overflows, in one turn and over many', async () => {
    const kinds = new Set<string>();
    for (let i = 0; i < 80; i++) kinds.add(grammar.check(tooDeep).kind);
    assert.ok(kinds.has('overflow'));
    await nextTurn();
    assert.equal(grammar.check('SELECT 1').kind, 'accepted');
    for (let i = 0; i < 5; i++) {
      grammar.tree(tooDeep);
      await nextTurn();
    }
    assert.equal(grammar.tree('SELECT 1').kind, 'accepted');
  });

  it('says where it stops, in UTF-16 code units', () => {
    const text = "SELECT '😀' FROM FROM x";
    assert.deepEqual(grammar.check(text), {
      kind: 'refused',
      message: 'syntax error at or near "FROM"',
      offset: text.lastIndexOf('FROM'),
    });
  });

  it('is not loaded from a folder without it', async () => {
    await assert.rejects(loadSqlParser('/nowhere'), /ENOENT.*libpg-query\.wasm/);
  });

  it('is not loaded from other bytes', async () => {
    await assert.rejects(loadGrammar(new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8])), /WebAssembly/);
  });
});
