// Runs test/advice/indexes/candidates.md: plans of real servers, and the indexes that are worth trying for them.
// `sql given` runs before, and belongs to the schema; UPDATE=1 writes what is found, UPDATE=plans records the plans as well.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { indexInSql } from '../../../server/src/advice/index-texts.js';
import { indexCandidates } from '../../../server/src/advice/indexes/candidates.js';
import { superfluousBeside } from '../../../server/src/advice/indexes/existing.js';
import { Moment } from '../../../server/src/advice/moment.js';
import { findTable } from '../../../server/src/catalog/lookup.js';
import { parsePlan } from '../../../server/src/plans/plan.js';
import { planCondition, sortKey } from '../../../server/src/queries/plan-conditions.js';
import { catalogFrom } from '../../support/catalogs.js';
import { type Fence, type Fixture, readFixtures, rewriteFences } from '../../support/markdown.js';
import { sqlParser } from '../../support/parsers.js';
import { useRealServer } from '../../truth/support/real-server.js';
import { compact, record, SHOP } from '../support/record.js';

const PATH = join(import.meta.dirname, 'candidates.md');
const [SCHEMA = ''] = SHOP.split('-- rows\n');
const recording = process.env.UPDATE === 'plans';
const updating = recording || process.env.UPDATE === '1';

describe('candidates for indexes', () => {
  const server = recording ? useRealServer(18) : null;
  const document = readFileSync(PATH, 'utf8');
  const replacements: { fence: Fence; text: string }[] = [];

  for (const fixture of readFixtures(document)) {
    it(fixture.name.slice(1).join(' › '), async function () {
      const fence = (language: string, info: string) =>
        fixture.fences.find((one) => one.language === language && one.info === info);
      const expected = fence('text', 'candidates');
      const recorded = fence('json', 'plan');
      assert.ok(expected !== undefined && recorded !== undefined, 'a plan, and what is found');
      const given = fence('sql', 'given')?.text ?? '';
      let plan = recorded.text;
      if (server !== null) {
        this.timeout(120_000);
        const query = fixture.fences.find(({ info }) => info.startsWith('estimate'));
        assert.ok(query !== undefined, 'a query');
        const words = ['verbose', ...query.info.split(' ')];
        plan = compact(await record(server(), { given, query: query.text.replace(/;\s*$/, ''), words }));
        replacements.push({ fence: recorded, text: plan });
      }
      const found = candidatesIn(fixture, plan, given);
      if (updating) replacements.push({ fence: expected, text: found });
      else assert.equal(found, expected.text);
    });
  }

  after(() => {
    if (updating) writeFileSync(PATH, rewriteFences(document, replacements));
  });
});

function candidatesIn({ fences }: Fixture, json: string, given: string): string {
  const plan = parsePlan(JSON.parse(json));
  assert.ok(plan.kind === 'plan', 'a plan that can be read');
  const catalog = catalogFrom(`${SCHEMA};${given}`);
  const moment = new Moment(plan, {
    condition: (text) => planCondition(sqlParser, text),
    sortKey: (text) => sortKey(sqlParser, text),
    catalog,
    factsOf: () => null,
    distributionOf: () => (fences.some(({ info }) => info === 'sizes-alone') ? 'guessed' : 'measured'),
    source: { kind: 'database', statistics: '2026-11-20' },
    statement: null,
  });
  const tenant = fences.find(({ info }) => info === 'tenant')?.text ?? null;
  const { candidates, served } = indexCandidates(moment, {
    tenantColumn: () => tenant,
  });
  const lines = candidates.map(({ index, columns }) => {
    const beside = superfluousBeside(findTable(catalog, index.table)?.indexes ?? [], index);
    const instead = beside.length === 0 ? '' : ` in the place of ${beside.join(', ')}`;
    return `${indexInSql(index)} (${columns.join(', ')})${instead}`;
  });
  return [...lines, ...served.map((name) => `served by ${name}`)].join('\n') || 'none';
}
