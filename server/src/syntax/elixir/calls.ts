// Calls of all forms, and the blocks that they take.

import type { Span } from '../../text/span.js';
import {
  aliasName,
  contentBetween,
  convertText,
  expression,
  expressionsBetween,
  expressionsIn,
  roleOf,
  type Source,
} from './convert.js';
import type { Body, Call, Expr, Pair } from './nodes.js';

/** What is called, without arguments. */
type Target = Pick<Call, 'receiver' | 'name' | 'nameSpan'>;

const sectionTypes: ReadonlyMap<string, string> = new Map([
  ['else_block', 'else'],
  ['rescue_block', 'rescue'],
  ['catch_block', 'catch'],
  ['after_block', 'after'],
]);

const sectionKeywords = new Set(['else', 'rescue', 'catch', 'after']);

export function convertCall(source: Source, node: number): Call {
  const { tree } = source;
  const targetNode = node + 1;
  const target = convertTarget(source, targetNode);
  let args: Expr[] = [];
  let parenthesized = false;
  let body: Body | null = null;
  for (let child = tree.next(targetNode); child < tree.next(node); child = tree.next(child)) {
    const type = tree.type(child);
    if (type === 'arguments') {
      args = args.concat(expressionsIn(source, child));
      parenthesized = tree.type(child + 1) === '(';
    } else if (type === 'do_block') {
      body = convertDoBlock(source, child);
    } else if (type === 'ERROR') {
      args = args.concat(expressionsBetween(source, child, tree.next(child)));
    }
  }
  return callOf(tree.span(node), target, args, parenthesized, body);
}

/** A call with its arguments sorted: trailing pairs are keywords, and `do:` among them is the body. */
export function callOf(
  span: Span,
  target: Target,
  args: readonly Expr[],
  parenthesized: boolean,
  block: Body | null,
): Call {
  const keywords: Pair[] = [];
  const positional: Expr[] = [];
  for (const argument of args) {
    if (argument.kind === 'pair' && argument.key.kind === 'atom') keywords.push(argument);
    else positional.push(argument);
  }
  const body = block ?? keywordBody(keywords);
  return {
    kind: 'call',
    span,
    receiver: target.receiver,
    name: target.name,
    nameSpan: target.nameSpan,
    args: positional,
    keywords: block === null && body !== null ? keywords.filter((pair) => !isBlockKeyword(pair)) : keywords,
    parenthesized,
    body,
  };
}

function convertTarget(source: Source, node: number): Target {
  const { tree, text } = source;
  const span = tree.span(node);
  if (tree.type(node) === 'identifier') {
    return { receiver: null, name: text.slice(span.start, span.end), nameSpan: span };
  }
  if (tree.type(node) === 'dot') return dotTarget(source, node);
  return { receiver: expression(source, node), name: '', nameSpan: { start: span.end, end: span.end } };
}

/** `left.name`, `left."any name"` and `left.`. */
function dotTarget(source: Source, node: number): Target {
  const { tree, text } = source;
  const receiver = expression(source, node + 1);
  const end = tree.end(node);
  let dot = node + 1;
  while (dot < tree.next(node) && tree.type(dot) !== '.') dot = tree.next(dot);
  for (let right = tree.next(dot); right < tree.next(node); right = tree.next(right)) {
    const type = tree.type(right);
    if (roleOf(type) !== 'expression') continue;
    const nameSpan = tree.span(right);
    const quoted = type === 'string' || type === 'charlist';
    const name = quoted ? convertText(source, right).value : text.slice(nameSpan.start, nameSpan.end);
    return { receiver, name: name ?? '', nameSpan };
  }
  return { receiver, name: '', nameSpan: { start: end, end } };
}

/** `__MODULE__.Name` and `Prefix.{A, B}`; the dots of calls are read with the call. */
export function convertDot(source: Source, node: number): Expr {
  const { tree, text } = source;
  const span = tree.span(node);
  const target = dotTarget(source, node);
  const right = tree.span(node).end === target.nameSpan.end ? target.nameSpan : span;
  const written = text.slice(right.start, right.end);
  if (written.startsWith('{')) {
    const tuple = lastChild(source, node);
    const nameSpan = { start: right.start, end: right.start + 1 };
    return callOf(span, { ...target, name: '{}', nameSpan }, expressionsIn(source, tuple), true, null);
  }
  if (target.receiver?.kind === 'alias' && /^[A-Z]/.test(written)) {
    return { kind: 'alias', span, name: `${target.receiver.name}.${aliasName(written)}` };
  }
  return callOf(span, target, [], false, null);
}

function lastChild({ tree }: Source, node: number): number {
  let last = node + 1;
  while (tree.next(last) < tree.next(node)) last = tree.next(last);
  return last;
}

export function convertDoBlock(source: Source, node: number): Body {
  const { tree } = source;
  const to = tree.next(node);
  const sections: { keyword: string; body: Body }[] = [];
  let itemsEnd = to;
  let closed = false;
  for (let child = node + 1; child < to; child = tree.next(child)) {
    const keyword = sectionTypes.get(tree.type(child));
    if (keyword !== undefined)
      sections.push({ keyword, body: blockPart(source, child, child + 1, tree.next(child)) });
    if (tree.type(child) === 'end') closed = tree.end(child) > tree.start(child) && !tree.isMissing(child);
    if (itemsEnd === to && (keyword !== undefined || tree.type(child) === 'end')) itemsEnd = child;
  }
  return { ...blockPart(source, node, node + 2, itemsEnd), sections, closed };
}

/** The body of `do` or `else` with its items between two nodes; the first child of the block is its keyword. */
function blockPart(source: Source, block: number, from: number, to: number): Body {
  const { items, clauses } = contentBetween(source, from, to);
  return { span: source.tree.span(block), items, clauses, sections: [], closed: true };
}

/** `do: value, else: other` as blocks. */
function keywordBody(keywords: readonly Pair[]): Body | null {
  const main = keywords.find((pair) => isKeyword(pair, 'do'));
  if (main === undefined) return null;
  const sections = keywords
    .filter((pair) => pair !== main && isBlockKeyword(pair))
    .map((pair) => ({ keyword: pair.key.kind === 'atom' ? pair.key.value : '', body: bodyOf(pair.value) }));
  return { ...bodyOf(main.value), sections };
}

/** `do: (a -> b)` has clauses, `do: (a; b)` two items. */
function bodyOf(value: Expr): Body {
  const clauses = value.kind === 'fn' && value.bare ? value.clauses : [];
  const items = value.kind === 'group' ? value.items : clauses.length > 0 ? [] : [value];
  return { span: value.span, items, clauses, sections: [], closed: true };
}

function isKeyword(pair: Pair, name: string): boolean {
  return pair.key.kind === 'atom' && pair.key.value === name;
}

function isBlockKeyword(pair: Pair): boolean {
  return pair.key.kind === 'atom' && (pair.key.value === 'do' || sectionKeywords.has(pair.key.value));
}
