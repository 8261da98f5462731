// Files that are no text, whatever their names: said once, where reading them would give hundreds of problems or none.

import type { Problem } from './problem.js';

/** What text hardly ever holds, and the mark of bytes that are no UTF-8. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const NOT_TEXT = /[\0-\x08\x0e-\x1f\ufffd]/g;
/** Looked at to tell text from other files. */
const SAMPLE = 8000;

/** For what is other than text, or text in an encoding like UTF-16; `null` for text. */
export function binaryProblem(text: string): Problem | null {
  const sample = text.slice(0, SAMPLE);
  const found = sample.match(NOT_TEXT)?.length ?? 0;
  if (found === 0 || found * 10 <= sample.length) return null;
  const first = sample.search(NOT_TEXT);
  return { kind: 'problem', span: { start: first, end: first + 1 }, message: 'not a text in UTF-8' };
}
