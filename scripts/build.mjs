// Writes dist/: client, server, command line, database worker and webviews, each bundle complete in itself, and the
// WASM and data that they read from beside them at run time. Nothing in dist/ needs node_modules.
//
//   node scripts/build.mjs                 for development: readable, with linked source maps
//   node scripts/build.mjs --production    minified; its source maps are kept for us and not shipped
//   node scripts/build.mjs --watch         the first, and again after every change
//   node scripts/build.mjs --script FILE   only that script of scripts/bench/, into out/bench/

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import * as esbuild from 'esbuild';
import { thirdPartyNotices } from './third-party-notices.mjs';

export const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
export const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Bundles that run in Node: their name in dist/ and where they start. */
const PROGRAMS = {
  client: 'client/src/extension.ts',
  server: 'server/src/hosts/lsp/main.ts',
  cli: 'server/src/hosts/cli/main.ts',
  'database-worker': 'server/src/database/pglite-worker.ts',
};

const PARSERS = [
  'node_modules/libpg-query/wasm/libpg-query.wasm',
  'node_modules/web-tree-sitter/web-tree-sitter.wasm',
  'node_modules/tree-sitter-elixir/tree-sitter-elixir.wasm',
];
const PGLITE = 'node_modules/@electric-sql/pglite/dist';
const PGVECTOR = 'node_modules/@electric-sql/pglite-pgvector/dist';

/** `node base-database.mjs FILE` writes a fresh database cluster. */
const BASE_DATABASE = 'scripts/base-database.mjs';
const FROZEN_WORLD = 'scripts/frozen-world.mjs';

/** @param {{ production?: boolean, watch?: boolean }} options */
export async function build({ production = false, watch = false } = {}) {
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist, { recursive: true });
  const copied = copyFiles();
  writeBaseDatabase();

  const programs = Object.entries(PROGRAMS).map(([name, entry]) => program(name, entry));
  const bundles = [...programs, webviews()].map((options) => ({ ...common(production), ...options }));
  if (watch) {
    const contexts = await Promise.all(
      bundles.map((options) => esbuild.context({ ...options, plugins: [watchMarks] })),
    );
    await Promise.all(contexts.map((context) => context.watch()));
    return;
  }
  const results = await Promise.all(bundles.map((options) => esbuild.build(options)));
  const bundled = results.flatMap(({ metafile }) => Object.keys(metafile.inputs));
  writeFileSync(join(dist, 'THIRD_PARTY_NOTICES.txt'), thirdPartyNotices(root, [...bundled, ...copied]));
}

function common(production) {
  return {
    absWorkingDir: root,
    outdir: dist,
    bundle: true,
    metafile: true,
    minify: production,
    sourcemap: production ? 'external' : 'linked',
    logLevel: 'warning',
  };
}

function program(name, entry) {
  return {
    entryPoints: { [name]: entry },
    outExtension: { '.js': '.cjs' },
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    // A UMD `main`, such as jsonc-parser's, hides its requires from a bundler; a `module` does not.
    mainFields: ['module', 'main'],
    external: name === 'client' ? ['vscode'] : ['pg-native'],
    // CommonJS has no import.meta: files beside a bundle are found by its own path.
    inject: ['scripts/import-meta-url.mjs'],
    define: {
      'import.meta.dirname': '__dirname',
      'import.meta.filename': '__filename',
      'import.meta.url': 'importMetaUrl',
      PLUMBLINE_VERSION: JSON.stringify(version),
    },
    banner: name === 'cli' ? { js: '#!/usr/bin/env node' } : {},
  };
}

/** Bundles a script as the product is, into out/bench/, so that it measures what people run. Its assets are those of dist/. */
async function buildScript(entry) {
  const options = { ...common(true), ...program(basename(entry, '.ts'), entry) };
  await esbuild.build({ ...options, outdir: join(root, 'out/bench') });
}

/** Each script and style directly in a `webview` folder becomes a file of the same name in dist/webview/. */
function webviews() {
  const files = filesUnder('client/src/views').filter((file) => /\/webview\/[^/]+\.(ts|css)$/.test(file));
  return {
    entryPoints: files.map((file) => ({ in: file, out: `webview/${basename(file).replace(/\.\w+$/, '')}` })),
    platform: 'browser',
    target: 'chrome122',
    format: 'iife',
    // Vue without its compiler, which would need `eval`, and without what is for its developers.
    define: {
      'process.env.NODE_ENV': '"production"',
      __VUE_OPTIONS_API__: 'true',
      __VUE_PROD_DEVTOOLS__: 'false',
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
    },
  };
}

let unfinished = 0;

/** Prints the lines that .vscode/tasks.json waits for, so that "Extension" starts after the first build. */
const watchMarks = {
  name: 'watch-marks',
  setup({ onStart, onEnd }) {
    onStart(() => {
      if (unfinished++ === 0) console.log('[watch] build started');
    });
    onEnd(() => {
      if (--unfinished === 0) console.log('[watch] build finished');
    });
  },
};

/** @returns {string[]} what was copied, relative to the checkout */
function copyFiles() {
  const extensions = [PGLITE, PGVECTOR]
    .flatMap((folder) => filesUnder(folder))
    .filter((file) => file.endsWith('.tar.gz'));
  const files = [...PARSERS, join(PGLITE, 'pglite.wasm'), join(PGLITE, 'pglite.data'), ...extensions];
  for (const file of files) copyFileSync(join(root, file), join(dist, basename(file)));
  return files;
}

/** Takes seconds, and changes only with the scripts that make it and the Postgres inside PGlite: so the result is kept. */
function writeBaseDatabase() {
  const key = createHash('sha256');
  for (const file of [BASE_DATABASE, FROZEN_WORLD, `${PGLITE}/pglite.wasm`])
    key.update(readFileSync(join(root, file)));
  const kept = join(root, 'out/cache', `base-${key.digest('hex').slice(0, 16)}.tar.gz`);
  if (!existsSync(kept)) {
    const draft = `${kept}.${process.pid}`;
    mkdirSync(dirname(kept), { recursive: true });
    execFileSync(process.execPath, ['--import', `./${FROZEN_WORLD}`, BASE_DATABASE, draft], {
      cwd: root,
      stdio: 'inherit',
    });
    renameSync(draft, kept);
  }
  copyFileSync(kept, join(dist, 'base.tar.gz'));
}

/** @returns {string[]} paths relative to the checkout, in a stable order; none for a folder that is not there */
function filesUnder(folder) {
  if (!existsSync(join(root, folder))) return [];
  const paths = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  return paths.map((path) => `${folder}/${path.replaceAll('\\', '/')}`).sort();
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values } = parseArgs({
    options: { production: { type: 'boolean' }, watch: { type: 'boolean' }, script: { type: 'string' } },
  });
  await (values.script === undefined ? build(values) : buildScript(values.script));
}
