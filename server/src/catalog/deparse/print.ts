// An expression as the server prints it: the rules of src/backend/utils/adt/ruleutils.c (get_rule_expr and what it calls).
// What is called pretty there only leaves out parentheses: line breaks around CASE come in both forms.

import { quoteLiteral } from './literals.js';
import type { Typed } from './typed.js';
import { spellName, spellType, type World } from './world.js';

interface Printing {
  readonly world: World;
  readonly pretty: boolean;
  text: string;
  /** Of lines that begin here. */
  indent: number;
}

export function print(world: World, node: Typed, pretty: boolean): string {
  const to: Printing = { world, pretty, text: '', indent: 0 };
  put(to, node, false);
  return to.text;
}

/** Index keys that look so stand without parentheses of their own. */
export function looksLikeCall(node: Typed): boolean {
  return node.kind === 'call' || node.kind === 'form' || node.kind === 'value';
}

/** @param casts whether a cast that nobody wrote is shown when it is the outermost */
function put(to: Printing, node: Typed, casts: boolean): void {
  switch (node.kind) {
    case 'const':
      putConstant(to, node, true);
      return;
    case 'column':
      to.text += spellName(to.world, node.name);
      return;
    case 'value':
      to.text += node.name.toUpperCase() + (node.precision === null ? '' : `(${node.precision})`);
      return;
    case 'call':
      putCall(to, node);
      return;
    case 'coercion':
      if (node.implicit && !casts) putInside(to, node.arg, false, node);
      else putCast(to, node);
      return;
    case 'operator':
      inParentheses(to, () => {
        const [left, right] = node.args;
        if (left === undefined) return;
        if (right === undefined) to.text += `${node.name} `;
        putInside(to, left, true, node);
        if (right === undefined) return;
        to.text += ` ${node.name} `;
        putInside(to, right, true, node);
      });
      return;
    case 'quantified':
      inParentheses(to, () => {
        putInside(to, node.left, true, node);
        to.text += ` ${node.name} ${node.all ? 'ALL' : 'ANY'} (`;
        putInside(to, node.right, true, node);
        to.text += ')';
      });
      return;
    case 'boolean':
      inParentheses(to, () => {
        if (node.name === 'NOT') to.text += 'NOT ';
        node.args.forEach((arg, index) => {
          if (index > 0) to.text += ` ${node.name} `;
          putInside(to, arg, false, node);
        });
      });
      return;
    case 'test':
      inParentheses(to, () => {
        putInside(to, node.arg, node.name.endsWith('NULL'), node);
        to.text += ` IS ${node.name}`;
      });
      return;
    case 'distinct':
      inParentheses(to, () => {
        putInside(to, node.left, true, node);
        to.text += ' IS DISTINCT FROM ';
        putInside(to, node.right, true, node);
      });
      return;
    case 'form':
      to.text += `${node.name}(`;
      putList(to, node.args);
      to.text += ')';
      return;
    case 'case':
      putCase(to, node);
      return;
    case 'array':
      to.text += 'ARRAY[';
      putList(to, node.args);
      to.text += ']';
      if (node.args.length === 0) to.text += `::${spellType(to.world, { type: node.type, modifier: null })}`;
      return;
    case 'collate':
      inParentheses(to, () => {
        putInside(to, node.arg, casts, node);
        to.text += ` COLLATE ${spellName(to.world, node.name)}`;
      });
      return;
    case 'subscript': {
      const bare = node.arg.kind === 'column';
      if (!bare) to.text += '(';
      put(to, node.arg, casts);
      if (!bare) to.text += ')';
      for (const index of node.indexes) {
        to.text += '[';
        put(to, index, false);
        to.text += ']';
      }
      return;
    }
  }
}

function inParentheses(to: Printing, inside: () => void): void {
  if (!to.pretty) to.text += '(';
  inside();
  if (!to.pretty) to.text += ')';
}

function putList(to: Printing, nodes: readonly Typed[]): void {
  nodes.forEach((node, index) => {
    if (index > 0) to.text += ', ';
    put(to, node, true);
  });
}

/** get_rule_expr_paren: pretty printing leaves parentheses to what is around. */
function putInside(to: Printing, node: Typed, casts: boolean, parent: Typed): void {
  const needed = to.pretty && !isSimple(node, parent);
  if (needed) to.text += '(';
  put(to, node, casts);
  if (needed) to.text += ')';
}

/** get_const_expr. */
function putConstant(to: Printing, node: Extract<Typed, { readonly kind: 'const' }>, label: boolean): void {
  const { type, value, modifier } = node;
  const suffix = `::${spellType(to.world, node)}`;
  if (value === null) {
    to.text += `NULL${label ? suffix : ''}`;
    return;
  }
  const [text, needed] = spelledConstant(type, value, modifier !== null);
  to.text += text + (label && needed ? suffix : '');
}

/** Its text, and whether its type must be said. */
function spelledConstant(type: string, value: string, modified: boolean): readonly [string, boolean] {
  switch (type) {
    case 'int4':
      return value.startsWith('-') ? [`'${value}'`, true] : [value, false];
    case 'numeric':
      return /^\d.*[.e]/i.test(value) ? [value, modified] : [`'${value}'`, true];
    case 'bool':
      return [value === 't' ? 'true' : 'false', false];
    case 'unknown':
      return [quoteLiteral(value), false];
    default:
      return [quoteLiteral(value), true];
  }
}

/** get_coercion_expr. */
function putCast(to: Printing, node: Extract<Typed, { readonly kind: 'coercion' }>): void {
  const { arg } = node;
  if (arg.kind === 'const' && arg.type === node.type && arg.modifier === null) putConstant(to, arg, false);
  else inParentheses(to, () => putInside(to, arg, false, node));
  to.text += `::${spellType(to.world, node)}`;
}

function putCall(to: Printing, node: Extract<Typed, { readonly kind: 'call' }>): void {
  if (node.syntax && putSyntax(to, node)) return;
  const schema = node.schema === null ? '' : `${spellName(to.world, node.schema)}.`;
  to.text += `${schema}${spellName(to.world, node.name)}(`;
  node.args.forEach((arg, index) => {
    if (index > 0) to.text += ', ';
    if (node.variadic && index === node.args.length - 1) to.text += 'VARIADIC ';
    put(to, arg, true);
  });
  to.text += ')';
}

/** get_func_sql_syntax; false where the words do not fit the arguments. */
function putSyntax(to: Printing, node: Extract<Typed, { readonly kind: 'call' }>): boolean {
  const [first, second, third] = node.args;
  const part = (words: string, arg: Typed | undefined) => {
    if (arg === undefined) return;
    to.text += words;
    put(to, arg, false);
  };
  if (first === undefined) return false;
  switch (node.name) {
    case 'timezone':
      if (second === undefined) return false;
      to.text += '(';
      putInside(to, second, false, node);
      to.text += ' AT TIME ZONE ';
      putInside(to, first, false, node);
      to.text += ')';
      return true;
    case 'extract':
      if (first.kind !== 'const') return false;
      part(`EXTRACT(${first.value} FROM `, second);
      break;
    case 'substring':
      if (second === undefined || second.type === 'text') return false;
      part('SUBSTRING(', first);
      part(' FROM ', second);
      part(' FOR ', third);
      break;
    case 'position':
      part('POSITION((', second);
      part(') IN (', first);
      to.text += ')';
      break;
    case 'overlay':
      part('OVERLAY(', first);
      part(' PLACING ', second);
      part(' FROM ', third);
      part(' FOR ', node.args[3]);
      break;
    case 'btrim':
    case 'ltrim':
    case 'rtrim': {
      const side = { b: 'BOTH', l: 'LEADING', r: 'TRAILING' }[node.name.charAt(0)];
      to.text += `TRIM(${side}`;
      part(' ', second);
      part(' FROM ', first);
      break;
    }
    default:
      return false;
  }
  to.text += ')';
  return true;
}

function putCase(to: Printing, node: Extract<Typed, { readonly kind: 'case' }>): void {
  newLine(to, 'CASE');
  to.indent += 4;
  if (node.subject !== null) {
    to.text += ' ';
    put(to, node.subject, true);
  }
  for (const { when, then } of node.whens) {
    newLine(to, 'WHEN ');
    put(to, when, false);
    to.text += ' THEN ';
    put(to, then, true);
  }
  newLine(to, 'ELSE ');
  put(to, node.otherwise, true);
  to.indent -= 4;
  newLine(to, 'END');
}

/** appendContextKeyword. */
function newLine(to: Printing, word: string): void {
  // Beyond 40 columns the server starts over, a quarter as deep.
  const depth = to.indent < 40 ? to.indent : (40 + Math.floor((to.indent - 40) / 4)) % 40;
  to.text = `${to.text.replace(/ +$/, '')}\n${' '.repeat(depth)}${word}`;
}

/** isSimpleNode: whether pretty printing needs no parentheses around it. */
function isSimple(node: Typed, parent: Typed): boolean {
  switch (node.kind) {
    case 'coercion':
      return node.via === 'function' || isSimple(node.arg, node);
    case 'operator':
      return parent.kind === 'operator' ? bindsTighter(node, parent) : separates(parent);
    case 'test':
    case 'distinct':
      return parent.kind === 'boolean' || separates(parent);
    case 'boolean':
      if (parent.kind !== 'boolean') return separates(parent);
      return node.name === 'OR' ? parent.name === 'OR' : parent.name !== 'NOT';
    case 'quantified':
    case 'collate':
      return false;
    default:
      return true;
  }
}

/** What has parentheses, commas or keywords of its own around its parts. */
function separates(parent: Typed): boolean {
  switch (parent.kind) {
    case 'call':
      return !parent.syntax;
    case 'form':
    case 'array':
    case 'case':
    case 'subscript':
    case 'boolean':
      return true;
    default:
      return false;
  }
}

function bindsTighter(
  node: Extract<Typed, { readonly kind: 'operator' }>,
  parent: Extract<Typed, { readonly kind: 'operator' }>,
): boolean {
  const rank = ({ name, args }: typeof node) =>
    args.length !== 2 ? 0 : ['+', '-'].includes(name) ? 1 : ['*', '/', '%'].includes(name) ? 2 : 0;
  const [own, around] = [rank(node), rank(parent)];
  if (own === 0 || around === 0) return false;
  return own > around || (own === around && parent.args[0] === node);
}
