// Something in a file with the comments and the lines that belong to it, in any language: how it is taken out.

import type { TextEdit } from '../text/edits.js';
import { lineStart } from '../text/line-index.js';
import type { Span } from '../text/span.js';

interface Comment {
  readonly span: Span;
  /** Without the marks. */
  readonly text: string;
}

/** The span with the comments on the lines right above it. */
export function withCommentsAbove(text: string, comments: readonly Comment[], span: Span): Span {
  let start = span.start;
  for (const comment of [...comments].reverse()) {
    if (comment.span.end > start) continue;
    const gap = text.slice(comment.span.end, start);
    const above = startsLine(text, comment.span.start) && startsLine(text, start);
    if (!above || gap.trim() !== '' || gap.split('\n').length > 2 || isAboutTheFile(comment.text)) break;
    start = comment.span.start;
  }
  return { start, end: span.end };
}

/** The span with the comment that ends its last line. */
export function withCommentBehind(text: string, comments: readonly Comment[], { start, end }: Span): Span {
  const behind = comments.find(
    ({ span }) =>
      span.start >= end && /^[ \t]*$/.test(text.slice(end, span.start)) && endsLine(text, span.end),
  );
  // The comment may hold the carriage return that ends its line.
  const last = behind === undefined ? end : behind.span.end;
  return { start, end: text.charAt(last - 1) === '\r' ? last - 1 : last };
}

/** Comments that steer a tool, or us, for the whole file stay where they are. */
function isAboutTheFile(comment: string): boolean {
  return /^\s*(?:no-transaction\b|[\w-]*ignore-file\b)/.test(comment);
}

/** What the first and the last thing of a block stand next to. */
export interface Edges {
  opens(line: string): boolean;
  closes(line: string): boolean;
}

const noEdges: Edges = { opens: () => false, closes: () => false };

/** How a block of Elixir begins and ends. */
export const elixirEdges: Edges = {
  opens: (line) => /(?:\bdo|->)\s*(?:#.*)?$/.test(line),
  closes: (line) => /^end\b/.test(line),
};

/** Takes the lines of a span out, and an empty line that would be left doubled or at an edge. */
export function removeLines(text: string, span: Span, edges: Edges = noEdges): TextEdit {
  let { start, end } = span;
  if (!startsLine(text, start)) {
    // It follows something else on its line.
    while (/[ \t]/.test(text.charAt(start - 1))) start--;
    return edit(start, end);
  }
  start = lineStart(text, start);
  if (!endsLine(text, end)) {
    while (/[ \t]/.test(text.charAt(end))) end++;
    return edit(start, end);
  }
  end = nextLine(text, end);
  const above = text.slice(0, start);
  const emptyAbove = /(?:^|\n)([ \t]*\r?\n)$/.exec(above)?.[1] ?? null;
  const emptyBelow = /^[ \t]*\r?\n/.exec(text.slice(end))?.[0] ?? null;
  const first = start === 0 || edges.opens(above.trimEnd().slice(above.trimEnd().lastIndexOf('\n') + 1));
  const last = end === text.length || edges.closes(text.slice(end, nextLine(text, end)).trim());
  if (emptyBelow !== null && (first || emptyAbove !== null)) return edit(start, end + emptyBelow.length);
  if (emptyAbove !== null && last) return edit(start - emptyAbove.length, end);
  return edit(start, end);
}

/** The lines of a text that was cut out of another one, without the indentation of its first line; line ends are `\n`. */
export function unindented(cut: string, indent: string): readonly string[] {
  return cut
    .replace(/\r\n/g, '\n')
    .split('\n')
    .map((line, index) => (index > 0 && line.startsWith(indent) ? line.slice(indent.length) : line));
}

/** The white space that the line of an offset begins with. */
export function indentAt(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(lineStart(text, offset)))?.[0] ?? '';
}

/** Behind the line break. */
export function nextLine(text: string, offset: number): number {
  const found = text.indexOf('\n', offset);
  return found < 0 ? text.length : found + 1;
}

function edit(start: number, end: number): TextEdit {
  return { span: { start, end }, text: '' };
}

export function startsLine(text: string, offset: number): boolean {
  return /^[ \t\ufeff]*$/.test(text.slice(lineStart(text, offset), offset));
}

export function endsLine(text: string, offset: number): boolean {
  return /^[ \t]*(?:\r?\n|\r|$)/.test(text.slice(offset));
}
