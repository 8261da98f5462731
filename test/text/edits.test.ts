import assert from 'node:assert/strict';
import { applyEdits, changeOf, insertAt, type TextEdit } from '../../server/src/text/edits.js';

const source = 'select a, b from t';

function replace(part: string, text: string): TextEdit {
  const start = source.indexOf(part);
  return { span: { start, end: start + part.length }, text };
}

describe('edits', () => {
  const cases: readonly (readonly [string, readonly TextEdit[], string])[] = [
    ['none', [], source],
    ['one', [replace('a', 'x.a')], 'select x.a, b from t'],
    ['in any order', [replace('from t', 'FROM t'), replace('select', 'SELECT')], 'SELECT a, b FROM t'],
    ['side by side', [replace('a', '1'), replace(', ', ';')], 'select 1;b from t'],
    ['a deletion', [replace(', b', '')], 'select a from t'],
    ['at both ends', [insertAt(source.length, ';'), insertAt(0, '-- x\n')], `-- x\n${source};`],
    [
      'insertions at one place, in their order',
      [insertAt(7, '1, '), insertAt(7, '2, ')],
      'select 1, 2, a, b from t',
    ],
    [
      'an insertion before what is replaced',
      [replace('a', 'z'), insertAt(7, '1, ')],
      'select 1, z, b from t',
    ],
    ['an insertion behind what is replaced', [insertAt(8, '!'), replace('a', 'z')], 'select z!, b from t'],
  ];
  for (const [what, edits, expected] of cases) {
    it(what, () => assert.equal(applyEdits(source, edits), expected));
  }

  it('that overlap are refused', () => {
    assert.throws(() => applyEdits(source, [replace('a, b', 'x'), replace('b from', 'y')]), RangeError);
    assert.throws(
      () => applyEdits(source, [replace('a, b', 'x'), insertAt(source.indexOf(','), 'y')]),
      RangeError,
    );
    assert.throws(() => applyEdits(source, [replace('a', 'x'), replace('a', 'x')]), RangeError);
  });

  it('of one file are a change', () => {
    const edits = [insertAt(0, 'x')];
    assert.deepEqual(changeOf('/a.sql', edits), { edits: [{ path: '/a.sql', edits }], creates: [] });
  });
});
