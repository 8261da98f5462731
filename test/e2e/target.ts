// What the end-to-end tests look at: the package as users get it, the same unpacked, and the tests for it.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unpackVsix } from './vsix.js';

export const root = join(import.meta.dirname, '../..');

export interface Target {
  readonly vsix: string;
  /** The package unpacked: what an extension host loads when it runs tests. */
  readonly extension: string;
  /** Folder of the tests that run inside the extension host. */
  readonly suite: string;
  /** Folder of the tests that look at the screen. */
  readonly ui: string;
  /** The folder that the extension host has open, as a copy. */
  readonly workspace: string;
}

/** The extension, from the package that `npm run package` wrote last; throws when there is none. */
export function targetHere(): Target {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const vsix = join(root, `plumbline-${version}.vsix`);
  if (!existsSync(vsix)) throw new Error(`there is no ${vsix} yet: npm run package`);
  return target(vsix, import.meta.dirname, join(root, 'examples/shop'));
}

function target(vsix: string, tests: string, workspace: string): Target {
  const extension = unpackVsix(vsix, join(root, 'out/e2e/extension'));
  return { vsix, extension, suite: join(tests, 'suite'), ui: join(tests, 'ui'), workspace };
}
