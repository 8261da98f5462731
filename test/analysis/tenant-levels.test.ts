// The table of levels: that nothing in it is beyond reach. What each row does is in test/tenancy and test/rules.

import assert from 'node:assert/strict';
import { AROUND } from '../../server/src/analysis/tenant-levels/around.js';
import { type Found, levelsInWords, TENANT_LEVELS } from '../../server/src/analysis/tenant-levels.js';

const FOUND = [...TENANT_LEVELS.keys()];

describe('levels of findings about tenants', () => {
  it('ask for all that may stand around a query', () => {
    const asked = new Set([...TENANT_LEVELS.values()].flat().map(({ around }) => around));
    assert.deepEqual(
      Object.keys(AROUND).filter((name) => !asked.has(name as keyof typeof AROUND)),
      [],
    );
  });

  for (const found of FOUND) {
    it(`${found}: no row stands behind one that takes all it could`, () => {
      const rows = TENANT_LEVELS.get(found) ?? [];
      const lost = rows.filter((row, index) =>
        rows
          .slice(0, index)
          .some(
            ({ setting, around }) =>
              (setting === 'any' || setting === row.setting) && (around === null || around === row.around),
          ),
      );
      assert.deepEqual(lost, []);
    });

    it(`${found}: says each thing once`, () => {
      const words = levelsInWords(found);
      assert.equal(new Set(words).size, words.length);
    });
  }

  it('are put in words in the order in which they are asked', () => {
    const [first, second] = levelsInWords('update' satisfies Found);
    assert.match(first ?? '', /^Silent where it stands in a migration/);
    assert.match(second ?? '', /^Silent where the code goes over all tenants/);
  });
});
