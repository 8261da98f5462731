import assert from 'node:assert/strict';
import {
  contains,
  cover,
  overlaps,
  type Span,
  shift,
  spanOf,
  textAt,
  touches,
} from '../../server/src/text/span.js';

/** Two spans drawn over each other: `[` to before `]`; `|` is an empty one. */
function drawn(picture: string): Span {
  const empty = picture.indexOf('|');
  return empty >= 0 ? spanOf(empty, empty) : spanOf(picture.indexOf('['), picture.indexOf(']'));
}

describe('spans', () => {
  const pairs: readonly (readonly [
    string,
    string,
    { readonly overlap: boolean; readonly holds: boolean },
  ])[] = [
    ['[   ]', '[   ]', { overlap: true, holds: true }],
    ['[   ]', ' [ ] ', { overlap: true, holds: true }],
    ['[  ] ', ' [  ]', { overlap: true, holds: false }],
    ['[ ]  ', '  [ ]', { overlap: false, holds: false }],
    [' [ ] ', '[   ]', { overlap: true, holds: false }],
    ['[   ]', '  |  ', { overlap: true, holds: true }],
    ['[   ]', '    |', { overlap: true, holds: true }],
    ['[   ]', '|    ', { overlap: true, holds: true }],
    ['[ ]  ', '    |', { overlap: false, holds: false }],
    ['  |  ', '  |  ', { overlap: true, holds: true }],
  ];
  for (const [a, b, { overlap, holds }] of pairs) {
    it(`"${a}" and "${b}"`, () => {
      const [one, other] = [drawn(a), drawn(b)];
      assert.equal(overlaps(one, other), overlap);
      assert.equal(overlaps(other, one), overlap);
      assert.equal(contains(one, other), holds);
      const both = cover(one, other);
      assert.ok(contains(both, one) && contains(both, other));
    });
  }

  it('are touched at their end, where a cursor stands after typing', () => {
    const span = drawn(' [ ] ');
    const touched = [0, 1, 2, 3, 4].filter((offset) => touches(span, offset));
    assert.deepEqual(touched, [1, 2, 3]);
  });

  it('move with their text', () => {
    const span = spanOf(1, 3);
    assert.equal(shift(span, 0), span);
    assert.equal(textAt('..abcd', shift(span, 2)), textAt('abcd', span));
  });
});
