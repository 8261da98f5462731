// From the protocol's words to ours. URIs and positions stop here.

import { fileURLToPath } from 'node:url';
import type { Position, Range, TextDocumentContentChangeEvent } from 'vscode-languageserver/node';
import { type LineIndex, lineIndexOf } from '../../text/line-index.js';
import type { Span } from '../../text/span.js';
import { portable } from '../files.js';

/** The path of a `file:` URI; `null` for any other scheme, such as an untitled document. */
export function pathOf(uri: string): string | null {
  if (!uri.startsWith('file:')) return null;
  try {
    return portable(fileURLToPath(uri));
  } catch {
    return null;
  }
}

export function offsetOf(lines: LineIndex, position: Position): number {
  return lines.offsetAt(position);
}

export function spanOfRange(lines: LineIndex, { start, end }: Range): Span {
  return { start: lines.offsetAt(start), end: lines.offsetAt(end) };
}

/** The text after the changes, each of which counts in the text that the one before left. */
export function applyContentChanges(
  text: string,
  lines: LineIndex,
  changes: readonly TextDocumentContentChangeEvent[],
): string {
  let current = text;
  let index: LineIndex | null = lines;
  for (const change of changes) {
    if (!('range' in change)) {
      current = change.text;
    } else {
      index ??= lineIndexOf(current);
      const { start, end } = spanOfRange(index, change.range);
      current = current.slice(0, start) + change.text + current.slice(end);
    }
    index = null;
  }
  return current;
}
