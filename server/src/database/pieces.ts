// CREATE TABLE and ALTER TABLE in pieces, so that a server which refuses one of them can take the rest: a column is worth more
// than its foreign key to a table that is not there, and a table more than one of its columns.

import { type Token, tokenize } from '../syntax/sql/lexer.js';

/** `head`, the elements with commas between them, `end`, the options: the statement. */
export interface Pieces {
  readonly head: string;
  readonly elements: readonly Element[];
  /** `)`, or nothing. */
  readonly end: string;
  /** `INHERITS (a)`, `PARTITION BY …`, `TABLESPACE b`, each to be left out by itself. */
  readonly options: readonly string[];
}

/** A column, a constraint of the table, an action. */
export interface Element {
  /** Of a column its name and type, else all of it. */
  readonly base: string;
  /** `NOT NULL`, `DEFAULT now()`, `CONSTRAINT a REFERENCES b`: what a column has besides. */
  readonly clauses: readonly string[];
}

/** `null` for other statements, and those of a form that does not list columns. */
export function piecesOf(sql: string): Pieces | null {
  const tokens = tokenize(sql).filter(({ span }) => sql.slice(span.start, span.end) !== ';');
  const words = tokens.map(({ kind, span }) =>
    kind === 'quoted-identifier' || kind === 'string' ? '"' : sql.slice(span.start, span.end).toLowerCase(),
  );
  if (words[0] === 'alter' && words[1] === 'table') return actionsOf(sql, tokens, words);
  const first = words.findIndex((word) => word === '(' || word === 'as' || word === 'of');
  if (words[0] !== 'create' || !words.slice(0, first).includes('table') || words[first] !== '(') return null;
  const last = closing(words, first);
  if (last === -1) return null;
  // A list of names alone is the one of CREATE TABLE … (a, b) AS.
  if (words[last + 1] === 'as') return null;
  const starts = startsOf(words, last + 1, words.length, (at) => OPTIONS.has(words[at] ?? ''));
  return {
    head: sql.slice(0, tokens[first]?.span.end),
    elements: listOf(words, first + 1, last).map(([from, to]) =>
      elementOf(sql, tokens, words, from, to, from),
    ),
    end: ')',
    options: starts.map(([from, to]) => textOf(sql, tokens, from, to)),
  };
}

const OPTIONS = new Set(['inherits', 'partition', 'using', 'with', 'without', 'on', 'tablespace']);

function actionsOf(sql: string, tokens: readonly Token[], words: readonly string[]): Pieces | null {
  let first = 2;
  while (['if', 'exists', 'only'].includes(words[first] ?? '')) first += 1;
  first += 1;
  while (words[first] === '.') first += 2;
  if (words[first] === '*') first += 1;
  const start = tokens[first];
  if (start === undefined) return null;
  return {
    head: sql.slice(0, start.span.start),
    elements: listOf(words, first, words.length).map(([from, to]) => {
      let name = from + 1;
      while (['column', 'if', 'not', 'exists'].includes(words[name] ?? '')) name += 1;
      return words[from] === 'add'
        ? elementOf(sql, tokens, words, from, to, name)
        : { base: textOf(sql, tokens, from, to), clauses: [] };
    }),
    end: '',
    options: [],
  };
}

const CONSTRAINTS = new Set(['constraint', 'primary', 'unique', 'check', 'foreign', 'exclude', 'like']);
const CLAUSES = new Set([
  'constraint',
  'not',
  'null',
  'default',
  'check',
  'unique',
  'primary',
  'references',
  'generated',
  'collate',
  'storage',
  'compression',
]);
/** After these the word belongs to the clause that is there. */
const GOES_ON: Readonly<Record<string, readonly string[]>> = {
  null: ['not', 'set', 'default'],
  default: ['set', 'by'],
  not: ['nulls', 'is'],
};

/** @param name of a column, the place of its name */
function elementOf(
  sql: string,
  tokens: readonly Token[],
  words: readonly string[],
  from: number,
  to: number,
  name: number,
): Element {
  if (CONSTRAINTS.has(words[name] ?? '')) return { base: textOf(sql, tokens, from, to), clauses: [] };
  const starts = startsOf(words, name + 1, to, (at) => {
    const word = words[at] ?? '';
    if (!CLAUSES.has(word) || GOES_ON[word]?.includes(words[at - 1] ?? '')) return false;
    if (word === 'not' && words[at + 1] !== 'null') return false;
    // CONSTRAINT and its name belong to what follows.
    return words[at - 2] !== 'constraint';
  });
  return {
    base: textOf(sql, tokens, from, starts[0]?.[0] ?? to),
    clauses: starts.map(([start, end]) => textOf(sql, tokens, start, end)),
  };
}

/** What begins at such words that stand in no parentheses, each up to the next one, as places of tokens. */
function startsOf(
  words: readonly string[],
  from: number,
  to: number,
  isStart: (at: number) => boolean,
): readonly (readonly [number, number])[] {
  const starts: number[] = [];
  let depth = 0;
  for (let at = from; at < to; at++) {
    depth += depthOf(words[at]);
    if (depth === 0 && isStart(at)) starts.push(at);
  }
  return starts.map((start, index) => [start, starts[index + 1] ?? to]);
}

function depthOf(word: string | undefined): number {
  return word === '(' || word === '[' ? 1 : word === ')' || word === ']' ? -1 : 0;
}

function textOf(sql: string, tokens: readonly Token[], from: number, to: number): string {
  return sql.slice(tokens[from]?.span.start, tokens[to - 1]?.span.end);
}

/** What lies between the commas that stand in no parentheses, as places of tokens. */
function listOf(words: readonly string[], from: number, to: number): readonly (readonly [number, number])[] {
  const parts: [number, number][] = [];
  let depth = 0;
  let start = from;
  for (let index = from; index <= to; index++) {
    const word = words[index] ?? '';
    depth += index < to ? depthOf(word) : 0;
    if (index < to && (depth > 0 || word !== ',')) continue;
    if (index > start) parts.push([start, index]);
    start = index + 1;
  }
  return parts;
}

/** The place of the parenthesis that closes the one at `first`, or -1. */
function closing(words: readonly string[], first: number): number {
  let depth = 0;
  for (let index = first; index < words.length; index++) {
    depth += depthOf(words[index]);
    if (depth === 0) return index;
  }
  return -1;
}
