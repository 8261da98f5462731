// One statement's text as a `SqlStatement`. Nothing is parsed before it is asked for; the verdict (problems, holes) is kept,
// the tree and the tokens only while they are among the last that were asked for.

import type { Problem } from '../problem.js';
import type { Grammar, Outcome } from './grammar.js';
import { advance, cursorAt, type Token, tokenize } from './lexer.js';
import type { Node } from './nodes.js';
import { problem, problemOf } from './problems.js';
import type { SqlStatement } from './statement.js';
import { fill, type Hole, mayHoldPlaceholders, type Placeholder, placeholdersIn } from './templates.js';

export interface Reader {
  statement(text: string): SqlStatement;
  /** Where the grammar stops, for a text that is no statement yet; `null` when it does not, or nothing can be said. */
  errorIn(text: string): number | null;
}

export function readerWith(grammar: Grammar): Reader {
  const recent = new Recent();
  return {
    statement: (text) => new ReadStatement(text, grammar, recent),
    errorIn: (text) => verdictOn(text, grammar).errorAt,
  };
}

/** Larger statements cost seconds and memory that the wasm never gives back. They are data, not changes of a schema. */
const LONGEST_STATEMENT = 1_000_000;
/** As much of it as is read for its tokens: what it does, and to what. */
const HEAD = 1000;
/** Half of what was seen to overflow the stack, and far beyond what people write. */
const DEEPEST_NESTING = 500;
/** Terms of `a + b + …` and branches of `UNION`, each of which nests one deeper; overflow was seen from 8,192. */
const LONGEST_CHAIN = 1500;
/** Characters that may be parsed until the placeholders of a statement fit: half a second's work. */
const MOST_PARSED = 2_000_000;
/** No shorter text can exceed them. */
const SURELY_SHALLOW = 1000;

interface Verdict {
  readonly problems: readonly Problem[];
  readonly holes: readonly Hole[];
  readonly unread: string | null;
  /** What the grammar was given, when that is not the text itself. */
  readonly filled: string | null;
  readonly errorAt: number | null;
}

const FINE: Verdict = { problems: [], holes: [], unread: null, filled: null, errorAt: null };

const RESTARTING = unread('the SQL parser is starting again');
const TOO_LONG = unread('the statement is larger than a megabyte');
const TOO_OPEN = unread('too much of the statement is filled in by another program');
const TOO_DEEP = unread('the statement is nested too deeply');

function unread(reason: string): Verdict {
  return { ...FINE, unread: reason };
}

/** Thousands live as long as their files, so it is a class: its getters cost nothing for each. */
class ReadStatement implements SqlStatement {
  private verdict: Verdict | null = null;
  private keptNode: Node | null = null;
  private keptTokens: readonly Token[] | null = null;

  constructor(
    readonly text: string,
    private readonly grammar: Grammar,
    private readonly recent: Recent,
  ) {}

  get node(): Node | null {
    if (this.keptNode !== null) return this.keptNode;
    if (this.verdict === null && !mayHoldPlaceholders(this.text)) return this.parsed();
    const { problems, unread, filled } = this.judged();
    if (problems.length > 0 || unread !== null) return null;
    return this.keepNode(this.grammar.tree(filled ?? this.text));
  }

  get problems(): readonly Problem[] {
    return this.judged().problems;
  }

  get holes(): readonly Hole[] {
    return this.judged().holes;
  }

  get unread(): string | null {
    return this.judged().unread;
  }

  get tokens(): readonly Token[] {
    if (this.keptTokens === null) {
      const { filled } = this.judged();
      const end = this.text.length > LONGEST_STATEMENT ? HEAD : this.text.length;
      this.keptTokens = tokenize(filled ?? this.text, 0, end);
      this.recent.add(this);
    }
    return this.keptTokens;
  }

  forget(): void {
    this.keptNode = null;
    this.keptTokens = null;
  }

  /** Tree and verdict in one parse, which is all that nearly every statement needs. */
  private parsed(): Node | null {
    const refusal = refusalBefore(this.text);
    if (refusal !== null) {
      this.settle(refusal);
      return null;
    }
    const outcome = this.grammar.tree(this.text);
    this.settle(verdictFrom(outcome, this.text));
    return this.keepNode(outcome);
  }

  private keepNode(outcome: Outcome): Node | null {
    if (outcome.kind !== 'accepted') return null;
    this.keptNode = outcome.node;
    this.recent.add(this);
    return outcome.node;
  }

  private judged(): Verdict {
    return this.verdict ?? this.settle(verdictOn(this.text, this.grammar));
  }

  private settle(verdict: Verdict): Verdict {
    if (verdict !== RESTARTING) this.verdict = verdict;
    return verdict;
  }
}

/** The statements that may keep their tree and tokens: the last few, and not more than a few hundred kilobytes of them. */
class Recent {
  private readonly statements = new Set<ReadStatement>();
  private size = 0;

  add(statement: ReadStatement): void {
    if (this.statements.has(statement)) return;
    this.statements.add(statement);
    this.size += statement.text.length;
    for (const oldest of this.statements) {
      if ((this.statements.size <= 64 && this.size <= 200_000) || oldest === statement) return;
      this.statements.delete(oldest);
      this.size -= oldest.text.length;
      oldest.forget();
    }
  }
}

function verdictOn(text: string, grammar: Grammar): Verdict {
  const refusal = refusalBefore(text);
  if (refusal !== null) return refusal;
  if (!mayHoldPlaceholders(text)) return verdictFrom(grammar.check(text), text);
  return verdictWithPlaceholders(text, grammar);
}

/** What keeps a text from the grammar; `null` for nearly every one. */
function refusalBefore(text: string): Verdict | null {
  if (text.length > LONGEST_STATEMENT) return TOO_LONG;
  // The grammar would take it for the end of the text.
  const nul = text.indexOf('\0');
  if (nul >= 0) return refusal(problem({ start: nul, end: nul + 1 }, 'NUL character'));
  return text.length >= SURELY_SHALLOW && isTooDeep(text) ? TOO_DEEP : null;
}

/** @param filled what the grammar was given: `text`, or `text` with its placeholders filled. */
function verdictFrom(outcome: Outcome, text: string, filled = text): Verdict {
  switch (outcome.kind) {
    case 'accepted':
      return FINE;
    case 'refused':
      // The grammar's own stack is full.
      if (outcome.message.startsWith('memory exhausted')) return TOO_DEEP;
      return {
        ...refusal(problemOf(text, filled, outcome.message, outcome.offset)),
        errorAt: outcome.offset ?? 0,
      };
    case 'overflow':
      return TOO_DEEP;
    case 'restarting':
      return RESTARTING;
  }
}

function refusal(error: Problem): Verdict {
  return { ...FINE, problems: [error], errorAt: error.span.start };
}

function verdictWithPlaceholders(text: string, grammar: Grammar): Verdict {
  const tokens = tokenize(text);
  const templates = placeholdersIn(text, tokens, { variables: false });
  const verdict = fitted(text, templates, grammar);
  if (verdict.errorAt === null && verdict.unread === null) return verdict;
  const withVariables = placeholdersIn(text, tokens, { variables: true });
  return withVariables.length > templates.length ? fitted(text, withVariables, grammar) : verdict;
}

/** Fills the placeholders; where the grammar stops at one, that one takes its next form. */
function fitted(text: string, placeholders: readonly Placeholder[], grammar: Grammar): Verdict {
  const chosen = placeholders.map(() => 0);
  for (let parsed = 0; ; parsed += text.length) {
    if (parsed > MOST_PARSED) return { ...TOO_OPEN, holes: placeholders };
    const forms = placeholders.map((placeholder, index) => placeholder.forms[chosen[index] ?? 0]);
    const filled = fill(text, placeholders, forms);
    const outcome = grammar.check(filled);
    if (outcome.kind === 'restarting') return RESTARTING;
    const verdict = { ...verdictFrom(outcome, text, filled), filled, holes: placeholders };
    if (outcome.kind !== 'refused') return verdict;
    const blamed = blamedFor(outcome.offset ?? 0, filled, placeholders);
    const placeholder = placeholders[blamed];
    if (placeholder === undefined) return verdict;
    const next = (chosen[blamed] ?? 0) + 1;
    if (next >= placeholder.forms.length) {
      if (placeholder.kind === 'variable') return verdict;
      return { ...verdict, problems: [], unread: `what "${placeholder.name}" becomes is not known` };
    }
    chosen[blamed] = next;
  }
}

/** The placeholder in the token at which the grammar stopped, or right before it; -1 when there is none. */
function blamedFor(offset: number, filled: string, placeholders: readonly Placeholder[]): number {
  const cursor = cursorAt(offset);
  advance(filled, cursor);
  return placeholders.findLastIndex(
    ({ span }) =>
      span.start < Math.max(cursor.end, offset + 1) && filled.slice(span.end, offset).trim() === '',
  );
}

/** Counts what makes the tree of a text deep: brackets, CASE, terms of one chain of operators, branches of UNION, joins. */
function isTooDeep(text: string): boolean {
  const cursor = cursorAt(0);
  let depth = 0;
  let terms = 0;
  let branches = 0;
  for (;;) {
    advance(text, cursor);
    if (cursor.kind === 'end') return false;
    if (cursor.kind === 'operator') terms++;
    else if (cursor.kind === 'punctuation') {
      const sign = text[cursor.start];
      if (sign === '(' || sign === '[') depth++;
      else if (sign === ')' || sign === ']') depth--;
      else if (sign === ',' || sign === ';') terms = 0;
    } else if (cursor.kind === 'word' && cursor.end - cursor.start <= 9) {
      const word = text.slice(cursor.start, cursor.end);
      if (/^(?:union|except|intersect|join)$/i.test(word)) branches++;
      else if (/^not$/i.test(word)) terms++;
      else if (/^case$/i.test(word)) depth++;
      else if (/^end$/i.test(word)) depth--;
      // The branches of these lie side by side in the tree.
      else if (/^(?:and|or|when|then|else|select)$/i.test(word)) terms = 0;
    }
    if (depth > DEEPEST_NESTING || terms > LONGEST_CHAIN || branches > LONGEST_CHAIN) return true;
  }
}
