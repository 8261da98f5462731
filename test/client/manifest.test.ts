// What package.json promises to VS Code is there, and what the client has is promised.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as extensions from '../../server/src/hosts/lsp/extensions.js';

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

interface Manifest {
  readonly icon: string;
  readonly activationEvents: readonly string[];
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string }[]>>;
    readonly walkthroughs: readonly {
      readonly steps: readonly { readonly description: string; readonly media: { readonly svg: string } }[];
    }[];
  };
}

const manifest = JSON.parse(read('package.json')) as Manifest;
const { commands, menus, walkthroughs } = manifest.contributes;
const contributed = commands.map(({ command }) => command).sort();

describe('the manifest', () => {
  it('has the commands of the client', () => {
    const files = readdirSync(join(root, 'client/src/commands')).map((file) =>
      read(`client/src/commands/${file}`),
    );
    const implemented = files.flatMap((text) => /^ {2}id: '([\w.]+)',$/m.exec(text)?.[1] ?? []).sort();
    assert.deepEqual(implemented, contributed);
  });

  it('has the commands that the server names', () => {
    for (const command of Object.values(extensions.COMMANDS))
      assert.ok(contributed.includes(command), command);
  });

  it('names no other command of ours', () => {
    const inMenus = Object.values(menus).flatMap((items) => items.map(({ command }) => command));
    const linked = walkthroughs.flatMap(({ steps }) =>
      steps.flatMap(({ description }) =>
        [...description.matchAll(/\(command:(plumbline\.\w+)/g)].map(([, command = '']) => command),
      ),
    );
    for (const command of [...inMenus, ...linked]) assert.ok(contributed.includes(command), command);
  });

  it('has the pictures of the walkthrough, which may hold no styles', () => {
    for (const { steps } of walkthroughs) {
      for (const { media } of steps) {
        assert.ok(existsSync(join(root, media.svg)), media.svg);
        assert.doesNotMatch(read(media.svg), /<style|style=|<script/);
      }
    }
  });

  it('contributes no language for .sql, which belongs to others', () => {
    assert.doesNotMatch(JSON.stringify(manifest.contributes), /"\.sql"/);
  });

  it('starts by no event that always happens', () => {
    assert.ok(!manifest.activationEvents.includes('*'));
    assert.ok(!manifest.activationEvents.includes('onStartupFinished'));
  });
});

describe('docs/lsp-extensions.md', () => {
  const page = read('docs/lsp-extensions.md');
  const methods: readonly string[] = Object.values(extensions).filter((value) => typeof value === 'string');

  it('describes every request and notification', () => {
    assert.ok(methods.length > 0);
    for (const method of methods) assert.ok(page.includes(`\n## \`${method}\``), method);
  });

  it('describes no others', () => {
    const described = [...page.matchAll(/^## `(plumbline\/\w+)`/gm)].map(([, method = '']) => method);
    assert.deepEqual(
      described.filter((method) => !methods.includes(method)),
      [],
    );
  });
});
