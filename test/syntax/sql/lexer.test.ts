import assert from 'node:assert/strict';
import { tokenize } from '../../../server/src/syntax/sql/lexer.js';
import { plainSql, toolSql } from './samples.js';

/** Tokens as `kind:text`, the kind by its first letter. */
function tokens(text: string): string {
  return tokenize(text)
    .map(({ kind, span }) => `${kind[0]}:${text.slice(span.start, span.end)}`)
    .join(' ');
}

const CASES: readonly (readonly [string, string])[] = [
  // Words and names.
  ['Select a_1$ é', 'w:Select w:a_1$ w:é'],
  ['"A""b"."c;"', 'q:"A""b" p:. q:"c;"'],
  ['U&"d\\0061" u&', 'q:U&"d\\0061" w:u o:&'],
  // Strings.
  ["'it''s' E'\\'' n'x' B'01'", "s:'it''s' s:E'\\'' s:n'x' s:B'01'"],
  ["'a'\n  'b' 'c'", "s:'a'\n  'b' s:'c'"],
  ["'a' -- no line break before\n'b'", "s:'a' s:'b'"],
  ["E'a'\n'\\'b'", "s:E'a'\n'\\'b'"],
  ['$$a$b$ $$ $t$ $$ $t$', 's:$$a$b$ $$ s:$t$ $$ $t$'],
  ['a$$b', 'w:a$$b'],
  // Numbers.
  ['1 1.5 .5 1e10 1.5E-3 0x1F 1_000', 'n:1 n:1.5 n:.5 n:1e10 n:1.5E-3 n:0x1F n:1_000'],
  ['1..2 1e+x 12abc', 'n:1 o:.. n:2 n:1e o:+ w:x n:12abc'],
  ['$1 $23', 'p:$1 p:$23'],
  // Operators end where the server says they do.
  ['a=-1 b<>-2', 'w:a o:= o:- n:1 w:b o:<> o:- n:2'],
  ['a@-1 b||-1', 'w:a o:@- n:1 w:b o:||- n:1'],
  ['a->>b::int[1:2]', 'w:a o:->> w:b o::: w:int p:[ n:1 p:: n:2 p:]'],
  ['f(a:=1, b=>2)', 'w:f p:( w:a o::= n:1 p:, w:b o:=> n:2 p:)'],
  ['a @> b @@ c @? d', 'w:a o:@> w:b o:@@ w:c o:@? w:d'],
  ['1--2', 'n:1'],
  ['1-/* x */2', 'n:1 o:- n:2'],
  ['/* a /* b */ c */ d', 'w:d'],
  // Placeholders.
  [`{{ a }}.b \${c} {% d %} {# e #} {f}`, `t:{{ a }} p:. w:b t:\${c} t:{% d %} t:{# e #} t:{f}`],
  ['"{{ index . "x" }}".y', 'q:"{{ index . "x" }}" p:. w:y'],
  ['{ a {{ b', 'u:{ w:a u:{ u:{ w:b'],
  // What nobody closed goes to the end.
  ["a 'b c", "w:a s:'b c"],
  ['a $$b c', 'w:a s:$$b c'],
  ['a /* b c', 'w:a'],
];

describe('SQL tokens', () => {
  for (const [text, expected] of CASES) {
    it(JSON.stringify(text), () => assert.equal(tokens(text), expected));
  }

  it('a lone carriage return ends a comment', () => {
    assert.equal(tokens('-- a\rb'), 'w:b');
  });

  it('every character is in a token, in a comment, or white space', () => {
    for (const text of [...plainSql, ...toolSql]) {
      let rest = text.replace(/--[^\n]*|\/\*.*\*\//g, (comment) => ' '.repeat(comment.length));
      // Comment signs inside strings are blanked too; the tokens that hold them cover the place all the same.
      for (const { span } of tokenize(text)) {
        rest = rest.slice(0, span.start) + ' '.repeat(span.end - span.start) + rest.slice(span.end);
      }
      assert.equal(rest.trim(), '');
    }
  });
});
