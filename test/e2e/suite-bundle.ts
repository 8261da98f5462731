// The tests of a suite as CommonJS for an extension host, which knows neither TypeScript nor this project's modules.

import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from './target.js';

/** Bundles every *.test.ts of a folder with the module that runs them; gives that module's path. */
export async function bundleSuite(folder: string): Promise<string> {
  const out = join(root, 'out/e2e/suite');
  rmSync(out, { recursive: true, force: true });
  const tests = readdirSync(folder).filter((file) => file.endsWith('.test.ts'));
  await build({
    entryPoints: [join(import.meta.dirname, 'suite/index.ts'), ...tests.map((test) => join(folder, test))],
    entryNames: '[name]',
    outdir: out,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    sourcemap: 'inline',
    external: ['vscode', 'mocha'],
    define: { 'import.meta.dirname': '__dirname' },
  });
  return join(out, 'index.cjs');
}
