// Line breaks as `mix format` sets them, for a call of the migration DSL that has become too long for its line.

import { type Call, type Expr, keywordsOf } from '../syntax/elixir/nodes.js';
import type { ElixirParser } from '../syntax/elixir/parse.js';
import { everythingIn, pathTo } from '../syntax/elixir/walk.js';
import { applyEdits, type Change, insertAt, type TextEdit } from '../text/edits.js';
import { lineStart } from '../text/line-index.js';
import { contains, type Span } from '../text/span.js';
import type { EctoFile } from './ecto-file.js';
import { elixirEdges, endsLine, indentAt, nextLine, startsLine, withCommentsAbove } from './lines.js';
import { newlineOf, withNewlines } from './sql-style.js';

/** The formatter's default. */
export const LINE_LENGTH = 98;

/** A call on one line that is to stand behind `column` characters, broken where it does not fit. */
export function fitted(parser: ElixirParser, code: string, column: number): string {
  if (code.includes('\n') || column + code.length <= LINE_LENGTH) return code;
  const [call] = parser.parse(code).items;
  return call?.kind === 'call' ? applyEdits(code, breaks(code, call, { column, start: 0, after: 0 })) : code;
}

const STATEMENTS = new Set(
  'create create_if_not_exists drop drop_if_exists execute add add_if_not_exists modify remove rename field'.split(
    ' ',
  ),
);

/** The change with line breaks in those calls that it has made too long, and empty lines around them. */
export function tidied(file: EctoFile, path: string, parser: ElixirParser, change: Change): Change {
  const edits = change.edits.map((one) =>
    one.path === path ? { path, edits: tidiedEdits(file, parser, one.edits) } : one,
  );
  return { ...change, edits };
}

function tidiedEdits(file: EctoFile, parser: ElixirParser, edits: readonly TextEdit[]): readonly TextEdit[] {
  let all = edits;
  for (const item of file.tree.items) {
    for (const call of everythingIn(item)) {
      if (call.kind !== 'call' || call.receiver !== null || !STATEMENTS.has(call.name)) continue;
      const own = edits.filter(({ span }) => contains(call.span, span));
      const isOneLine = !file.text.slice(call.span.start, call.span.end).includes('\n');
      if (own.length === 0 || !isOneLine) continue;
      const others = all.filter((edit) => !own.includes(edit));
      all = [...others, ...broken(file, parser, call, { own, others })];
    }
  }
  return all;
}

/** The edits of one call, with line breaks where it has become too long. */
function broken(
  file: EctoFile,
  parser: ElixirParser,
  { span }: Call,
  { own: edits, others }: { own: readonly TextEdit[]; others: readonly TextEdit[] },
): readonly TextEdit[] {
  const { text } = file;
  const code = applyEdits(
    text.slice(span.start, span.end),
    edits.map((edit) => ({
      ...edit,
      span: { start: edit.span.start - span.start, end: edit.span.end - span.start },
    })),
  );
  // It may be about to move to a line of its own.
  const moved = others.find((edit) => edit.span.end === span.start && edit.text.includes('\n'));
  const column =
    moved === undefined
      ? span.start - lineStart(text, span.start)
      : moved.text.length - moved.text.lastIndexOf('\n') - 1;
  const [call] = parser.parse(code).items;
  if (code.includes('\n') || column + code.length <= LINE_LENGTH || call?.kind !== 'call') return edits;
  const newline = newlineOf(text);
  const around = moved === undefined ? callWithBody(file, span) : null;
  const indent = around === null ? '' : indentAt(text, around.span.start);
  const at = around === null ? column : indent.length + 2;
  const tooLong = at + code.length > LINE_LENGTH;
  const spaces = (tooLong ? breaks(code, call, { column: at, start: 0, after: 0 }) : []).map((edit) => ({
    ...edit,
    text: withNewlines(edit.text, newline),
  }));
  const inside = composed(edits, spaces, span.start);
  if (around === null) return [...inside, ...emptyLinesAround(file, span)];
  return [
    { span: { start: around.head, end: span.start }, text: ` do${newline}${indent}  ` },
    ...inside,
    insertAt(span.end, `${newline}${indent}end`),
    ...emptyLinesAround(file, around.span),
  ];
}

/** The call that begins its line and ends with `, do:` and what stands at the span; `head` is where its comma stands. */
function callWithBody({ text, tree }: EctoFile, span: Span): { span: Span; head: number } | null {
  const outer = pathTo(tree.items, span).findLast(
    (expr): expr is Call => expr.kind === 'call' && expr.span.start < span.start,
  );
  const comma = /,\s*do:\s+$/.exec(text.slice(0, span.start));
  if (outer === undefined || comma === null || outer.span.end !== span.end) return null;
  const plain = !outer.parenthesized && startsLine(text, outer.span.start) && endsLine(text, span.end);
  return plain ? { span: outer.span, head: comma.index } : null;
}

/** Edits of a text, and edits of what it is then: as edits of the text. The second ones lie between or inside the first. */
function composed(
  first: readonly TextEdit[],
  second: readonly TextEdit[],
  base: number,
): readonly TextEdit[] {
  const ordered = [...first].sort((a, b) => a.span.start - b.span.start);
  const result: { span: Span; text: string }[] = ordered.map(({ span, text }) => ({ span, text }));
  const more: TextEdit[] = [];
  for (const { span, text } of [...second].sort((a, b) => b.span.start - a.span.start)) {
    let grown = 0;
    let inside: { edit: { span: Span; text: string }; at: number } | null = null;
    for (const [index, { span: old, text: inserted }] of ordered.entries()) {
      const start = old.start - base + grown;
      if (span.start < start || (span.start === start && inserted === '')) break;
      const edit = result[index];
      if (edit !== undefined && span.end <= start + inserted.length && span.start < start + inserted.length) {
        inside = { edit, at: span.start - start };
        break;
      }
      grown += inserted.length - (old.end - old.start);
    }
    if (inside !== null) {
      const { edit, at } = inside;
      edit.text = edit.text.slice(0, at) + text + edit.text.slice(at + span.end - span.start);
    } else {
      const start = span.start - grown + base;
      more.unshift({ span: { start, end: start + span.end - span.start }, text });
    }
  }
  return [...result, ...more];
}

interface Room {
  /** Where the call starts on its line. */
  readonly column: number;
  /** Where that is in the code. */
  readonly start: number;
  /** What follows it on its line. */
  readonly after: number;
}

/** Edits of white space between the parts of a call. */
function breaks(code: string, call: Call, room: Room): readonly TextEdit[] {
  const keywords = call.keywords.length > 0 ? call.keywords : [];
  const parts: readonly Expr[] = [...call.args, ...keywords];
  const [first] = parts;
  const last = parts.at(-1);
  if (first === undefined || last === undefined) return [];
  if (!call.parenthesized) {
    const column = room.column + first.span.start - call.span.start;
    if (parts.length === 1) return inner(code, first, { column, start: room.start, after: room.after });
    return each(code, parts, column, parts.length > 1);
  }
  const inside = room.column + 2;
  const line = `\n${' '.repeat(inside)}`;
  const close = insertAt(call.span.end - 1, `\n${' '.repeat(room.column)}`);
  const positional = call.args.at(-1);
  // Options go to lines of their own first.
  if (keywords.length > 0 && positional !== undefined) {
    const head = room.column + positional.span.end - call.span.start + 1;
    if (head <= LINE_LENGTH) return [...each(code, [positional, ...keywords], inside, true, false), close];
  }
  return [
    { span: { start: first.span.start, end: first.span.start }, text: line },
    ...each(code, parts, inside, true),
    close,
  ];
}

/** Every part on a line of its own at a column, the first where it stands; what does not fit there is broken in turn. */
function each(
  code: string,
  parts: readonly Expr[],
  column: number,
  breaksBetween: boolean,
  withFirst = true,
): readonly TextEdit[] {
  return parts.flatMap((part, index) => {
    const before = parts[index - 1];
    const after = index < parts.length - 1 ? 1 : 0;
    const own = index > 0 || withFirst ? inner(code, part, { column, start: part.span.start, after }) : [];
    if (before === undefined || !breaksBetween) return own;
    const gap = { start: before.span.end, end: part.span.start };
    return [{ span: gap, text: `,\n${' '.repeat(column)}` }, ...own];
  });
}

/** A part that is a call and does not fit behind the column. */
function inner(code: string, part: Expr, { column, after }: Room): readonly TextEdit[] {
  const fits = column + part.span.end - part.span.start + after <= LINE_LENGTH;
  if (fits || part.kind !== 'call' || keywordsOf(part).length + part.args.length === 0) return [];
  return breaks(code, part, { column, start: part.span.start, after });
}

/** An expression of several lines is parted from its neighbours. */
function emptyLinesAround({ text, tree }: EctoFile, span: Span): readonly TextEdit[] {
  const newline = newlineOf(text);
  const { start } = withCommentsAbove(text, tree.comments, span);
  const top = lineStart(text, start);
  const above = text.slice(0, top).trimEnd();
  const isFirst =
    elixirEdges.opens(above.slice(above.lastIndexOf('\n') + 1)) || /\n[ \t]*\r?\n$/.test(text.slice(0, top));
  const bottom = nextLine(text, span.end);
  const below = text.slice(bottom, nextLine(text, bottom)).trim();
  const isLast = below === '' || elixirEdges.closes(below);
  return [...(isFirst ? [] : [insertAt(top, newline)]), ...(isLast ? [] : [insertAt(bottom, newline)])];
}
