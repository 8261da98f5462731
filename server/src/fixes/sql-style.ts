// How the author of a SQL text writes: the case of keywords, quotes around names, line ends. What we write looks like that.

import type { SqlParser } from '../syntax/sql/parse.js';
import { needsQuotes } from '../syntax/sql/rename-column.js';
import type { TokenText } from '../syntax/sql/segments.js';
import type { TextEdit } from '../text/edits.js';
import { quoted } from '../text/quoted.js';
import type { TableName } from './steps.js';

export interface SqlStyle {
  /** Keywords, given in lower case, in the author's case. */
  words(words: string): string;
  /** A name, in quotes where it needs them or the author always writes them. */
  name(name: string): string;
  table(name: TableName): string;
  /** Names in parentheses. */
  list(names: readonly string[]): string;
  /** What a line is indented by in a block. */
  readonly indent: string;
  /** The author makes and drops things with IF NOT EXISTS and IF EXISTS. */
  readonly guards: boolean;
}

/**
 * @param sample a statement of the author; keywords are in upper case where it says nothing
 * @param text the script that it stands in
 */
export function sqlStyle(parser: SqlParser, sample: TokenText | null, text: string | null = null): SqlStyle {
  const lower = sample !== null && writesLowerCase(sample);
  const always = sample !== null && quotesNeedlessly(parser, sample);
  const name = (one: string) => (always || needsQuotes(parser, one) ? quoted(one) : one);
  return {
    words: (words) => (lower ? words : words.toUpperCase()),
    name,
    table: ({ schema, name: table }) => (schema === null ? name(table) : `${name(schema)}.${name(table)}`),
    list: (names) => `(${names.map(name).join(', ')})`,
    indent: text === null ? '  ' : indentOf(text),
    guards: guards(text ?? sample?.text ?? ''),
  };
}

/** Whether most of what the text makes and drops is guarded by IF. */
function guards(text: string): boolean {
  const made = text.match(MADE) ?? [];
  return made.filter((words) => /\bif$/i.test(words)).length * 2 > made.length;
}

const MADE =
  /\b(?:create\s+(?:unique\s+)?(?:table|index|sequence|schema|extension)|drop\s+(?:table|index|column|constraint|view|type)|add\s+column)\b(?:\s+concurrently\b)?(?:\s+if\b)?/gi;

function writesLowerCase({ text, tokens }: TokenText): boolean {
  const first = tokens.find(({ kind }) => kind === 'word');
  return first !== undefined && /^[a-z]+$/.test(text.slice(first.span.start, first.span.end));
}

/** True when a name stands in quotes that needs none, as tools that generate SQL write it. */
function quotesNeedlessly(parser: SqlParser, { text, tokens }: TokenText): boolean {
  return tokens.some(({ kind, span }) => {
    const inside = kind === 'quoted-identifier' ? text.slice(span.start + 1, span.end - 1) : '';
    return /^[a-z_]/.test(inside) && !needsQuotes(parser, inside);
  });
}

/** What the text indents its lines by; two blanks where it does not say. */
function indentOf(text: string): string {
  const found = /^([\t ]+)[^\s*]/m.exec(text)?.[1] ?? '';
  return found.startsWith('\t') ? '\t' : found.length === 4 ? found : '  ';
}

export function newlineOf(text: string): '\n' | '\r\n' {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

/** The text, written with `\n`, with the line ends of another. */
export function withNewlines(text: string, newline: '\n' | '\r\n'): string {
  return text.replace(/\r?\n/g, newline);
}

/** Edits of a text with the line ends of the text. */
export function withOwnNewlines(text: string, edits: readonly TextEdit[]): readonly TextEdit[] {
  const newline = newlineOf(text);
  return edits.map((edit) => ({ ...edit, text: withNewlines(edit.text, newline) }));
}
