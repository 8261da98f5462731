// The parser's tree as `Expr`. Healthy nodes are converted one by one; children among which something is damaged are put
// together again by `assemble`. Whatever `repair` put into the text has no width here and becomes unreadable.

import type { EmbeddedText } from '../../text/embedded.js';
import type { Span } from '../../text/span.js';
import { type Assembled, assemble } from './assemble.js';
import { convertCall, convertDot } from './calls.js';
import type { FlatTree } from './flat-tree.js';
import type { Attribute, Binary, Clause, Expr, MapLiteral, Pair, Text, Unreadable } from './nodes.js';
import { charCode, embeddedValue, heredocIndent } from './texts.js';

/** A text and its tree. */
export interface Source {
  readonly text: string;
  readonly tree: FlatTree;
}

/** What a node is to the list that it stands in. */
export type Role = 'expression' | 'pairs' | 'clause' | 'error' | 'part' | 'comment';

const roles: ReadonlyMap<string, Role> = new Map<string, Role>([
  ...[
    ...['block', 'identifier', 'alias', 'integer', 'float', 'char', 'boolean', 'nil', 'atom', 'quoted_atom'],
    ...['string', 'charlist', 'sigil', 'list', 'tuple', 'bitstring', 'map', 'operator_identifier', 'call'],
    ...['unary_operator', 'binary_operator', 'dot', 'access_call', 'anonymous_function'],
  ].map((type): [string, Role] => [type, 'expression']),
  ['keywords', 'pairs'],
  ['pair', 'pairs'],
  ['stab_clause', 'clause'],
  ['ERROR', 'error'],
  ['comment', 'comment'],
]);

/** Tokens and nodes that only make sense inside their parent are parts. */
export function roleOf(type: string): Role {
  return roles.get(type) ?? 'part';
}

export function convertFile({ text, tree }: Source): Expr[] {
  return tree.count === 0 ? [] : expressionsIn({ text, tree }, 0);
}

/** The expressions and pairs among the children of a node. */
export function expressionsIn(source: Source, parent: number): Expr[] {
  return expressionsBetween(source, parent + 1, source.tree.next(parent));
}

/** The expressions and pairs among the siblings from node `from` to before node `to`. */
export function expressionsBetween(source: Source, from: number, to: number): Expr[] {
  const { tree } = source;
  // Asked first, so that nothing is converted twice: damage in damage in damage would take forever.
  if (tree.hasError(from, to)) return [...assemble(source, from, to).items];
  const items: Expr[] = [];
  for (let node = from; node < to; node = tree.next(node)) {
    const role = roleOf(tree.type(node));
    if (role === 'expression') items.push(expression(source, node));
    else if (role === 'pairs') addPairs(source, node, items);
  }
  return items;
}

/** Adds the pairs of a `keywords` or `pair` node. One whose key is not typed yet is left out. */
export function addPairs(source: Source, node: number, items: Expr[]): void {
  const { tree } = source;
  if (tree.type(node) === 'pair') {
    const pair = convertPair(source, node);
    if (pair !== null) items.push(pair);
    return;
  }
  for (const item of expressionsIn(source, node)) items.push(item);
}

const wholes = new Set(['call', 'dot', 'unary_operator', 'bitstring']);

/** Any expression node as `Expr`. */
export function expression(source: Source, node: number): Expr {
  const { tree } = source;
  const start = tree.start(node);
  const end = tree.end(node);
  if (start === end) return unreadable(start);
  const type = tree.type(node);
  // A node without its parts lies deeper than trees are read.
  if (tree.next(node) === node + 1 && wholes.has(type)) return { kind: 'unreadable', span: { start, end } };
  switch (type) {
    case 'identifier':
      return named(source.text.slice(start, end), { start, end });
    case 'call':
      return convertCall(source, node);
    case 'atom':
      return atom(source.text.slice(start + 1, end), { start, end });
    case 'alias':
      return { kind: 'alias', span: { start, end }, name: aliasName(source.text.slice(start, end)) };
    case 'dot':
      return convertDot(source, node);
    case 'binary_operator':
      return convertBinary(source, node);
    case 'unary_operator':
      return convertUnary(source, node);
    case 'string':
    case 'charlist':
    case 'sigil':
      return convertText(source, node);
    case 'quoted_atom':
      return atomOf(convertText(source, node));
    case 'integer':
    case 'float':
      return {
        kind: 'number',
        span: { start, end },
        value: source.text.slice(start, end).replaceAll('_', ''),
      };
    case 'char':
      return { kind: 'number', span: { start, end }, value: charCode(source.text.slice(start, end)) };
    case 'boolean':
    case 'nil':
      return { kind: 'atom', span: { start, end }, value: source.text.slice(start, end) };
    case 'list':
      return { kind: 'list', span: { start, end }, items: expressionsIn(source, node) };
    case 'tuple':
      return { kind: 'tuple', span: { start, end }, items: withPairsAsList(expressionsIn(source, node)) };
    case 'map':
      return convertMap(source, node);
    case 'access_call':
      return convertAccess(source, node);
    case 'anonymous_function':
      return { kind: 'fn', span: { start, end }, clauses: clausesIn(source, node), bare: false };
    case 'block':
      return convertBlock(source, node);
    case 'bitstring':
      return convertBitstring(source, node);
    case 'operator_identifier':
      return { kind: 'variable', span: { start, end }, name: source.text.slice(start, end) };
    default:
      return { kind: 'unreadable', span: { start, end } };
  }
}

function unreadable(at: number): Unreadable {
  return { kind: 'unreadable', span: { start: at, end: at } };
}

function named(name: string, span: Span): Expr {
  return name === '__MODULE__' ? { kind: 'alias', span, name } : { kind: 'variable', span, name };
}

/** `:` alone is half-typed. */
function atom(value: string, span: Span): Expr {
  return value === '' ? { kind: 'unreadable', span } : { kind: 'atom', span, value };
}

export function aliasName(written: string): string {
  return /\s/.test(written) ? written.replace(/\s+/g, '') : written;
}

function atomOf(text: Text): Expr {
  if (text.value !== null) return { kind: 'atom', span: text.span, value: text.value };
  const at = { start: text.span.start, end: text.span.start };
  return {
    kind: 'call',
    span: text.span,
    receiver: { kind: 'alias', span: at, name: 'String' },
    name: 'to_atom',
    nameSpan: at,
    args: [text],
    keywords: [],
    parenthesized: true,
    body: null,
  };
}

/** Trailing pairs without brackets are one list where they are neither in a list nor arguments. */
export function withPairsAsList(items: readonly Expr[]): readonly Expr[] {
  const first = items.findIndex((item) => item.kind === 'pair');
  const from = items[first];
  const to = items.at(-1);
  if (from === undefined || to === undefined) return items;
  const span = { start: from.span.start, end: to.span.end };
  return [...items.slice(0, first), { kind: 'list', span, items: items.slice(first) }];
}

/** `null` when there is no key: a place where one may be typed. */
function convertPair(source: Source, node: number): Pair | null {
  const { tree } = source;
  const span = tree.span(node);
  const keyNode = node + 1;
  if (tree.start(keyNode) === tree.end(keyNode)) return null;
  const key = pairKey(source, keyNode);
  const value = firstExpression(source, tree.next(keyNode), tree.next(node));
  return { kind: 'pair', span, key, value: value ?? unreadable(span.end) };
}

/** `key: ` without its colon, `"key": ` likewise. The colon of a half-typed key may be put in by `repair`. */
export function pairKey(source: Source, node: number): Expr {
  const { tree, text } = source;
  if (tree.type(node) !== 'keyword') return atomOf(convertText(source, node));
  const start = tree.start(node);
  let end = tree.end(node);
  if (text.charAt(end - 1).trim() === '') end -= 1;
  if (text.charAt(end - 1) === ':') end -= 1;
  return { kind: 'atom', span: { start, end }, value: text.slice(start, end) };
}

function firstExpression(source: Source, from: number, to: number): Expr | null {
  const { tree } = source;
  for (let node = from; node < to; node = tree.next(node)) {
    if (roleOf(tree.type(node)) === 'expression') return expression(source, node);
  }
  return null;
}

/** Its operator is the first token after its left side. */
function convertBinary(source: Source, node: number): Expr {
  const { tree, text } = source;
  const to = tree.next(node);
  let left: Expr | null = null;
  let operator: Span | null = null;
  for (let child = node + 1; child < to; child = tree.next(child)) {
    const type = tree.type(child);
    const role = roleOf(type);
    if (role === 'part' && left !== null && operator === null) operator = tree.span(child);
    if (role !== 'expression' && role !== 'pairs') continue;
    const value = role === 'pairs' ? pairsAsList(source, child) : expression(source, child);
    if (operator === null) left ??= value;
    else if (left !== null)
      return binary(tree.span(node), textOfOperator(text, operator), operator, left, value);
  }
  return left ?? { kind: 'unreadable', span: tree.span(node) };
}

function textOfOperator(text: string, span: Span): string {
  const written = text.slice(span.start, span.end);
  return written.startsWith('not') ? 'not in' : written;
}

/**
 * `a => b` is a pair wherever it stands, and holds what follows it: the value of `%{a => b | nil}` is `b | nil`, although
 * operators would bind otherwise.
 */
export function binary(
  span: Span,
  operator: string,
  operatorSpan: Span,
  left: Expr,
  right: Expr,
): Binary | Pair {
  if (operator === '=>') return { kind: 'pair', span, key: left, value: right };
  if (left.kind === 'pair') {
    const valueSpan = { start: left.value.span.start, end: span.end };
    return {
      kind: 'pair',
      span,
      key: left.key,
      value: binary(valueSpan, operator, operatorSpan, left.value, right),
    };
  }
  return { kind: 'binary', span, operator, operatorSpan, left, right };
}

/** The right side of `when a: term` or `map | key: value`. */
function pairsAsList(source: Source, node: number): Expr {
  return { kind: 'list', span: source.tree.span(node), items: expressionsIn(source, node) };
}

function convertUnary(source: Source, node: number): Expr {
  const { tree, text } = source;
  const operatorNode = node + 1;
  const operator = text.slice(tree.start(operatorNode), tree.end(operatorNode));
  const span = tree.span(node);
  const operand = firstExpression(source, tree.next(operatorNode), tree.next(node));
  if (operator === '@') return attribute(span, operand ?? unreadable(span.end));
  return { kind: 'unary', span, operator, operand: operand ?? unreadable(span.end) };
}

/** What stands after `@` is a name or a call of that name. */
export function attribute(span: Span, operand: Expr): Expr {
  if (operand.kind === 'variable') return { kind: 'attribute', span, name: operand.name, value: null };
  if (operand.kind === 'call' && operand.receiver === null) {
    return { kind: 'attribute', span, name: operand.name, value: attributeValue(operand) };
  }
  if (operand.kind === 'unreadable') return { kind: 'attribute', span, name: '', value: null };
  return { kind: 'unary', span, operator: '@', operand };
}

function attributeValue(call: Expr & { kind: 'call' }): Attribute['value'] {
  const [first] = call.args;
  if (first !== undefined) return first;
  const [firstPair] = call.keywords;
  const lastPair = call.keywords.at(-1);
  if (firstPair === undefined || lastPair === undefined) return null;
  return {
    kind: 'list',
    span: { start: firstPair.span.start, end: lastPair.span.end },
    items: call.keywords,
  };
}

function convertMap(source: Source, node: number): MapLiteral {
  const { tree } = source;
  const span = tree.span(node);
  let struct: string | null = null;
  let entries: Expr[] = [];
  for (let child = node + 1; child < tree.next(node); child = tree.next(child)) {
    const type = tree.type(child);
    if (type === 'struct') struct = aliasName(source.text.slice(tree.start(child), tree.end(child)));
    else if (type === 'map_content') entries = entries.concat(expressionsIn(source, child));
    else if (type === 'ERROR') entries = entries.concat(assemble(source, child, tree.next(child)).items);
  }
  const [first, ...others] = entries;
  if (first?.kind !== 'binary' || first.operator !== '|')
    return { kind: 'map', span, struct, update: null, entries };
  const changed = first.right.kind === 'list' ? first.right.items : [first.right];
  return { kind: 'map', span, struct, update: first.left, entries: [...changed, ...others] };
}

function convertAccess(source: Source, node: number): Expr {
  const { tree } = source;
  const [container, key] = expressionsIn(source, node);
  const span = tree.span(node);
  if (container === undefined) return { kind: 'unreadable', span };
  return { kind: 'access', span, container, key: key ?? unreadable(span.end) };
}

function convertBlock(source: Source, node: number): Expr {
  const { tree } = source;
  const span = tree.span(node);
  const { items, clauses } = contentBetween(source, node + 1, tree.next(node));
  if (clauses.length > 0 && items.length === 0) return { kind: 'fn', span, clauses, bare: true };
  const [only] = items;
  return only !== undefined && items.length === 1 ? only : { kind: 'group', span, items };
}

function convertBitstring(source: Source, node: number): Expr {
  const span = source.tree.span(node);
  return {
    kind: 'call',
    span,
    receiver: null,
    name: '<<>>',
    nameSpan: source.tree.span(node + 1),
    args: expressionsIn(source, node),
    keywords: [],
    parenthesized: true,
    body: null,
  };
}

/** The clauses among the children of a node. */
function clausesIn(source: Source, parent: number): readonly Clause[] {
  const { items, clauses } = contentBetween(source, parent + 1, source.tree.next(parent));
  return clauses.length === 0 && items.length > 0 && source.tree.type(parent) === 'anonymous_function'
    ? [{ span: source.tree.span(parent), patterns: [], guard: null, items }]
    : clauses;
}

/** Items, or clauses, or, where something is damaged, maybe both. */
export function contentBetween(source: Source, from: number, to: number): Assembled {
  const { tree } = source;
  if (tree.hasError(from, to)) return assemble(source, from, to);
  const clauses: Clause[] = [];
  for (let node = from; node < to; node = tree.next(node)) {
    if (tree.type(node) === 'stab_clause') clauses.push(convertClause(source, node));
  }
  return { items: clauses.length > 0 ? [] : expressionsBetween(source, from, to), clauses };
}

/** `patterns when guard -> body`. */
export function convertClause(source: Source, node: number): Clause {
  const { tree } = source;
  let patterns: readonly Expr[] = [];
  let guard: Expr | null = null;
  let items: Expr[] = [];
  for (let child = node + 1; child < tree.next(node); child = tree.next(child)) {
    const type = tree.type(child);
    if (type === 'arguments') {
      patterns = withPairsAsList(expressionsIn(source, child));
    } else if (type === 'binary_operator') {
      patterns =
        tree.type(child + 1) === 'arguments' ? withPairsAsList(expressionsIn(source, child + 1)) : [];
      guard = firstExpression(source, tree.next(child + 1), tree.next(child));
    } else if (type === 'body') {
      items = items.concat(expressionsIn(source, child));
    } else if (type === 'ERROR') {
      items = items.concat(assemble(source, child, tree.next(child)).items);
    }
  }
  return { span: tree.span(node), patterns, guard, items };
}

const quotes = new Set(['"', "'", '"""', "'''", '(', ')', '[', ']', '{', '}', '<', '>', '|', '/']);

/** A string, charlist, sigil or quoted atom or key. Its value is worked out when asked for. */
export function convertText(source: Source, node: number): Text {
  const { tree, text } = source;
  const span = tree.span(node);
  const interpolations: Expr[] = [];
  const holes: Span[] = [];
  let opening = '';
  let sigil: string | null = null;
  let modifiers = '';
  let inside = { start: span.end, end: span.end };
  let closed = false;
  for (let child = node + 1; child < tree.next(node); child = tree.next(child)) {
    const type = tree.type(child);
    if (type === 'interpolation') {
      holes.push(tree.span(child));
      interpolations.push(interpolated(source, child));
    } else if (type === 'sigil_name') {
      sigil = text.slice(tree.start(child), tree.end(child));
    } else if (type === 'sigil_modifiers') {
      modifiers = text.slice(tree.start(child), tree.end(child));
    } else if (quotes.has(type)) {
      if (opening === '') {
        opening = type;
        inside = { start: tree.end(child), end: span.end };
      } else {
        inside = { start: inside.start, end: tree.start(child) };
        closed = tree.end(child) > tree.start(child);
      }
    }
  }
  const isCharlist = sigil === null && opening.startsWith("'");
  let content: EmbeddedText | undefined;
  const read = (): EmbeddedText => {
    content ??= embeddedValue(text, {
      inside,
      closing: closingQuotes.get(opening) ?? opening,
      indent: opening.length === 3 ? heredocIndent(text, inside, closed) : null,
      escapes: sigil === null || /^[scw]$/.test(sigil) ? 'all' : 'closing',
      interpolations: holes,
    });
    return content;
  };
  return {
    kind: 'text',
    span,
    get value() {
      return interpolations.length === 0 ? read().text : null;
    },
    get content() {
      return read();
    },
    interpolations,
    sigil,
    modifiers,
    charlist: isCharlist,
  };
}

const closingQuotes: ReadonlyMap<string, string> = new Map([
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
  ['<', '>'],
]);

function interpolated(source: Source, node: number): Expr {
  const items = expressionsIn(source, node);
  const [only] = items;
  if (only !== undefined && items.length === 1) return only;
  return { kind: 'group', span: source.tree.span(node), items };
}
