// The histories of test/catalog/*.md, run on a real server, give what our replay gives.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { heldBy } from '../../server/src/migrations/held.js';
import { migrationFiles } from '../support/catalog-fixtures.js';
import { readFixtures } from '../support/markdown.js';
import { memoryWorkspace } from '../support/workspace.js';
import { compare, factsOfCatalog, factsOfServer } from './facts/compare.js';
import { useRealServer } from './support/real-server.js';
import { runMigrations } from './support/run-migrations.js';

const folder = join(import.meta.dirname, '../catalog');

describe('truth: catalog', function () {
  this.timeout(60_000);
  const server = useRealServer(18);

  for (const file of readdirSync(folder).filter((name) => name.endsWith('.md'))) {
    for (const { name, fences } of readFixtures(readFileSync(join(folder, file), 'utf8'))) {
      // What has no beginning cannot run on an empty server.
      if (name.some((heading) => heading.includes('without its beginning'))) continue;
      it([file.replace(/\.md$/, ''), ...name].join(' › '), async () => {
        const files = migrationFiles(fences);
        const workspace = memoryWorkspace(files, { postgres: 18 });
        const history = workspace.histories[0]?.history;
        assert.ok(history !== undefined);
        const database = await server().createDatabase();
        const refused = await runMigrations(server(), database, history);
        const held = heldBy(history);
        assert.deepEqual(
          held.refused.map(({ path }) => path),
          refused.map(({ path }) => path),
          JSON.stringify({ theirs: refused, ours: held.refused }, null, 2),
        );
        const { wrong, missing, invented, unknown } = compare(
          factsOfCatalog(held.catalog),
          await factsOfServer(server(), database),
        );
        assert.deepEqual({ wrong, missing, invented, unknown }, NOTHING);
      });
    }
  }
});

const NOTHING = { wrong: [], missing: [], invented: [], unknown: [] };
