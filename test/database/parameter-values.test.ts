// How lists become values of parameters: by the type that the server tells.

import assert from 'node:assert/strict';
import type { ParameterValue } from '../../server/src/database/database.js';
import { valueText } from '../../server/src/database/parameter-values.js';

const CASES: readonly [value: ParameterValue, type: string, text: string | null][] = [
  [null, 'jsonb', null],
  ['{"a": 1}', 'jsonb', '{"a": 1}'],
  [[1, 2], 'integer[]', '{"1","2"}'],
  [
    [
      [1, null],
      [2, 3],
    ],
    'integer[]',
    '{{"1",NULL},{"2","3"}}',
  ],
  [['a', 'b "c"', 'd\\e', null], 'text[]', '{"a","b \\"c\\"","d\\\\e",NULL}'],
  [[1, 'a', null], 'jsonb', '[1,"a",null]'],
  [[[1, 2]], 'json', '[[1,2]]'],
  [[{ a: 1 }, [1, 2], 'x', null], 'jsonb[]', '{"{\\"a\\":1}","[1,2]","\\"x\\"",NULL}'],
  // What a domain is of is not known.
  [[1, 2], 'app.numbers', '{"1","2"}'],
  [[1, 2], '', '{"1","2"}'],
];

describe('the value of a parameter', () => {
  for (const [value, type, text] of CASES) {
    it(`${JSON.stringify(value)} for ${type === '' ? 'an unknown type' : type}`, () => {
      assert.equal(valueText(value, type), text);
    });
  }
});
