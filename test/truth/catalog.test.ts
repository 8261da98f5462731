// The histories of test/catalog/*.md, run on a real server, give what our replay gives.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readFixtures } from '../support/markdown.js';
import { memoryWorkspace } from '../support/workspace.js';
import { factsOfCatalog } from './support/catalog-facts.js';
import { factsOfServer } from './support/introspect.js';
import { useRealServer } from './support/real-server.js';

const folder = join(import.meta.dirname, '../catalog');

describe('truth: catalog', function () {
  this.timeout(60_000);
  const server = useRealServer(18);

  for (const file of readdirSync(folder).filter((name) => name.endsWith('.md'))) {
    for (const { name, fences } of readFixtures(readFileSync(join(folder, file), 'utf8'))) {
      // What has no beginning cannot run on an empty server.
      if (name.some((heading) => heading.includes('without its beginning'))) continue;
      it(name.join(' › '), async () => {
        const files = fences.filter(({ language, info }) => language === 'sql' && info !== 'schema');
        const workspace = memoryWorkspace(
          files.map(({ text }, index) => ({ path: `migrations/${index + 1}_test.sql`, text })),
        );
        const history = workspace.histories[0]?.history;
        assert.ok(history !== undefined);
        const database = await server().createDatabase();
        for (const { migration } of history.migrations) {
          const statements = migration.statements.map(({ sql }) => sql);
          await server().run(database, ...statements);
        }
        assert.deepEqual(factsOfCatalog(history.latest), await factsOfServer(server(), database));
      });
    }
  }
});
