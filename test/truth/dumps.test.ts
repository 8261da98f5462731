// What pg_dump writes of the histories of test/catalog/*.md gives, replayed, what the server holds.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { migrationFiles } from '../support/catalog-fixtures.js';
import { readFixtures } from '../support/markdown.js';
import { memoryWorkspace } from '../support/workspace.js';
import { compare, factsOfCatalog, factsOfServer } from './facts/compare.js';
import { useRealServer } from './support/real-server.js';
import { runMigrations } from './support/run-migrations.js';

const folder = join(import.meta.dirname, '../catalog');

/** Their subject is what happens on the way, not what is there in the end. */
const ON_THE_WAY = /^(?:refused|transactions|do-blocks|called-functions)/;

/** The packages that the tests install have the server alone. */
const MAJOR = 15;
/** A sample does, unless all are asked for: DUMPS=all. */
const EVERY = process.env.DUMPS === 'all' ? 1 : 5;

const PG_DUMP = `/usr/lib/postgresql/${MAJOR}/bin/pg_dump`;

describe('truth: dumps', function () {
  this.timeout(60_000);
  before(`pg_dump ${MAJOR}`, function () {
    if (existsSync(PG_DUMP)) return;
    console.log(`      skipped: no pg_dump ${MAJOR} is installed`);
    this.skip();
  });
  const server = useRealServer(MAJOR);

  let count = 0;
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.md') && !ON_THE_WAY.test(name))) {
    for (const { name, fences } of readFixtures(readFileSync(join(folder, file), 'utf8'))) {
      if (count++ % EVERY !== 0) continue;
      it([file.replace(/\.md$/, ''), ...name].join(' › '), async function () {
        const files = migrationFiles(fences);
        const history = memoryWorkspace(files, { postgres: MAJOR }).histories[0]?.history;
        assert.ok(history !== undefined);
        const database = await server().createDatabase();
        const restored = await server().createDatabase();
        // Some are of a newer server.
        if ((await runMigrations(server(), database, history)).length > 0) this.skip();
        const dump = memoryWorkspace([{ path: 'db/structure.sql', text: dumpOf(server(), database) }], {
          postgres: MAJOR,
        });
        const replayed = dump.histories[0]?.history;
        assert.equal(dump.histories[0]?.set.baseline?.role.name, 'structure.sql');
        assert.ok(replayed !== undefined);
        // pg_dump itself forgets a little: whether a view was filled, the order of columns that were inherited late.
        assert.deepEqual(await runMigrations(server(), restored, replayed), []);
        const { wrong, missing, invented, unknown } = compare(
          factsOfCatalog(replayed.latest),
          await factsOfServer(server(), restored),
        );
        assert.deepEqual({ wrong, missing, invented, unknown }, NOTHING);
      });
    }
  }
});

const NOTHING = { wrong: [], missing: [], invented: [], unknown: [] };

function dumpOf(
  { folder: socket, port, user }: ReturnType<ReturnType<typeof useRealServer>>,
  database: string,
): string {
  return execFileSync(PG_DUMP, ['-s', '-O', '-h', socket, '-p', String(port), '-U', user, database], {
    encoding: 'utf8',
  });
}
