// Puts damaged code together again. The parser leaves the pieces of what it could not finish side by side in an `ERROR`:
// names, arguments, whole calls, `do`, `end`. They are read in order with a stack of open blocks and brackets, so that each
// finished call comes out, inside the block that it was written in.

import { cover, type Span } from '../../text/span.js';
import { attachArguments, attachBlock, join } from './attach.js';
import { convertDoBlock } from './calls.js';
import {
  addPairs,
  convertClause,
  expression,
  expressionsIn,
  pairKey,
  roleOf,
  type Source,
  withPairsAsList,
} from './convert.js';
import type { Body, Clause, Expr, MapLiteral } from './nodes.js';

export interface Assembled {
  readonly items: readonly Expr[];
  readonly clauses: readonly Clause[];
}

/** What the siblings from node `from` to before node `to` were most likely meant to be. */
export function assemble(source: Source, from: number, to: number): Assembled {
  const assembler = new Assembler(source);
  assembler.takeAll(from, to);
  return assembler.finish();
}

interface OpenClause {
  readonly patterns: readonly Expr[];
  readonly guard: Expr | null;
  readonly start: number;
  end: number;
  readonly items: Expr[];
}

/** What stands after `do`, `else` or an opening bracket. */
interface Part {
  readonly keyword: string;
  readonly start: number;
  readonly items: Expr[];
  readonly clauses: OpenClause[];
}

/** An open block or bracket. */
interface Frame {
  /** `do`, `fn`, a bracket, `%{`; empty for the outermost. */
  readonly opener: string;
  readonly span: Span;
  /** Column of the first thing in the line of the opener. */
  readonly indent: number;
  readonly parts: [Part, ...Part[]];
  /** Whether the last item still takes arguments: a call without parentheses in the same line or after a comma. */
  takesArguments: boolean;
  /** What stands between the last item and the next one. */
  operator: { readonly text: string; readonly span: Span } | null;
  key: Expr | null;
  /** Where an `@` stands that waits for its name. */
  attribute: number | null;
  afterComma: boolean;
}

/** Brackets open beyond that are left out: what is nested as deep could not be read without running out of stack. */
const deepest = 100;

const openers = new Set(['(', '[', '{', '<<']);
const closers = new Set([')', ']', '}', '>>']);
const sectionNames = new Set(['else', 'rescue', 'catch', 'after']);
const sectionNodes = new Set(['else_block', 'rescue_block', 'catch_block', 'after_block']);
const binaryOperators =
  /^(?:[-+*/.=|<>]|<-|\\\\|::|=>|&&&?|\|\|\|?|and|or|in|not in|when|[=!]==?|=~|<=|>=|\|>|<>|\+\+\+?|---?|\.\.|\*\*|~>>?|<~>?|<<~)$/;

class Assembler {
  private readonly frames: [Frame, ...Frame[]];
  /** The end of all that has been taken. */
  private end = 0;

  constructor(private readonly source: Source) {
    this.frames = [this.frame('', { start: 0, end: 0 })];
  }

  takeAll(from: number, to: number): void {
    const { tree } = this.source;
    for (let node = from; node < to; node = tree.next(node)) this.take(node);
  }

  finish(): Assembled {
    while (this.frames.length > 1) this.closeTop(this.end, false);
    const [root] = this.frames[0].parts;
    return { items: root.items, clauses: root.clauses.map(clauseOf) };
  }

  private get top(): Frame {
    return this.frames.at(-1) ?? this.frames[0];
  }

  private get part(): Part {
    return this.top.parts.at(-1) ?? this.top.parts[0];
  }

  /** Where the next item goes. */
  private get items(): Expr[] {
    return this.part.clauses.at(-1)?.items ?? this.part.items;
  }

  private take(node: number): void {
    const { tree } = this.source;
    const type = tree.type(node);
    const role = roleOf(type);
    if (role === 'comment') return;
    if (role === 'error') {
      this.takeAll(node + 1, tree.next(node));
      return;
    }
    const span = tree.span(node);
    if (this.startsLine(span.start)) this.startLine(type, span.start);
    if (role === 'expression') this.add(expression(this.source, node));
    else if (role === 'pairs') this.addPairs(node);
    else if (role === 'clause') this.part.clauses.push(openClause(convertClause(this.source, node)));
    else this.takePart(node, type, span);
    this.end = Math.max(this.end, span.end);
  }

  private takePart(node: number, type: string, span: Span): void {
    const { top, source } = this;
    if (type === 'arguments') {
      this.applyArguments(expressionsIn(source, node), source.tree.type(node + 1) === '(', span.end);
    } else if (type === 'do_block') {
      this.applyBlock(convertDoBlock(source, node));
    } else if (sectionNodes.has(type)) {
      this.takeAll(node + 1, source.tree.next(node));
    } else if (type === 'body' || type === 'map_content') {
      for (const item of expressionsIn(source, node)) this.add(item);
    } else if (type === 'keyword' || type === 'quoted_keyword') {
      if (span.end > span.start) top.key = pairKey(source, node);
    } else if (type === 'do' || type === 'fn' || openers.has(type)) {
      this.open(type, span);
    } else if (type === 'end') {
      this.closeBlock(span);
    } else if (sectionNames.has(type)) {
      this.startSection(type, span);
    } else if (closers.has(type)) {
      this.closeBracket(span);
    } else if (type === '->') {
      this.startClause(span);
    } else if (type === ',') {
      top.afterComma = true;
    } else if (type === '@') {
      top.attribute = span.start;
    } else if (binaryOperators.test(type)) {
      top.operator = { text: type, span };
    }
  }

  private add(value: Expr): void {
    const { top, items } = this;
    const last = items.at(-1);
    const whole = this.withPrefixes(value);
    const sameStatement = last !== undefined && !this.startsLine(value.span.start);
    if (last !== undefined && top.operator !== null) {
      items[items.length - 1] = join(last, top.operator, whole, top.takesArguments);
    } else if (last !== undefined && top.takesArguments && (sameStatement || top.afterComma)) {
      items[items.length - 1] = attachArguments(last, [whole], false, whole.span.end);
    } else if (sameStatement && !top.afterComma && mayTakeArguments(last)) {
      items[items.length - 1] = attachArguments(last, [whole], false, whole.span.end);
      top.takesArguments = true;
    } else {
      items.push(whole);
      top.takesArguments = false;
    }
    top.operator = null;
    top.afterComma = false;
    this.end = Math.max(this.end, whole.span.end);
  }

  private addPairs(node: number): void {
    const pairs: Expr[] = [];
    addPairs(this.source, node, pairs);
    for (const pair of pairs) {
      this.add(pair);
      this.top.afterComma = true;
    }
    this.top.afterComma = false;
  }

  /** `key: value` and `@value`. */
  private withPrefixes(value: Expr): Expr {
    const { top } = this;
    let whole = value;
    if (top.attribute !== null && value.kind === 'variable') {
      const span = { start: top.attribute, end: value.span.end };
      whole = { kind: 'attribute', span, name: value.name, value: null };
    }
    top.attribute = null;
    if (top.key !== null)
      whole = { kind: 'pair', span: cover(top.key.span, whole.span), key: top.key, value: whole };
    top.key = null;
    return whole;
  }

  private applyArguments(args: readonly Expr[], parenthesized: boolean, end: number): void {
    const { items } = this;
    const last = items.at(-1);
    if (last === undefined) for (const argument of args) this.add(argument);
    else items[items.length - 1] = attachArguments(last, args, parenthesized, end);
    this.top.takesArguments = !parenthesized;
  }

  private applyBlock(block: Body): void {
    const { items } = this;
    const last = items.at(-1);
    if (last === undefined) items.push(...block.items);
    else items[items.length - 1] = attachBlock(last, block);
    this.top.takesArguments = false;
  }

  private open(type: string, span: Span): void {
    if (this.frames.length > deepest) return;
    const isMap = type === '{' && this.source.text.charAt(span.start - 1) === '%';
    this.frames.push(this.frame(isMap ? '%{' : type, span));
  }

  private closeBlock(span: Span): void {
    const at = this.frames.findLastIndex((frame) => frame.opener === 'do' || frame.opener === 'fn');
    if (at < 0) return;
    while (this.frames.length > at + 1) this.closeTop(this.end, false);
    this.closeTop(span.end, true);
  }

  private closeBracket(span: Span): void {
    if (openers.has(this.top.opener) || this.top.opener === '%{') this.closeTop(span.end, true);
  }

  private closeTop(end: number, closed: boolean): void {
    const frame = this.frames.pop();
    if (frame === undefined) return;
    const [main, ...others] = frame.parts;
    const span = { start: frame.span.start, end: Math.max(end, frame.span.end) };
    if (frame.opener === 'do') {
      const sections = others.map((part) => ({ keyword: part.keyword, body: bodyOf(part, span.end) }));
      this.applyBlock({ ...bodyOf(main, span.end), span, sections, closed });
    } else if (frame.opener === 'fn') {
      this.add({ kind: 'fn', span, clauses: clausesOf(main), bare: false });
    } else {
      this.closeAsValue(frame.opener, main.items, span);
    }
  }

  private closeAsValue(opener: string, items: readonly Expr[], span: Span): void {
    const { text } = this.source;
    const [only] = items;
    if (opener === '(' && /[\w?!.]/.test(text.charAt(span.start - 1)) && this.items.length > 0) {
      this.applyArguments(items, true, span.end);
    } else if (opener === '(') {
      this.add(only !== undefined && items.length === 1 ? only : { kind: 'group', span, items });
    } else if (opener === '%{') {
      const map: MapLiteral = { kind: 'map', span, struct: null, update: null, entries: items };
      this.add(map);
    } else {
      this.add(
        opener === '{'
          ? { kind: 'tuple', span, items: withPairsAsList(items) }
          : { kind: 'list', span, items },
      );
    }
  }

  private startSection(keyword: string, span: Span): void {
    const at = this.frames.findLastIndex((frame) => frame.opener === 'do');
    if (at < 0) return;
    while (this.frames.length > at + 1) this.closeTop(this.end, false);
    this.top.parts.push({ keyword, start: span.start, items: [], clauses: [] });
    this.endStatement();
  }

  /** What stands before `->` in its line are patterns. */
  private startClause(arrow: Span): void {
    const { items } = this;
    const lineStart = this.source.text.lastIndexOf('\n', arrow.start) + 1;
    const first = items.findIndex((item) => item.span.start >= Math.max(lineStart, this.top.span.end));
    const patterns = first < 0 ? [] : items.splice(first);
    const start = patterns[0]?.span.start ?? arrow.start;
    const last = patterns.at(-1);
    const guarded = last?.kind === 'binary' && last.operator === 'when' ? last : null;
    this.part.clauses.push({
      patterns: guarded === null ? patterns : [...patterns.slice(0, -1), guarded.left],
      guard: guarded?.right ?? null,
      start,
      end: arrow.end,
      items: [],
    });
    this.endStatement();
  }

  /** Brackets that are still open end where a line starts no further right than their own. */
  private startLine(type: string, start: number): void {
    while (
      this.frames.length > 1 &&
      (openers.has(this.top.opener) || this.top.opener === '%{') &&
      !closers.has(type) &&
      this.column(start) <= this.top.indent
    ) {
      this.closeTop(this.end, false);
    }
    if (!this.top.afterComma && this.top.operator === null) this.endStatement();
  }

  private endStatement(): void {
    const { top } = this;
    top.takesArguments = false;
    top.afterComma = false;
    top.operator = null;
    top.attribute = null;
    top.key = null;
  }

  /** True when a newline stands between the last thing and this one. */
  private startsLine(start: number): boolean {
    return this.source.text.slice(this.end, start).includes('\n');
  }

  private column(offset: number): number {
    return offset - (this.source.text.lastIndexOf('\n', offset - 1) + 1);
  }

  private frame(opener: string, span: Span): Frame {
    const { text } = this.source;
    const lineStart = text.lastIndexOf('\n', span.start - 1) + 1;
    const indent = text.slice(lineStart, span.start).search(/\S/);
    return {
      opener,
      span,
      indent: indent < 0 ? span.start - lineStart : indent,
      parts: [{ keyword: 'do', start: span.start, items: [], clauses: [] }],
      takesArguments: false,
      operator: null,
      key: null,
      attribute: null,
      afterComma: false,
    };
  }
}

function mayTakeArguments(expr: Expr | undefined): expr is Expr {
  if (expr === undefined) return false;
  if (expr.kind === 'variable') return /^[a-z_]/.test(expr.name);
  if (expr.kind === 'call') return !expr.parenthesized && expr.body === null && expr.args.length === 0;
  if (expr.kind === 'attribute') return expr.value === null;
  return expr.kind === 'binary' && mayTakeArguments(expr.right);
}

function openClause(clause: Clause): OpenClause {
  const { patterns, guard, items, span } = clause;
  return { patterns, guard, start: span.start, end: span.end, items: [...items] };
}

function clauseOf({ patterns, guard, start, end, items }: OpenClause): Clause {
  const last = items.at(-1);
  return { span: { start, end: Math.max(end, last?.span.end ?? end) }, patterns, guard, items };
}

/** Items without an arrow before them make a clause without patterns. */
function clausesOf({ items, clauses, start }: Part): Clause[] {
  const found = clauses.map(clauseOf);
  const last = items.at(-1);
  if (last === undefined) return found;
  return [{ span: { start, end: last.span.end }, patterns: [], guard: null, items }, ...found];
}

function bodyOf(part: Part, end: number): Body {
  return {
    span: { start: part.start, end },
    items: part.items,
    clauses: part.clauses.map(clauseOf),
    sections: [],
    closed: true,
  };
}
