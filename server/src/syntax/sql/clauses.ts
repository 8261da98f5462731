// The parts of statements whose nodes carry no location. The n-th part here is the n-th node in the grammar's list: actions of
// ALTER TABLE (`cmds`), elements of CREATE TABLE (`tableElts`), keys of an index (`indexParams`), objects of DROP (`objects`).

import type { Span } from '../../text/span.js';
import {
  afterWords,
  countWords,
  findWords,
  firstLineOf,
  groupAt,
  type Identifier,
  identifierAt,
  isSign,
  nameAt,
  nextAtSameDepth,
  type Range,
  segments,
  type TokenText,
  wholeRange,
  wordAt,
  wordsStandAt,
} from './segments.js';

const MODIFIERS: ReadonlySet<string> = new Set(
  'or replace global local temp temporary unlogged recursive unique constraint trusted procedural'.split(' '),
);

/** Kinds of objects with names of more than one word. */
const LONG_KINDS: readonly (readonly string[])[] = [
  ['materialized', 'view'],
  ['foreign', 'table'],
  ['foreign', 'data', 'wrapper'],
  ['event', 'trigger'],
  ['access', 'method'],
  ['operator', 'class'],
  ['operator', 'family'],
  ['text', 'search', 'configuration'],
  ['text', 'search', 'dictionary'],
  ['text', 'search', 'parser'],
  ['text', 'search', 'template'],
];

/** The token at which the object's name begins, after `CREATE UNLOGGED TABLE IF NOT EXISTS`, `ALTER TABLE ONLY` and the like. */
export function objectName(of: TokenText): number {
  const kind = 1 + (wordAt(of, 0) === 'create' ? countWords(of, 1, MODIFIERS) : 0);
  const long = LONG_KINDS.find((words) => wordsStandAt(of, kind, ...words));
  const concurrently = afterWords(of, kind + (long?.length ?? 1), 'concurrently');
  return afterWords(of, afterIfExists(of, concurrently), 'only');
}

/** The actions of `ALTER TABLE name action, action`, also of other objects that are altered so. */
export function alterActions(of: TokenText): Range[] {
  const name = nameAt(of, objectName(of));
  if (name === null) return [];
  const from = of.text[of.tokens[name.next]?.span.start ?? -1] === '*' ? name.next + 1 : name.next;
  return segments(of, { from, to: endOf(of) });
}

/** Before the `;` that may end the text. */
function endOf(of: TokenText): number {
  let end = of.tokens.length;
  while (end > 0 && isSign(of, end - 1, ';')) end--;
  return end;
}

export interface AlterAction {
  /** `ADD COLUMN`, `ALTER`, `VALIDATE CONSTRAINT`, on one line. */
  readonly keyword: Span;
  /** The column, constraint or partition that it is about; `null` when it names none, or adds a constraint. */
  readonly name: Identifier | null;
  /** What follows the name, or the keyword when there is no name. */
  readonly rest: Range;
}

/** Words after the first that belong to the action and not to a name. */
const ACTION_WORDS: Readonly<Record<string, ReadonlySet<string>>> = {
  add: new Set(['column', 'constraint']),
  alter: new Set(['column', 'constraint']),
  drop: new Set(['column', 'constraint']),
  rename: new Set(['column', 'constraint']),
  validate: new Set(['constraint']),
  attach: new Set(['partition']),
  detach: new Set(['partition']),
};

/** Columns of composite types. */
const ATTRIBUTE: ReadonlySet<string> = new Set(['attribute']);

const TABLE_CONSTRAINT = /^(?:constraint|primary|unique|check|foreign|exclude|not)$/;

/** The parts of one action of ALTER TABLE. */
export function alterAction(of: TokenText, action: Range): AlterAction {
  const verb = wordAt(of, action.from) ?? '';
  const second = wordAt(of, action.from + 1) ?? '';
  const words = wordsStandAt(of, 0, 'alter', 'type') ? ATTRIBUTE : ACTION_WORDS[verb];
  if (words === undefined || (verb === 'rename' && second === 'to')) {
    return { keyword: firstLineOf(of, action), name: null, rest: { from: action.to, to: action.to } };
  }
  if (verb === 'add' && addsConstraint(of, action.from + 1)) {
    const to = action.from + (second === 'constraint' ? 2 : 1);
    return {
      keyword: firstLineOf(of, { from: action.from, to }),
      name: null,
      rest: { from: action.from + 1, to: action.to },
    };
  }
  const to = action.from + 1 + Math.min(1, countWords(of, action.from + 1, words));
  const name = nameAt(of, afterIfExists(of, to));
  return {
    keyword: firstLineOf(of, { from: action.from, to }),
    name: name === null ? null : { name: name.name, span: name.span },
    rest: { from: Math.min(name?.next ?? to, action.to), to: action.to },
  };
}

function afterIfExists(of: TokenText, index: number): number {
  return afterWords(of, afterWords(of, index, 'if', 'not', 'exists'), 'if', 'exists');
}

/** `ADD check …` adds a constraint, `ADD "check" …` and `ADD not_a_keyword …` a column: these words are reserved. */
function addsConstraint(of: TokenText, index: number): boolean {
  return TABLE_CONSTRAINT.test(wordAt(of, index) ?? '');
}

/** The columns, constraints and LIKE clauses of CREATE TABLE. */
export function tableElements(of: TokenText): Range[] {
  const name = nameAt(of, objectName(of));
  if (name === null) return [];
  let index = name.next;
  // PARTITION OF parent (…) and OF type (…); the list is optional there.
  const parent = afterWords(of, afterWords(of, index, 'partition', 'of'), 'of');
  if (parent > index) index = nameAt(of, parent)?.next ?? parent;
  const list = groupAt(of, index);
  return list === null ? [] : segments(of, list);
}

/** The keys of CREATE INDEX. */
export function indexKeys(of: TokenText): Range[] {
  const on = findWords(of, wholeRange(of), 'on');
  const table = on < 0 ? null : nameAt(of, afterWords(of, on + 1, 'only'));
  if (table === null) return [];
  const list = groupAt(of, wordAt(of, table.next) === 'using' ? table.next + 2 : table.next);
  return list === null ? [] : segments(of, list);
}

/** The objects that DROP names, each with what belongs to it: `f(int)`, `trigger_name ON table`. */
export function droppedObjects(of: TokenText): Range[] {
  const from = objectName(of);
  let to = endOf(of);
  while (to > from && /^(?:cascade|restrict)$/.test(wordAt(of, to - 1) ?? '')) to--;
  return segments(of, { from, to });
}

export interface ColumnClauses {
  readonly name: Identifier;
  /** Empty where the grammar allows none, as in `PARTITION OF parent (column NOT NULL)`. */
  readonly type: Range;
  readonly clauses: readonly Clause[];
}

/** A constraint or another clause of a column, or a constraint of a table. */
export interface Clause {
  readonly range: Range;
  /** The words that make it one, in lower case: `references`, `primary key`, `not null`, `default`, `generated`. */
  readonly words: string;
  /** Where these words stand, on one line. */
  readonly keyword: Span;
  /** What follows the words. */
  readonly rest: Range;
  /** After CONSTRAINT. */
  readonly name: Identifier | null;
}

/** The parts of a column's definition: an element of CREATE TABLE, or what follows ADD COLUMN. `null` when it has no name. */
export function columnClauses(of: TokenText, definition: Range): ColumnClauses | null {
  const name = identifierAt(of, definition.from);
  if (name === null || definition.from >= definition.to) return null;
  const starts: number[] = [];
  let cases = 0;
  for (let i = definition.from + 1; i < definition.to; i = nextAtSameDepth(of, i)) {
    const word = wordAt(of, i);
    if (word === 'case') cases++;
    else if (word === 'end' && cases > 0) cases--;
    else if (cases === 0 && startsClause(of, i, definition.from + 1, starts.at(-1))) starts.push(i);
  }
  const clauses = starts.map((from, i) => clauseAt(of, { from, to: starts[i + 1] ?? definition.to }));
  return { name, type: { from: definition.from + 1, to: starts[0] ?? definition.to }, clauses };
}

/** The clause that the range is: a constraint of a table, with CONSTRAINT or without. */
export function clauseAt(of: TokenText, range: Range): Clause {
  const named = wordAt(of, range.from) === 'constraint';
  const name = named ? identifierAt(of, range.from + 1) : null;
  const from = name === null ? range.from : range.from + 2;
  const to = Math.min(range.to, from + wordsOfClause(of, from));
  const words: string[] = [];
  for (let i = from; i < to; i++) words.push(wordAt(of, i) ?? '');
  return {
    range,
    words: words.join(' '),
    keyword: firstLineOf(of, { from, to: Math.max(to, from + 1) }),
    rest: { from: to, to: range.to },
    name,
  };
}

/** The clause that begins at an offset, such as the location of a `Constraint`. */
export function clauseAtOffset(of: TokenText, clauses: readonly Clause[], offset: number): Clause | null {
  return clauses.find((clause) => of.tokens[clause.range.from]?.span.start === offset) ?? null;
}

function wordsOfClause(of: TokenText, index: number): number {
  return wordsStandAt(of, index, 'primary', 'key') ||
    wordsStandAt(of, index, 'foreign', 'key') ||
    wordsStandAt(of, index, 'not', 'null')
    ? 2
    : 1;
}

const CLAUSE =
  /^(?:constraint|not|null|default|check|primary|unique|references|generated|collate|storage|compression)$/;

/** @param last where the clause before begins; `undefined` while the type is read */
function startsClause(of: TokenText, index: number, first: number, last: number | undefined): boolean {
  const word = wordAt(of, index);
  if (word === null || !CLAUSE.test(word)) return false;
  if (index === first) return true;
  // CONSTRAINT name CHECK (…) is one clause.
  if (last !== undefined && index <= last + 2 && wordAt(of, last) === 'constraint') return false;
  const before = wordAt(of, index - 1);
  // SET NULL and SET DEFAULT of a foreign key, GENERATED BY DEFAULT, DEFAULT NULL, NULLS NOT DISTINCT, IS NOT NULL.
  if (word === 'null') return !/^(?:not|set|default|is)$/.test(before ?? '');
  if (word === 'default') return !/^(?:set|by|storage|compression)$/.test(before ?? '');
  if (word !== 'not') return true;
  if (before === 'nulls' || before === 'is') return false;
  return !/^(?:deferrable|enforced|valid)$/.test(wordAt(of, index + 1) ?? '');
}
