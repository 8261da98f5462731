// The embedded server as it ships: the worker bundled as the build bundles it, in a folder of its own outside of the
// checkout, with what it reads beside it.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const PGLITE = join(ROOT, 'node_modules/@electric-sql/pglite/dist');
const PGVECTOR = join(ROOT, 'node_modules/@electric-sql/pglite-pgvector/dist');

let made: Promise<string> | undefined;
let folder: string | undefined;

/** The path of the bundled worker; made once for all suites and deleted when mocha ends. */
export function bundledWorker(): Promise<string> {
  made ??= make();
  return made;
}

after('delete the bundled worker', () => {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

async function make(): Promise<string> {
  folder = mkdtempSync(join(tmpdir(), 'plumbline-worker-'));
  const archives = [PGLITE, PGVECTOR].flatMap((source) =>
    readdirSync(source)
      .filter((name) => name.endsWith('.tar.gz'))
      .map((name) => join(source, name)),
  );
  for (const file of [join(PGLITE, 'pglite.wasm'), join(PGLITE, 'pglite.data'), ...archives]) {
    copyFileSync(file, join(folder, basename(file)));
  }
  copyFileSync(baseDatabase(), join(folder, 'base.tar.gz'));
  await build({
    absWorkingDir: ROOT,
    entryPoints: ['server/src/database/pglite-worker.ts'],
    outfile: join(folder, 'database-worker.cjs'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    inject: ['scripts/import-meta-url.mjs'],
    define: { 'import.meta.url': 'importMetaUrl' },
    logLevel: 'error',
  });
  return join(folder, 'database-worker.cjs');
}

/** It takes seconds to make, so it is kept as long as what makes it stays the same; the build keeps it in the same place. */
function baseDatabase(): string {
  const script = join(ROOT, 'scripts/base-database.mjs');
  const key = createHash('sha256').update(readFileSync(script));
  key.update(readFileSync(join(PGLITE, 'pglite.wasm')));
  const kept = join(ROOT, 'out/cache', `base-${key.digest('hex').slice(0, 16)}.tar.gz`);
  if (!existsSync(kept)) {
    mkdirSync(dirname(kept), { recursive: true });
    execFileSync(process.execPath, [script, kept], { cwd: ROOT, stdio: 'inherit' });
  }
  return kept;
}
