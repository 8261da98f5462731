// The files that are damaged: all examples of all rules, and those of examples/shop.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RULES } from '../../server/src/rules/index.js';
import { filesOf } from '../support/check.js';
import { readMarks } from '../support/marks.js';
import type { MemoryFile } from '../support/workspace.js';

/** Files that belong together; the last one is the one that an example is about. */
export type Case = readonly MemoryFile[];

const shop = join(import.meta.dirname, '../../examples/shop');

export const shopFiles: Case = readdirSync(shop, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => /\.(?:exs?|sql|jsonc)$/.test(path))
  .sort()
  .map((path) => ({ path, text: readFileSync(join(shop, path), 'utf8') }));

/** Each once: many rules share their examples. */
export const examples: readonly Case[] = [
  ...new Map(
    RULES.flatMap((rule) => [...rule.examples.bad, ...rule.examples.good]).map((example) => {
      const files = filesOf(example).map(({ path, text }) => ({ path, text: readMarks(text).text }));
      return [JSON.stringify(files), files] as const;
    }),
  ).values(),
];

/** Texts to paste from. */
export const texts: readonly string[] = [...examples.flat(), ...shopFiles].map(({ text }) => text);
