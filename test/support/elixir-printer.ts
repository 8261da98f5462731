// Elixir's tree as one line a call, for expectations that can be read.

import type { Body, Clause, Expr, Pair } from '../../server/src/syntax/elixir/nodes.js';

/**
 * One expression in the manner of Elixir with nothing left to guess: parentheses around every operation, `do: […]` for
 * bodies, `?` for what could not be read.
 */
export function printed(expr: Expr): string {
  switch (expr.kind) {
    case 'atom':
      return /^(true|false|nil)$/.test(expr.value) ? expr.value : `:${nameOrQuoted(expr.value)}`;
    case 'number':
      return expr.value;
    case 'text':
      return `${expr.sigil === null ? '' : `~${expr.sigil}`}${expr.charlist ? "'" : ''}${JSON.stringify(expr.content.text)}${expr.modifiers}${expr.interpolations.map((part) => `#{${printed(part)}}`).join('')}`;
    case 'alias':
    case 'variable':
      return expr.name;
    case 'list':
      return `[${list(expr.items)}]`;
    case 'tuple':
      return `{${list(expr.items)}}`;
    case 'map': {
      const update = expr.update === null ? '' : `${printed(expr.update)} | `;
      return `%${expr.struct ?? ''}{${update}${list(expr.entries)}}`;
    }
    case 'pair':
      return printedPair(expr);
    case 'call': {
      const receiver = expr.receiver === null ? '' : `${printed(expr.receiver)}.`;
      const args = [...expr.args.map(printed), ...expr.keywords.map(printedPair)];
      const open = expr.parenthesized || args.length > 0 ? `(${args.join(', ')})` : '';
      return `${receiver}${nameOrQuoted(expr.name)}${open}${expr.body === null ? '' : ` ${printedBody(expr.body, 'do')}`}`;
    }
    case 'access':
      return `${printed(expr.container)}[${printed(expr.key)}]`;
    case 'unary':
      return `(${expr.operator} ${printed(expr.operand)})`;
    case 'binary':
      return `(${printed(expr.left)} ${expr.operator} ${printed(expr.right)})`;
    case 'attribute':
      return `@${expr.name}${expr.value === null ? '' : ` ${printed(expr.value)}`}`;
    case 'fn':
      return `fn ${expr.clauses.map(printedClause).join('; ')} end`;
    case 'group':
      return `(${expr.items.map(printed).join('; ')})`;
    case 'unreadable':
      return '?';
  }
}

/** The expressions of a file or body, one a line. */
export function printedAll(items: readonly Expr[]): string {
  return items.map(printed).join('\n');
}

function list(items: readonly Expr[]): string {
  return items.map(printed).join(', ');
}

function printedPair({ key, value }: Pair): string {
  return key.kind === 'atom' && !/^(true|false|nil)$/.test(key.value)
    ? `${nameOrQuoted(key.value)}: ${printed(value)}`
    : `${printed(key)} => ${printed(value)}`;
}

function printedBody(body: Body, keyword: string): string {
  const inside = [...body.items.map(printed), ...body.clauses.map(printedClause)].join('; ');
  const sections = body.sections.map((section) => ` ${printedBody(section.body, section.keyword)}`).join('');
  return `${keyword}${body.closed ? '' : '!'}[${inside}]${sections}`;
}

function printedClause({ patterns, guard, items }: Clause): string {
  const when = guard === null ? '' : ` when ${printed(guard)}`;
  return `${list(patterns)}${when} -> ${items.map(printed).join('; ')}`;
}

function nameOrQuoted(name: string): string {
  return name === '' || /^[\w!?@{}<>%+\-*/=.|&^~]+$/.test(name) ? name : JSON.stringify(name);
}
