// What may come next in a statement that is still being written. pgsql-ast-parser's error names the tokens that it would have
// taken; PostgreSQL's grammar, asked about each, has the last word, and is asked about the common words of statements that
// pgsql-ast-parser does not know. Neither knows which names exist: for those a category is given.

import { parse } from 'pgsql-ast-parser';
import { tokenize } from './lexer.js';
import type { SqlParser } from './parse.js';
import { type TokenText, textAt, wordAt } from './segments.js';

export type Expected =
  /** Upper case. */
  { readonly kind: 'keyword'; readonly word: string } | { readonly kind: 'name'; readonly of: NameCategory };

export type NameCategory = 'table' | 'column' | 'type' | 'index' | 'constraint' | 'new';

/**
 * @param offset where the cursor stands in the statement's text. A word that it touches from behind is taken as not written
 * yet, so that the caller may filter by it.
 * @returns keywords by the alphabet, then categories of names. Empty in strings and comments, where nothing is expected, and
 * where what stands before the cursor is wrong already.
 */
export function expectedAt(parser: SqlParser, text: string, offset: number): Expected[] {
  const before = text.slice(0, offset);
  const prefix = before.slice(0, before.length - (/[\w$\u0080-\uffff]*$/.exec(before)?.[0].length ?? 0));
  const tokens = { text: prefix, tokens: tokenize(prefix) };
  if (prefix.length > LONGEST || endsInside(prefix, tokens) || !goes(parser, prefix, '')) return [];
  const keywords = keywordsAfter(parser, prefix).map((word) => ({ kind: 'keyword', word }) as const);
  const names = goes(parser, prefix, NAME) ? nameCategories(tokens) : [];
  return [...keywords, ...names.map((of) => ({ kind: 'name', of }) as const)];
}

/** A token that no grammar takes anywhere, so that parsing stops right at it. */
const STOP = ':';
const NAME = 'some_name';
/** Hundreds of questions about a longer text would be felt. */
const LONGEST = 20_000;

/** True when the end of the text lies in a quote or a comment. */
function endsInside(prefix: string, { tokens }: TokenText): boolean {
  const probe = tokenize(prefix + NAME);
  return probe.length !== tokens.length + 1 || probe.at(-1)?.kind !== 'word';
}

/** Whether the grammar reads all of `continuation` after the prefix, whatever may have to follow. */
function goes(parser: SqlParser, prefix: string, continuation: string): boolean {
  const start = prefix.trimEnd().length + 1;
  const statement = parser.statement(`${prefix.trimEnd()} ${continuation} ${STOP}`);
  const [problem] = statement.problems;
  return (
    statement.unread === null && (problem === undefined || problem.span.start >= start + continuation.length)
  );
}

function keywordsAfter(parser: SqlParser, prefix: string): string[] {
  const nameGoes = goes(parser, prefix, NAME);
  const functionGoes = goes(parser, prefix, `${NAME} (1)`);
  const afterName = new Map(
    FOLLOWERS.map((follower) => [follower, goes(parser, prefix, `${NAME} ${follower}`)]),
  );
  return [...new Set([...expectedByTyped(prefix), ...COMMON])]
    .filter((word) => goes(parser, prefix, word))
    .filter((word) => {
      const use = useOf(parser, word);
      if (!nameGoes || use === 'keyword' || (use === 'function' && !functionGoes)) return true;
      // Most keywords are names too, where one may stand. They matter when they open a way that no name does.
      return FOLLOWERS.some(
        (follower) => !afterName.get(follower) && goes(parser, prefix, `${word} ${follower}`),
      );
    })
    .map((word) => word.toUpperCase())
    .sort();
}

const FOLLOWERS = [
  NAME,
  '(',
  '( select',
  'exists',
  'not',
  'on',
  'to',
  'key',
  'table',
  'as',
  'null',
  'from',
  '=',
];

/** What else the word may be: the name of anything, that of a function alone, or nothing. */
function useOf(parser: SqlParser, word: string): 'name' | 'function' | 'keyword' {
  const parses = (text: string) => parser.statement(text).problems.length === 0;
  if (parses(`select a from ${word}`)) return 'name';
  return parses(`select ${word}(1)`) ? 'function' : 'keyword';
}

/** The keywords that pgsql-ast-parser names when it is made to stop after the prefix. */
function expectedByTyped(prefix: string): string[] {
  try {
    parse(`${prefix} ${STOP}`);
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    return [...message.matchAll(/A "kw_(\w+)" token/g)].map((match) => match[1] ?? '');
  }
  return [];
}

/** Words that begin or continue the statements of migrations. */
const COMMON = (
  'abort action add after all alter always analyze and any array as asc attach before begin between by cascade case check ' +
  'collate column comment commit concurrently constraint copy create cross current_timestamp cycle data database default ' +
  'deferrable deferred delete desc detach disable distinct do domain drop each else enable end enum exclude execute exists ' +
  'extension false first force foreign from full function generated grant group having identity if immutable in include ' +
  'increment index inherit inherits initially inner insert instead into is join key language last lateral left like limit ' +
  'lock logged materialized minvalue maxvalue natural no not notnull null nulls of offset on only or order outer over owned ' +
  'owner partition policy primary privileges procedure public range references refresh reindex rename replace replica ' +
  'reset restart restrict returning returns revoke right role rollback row rows schema security select sequence set setof ' +
  'stable start statement statistics storage stored table tablespace temporary then to transaction trigger true truncate ' +
  'type union unique unlogged update using vacuum valid validate value values view volatile when where with without'
).split(' ');

/** Which names make sense, by the word before: what a keyword introduces is much the same in all statements. */
function nameCategories(of: TokenText): NameCategory[] {
  const last = of.tokens.length - 1;
  const word = wordAt(of, last);
  const sign = textAt(of, last);
  if (sign === '::') return ['type'];
  if (word === null) return sign === '(' || sign === ',' ? afterBracket(of) : ['column'];
  if (AFTER_TABLE_WORD.has(word)) return ['table'];
  if (word === 'index' || word === 'concurrently') return wordAt(of, 0) === 'create' ? ['new'] : ['index'];
  if (word === 'constraint') return wordAt(of, last - 1) === 'add' ? ['new'] : ['constraint'];
  if (word === 'exists') return existsCategories(of);
  if (word === 'table') return wordAt(of, 0) === 'create' ? ['new'] : ['table'];
  if (word === 'on') return wordAt(of, 0) === 'create' && wordAt(of, 1) !== 'view' ? ['table'] : ['column'];
  if (word === 'column') return wordAt(of, last - 1) === 'add' ? ['new'] : ['column'];
  if (word === 'add' || word === 'to' || word === 'as') return ['new'];
  if (word === 'type') return wordAt(of, 0) === 'create' ? ['new'] : ['type'];
  if (isColumnDefinition(of)) return ['type'];
  // After a name, another would be an alias, which is the author's to invent.
  return COMMON.includes(word) ? ['column'] : [];
}

const AFTER_TABLE_WORD: ReadonlySet<string> = new Set(
  'from join into update only references truncate like inherits vacuum analyze copy lock partition'.split(
    ' ',
  ),
);

/** After IF EXISTS and IF NOT EXISTS the words before them tell. */
function existsCategories(of: TokenText): NameCategory[] {
  let index = of.tokens.length - 1;
  while (/^(?:if|not|exists)$/.test(wordAt(of, index) ?? '')) index--;
  return nameCategories({ text: of.text, tokens: of.tokens.slice(0, index + 1) });
}

/** After `(` and `,`: new columns in CREATE TABLE, names of columns elsewhere. */
function afterBracket(of: TokenText): NameCategory[] {
  return createsTable(of) && depthAt(of) === 1 ? ['new'] : ['column'];
}

/** After `name` in CREATE TABLE (…, name, and after ADD COLUMN name. */
function isColumnDefinition(of: TokenText): boolean {
  const last = of.tokens.length - 1;
  const before = textAt(of, last - 1);
  if (createsTable(of) && depthAt(of) === 1) return before === '(' || before === ',';
  return wordAt(of, last - 1) === 'column' && wordAt(of, last - 2) === 'add';
}

function createsTable(of: TokenText): boolean {
  const head = [1, 2].map((index) => wordAt(of, index));
  return wordAt(of, 0) === 'create' && head.includes('table');
}

function depthAt(of: TokenText): number {
  let depth = 0;
  for (let i = 0; i < of.tokens.length; i++) {
    const sign = textAt(of, i);
    depth += sign === '(' ? 1 : sign === ')' ? -1 : 0;
  }
  return depth;
}
