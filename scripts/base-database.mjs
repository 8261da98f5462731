// Writes the empty database from which the embedded server starts, so that no user waits for initdb:
//
//   node scripts/base-database.mjs FILE.tar.gz
//
// It differs from PGlite's own in what plans depend on, and in size: a locale that is not C (in C, LIKE 'x%' uses plain
// b-trees), no page checksums (hand-made pages must be readable), small WAL segments, no template databases.

import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { PGlite } from '@electric-sql/pglite';

const WAL = '/pglite/data/pg_wal';

const [target] = process.argv.slice(2);
if (target === undefined) {
  console.error('usage: node scripts/base-database.mjs FILE.tar.gz');
  process.exit(2);
}

const database = await PGlite.create({
  initDbStartParams: ['--no-data-checksums', '--locale=en_US.UTF-8', '--wal-segsize=1', '--no-sync'],
});
try {
  await database.exec('UPDATE pg_database SET datistemplate = false');
  await database.exec('DROP DATABASE template0');
  await database.exec('DROP DATABASE template1');
  await database.exec('CHECKPOINT');
  await dropSpareSegments(database);
  const tar = await (await database.dumpDataDir('none')).arrayBuffer();
  writeFileSync(target, gzipSync(new Uint8Array(tar), { level: 9 }));
} finally {
  await database.close();
}

/** Segments made in advance for later. */
async function dropSpareSegments(database) {
  const { rows } = await database.query('SELECT pg_walfile_name(pg_current_wal_lsn()) AS name');
  for (const name of database.Module.FS.readdir(WAL)) {
    if (/^[0-9A-F]{24}$/.test(name) && name > rows[0].name) database.Module.FS.unlink(`${WAL}/${name}`);
  }
}
