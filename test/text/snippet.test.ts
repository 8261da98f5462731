import assert from 'node:assert/strict';
import { drawSnippet } from '../../server/src/text/snippet.js';
import { sourceFile } from '../../server/src/text/source-file.js';

/** The two lines of the snippet for the first place where `part` stands. */
function drawn(text: string, part: string, length = part.length): readonly [code: string, marks: string] {
  const start = text.indexOf(part);
  const [code = '', marks = ''] = drawSnippet(sourceFile('/a.sql', text), {
    start,
    end: start + length,
  }).split('\n');
  return [code, marks];
}

/** What stands above the squiggles. */
function marked([code, marks]: readonly [string, string]): string {
  return code.slice(marks.indexOf('^'), marks.lastIndexOf('^') + 1);
}

describe('snippets', () => {
  it('have the number of the line', () => {
    const text = 'select 1;\n\nselect form;\n';
    assert.deepEqual(drawn(text, 'form'), ['   3 | select form;', '     |        ^^^^']);
  });

  const cases: readonly (readonly [what: string, text: string, part: string, expected: string])[] = [
    ['the whole line', 'drop table a', 'drop table a', 'drop table a'],
    ['the first line of a longer span', 'create table a (\n  id int\n)', 'a (\n  id int\n)', 'a ('],
    ['no \\r', 'select a\r\nfrom b', 'a\r\nfrom', 'a'],
    ['after tabs, which become blanks', '\t\tselect\ta', 'a', 'a'],
    ['after characters of several code units', "select '😀', b", 'b', 'b'],
  ];
  for (const [what, text, part, expected] of cases) {
    it(`mark ${what}`, () => assert.equal(marked(drawn(text, part)), expected));
  }

  it('mark one place for an empty span', () => {
    assert.equal(marked(drawn('select a', 'a', 0)), 'a');
    const atEnd = drawSnippet(sourceFile('/a.sql', 'select'), { start: 6, end: 6 });
    assert.deepEqual(atEnd.split('\n'), ['   1 | select', '     |       ^']);
  });

  it('of an empty file', () => {
    const snippet = drawSnippet(sourceFile('/a.sql', ''), { start: 0, end: 0 });
    assert.deepEqual(snippet.split('\n'), ['   1 | ', '     | ^']);
  });

  it('hold no character that would move the cursor', () => {
    const [code] = drawn('select \u001b[31m, \0, \u009b a', 'a');
    assert.match(code, /select �\[31m, �, � a/);
  });

  for (const before of [0, 10, 95, 96, 97, 500, 5000]) {
    it(`of a very long line are cut around the span, ${before} characters in`, () => {
      const text = `${'x'.repeat(before)}HERE${'y'.repeat(5000)}`;
      const snippet = drawn(text, 'HERE');
      assert.equal(marked(snippet), 'HERE');
      assert.ok(snippet[0].length < 180);
      assert.ok(snippet[0].endsWith('…'));
    });
  }

  it('wrap what is dim and what is marked', () => {
    const style = { dim: (text: string) => `<${text}>`, mark: (text: string) => `!${text}!` };
    const snippet = drawSnippet(sourceFile('/a.sql', 'ab'), { start: 1, end: 2 }, style);
    assert.equal(snippet, '<   1 |> ab\n<     |>  !^!');
  });
});
