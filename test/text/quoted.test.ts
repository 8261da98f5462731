import assert from 'node:assert/strict';
import { literal, quoted } from '../../server/src/text/quoted.js';

describe('SQL between quotes', () => {
  const literals: readonly (readonly [text: string, sql: string])[] = [
    ['plain', "'plain'"],
    ["it's", "'it''s'"],
    ['', "''"],
    ['a\\b', "E'a\\\\b'"],
    ["\\'", "E'\\\\'''"],
  ];
  for (const [text, sql] of literals) it(`a text: ${sql}`, () => assert.equal(literal(text), sql));

  it('a name', () => assert.equal(quoted('a"b'), '"a""b"'));
});
