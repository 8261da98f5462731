// The borders that ARCHITECTURE.md draws are held: this reads its two tables and every import of server/src and client/src,
// type imports too, as the TypeScript compiler itself finds them.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { API } from 'typescript/unstable/sync';

const root = join(import.meta.dirname, '..');
const architecture = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');

/** One line of a table: what its first cell names, and who or what its second cell lets. */
interface Row {
  readonly names: readonly string[];
  /** `everything in …`: all folders of the server, but those in `places`. */
  readonly everything: boolean;
  readonly places: readonly string[];
}

interface Import {
  /** `rules/locks/drop.ts` for a file of server/src, `client/commands/explain.ts` for one of client/src. */
  readonly from: string;
  readonly specifier: string;
  /** In the form of `from`; `null` for a package. */
  readonly to: string | null;
}

/** What Node and VS Code bring with them. */
const PLATFORM = /^(node:|vscode$)/;

const folders = table('Who may import whom');
const packages = table('Packages and where they are used');

describe('the architecture', () => {
  it('has no import that the table does not allow', () => {
    const imports = importsOf(sources());
    assert.ok(imports.length > 0);
    assert.deepEqual(
      imports.map(complaint).filter((text) => text !== null),
      [],
    );
  });

  it('says of every dependency why it is here', () => {
    const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      devDependencies: Record<string, string>;
    };
    const named = packages.flatMap(({ names }) => names).filter((name) => !PLATFORM.test(name));
    const used = Object.keys(devDependencies);
    assert.deepEqual(
      used.filter((name) => !named.some((pattern) => matches(pattern, name))),
      [],
    );
    assert.deepEqual(
      named.filter((pattern) => !used.some((name) => matches(pattern, name))),
      [],
    );
  });
});

describe('the lock file', () => {
  const { packages: locked } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { resolved?: string; optionalDependencies?: Record<string, string> }>;
  };

  it('names no registry', () => {
    assert.deepEqual(
      Object.keys(locked).filter((path) => locked[path]?.resolved),
      [],
    );
  });

  // npm leaves out what a registry did not have when the file was written, and `npm ci` then refuses the file elsewhere.
  it('has the packages of every platform', () => {
    const there = new Set(Object.keys(locked).map((path) => path.replace(/^.*node_modules\//, '')));
    const wanted = Object.values(locked).flatMap(({ optionalDependencies = {} }) =>
      Object.keys(optionalDependencies),
    );
    assert.deepEqual(
      wanted.filter((name) => !there.has(name)),
      [],
    );
  });
});

describe('the test of the architecture', () => {
  const cases: readonly [allowed: boolean, from: string, specifier: string][] = [
    [true, 'catalog/apply/tables.ts', '../catalog.js'],
    [true, 'catalog/catalog.ts', '../text/span.js'],
    [false, 'text/span.ts', '../catalog/catalog.js'],
    [true, 'syntax/sql/grammar.ts', '../../text/span.js'],
    [true, 'syntax/sql/grammar.ts', '../elixir/nodes.js'],
    [true, 'rules/locks/some-rule.ts', '../../fixes/editor.js'],
    [false, 'rules/locks/some-rule.ts', '../../fixes/sql-editor.js'],
    [false, 'rules/locks/some-rule.ts', '../../syntax/sql/nodes.js'],
    [false, 'features/hover.ts', '../hosts/files.js'],
    [true, 'hosts/cli/main.ts', '../files.js'],
    [true, 'hosts/cli/main.ts', '../../lint/lint.js'],
    [false, 'hosts/cli/main.ts', '../lsp/session.js'],
    [false, 'hosts/lsp/main.ts', '../cli/main.js'],
    [false, 'hosts/lsp/main.ts', '../../../../client/src/extension.js'],
    [true, 'client/commands/explain.ts', '../../../server/src/hosts/lsp/extensions.js'],
    [true, 'client/commands/explain.ts', '../language-client.js'],
    [false, 'client/commands/explain.ts', '../../../server/src/hosts/lsp/session.js'],
    [true, 'client/extension.ts', 'vscode'],
    [false, 'hosts/lsp/main.ts', 'vscode'],
    [true, 'hosts/lsp/main.ts', 'vscode-languageserver/node'],
    [false, 'features/hover.ts', 'vscode-languageserver-protocol'],
    [true, 'database/postgres.ts', 'pg'],
    [false, 'hosts/cli/main.ts', 'pg'],
    [true, 'hosts/files.ts', 'node:fs/promises'],
    [false, 'rules/locks/some-rule.ts', 'node:fs'],
    [false, 'rules/locks/some-rule.ts', 'fs'],
  ];
  for (const [allowed, from, specifier] of cases) {
    it(`${allowed ? 'allows' : 'refuses'} ${from} importing ${specifier}`, () => {
      const text = complaint({ from, specifier, to: target(from, specifier) });
      assert.equal(text === null, allowed, text ?? 'no complaint');
    });
  }
});

/** What is wrong with an import, naming the edge that is missing; `null` when nothing is. */
function complaint({ from, specifier, to }: Import): string | null {
  if (to === null) {
    const row = packages.find(({ names }) => names.some((name) => matches(name, specifier)));
    if (row?.places.some((place) => covers(place, from))) return null;
    return `${from} imports ${specifier}: "Packages and where they are used" does not name it there`;
  }
  const [own, other] = [rowOf(from), rowOf(to)];
  if (own && (own === other || allows(own, to))) return null;
  return `${from} imports ${specifier}: "Who may import whom" has no edge from ${own?.names[0] ?? from} to ${to}`;
}

function allows({ everything, places }: Row, to: string): boolean {
  const named = places.some((place) => covers(place, to));
  return everything ? !named && !covers('client', to) && !covers('..', to) : named;
}

/** The row of the innermost folder that has one. */
function rowOf(path: string): Row | undefined {
  const rows = folders.filter(({ names: [name = ''] }) => covers(name, path));
  return rows.sort((a, b) => (b.names[0]?.length ?? 0) - (a.names[0]?.length ?? 0))[0];
}

/** A place is a folder with all below it, or one file. */
function covers(place: string, path: string): boolean {
  return path === place || path.startsWith(`${place}/`);
}

/** `pg` is also `pg/lib/client.js`; `node:*` is all that begins so. */
function matches(pattern: string, specifier: string): boolean {
  return pattern.endsWith('*') ? specifier.startsWith(pattern.slice(0, -1)) : covers(pattern, specifier);
}

/** The rows of the table under a heading. Names are what stands in backticks. */
function table(heading: string): Row[] {
  const section = architecture.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0];
  assert.ok(section, `ARCHITECTURE.md has no section "${heading}"`);
  const lines = section.split('\n').filter((line) => line.startsWith('| `'));
  return lines.map((line) => {
    const [first = '', second = ''] = line.split('|').slice(1);
    const everything = second.trim().startsWith('everything in');
    const places = quoted(second);
    return { names: quoted(first), everything, places: everything ? places.slice(1) : places };
  });
}

function quoted(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].flatMap(([, name]) => name ?? []);
}

function sources(): string[] {
  return ['server/src', 'client/src'].flatMap((folder) => {
    if (!existsSync(join(root, folder))) return [];
    const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
    return files.filter((file) => file.endsWith('.ts')).map((file) => join(root, folder, file));
  });
}

function importsOf(files: readonly string[]): Import[] {
  const api = new API({ cwd: root });
  try {
    const snapshot = api.updateSnapshot({ openFiles: [...files] });
    return files.flatMap((file) => {
      const source = snapshot.getDefaultProjectForFile(file)?.program.getSourceFile(file);
      assert.ok(source, `the compiler does not know ${file}`);
      const from = layered(file);
      const specifiers = source.imports.map((node) => ('text' in node ? String(node.text) : ''));
      return specifiers.map((specifier) => ({ from, specifier, to: target(from, specifier) }));
    });
  } finally {
    api.close();
  }
}

/** The path of a file as the tables write it. */
function layered(file: string): string {
  const path = relative(root, file).replaceAll('\\', '/');
  return path.replace(/^server\/src\//, '').replace(/^client\/src\//, 'client/');
}

function target(from: string, specifier: string): string | null {
  if (!specifier.startsWith('.')) return null;
  const folder = covers('client', from) ? from.replace(/^client/, 'client/src') : `server/src/${from}`;
  return layered(join(root, dirname(folder), specifier.replace(/\.js$/, '.ts')));
}
