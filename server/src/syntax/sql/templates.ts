// Placeholders that another program fills in before the server sees the text: templates of Go, Jinja and dbt, `${…}` of Flyway,
// variables of psql, named parameters of query files, `@extschema@` of extensions, interpolations of Elixir. So that such a text
// parses, each is replaced by something of the same length, and all positions stay.
//
// What would fit depends on the place, and only the grammar knows it. So each hole has forms to try in turn: a value where
// `:limit` stands, a name where `:table` stands, nothing at all where `{{ if … }}` stands.

import type { Span } from '../../text/span.js';
import type { Token } from './lexer.js';

/** A place whose text is not known. */
export interface Hole {
  readonly span: Span;
  /** What stands there, without braces and sigils: `tenant` for `@tenant` and `:'tenant'`, `.Schema` for `{{ .Schema }}`. */
  readonly name: string;
  readonly kind: 'template' | 'variable';
}

/** A hole and the forms in which the grammar may take it, likeliest first. */
export interface Placeholder extends Hole {
  readonly forms: readonly Form[];
}

export type Form =
  | 'itself'
  | 'parameter'
  | 'name'
  | 'number'
  | 'string'
  | 'quoted-name'
  | 'nothing'
  | 'list'
  | 'query'
  | 'assignment';

const SUSPECT = /\{[{%#]|\{\w*\}|\$\{|__interpolated|@[A-Za-z_\u0080-\uffff]|:['"A-Za-z_\u0080-\uffff]|\?/;

/** False when the text surely holds no placeholder; saves the tokens of nearly all statements. */
export function mayHoldPlaceholders(text: string): boolean {
  return SUSPECT.test(text);
}

/**
 * The placeholders among the tokens, in order.
 * @param variables whether `:name` and `?` are. They are not in SQL that parses without: `a[x:y]`, `JSON_OBJECT('a':b)`.
 */
export function placeholdersIn(
  text: string,
  tokens: readonly Token[],
  options: { readonly variables: boolean },
): Placeholder[] {
  const found = plainPlaceholders(text, tokens, options);
  if (!IS_QUERY.test(text)) return found;
  return found.map((one) =>
    one.forms.includes('nothing') ? { ...one, forms: [...one.forms, ...QUERY_FORMS] } : one,
  );
}

function plainPlaceholders(
  text: string,
  tokens: readonly Token[],
  options: { readonly variables: boolean },
): Placeholder[] {
  const found: Placeholder[] = [];
  let brackets = 0;
  let last = -1;
  tokens.forEach((token, index) => {
    const sign = text[token.span.start];
    if (token.kind === 'punctuation') brackets += sign === '[' ? 1 : sign === ']' ? -1 : 0;
    // A token that the placeholder before has taken in.
    if (token.span.start < last) return;
    const before = found.length;
    if (token.kind === 'template') found.push(templateAt(text, token.span));
    else if (token.kind === 'operator') {
      found.push(...namedParameterAt(text, tokens, index));
      if (options.variables && found.length === before) found.push(...questionMarkAt(text, token));
    } else if (token.kind === 'word' || token.kind === 'quoted-identifier')
      found.push(...holesWithin(text, token));
    else if (options.variables && sign === ':' && !(brackets > 0 && isSlice(text, tokens, index))) {
      found.push(...variableAt(text, tokens, index));
    }
    if (found.length > before) last = found.at(-1)?.span.end ?? last;
  });
  return found;
}

/** The text with each placeholder replaced by the form chosen for it; as long as the text itself. */
export function fill(
  text: string,
  placeholders: readonly Placeholder[],
  forms: readonly (Form | undefined)[],
): string {
  const names = [...new Set(placeholders.map((placeholder) => placeholder.name))];
  let filled = '';
  let position = 0;
  placeholders.forEach(({ span, name }, index) => {
    const form = forms[index];
    if (form === undefined || form === 'itself') return;
    filled +=
      text.slice(position, span.start) + filling(form, span.end - span.start, names.indexOf(name) + 1);
    position = span.end;
  });
  return filled + text.slice(position);
}

/** A parameter is numbered by its name: `$00001`, so that equal names are equal values. */
function filling(form: Exclude<Form, 'itself'>, length: number, number: number): string {
  switch (form) {
    case 'parameter':
      return parameter(length, number);
    case 'name':
      return 'x'.repeat(length);
    case 'number':
      return '1'.repeat(length);
    case 'string':
      return `'${'x'.repeat(length - 2)}'`;
    case 'quoted-name':
      return `"${'x'.repeat(length - 2)}"`;
    case 'nothing':
      return ' '.repeat(length);
    case 'list':
      return length < 4 ? filling('nothing', length, number) : `(${parameter(length - 2, number)})`;
    case 'query':
      return length < 8 ? filling('nothing', length, number) : 'select 1'.padEnd(length);
    case 'assignment':
      return length < 3 ? filling('nothing', length, number) : 'x=1'.padEnd(length);
  }
}

function parameter(length: number, number: number): string {
  return `$${String(number)
    .padStart(length - 1, '0')
    .slice(0, length - 1)}`;
}

/**
 * What else may stand in a query: `id IN ${ids}`, `WITH x AS (${query})`, `SET ${changes}`. In a statement that makes
 * something, what stands there decides what is made.
 */
const QUERY_FORMS: readonly Form[] = ['list', 'query', 'assignment'];
const IS_QUERY = /^\s*(?:with|select|insert|update|delete|merge)\b/i;

const TEMPLATE_FORMS: readonly Form[] = ['name', 'nothing', 'parameter'];
const VALUE_FORMS: readonly Form[] = ['parameter', 'name', 'number'];

/** Actions that print nothing where they stand. */
const CONTROL = /^-?\s*(?:(?:if|else|end|range|with|define|block|template|break|continue|config)\b|\/\*)/;

function templateAt(text: string, span: Span): Placeholder {
  const inside = text.slice(span.start, span.end).replace(/^\$?\{[{%#]?|[%#}]?\}$/g, '');
  const silent = /[%#]/.test(text[span.start + 1] ?? '') || CONTROL.test(inside);
  return {
    span,
    name: inside.replace(/^-|-$/g, '').trim(),
    kind: 'template',
    forms: silent ? ['nothing', 'name'] : TEMPLATE_FORMS,
  };
}

/** Operators that may stand right before `@name`, or are nothing but its sigil. */
const BEFORE_PARAMETER: ReadonlySet<string> = new Set(
  ['', '=', '>=', '<=', '<>', '!=', '>', '+', '-', '*', '/', '%', '||', '->', '->>', '#>', '#>>'].map(
    (operator) => `${operator}@`,
  ),
);

/** `@name` of sqlc and others, and `@extschema@` in scripts of extensions. */
function namedParameterAt(text: string, tokens: readonly Token[], index: number): Placeholder[] {
  const operator = tokens[index];
  const word = tokens[index + 1];
  if (operator === undefined || word === undefined || word.kind !== 'word') return [];
  const sigil = operator.span.end - 1;
  if (word.span.start !== operator.span.end || !BEFORE_PARAMETER.has(textOf(text, operator))) return [];
  // `table@index` is CockroachDB's.
  if (sigil === operator.span.start && /[\w"\])\u0080-\uffff]/.test(text[sigil - 1] ?? '')) return [];
  const after = /^@ext(?:schema|owner)(?::\w+)?@/i.exec(text.slice(sigil, word.span.end + 70));
  const end = after === null ? word.span.end : sigil + after[0].length;
  return [
    {
      span: { start: sigil, end },
      name: text.slice(sigil + 1, word.span.end),
      kind: after === null ? 'variable' : 'template',
      forms: after === null ? VALUE_FORMS : TEMPLATE_FORMS,
    },
  ];
}

/** `:name`, `:'name'`, `:"name"`: https://www.postgresql.org/docs/current/app-psql.html#APP-PSQL-INTERPOLATION */
function variableAt(text: string, tokens: readonly Token[], index: number): Placeholder[] {
  const colon = tokens[index];
  const next = tokens[index + 1];
  if (colon === undefined || next === undefined || next.span.start !== colon.span.end) return [];
  const span = { start: colon.span.start, end: next.span.end };
  const name = textOf(text, next).replace(/^['"]|['"]$/g, '');
  if (next.kind === 'word') return [{ span, name, kind: 'variable', forms: VALUE_FORMS }];
  if (!/^[\w\u0080-\uffff]+$/.test(name)) return [];
  if (next.kind === 'string') return [{ span, name, kind: 'variable', forms: ['string'] }];
  if (next.kind === 'quoted-identifier') return [{ span, name, kind: 'variable', forms: ['quoted-name'] }];
  return [];
}

/** In brackets `:` divides the bounds of a slice, unless what stands before it cannot be a bound. */
function isSlice(text: string, tokens: readonly Token[], colon: number): boolean {
  const before = tokens[colon - 1];
  if (before === undefined || before.kind === 'operator') return false;
  const sign = textOf(text, before);
  if (sign === ',' || sign === '(') return false;
  const opener = tokens[colon - 2];
  return !(sign === '[' && opener !== undefined && textOf(text, opener).toLowerCase() === 'array');
}

/** `?` of JDBC and its like, also right behind another operator. It is one of JSON's own in SQL that parses without. */
function questionMarkAt(text: string, token: Token): Placeholder[] {
  const operator = textOf(text, token);
  if (!/^[<>=!+*/|-]*\?$/.test(operator)) return [];
  const span = { start: token.span.end - 1, end: token.span.end };
  return [{ span, name: `?${span.start}`, kind: 'variable', forms: ['number', 'itself'] }];
}

/** Holes inside one token: interpolations as syntax/elixir writes them, which are names, and templates in a quoted name. */
function holesWithin(text: string, token: Token): Placeholder[] {
  const found: Placeholder[] = [];
  for (const match of textOf(text, token).matchAll(HOLE)) {
    const [hole] = match;
    const start = token.span.start + match.index;
    const interpolated = hole.startsWith('_');
    const breaksQuotes = token.kind === 'quoted-identifier' && hole.includes('"');
    found.push({
      span: { start, end: start + hole.length },
      name: hole.replace(/^[${]+|\}+$/g, '').trim(),
      kind: 'template',
      forms: breaksQuotes ? ['name'] : interpolated ? INTERPOLATED_FORMS : ['itself'],
    });
  }
  return found;
}

const HOLE = /__interpolated\d+__|\{\{.*?\}\}|\$\{.*?\}/gs;
const INTERPOLATED_FORMS: readonly Form[] = ['itself', 'number', 'nothing'];

function textOf(text: string, token: Token): string {
  return text.slice(token.span.start, token.span.end);
}
