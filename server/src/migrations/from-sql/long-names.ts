// Names of which the server keeps the beginning alone: its scanner cuts every identifier (truncate_identifier in scansup.c).

import { truncateIdentifier } from '../../catalog/names.js';
import type { LongName, Operation } from '../../catalog/operation.js';
import { wholeIdentifierOf } from '../../syntax/sql/identifiers.js';
import type { TokenText } from '../../syntax/sql/segments.js';

/** A character has three bytes of UTF-8 at most in each unit of its text: what is no longer than this is kept. */
const SHORT = 63 / 3;

export function withLongNames(of: TokenText, operations: readonly Operation[]): readonly Operation[] {
  const [first, ...others] = operations;
  const longNames = of.tokens.flatMap((token): readonly LongName[] => {
    const { kind, span } = token;
    if (span.end - span.start <= SHORT || (kind !== 'word' && kind !== 'quoted-identifier')) return [];
    const written = wholeIdentifierOf(of.text, token);
    const kept = truncateIdentifier(written);
    return kept === written ? [] : [{ written, kept, span }];
  });
  return first === undefined || longNames.length === 0 ? operations : [{ ...first, longNames }, ...others];
}
