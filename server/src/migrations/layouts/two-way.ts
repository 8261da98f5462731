// Scripts whose directives part the way up from the way down: `-- +goose Up`, `-- migrate:up`, `-- +migrate Up`.

import type { Directive } from '../../syntax/sql/statement.js';
import { insertAt } from '../../text/edits.js';
import { textAt } from '../../text/span.js';
import {
  isBlock,
  type NewFile,
  type NewScript,
  NOTHING_TO_UNDO,
  noteLines,
  ONE_WAY,
  type ScriptRules,
  type ScriptText,
  STAYS,
  statementLines,
} from './scripts.js';

type Side = 'up' | 'down';

/** The directive that begins a side; `undefined` where the file has none. */
export function sideOf(directives: readonly Directive[], side: Side): Directive | undefined {
  return directives.find(({ text }) => new RegExp(`^${side}\\b`).test(text));
}

/** What a new script of two ways is made of. */
export interface TwoWayParts {
  readonly head: readonly string[];
  /** Follows the directive of each side. */
  readonly option: string;
  readonly lines: (statements: readonly string[]) => readonly string[];
}

/** The directives are written as in its neighbour. A neighbour without them has files of one way. */
export function twoWayFiles(
  like: ScriptText,
  path: string,
  script: NewScript,
  { head, option, lines }: TwoWayParts,
): readonly NewFile[] {
  const { text, directives } = like;
  const up = sideOf(directives, 'up');
  const down = sideOf(directives, 'down');
  if (up === undefined) return ONE_WAY.files(like, path, null, script);
  const begin = (directive: Directive, side: Side) => bare(textAt(text, directive.span), side) + option;
  const back = script.down.length === 0 ? [NOTHING_TO_UNDO] : lines(script.down);
  const parts = [
    ...head,
    begin(up, 'up'),
    ...noteLines(script.notes),
    ...lines(script.up),
    ...(down === undefined ? [] : ['', begin(down, 'down'), ...back]),
  ];
  return [{ path, text: `${parts.join('\n')}\n` }];
}

/** The directive without options. */
function bare(directive: string, side: Side): string {
  return new RegExp(`^.*?\\b${side}\\b`, 'is').exec(directive)?.[0] ?? directive;
}

/** The rules of a tool that has an option behind the directive of each side. */
export function withOption(option: string): Pick<ScriptRules, 'leave' | 'leaveDown'> {
  return {
    leave({ directives }) {
      const up = sideOf(directives, 'up');
      return up === undefined ? STAYS : { edits: [insertAt(up.span.end, option)], creates: [] };
    },
    leaveDown({ directives }, beside) {
      const down = sideOf(directives, 'down');
      return beside > 0 || down === undefined ? null : [insertAt(down.span.end, option)];
    },
  };
}

/** Tools that cut a script at each `;`, also inside a body, are told where one begins and ends. */
export function markedLines(mark: string): TwoWayParts['lines'] {
  return (texts) =>
    statementLines(texts).flatMap((text) =>
      isBlock(text) ? [`${mark} StatementBegin`, text, `${mark} StatementEnd`] : [text],
    );
}
