import assert from 'node:assert/strict';
import { lineIndexOf } from '../../server/src/text/line-index.js';

describe('lines', () => {
  /** A text and its lines without their breaks. */
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['', ['']],
    ['a', ['a']],
    ['a\n', ['a', '']],
    ['a\nb', ['a', 'b']],
    ['a\r\nb\r\n', ['a', 'b', '']],
    ['a\rb', ['a', 'b']],
    ['a\r\rb\n\nc', ['a', '', 'b', '', 'c']],
    ['a\n\rb', ['a', '', 'b']],
    ['\r\n', ['', '']],
    ['\n\n', ['', '', '']],
    // Other characters that Unicode counts among line breaks end no line in LSP.
    ['a\u2028b\u0085c\vd', ['a\u2028b\u0085c\vd']],
    ['😀\n𝒳', ['😀', '𝒳']],
  ];
  for (const [text, expected] of cases) {
    it(`of ${JSON.stringify(text)}`, () => {
      const lines = lineIndexOf(text);
      assert.equal(lines.lineCount, expected.length);
      const found = expected.map((_, line) => text.slice(lines.startOf(line), lines.endOf(line)));
      assert.deepEqual(found, expected);
    });

    it(`of ${JSON.stringify(text)}: every offset comes back from its position`, () => {
      const lines = lineIndexOf(text);
      for (let offset = 0; offset <= text.length; offset++) {
        const position = lines.positionAt(offset);
        assert.equal(lines.startOf(position.line) + position.character, offset);
        // Between \r and \n no cursor can stand: such a place is taken for the end of its line.
        const isInsideBreak = text[offset - 1] === '\r' && text[offset] === '\n';
        assert.equal(lines.offsetAt(position), isInsideBreak ? offset - 1 : offset);
      }
    });
  }

  it('count UTF-16 code units', () => {
    const text = 'a\n😀b';
    assert.deepEqual(lineIndexOf(text).positionAt(text.indexOf('b')), { line: 1, character: '😀'.length });
  });

  it('clamp what lies outside', () => {
    const text = 'ab\ncd\n';
    const lines = lineIndexOf(text);
    assert.deepEqual(lines.positionAt(-5), { line: 0, character: 0 });
    assert.deepEqual(lines.positionAt(99), { line: 2, character: 0 });
    assert.equal(lines.offsetAt({ line: 0, character: 99 }), text.indexOf('\n'));
    assert.equal(lines.offsetAt({ line: 0, character: -1 }), 0);
    assert.equal(lines.offsetAt({ line: -1, character: 3 }), 0);
    assert.equal(lines.offsetAt({ line: 9, character: 0 }), text.length);
    assert.equal(lines.startOf(9), text.length);
    assert.equal(lines.endOf(9), text.length);
    assert.equal(lines.startOf(-1), 0);
    assert.equal(lines.endOf(-1), 0);
  });
});
