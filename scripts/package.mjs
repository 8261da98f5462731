// Writes plumbline-<version>.vsix: one for every platform, complete in itself, the same bytes for the same sources.
//
//   node scripts/package.mjs [FILE]

import { join, resolve } from 'node:path';
import { createVSIX } from '@vscode/vsce';
import { build, root, version } from './build.mjs';

const file = resolve(process.argv[2] ?? join(root, `plumbline-${version}.vsix`));

// A zip notes when each file changed, in local time; with these vsce writes the same time for all and sorts them.
process.env.SOURCE_DATE_EPOCH = String(Date.UTC(2026, 0, 1) / 1000);
process.env.TZ = 'UTC';

await build({ production: true });
await createVSIX({
  cwd: root,
  packagePath: file,
  dependencies: false,
  allowMissingRepository: true,
  // Links in the README stay as they are written: they point into the package.
  rewriteRelativeLinks: false,
});
