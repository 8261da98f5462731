// How a SQL text names the values that a program gives it: `$1`, `@name`, `:name`, `sqlc.arg(name)`.

import type { SqlStatement } from '../syntax/sql/statement.js';
import { textAt } from '../text/span.js';
import { snakeCase } from '../text/words.js';

/**
 * A parameter for a column in the author's way: the next number, or a name made from the column's.
 * @param statement the statement that gets it
 * @param others those that are asked when it has no parameter itself
 */
export function newParameter(
  statement: SqlStatement,
  others: readonly SqlStatement[],
  column: string,
): string {
  const used = parametersIn(statement);
  const like = used[0] ?? others.flatMap((other) => parametersIn(other))[0] ?? { text: '$1', name: null };
  if (like.name === null) {
    const numbers = used.flatMap(({ text }) => (/^\$\d+$/.test(text) ? [Number(text.slice(1))] : []));
    return `$${Math.max(0, ...numbers) + 1}`;
  }
  const camel = /[a-z][A-Z]/.test(like.name);
  return like.text.replace(like.name, camel ? camelCase(column) : snakeCase(column));
}

interface Parameter {
  readonly text: string;
  /** `null` when it is numbered. */
  readonly name: string | null;
}

/** In the order of the text. */
function parametersIn({ text, tokens, holes }: SqlStatement): readonly Parameter[] {
  const found: (Parameter & { readonly start: number })[] = [];
  for (const { kind, span } of tokens) {
    const written = textAt(text, span);
    const isHole = holes.some((hole) => hole.span.start <= span.start && span.start < hole.span.end);
    if (isHole) continue;
    if (kind === 'parameter') found.push({ text: written, name: null, start: span.start });
    const call = /^sqlc\s*\.\s*n?arg\s*\(\s*'?(\w+)'?\s*\)/i.exec(
      written === 'sqlc' ? text.slice(span.start) : '',
    );
    if (call === null) continue;
    const [whole, name = ''] = call;
    found.push({ text: whole.replace(/narg/i, 'arg'), name, start: span.start });
  }
  for (const { kind, span, name } of holes) {
    if (kind === 'variable') found.push({ text: textAt(text, span), name, start: span.start });
  }
  return found.sort((a, b) => a.start - b.start);
}

function camelCase(name: string): string {
  return name.replace(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
