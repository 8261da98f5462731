import assert from 'node:assert/strict';
import { didYouMean, editDistance } from '../../server/src/text/similar.js';

describe('similar words', () => {
  const distances: readonly (readonly [string, string, number])[] = [
    ['', '', 0],
    ['abc', 'abc', 0],
    ['', 'abc', 3],
    ['abc', 'abd', 1],
    ['abc', 'ac', 1],
    ['ac', 'abc', 1],
    ['ab', 'ba', 1],
    ['kitten', 'sitting', 3],
  ];
  for (const [a, b, distance] of distances) {
    it(`"${a}" and "${b}"`, () => {
      assert.equal(editDistance(a, b), distance);
      assert.equal(editDistance(b, a), distance);
    });
  }

  const known = ['postgres', 'layout', 'rules', 'overrides'];
  const guesses: readonly (readonly [string, string])[] = [
    ['postgre', ' Did you mean "postgres"?'],
    ['rule', ' Did you mean "rules"?'],
    ['overides', ' Did you mean "overrides"?'],
    ['something else', ''],
    ['', ''],
  ];
  for (const [word, expected] of guesses) {
    it(`for "${word}"`, () => assert.equal(didYouMean(word, known), expected));
  }
});
