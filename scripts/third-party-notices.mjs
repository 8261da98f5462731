// The text of dist/THIRD_PARTY_NOTICES.txt: the licence of every package that ends up in what we ship.
// Which packages those are is read from what esbuild bundled and what the build copied, never from a list kept by hand.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a package's own licence file does not say: the sources compiled into its WASM. */
const COMPILED_IN = new Map([
  ['libpg-query', ['libpg_query', 'PostgreSQL', 'protobuf-c', 'xxhash']],
  ['@electric-sql/pglite', ['PostgreSQL']],
]);

/** Packages that are shipped by their authors as one file with all that they depend on in it, save what is named here. */
const BUNDLED = new Map([['pev2', { without: ['vue'] }]]);

const LICENCE_FILE = /^(licen[cs]e|copying|notice|third-?party-?notices)(\.\w+)?$/i;

/**
 * @param {string} root the checkout
 * @param {Iterable<string>} files paths of shipped files or of files bundled into them, relative to `root`
 * @returns {string} one section a package, by name; throws for a package that states no licence
 */
export function thirdPartyNotices(root, files) {
  const packages = new Map();
  for (const file of files) {
    const folder = packageFolder(file);
    if (folder === null) continue;
    for (const one of [folder, ...bundledFolders(root, folder)]) packages.set(one, packageNotice(root, one));
  }
  const notices = [...packages.values()].sort((a, b) => (a.title < b.title ? -1 : 1));
  const rule = `\n${'-'.repeat(80)}\n\n`;
  const opening = 'Plumbline contains software of others, under these licences.\n';
  return [opening, ...notices.map(({ title, text }) => `${title}\n\n${text}\n`)].join(rule);
}

/** The folder of the package that a file belongs to, or `null` for a file of ours. */
function packageFolder(file) {
  return /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? null;
}

/** The folders of all that a package carries inside its own file. */
function bundledFolders(root, folder) {
  const bundled = BUNDLED.get(folder.replace(/^.*node_modules\//, ''));
  const folders = new Set();
  const visit = (from) => {
    const { dependencies = {} } = JSON.parse(readFileSync(join(root, from, 'package.json'), 'utf8'));
    for (const name of Object.keys(dependencies)) {
      if (bundled.without.includes(name)) continue;
      const nested = `${from}/node_modules/${name}`;
      const found = existsSync(join(root, nested)) ? nested : `node_modules/${name}`;
      if (folders.has(found)) continue;
      folders.add(found);
      visit(found);
    }
  };
  if (bundled !== undefined) visit(folder);
  return folders;
}

function packageNotice(root, folder) {
  const { name, version, license, author } = JSON.parse(
    readFileSync(join(root, folder, 'package.json'), 'utf8'),
  );
  if (typeof license !== 'string') throw new Error(`${name}: its package.json names no licence`);
  const owner = typeof author === 'string' ? author : author?.name;
  return {
    title: `${name} ${version} (${license})${owner ? `, by ${owner}` : ''}`,
    text: [...ownTexts(root, folder, license), ...compiledInTexts(root, name)].join('\n\n'),
  };
}

/** The package's licence files; the licence's standard text where the package forgot to ship one. */
function ownTexts(root, folder, license) {
  const files = readdirSync(join(root, folder)).filter((file) => LICENCE_FILE.test(file));
  if (files.length > 0)
    return files.sort().map((file) => readFileSync(join(root, folder, file), 'utf8').trim());
  return [standardText(root, license)];
}

function compiledInTexts(root, name) {
  const sources = COMPILED_IN.get(name) ?? [];
  return sources.map((source) => `Compiled into it: ${source}\n\n${standardText(root, source)}`);
}

function standardText(root, license) {
  const path = join(root, 'scripts/licences', `${license}.txt`);
  if (!existsSync(path)) throw new Error(`the text of the licence is missing: ${path}`);
  return readFileSync(path, 'utf8').trim();
}
