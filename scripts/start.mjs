// npm start: builds, checks examples/shop, and shows one plan from the embedded PostgreSQL.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { build } from './build.mjs';

const root = join(import.meta.dirname, '..');
const example = join(root, 'examples/shop');

await build();
console.log('$ plumbline check\n');
run('check');
console.log('\n$ plumbline explain reports/revenue_by_product.sql:4\n');
process.exitCode = run('explain', 'reports/revenue_by_product.sql:4');

/** Gives the exit status. Findings in the example are what it is for. */
function run(...words) {
  const { status } = spawnSync(process.execPath, [join(root, 'dist/cli.cjs'), ...words], {
    cwd: example,
    stdio: 'inherit',
    // The plan is to come from the embedded server, whatever is set up here.
    env: { ...process.env, DATABASE_URL: undefined, PGHOST: undefined, PGDATABASE: undefined },
  });
  return status ?? 2;
}
