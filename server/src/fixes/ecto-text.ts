// Edits of a SQL text that stands in an Elixir string.

import type { Text } from '../syntax/elixir/nodes.js';
import type { TextEdit } from '../text/edits.js';
import { textAt } from '../text/span.js';
import { escaped } from './ecto-style.js';
import { indentAt } from './lines.js';
import { newlineOf, withNewlines } from './sql-style.js';

/** @param edits of the value of the string; they become edits of the file, escaped as this kind of string wants it */
export function editsInText(file: string, text: Text, edits: readonly TextEdit[]): readonly TextEdit[] {
  return edits.map((edit) => ({
    span: text.content.toOuter(edit.span),
    text: writtenIn(file, text, edit.text),
  }));
}

function writtenIn(file: string, { span, sigil }: Text, inserted: string): string {
  const opening = textAt(file, span);
  // A sigil in capitals takes everything as it is.
  const raw = sigil !== null && sigil === sigil.toUpperCase();
  const plain = raw ? inserted : escaped(inserted);
  const heredoc = /^(?:~\w+)?"""/.test(opening);
  if (!heredoc) return opening.startsWith('"') ? plain.replaceAll('"', '\\"') : plain;
  const indent = indentAt(file, span.end - 3);
  return withNewlines(plain.replace(/\n/g, `\n${indent}`), newlineOf(file));
}

/** The value of the string replaced, white space around it left as it is. */
export function replaceText(file: string, text: Text, value: string): readonly TextEdit[] {
  const old = text.content.text;
  const span = { start: old.length - old.trimStart().length, end: old.trimEnd().length };
  return editsInText(file, text, [
    { span: span.start < span.end ? span : { start: 0, end: 0 }, text: value },
  ]);
}
