// PL/pgSQL as a tree: https://www.postgresql.org/docs/current/plpgsql-structure.html and pl_gram.y. The server's own reader
// (libpg-query has it) gives no places within a line, which findings need.

import { foldCase } from './identifiers.js';
import { tokenize } from './lexer.js';
import type { Block, Branch, Declaration, Handler, Piece, PlpgsqlStatement, Target } from './plpgsql-tree.js';
import {
  identifierAt,
  isSign,
  nextAtSameDepth,
  type Range,
  spanOf,
  type TokenText,
  textAt,
  wordAt,
} from './segments.js';

export type * from './plpgsql-tree.js';

/** `null` for what is no PL/pgSQL, or not to be read. */
export function readPlpgsql(body: string): Block | null {
  // `#variable_conflict` and its like come first.
  const text = body.replace(/^(?:\s*#[^\n]*)+/, (options) => options.replace(/[^\n]/g, ' '));
  const reader = new Reader({ text, tokens: tokenize(text) });
  try {
    return reader.wholeBlock();
  } catch (error) {
    if (error instanceof Unreadable) return null;
    throw error;
  }
}

class Unreadable extends Error {}

/** Blocks and loops in each other. */
const DEEPEST = 200;

class Reader {
  private at = 0;
  private depth = 0;

  constructor(private readonly of: TokenText) {}

  wholeBlock(): Block {
    const block = this.block();
    if (isSign(this.of, this.at, ';')) this.at++;
    if (this.at < this.of.tokens.length) throw new Unreadable();
    return block;
  }

  private block(): Block {
    const from = this.at;
    const label = this.label();
    const declarations = this.takes('declare') ? this.declarations() : [];
    this.expect('begin');
    const statements = this.statements('end', 'exception');
    const handlers = this.takes('exception') ? this.handlers() : [];
    this.expect('end');
    if (wordAt(this.of, this.at) !== null && !isSign(this.of, this.at, ';')) this.at++;
    return { kind: 'block', label, declarations, statements, handlers, span: this.spanFrom(from) };
  }

  private label(): string | null {
    if (textAt(this.of, this.at) !== '<<' || textAt(this.of, this.at + 2) !== '>>') return null;
    const name = identifierAt(this.of, this.at + 1)?.name ?? null;
    this.at += 3;
    return name;
  }

  private declarations(): Declaration[] {
    const found: Declaration[] = [];
    while (wordAt(this.of, this.at) !== 'begin') {
      if (this.takes('declare')) continue;
      found.push(this.declaration(this.upTo(';')));
    }
    return found;
  }

  private declaration({ from, to }: Range): Declaration {
    const name = identifierAt(this.of, from)?.name;
    if (name === undefined) throw new Unreadable();
    let at = from + 1;
    if (wordAt(this.of, at) === 'alias') {
      return {
        name,
        type: '',
        value: null,
        alias: identifierAt(this.of, at + 2)?.name ?? textAt(this.of, at + 2),
      };
    }
    const isCursor = /^(?:no|scroll|cursor)$/.test(wordAt(this.of, at) ?? '');
    if (isCursor) return { name, type: '', value: null, alias: null };
    if (wordAt(this.of, at) === 'constant') at++;
    let end = at;
    while (end < to && !this.isAssignment(end) && wordAt(this.of, end) !== 'default') {
      end = nextAtSameDepth(this.of, end);
    }
    const type = this.piece({ from: at, to: Math.min(end, to) }).text;
    const value = end < to ? this.piece({ from: end + 1, to }) : null;
    return { name, type, value, alias: null };
  }

  private isAssignment(at: number): boolean {
    const sign = textAt(this.of, at);
    return this.of.tokens[at]?.kind === 'operator' && (sign === ':=' || sign === '=');
  }

  private handlers(): Handler[] {
    const found: Handler[] = [];
    while (this.takes('when')) {
      const conditions: string[] = [];
      do {
        const isCode = this.takes('sqlstate');
        const text = textAt(this.of, this.at++);
        conditions.push(isCode ? text.replaceAll("'", '') : foldCase(text));
      } while (this.takes('or'));
      this.expect('then');
      found.push({ conditions, statements: this.statements('when', 'end') });
    }
    return found;
  }

  private statements(...ends: readonly string[]): PlpgsqlStatement[] {
    if (++this.depth > DEEPEST) throw new Unreadable();
    const found: PlpgsqlStatement[] = [];
    for (;;) {
      const word = wordAt(this.of, this.at);
      if (word !== null && ends.includes(word)) break;
      if (this.at >= this.of.tokens.length) throw new Unreadable();
      const statement = this.statement();
      if (statement !== null) found.push(statement);
    }
    this.depth--;
    return found;
  }

  /** `null` for what does nothing. */
  private statement(): PlpgsqlStatement | null {
    const from = this.at;
    const label = this.label();
    const word = wordAt(this.of, this.at);
    switch (word) {
      case 'declare':
      case 'begin': {
        this.at = from;
        const block = this.block();
        this.end();
        return block;
      }
      case 'if':
        return this.ifStatement(from);
      case 'case':
        return this.caseStatement(from);
      case 'loop':
        this.at++;
        return { kind: 'loop', label, condition: null, body: this.loopBody(), span: this.spanFrom(from) };
      case 'while': {
        this.at++;
        const condition = this.piece(this.upTo('loop'));
        return { kind: 'loop', label, condition, body: this.loopBody(), span: this.spanFrom(from) };
      }
      case 'for':
      case 'foreach':
        return this.forStatement(from, label);
      default:
        return this.simple(from, word);
    }
  }

  /** One that ends at its `;`. */
  private simple(from: number, word: string | null): PlpgsqlStatement | null {
    const isAssigned = this.assignmentIn(from);
    const range = this.upTo(';');
    const span = spanOf(this.of, range);
    if (range.from >= range.to) return null;
    const rest = { from: from + 1, to: range.to };
    if (isAssigned >= 0 && isAssigned < range.to) {
      const value = this.piece({ from: isAssigned + 1, to: range.to });
      return { kind: 'assign', target: this.target(from).target, value, span };
    }
    switch (word) {
      case 'null':
      case 'assert':
      case 'open':
      case 'close':
      case 'commit':
      case 'rollback':
        return null;
      case 'get':
        return { kind: 'sets', targets: this.diagnosticTargets(rest), span };
      case 'fetch':
      case 'move': {
        const into = this.wordIn(rest, 'into');
        return { kind: 'sets', targets: into < 0 ? [] : this.targets(into + 1, range.to).targets, span };
      }
      case 'exit':
      case 'continue': {
        const when = this.wordIn(rest, 'when');
        const label = when === rest.from ? null : (identifierAt(this.of, rest.from)?.name ?? null);
        const condition = when < 0 ? null : this.piece({ from: when + 1, to: range.to });
        return {
          kind: 'leave',
          how: word,
          label: rest.from < range.to ? label : null,
          when: condition,
          span,
        };
      }
      case 'return': {
        const next = wordAt(this.of, rest.from);
        // These add to the result, and go on.
        if (next === 'next') return null;
        if (next === 'query') return this.returnedQuery({ from: rest.from + 1, to: rest.to }, span);
        return { kind: 'return', value: rest.from < rest.to ? this.piece(rest) : null, span };
      }
      case 'raise':
        return this.raise(rest, span);
      case 'perform':
        return { kind: 'perform', query: this.piece(rest), span };
      case 'execute':
        return this.execute(rest, span);
      default:
        return this.sql(range, span);
    }
  }

  private returnedQuery(rest: Range, span: PlpgsqlStatement['span']): PlpgsqlStatement {
    if (wordAt(this.of, rest.from) === 'execute')
      return this.execute({ from: rest.from + 1, to: rest.to }, span);
    return { kind: 'sql', sql: this.piece(rest), into: [], span };
  }

  private raise({ from, to }: Range, span: PlpgsqlStatement['span']): PlpgsqlStatement {
    const level = wordAt(this.of, from) ?? '';
    const isLevel = /^(?:debug|log|info|notice|warning|exception)$/.test(level);
    const isError = !isLevel || level === 'exception';
    const named = isLevel ? from + 1 : from;
    const code =
      wordAt(this.of, named) === 'sqlstate' ? textAt(this.of, named + 1).replaceAll("'", '') : null;
    const option = this.wordIn({ from, to }, 'errcode');
    const given = option < 0 ? null : foldCase(textAt(this.of, option + 2).replaceAll("'", ''));
    return {
      kind: 'raise',
      isError,
      condition: code ?? wordAt(this.of, named) ?? given ?? 'raise_exception',
      span,
    };
  }

  private execute({ from, to }: Range, span: PlpgsqlStatement['span']): PlpgsqlStatement {
    let end = to;
    const using: Piece[] = [];
    let into: readonly Target[] = [];
    for (let at = from; at < to; at = nextAtSameDepth(this.of, at)) {
      const word = wordAt(this.of, at);
      if (word === 'into') {
        into = this.targets(at + 1, to).targets;
        end = Math.min(end, at);
      } else if (word === 'using') {
        using.push(...this.list(at + 1, to));
        end = Math.min(end, at);
      }
    }
    return { kind: 'execute', text: this.piece({ from, to: end }), using, into, span };
  }

  /** Expressions with commas between them, up to INTO. */
  private list(from: number, to: number): Piece[] {
    const found: Piece[] = [];
    let start = from;
    for (let at = from; at <= to; at = at === to ? to + 1 : Math.min(to, nextAtSameDepth(this.of, at))) {
      const isEnd = at === to || wordAt(this.of, at) === 'into';
      if (!isEnd && !isSign(this.of, at, ',')) continue;
      if (start < at) found.push(this.piece({ from: start, to: at }));
      start = at + 1;
      if (isEnd) break;
    }
    return found;
  }

  /** A statement of SQL. The first INTO that is not its own (INSERT INTO, MERGE INTO) names variables. */
  private sql(range: Range, span: PlpgsqlStatement['span']): PlpgsqlStatement {
    const first = wordAt(this.of, range.from);
    const own = /^(?:insert|merge|import|create)$/;
    let into = -1;
    if (first !== 'create' && first !== 'import') {
      for (let at = range.from; at < range.to && into < 0; at = nextAtSameDepth(this.of, at)) {
        if (wordAt(this.of, at) === 'into' && !own.test(wordAt(this.of, at - 1) ?? '')) into = at;
      }
    }
    const whole = this.piece(range);
    if (into < 0) return { kind: 'sql', sql: whole, into: [], span };
    const { targets, next } = this.targets(into + 1, range.to);
    const cut = spanOf(this.of, { from: into, to: next });
    const blank = ' '.repeat(cut.end - cut.start);
    const text = whole.text.slice(0, cut.start - whole.at) + blank + whole.text.slice(cut.end - whole.at);
    return { kind: 'sql', sql: { text: text.trimEnd(), at: whole.at }, into: targets, span };
  }

  private targets(from: number, to: number): { readonly targets: readonly Target[]; readonly next: number } {
    const targets: Target[] = [];
    let at = wordAt(this.of, from) === 'strict' ? from + 1 : from;
    while (at < to) {
      const { target, next } = this.target(at);
      targets.push(target);
      at = next;
      if (!isSign(this.of, at, ',')) break;
      at++;
    }
    return { targets, next: at };
  }

  private target(from: number): { readonly target: Target; readonly next: number } {
    const name = identifierAt(this.of, from)?.name ?? textAt(this.of, from);
    let next = from + 1;
    let field: string | null = null;
    while (isSign(this.of, next, '.')) {
      field = identifierAt(this.of, next + 1)?.name ?? null;
      next += 2;
    }
    const indexed = isSign(this.of, next, '[');
    while (isSign(this.of, next, '[')) next = nextAtSameDepth(this.of, next);
    return { target: { name, field, indexed }, next };
  }

  private diagnosticTargets({ from, to }: Range): readonly Target[] {
    const found: Target[] = [];
    for (let at = from; at < to; at++) if (this.isAssignment(at)) found.push(this.target(at - 1).target);
    return found;
  }

  /** Where `:=` or `=` stands when a variable, a field or an element stands before it; -1 when none does. */
  private assignmentIn(from: number): number {
    if (identifierAt(this.of, from) === null && this.of.tokens[from]?.kind !== 'parameter') return -1;
    const { next } = this.target(from);
    return this.isAssignment(next) ? next : -1;
  }

  private ifStatement(from: number): PlpgsqlStatement {
    const branches: Branch[] = [];
    do {
      this.at++;
      const condition = this.piece(this.upTo('then'));
      branches.push({ condition, statements: this.statements('elsif', 'elseif', 'else', 'end') });
    } while (/^els(?:e)?if$/.test(wordAt(this.of, this.at) ?? ''));
    const otherwise = this.takes('else') ? this.statements('end') : [];
    this.expect('end');
    this.expect('if');
    this.end();
    return { kind: 'if', branches, otherwise, span: this.spanFrom(from) };
  }

  private caseStatement(from: number): PlpgsqlStatement {
    this.at++;
    const subject = wordAt(this.of, this.at) === 'when' ? null : this.piece(this.upToBefore('when'));
    const branches: Branch[] = [];
    while (this.takes('when')) {
      const condition = this.piece(this.upTo('then'));
      branches.push({ condition, statements: this.statements('when', 'else', 'end') });
    }
    const otherwise = this.takes('else') ? this.statements('end') : null;
    this.expect('end');
    this.expect('case');
    this.end();
    return { kind: 'case', subject, branches, otherwise, span: this.spanFrom(from) };
  }

  private forStatement(from: number, label: string | null): PlpgsqlStatement {
    const isArray = wordAt(this.of, this.at) === 'foreach';
    this.at++;
    const { targets: named } = this.targets(this.at, this.of.tokens.length);
    const targets = named.map(({ name }) => name);
    this.upTo('in');
    if (isArray) {
      this.expect('array');
      const over = { kind: 'array', array: this.piece(this.upTo('loop')) } as const;
      return { kind: 'for', label, targets, over, body: this.loopBody(), span: this.spanFrom(from) };
    }
    const range = this.upTo('loop');
    const over = this.forOver(range);
    return { kind: 'for', label, targets, over, body: this.loopBody(), span: this.spanFrom(from) };
  }

  private forOver(range: Range) {
    if (wordAt(this.of, range.from) === 'execute') {
      const made = this.execute({ from: range.from + 1, to: range.to }, spanOf(this.of, range));
      if (made.kind !== 'execute') throw new Unreadable();
      return { kind: 'dynamic', text: made.text, using: made.using } as const;
    }
    const reverse = wordAt(this.of, range.from) === 'reverse';
    const first = reverse ? range.from + 1 : range.from;
    for (let at = first; at < range.to; at = nextAtSameDepth(this.of, at)) {
      if (textAt(this.of, at) !== '..') continue;
      const by = this.wordIn({ from: at, to: range.to }, 'by');
      return {
        kind: 'range',
        reverse,
        from: this.piece({ from: first, to: at }),
        to: this.piece({ from: at + 1, to: by < 0 ? range.to : by }),
        by: by < 0 ? null : this.piece({ from: by + 1, to: range.to }),
      } as const;
    }
    return { kind: 'query', query: this.piece(range) } as const;
  }

  private loopBody(): PlpgsqlStatement[] {
    const body = this.statements('end');
    this.expect('end');
    this.expect('loop');
    if (!isSign(this.of, this.at, ';')) this.at++;
    this.end();
    return body;
  }

  /** The tokens up to the sign or word outside all brackets and CASE … END; goes on behind it. */
  private upTo(end: string): Range {
    const range = this.upToBefore(end);
    this.at = range.to + 1;
    return range;
  }

  private upToBefore(end: string): Range {
    const from = this.at;
    let cases = 0;
    for (let at = from; at < this.of.tokens.length; at = nextAtSameDepth(this.of, at)) {
      const word = wordAt(this.of, at);
      if (cases === 0 && (word === end || isSign(this.of, at, end))) {
        this.at = at;
        return { from, to: at };
      }
      if (isSign(this.of, at, ';')) throw new Unreadable();
      if (end === ';') continue;
      if (word === 'case') cases++;
      else if (word === 'end' && cases > 0) cases--;
    }
    throw new Unreadable();
  }

  private wordIn({ from, to }: Range, word: string): number {
    for (let at = from; at < to; at = nextAtSameDepth(this.of, at))
      if (wordAt(this.of, at) === word) return at;
    return -1;
  }

  private takes(word: string): boolean {
    if (wordAt(this.of, this.at) !== word) return false;
    this.at++;
    return true;
  }

  private expect(word: string): void {
    if (!this.takes(word)) throw new Unreadable();
  }

  private end(): void {
    if (!isSign(this.of, this.at, ';')) throw new Unreadable();
    this.at++;
  }

  private piece(range: Range): Piece {
    const { start, end } = spanOf(this.of, range);
    return { text: this.of.text.slice(start, end), at: start };
  }

  private spanFrom(from: number) {
    return spanOf(this.of, { from, to: this.at });
  }
}
