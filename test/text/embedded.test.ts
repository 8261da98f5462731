import assert from 'node:assert/strict';
import { embeddedText, fillHoles, plainEmbedded } from '../../server/src/text/embedded.js';

// `outer` holds `inner` with two indented lines, an escape and a hole.
const outer = 'x = """\n  select \\"a\\"\n  from #{t} y\n  """';
const inner = 'select "a"\nfrom HOLE y\n';

/** Inner text from its parts: [inner text, outer text that shows it]. What is equal is a plain run. */
function embedded(parts: readonly (readonly [string, string])[]) {
  let text = '';
  let at = outer.indexOf('select');
  const pieces = parts.map(([shown, written]) => {
    const from = outer.indexOf(written, at);
    const piece = { inner: text.length, length: shown.length, outer: from };
    text += shown;
    at = from + written.length;
    return shown === written ? piece : { ...piece, outerLength: written.length };
  });
  const hole = text.indexOf('HOLE');
  return embeddedText(text, pieces, [{ start: hole, end: hole + 'HOLE'.length }]);
}

const text = embedded([
  ['select ', 'select '],
  ['"', '\\"'],
  ['a', 'a'],
  ['"', '\\"'],
  ['\n', '\n'],
  ['from ', 'from '],
  ['HOLE', '#{t}'],
  [' y\n', ' y\n'],
]);

function shown(part: string): string {
  const start = inner.indexOf(part);
  const span = text.toOuter({ start, end: start + part.length });
  return outer.slice(span.start, span.end);
}

describe('embedded text', () => {
  it('has the inner text', () => assert.equal(text.text, inner));

  const cases: readonly [string, string][] = [
    ['select', 'select'],
    ['"', '\\"'],
    ['"a"', '\\"a\\"'],
    ['a"\nfrom', 'a\\"\n  from'],
    ['\n', '\n'],
    ['HOLE', '#{t}'],
    ['OL', '#{t}'],
    ['HOLE y', '#{t} y'],
    ['from HOLE', 'from #{t}'],
  ];
  for (const [part, expected] of cases) {
    it(`shows ${JSON.stringify(part)} as ${JSON.stringify(expected)}`, () => {
      assert.equal(shown(part), expected);
    });
  }

  it('places an empty span where the next character starts, and at the end after the last', () => {
    const from = inner.indexOf('from');
    const outerFrom = outer.indexOf('from');
    assert.deepEqual(text.toOuter({ start: from, end: from }), { start: outerFrom, end: outerFrom });
    const end = outer.lastIndexOf('\n') + 1;
    assert.deepEqual(text.toOuter({ start: inner.length, end: inner.length }), { start: end, end });
  });

  it('maps places of the outer text back', () => {
    const back = (part: string, offset = 0) => text.toInner(outer.indexOf(part) + offset);
    assert.equal(back('select'), 0);
    assert.equal(back('from'), inner.indexOf('from'));
    assert.equal(back('\\"a', 1), inner.indexOf('"'));
    assert.equal(back('#{t}', 2), inner.indexOf('HOLE'));
    assert.equal(back(' y'), inner.indexOf(' y'));
    assert.equal(
      back('  from', 1),
      inner.indexOf('from'),
      'dropped indentation belongs to the end of the line',
    );
    assert.equal(back('x ='), null);
    assert.equal(text.toInner(outer.length), null);
  });

  it('takes a plain run as it is', () => {
    const plain = plainEmbedded('abc', 10);
    assert.deepEqual(plain.toOuter({ start: 1, end: 2 }), { start: 11, end: 12 });
    assert.equal(plain.toInner(13), 3);
    assert.deepEqual(plainEmbedded('', 7).toOuter({ start: 0, end: 0 }), { start: 7, end: 7 });
  });

  it('fills holes and keeps the map', () => {
    const filled = fillHoles(text, () => 'public.users');
    assert.equal(filled.text, 'select "a"\nfrom public.users y\n');
    assert.deepEqual(filled.holes, []);
    const start = filled.text.indexOf('users');
    const span = filled.toOuter({ start, end: start + 'users y'.length });
    assert.equal(outer.slice(span.start, span.end), '#{t} y');
    const open = fillHoles(text, () => null);
    assert.deepEqual([open.text, open.holes], [text.text, text.holes]);
    assert.equal(fillHoles(text, () => '').text, 'select "a"\nfrom  y\n');
  });
});
