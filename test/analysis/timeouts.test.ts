import assert from 'node:assert/strict';
import { milliseconds } from '../../server/src/analysis/timeouts.js';

describe('milliseconds', () => {
  const cases: readonly (readonly [string, number | null])[] = [
    ['5000', 5000],
    ['5s', 5000],
    ['1.5 min', 90_000],
    ['0', 0],
    ['0s', 0],
    ['250us', 0.25],
    ['2h', 7_200_000],
    ['1d', 86_400_000],
    ['', null],
    ['5S', null],
    ['soon', null],
  ];
  for (const [text, length] of cases) {
    it(`reads "${text}" as ${length}`, () => assert.equal(milliseconds(text), length));
  }
});
