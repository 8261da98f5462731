// Code that a statement runs: DO, CALL, and SELECT of a function. What it does depends on the schema of its moment, so it is
// left to replay (../code).

import type { Code, Operation } from '../../catalog/operation.js';
import { allOf, asNode, type Node, stringOf, stringsOf } from '../../syntax/sql/nodes.js';
import { firstLineOf, type TokenText, textAt, wordAt } from '../../syntax/sql/segments.js';
import { wholeSpan } from './reading.js';

/** Words of a procedure's body by which it may change the schema. */
const CHANGES_SCHEMA = /\b(?:create|alter|drop|rename|execute|truncate|perform|call|grant|revoke)\b/i;

/** A DO block. Unread, one without a word that could change the schema changes rows alone. */
export function doBlock(of: TokenText, args: readonly Node[] | undefined): Operation {
  const options = allOf(args, 'DefElem');
  const body = options
    .filter(({ defname }) => defname === 'as')
    .map(({ arg }) => stringOf(arg) ?? stringsOf(asNode(arg, 'List')?.items).join(''))
    .join('');
  const language = stringOf(options.find(({ defname }) => defname === 'language')?.arg) ?? 'plpgsql';
  const code: Code = { kind: 'block', language: language.toLowerCase(), body, at: placeOf(of, body) };
  return {
    span: wholeSpan(of),
    keyword: firstLineOf(of, { from: 0, to: 1 }),
    kind: 'unknown',
    reason: 'the body of a DO block is not read',
    touches: { kind: CHANGES_SCHEMA.test(body) ? 'everything' : 'rows' },
    code,
  };
}

/** Where the body stands as it is; `null` when quotes in it are doubled or escaped. */
function placeOf(of: TokenText, body: string): number | null {
  for (const [index, { kind, span }] of of.tokens.entries()) {
    if (kind !== 'string' || wordAt(of, index - 1) === 'language') continue;
    const quote = /^(?:\$\w*\$|')/.exec(textAt(of, index))?.[0].length ?? 0;
    const at = span.start + quote;
    if (quote > 0 && of.text.slice(at, span.end - quote) === body) return at;
  }
  return null;
}

/** CALL, or a SELECT that calls what may be a function of the user's. */
export function callingStatement(of: TokenText, isCall: boolean): Operation {
  return {
    span: wholeSpan(of),
    keyword: firstLineOf(of, { from: 0, to: 1 }),
    kind: 'unknown',
    reason: isCall ? 'the body of the procedure is not read' : 'what the function does is not read',
    touches: { kind: isCall ? 'everything' : 'rows' },
    code: { kind: 'query', text: of.text },
  };
}
