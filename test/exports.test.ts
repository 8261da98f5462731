// What is exported, but types, is used elsewhere: an export that nobody imports is a promise that nobody needs.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';

const root = join(import.meta.dirname, '..');

/** VS Code calls these by their names. */
const CALLED_FROM_OUTSIDE = ['client/src/extension.ts activate', 'client/src/extension.ts deactivate'];

const EXPORT = /^export (?:async )?(?:abstract )?(?:function\*?|const|class) ([\w$]+)/gm;
const IMPORT = /(?:import|export)\s+(?:type\s+)?\{([^}]*)\}\s*from\s*'(\.[^']+)'/g;
const IMPORT_OF_ALL = /import\s+\*\s+as\s+[\w$]+\s+from\s*'(\.[^']+)'/g;

describe('exports', () => {
  it('are imported somewhere', () => {
    const files = ['server/src', 'client/src', 'scripts', 'test'].flatMap(sourcesIn);
    const imported = new Set(files.flatMap(importsOf));
    const unused = files
      .filter((file) => /^(?:server|client)\//.test(file))
      .flatMap((file) => exportsOf(file).map((name) => `${file} ${name}`))
      .filter((one) => !imported.has(one) && !imported.has(`${one.split(' ')[0]} *`));
    assert.ok(imported.size > 500);
    assert.deepEqual(unused, CALLED_FROM_OUTSIDE);
  });
});

function sourcesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
    .sort();
}

function exportsOf(file: string): string[] {
  return [...textOf(file).matchAll(EXPORT)].map(([, name = '']) => name);
}

/** Each as `file name`; `file *` for all of it. */
function importsOf(file: string): string[] {
  const text = textOf(file);
  const target = (specifier: string) =>
    relative(root, normalize(join(root, dirname(file), specifier)))
      .replaceAll('\\', '/')
      .replace(/\.js$/, '.ts');
  const named = [...text.matchAll(IMPORT)].flatMap(([, names = '', specifier = '']) =>
    names
      .split(',')
      .map((name) =>
        name
          .trim()
          .replace(/^type\s+/, '')
          .replace(/\s+as\s.*$/s, ''),
      )
      .filter((name) => name !== '')
      .map((name) => `${target(specifier)} ${name}`),
  );
  return [
    ...named,
    ...[...text.matchAll(IMPORT_OF_ALL)].map(([, specifier = '']) => `${target(specifier)} *`),
  ];
}

function textOf(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}
