// Draws a place in a source file with squiggles under it: for the command line, for pages and for failed tests.

import type { SourceFile } from './source-file.js';
import type { Span } from './span.js';

export interface SnippetStyle {
  /** Wraps line numbers and the frame. */
  readonly dim: (text: string) => string;
  /** Wraps the squiggles. */
  readonly mark: (text: string) => string;
}

const PLAIN: SnippetStyle = { dim: (text) => text, mark: (text) => text };

const WIDEST = 160;

/**
 * The line of the span's start with squiggles under the part of the span that is on it:
 *
 *      4 | create index on users (email);
 *        | ^^^^^^^^^^^^
 *
 * Tabs become blanks, and a very long line is cut around the span.
 */
export function drawSnippet({ lines, text }: SourceFile, span: Span, style: SnippetStyle = PLAIN): string {
  const { line, character } = lines.positionAt(span.start);
  const whole = text.slice(lines.startOf(line), lines.endOf(line));
  const from = character <= WIDEST * 0.6 ? 0 : character - Math.floor(WIDEST / 3);
  const shown = whole.slice(from, from + WIDEST);
  const start = character - from;
  const length = Math.max(1, Math.min(span.end - span.start, shown.length - start));
  const number = String(line + 1).padStart(4);
  const code = printable((from > 0 ? '…' : '') + shown + (from + WIDEST < whole.length ? '…' : ''));
  const indent = ' '.repeat(start + (from > 0 ? 1 : 0));
  return [
    `${style.dim(`${number} |`)} ${code}`,
    `${style.dim('     |')} ${indent}${style.mark('^'.repeat(length))}`,
  ].join('\n');
}

/** Without characters that would move the cursor or colour a terminal. */
export function printable(text: string): string {
  return text.replace(/\t/g, ' ').replace(/\p{Cc}/gu, '�');
}
