import assert from 'node:assert/strict';
import { sameData } from '../../server/src/text/same-data.js';

class Thing {
  readonly a = 1;
}

const run = () => 1;

describe('the same data', () => {
  const same: readonly (readonly [unknown, unknown])[] = [
    [1, 1],
    [Number.NaN, Number.NaN],
    [null, null],
    [undefined, undefined],
    ['a', 'a'],
    [[], []],
    [
      [1, [2]],
      [1, [2]],
    ],
    [
      { a: 1, b: { c: [] } },
      { b: { c: [] }, a: 1 },
    ],
    [{ a: run }, { a: run }],
    [new Map([['a', { b: 1 }]]), new Map([['a', { b: 1 }]])],
  ];
  for (const [a, b] of same) it(`${show(a)} and ${show(b)}`, () => assert.equal(sameData(a, b), true));

  const different: readonly (readonly [unknown, unknown])[] = [
    [1, '1'],
    [0, -0],
    [null, undefined],
    [null, {}],
    [[], {}],
    [[1], [1, 2]],
    [
      [1, 2],
      [2, 1],
    ],
    [{ a: 1 }, { a: 2 }],
    [{ a: undefined }, {}],
    [{}, { a: undefined }],
    [{ a: 1 }, { b: 1 }],
    [{ run: () => 1 }, { run: () => 1 }],
    [new Thing(), new Thing()],
    [new Thing(), { a: 1 }],
    [new Map([['a', 1]]), new Map([['a', 2]])],
    [
      new Map([['a', 1]]),
      new Map([
        ['a', 1],
        ['b', 2],
      ]),
    ],
    [new Map(), {}],
  ];
  for (const [a, b] of different) {
    it(`not: ${show(a)} and ${show(b)}`, () => {
      assert.equal(sameData(a, b), false);
      assert.equal(sameData(b, a), false);
    });
  }

  it('leaves out what does not count', () => {
    const a = { span: 1, table: { span: 2, name: 'a' }, list: [{ span: 3 }] };
    const b = { span: 4, table: { span: 5, name: 'a' }, list: [{ span: 6 }] };
    assert.equal(sameData(a, b, new Set(['span'])), true);
    assert.equal(
      sameData({ table: a.table }, { table: { ...b.table, name: 'b' } }, new Set(['span'])),
      false,
    );
  });

  it('takes what is alike for the same', () => {
    const isNumber = (value: unknown) => typeof value === 'object' && value !== null && 'number' in value;
    const a = { at: { number: 1 }, list: [{ number: 2 }] };
    assert.equal(sameData(a, { at: { number: 3 }, list: [{ number: 4 }] }, new Set(), isNumber), true);
    assert.equal(sameData(a, { at: null, list: [{ number: 2 }] }, new Set(), isNumber), false);
  });
});

function show(value: unknown): string {
  if (value instanceof Map) return `Map ${JSON.stringify([...value])}`;
  return Object.is(value, -0) ? '-0' : (JSON.stringify(value) ?? String(value));
}
