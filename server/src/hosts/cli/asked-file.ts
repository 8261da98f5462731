// The file, or the place in it, that a command is asked about: FILE or FILE:LINE.

import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { binaryProblem } from '../../syntax/binary.js';
import type { SourceFile } from '../../text/source-file.js';
import type { Span } from '../../text/span.js';
import { portable } from '../files.js';
import type { UsageError } from './arguments.js';
import type { Opened } from './open.js';
import { fromHere } from './places.js';

/** A file, or a line in it. */
export interface AskedFile {
  readonly path: string;
  /** 1-based; `null` for all of the file. */
  readonly line: number | null;
}

/**
 * Takes `FILE` or `FILE:LINE` apart; the path becomes absolute.
 * @param question for who names none, or several
 */
export function askedFile([word, ...more]: readonly string[], question: string): AskedFile | UsageError {
  if (word === undefined || more.length > 0) {
    return { kind: 'usage', message: `${question} Name one, as FILE or FILE:LINE.` };
  }
  const { path, line } = fileAndLine(word);
  return { path: portable(resolve(path)), line };
}

/** `FILE` or `FILE:LINE`, the path as it is written. */
export function fileAndLine(word: string): AskedFile {
  const [, path = word, line] = /^(.*):(\d+)$/.exec(word) ?? [];
  return { path, line: line === undefined ? null : Number(line) };
}

/** @param line 1-based */
export function lineSpan({ lines }: SourceFile, line: number): Span {
  return { start: lines.startOf(line - 1), end: lines.endOf(line - 1) };
}

/** The file as it was read, or why there is nothing to ask of it; an empty message where that has been told. */
export function readAsked(
  { workspace, unreadable }: Opened,
  { path, line }: AskedFile,
): SourceFile | { readonly message: string } {
  const name = fromHere(path);
  const file = workspace.files.get(path);
  if (file === undefined) {
    if (unreadable.some((one) => one.path === path)) return { message: '' };
    return { message: isFolder(path) ? `${name} is a folder: name a file.` : noCode(name) };
  }
  if (file.language === 'data') return { message: noCode(name) };
  const binary = binaryProblem(file.text);
  if (binary !== null) return { message: `There is nothing to read in ${name}: it is ${binary.message}.` };
  const last = file.lines.lineCount;
  if (line !== null && (line < 1 || line > last)) {
    return { message: `There is no line ${line} in ${name}: the last one is ${last}.` };
  }
  return file;
}

function noCode(name: string): string {
  return `There is nothing to read in ${name}: it is no SQL or Elixir file.`;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
