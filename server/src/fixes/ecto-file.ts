// An Ecto migration as a file to be edited: its module, its callbacks, and what stands in them.

import type { Operation } from '../catalog/operation.js';
import { ectoMigrationIn } from '../migrations/from-ecto.js';
import { attributeNamed, type ElixirModule, modulesIn } from '../syntax/elixir/modules.js';
import type { ElixirFile, Expr } from '../syntax/elixir/nodes.js';
import { isCallOf } from '../syntax/elixir/walk.js';
import { applyEdits, insertAt, type TextEdit } from '../text/edits.js';
import { contains, type Span, textAt } from '../text/span.js';
import { type EctoStyle, ectoStyle } from './ecto-style.js';
import {
  elixirEdges,
  indentAt,
  nextLine,
  removeLines,
  startsLine,
  unindented,
  withCommentBehind,
  withCommentsAbove,
} from './lines.js';
import type { Site } from './place.js';
import { newlineOf, withNewlines } from './sql-style.js';

export interface EctoFile {
  readonly text: string;
  readonly tree: ElixirFile;
  readonly module: ElixirModule;
  readonly style: EctoStyle;
}

/** The migration that a text holds; `null` when it holds none. */
export function ectoFile({ parsers }: Site, text: string): EctoFile | null {
  const tree = parsers.elixir.parse(text);
  const module = modulesIn(tree).find(({ references }) =>
    references.some(({ kind, module: used }) => kind === 'use' && /(?:^|\.)\w*Migration$/.test(used)),
  );
  return module === undefined ? null : { text, tree, module, style: ectoStyle(parsers.elixir, module.items) };
}

export type Callback = 'change' | 'up' | 'down';

/** An expression that stands in a callback itself, not inside another one. */
export interface Item {
  readonly callback: Callback;
  readonly expr: Expr;
  /** All that stands in the callback. */
  readonly beside: readonly Expr[];
}

export function itemsOf({ module }: EctoFile, callback: Callback): readonly Item[] {
  const found = module.functions.find(({ name, arity }) => name === callback && arity === 0);
  return (found?.clauses ?? []).flatMap(({ body }) =>
    (body?.items ?? []).map((expr) => ({ callback, expr, beside: body?.items ?? [] })),
  );
}

/** The item of the way up that holds the span; `null` when it stands elsewhere, as in a helper function. */
export function itemAt(file: EctoFile, span: Span): Item | null {
  const ups = [...itemsOf(file, 'up'), ...itemsOf(file, 'change')];
  return ups.find(({ expr }) => contains(expr.span, span)) ?? null;
}

/** An operation of `down/0`, with the item that holds it. */
export interface Undoing {
  readonly operation: Operation;
  readonly item: Item;
}

/** What `down/0` does itself, not by functions that it calls. Nothing for `change/0`. */
export function operationsDown(site: Site, file: EctoFile): readonly Undoing[] {
  const items = itemsOf(file, 'down');
  return allDown(site, file).flatMap((operation) => {
    const item = items.find(({ expr }) => contains(expr.span, operation.span));
    return item === undefined ? [] : [{ operation, item }];
  });
}

/** What `down/0` does: it is read as if it were the way up. Nothing for `change/0`. */
export function allDown({ parsers }: Site, file: EctoFile): readonly Operation[] {
  const down = file.module.functions.find(({ name, arity }) => name === 'down' && arity === 0);
  const up = file.module.functions.find(({ name, arity }) => name === 'up' && arity === 0);
  if (down === undefined || up === undefined) return [];
  // Names of the same length, so that all places stay.
  const swapped = applyEdits(file.text, [
    ...up.clauses.map(({ nameSpan }) => ({ span: nameSpan, text: 'u_' })),
    ...down.clauses.map(({ nameSpan }) => ({ span: nameSpan, text: 'up  ' })),
  ]);
  const read = ectoMigrationIn(parsers.elixir.parse(swapped), null, parsers.sql);
  return (read?.statements ?? []).flatMap(({ operations }) => operations);
}

function spanWithComments({ text, tree }: EctoFile, span: Span): Span {
  return withCommentBehind(text, tree.comments, withCommentsAbove(text, tree.comments, span));
}

/** Takes expressions out with their comments. A callback that holds nothing else gets the body `:ok`. */
export function removeItem(file: EctoFile, { expr, beside }: Item): TextEdit {
  if (beside.length === 1) return { span: spanWithComments(file, expr.span), text: ':ok' };
  return removeLines(file.text, spanWithComments(file, expr.span), elixirEdges);
}

/** The same, but the comments stay: somebody has written them about more than the code. */
export function removeCode(file: EctoFile, { expr, beside }: Item): TextEdit {
  const inside = commentsInside(file, expr.span);
  const { text, tree } = file;
  if (inside.length > 0) {
    const lines = beside.length === 1 ? [...inside, ':ok'] : inside;
    return { span: expr.span, text: lines.join(newlineOf(text) + indentAt(text, expr.span.start)) };
  }
  if (beside.length === 1) return { span: expr.span, text: ':ok' };
  const behind = withCommentBehind(text, tree.comments, expr.span);
  if (behind.end > expr.span.end) {
    const comment = behind.end - text.slice(expr.span.end, behind.end).trimStart().length;
    return { span: { start: expr.span.start, end: comment }, text: '' };
  }
  return removeLines(text, expr.span, elixirEdges);
}

/** Takes an expression out that stands among others in a block; its comments are left for somebody else to keep. */
export function removeInside(file: EctoFile, expr: Expr): TextEdit {
  return removeLines(file.text, spanWithComments(file, expr.span), elixirEdges);
}

/** The comments inside a span. */
export function commentsInside({ text, tree }: EctoFile, span: Span): readonly string[] {
  return tree.comments
    .filter((comment) => contains(span, comment.span))
    .map((comment) => textAt(text, comment.span).trimEnd());
}

/** The comments inside a span, and right above and behind it. */
export function commentsIn(file: EctoFile, span: Span): readonly string[] {
  return commentsInside(file, spanWithComments(file, span));
}

interface Opened {
  /** Of what stands in the block. */
  readonly indent: string;
  /** What stands between the head and the expression, as it is to be. */
  readonly before: TextEdit;
  /** For the end of the block. */
  readonly close: string;
}

/** How `def up, do: …` becomes `def up do … end`; `null` where the expression does not stand so. */
function openedAround({ text }: EctoFile, { span }: Expr): Opened | null {
  const comma = /,[ \t]*do:[ \t]+$/.exec(text.slice(0, span.start));
  if (comma === null) return null;
  const newline = newlineOf(text);
  const outer = indentAt(text, span.start);
  const indent = `${outer}  `;
  const before = { span: { start: comma.index, end: span.start }, text: ` do${newline}${indent}` };
  return { indent, before, close: `${newline}${outer}end` };
}

/** What makes the callback on one line, that holds nothing but the expression, a block; no edit where it is one. */
export function opening(file: EctoFile, expr: Expr): readonly TextEdit[] {
  const opened = openedAround(file, expr);
  return opened === null ? [] : [opened.before, insertAt(expr.span.end, opened.close)];
}

/**
 * Code as the first expression of `down/0`. No edit where there is none, nor where it raises or does nothing: somebody has decided
 * that there is no way back, or that nothing has to be done on it.
 */
export function insertFirstDown(file: EctoFile, code: string): readonly TextEdit[] {
  const [first] = itemsOf(file, 'down');
  return first === undefined || undoesNothing(first) ? [] : insertBefore(file, first.expr, [code]);
}

/** `raise "…"` among others, or nothing but values: `:ok`. */
function undoesNothing({ beside }: Item): boolean {
  return beside.some((expr) => isCallOf(expr, ['raise'])) || beside.every(({ kind }) => kind === 'atom');
}

/** Code before an expression that begins its line, and before its comments; no edit where it stands otherwise. */
export function insertBefore(file: EctoFile, expr: Expr, code: readonly string[]): readonly TextEdit[] {
  if (code.length === 0) return [];
  const newline = newlineOf(file.text);
  const opened = openedAround(file, expr);
  const indent = opened?.indent ?? indentAt(file.text, expr.span.start);
  const lines = [...code, textAt(file.text, expr.span)];
  const lead = code
    .map(
      (one, index) => one + (one.includes('\n') || lines[index + 1]?.includes('\n') ? '\n\n' : '\n') + indent,
    )
    .join('');
  if (opened !== null) {
    const { before, close } = opened;
    const text = withNewlines(before.text + lead, newline);
    return [{ span: before.span, text }, insertAt(expr.span.end, close)];
  }
  if (!startsLine(file.text, expr.span.start)) return [];
  return [insertAt(spanWithComments(file, expr.span).start, withNewlines(lead, newline))];
}

/** The item with its comments, edited, as lines that are not indented. */
export function movedItem(file: EctoFile, { expr }: Item, edits: readonly TextEdit[]): readonly string[] {
  const span = spanWithComments(file, expr.span);
  const edited = applyEdits(
    file.text.slice(span.start, span.end),
    edits.map((edit) => ({
      ...edit,
      span: { start: edit.span.start - span.start, end: edit.span.end - span.start },
    })),
  );
  return unindented(edited, indentAt(file.text, span.start));
}

/**
 * Code behind an expression that begins its line, as `mix format` would leave it: empty lines part it from what takes several
 * lines.
 * @param code each an expression, its further lines indented as it is to stand
 */
export function insertAfter(file: EctoFile, expr: Expr, code: readonly string[]): readonly TextEdit[] {
  if (code.length === 0) return [];
  const { text, tree } = file;
  const newline = newlineOf(text);
  const opened = openedAround(file, expr);
  const indent = opened?.indent ?? indentAt(text, expr.span.start);
  const { end } = withCommentBehind(text, tree.comments, expr.span);
  let written = '';
  let before = text.slice(expr.span.start, expr.span.end);
  for (const one of code) {
    written += (before.includes('\n') || one.includes('\n') ? '\n\n' : '\n') + indent + one;
    before = one;
  }
  if (opened !== null) {
    return [opened.before, insertAt(expr.span.end, withNewlines(written, newline) + opened.close)];
  }
  const below = text.slice(nextLine(text, end)).split('\n', 1)[0]?.trim() ?? '';
  if (before.includes('\n') && below !== '' && !elixirEdges.closes(below)) written += '\n';
  return [insertAt(end, withNewlines(written, newline))];
}

/** Module attributes that are set to `true` and are not yet, under `use Ecto.Migration` and what follows it. */
export function setAttributes({ text, module }: EctoFile, names: readonly string[]): readonly TextEdit[] {
  const edits: TextEdit[] = [];
  const missing: string[] = [];
  for (const name of names) {
    const value = attributeNamed(module, name);
    if (value === null) missing.push(name);
    else if (value.kind !== 'atom' || value.value !== 'true') edits.push({ span: value.span, text: 'true' });
  }
  if (missing.length === 0) return edits;
  const near = module.attributes.findLast(({ name }) => name.startsWith('disable_'));
  const after = near?.span ?? lastReference(module);
  if (after === null) return edits;
  const newline = newlineOf(text);
  const indent = indentAt(text, after.start);
  const lines = missing.map((name) => `${indent}@${name} true`).join(newline);
  const lead = near === undefined ? newline.repeat(2) : newline;
  const end = text.slice(after.end).search(/\r?\n|$/) + after.end;
  const below = text.slice(nextLine(text, end)).split('\n', 1)[0]?.trim() ?? '';
  const trail = near === undefined && below !== '' ? newline : '';
  return [...edits, insertAt(end, lead + lines + trail)];
}

/** The last of `use`, `import`, `alias` and `require` that stand together at the top. */
function lastReference({ references, functions }: ElixirModule): Span | null {
  const first = functions[0]?.nameSpan.start ?? Number.POSITIVE_INFINITY;
  return references.filter(({ call }) => call.span.end < first).at(-1)?.call.span ?? null;
}
