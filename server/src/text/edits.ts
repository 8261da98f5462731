// Text edits, and changes to a workspace made of them.

import type { Span } from './span.js';

export interface TextEdit {
  readonly span: Span;
  readonly text: string;
}

/** What a fix does to the workspace. Spans are those of the files as they were when it was computed. */
export interface Change {
  readonly edits: readonly { readonly path: string; readonly edits: readonly TextEdit[] }[];
  /** Files that do not exist yet. */
  readonly creates: readonly { readonly path: string; readonly text: string }[];
}

/** Applies all edits at once. Edits that overlap are a mistake of the caller, so they throw a RangeError. */
export function applyEdits(source: string, edits: readonly TextEdit[]): string {
  const ordered = [...edits].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  let result = '';
  let position = 0;
  for (const { span, text } of ordered) {
    if (span.start < position) throw new RangeError('overlapping edits');
    result += source.slice(position, span.start) + text;
    position = span.end;
  }
  return result + source.slice(position);
}

export function insertAt(offset: number, text: string): TextEdit {
  return { span: { start: offset, end: offset }, text };
}

/** A change to one file that exists. */
export function changeOf(path: string, edits: readonly TextEdit[]): Change {
  return { edits: [{ path, edits }], creates: [] };
}
