// One file of the workspace at one moment. A change makes a new one.

import { type LineIndex, lineIndexOf } from './line-index.js';

/** `data` is configuration, our own and that of migration tools; `dependency` Elixir of a library, which only others are read by. */
export type Language = 'sql' | 'elixir' | 'data' | 'dependency';

export interface SourceFile {
  /** Absolute, with `/` between folders; the identity of the file. */
  readonly path: string;
  readonly language: Language;
  /** As read, without a byte order mark. */
  readonly text: string;
  /** Built when first asked for. */
  readonly lines: LineIndex;
}

export function sourceFile(path: string, text: string, language = languageOf(path)): SourceFile {
  let lines: LineIndex | undefined;
  return {
    path,
    language,
    text,
    get lines() {
      lines ??= lineIndexOf(text);
      return lines;
    },
  };
}

const DATA = /\.(?:jsonc?|toml|conf|ya?ml|properties|lock|xml|sum|plan|rb|[cm]?[jt]s|java|kt)$/;

/** By the ending of the path; anything that has no known one counts as SQL. */
export function languageOf(path: string): Language {
  if (/\.exs?$/.test(path)) return 'elixir';
  return DATA.test(path) ? 'data' : 'sql';
}

/** The last part of a path. */
export function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The path of the folder that holds the file, without a `/` at its end. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** The path of a file in the folder that need not be there: to ask what holds in the folder where no file is asked about. */
export function anyFileIn(folder: string): string {
  return `${folder}/x`;
}

/** The path within a folder, or as it is when it lies outside. */
export function relativePath(folder: string, path: string): string {
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path;
}

/** Resolves `.` and `..` of a path that is relative to a folder. */
export function joinPath(folder: string, relative: string): string {
  if (relative.startsWith('/')) return relative;
  const parts = folder.split('/');
  for (const part of relative.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}
