// Options of a call: keywords are put in and taken out, and all else of the call stays as it is written.

import { type Call, type Expr, keywordsOf, type Pair, pairNamed } from '../syntax/elixir/nodes.js';
import { insertAt, type TextEdit } from '../text/edits.js';
import { lineStart } from '../text/line-index.js';
import type { Span } from '../text/span.js';
import { indentAt, startsLine } from './lines.js';

/** How many arguments stand before the options, where it is not two. */
const POSITIONAL: ReadonlyMap<string, number> = new Map([
  ['references', 1],
  ['table', 1],
  ['drop', 1],
  ['drop_if_exists', 1],
  ['timestamps', 0],
]);

/**
 * `name: value` at the end of the call, or the option's value where it is there already. `null` when there is no telling how.
 * @param piped how many arguments come by a pipe
 */
export function setOption(
  text: string,
  call: Call,
  name: string,
  value: string,
  piped = 0,
): readonly TextEdit[] | null {
  const expected = (POSITIONAL.get(call.name) ?? 2) - piped;
  // A list that stands earlier is that of an index's columns: `[desc: :age]`.
  const options = call.keywords.length > 0 || call.args.length > expected ? keywordsOf(call) : [];
  const pair = pairNamed(options, name);
  if (pair !== null) {
    const written = text.slice(pair.value.span.start, pair.value.span.end);
    return written === value ? [] : [{ span: pair.value.span, text: value }];
  }
  return addOption(text, call, { option: `${name}: ${value}`, last: options.at(-1), expected });
}

interface Added {
  readonly option: string;
  /** The last of the options that are there. */
  readonly last: Pair | undefined;
  /** How many arguments stand before the options. */
  readonly expected: number;
}

function addOption(text: string, call: Call, { option, last, expected }: Added): readonly TextEdit[] | null {
  if (last !== undefined) {
    if (startsLine(text, last.span.start)) {
      return [insertAt(last.span.end, `,${newlineAt(text, last.span)}${option}`)];
    }
    return [insertAt(last.span.end, `, ${option}`)];
  }
  const argument = call.args.at(-1);
  if (argument === undefined) return withoutArguments(call, option);
  // A list of options that is computed comes where keywords would stand.
  if (call.args.length > expected) {
    if (argument.kind === 'list') return [insertAt(argument.span.end - 1, option)];
    // It has been put there before.
    if (text.slice(argument.span.start, argument.span.end).startsWith(`[${option}]`)) return [];
    return [insertAt(argument.span.start, `[${option}] ++ `)];
  }
  // In `references (:users)` the parentheses belong to the argument as long as a blank stands before them.
  const blank = call.parenthesized ? null : /^[ \t]+(?=\()/.exec(text.slice(call.nameSpan.end));
  const gap = { start: call.nameSpan.end, end: call.nameSpan.end + (blank?.[0].length ?? 0) };
  return [...(blank === null ? [] : [{ span: gap, text: '' }]), insertAt(argument.span.end, `, ${option}`)];
}

/** `timestamps()` and `timestamps`. */
function withoutArguments({ span, parenthesized }: Call, option: string): readonly TextEdit[] {
  return [parenthesized ? insertAt(span.end - 1, option) : insertAt(span.end, `(${option})`)];
}

/** Takes the option out with a comma beside it; comments between stay. No edit when it is not there. */
export function removeOption(text: string, call: Call, name: string): readonly TextEdit[] {
  const pairs = keywordsOf(call);
  const pair = pairNamed(pairs, name);
  if (pair === null) return [];
  const parts: readonly Expr[] = call.keywords.length > 0 ? [...call.args, ...pairs] : pairs;
  // In broken code something else may stand between the options.
  if (parts.some(({ span }, at) => span.start < (parts[at - 1]?.span.end ?? 0))) return [];
  const index = parts.indexOf(pair);
  const before = parts[index - 1];
  const after = parts[index + 1];
  if (before === undefined) {
    return [{ span: { start: pair.span.start, end: after?.span.start ?? pair.span.end }, text: '' }];
  }
  const gap = text.slice(before.span.end, pair.span.start);
  if (!gap.includes('#')) {
    const end = after === undefined ? endOfCall(text, call, before, pair) : pair.span.end;
    return [{ span: { start: before.span.end, end }, text: '' }];
  }
  if (after !== undefined) {
    const comma = text.indexOf(',', pair.span.end);
    return [{ span: { start: pair.span.start, end: comma + 1 }, text: '' }];
  }
  const comma = before.span.end + gap.indexOf(',');
  const line = startsLine(text, pair.span.start) ? lineStart(text, pair.span.start) - 1 : pair.span.start;
  return [
    { span: { start: comma, end: comma + 1 }, text: '' },
    { span: { start: line, end: pair.span.end }, text: '' },
  ];
}

/** Behind the last option; before a `)` on a line of its own where nothing is left that needs it there. */
function endOfCall(text: string, { span }: Call, before: Expr, { span: last }: Pair): number {
  const rest = text.slice(last.end, span.end);
  const isOneLine = !text.slice(span.start, before.span.end).includes('\n');
  return isOneLine && /^\s*\n\s*\)$/.test(rest) ? span.end - 1 : last.end;
}

function newlineAt(text: string, { start }: Span): string {
  return `${text.includes('\r\n') ? '\r\n' : '\n'}${indentAt(text, start)}`;
}
