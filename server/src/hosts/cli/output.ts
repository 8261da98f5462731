// Where text goes, and whether it may be coloured.

import type { SnippetStyle } from '../../text/snippet.js';

export interface Output {
  write(text: string): void;
  /** For what is wrong with the call, and for progress: never mixed into what a program reads. */
  complain(text: string): void;
  readonly colours: Colours;
}

export interface Colours extends SnippetStyle {
  readonly error: (text: string) => string;
  readonly warning: (text: string) => string;
  readonly info: (text: string) => string;
  readonly hint: (text: string) => string;
  readonly bold: (text: string) => string;
}

const same = (text: string) => text;

export const NO_COLOURS: Colours = {
  dim: same,
  mark: same,
  error: same,
  warning: same,
  info: same,
  hint: same,
  bold: same,
};

const sgr = (code: number) => (text: string) => `\u001b[${code}m${text}\u001b[0m`;

export const ANSI_COLOURS: Colours = {
  dim: sgr(2),
  mark: sgr(31),
  error: sgr(31),
  warning: sgr(33),
  info: sgr(34),
  hint: sgr(36),
  bold: sgr(1),
};

/** Whether a terminal may be coloured: https://no-color.org, and terminals that know no colours. */
export function coloursFor(
  terminal: boolean,
  { NO_COLOR, TERM }: Readonly<Record<string, string | undefined>>,
): Colours {
  return terminal && !NO_COLOR && TERM !== 'dumb' ? ANSI_COLOURS : NO_COLOURS;
}
