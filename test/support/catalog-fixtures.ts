// The histories of test/catalog/*.md as files of a project.

import type { Fence } from './markdown.js';
import type { MemoryFile } from './workspace.js';

/** The migrations among the fences, one file each; `sql schema` is what is expected of them. Without a path they get one by order. */
export function migrationFiles(fences: readonly Fence[]): readonly MemoryFile[] {
  return fences
    .filter(({ info }) => info !== 'schema')
    .map(({ language, info, text }, index) => ({
      path: info || `migrations/${index + 1}_test.${language === 'elixir' ? 'exs' : 'sql'}`,
      text,
    }));
}
