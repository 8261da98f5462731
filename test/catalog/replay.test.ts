// Replays test/catalog/*.md: the SQL of a test, statement by statement, gives the schema in its `sql schema` fence, where it has one.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { printCatalog } from '../../server/src/catalog/print/sql.js';
import { migrationFiles } from '../support/catalog-fixtures.js';
import { type Fence, readFixtures, rewriteFences } from '../support/markdown.js';
import { memoryWorkspace } from '../support/workspace.js';

const folder = import.meta.dirname;

for (const file of readdirSync(folder).filter((name) => name.endsWith('.md'))) {
  const path = join(folder, file);
  const document = readFileSync(path, 'utf8');
  const replacements: { fence: Fence; text: string }[] = [];

  describe(`catalog: ${file}`, () => {
    for (const { name, fences } of readFixtures(document)) {
      it(name.join(' › '), () => {
        const files = migrationFiles(fences);
        const workspace = memoryWorkspace(files);
        const latest = workspace.histories[0]?.history.latest;
        assert.ok(latest !== undefined, 'the files are a history');
        const printed = printCatalog(latest).trimEnd();
        const expected = fences.find(({ info }) => info === 'schema');
        // A history without one is only compared with a server: see test/truth/catalog.test.ts.
        if (expected === undefined) return;
        if (process.env.UPDATE === '1') replacements.push({ fence: expected, text: printed });
        else assert.equal(printed, expected.text.trimEnd());
      });
    }

    after(() => {
      if (process.env.UPDATE === '1') writeFileSync(path, rewriteFences(document, replacements));
    });
  });
}
