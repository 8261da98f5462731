// Names as the server reads and writes them.

import type { Token } from './lexer.js';

/** The name that a token stands for: folded to lower case unless quoted, quotes taken off, cut to what the server keeps. */
export function identifierOf(text: string, token: Token): string {
  return truncated(wholeIdentifierOf(text, token));
}

/** The same before it is cut. */
export function wholeIdentifierOf(text: string, token: Token): string {
  return unquoted(text.slice(token.span.start, token.span.end), token);
}

function unquoted(source: string, token: Token): string {
  if (token.kind !== 'quoted-identifier') return foldCase(source);
  const quote = source.indexOf('"');
  const inside = source.slice(quote + 1, -1).replaceAll('""', '"');
  return quote === 0 ? inside : unescaped(inside);
}

/** Only ASCII letters: what the server does with UTF-8 (downcase_identifier in scansup.c). */
export function foldCase(name: string): string {
  return name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** NAMEDATALEN - 1, in bytes of UTF-8. */
const LONGEST = 63;

function truncated(name: string): string {
  if (name.length * 3 <= LONGEST) return name;
  let bytes = 0;
  let end = 0;
  for (const character of name) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (bytes > LONGEST) return name.slice(0, end);
    end += character.length;
  }
  return name;
}

/** The escapes of `U&"…"`: https://www.postgresql.org/docs/current/sql-syntax-lexical.html. UESCAPE is not honoured. */
function unescaped(source: string): string {
  return source.replace(
    /\\(?:\+([0-9a-f]{6})|([0-9a-f]{4})|\\)/gi,
    (whole, long?: string, short?: string) => {
      const code = Number.parseInt(long ?? short ?? '', 16);
      return Number.isNaN(code) ? '\\' : code > 0x10ffff ? whole : String.fromCodePoint(code);
    },
  );
}
