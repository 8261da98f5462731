// Squiggles in test texts: a line of `^` and a rule id under what is to be reported, optionally with the beginning of its message.
//
//   create index(:users, [:email])
//   ^^^^^^^^^^^^ create-index-blocking-writes: blocks writes

import type { Span } from '../../server/src/text/span.js';

export interface Expectation {
  readonly rule: string;
  /** A part of the message. */
  readonly message: string | null;
  readonly severity: string | null;
  readonly span: Span;
}

export interface MarkedText {
  /** Without the squiggles and the cursor. */
  readonly text: string;
  /** Where `<cursor>` stood. */
  readonly cursor: number | null;
  readonly expected: readonly Expectation[];
}

const SQUIGGLE =
  /^(?<indent>\s*)(?<mark>\^+) (?:(?<severity>error|warning|info|hint) )?(?<rule>[a-z][a-z0-9-]*)(?:: (?<message>.+))?$/;
const CURSOR = '<cursor>';

/** Takes the squiggle lines and the cursor out of a text, and says what they pointed at. */
export function readMarks(source: string): MarkedText {
  const kept: string[] = [];
  const expected: Expectation[] = [];
  let lineStart = 0;
  let offset = 0;
  for (const line of source.split('\n')) {
    const squiggle = SQUIGGLE.exec(line)?.groups;
    if (squiggle === undefined) {
      kept.push(line);
      lineStart = offset;
      offset += line.replace(CURSOR, '').length + 1;
      continue;
    }
    const { indent = '', mark = '', rule = '', message = null, severity = null } = squiggle;
    const start = lineStart + indent.length;
    expected.push({ rule, message, severity, span: { start, end: start + mark.length } });
  }
  const marked = kept.join('\n');
  const cursor = marked.indexOf(CURSOR);
  return { text: marked.replace(CURSOR, ''), cursor: cursor < 0 ? null : cursor, expected };
}

/** The text with squiggles drawn under the findings: what a test should have said. */
export function drawMarks(
  text: string,
  findings: readonly { readonly rule: string; readonly message: string; readonly span: Span }[],
): string {
  const out: string[] = [];
  let offset = 0;
  for (const line of text.split('\n')) {
    out.push(line);
    const end = offset + line.length;
    for (const { rule, message, span } of findings) {
      if (span.start < offset || span.start > end) continue;
      const length = Math.max(1, Math.min(span.end, end) - span.start);
      out.push(`${' '.repeat(span.start - offset)}${'^'.repeat(length)} ${rule}: ${message}`);
    }
    offset = end + 1;
  }
  return out.join('\n');
}
