// Builds and packages the placeholder extension.

import { execFileSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const sources = import.meta.dirname;
const root = join(sources, '../../..');
const out = join(root, 'out/e2e/placeholder');

export async function buildPlaceholder(): Promise<string> {
  await build({
    entryPoints: ['client.ts', 'server.ts'].map((file) => join(sources, file)),
    outdir: out,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['vscode'],
  });
  for (const file of ['package.json', 'panel.js', 'panel.css']) cpSync(join(sources, file), join(out, file));
  cpSync(join(root, 'LICENSE'), join(out, 'LICENSE'));
  const vsix = `${out}.vsix`;
  const flags = ['--no-dependencies', '--allow-missing-repository', '--out', vsix];
  execFileSync(join(root, 'node_modules/.bin/vsce'), ['package', ...flags], { cwd: out, stdio: 'pipe' });
  return vsix;
}
